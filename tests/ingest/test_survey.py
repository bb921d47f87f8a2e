"""The survey counts every source cell inside the grid once, whoever counts which part."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.grid import Grid, Window
from soilinfo.ingest.placement import blocks_of, offset_on, reading_blocks, source_windows
from soilinfo.ingest.raster import copy, is_copied, warp
from soilinfo.ingest.source import Reader, inspect, pack
from soilinfo.ingest.survey import Survey, read
from tests.ingest.surveyed import survey
from tests.ingest.test_raster import CLASSES, GRID, PH, SAND, TEXTURE, layer, write

SIZES = st.integers(1, 9)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A source with all that can be wrong with one, on cells of the grid but reaching beyond it."""
    random = np.random.default_rng(5)
    cells = random.uniform(2.5, 10, (20, 19)).astype("float32")
    odd = [np.nan, -9999, 77, np.inf, -32767, -3.4028235e38]
    cells[random.uniform(size=cells.shape) < 0.3] = -9999
    for value in odd:
        cells[random.uniform(size=cells.shape) < 0.05] = value
    path = write(tmp_path_factory.mktemp("survey") / "a.tif", cells, west=99.5, north=2.25, nodata=-9999)
    return Reader(inspect(path), layer(), PH, None)


def counts(seen: Survey) -> Survey:
    """Without what depends on the order of the parts: examples, and the last digits of a sum."""
    return replace(seen, examples=[], total=round(seen.total, 6))


@given(SIZES, SIZES)
def test_the_surveys_of_any_parts_add_up_to_that_of_the_whole(source, height, width):
    (inside,) = source_windows(source.source, GRID, GRID.window)
    parts = [read(source, part)[1] for part in blocks_of(inside, height, width)]
    assert counts(sum(parts, Survey())) == counts(read(source, inside)[1])


@given(SIZES, SIZES)
def test_copying_window_by_window_surveys_every_cell_inside_the_grid_once(source, height, width):
    parts = [copy(source, GRID, part)[1] for part in blocks_of(GRID.window, height, width)]
    assert counts(sum(parts, Survey())) == counts(survey(source, GRID))


@given(st.integers(0, 30), st.integers(0, 30), SIZES, SIZES, SIZES, SIZES)
def test_blocks_tile_a_window(row, col, height, width, tall, wide):
    window = Window(row, col, height, width)
    seen = np.zeros((50, 50), int)
    for block in blocks_of(window, tall, wide):
        seen[block.slices] += 1
        assert block.row // tall == (block.row + block.height - 1) // tall, "within one block"
    expected = np.zeros_like(seen)
    expected[window.slices] = 1
    assert (seen == expected).all()


@given(st.sampled_from([(1, 40_000), (512, 512), (256, 256), (30_000, 40_000), (1, 1)]))
def test_what_is_read_at_once_is_bounded_however_the_file_is_stored(source, block):
    large = replace(source.source, height=30_000, width=40_000, block=block)
    parts = list(reading_blocks(large, Window(3, 5, 29_000, 39_000)))
    assert sum(part.cells for part in parts) == 29_000 * 39_000
    assert max(part.cells for part in parts) <= 2048**2
    assert len(parts) < 4 * 29_000 * 39_000 / 2048**2


def test_a_survey_says_what_the_cells_hold(source):
    (inside,) = source_windows(source.source, GRID, GRID.window)
    cells, masked = source.raw(inside)
    seen = survey(source, GRID)
    known = cells[~masked & ~np.isnan(cells)].astype("float64")
    finite = known[np.isfinite(known)]
    assert seen.cells == cells.size == 16 * 16
    assert seen.valid == known.size
    assert seen.nan == np.isnan(cells).sum() > 0
    assert seen.declared_nodata == (cells == -9999).sum() > 0
    assert seen.out_of_range == ((known < 2) | (known > 11)).sum() > 0
    assert (seen.low, seen.high) == (finite.min(), finite.max())
    assert seen.total == pytest.approx(finite.sum())
    lowest = float(np.float32(-3.4028235e38))
    assert seen.sentinels == {value: (cells == value).sum() for value in (-32767, lowest)}


def test_a_sentinel_that_is_declared_is_none(source):
    declared = Reader(source.source, layer(nodata=(-32767,)), PH, None)
    assert set(survey(declared, GRID).sentinels) == {float(np.float32(-3.4028235e38))}


def test_sentinels_of_integers_are_counted(tmp_path):
    cells = np.array([[65535, 255, 40], [65535, 9, 0]], dtype="uint16")
    reader = Reader(inspect(write(tmp_path / "a.tif", cells)), layer(), SAND, None)
    assert survey(reader, GRID).sentinels == {65535.0: 2}


