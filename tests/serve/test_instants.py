"""Times as clients write them, and what they mean."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from soilinfo.errors import ConfigError, InputError
from soilinfo.serve.instants import EVER, Span, interval, period, rfc3339, span

JULY_1 = (datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 7, 1, 23, 59, 59, 999_999, UTC))
ERAS = ("2020", "2020-02")
"""What is not RFC 3339: written so by those who describe layers, asked so of Coverages and EDR alone."""


@pytest.mark.parametrize("read", [span, period])
def test_times_are_instants_days_and_intervals_with_open_ends(read: Callable[[str], Span]):
    assert read("2024-07-01") == JULY_1
    assert read("2024-07-01T07:00:00+07:00")[0] == JULY_1[0]
    assert read("2024-07-01t00:00:00.5z")[0] == JULY_1[0].replace(microsecond=500_000)
    assert read("2024-06-30/2024-07-01")[1] == JULY_1[1]
    assert read("../2024-07-01") == read("/2024-07-01") == (EVER[0], JULY_1[1])
    assert read("2024-07-01/..") == read("2024-07-01/") == (JULY_1[0], EVER[1])
    assert read("../..") == EVER
    assert read("9999-12-31")[1] == EVER[1], "the last day there is"


def test_a_month_and_a_year_last_as_long_as_they_do():
    assert period("2020") == (
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    )
    assert period("../2020-02") == (EVER[0], datetime(2020, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC))
    assert period("2020-06-30T00:00+07:00")[0] == datetime(2020, 6, 29, 17, tzinfo=UTC)
    assert interval("2019-07/2020") == (
        datetime(2019, 7, 1, tzinfo=UTC),
        datetime(2020, 12, 31, 23, 59, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "text",
    [
        *("nonsense", "", "..", "2020-13-01", "2020-06-31", "2020-W01-1", "20200101", "0000-01-01"),
        *("2020-06-30T00:00:00", "2020-06-30T25:00:00Z", "9999-12-31T23:59:59-23:00", "٢٠٢٠-01-01"),
        *("2021-01-01/2020-01-01", "2020-01-01/2021-01-01/2022-01-01"),
    ],
)
def test_what_is_no_time_is_refused(text: str):
    for read in (span, period):
        with pytest.raises(InputError, match="'datetime'"):
            read(text)


@pytest.mark.parametrize("text", ["2020-13", "2021/2020", "2020/2021/2022"])
def test_what_is_no_month_or_year_is_refused(text: str):
    with pytest.raises(InputError, match="'datetime'"):
        period(text)


@pytest.mark.parametrize("text", ERAS)
def test_where_a_standard_wants_rfc_3339_months_and_years_are_refused(text: str):
    with pytest.raises(InputError, match="RFC 3339"):
        span(text)


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


def test_answers_tell_a_time_in_utc_to_the_second():
    assert rfc3339(JULY_1[1]) == "2024-07-01T23:59:59Z"
    assert rfc3339(datetime.fromisoformat("2024-07-01T03:00:00+07:00")) == "2024-06-30T20:00:00Z"
