"""Odd rasters end in a clean reading or a finding of a name: never a traceback, never a wrong map."""

import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.rpc import RPC

from soilinfo.errors import SourceError
from soilinfo.findings import blocks
from soilinfo.grid import Grid
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster, judge_source
from soilinfo.ingest.examples import located
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import Reader, inspect
from tests.ingest.odd import LAYER, ODD, PROPERTY, SMALL, TABLE, is_raster, table, verdict
from tests.ingest.surveyed import survey
from tests.real import REAL, needs_real_data

MOON = "+proj=longlat +a=1737400 +b=1737400 +no_defs"
SITE = 'LOCAL_CS["site plan",UNIT["metre",1]]'
FEET = "EPSG:2263"
"""New York Long Island, in US survey feet."""
CELLS = np.arange(256, dtype="float32").reshape(16, 16)


def raster(directory: Path, cells=CELLS, transform=None, name="odd.tif", **facts) -> Path:
    cells = np.atleast_3d(cells.T).T
    profile = {"driver": "GTiff", "crs": "EPSG:4326", "dtype": cells.dtype} | facts
    place = transform or Affine(0.25, 0, 100.0, 0, -0.25, 2.0)
    path = directory / name
    shape = {"count": cells.shape[0], "height": cells.shape[1], "width": cells.shape[2]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", transform=place, **shape, **profile) as target:
            target.write(cells)
    return path


def findings_of(path: Path, grid=SMALL, **changes):
    layer = LAYER.model_copy(update=changes)
    layer.model_fields_set.update(changes)
    source = inspect(str(path), layer.band)
    doubts = judge_source(RasterEvidence("odd", layer, PROPERTY, None, source))
    if blocks(doubts):
        return {finding.check: finding for finding in doubts}
    seen = survey(Reader(source, layer, PROPERTY, None), grid)
    reader = Reader(source, layer, PROPERTY, None)
    found = located(judge_raster(RasterEvidence("odd", layer, PROPERTY, None, source, seen)), reader, grid)
    return {finding.check: finding for finding in found}


def on_grid(path: Path, grid: Grid = SMALL, **changes):
    layer = LAYER.model_copy(update=changes)
    return warp(Reader(inspect(str(path), layer.band), layer, PROPERTY, None), grid, grid.window)


# ---- every file of the collection ---------------------------------------------------------------


@needs_real_data
def test_the_table_of_odd_files_is_that_of_the_software():
    assert TABLE.read_text(encoding="utf-8") == table(), "write it anew: python -m tests.ingest.odd"


@needs_real_data
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("byte.tif", "clean"),
        ("N10W110.hgt.zip", "clean"),
        ("rotated.tif", "blocked by no_crs"),
        ("RGB.byte.gcp.vrt", "blocked by control_points_only"),
        ("RGB.byte.rpc.vrt", "blocked by control_points_only"),
        ("goes.tif", "blocked by picture, several_bands"),
        ("two-subs.h5", "blocked by subdatasets"),
    ],
)
@pytest.mark.filterwarnings("ignore:Dataset has no geotransform")
def test_known_odd_files_get_their_verdict(name, expected):
    assert verdict(ODD / "rasterio" / name) == expected


@needs_real_data
def test_the_corrupt_file_is_named_so_once_its_band_is_accepted():
    path = ODD / "rasterio" / "corrupt.tif"
    source = inspect(str(path))
    west, north = source.transform.c, source.transform.f
    grid = Grid.covering(source.crs, 10.0, (west, north - 600, west + 600, north))
    with pytest.raises(SourceError, match="truncated or corrupt"):
        survey(Reader(source, LAYER, PROPERTY, None), grid)


@needs_real_data
@pytest.mark.parametrize("folder", ["landcover/lumensr", "soil_raster/bone_sulawesi/raster_files"])
def test_other_real_rasters_are_read(folder):
    paths = [path for path in sorted((REAL / folder).iterdir()) if is_raster(path)]
    assert paths
    assert not [path.name for path in paths if "unreadable" in verdict(path)]


