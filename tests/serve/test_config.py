"""The times of layers, as the configuration of pygeoapi has them."""

import pytest

from soilinfo.errors import ConfigError
from soilinfo.serve.config import interval


@pytest.mark.parametrize(
    ("time", "begin", "end"),
    [
        ("2020", "2020-01-01T00:00:00+00:00", "2020-12-31T23:59:59+00:00"),
        ("2020-02", "2020-02-01T00:00:00+00:00", "2020-02-29T23:59:59+00:00"),
        ("2019-12-31", "2019-12-31T00:00:00+00:00", "2019-12-31T23:59:59+00:00"),
        ("1991/2020", "1991-01-01T00:00:00+00:00", "2020-12-31T23:59:59+00:00"),
        ("2019-12/2020-01-15", "2019-12-01T00:00:00+00:00", "2020-01-15T23:59:59+00:00"),
    ],
)
def test_a_time_is_an_interval_from_its_first_to_its_last_second(time: str, begin: str, end: str):
    assert tuple(each.isoformat() for each in interval(time)) == (begin, end)


def test_a_time_that_is_none_is_a_fault_of_the_configuration():
    with pytest.raises(ConfigError, match="'around 2000'"):
        interval("around 2000")
