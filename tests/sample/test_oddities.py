"""What is planted in the files on purpose, and that the configuration says the same of each file."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.features import rasterize

from soilinfo.catalog.load import load
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster
from soilinfo.sample.layers import ELEVATION_MODEL, FAULTY_TILE, LAYERS, UNSURVEYED_SHEET
from tests.ingest.surveyed import survey
from tests.sample.conftest import CONFIG
from tests.sample.nation import Nation


def _within(nation: Nation, bounds: tuple[float, float, float, float]) -> np.ndarray:
    west, south, east, north = bounds
    x, y = np.meshgrid(nation.grid.x, nation.grid.y)
    return (west < x) & (x < east) & (south < y) & (y < north) & ~np.isnan(nation.values("elevation"))


def _checks(nation: Nation, layer: str) -> dict[str, str]:
    reader = nation.reader(layer)
    seen = survey(reader, nation.grid)
    evidence = RasterEvidence(layer, reader.layer, reader.property, reader.classes, reader.source, seen)
    return {finding.check: finding.severity for finding in judge_raster(evidence)}


def test_every_file_has_a_layer_and_every_layer_a_file(nation: Nation) -> None:
    assert set(nation.catalog.layers) == set(LAYERS)
    sources = {Path(layer.source).name for layer in nation.catalog.layers.values()}
    assert sources == {f"{name}.tif" for name in LAYERS}
    made = [layer.source for layer in load(CONFIG).layers.values() if layer.terrain]
    assert {Path(source).name for source in made} == {f"{ELEVATION_MODEL}.tif"}


def test_only_bulk_density_of_2010_is_blocked(nation: Nation) -> None:
    blocked = {name for name in nation.catalog.layers if "block" in _checks(nation, name).values()}
    assert blocked == {"bulk_density_2010"}


def test_bulk_density_of_2010_is_ten_times_too_large_on_one_tile(nation: Nation) -> None:
    values, tile = nation.values("bulk_density_2010"), _within(nation, FAULTY_TILE)
    seen = survey(nation.reader("bulk_density_2010"), nation.grid)
    assert np.isnan(values[tile]).all(), "no layer is made of values that cannot be"
    assert np.nanmax(values[~tile]) < 2
    assert 2.65 < seen.high < 20


def test_one_sheet_has_no_soil_analyses_but_a_ph(nation: Nation) -> None:
    sheet = _within(nation, UNSURVEYED_SHEET)
    assert sheet.sum() > 100
    for layer in ("cec", "base_saturation", "n_total", "p2o5_hcl25", "p2o5_bray1"):
        assert np.isnan(nation.values(layer)[sheet]).all(), layer
    assert np.isfinite(nation.values("ph_h2o")[sheet]).all()


def test_one_province_has_no_potassium(nation: Nation) -> None:
    provinces = nation.units["provinces"]
    zones = rasterize(
        [(shape, int(code)) for code, shape in zip(provinces.codes, provinces.shapes, strict=True)],
        nation.grid.shape,
        transform=rasterio.Affine(*nation.grid.transform),
    )
    measured = np.isfinite(nation.values("k2o_hcl25"))
    land = np.isfinite(nation.values("elevation"))
    assert not measured[zones == 5].any()
    assert measured[land & (zones != 5)].all()


def test_phosphorus_by_two_methods_ranks_soils_differently(nation: Nation) -> None:
    total, available = nation.values("p2o5_hcl25"), nation.values("p2o5_bray1")
    both = np.isfinite(total) & np.isfinite(available)
    assert (np.isfinite(total) == np.isfinite(available)).all()
    assert 0.2 < np.corrcoef(total[both], available[both])[0, 1] < 0.9


def test_carbon_fell_from_2010_to_2020_but_not_everywhere(nation: Nation) -> None:
    change = nation.values("soc") - nation.values("soc_2010")
    assert np.nanmedian(change) < 0
    assert 0.01 < np.mean(change[np.isfinite(change)] > 0) < 0.5
    layers = nation.catalog.layers
    assert (layers["soc_2010"].time, layers["soc"].time) == ("2010", "2020")


def test_the_forms_of_the_files_are_as_varied_as_planned(nation: Nation) -> None:
    forms = {}
    for layer in nation.catalog.layers:
        with rasterio.open(nation.path(layer)) as file:
            forms[layer] = (file.crs.to_epsg(), file.dtypes[0], file.nodata, file.scales[0], file.offsets[0])
    assert forms["soil_depth"][0] == 32747
    assert forms["temperature_mean_annual"][1:] == ("int16", -32768, 0.01, 20.0)
    assert forms["p2o5_bray1"][2] is None
    assert nation.catalog.layer("p2o5_bray1").nodata == (-9999,)
    assert nation.catalog.layer("soc").unit == "g/kg"
    assert nation.catalog.layer("n_total").unit == "cg/kg"
    assert set(np.unique(nation.classes("texture"))) >= {"heavy_clay", "clay", "clay_loam", "loam", "sand"}


def test_no_land_cell_is_left_without_climate_or_depth(nation: Nation) -> None:
    land = np.isfinite(nation.values("elevation"))
    for layer in ("temperature_mean_annual", "rainfall_annual", "soil_depth"):
        assert np.isfinite(nation.values(layer)[land]).all(), layer
