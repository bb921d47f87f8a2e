"""Rasters of a product as layers: what is read from names, files and records, and what has to be said."""

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import rasterio
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.gsp.bring_in import Stated, bring_in, grid_of
from soilinfo.jobs.gsp.check import check
from soilinfo.jobs.gsp.export import Asked, export
from soilinfo.jobs.gsp.rasters import read_values
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import ROOT
from tests.real import REAL, needs_real_data

BHUTAN = REAL / "soil_raster" / "bhutan_gsnm"
RECORDS = REAL / "standards" / "layer_metadata"


@pytest.fixture
def config(tmp_path):
    """A configuration without layers and regions, which take time, that builds on the shipped one."""
    made = copytree(ROOT / "tests" / "config" / "bhutan", tmp_path / "config")
    for path in (made / "layers").iterdir():
        path.unlink()
    country = yaml.safe_load((made / "country.yaml").read_text())
    (made / "country.yaml").write_text(yaml.safe_dump(country | {"base": str(ROOT / "config")}))
    (made / "regions.yaml").write_text("{}")
    return made


def taken(config: Path, directory: Path, stated: Stated | None = None, **more):
    found = bring_in(load(config), directory, config / "layers", stated or Stated(), **more)
    return {one.file: (one.layer.name if one.layer else one.reason) for one in found}


def raster(directory: Path, name: str) -> None:
    directory.mkdir(exist_ok=True)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "width": 2, "height": 2, "crs": "EPSG:4326"}
    transform = rasterio.Affine(0.0022457, 0, 89, 0, -0.0022457, 28)
    with rasterio.open(directory / name, "w", transform=transform, **profile) as target:
        target.write(np.ones((2, 2), "float32"), 1)


def test_an_export_of_ours_is_read_back_with_units_licence_and_method(config, nutrients):
    found = taken(config, nutrients)
    assert found["XTL_GSNmap_SOC_Map030.tiff"] == "soc.yaml"
    assert found["XTL_GSNmap_SOC_UncertaintyMap030.tiff"] == "soc_sd.yaml"
    layer = yaml.safe_load((config / "layers" / "soc_sd.yaml").read_text())
    assert (layer["statistic"], layer["unit"], layer["depth"]) == ("sd", "%", [0, 30])
    assert (layer["licence"], layer["attribution"]) == ("CC0-1.0", "Test")
    assert "Unit stated by the metadata record. Method: " in layer["lineage"]
    assert "another chemical form (K = 390.983" in found["XTL_GSNmap_Ktot_Map030.tiff"]


def test_what_a_name_does_not_say_is_asked_for_and_never_guessed(config, tmp_path):
    source = tmp_path / "files"
    for name in (
        "BT-GSNM-PHX-2024-0-30-MEAN.tif",
        "BT-GSNM-KXX-2024-0-30-MEAN.tif",
        "BT-GSNM-CARORG-2026-30-60-MEAN.tif",
    ):
        raster(source, name)
    found = taken(config, source, Stated(licence="CC0-1.0", attribution="tests"))
    assert "say --property PHX=PROPERTY" in found["BT-GSNM-PHX-2024-0-30-MEAN.tif"]
    assert "one of k_total, k_exch, k2o_hcl25" in found["BT-GSNM-KXX-2024-0-30-MEAN.tif"]
    assert "nothing states the unit of 'CARORG'" in found["BT-GSNM-CARORG-2026-30-60-MEAN.tif"]
    assert not list((config / "layers").iterdir())
    stated = Stated({"CARORG": "g/kg"}, {"PHX": "ph_kcl", "KXX": "k_total"}, "CC0-1.0", "tests")
    assert sorted(taken(config, source, stated).values()) == ["k_total.yaml", "ph_kcl.yaml", "soc_30_60.yaml"]
    assert load(config).layer("soc_30_60").unit == "g/kg"


def test_a_unit_of_another_quantity_and_a_layer_that_is_there_are_refused(config, tmp_path):
    source = tmp_path / "files"
    raster(source, "BT-GSNM-CORG-2024-0-30-MEAN.tif")
    wrong = taken(config, source, Stated({"CORG": "g/cm3"}, licence="CC0-1.0", attribution="tests"))
    assert "does not convert" in wrong["BT-GSNM-CORG-2024-0-30-MEAN.tif"]
    assert "say --licence" in taken(config, source)["BT-GSNM-CORG-2024-0-30-MEAN.tif"]
    (config / "layers" / "soc.yaml").write_text("kept: as it is\n")
    stated = Stated(licence="CC0-1.0", attribution="tests")
    (again,) = bring_in(load(ROOT / "config"), source, config / "layers", stated)
    assert again.reason.endswith("is there already, and is not written over")
    assert (config / "layers" / "soc.yaml").read_text() == "kept: as it is\n"


def test_a_record_and_a_file_that_state_different_units_are_refused_until_somebody_says_which(
    config, own_nutrients
):
    record = own_nutrients / "XTL_GSNmap_SOC.xml"
    record.write_text(record.read_text("utf-8").replace("unit %", "unit g/kg"), "utf-8")
    found = taken(config, own_nutrients)["XTL_GSNmap_SOC_Map030.tiff"]
    assert "'SOC' is g/kg stated by the metadata record, % stated by the file: say --unit SOC=UNIT" in found
    assert taken(config, own_nutrients, Stated({"SOC": "%"}))["XTL_GSNmap_SOC_Map030.tiff"] == "soc.yaml"


@needs_real_data
def test_bhutans_map_is_imported_ingested_and_exported_again_equal_to_half_a_stored_step(
    config, tmp_path, tell
):
    stated = Stated(licence="CC-BY-NC-SA-4.0", attribution="Bhutan National Soil Services Centre")
    found = taken(config, BHUTAN, stated, records=RECORDS)
    assert sorted(found.values()) == ["n_total.yaml", "ph_h2o.yaml", "ph_h2o_sd.yaml", "soc.yaml"]
    (config / "grid.yaml").write_text(grid_of(BHUTAN / "BT-GSNM-CORG-2024-0-30-MEAN.tif"))
    catalog, store = load(config), open_store(Settings(store=tmp_path / "store", db=None))
    assert not ingest(store, catalog, actor="tests", progress=silent).blocked
    export(store, catalog, Asked("gsnmap", "glosis"), tmp_path / "out")
    store.close()
    assert check(catalog, tmp_path / "out").passed
    for file in found:
        old, new = read_values(BHUTAN / file), read_values(tmp_path / "out" / file)
        step = catalog.property("n_total" if "NTOT" in file else "soc").scale
        assert new.shape == old.shape
        np.testing.assert_array_equal(np.isnan(new), np.isnan(old))
        most = float(np.nanmax(np.abs(new.astype(float) - old)))
        assert most <= step / 2 + 1e-6, file
        tell(f"{file}: {int(np.isfinite(old).sum()):,} cells, largest difference {most:.4g}")
