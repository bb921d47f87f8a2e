"""Names of exchanged layers: what they say, and what is told of a wrong one."""

from pathlib import Path

import pytest

from soilinfo.catalog.gsp import CODINGS
from soilinfo.catalog.gsp_names import name_of, read_name
from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from tests.real import REAL, needs_real_data

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def products():
    return load(ROOT / "config").gsp


def test_every_map_is_read_back_from_each_name_that_is_written(products):
    count = 0
    for product in products.values():
        for map_id, wanted in product.maps.items():
            for coding in set(CODINGS) & set(wanted.codes):
                for statistic in ("mean", "sd") if wanted.uncertainty != "none" else ("mean",):
                    for depth in (*product.depths, *product.optional_depths):
                        country, year = ("XSN", None) if coding == "gsp" else ("XS", 2026)
                        name = name_of(
                            product,
                            map_id,
                            coding,
                            country=country,
                            depth=depth,
                            statistic=statistic,
                            year=year,
                        )
                        found = read_name(name.file, products)
                        assert (found.product.id, found.map_id, found.statistic) == (
                            product.id,
                            map_id,
                            statistic,
                        )
                        assert found.file == name.file
                        count += 1
    assert count > 100


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("soil.tif", "1 part"),
        ("soil.png", "no GeoTIFF"),
        ("bt-GSNM-CORG-2024-0-30-MEAN.tif", "'bt' is no ISO 3166 code"),
        ("BT-SOIL-CORG-2024-0-30-MEAN.tif", "no project 'SOIL'; there are: GSAS, GSNM, GSOCSEQ"),
        ("BT-GSNM-CORGAN-2024-0-30-MEAN.tif", "no property 'CORGAN' in gsnmap; there are: BKD"),
        ("BT-GSNM-CORG-24-0-30-MEAN.tif", "'24' is no year"),
        ("BT-GSNM-CORG-2024-30-0-MEAN.tif", "'30-0' is no depth in cm"),
        ("BT-GSNM-CORG-2024-0-30-MED.tif", "no statistic 'MED'; there are: MEAN, SDEV, UNCT, X"),
        ("BTN_GSNmap_Carbon_Map030.tiff", "no property 'Carbon' in gsnmap"),
        ("btn_GSNmap_SOC_Map030.tiff", "'btn' is no ISO 3166 code of three"),
        ("BTN_GSNmap_SOC_Map45.tiff", "'45' is no depth of gsnmap; there are: 030, 3060, 60100"),
        ("BTN_Soil_SOC_Map030.tiff", "the name of no product"),
    ],
)
def test_a_wrong_name_is_told_by_the_part_that_is_wrong(products, file, told):
    with pytest.raises(InputError, match=r"(?s).*" + told.replace("(", r"\(")):
        read_name(file, products)


def test_a_code_that_says_too_little_is_told_from_one_that_does(products):
    assert read_name("PH-GSNM-PHX-2023-30-60.tif", products).is_vague
    assert not read_name("BT-GSNM-PHAQ-2024-0-30-SDEV.tif", products).is_vague


@needs_real_data
def test_the_layers_of_two_published_systems_are_read_but_for_properties_of_no_product(products):
    unread = set()
    for country in ("BT", "PH"):
        lines = (
            (REAL / "standards" / "layer_metadata" / f"layer_info_{country}.csv")
            .read_text("utf-8")
            .splitlines()
        )
        for line in lines[1:]:
            layer = line.split(",")[1]
            try:
                found = read_name(f"{layer}.tif", products)
                assert found.mapset.split("-")[2] == layer.split("-")[2]
            except InputError:
                unread.add(layer.split("-")[2])
    assert unread == {
        "BASAT",
        "BSEXC",
        "CAEXC",
        "CFRAGF",
        "CLAWRB",
        "CNRAT",
        "KEXC",
        "MGEXC",
        "NAEXC",
        "CORGRSRSSM1U",
        "CORGRSRSSM2U",
        "CORGRSRSSM3U",
        "CORGSSMU",
    }
