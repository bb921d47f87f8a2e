"""The cube: what is written is what is read, whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.grid import Grid, Window
from soilinfo.store import layout
from soilinfo.store.cube import Cube, CubeLayer
from soilinfo.store.layout import Variable
from soilinfo.store.pyramid import reduce
from soilinfo.store.shelf import Directory

GRID = Grid("EPSG:4326", 1 / 480, 95.0, 6.0, 2600, 2100)
PH = Variable("ph_h2o", "int16", -32768, 0.01, "average", {"units": "pH", "long_name": "Soil pH"})
CLASS = Variable("texture", "uint8", 0, overview="mode")


@pytest.fixture
def cube(tmp_path):
    return Cube(Directory(tmp_path / "cube"))


@pytest.fixture(scope="module")
def values():
    """pH that varies smoothly with a sea in the west, and its classes; the north-east is sea as well."""
    y, x = np.mgrid[: GRID.height, : GRID.width]
    ph = (500 + 100 * np.sin(x / 90) * np.cos(y / 70)).astype("int16")
    ph[:, :700] = PH.nodata
    ph[:2048, 2048:] = PH.nodata
    return {"ph_h2o": ph, "texture": np.where(ph == PH.nodata, 0, ph // 40 % 12 + 1).astype("uint8")}


def write(cube, values, version="v1", attrs=None):
    with cube.writer("soil", version, GRID, [PH, CLASS], attrs or {}) as writer:
        for window in GRID.shards():
            for name, packed in values.items():
                writer.write(name, window, packed[window.slices])
    return cube.open("soil", version)


def test_what_is_written_is_what_is_read(cube, values):
    layer = write(cube, values, attrs={"title": "Soil", "lineage": {"crs": [1, 2]}})
    window = Window(1000, 600, 1100, 1700)
    for name, packed in values.items():
        assert np.array_equal(layer.read(name), packed)
        assert np.array_equal(layer.read(name, window), packed[window.slices])
        assert layer.read(name, window).dtype == packed.dtype
    assert layer.grid == GRID
    assert layer.variables == {"ph_h2o": PH, "texture": CLASS}
    assert layer.attrs == {"Conventions": "CF-1.11", "title": "Soil", "lineage": {"crs": [1, 2]}}


def test_the_pyramid_is_each_level_reduced_from_the_one_below(cube, values):
    layer = write(cube, values)
    assert layer.overviews == (1, 2, 4, 8)
    for variable in (PH, CLASS):
        expected = values[variable.name]
        for overview in layer.overviews[1:]:
            expected = reduce(expected, variable.overview, variable.nodata)
            assert np.array_equal(layer.read(variable.name, overview=overview), expected)


def test_a_level_has_a_grid_of_its_own(cube, values):
    layer = write(cube, values)
    assert layer.grid_of(8) == Grid("EPSG:4326", 8 / 480, 95.0, 6.0, 325, 263)
    window = Window(10, 300, 250, 25)
    assert layer.read("texture", window, 8).shape == window.shape


@given(st.integers(-32767, 32767), st.sampled_from([1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6]))
def test_a_packed_number_decodes_to_exactly_the_decimal_it_stands_for(packed, scale):
    decoded = decoded_by(Variable("x", "int16", -32768, scale), packed)
    assert decoded == float(packed * Decimal(str(scale)))


def decoded_by(variable, packed):
    layer = object.__new__(CubeLayer)
    layer.variables = {"x": variable}
    return float(layer.decode("x", np.array([packed], dtype=variable.dtype))[0])


def test_550_hundredths_are_five_and_a_half_and_no_data_is_nan(cube, values):
    layer = write(cube, values)
    decoded = layer.decode("ph_h2o", np.array([[550, 551], [-32768, 0]], dtype="int16"))
    assert decoded.dtype == np.float64
    assert decoded[0].tolist() == [5.5, 5.51]
    assert np.isnan(decoded[1, 0])
    assert decoded[1, 1] == 0.0


def test_xarray_reads_a_version_as_cf_data(cube, values):
    write(cube, values, attrs={"title": "Soil"})
    with xr.open_zarr(cube.place("soil", "v1"), chunks=None) as data:
        assert data.attrs["title"] == "Soil"
        assert data["ph_h2o"].dims == ("y", "x")
        assert data["ph_h2o"].attrs["units"] == "pH"
        assert np.allclose(data["x"], GRID.x)
        assert np.allclose(data["y"], GRID.y)
        assert data["y"].attrs["standard_name"] == "latitude"
        assert data["crs"].attrs["grid_mapping_name"] == "latitude_longitude"
        sea = np.isnan(data["ph_h2o"].values)
        assert np.array_equal(sea, values["ph_h2o"] == PH.nodata)
        assert np.allclose(data["ph_h2o"].values[~sea], values["ph_h2o"][~sea] * 0.01)
    with xr.open_zarr(cube.place("soil", "v1"), group="4", chunks=None) as coarse:
        assert coarse.sizes == {"y": 525, "x": 650}
        assert float(coarse["x"][0]) == pytest.approx(95 + 2 / 480)


def test_a_projected_grid_names_its_axes_and_unit(cube):
    grid = Grid("EPSG:9488", 30.0, 200_000.0, 9_500_000.0, 20, 10)
    with cube.writer("soil", "v1", grid, [CLASS], {}) as writer:
        writer.write("texture", grid.window, np.ones((10, 20), dtype="uint8"))
    with xr.open_zarr(cube.place("soil", "v1"), chunks=None) as data:
        assert data["x"].attrs == {"standard_name": "projection_x_coordinate", "axis": "X", "units": "metre"}
        assert data["crs"].attrs["grid_mapping_name"] == "transverse_mercator"


def test_shards_without_data_take_no_space(cube, values):
    write(cube, values)
    assert not (cube.place("soil", "v1") / "ph_h2o/c/0/1").exists()
    assert (cube.place("soil", "v1") / "ph_h2o/c/0/0").exists()
    assert (cube.open("soil", "v1").read("ph_h2o", Window(0, 2048, 2048, 552)) == PH.nodata).all()


def test_threads_may_write_different_shards_at_once(cube, values):
    tasks = [(name, window) for name in values for window in GRID.shards()]
    with cube.writer("soil", "v1", GRID, [PH, CLASS], {}) as writer, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda task: writer.write(*task, values[task[0]][task[1].slices]), tasks))
    layer = cube.open("soil", "v1")
    with ThreadPoolExecutor(4) as pool:
        for name, packed in pool.map(lambda task: (task, layer.read(*task)), tasks):
            assert np.array_equal(packed, values[name[0]][name[1].slices])


def test_zarrs_own_pipeline_reads_the_same(cube, values, monkeypatch):
    write(cube, values)
    monkeypatch.setattr(layout, "find_spec", lambda _: None)
    assert layout.reading_pipeline(Path()) == layout.OWN_PIPELINE
    layer = Cube(cube._shelf).open("soil", "v1")
    assert "zarrs" not in type(layer._array("ph_h2o", 1).async_array.codec_pipeline).__module__
    assert np.array_equal(layer.read("ph_h2o"), values["ph_h2o"])


def test_the_compiled_pipeline_is_used_where_it_is_installed(cube, values):
    layer = write(cube, values)
    assert "zarrs" in type(layer._array("ph_h2o", 1).async_array.codec_pipeline).__module__


# ---- whole or not there ----


def test_nothing_is_visible_before_the_writer_ends(cube, values):
    with cube.writer("soil", "v1", GRID, [PH], {}) as writer:
        writer.write("ph_h2o", *first_shard(values))
        assert not cube.exists("soil", "v1")
        assert list(cube.on_disk()) == []
        with pytest.raises(UnknownNameError, match="soil/v1"):
            cube.open("soil", "v1")
    assert list(cube.on_disk()) == [("soil", "v1")]


def first_shard(values):
    window = next(GRID.shards())
    return window, values["ph_h2o"][window.slices]


def test_a_writer_that_fails_leaves_nothing(cube, values):
    def fail_half_way():
        with cube.writer("soil", "v1", GRID, [PH], {}) as writer:
            writer.write("ph_h2o", *first_shard(values))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert list(cube.place("soil", "v1").parent.iterdir()) == []


def test_a_version_is_never_overwritten(cube, values):
    write(cube, values)
    with pytest.raises(StoreError, match="soil/v1 exists already"), cube.writer("soil", "v1", GRID, [PH], {}):
        pass
    assert np.array_equal(cube.open("soil", "v1").read("texture"), values["texture"])


def test_a_removed_version_is_gone_at_once(cube, values):
    write(cube, values)
    cube.remove("soil", "v1")
    cube.remove("soil", "v1")
    assert not cube.exists("soil", "v1")
    with pytest.raises(UnknownNameError):
        cube.open("soil", "v1")


def test_cells_kept_for_the_next_reader_are_those_of_the_version_that_is_there(cube, values):
    cube = Cube(cube._shelf, keep=64 << 20)
    window = Window(100, 750, 300, 300)
    for shift in (0, 7):
        moved = {name: np.roll(packed, shift, axis=1) for name, packed in values.items()}
        layer = write(cube, moved)
        for _ in range(2):
            assert np.array_equal(layer.read("ph_h2o", window), moved["ph_h2o"][window.slices])
            assert np.array_equal(layer.read("texture", window), moved["texture"][window.slices])
            assert layer.read("texture", Window(10, 300, 250, 25), 8).shape == (250, 25)
        cube.remove("soil", "v1")


def test_open_versions_are_kept_for_the_next_caller(cube, values):
    assert write(cube, values) is cube.open("soil", "v1")


# ---- refusals ----


@pytest.mark.parametrize(
    ("name", "window", "dtype", "message"),
    [
        ("ph_h2o", Window(0, 0, 512, 512), "int16", "not a shard"),
        ("ph_h2o", Window(0, 0, 2048, 2048), "float32", "needs int16 .* not float32"),
        ("ph_h2o", Window(2048, 0, 52, 2048), "int64", "needs int16"),
    ],
)
def test_a_writer_takes_only_whole_shards_of_the_right_type(cube, name, window, dtype, message):
    with (
        pytest.raises(StoreError, match=message),
        cube.writer("soil", "v1", GRID, [PH], {}) as writer,
    ):
        writer.write(name, window, np.zeros(window.shape, dtype=dtype))
    assert not cube.exists("soil", "v1")


def test_unknown_variables_overviews_and_windows_are_named(cube, values):
    layer = write(cube, values)
    with pytest.raises(UnknownNameError, match="no variable 'ph'; there are: ph_h2o, texture"):
        layer.read("ph")
    with pytest.raises(UnknownNameError, match="no overview '3'"):
        layer.read("ph_h2o", overview=3)
    with pytest.raises(StoreError, match="does not lie within"):
        layer.read("ph_h2o", Window(2000, 0, 200, 10))
