"""Tiles become one raster, or it is said where and by how much they disagree."""

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import CRS

from soilinfo.catalog.models import Layer, Property, Ramp
from soilinfo.errors import SourceError
from soilinfo.grid import Grid
from soilinfo.ingest.checks.mosaic import tile_gaps, tile_types_differ, tiles_disagree
from soilinfo.ingest.mosaic import mosaic, seams, vrt
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import Reader, inspect

TEXT = {"en": "a", "id": "b"}
GRID = Grid.covering("EPSG:4326", 0.25, (100, -2, 104, 2))
PH = Property(
    id="ph_h2o",
    title=TEXT,
    theme="soil",
    unit="pH",
    valid_range=(0, 14),
    ramp=Ramp(low=4, high=8, colours=("#000000", "#ffffff")),
)


def layer(**changes):
    return Layer(
        **{"id": "ph_h2o", "property": "ph_h2o", "source": "x", "unit": "pH", "licence": "x"}
        | {"attribution": "x"}
        | changes
    )


def tile(path, cells, west, *, crs="EPSG:4326", size=0.25, **more):
    facts = {"driver": "GTiff", "count": 1, "dtype": cells.dtype, "crs": crs} | more
    transform = Affine(size, 0, west, 0, -size, 2.0)
    with rasterio.open(
        path, "w", height=cells.shape[0], width=cells.shape[1], transform=transform, **facts
    ) as target:
        target.write(cells, 1)
    return str(path)


def pair(directory, left=5.0, right=6.0, kinds=("float32", "float32"), nodata=(-9999, -9999)):
    """Two tiles of 16 x 10 cells that share their four middle columns."""
    return [
        tile(directory / "a.tif", np.full((16, 10), left, kinds[0]), 100, nodata=nodata[0]),
        tile(directory / "b.tif", np.full((16, 10), right, kinds[1]), 101.5, nodata=nodata[1]),
    ]


def on_the_grid(directory, paths, **changes):
    target, described = directory / "m.vrt", layer(**changes)
    target.write_text(vrt(mosaic(paths, 1), described))
    return warp(Reader(inspect(str(target)), described, PH, None), GRID, GRID.window)


def disagreement(paths, **changes):
    one, whole = layer(**changes), mosaic(paths, 1)
    return tiles_disagree(one, PH, whole, seams(whole, one, PH, None))


def test_tiles_that_disagree_block_and_say_where_by_how_much(tmp_path):
    found = disagreement(pair(tmp_path))
    assert (found.check, found.severity, found.count) == ("tiles_disagree", "block", 64)
    assert found.evidence["largest"] == 1.0
    assert found.evidence["place"] == [101.625, 1.875]


@pytest.mark.parametrize(("merge", "value"), [("first", 5.0), ("last", 6.0)])
def test_the_declared_rule_says_which_tile_counts(tmp_path, merge, value):
    paths = pair(tmp_path)
    assert disagreement(paths, merge=merge).severity == "note"
    result = on_the_grid(tmp_path, paths, merge=merge)
    assert (result[:, :6] == 5.0).all()
    assert (result[:, 6:10] == value).all()
    assert (result[:, 10:] == 6.0).all()


def test_tiles_that_agree_need_no_rule(tmp_path):
    assert disagreement(pair(tmp_path, 5.0, 5.0)) is None


def test_what_is_no_data_in_one_tile_is_taken_from_the_other(tmp_path):
    paths = pair(tmp_path, 5.0, -9999)
    assert disagreement(paths) is None
    result = on_the_grid(tmp_path, paths, merge="last")
    assert (result[:, :10] == 5.0).all()
    assert np.isnan(result[:, 10:]).all()


@pytest.mark.parametrize("declared", [None, -9999, -1])
@pytest.mark.parametrize("means_no_data", [-9999, -32768, np.nan])
def test_whatever_means_no_data_in_a_tile_takes_no_cell_of_another(tmp_path, means_no_data, declared):
    paths = pair(tmp_path, 5.0, 6.0, nodata=(declared, declared))
    with rasterio.open(paths[1], "r+") as file:
        cells = file.read(1)
        cells[:, :5] = means_no_data
        file.write(cells, 1)
    result = on_the_grid(tmp_path, paths, nodata=[-9999, -32768])
    assert (result[:, :10] == 5.0).all()
    assert np.isnan(result[:, 10]).all()
    assert (result[:, 11:] == 6.0).all()


def test_a_value_that_is_no_data_in_one_tile_alone_stays_a_value_in_the_other(tmp_path):
    paths = pair(tmp_path, 3, 5, ("uint8", "uint8"), (5, 3))
    whole = mosaic(paths, 1)
    assert (whole.dtype, whole.nodata) == ("int16", -32768.0)
    result = on_the_grid(tmp_path, paths, merge="last")
    assert set(np.unique(result)) == {3.0, 5.0}
    assert tile_types_differ(layer(), whole).severity == "warn"


def test_gaps_between_tiles_are_noted_and_are_no_data(tmp_path):
    paths = [
        tile(tmp_path / "a.tif", np.full((16, 4), 5, "uint8"), 100),
        tile(tmp_path / "b.tif", np.full((16, 4), 6, "uint8"), 103),
    ]
    found = tile_gaps(layer(), mosaic(paths, 1))
    assert (found.severity, found.count) == ("note", 128)
    assert found.evidence["place"][0] == pytest.approx(102, abs=1)
    assert np.isnan(on_the_grid(tmp_path, paths)[:, 4:12]).all()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"crs": CRS.from_epsg(32748).to_wkt()}, "coordinate reference system"),
        ({"size": 0.5}, "cell size"),
        ({"west": 101.6}, "lie between"),
    ],
)
def test_tiles_of_different_grids_are_refused_by_name(tmp_path, changes, reason):
    cells = np.full((4, 4), 5, "uint8")
    facts = {"west": 101.0} | changes
    paths = [tile(tmp_path / "a.tif", cells, 100), tile(tmp_path / "b.tif", cells, **facts)]
    with pytest.raises(SourceError, match=reason) as refused:
        mosaic(paths, 1)
    assert refused.value.check == "tiles_differ"


NUMBERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32"]


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("nodata", [(0, 0), (0, None), (None, None)])
def test_tiles_of_every_type_of_numbers_become_one_raster(tmp_path, kind, nodata):
    paths = pair(tmp_path, 5, 6, (kind, kind), nodata)
    with rasterio.open(paths[0], "r+") as first:
        first.write(np.zeros((1, 1), kind), 1, window=rasterio.windows.Window(0, 0, 1, 1))
    result = on_the_grid(tmp_path, paths)
    assert (result[:, 10:] == 6).all()
    assert (result[1:, :6] == 5).all()
    assert np.isnan(result[0, 0]) == (nodata[0] == 0)


@pytest.mark.parametrize("lowest", [-(2**63), -(2**63) + 1, -(2**53) - 1])
def test_the_lowest_of_64_bits_is_no_data_in_tiles_that_declare_it(tmp_path, lowest):
    paths = [
        tile(tmp_path / f"{west}.tif", np.array([[lowest, west - 95]]), west, nodata=lowest)
        for west in (100, 101)
    ]
    result = on_the_grid(tmp_path, paths)[0]
    assert np.isnan(result[[0, 4]]).all()
    assert result[[1, 5]].tolist() == [5, 6]