# ---- where it lies ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        ({"crs": None}, "no_crs"),
        ({"transform": Affine(0.2, 0.1, 100, 0.1, -0.2, 2)}, "rotated"),
        ({"cells": CELLS.astype("complex64")}, "complex_numbers"),
        ({"crs": MOON}, "not_the_earth"),
        ({"crs": SITE}, "not_the_earth"),
        ({"transform": Affine(5000, 0, 500000, 0, -5000, 9400000)}, "crs_contradicted"),
        ({"crs": "EPSG:32748"}, "crs_contradicted"),
        ({"crs": FEET, "transform": Affine(1000, 0, 5e7, 0, -1000, 2e5)}, "crs_contradicted"),
        ({"cells": np.stack([CELLS, CELLS])}, "several_bands"),
        ({"cells": np.stack([CELLS] * 3).astype("uint8"), "photometric": "RGB"}, "picture"),
    ],
)
def test_what_cannot_be_a_map_is_blocked_by_name(tmp_path, facts, check):
    assert check in verdict(raster(tmp_path, **facts))
    assert verdict(tmp_path / "odd.tif").startswith("blocked by")


def test_metres_tagged_as_degrees_and_degrees_tagged_as_metres_say_which(tmp_path):
    metres = raster(tmp_path, transform=Affine(5000, 0, 500000, 0, -5000, 9400000))
    assert "perhaps metres" in findings_of(metres)["crs_contradicted"].message
    degrees = raster(tmp_path, crs="EPSG:32748")
    assert "counts in metres" in findings_of(degrees)["crs_contradicted"].message


def test_a_world_map_of_cell_centres_and_a_neighbouring_utm_zone_contradict_nothing(tmp_path):
    world = raster(tmp_path, transform=Affine(22.5, 0, -191.25, 0, -11.25, 95.625))
    assert "crs_contradicted" not in findings_of(world)
    beside = raster(tmp_path, crs="EPSG:32748", transform=Affine(1000, 0, 50000, 0, -1000, 9900000))
    assert "crs_contradicted" not in findings_of(beside)


def test_control_points_and_camera_models_are_named(tmp_path):
    points = [GroundControlPoint(row, col, 100 + col, 2 - row) for row in (0, 16) for col in (0, 16)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        facts = {"driver": "GTiff", "width": 16, "height": 16, "count": 1, "dtype": "float32"}
        with rasterio.open(tmp_path / "gcp.tif", "w", **facts) as target:
            target.gcps = points, CRS.from_epsg(4326)
            target.write(CELLS, 1)
        ones = [1.0] + [0.0] * 19
        model = RPC(0, 100, 0, 1, ones, ones, 8, 8, 0, 1, ones, ones, 8, 8, 0, 0)
        with rasterio.open(tmp_path / "rpc.tif", "w", **facts) as target:
            target.rpcs = model
            target.write(CELLS, 1)
    with pytest.raises(SourceError, match="ground control points"):
        inspect(str(tmp_path / "gcp.tif"))
    with pytest.raises(SourceError, match="rational polynomial"):
        inspect(str(tmp_path / "rpc.tif"))


@pytest.mark.parametrize(
    ("cells", "transform"),
    [
        (CELLS[::-1], Affine(0.25, 0, 100, 0, 0.25, -2)),
        (CELLS[:, ::-1], Affine(-0.25, 0, 104, 0, -0.25, 2)),
    ],
)
def test_south_up_and_mirrored_rasters_are_read_the_right_way_round(tmp_path, cells, transform):
    path = raster(tmp_path, cells, transform)
    assert findings_of(path)["south_up"].severity == "note"
    assert np.allclose(on_grid(path), CELLS)


def test_resolution_is_held_against_the_declared_one(tmp_path):
    path = raster(tmp_path)
    assert "resolution_differs" not in findings_of(path, resolution=0.25)
    found = findings_of(path, resolution=0.125)["resolution_differs"]
    assert (found.severity, found.evidence["found"]) == ("warn", [0.25, 0.25])


def test_longitudes_from_0_to_360_are_explained(tmp_path):
    path = raster(tmp_path, transform=Affine(0.25, 0, 280, 0, -0.25, 2))
    grid = Grid.covering("EPSG:4326", 0.25, (-80, -2, -76, 2))
    assert "bring those beyond 180 back by 360" in findings_of(path, grid)["no_data_in_grid"].message


def test_a_raster_across_180_degrees_is_read_on_a_grid_that_counts_on(tmp_path):
    path = raster(tmp_path, transform=Affine(0.25, 0, 178, 0, -0.25, 2))
    grid = Grid.covering("EPSG:4326", 0.25, (178, -2, 182, 2))
    assert findings_of(path, grid) == {}
    assert np.allclose(on_grid(path, grid), CELLS)


def test_feet_are_read_as_their_crs_says(tmp_path):
    path = raster(
        tmp_path, np.full((16, 16), 9, "uint8"), Affine(5000, 0, 950000, 0, -5000, 240000), crs=FEET
    )
    grid = Grid.covering("EPSG:4326", 0.01, (-74.0, 40.65, -73.9, 40.7))
    assert findings_of(path, grid).keys() == {"constant_layer"}
    assert (on_grid(path, grid) == 9).all()


# ---- what its cells hold ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["int8", "uint16", "int32", "uint32", "int64", "uint64", "float64"])
def test_every_type_of_number_is_read(tmp_path, kind):
    cells = (CELLS % 100).astype(kind)
    path = raster(tmp_path, cells)
    assert verdict(path) == "clean"
    assert np.allclose(on_grid(path), cells)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1)])
