"""Numbers that people use for no data are told from values that happen to be written with the same digits."""

import dataclasses

import pytest
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.ingest.checks.nodata import SENTINEL_SHARE, plausible_nodata, undeclared_sentinels
from soilinfo.ingest.checks.raster_evidence import RasterEvidence
from soilinfo.ingest.source import Source
from soilinfo.ingest.survey import Survey
from tests.country import ROOT

CATALOG = load(ROOT / "config")
TEMPERATURE = CATALOG.layer("temperature_mean_annual")


def seen(count, *, scale=0.01, offset=20.0, valid=1_000_000):
    """A survey of temperatures in which ``count`` cells hold -999."""
    source = Source(
        path="t.tif",
        band=1,
        crs="EPSG:4326",
        transform=Affine(1, 0, 0, 0, -1, 0),
        height=1000,
        width=1000,
        dtype="int16",
        nodata=-32768.0,
        scale=scale,
        offset=offset,
        driver="GTiff",
        has_mask=False,
        block=(256, 256),
    )
    survey = dataclasses.replace(Survey(), valid=valid, sentinels={-999.0: count})
    prop = CATALOG.property(TEMPERATURE.property)
    return RasterEvidence(TEMPERATURE.id, TEMPERATURE, prop, None, source, survey)


def test_a_few_cells_whose_value_is_written_like_a_sentinel_are_values():
    assert undeclared_sentinels(seen(9)) is None


def test_a_possible_value_that_fills_much_of_the_map_is_no_value():
    found = undeclared_sentinels(seen(int(1_000_000 * SENTINEL_SHARE)))
    assert (found.severity, found.count) == ("block", 1000)


@pytest.mark.parametrize("count", [1, 9])
def test_an_impossible_value_is_a_sentinel_however_few_cells_have_it(count):
    found = undeclared_sentinels(seen(count, scale=1.0, offset=0.0))
    assert found.count == count
    assert "-999" in found.message


def test_the_no_data_value_of_a_standard_deviation_has_no_zero_point():
    evidence = seen(0, scale=1.0, offset=0.0)
    spread = TEMPERATURE.model_copy(update={"statistic": "sd", "unit": "K"})
    source = dataclasses.replace(evidence.source, nodata=0.0)
    survey = dataclasses.replace(evidence.survey, declared_nodata=5)
    found = plausible_nodata(dataclasses.replace(evidence, layer=spread, source=source, survey=survey))
    assert found.evidence["value"] == 0