def test_a_small_type_is_surveyed_as_the_same_cells_in_a_large_one(tmp_path):
    random = np.random.default_rng(7)
    cells = random.integers(240, 1100, (16, 16))
    cells[random.uniform(size=cells.shape) < 0.2] = -999
    cells[random.uniform(size=cells.shape) < 0.1] = 1800
    cells[random.uniform(size=cells.shape) < 0.1] = -32767
    seen, values = [], []
    for dtype in ("int16", "int32"):
        path = write(tmp_path / f"{dtype}.tif", cells.astype(dtype), nodata=-999, scale=0.01)
        reader = Reader(inspect(path), layer(), PH, None)
        found, survey_of_it = read(reader, Window(0, 0, 16, 16))
        values.append(found)
        seen.append(replace(survey_of_it, total=round(survey_of_it.total, 6)))
    assert seen[0] == seen[1]
    assert seen[0].out_of_range
    assert seen[0].sentinels
    assert np.array_equal(*values, equal_nan=True)


def test_codes_without_a_class_that_are_sentinels_are_counted_as_such(tmp_path):
    cells = np.array([[7, 7, -9999], [3, 7, -9999]], dtype="int16")
    known = layer(property="texture", unit=None, codes={7: "clay"})
    seen = survey(Reader(inspect(write(tmp_path / "t.tif", cells)), known, TEXTURE, CLASSES), GRID)
    assert seen.codes == {7: 3, -9999: 2, 3: 1}
    assert seen.sentinels == {-9999.0: 2}


def test_examples_say_where_on_the_earth_they_lie(tmp_path):
    cells = np.full((60, 60), 5.0, dtype="float32")
    cells[30, 20] = 99
    path = write(tmp_path / "utm.tif", cells, crs="EPSG:32748", west=-100000, north=10200000, size=8000)
    (example,) = survey(Reader(inspect(path), layer(), PH, None), GRID).examples
    assert (example["x"], example["y"], example["value"]) == (64000.0, 9956000.0, 99.0)
    assert (example["lon"], example["lat"]) == pytest.approx((101.082, -0.398), abs=0.01)


# ---- which sources are copied ----


@pytest.mark.parametrize(
    ("west", "north", "size", "crs", "offset"),
    [
        (100.0, 2.0, 0.25, "EPSG:4326", (0, 0)),
        (99.0, 2.5, 0.25, "EPSG:4326", (-2, -4)),
        (101.5, 1.0 + 1e-9, 0.25 + 1e-12, "EPSG:4326", (4, 6)),
        (100.1, 2.0, 0.25, "EPSG:4326", None),
        (100.0, 2.0, 0.2501, "EPSG:4326", None),
        (100.0, 2.0, 0.25, "EPSG:4269", None),
        (100.0, 2.0, 0.25, "EPSG:32748", None),
    ],
)
def test_a_source_is_copied_where_its_cells_are_those_of_the_grid(tmp_path, west, north, size, crs, offset):
    path = write(tmp_path / "a.tif", np.ones((40, 40), "uint8"), west=west, north=north, size=size, crs=crs)
    assert offset_on(inspect(path), GRID) == offset


def test_a_copy_is_exact_to_the_cell_and_leaves_the_rest_without_data(tmp_path):
    cells = np.random.default_rng(2).integers(250, 1000, (5, 30)).astype("int16")
    cells[2, 3:9] = -1
    path = write(tmp_path / "a.tif", cells, west=99.0, north=1.0, nodata=-1, scale=0.01)
    reader = Reader(inspect(path), layer(), PH, None)
    assert is_copied(reader, GRID)
    expected = np.full(GRID.shape, -32768)
    expected[4:9] = np.where(cells == -1, -32768, cells)[:, 4:20]
    assert (pack(warp(reader, GRID, GRID.window), PH) == expected).all()


def test_a_window_that_a_copied_source_does_not_reach_is_empty(tmp_path):
    path = write(tmp_path / "a.tif", np.ones((2, 2), "float32"))
    values, seen = copy(Reader(inspect(path), layer(), PH, None), GRID, Window(8, 8, 4, 4))
    assert np.isnan(values).all()
    assert seen == Survey()


@pytest.mark.parametrize("resampling", ["bilinear", "average", "nearest"])
def test_thin_blocks_warp_as_broad_ones_do(tmp_path, monkeypatch, resampling):
    cells = np.random.default_rng(3).uniform(4, 8, (300, 300)).astype("float32")
    path = write(tmp_path / "a.tif", cells, crs="EPSG:32748", west=150_000, north=10_150_000, size=1000)
    grid = Grid.covering("EPSG:4326", 1 / 110, (102.5, -1, 104, 1))
    reader = Reader(inspect(path), layer(resampling=resampling), PH, None)
    whole = pack(warp(reader, grid, grid.window), PH)
    thin = [pack(warp(reader, grid, part), PH) for part in blocks_of(grid.window, 7, grid.width)]
    assert (whole != -32768).any()
    assert np.abs(whole - np.vstack(thin)).max() <= 1
