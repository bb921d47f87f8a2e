"""A product written from the layers of a country: values, units, masks, uncertainties, names, records."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio

from soilinfo.catalog.load import load
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.gsp.check import check
from soilinfo.jobs.gsp.export import Asked, export
from soilinfo.jobs.gsp.maps import salt_classes
from soilinfo.jobs.gsp.rasters import read_values
from soilinfo.jobs.gsp.recompute import with_recomputed
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.report.gsp.manifest import read_manifest
from soilinfo.report.gsp.metadata import GCO, GMD
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.jobs.gsp.conftest import UNITS, values_of, write_layer, write_raster, write_soils


def test_every_map_that_there_is_a_layer_for_is_written_and_the_rest_is_named(nutrients):
    manifest = read_manifest(nutrients)
    made = {(each.map, each.statistic) for each in manifest.files}
    assert made == {
        *(
            (name, "mean")
            for name in ("soc", "ph_h2o", "k_available", "clay", "silt", "sand", "bulk_density")
        ),
        *((name, "sd") for name in ("soc", "ph_h2o", "bulk_density")),
    }
    left_out = {(each.map, each.statistic): each.reason for each in manifest.left_out}
    assert left_out["n_total", "mean"] == "no published layer of n_total at 0-30 cm"
    assert left_out["clay", "sd"] == "no published layer of the standard deviation of clay"
    assert "p_olsen" in left_out["p_available", "mean"]


def test_a_product_of_croplands_has_no_values_elsewhere(soils, nutrients):
    values = read_values(nutrients / "XTL_GSNmap_SOC_Map030.tiff")
    known = np.isfinite(values).any(axis=1)
    middle = len(known) // 2
    assert not known[: middle - 1].any()  # the north is forest
    assert known[middle + 1 : -1].all()
    assert "land_cover" in read_manifest(nutrients).mask


def test_a_map_in_another_chemical_form_says_so(nutrients):
    with rasterio.open(nutrients / "XTL_GSNmap_Ktot_Map030.tiff") as dataset:
        assert dataset.tags()["FORM"].startswith("K = 390.983 mg per cmol")
        assert dataset.units == ("ppm",)
    values = read_values(nutrients / "XTL_GSNmap_Ktot_Map030.tiff")
    exchangeable = values_of("k_exch")
    assert np.nanmean(values) == pytest.approx(390.983 * exchangeable.mean(), rel=0.05)


def test_stocks_are_made_cell_by_cell_before_they_are_averaged_with_the_error_of_all_three_inputs(
    soils, tmp_path
):
    export(soils.store, soils.catalog, Asked("gsocmap"), tmp_path / "out")
    soc, density, stones = (values_of(name) for name in ("soc", "bulk_density", "coarse_fragments"))
    stock = soc / 100 * density * (1 - stones / 100) * 30 * 100
    found = read_values(tmp_path / "out" / "XTL_GSOCmap_SOC_Map030.tiff")
    spread = read_values(tmp_path / "out" / "XTL_GSOCmap_SOC_UncertaintyMap030.tiff")
    inner = found[2:-2, 4:-2]
    assert inner.mean() == pytest.approx(stock.mean(), rel=0.01)
    # Each cell's SD is larger than its carbon's part alone, and averaging does not make it smaller.
    assert spread[2:-2, 4:-2].mean() > (0.2 / 100 * density * (1 - stones / 100) * 3000).mean()
    assert read_manifest(tmp_path / "out").files[0].told["formula"].startswith("soc x bulk density")


def test_classes_of_salt_are_made_by_the_rule_of_the_file_edges_included(soils):
    rule = soils.catalog.gsp_product("gsasmap").salt_classes
    ec = np.array([0.74, 0.75, 4.0, 4.0, 4.1, 15.0, 0.1, 0.1, 8.0, np.nan])
    esp = np.array([0.0, 0.0, 0.0, 15.0, 15.1, 0.0, 15.0, 71.0, 50.0, 1.0])
    found = salt_classes(ec, esp, rule)
    np.testing.assert_array_equal(found[:9], [1, 11, 13, 13, 30, 15, 21, 24, 30])
    assert np.isnan(found[9])


def test_a_class_map_and_another_coding_of_names(soils, tmp_path):
    made = export(soils.store, soils.catalog, Asked("gsasmap", "glosis", year=2020), tmp_path / "out")
    assert {each.file for each in made.files} == {
        "XT-GSAS-ECX-2020-0-30-MEAN.tif",
        "XT-GSAS-PHAQ-2020-0-30-MEAN.tif",
        "XT-GSAS-PHAQ-2020-0-30-SDEV.tif",
        "XT-GSAS-NAEXC-2020-0-30-MEAN.tif",
        "XT-GSAS-SALT-2020-0-30-X.tif",
    }
    assert any((each.map, each.statistic) == ("salt_class", "sd") for each in made.left_out)
    codes = read_values(tmp_path / "out" / "XT-GSAS-SALT-2020-0-30-X.tif")
    assert set(np.unique(codes[np.isfinite(codes)])) <= set(
        soils.catalog.gsp_product("gsasmap").map("salt_class").classes
    )
    assert check(soils.catalog, tmp_path / "out").passed


def test_what_a_product_excludes_is_left_out_and_its_uncertainty_is_in_percent(soils, tmp_path):
    export(soils.store, soils.catalog, Asked("gsocseq"), tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    assert manifest.exclusions == [
        "soc_stock > 200 t/ha: soc, bulk_density, coarse_fragments",
        "sand > 90 %: sand",
        "salinity_ec > 4 dS/m: salinity_ec",
    ]
    salty = values_of("salinity_ec")
    assert (salty > 4).mean() > 0.4
    stocks = read_values(tmp_path / "out" / "XTL_GSOCseq_T0_Map030.tiff")
    assert 0 < np.isfinite(stocks).mean() < 0.9
    percent = read_values(tmp_path / "out" / "XTL_GSOCseq_T0_UncertaintyMap030.tiff")
    assert 5 < np.nanmean(percent) < 40
    assert {each.unit for each in manifest.files} == {"t/ha", "%"}
    quality = check(soils.catalog, tmp_path / "out")
    again = with_recomputed(quality, soils.store, soils.catalog, tmp_path / "out")
    assert again.passed
    assert [each.state for each in again.verdicts if each.test == "recomputed"] == ["passed", "passed"]


def test_the_record_names_inputs_by_version_and_hash_and_tells_the_uncertainty(soils, nutrients):
    root = ET.parse(nutrients / "XTL_GSNmap_SOC.xml").getroot()
    texts = {each.text for each in root.iter(f"{{{GCO}}}CharacterString")}
    version = soils.store.ledger.version("soc", soils.snapshot.layers["soc"])
    assert f"sha256 {version.source_sha256}" in texts
    assert f"soc, version {version.version}" in texts
    accuracy = root.findall(f".//{{{GMD}}}DQ_QuantitativeAttributeAccuracy")
    assert [each.findtext(f".//{{{GCO}}}Record") for each in accuracy] == ["0.2"]
    missing = ET.parse(nutrients / "XTL_GSNmap_Clay.xml").getroot()
    nil = missing.find(f".//{{{GMD}}}DQ_QuantitativeResult/{{{GMD}}}value")
    assert nil.get(f"{{{GCO}}}nilReason") == "missing"


def test_two_exports_of_one_publication_are_the_same_bytes(soils, nutrients, tmp_path):
    export(soils.store, soils.catalog, Asked("gsnmap"), tmp_path / "again")
    for path in sorted(nutrients.iterdir()):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_export_passes_its_own_report_and_equals_what_its_inputs_give_again(soils, nutrients):
    quality = with_recomputed(check(soils.catalog, nutrients), soils.store, soils.catalog, nutrients)
    assert quality.passed
    again = [each for each in quality.verdicts if each.test == "recomputed"]
    assert len(again) == len(read_manifest(nutrients).files)
    assert {each.state for each in again} == {"passed"}


def test_what_cannot_be_written_is_told_before_anything_is(soils, nutrients, tmp_path):
    def refused(asked, error, match, directory=tmp_path / "none"):
        with pytest.raises(error, match=match):
            export(soils.store, soils.catalog, asked, directory)
        assert not (tmp_path / "none").exists()

    refused(Asked("gsnmap"), InputError, "never written over", nutrients)
    refused(Asked("gbsmap"), InputError, "nothing of gbsmap can be made: whether a soil is black")
    refused(Asked("gsnmap", depths=((30.0, 60.0),)), InputError, r"soc at 30-60 cm \(but soc of 0-30 cm\)")
    refused(Asked("gsocmap", "sis"), UnknownNameError, "no coding of gsocmap 'sis'; there are: gsp")
    refused(Asked("gsnmap", year=20260), InputError, "four digits")
    refused(Asked("gsnmaps"), UnknownNameError, "Did you mean 'gsnmap'")


def test_layers_of_several_depths_make_up_the_products_by_thickness_and_their_stocks_are_added(tmp_path):
    config = write_soils(tmp_path)
    depths = {(0, 5): 2.0, (5, 15): 1.0, (15, 30): 0.4}
    for name in ("soc", "bulk_density", "coarse_fragments"):
        (config / "layers" / f"{name}_sd.yaml").unlink()
        (config / "layers" / f"{name}.yaml").unlink()
        for (top, bottom), factor in depths.items():
            file, times = f"{name}_{top}_{bottom}", factor if name == "soc" else 1.0 + top / 100
            write_raster(tmp_path / "sources" / f"{file}.tif", values_of(name) * times)
            write_layer(
                config, name, file, unit=UNITS[name], depth=[top, bottom], source=f"../sources/{file}.tif"
            )
    catalog, store = load(config), open_store(Settings(store=tmp_path / "store", db=None))
    ingest(store, catalog, actor="tests", progress=silent)
    export(store, catalog, Asked("gsocmap"), tmp_path / "stock")
    export(store, catalog, Asked("gsnmap"), tmp_path / "nutrients")
    store.close()
    soc, density, stones = (values_of(name) for name in ("soc", "bulk_density", "coarse_fragments"))
    stocks = sum(
        soc
        * factor
        / 100
        * density
        * (1 + top / 100)
        * (1 - stones * (1 + top / 100) / 100)
        * (bottom - top)
        * 100
        for (top, bottom), factor in depths.items()
    )
    found = read_values(tmp_path / "stock" / "XTL_GSOCmap_SOC_Map030.tiff")
    assert found[2:-2, 4:-2].mean() == pytest.approx(stocks.mean(), rel=0.01)
    carbon = read_values(tmp_path / "nutrients" / "XTL_GSNmap_SOC_Map030.tiff")
    assert np.nanmean(carbon) == pytest.approx(soc.mean() * (2 * 5 + 1 * 10 + 0.4 * 15) / 30, rel=0.02)
    entry = read_manifest(tmp_path / "nutrients").files[0]
    assert entry.told["depth"] == "mean of 0-5, 5-15, 15-30 cm by thickness"
    assert len(entry.layers) == 3
