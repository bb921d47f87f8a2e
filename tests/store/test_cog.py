"""The COG twin: a valid COG, equal to the cube, described for desktop software."""

import resource
from contextlib import contextmanager

import numpy as np
import pytest
import rasterio
from rio_cogeo import cog_validate

from soilinfo.errors import StoreError
from soilinfo.grid import Grid
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import Cube
from soilinfo.store.cut import cut
from soilinfo.store.layout import Variable
from soilinfo.store.shelf import Directory

GRID = Grid("EPSG:4326", 1 / 480, 95.0, 6.0, 2600, 2400)
PH = Variable("ph_h2o", "int16", -32768, 0.01)
CLASS = Variable("actual", "uint8", 0, overview="mode")


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    cube = Cube(Directory(tmp_path_factory.mktemp("cube")))
    y, x = np.mgrid[: GRID.height, : GRID.width]
    ph = np.where(x + y < 1100, PH.nodata, 450 + x // 10).astype("int16")
    classes = np.where(x + y < 1100, 0, 1 + x // 600 % 4).astype("uint8")
    with cube.writer("soil", "v1", GRID, [PH, CLASS], {}) as writer:
        for window in GRID.shards():
            writer.write("ph_h2o", window, ph[window.slices])
            writer.write("actual", window, classes[window.slices])
    return cube.open("soil", "v1")


def write(layer, variable, directory, **described):
    """Write a variable as a COG of the shelf in a directory; returns its path."""
    shelf = Directory(directory)
    with shelf.finished("soil", "v1.tif") as target:
        write_cog(layer, variable, target, **({"tags": {}} | described))
    return shelf.place("soil", "v1.tif")


@contextmanager
def limited(size):
    """No file of this process may grow beyond that many bytes: the system refuses the write that would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_cog_is_valid_and_equal_to_the_cube(layer, tmp_path):
    target = write(layer, "ph_h2o", tmp_path, tags={"LICENCE": "CC0"}, unit="pH")
    assert cog_validate(target, strict=True) == (True, [], [])
    with rasterio.open(target) as cog:
        assert np.array_equal(cog.read(1), layer.read("ph_h2o"))
        assert (cog.nodata, cog.scales, cog.offsets, cog.units) == (-32768, (0.01,), (0.0,), ("pH",))
        assert cog.bounds == pytest.approx(GRID.bounds)
        assert cog.crs == GRID.crs
        assert cog.block_shapes == [(512, 512)]
        assert cog.tags()["LICENCE"] == "CC0"
        assert cog.overviews(1) == [2, 4, 8]
        assert cog.tags(ns="IMAGE_STRUCTURE") | {"LAYOUT": "COG", "PREDICTOR": "2"} == cog.tags(
            ns="IMAGE_STRUCTURE"
        )
    assert [path.name for path in target.parent.iterdir()] == ["v1.tif"]


@pytest.mark.parametrize("variable", ["ph_h2o", "actual"])
def test_overviews_are_those_of_the_cube(layer, tmp_path, variable):
    target = write(layer, variable, tmp_path)
    for place, overview in enumerate(layer.overviews[1:]):
        with rasterio.open(target, overview_level=place) as cog:
            assert np.array_equal(cog.read(1), layer.read(variable, overview=overview))


def test_classes_carry_their_colours_and_names(layer, tmp_path):
    colours, names = {1: (0, 97, 0), 4: (200, 0, 0)}, {1: "S1: highly suitable", 4: "N: not suitable"}
    target = write(layer, "actual", tmp_path, colours=colours, category_names=names)
    assert cog_validate(target, strict=True)[0]
    with rasterio.open(target) as cog:
        assert np.array_equal(cog.read(1), layer.read("actual"))
        assert cog.colormap(1)[4] == (200, 0, 0, 255)
        assert cog.colormap(1)[0][3] == 0
        assert cog.tags(1)["CLASS_1"] == "S1: highly suitable"
    with rasterio.open(target, overview_level=1) as coarse:
        assert set(np.unique(coarse.read(1))) == {0, 1, 2, 3, 4}


def test_a_large_cog_is_a_bigtiff(layer, tmp_path, monkeypatch):
    monkeypatch.setattr("soilinfo.store.cog._CLASSIC_BYTES", 2**16)
    target = write(layer, "ph_h2o", tmp_path)
    assert target.read_bytes()[:4] == b"II+\0"
    assert cog_validate(target, strict=True) == (True, [], [])
    with rasterio.open(target) as cog:
        assert np.array_equal(cog.read(1), layer.read("ph_h2o"))
        assert cog.crs == GRID.crs


def test_tiles_without_data_take_no_space(layer, tmp_path):
    with rasterio.open(write(layer, "ph_h2o", tmp_path)) as cog:
        assert cog.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1) is None
        assert cog.get_tag_item("BLOCK_OFFSET_4_0", "TIFF", bidx=1) is not None
        assert (cog.read(1, window=rasterio.windows.Window(0, 0, 512, 300)) == PH.nodata).all()


def test_the_same_cells_give_the_same_bytes(layer, tmp_path):
    first, second = (write(layer, "ph_h2o", tmp_path / name, tags={"TITLE": "pH"}) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_a_cog_is_never_overwritten(layer, tmp_path):
    write(layer, "actual", tmp_path)
    with pytest.raises(StoreError, match="exists already"):
        write(layer, "ph_h2o", tmp_path)


def test_a_cog_that_fails_half_way_leaves_nothing(layer, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(layer, "read", fail)
    with pytest.raises(StoreError, match="disk full"):
        write(layer, "actual", tmp_path)
    assert list((tmp_path / "soil").iterdir()) == []


@pytest.mark.parametrize("room", range(0, 160_000, 20_000))
def test_a_disk_that_is_full_at_any_write_is_an_error_and_leaves_nothing(layer, tmp_path, room):
    whole = write(layer, "ph_h2o", tmp_path / "whole").stat().st_size
    assert whole > 160_000
    with limited(room), pytest.raises(StoreError, match="cannot be written"):
        write(layer, "ph_h2o", tmp_path / "full")
    assert list((tmp_path / "full" / "soil").iterdir()) == []


def test_a_part_has_the_cells_and_the_overviews_of_the_whole(layer, tmp_path):
    part = cut(layer, (95.9, 2.1, 98.2, 4.9))
    target = write(part, "ph_h2o", tmp_path, unit="pH")
    assert cog_validate(target, strict=True) == (True, [], [])
    west, south, east, north = part.grid.bounds
    assert np.allclose([west, south, east, north], (95.9, 2.1, 98.2, 4.9), atol=4 * GRID.resolution)
    with rasterio.open(target) as cog:
        assert cog.bounds == pytest.approx(part.grid.bounds)
        window = GRID.window_of(cog.bounds)
        assert np.array_equal(cog.read(1), layer.read("ph_h2o", window))
        assert (cog.nodata, cog.scales, cog.overviews(1)) == (-32768, (0.01,), [2, 4])
    with rasterio.open(target, overview_level=1) as cog:
        level = layer.grid_of(4).window_of(part.grid.bounds)
        assert np.array_equal(cog.read(1), layer.read("ph_h2o", level, 4))


def test_nothing_is_cut_where_a_layer_does_not_lie(layer):
    assert cut(layer, (10.0, 0.0, 11.0, 1.0)) is None
