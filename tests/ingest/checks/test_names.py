"""Every check that config may name is a function of that name, which says what it does and why."""

import pytest

from soilinfo.findings import CANDIDATE_CHECKS, RASTER_CHECKS, TILE_CHECKS
from soilinfo.ingest.checks import comparison, mosaic, raster


def test_config_may_name_every_raster_check():
    assert {check.__name__ for check in raster.RASTER_CHECKS} <= set(RASTER_CHECKS)


@pytest.mark.parametrize(
    "check",
    [
        *raster.RASTER_CHECKS,
        *(getattr(comparison, name) for name in CANDIDATE_CHECKS),
        *(getattr(mosaic, name) for name in TILE_CHECKS),
    ],
)
def test_a_check_says_what_it_does_to_publication(check):
    assert check.__doc__.startswith(("Block ", "Warn ", "Note "))
