"""Every check that config may name is a function of that name, which says what it does and why."""

import pytest

from soilinfo.findings import RASTER_CHECKS
from soilinfo.ingest.checks import raster
from tests.ingest.checks.catalogue import GROUPS, TARGET, catalogue, functions


def test_config_may_name_every_raster_check():
    assert {check.__name__ for check in raster.RASTER_CHECKS} <= set(RASTER_CHECKS)


@pytest.mark.parametrize("group", GROUPS)
def test_every_check_says_what_it_does_to_publication(group):
    known = functions(group)
    for name in GROUPS[group]:
        assert known[name].__doc__.startswith(("Block ", "Warn ", "Note ")), name


def test_the_catalogue_of_checks_is_up_to_date():
    assert TARGET.read_text("utf-8") == catalogue(), "run: python -m tests.ingest.checks.catalogue"
