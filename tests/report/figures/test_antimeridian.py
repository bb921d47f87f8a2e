"""Countries on both sides of the antimeridian are one on paper."""

import pytest
from shapely import MultiPolygon, box, total_bounds

from soilinfo.report.figures.antimeridian import put_together

CUT = MultiPolygon([box(177, -18, 180, -16), box(-180, -18, -178, -16)])


def test_what_the_antimeridian_cuts_is_put_together_again():
    placed = put_together({"a": CUT, "b": box(175, -18, 177, -16)})
    assert total_bounds([*placed.values()]).tolist() == [175, -18, 182, -16]
    assert placed["a"].geom_type == "Polygon"
    assert placed["a"].area == pytest.approx(CUT.area)


def test_land_that_lies_closer_together_the_other_way_round_stays_where_it_is():
    apart = {"a": box(-20, 0, -10, 5), "b": box(30, 0, 40, 5)}
    assert put_together(apart) == apart


def test_a_region_from_asia_to_the_pacific_ends_where_there_is_no_land():
    region = {"asia": box(70, -10, 150, 40), "fiji": CUT, "samoa": box(-173, -14, -171, -13)}
    west, _, east, _ = total_bounds([*put_together(region).values()])
    assert (west, east) == (70, 189)
