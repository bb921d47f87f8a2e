"""What a layer holds where no unit of the country is."""

import numpy as np
import pytest

from soilinfo.catalog.models import Layer, Property
from soilinfo.ingest.checks.territory import data_outside_territory, grown, outside_of, undeclared_fill

NODATA = -32768
PLACE = [120.0, -7.0]
LAND = np.zeros((50, 50), bool)
LAND[:, :20] = True
LAYER = {"id": "rain", "property": "rain", "source": "rain.tif", "licence": "CC0-1.0", "attribution": "t"}
RAIN = Property.model_validate(
    {
        "id": "rain",
        "title": {"en": "Rain", "id": "Hujan"},
        "theme": "climate",
        "unit": "mm",
        "decimals": 0,
        "valid_range": [0, 12000],
        "ramp": {"low": 0, "high": 4000, "colours": ["#ffffff", "#0000ff"]},
    }
)


def found(sea, coast=3, **config):
    """Ids of what is found of a layer whose values at sea are ``sea``."""
    packed = np.full(LAND.shape, 2000, "int16")
    packed[~LAND] = np.broadcast_to(sea, LAND.shape)[~LAND]
    layer = Layer.model_validate({**LAYER, **config})
    seen = outside_of(packed, NODATA, LAND, coast)
    findings = (
        data_outside_territory(layer, seen, f"{seen.value} mm", PLACE),
        undeclared_fill(layer, RAIN, seen, float(seen.value), PLACE),
    )
    return {finding.check for finding in findings if finding}


def test_a_sea_without_data_has_nothing_to_tell():
    assert found(NODATA) == set()


def test_values_that_go_on_a_few_cells_over_the_sea_are_no_finding():
    coast = np.where(np.arange(50) < 23, 2000 + np.arange(50)[:, np.newaxis], NODATA)
    assert found(coast) == set()
    assert found(coast, coast=0) == {"data_outside_territory"}


@pytest.mark.parametrize("fill", [0, 2000, 255, 9999])
def test_a_sea_of_one_number_is_blocked_whichever_it_is(fill):
    assert found(fill) == {"data_outside_territory", "undeclared_fill"}


def test_a_sea_that_is_mostly_one_number_is_blocked():
    rows = np.arange(50)[:, np.newaxis]
    assert found(np.where(rows < 4, 1500 + rows, 0)) == {"data_outside_territory", "undeclared_fill"}


def test_such_a_number_among_others_is_a_measured_one():
    assert found(np.arange(50)[:, np.newaxis] * 5 + 250) == {"data_outside_territory"}


def test_how_much_may_lie_outside_is_configured():
    assert found(255, most_outside_pct=60) == set()


def test_a_mask_grows_along_rows_and_columns_and_not_beyond_its_edges():
    mask = np.zeros((5, 6), bool)
    mask[0, 2] = True
    assert grown(mask, 1).nonzero()[0].tolist() == [0, 0, 0, 1, 1, 1]
    assert grown(mask, 1).nonzero()[1].tolist() == [1, 2, 3, 1, 2, 3]
    assert (grown(mask, 0) == mask).all()
