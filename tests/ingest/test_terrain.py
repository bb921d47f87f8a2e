"""Slope on the cells of an elevation model, and what the national grid gets of it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Geod

from soilinfo.catalog.load import load
from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks.raster_evidence import RasterEvidence
from soilinfo.ingest.checks.terrain import coarse_elevation
from soilinfo.ingest.source import Reader, inspect
from soilinfo.ingest.terrain import cell_metres, slope_percent, slopes, whole_shares

CONFIG = Path(__file__).parents[2] / "config"
EDGES = (3.0, 8.0, 15.0, 25.0, 40.0)
NODATA = -9999.0


def write(path: Path, heights: np.ndarray, crs: str, transform: Affine) -> Path:
    shape = {"height": heights.shape[0], "width": heights.shape[1], "count": 1}
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", crs=crs, transform=transform, nodata=NODATA, **shape
    ) as file:
        file.write(heights.astype("float32"), 1)
    return path


def reader(path: Path) -> Reader:
    catalog = load(CONFIG)
    layer = catalog.layer("elevation")
    return Reader(inspect(str(path)), layer, catalog.property("elevation"), None)


@given(
    east=st.floats(-2, 2),
    north=st.floats(-2, 2),
    side=st.floats(1, 100),
    missing=arrays(bool, (6, 7), elements=st.booleans()),
)
def test_a_plane_has_its_slope(east: float, north: float, side: float, missing: np.ndarray) -> None:
    rows, cols = np.mgrid[0:8, 0:9] * side
    heights = 500 + east * cols - north * rows
    sides = np.full(6, side)
    assert np.allclose(slope_percent(heights, sides, sides), 100 * np.hypot(east, north), atol=1e-7)
    # Where cells are missing, the slope of the others is not steeper than it is, and theirs is missing.
    heights[1:-1, 1:-1][missing] = np.nan
    slope = slope_percent(heights, sides, sides)
    assert (np.isnan(slope) == missing).all()
    assert (slope[~missing] <= 100 * np.hypot(east, north) + 1e-6).all()


def test_a_coast_does_not_change_the_slope_beside_it() -> None:
    heights = np.fromfunction(lambda row, col: 10.0 * col + 4.0 * row, (9, 9))
    heights[:, 5:] = np.nan
    sides = np.full(7, 30.0)
    slope = slope_percent(heights, sides, sides)
    assert np.allclose(slope[:, :4], 100 * np.hypot(10 / 30, 4 / 30))
    assert np.isnan(slope[:, 4:]).all()


@pytest.mark.parametrize("latitude", [-10.0, 0.0, 5.0, 45.0, 60.0])
def test_geographic_cells_are_measured_on_the_ellipsoid(tmp_path: Path, latitude: float) -> None:
    size = 1 / 3600
    transform = Affine(size, 0, 100, 0, -size, latitude + 20 * size)
    path = write(tmp_path / "dem.tif", np.zeros((40, 40)), "EPSG:4326", transform)
    east, north = cell_metres(inspect(str(path)), Window(20, 0, 1, 1))
    geod, y = Geod(ellps="WGS84"), latitude - size / 2
    assert east[0] == pytest.approx(geod.line_length([100, 100 + size], [y, y]), rel=1e-6)
    assert north[0] == pytest.approx(geod.line_length([100, 100], [y - size / 2, y + size / 2]), rel=1e-6)


@pytest.mark.parametrize(("crs", "left", "top", "side"), [("EPSG:32747", 700_000, 9_300_000, 30.0)])
def test_shares_of_a_roof_of_two_sides(
    tmp_path: Path, crs: str, left: float, top: float, side: float
) -> None:
    """A roof whose one side rises by 5 % and the other falls by 20 %, its ridge on a grid line."""
    cols = np.arange(80) + 0.5
    heights = np.where(cols < 40, 0.05 * cols, 0.05 * 40 - 0.20 * (cols - 40)) * side + np.zeros((80, 1))
    path = write(tmp_path / "dem.tif", heights, crs, Affine(side, 0, left, 0, -side, top))
    grid = Grid(crs, 20 * side, left, top, 4, 4)
    made = slopes(reader(path), grid, grid.window, EDGES)
    assert (made.shares.sum(axis=0) == 100).all()
    assert (made.shares[1, :, 0] == 100).all(), "the gentle side: 3 to 8 %"
    assert (made.shares[3, :, 3] == 100).all(), "the steep side: 15 to 25 %"
    assert made.mean[1, 0] == pytest.approx(5.0, abs=0.01)
    assert made.mean[1, 3] == pytest.approx(20.0, abs=0.01)
    assert (made.shares[1, :, 1] == 95).all(), "the column of cells at the ridge has neither slope"


def test_what_has_no_heights_has_no_data(tmp_path: Path) -> None:
    heights = np.zeros((40, 40))
    heights[:, 20:] = NODATA
    path = write(tmp_path / "dem.tif", heights, "EPSG:32747", Affine(30, 0, 600_000, 0, -30, 9_300_000))
    grid = Grid("EPSG:32747", 300.0, 600_000, 9_300_000, 6, 4)
    made = slopes(reader(path), grid, grid.window, EDGES)
    assert (made.shares[0] == [[100, 100, -1, -1, -1, -1]] * 4).all()
    assert np.isnan(made.mean[:, 2:]).all()


def test_heights_in_cells_of_the_grids_size_leave_no_hole(tmp_path: Path) -> None:
    heights = 3.0 * np.arange(60) + np.zeros((60, 1))
    path = write(tmp_path / "dem.tif", heights, "EPSG:32747", Affine(230, 0, 600_000, 0, -230, 9_300_000))
    grid = Grid.covering("EPSG:4326", 7.5 / 3600, (99.95, -6.38, 100.0, -6.34))
    assert np.isfinite(slopes(reader(path), grid, grid.window, EDGES).mean).all()


def test_blocks_make_no_seam(tmp_path: Path, rough: Callable[[tuple[int, int]], np.ndarray]) -> None:
    path = write(
        tmp_path / "dem.tif", rough((90, 90)), "EPSG:32747", Affine(30, 0, 600_000, 0, -30, 9_300_000)
    )
    grid = Grid.covering("EPSG:4326", 7.5 / 3600, (99.90, -6.345, 99.93, -6.33))
    whole = slopes(reader(path), grid, grid.window, EDGES)
    for window in (Window(0, 0, 3, 5), Window(3, 5, 2, 4)):
        part = slopes(reader(path), grid, window, EDGES)
        np.testing.assert_array_equal(part.shares, whole.shares[:, *window.slices])
        np.testing.assert_allclose(part.mean, whole.mean[window.slices], rtol=1e-12)


@pytest.fixture
def rough() -> Callable[[tuple[int, int]], np.ndarray]:
    """Rough land of some hundred metres."""

    def made(shape: tuple[int, int]) -> np.ndarray:
        return 300 + np.cumsum(np.random.default_rng(1).normal(0, 4, shape), axis=1)

    return made


@given(counts=arrays(np.int64, (6, 3, 4), elements=st.integers(0, 1000)))
def test_shares_are_whole_percents_that_add_up_and_lie_next_to_the_true_ones(counts: np.ndarray) -> None:
    shares, cells = whole_shares(counts), counts.sum(axis=0)
    measured = cells > 0
    assert (shares.sum(axis=0)[measured] == 100).all()
    assert (shares[:, ~measured] == -1).all()
    true = 100 * counts / np.maximum(cells, 1)
    assert (np.abs(shares - true)[:, measured] < 1).all()


@pytest.mark.skipif(shutil.which("gdaldem") is None, reason="needs gdaldem")
def test_gdaldem_finds_the_same_slopes(
    tmp_path: Path, rough: Callable[[tuple[int, int]], np.ndarray]
) -> None:
    heights = rough((60, 70))
    heights[20:30, 40:50] = NODATA
    path = write(tmp_path / "dem.tif", heights, "EPSG:32747", Affine(30, 0, 600_000, 0, -30, 9_300_000))
    out = tmp_path / "slope.tif"
    subprocess.run(["gdaldem", "slope", "-p", "-q", str(path), str(out)], check=True)
    with rasterio.open(out) as file:
        theirs = file.read(1, masked=True)[1:-1, 1:-1]
    with rasterio.open(path) as file:
        read = file.read(1, masked=True).astype(np.float64).filled(np.nan)
    sides = np.full(58, 30.0)
    ours = slope_percent(read, sides, sides)
    # GDAL leaves out the cells beside missing ones.
    there = ~np.ma.getmaskarray(theirs)
    assert there.mean() > 0.9
    np.testing.assert_allclose(ours[there], theirs.data[there], rtol=1e-5, atol=2e-4)


@pytest.mark.parametrize(("side", "warns"), [(30.0, False), (90.0, True)])
def test_a_coarse_elevation_model_is_told(tmp_path: Path, side: float, warns: bool) -> None:
    path = write(tmp_path / "dem.tif", np.zeros((9, 9)), "EPSG:32747", Affine(side, 0, 6e5, 0, -side, 9.3e6))
    catalog = load(CONFIG)
    layer = catalog.layer("slope_share_3_8").model_copy(update={"property": "elevation"})
    found = coarse_elevation(
        RasterEvidence(layer.id, layer, catalog.property("elevation"), None, inspect(str(path)))
    )
    assert bool(found) == warns
    if found:
        assert found.severity == "warn"
        assert "90 m" in found.message
        assert found.evidence["place"] == pytest.approx([99.9, -6.33], abs=0.02)
