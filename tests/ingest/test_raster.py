"""Any GDAL raster comes onto the national grid, or says why it cannot."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from rasterio.enums import Resampling

from soilinfo.catalog.models import ClassEntry, ClassTable, Layer, Property, Ramp
from soilinfo.errors import SourceError
from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster
from soilinfo.ingest.raster import resampling_for, warp
from soilinfo.ingest.source import NODATA, Reader, inspect, pack, packed_type
from tests.ingest.surveyed import survey
from tests.real import REAL, needs_real_data

TEXT = {"en": "a", "id": "b"}
GRID = Grid.covering("EPSG:4326", 0.25, (100, -2, 104, 2))
PH = Property(
    id="ph_h2o",
    title=TEXT,
    theme="soil",
    unit="pH",
    valid_range=(2, 11),
    ramp=Ramp(low=4, high=8, colours=("#000000", "#ffffff")),
)
SAND = PH.model_copy(update={"id": "sand", "valid_range": (0.0, 300.0)})
SOC = PH.model_copy(update={"id": "soc", "unit": "%", "valid_range": (0.0, 60.0)})
LOCAL = 'LOCAL_CS["site plan",UNIT["metre",1]]'
TEXTURE = Property(id="texture", title=TEXT, theme="soil", kind="class", class_table="texture")
CLASSES = ClassTable(
    id="texture",
    title=TEXT,
    source="test",
    classes=(
        ClassEntry(code=1, id="clay", title=TEXT, colour="#000000"),
        ClassEntry(code=2, id="loam", title=TEXT, colour="#000001"),
    ),
)


def layer(**changes):
    facts = {
        "id": "ph_h2o",
        "property": "ph_h2o",
        "source": "x",
        "unit": "pH",
        "licence": "x",
        "attribution": "x",
    }
    return Layer(**facts | changes)


def write(path: Path, cells: np.ndarray, *, west=100.0, north=2.0, size=0.25, crs="EPSG:4326", **more) -> str:
    profile = {
        "driver": "GTiff",
        "width": cells.shape[1],
        "height": cells.shape[0],
        "count": 1,
        "dtype": cells.dtype,
        "crs": crs,
        "transform": Affine(size, 0, west, 0, -size, north),
    }
    scale, offset = more.pop("scale", None), more.pop("offset", 0.0)
    with rasterio.open(path, "w", **profile | more) as target:
        target.write(cells, 1)
        if scale:
            target.scales, target.offsets = (scale,), (offset,)
    return str(path)


def findings_of(path: str, prop=PH, classes=None, **changes):
    reader = Reader(inspect(path), layer(**changes), prop, classes)
    seen = survey(reader, GRID)
    return {
        f.check: f
        for f in judge_raster(RasterEvidence("x", reader.layer, prop, classes, reader.source, seen))
    }


def test_a_raster_on_the_grid_comes_through_unchanged(tmp_path):
    cells = np.linspace(4, 8, 256).reshape(16, 16).astype("float32")
    reader = Reader(inspect(write(tmp_path / "a.tif", cells)), layer(), PH, None)
    assert np.allclose(warp(reader, GRID, GRID.window), cells)


def test_windows_make_no_seams(tmp_path):
    cells = np.random.default_rng(1).uniform(4, 8, (40, 40)).astype("float32")
    path = write(tmp_path / "a.tif", cells, size=0.11)
    reader = Reader(inspect(path), layer(), PH, None)
    whole = warp(reader, GRID, GRID.window)
    halves = np.vstack([warp(reader, GRID, Window(0, 0, 8, 16)), warp(reader, GRID, Window(8, 0, 8, 16))])
    assert np.allclose(whole, halves, atol=1e-5, equal_nan=True)


def test_no_data_never_bleeds_into_its_neighbours(tmp_path):
    cells = np.full((16, 16), 5.0, dtype="float32")
    cells[:, :5] = -9999
    path = write(tmp_path / "coast.tif", cells, west=99.9, north=2.1, size=0.27, nodata=-9999)
    result = warp(Reader(inspect(path), layer(), PH, None), GRID, GRID.window)
    assert np.isnan(result).any()
    assert np.allclose(result[~np.isnan(result)], 5.0)


def test_nan_is_no_data_even_where_the_file_declares_another_value(tmp_path):
    cells = np.full((16, 16), 5.0, dtype="float32")
    cells[3:6, 3:6] = np.nan
    path = write(tmp_path / "nan.tif", cells, nodata=-9999)
    result = warp(Reader(inspect(path), layer(), PH, None), GRID, GRID.window)
    assert np.isnan(result[4, 4])
    assert result[0, 0] == 5.0
    assert findings_of(path)["undeclared_nan"].count == 9


def test_an_undeclared_sentinel_blocks_until_config_names_it(tmp_path):
    cells = np.full((16, 16), 5.0, dtype="float32")
    cells[0, 0] = -32767
    path = write(tmp_path / "sentinel.tif", cells)
    blocked = findings_of(path)["value_range"]
    assert blocked.severity == "block"
    assert blocked.count == 1
    assert blocked.evidence["examples"] == [
        {"x": 100.125, "y": 1.875, "value": -32767.0, "lon": 100.125, "lat": 1.875}
    ]
    assert "value_range" not in findings_of(path, nodata=(-32767,))


def test_a_declared_value_that_the_file_cannot_hold_masks_nothing(tmp_path):
    cells = np.full((16, 16), 241, dtype="uint8")
    reader = Reader(
        inspect(write(tmp_path / "byte.tif", cells)), layer(nodata=(-9999, 241.5, 1e40)), SAND, None
    )
    assert (warp(reader, GRID, GRID.window) == 241).all()
    assert survey(reader, GRID).valid == 256


def test_a_declared_value_of_a_float_file_is_compared_in_its_precision(tmp_path):
    path = write(tmp_path / "f.tif", np.full((16, 16), 5.1, dtype="float32"))
    assert survey(Reader(inspect(path), layer(nodata=(5.1,)), PH, None), GRID).valid == 0


@pytest.mark.parametrize("kind", ["mask", "msk", "alpha"])
def test_what_a_mask_or_alpha_band_leaves_out_is_no_data(tmp_path, kind):
    cells = np.full((16, 16), 5, dtype="uint8")
    left = np.full((16, 16), 255, dtype="uint8")
    left[:, :4] = 0
    path = write_masked(tmp_path / "m.tif", cells, left, kind)
    reader = Reader(inspect(path), layer(), PH, None)
    seen, result = survey(reader, GRID), warp(reader, GRID, GRID.window)
    assert (seen.cells, seen.valid, seen.declared_nodata) == (256, 192, 0)
    assert np.isnan(result[:, :4]).all()
    assert (result[:, 4:] == 5).all()


def write_masked(path: Path, cells: np.ndarray, left: np.ndarray, kind: str) -> str:
    transform = Affine(0.25, 0, 100.0, 0, -0.25, 2.0)
    bands = {"count": 2, "alpha": "YES"} if kind == "alpha" else {"count": 1}
    profile = {"driver": "GTiff", "width": 16, "height": 16, "dtype": "uint8", "crs": 4326}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=kind == "mask"),
        rasterio.open(path, "w", transform=transform, **profile | bands) as target,
    ):
        target.write(cells, 1)
        if kind == "alpha":
            target.write(left, 2)
        else:
            target.write_mask(left)
    return str(path)


def test_impossible_values_that_only_warn_are_published_as_no_data(tmp_path):
    cells = np.full((16, 16), 5.0, dtype="float32")
    cells[4, 4], cells[9, 9] = 700, np.inf
    path = write(tmp_path / "wild.tif", cells, size=0.3)
    found = findings_of(path, severity={"value_range": "warn"})["value_range"]
    assert (found.severity, found.count, found.evidence["found"]) == ("warn", 2, [5.0, 700.0])
    assert found.message.endswith("published without these cells")
    assert "published" not in findings_of(path)["value_range"].message
    json.dumps(found.evidence, allow_nan=False)
    packed = pack(warp(Reader(inspect(path), layer(), PH, None), GRID, GRID.window), PH)
    assert set(np.unique(packed)) == {NODATA["int16"], 500}, "neither wrapped nor blended into neighbours"


def test_codes_without_a_class_that_only_warn_are_published_as_no_data(tmp_path):
    path = write(tmp_path / "t.tif", np.tile(np.array([7, 9, 2.5, np.inf], dtype="float32"), (16, 4)))
    known = {"property": "texture", "unit": None, "codes": {7: "clay"}, "severity": {"unknown_codes": "warn"}}
    found = findings_of(path, TEXTURE, CLASSES, **known)["unknown_codes"]
    assert found.evidence["codes"] == {"2.5": 64, "9": 64, "inf": 64}
    result = warp(Reader(inspect(path), layer(**known), TEXTURE, CLASSES), GRID, GRID.window)
    assert result[0, :4].tolist() == [1, 0, 0, 0]


def test_units_are_converted_as_declared(tmp_path):
    path = write(tmp_path / "soc.tif", np.full((16, 16), 25.0, dtype="float32"))
    reader = Reader(inspect(path), layer(property="soc", unit="g/kg"), SOC, None)
    assert np.allclose(warp(reader, GRID, GRID.window), 2.5)


def test_scale_and_offset_of_the_file_are_applied(tmp_path):
    path = write(tmp_path / "s.tif", np.full((16, 16), 25, dtype="int16"), scale=0.1, offset=3.0)
    reader = Reader(inspect(path), layer(), PH, None)
    assert np.allclose(warp(reader, GRID, GRID.window), 5.5)
    assert "scaled_source" in findings_of(path)


def test_another_coordinate_system_is_warped(tmp_path):
    path = write(
        tmp_path / "utm.tif",
        np.full((60, 60), 6.0, dtype="float32"),
        crs="EPSG:32748",
        west=-100000,
        north=10200000,
        size=8000,
    )
    result = warp(Reader(inspect(path), layer(), PH, None), GRID, GRID.window)
    assert np.nanmin(result) == pytest.approx(6.0)
    assert np.isfinite(result).mean() > 0.5


def test_class_codes_are_translated_and_unknown_ones_block(tmp_path):
    cells = np.tile(np.array([7, 9], dtype="uint8"), (16, 8))
    path = write(tmp_path / "t.tif", cells)
    known = {"property": "texture", "unit": None, "codes": {7: "clay", 9: "loam"}}
    reader = Reader(inspect(path), layer(**known), TEXTURE, CLASSES)
    assert warp(reader, GRID, GRID.window)[0, :4].tolist() == [1, 2, 1, 2]
    assert findings_of(path, TEXTURE, CLASSES, **known) == {}
    blocked = findings_of(path, TEXTURE, CLASSES, property="texture", unit=None, codes={7: "clay"})[
        "unknown_codes"
    ]
    assert (blocked.severity, blocked.count) == ("block", 128)
    assert "clay, loam" in blocked.message


def test_resampling_follows_the_property_and_the_resolution(tmp_path):
    fine = inspect(write(tmp_path / "fine.tif", np.ones((16, 16), dtype="uint8"), size=0.05))
    coarse = inspect(write(tmp_path / "coarse.tif", np.ones((4, 4), dtype="uint8"), size=1.0))
    assert resampling_for(fine, PH, "auto", GRID) == Resampling.average
    assert resampling_for(coarse, PH, "auto", GRID) == Resampling.bilinear
    assert resampling_for(fine, TEXTURE, "auto", GRID) == Resampling.mode
    assert resampling_for(coarse, TEXTURE, "auto", GRID) == Resampling.nearest
    assert resampling_for(coarse, PH, "nearest", GRID) == Resampling.nearest


@given(st.floats(2, 11))
def test_packing_keeps_a_value_within_half_a_step(value):
    packed = pack(np.array([value, np.nan]), PH)
    assert packed.dtype == packed_type(PH) == "int16"
    assert abs(packed[0] * PH.scale - value) <= PH.scale / 2 + 1e-9
    assert packed[1] == NODATA["int16"]


@given(st.one_of(st.floats(-1e9, 1.99), st.floats(11.01, 1e9), st.sampled_from([np.inf, -np.inf])))
def test_a_value_that_cannot_be_is_packed_as_no_data(value):
    assert pack(np.array([value]), PH)[0] == NODATA["int16"]


def test_a_source_outside_the_grid_is_blocked(tmp_path):
    path = write(tmp_path / "far.tif", np.full((4, 4), 5.0, dtype="float32"), west=10)
    assert findings_of(path)["no_data_in_grid"].severity == "block"


def test_files_that_cannot_be_used_say_why(tmp_path):
    good = write(
        tmp_path / "good.tif", np.random.default_rng(0).uniform(4, 8, (300, 300)).astype("float32"), size=0.01
    )
    text = tmp_path / "text.tif"
    text.write_text("not a raster")
    cut = tmp_path / "cut.tif"
    cut.write_bytes(Path(good).read_bytes()[:100_000])
    with pytest.raises(SourceError, match="no such file"):
        inspect(str(tmp_path / "absent.tif"))
    with pytest.raises(SourceError, match="not a readable raster"):
        inspect(str(text))
    with pytest.raises(SourceError, match="no band 2; there are 1"):
        inspect(good, 2)
    with pytest.raises(SourceError, match="no coordinate reference system"):
        inspect(write(tmp_path / "nocrs.tif", np.ones((4, 4), dtype="uint8"), crs=None))
    with pytest.raises(SourceError, match="truncated or corrupt"):
        survey(Reader(inspect(str(cut)), layer(), PH, None), GRID)


def test_a_source_without_a_place_on_the_earth_is_refused(tmp_path):
    path = write(tmp_path / "local.tif", np.full((4, 4), 5.0, dtype="float32"), crs=LOCAL)
    reader = Reader(inspect(path), layer(), PH, None)
    for read in (survey, lambda reader, grid: warp(reader, grid, grid.window)):
        with pytest.raises(SourceError, match="does not lead to that of the national grid"):
            read(reader, GRID)


def test_half_floats_are_read(tmp_path):
    path = write(tmp_path / "half.tif", np.array([[5, -9999, np.nan, 6.5]], "float16"), nodata=-9999)
    reader = Reader(inspect(path), layer(), PH, None)
    values = warp(reader, GRID, GRID.window)[0, :4]
    assert np.array_equal(values, [5, np.nan, np.nan, 6.5], equal_nan=True)
    assert survey(reader, GRID).valid == 2


def test_a_world_map_comes_onto_a_grid_that_cannot_show_its_middle(tmp_path):
    utm = Grid("EPSG:32748", 50_000.0, 200_000.0, 9_400_000.0, 12, 10)
    path = write(tmp_path / "world.tif", np.full((180, 360), 5.0, "float32"), west=-180, north=90, size=1)
    assert np.allclose(warp(Reader(inspect(path), layer(), PH, None), utm, utm.window), 5)


def own_grid(path: Path) -> Grid:
    """A grid of some cells over a raster, in its own coordinates if it has any."""
    with rasterio.open(path) as source:
        crs, bounds = source.crs, source.bounds
    if crs is None or bounds.left >= bounds.right or bounds.bottom >= bounds.top:
        return GRID
    return Grid.covering(crs.to_wkt(), (bounds.right - bounds.left) / 20, tuple(bounds))


@needs_real_data
def test_every_odd_raster_is_read_or_refused_with_a_reason():
    odd = sorted([*(REAL / "odd" / "rasterio").iterdir(), *(REAL / "landcover" / "lumensr").iterdir()])
    assert len(odd) >= 25
    refused = {}
    for path in odd:
        try:
            reader = Reader(inspect(str(path)), layer(), PH, None)
            for grid in (GRID, own_grid(path)):
                seen = survey(reader, grid)
                judge_raster(RasterEvidence("ph_h2o", reader.layer, PH, None, reader.source, seen))
                pack(warp(reader, grid, grid.window), PH)
        except SourceError as error:
            refused[path.name] = str(error)
    assert {"float.tif", "rotated.tif", "corrupt.tif", "goes.tif", "box.shp"} <= set(refused)


@needs_real_data
def test_bhutan_declares_minus_9999_but_holds_nan():
    path = str(REAL / "soil_raster" / "bhutan_gsnm" / "BT-GSNM-PHAQ-2024-0-30-MEAN.tif")
    grid = Grid.covering("EPSG:4326", 1 / 480, (88.7, 26.6, 92.2, 28.3))
    reader = Reader(inspect(path), layer(), PH, None)
    seen = survey(reader, grid)
    assert (seen.nan, seen.declared_nodata) == (345515, 0)
    found = judge_raster(RasterEvidence("ph_h2o", reader.layer, PH, None, reader.source, seen))
    assert [finding.check for finding in found] == ["undeclared_nan"]
    assert 3.9 < np.nanmin(warp(reader, grid, Window(0, 0, 400, 800))) < 8