def test_the_smallest_rasters_are_read(tmp_path, shape):
    path = raster(tmp_path, np.arange(np.prod(shape), dtype="uint8").reshape(shape))
    assert not verdict(path).startswith("blocked")
    assert np.isfinite(on_grid(path)).any()


@pytest.mark.parametrize("value", [-9999.0, -32767.0, float(np.finfo("f4").min)])
def test_a_sentinel_that_nothing_declares_blocks_until_config_names_it(tmp_path, value):
    cells = CELLS.copy()
    cells[2, 3] = value
    path = raster(tmp_path, cells)
    found = findings_of(path)["undeclared_sentinels"]
    assert (found.severity, found.count) == ("block", 1)
    assert found.evidence["place"] == [100.875, 1.375]
    assert "undeclared_sentinels" not in findings_of(path, nodata=(value,))
    assert np.isnan(on_grid(path, nodata=(value,))[2, 3])


def test_another_value_is_declared_than_the_one_in_use(tmp_path):
    cells = CELLS.copy()
    cells[2, 3] = -9999
    found = findings_of(raster(tmp_path, cells, nodata=-32768))["undeclared_sentinels"]
    assert "declares -32768 and never uses it" in found.message


def test_a_declared_value_that_could_be_measured_warns_where_it_is_used(tmp_path):
    cells = CELLS.copy()
    cells[:4] = 0
    found = findings_of(raster(tmp_path, cells, nodata=0))["plausible_nodata"]
    assert (found.severity, found.count) == ("warn", 64)
    assert found.evidence["place"] == [100.125, 1.875]
    assert "plausible_nodata" not in findings_of(raster(tmp_path, CELLS + 1, nodata=0))


@pytest.mark.parametrize("nodata", [np.inf, np.nan, -np.inf])
def test_infinite_no_data_is_no_data(tmp_path, nodata):
    cells = CELLS.copy()
    cells[0] = nodata
    path = raster(tmp_path, cells, nodata=nodata)
    assert verdict(path) == "clean"
    assert np.isnan(on_grid(path)[0]).all()


def test_no_data_that_the_type_cannot_hold_masks_nothing(tmp_path):
    path = raster(tmp_path, CELLS.astype("uint8"))
    path = _with_nodata(path, "-9999")
    assert (on_grid(path) == CELLS.astype("uint8")).all()


