"""For which map scales a grid is fine enough."""

import pytest

from soilinfo.catalog.map_scale import scale_note
from soilinfo.grid import Grid, smallest_scale


def square(crs: str, cell: float) -> Grid:
    west, south = (110.0, -1.0) if crs == "EPSG:4326" else (500_000.0, 9_900_000.0)
    return Grid.covering(crs, cell, (west, south, west + 10 * cell, south + 10 * cell))


@pytest.mark.parametrize(
    ("crs", "cell", "scale"),
    [
        ("EPSG:4326", 7.5 / 3600, 500_000),
        ("EPSG:4326", 30 / 3600, 2_500_000),
        ("EPSG:32750", 25.0, 50_000),
        ("EPSG:32750", 26.0, 100_000),
        ("EPSG:32750", 100.0, 250_000),
    ],
)
def test_a_cell_takes_at_most_half_a_millimetre_on_a_map_of_a_usual_scale(crs, cell, scale):
    grid = square(crs, cell)
    assert smallest_scale(grid) == scale
    assert grid.cell_side_m / scale <= 0.0005 * (1 + 1e-3)


def test_the_note_says_the_scale_the_cell_and_what_a_spatial_plan_would_need():
    note = scale_note(square("EPSG:4326", 7.5 / 3600))
    assert note["en"].startswith("For maps at 1:500,000 or smaller: cells of 231 m")
    assert "A spatial plan at 1:50,000 needs cells of 25 m or polygons" in note["en"]
    assert "1:500.000" in note["id"]
    assert "1:50.000" in note["id"]


def test_a_grid_fine_enough_for_spatial_plans_is_not_said_to_be_too_coarse():
    assert "polygons" not in scale_note(square("EPSG:32750", 25.0))["en"]