def _with_nodata(path: Path, value: str) -> Path:
    """A VRT that declares a value for no data which a driver of rasterio would refuse."""
    target = path.with_suffix(".vrt")
    with rasterio.open(path) as source:
        transform = ", ".join(map(str, source.transform.to_gdal()))
    target.write_text(
        f'<VRTDataset rasterXSize="16" rasterYSize="16"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>{transform}</GeoTransform>"
        f'<VRTRasterBand dataType="Byte" band="1"><NoDataValue>{value}</NoDataValue>'
        f'<SimpleSource><SourceFilename relativeToVRT="1">{path.name}</SourceFilename>'
        f"<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    return target


def test_an_alpha_band_is_no_second_layer(tmp_path):
    cells = np.stack([CELLS.astype("uint8"), np.full((16, 16), 255, "uint8")])
    path = raster(tmp_path, cells)
    with rasterio.open(path, "r+") as target:
        target.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
    assert verdict(path) == "clean"


def test_a_stated_band_is_read(tmp_path):
    path = raster(tmp_path, np.stack([CELLS, CELLS + 1]))
    assert findings_of(path, band=2) == {}
    assert np.allclose(on_grid(path, band=2), CELLS + 1)


def test_a_palette_is_no_number(tmp_path):
    path = raster(tmp_path, CELLS.astype("uint8"))
    with rasterio.open(path, "r+") as target:
        target.write_colormap(1, {1: (255, 0, 0, 255)})
    assert verdict(path) == "blocked by picture"


@pytest.mark.parametrize(("driver", "suffix"), [("PNG", "png"), ("JPEG", "jpg")])
def test_a_picture_with_a_world_file_but_no_crs_is_named(tmp_path, driver, suffix):
    path = raster(tmp_path, CELLS.astype("uint8"), name=f"odd.{suffix}", driver=driver, crs=None)
    (tmp_path / f"odd.{suffix}.aux.xml").unlink(missing_ok=True)
    (tmp_path / "odd.wld").write_text("0.25\n0\n0\n-0.25\n100.125\n1.875\n")
    assert verdict(path) == "blocked by no_crs"


def test_a_constant_raster_is_worth_a_look(tmp_path):
    found = findings_of(raster(tmp_path, np.full((16, 16), 7, "uint8")))["constant_layer"]
    assert (found.severity, found.count, found.evidence["value"]) == ("warn", 256, 7.0)


# ---- files that are not all there ---------------------------------------------------------------


def test_a_vast_sparse_raster_is_read_only_where_the_grid_is(tmp_path):
    path = tmp_path / "vast.tif"
    facts = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": -1}
    facts |= {"tiled": True, "sparse_ok": True, "bigtiff": "YES"}
    size = 360 / 1_000_000
    with rasterio.open(
        path, "w", width=1_000_000, height=400_000, transform=Affine(size, 0, -180, 0, -size, 72), **facts
    ):
        pass
    grid = Grid.covering("EPSG:4326", 0.01, (100, -0.1, 100.2, 0.1))
    assert findings_of(path, grid)["no_data_in_grid"].count < 1_000_000


def test_a_missing_part_of_a_vrt_is_named(tmp_path):
    path = _with_nodata(raster(tmp_path, CELLS.astype("uint8")), "0")
    (tmp_path / "odd.tif").unlink()
    assert verdict(path) == "blocked by unreadable_source"


def test_a_truncated_raster_is_named(tmp_path):
    path = raster(
        tmp_path, np.random.default_rng(1).uniform(0, 9, (200, 200)), Affine(0.02, 0, 100, 0, -0.02, 2)
    )
    path.write_bytes(path.read_bytes()[:50_000])
    assert verdict(path) == "blocked by unreadable_source"


@pytest.mark.parametrize(
    "content", [b"", b"II*\x00", b"II*\x00" + bytes(200), b"\x89HDF\r\n\x1a\n", b"CDF\x01"]
)
def test_what_only_begins_like_a_raster_is_named(tmp_path, content):
    path = tmp_path / "odd.tif"
    path.write_bytes(content)
    assert verdict(path) == "blocked by unreadable_source"
