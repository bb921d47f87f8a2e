"""QGIS opens the served project: every layer valid, a legend on each, real values under the pointer."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.products import products
from soilinfo.store.vector import Query
from tests.country import LAYERS, NORTH, WEST
from tests.interop.conftest import CLIENT_SECONDS, Served, clean_environment, program
from tests.served import CROPS

SCRIPT = Path(__file__).with_name("qgis_open.py")
FEATURES_SCRIPT = Path(__file__).with_name("qgis_features.py")
SYSTEM_PYTHON = "/usr/bin/python3"
X, Y = WEST + 0.26, NORTH - 0.11

Opened = dict[str, Any]


@pytest.fixture(scope="module")
def opened(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    """Opens the project of a language in QGIS without a screen; its report of qgis_open.py."""
    reports: dict[str, Opened] = {}

    def open_project(language: str) -> Opened:
        if language not in reports:
            address = f"testland.qgs?lang={language}"
            (reports[language],) = open_files(served, tmp_path_factory.mktemp("qgis"), [address]).values()
        return reports[language]

    return open_project


def open_files(served: Served, folder: Path, addresses: Sequence[str]) -> dict[str, Opened]:
    """What QGIS makes of the files at these addresses below /qgis/, by address."""
    program("qgis", "qgis")
    files = [
        folder / f"{at:03}{Path(address.partition('?')[0]).suffix}" for at, address in enumerate(addresses)
    ]
    for file, address in zip(files, addresses, strict=True):
        with urlopen(f"{served.url}/qgis/{address}") as answer:
            file.write_bytes(answer.read())
    command = [SYSTEM_PYTHON, str(SCRIPT), str(X), str(Y), *map(str, files)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(folder)
    )
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout)
    return {address: reports[file.name] for file, address in zip(files, addresses, strict=True)}


def layers(report: Opened) -> dict[str, Opened]:
    return {layer["id"].removeprefix("soilinfo_"): layer for layer in report["layers"]}


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_layer_is_valid_and_has_a_legend(opened: Callable[[str], Opened], language: str):
    found = layers(opened(language))
    expected = {*LAYERS, *(f"suitability_{crop}" for crop in CROPS), "provinces", "regencies"}
    assert expected <= set(found)
    assert [name for name, layer in found.items() if not layer["valid"]] == []
    assert [name for name, layer in found.items() if not layer["legend"]] == []


def test_every_layer_definition_opens_with_a_legend(served: Served, tmp_path: Path):
    with urlopen(f"{served.url}/collections?f=json") as answer:
        names = [each["id"] for each in json.load(answer)["collections"] if each.get("itemType") != "record"]
    reports = open_files(served, tmp_path, [f"{name}.qlr" for name in names])
    assert [name for name, report in reports.items() if not report["layers"]] == []
    every = [layer for report in reports.values() for layer in report["layers"]]
    assert [layer["name"] for layer in every if not layer["valid"]] == []
    # A table of what has no place is not drawn.
    assert [layer["name"] for layer in every if not layer["legend"] and layer["is_drawn"]] == []


def test_projects_of_a_region_and_of_a_theme_open_packed_or_not(served: Served, tmp_path: Path):
    region, theme = "testland.qgz?region=01.02&lang=id", "testland.qgs?theme=climate"
    reports = open_files(served, tmp_path, [region, theme])
    for report in reports.values():
        assert [layer["name"] for layer in report["layers"] if not layer["valid"]] == []
        assert [layer["name"] for layer in report["layers"] if not layer["legend"]] == []
    assert reports[theme]["groups"] == ["Administrative regions", "Climate"]
    assert reports[region]["title"] == "Negara uji – Kabupaten 01.02"
    west, south, east, north = reports[region]["extent"]
    assert west < X < east
    assert south < Y < north
    assert east - west < 1
    (unit,) = layers(reports[region])["regencies"]["value"]
    assert (unit["code"], unit["name"]) == ("01.02", "Kabupaten 01.02")
    (row,) = layers(reports[region])["suitability_by_regencies"]["value"]
    stored = served.store.vector.read(
        "suitability_by_regencies",
        served.version("suitability_by_regencies"),
        Query(equal={"code": "01.02", "crop": row["crop"], "scenario": row["scenario"]}),
    )
    assert row["s1_ha"] == stored["s1_ha"].iloc[0]


def test_pictures_of_the_server_have_the_colours_of_the_classes_for_a_legend(opened: Callable[[str], Opened]):
    pictures = [layer for layer in layers(opened("en")).values() if layer["provider"] == "wms"]
    assert pictures
    for picture in pictures:
        assert picture["legend"] == ["#01665e", "#5ab4ac", "#dfc27d", "#8c510a"], picture["name"]


def test_numeric_layers_show_a_colour_bar_and_classes_one_line_each(opened: Callable[[str], Opened]):
    found = layers(opened("en"))
    assert found["soc"]["legend"] == ["QgsColorRampLegendNode"]
    assert [line.split(":")[0] for line in found["suitability_maize"]["legend"]] == [
        "S1",
        "S2",
        "S3",
        "N",
    ]
    assert "Well drained" in found["drainage"]["legend"]
    assert len(found["suitability_by_regencies"]["legend"]) == 6


def test_every_variable_of_a_product_is_a_layer_with_the_colours_of_its_classes(
    opened: Callable[[str], Opened], served: Served
):
    found, product = layers(opened("en")), products(load(served.settings.config))["direction"]
    first, *others = product.variables
    assert found["direction"]["legend"] == [entry.label["en"] for entry in first.style.entries]
    assert {name for name in found if name.startswith("direction.")} == {
        f"direction.{each.name}" for each in others
    }
    assert found["direction.best_class"]["legend"][0].startswith("S1")
    assert found["direction.suitable_crops"]["legend"] == ["QgsColorRampLegendNode"]
    cube = served.store.cube.open("direction", served.version("direction"))
    row = int((cube.grid.north - Y) / cube.grid.resolution)
    col = int((X - cube.grid.west) / cube.grid.resolution)
    for name, variable in (("direction", first.name), ("direction.best_class", "best_class")):
        assert found[name]["value"] == cube.read(variable)[row, col]


@pytest.mark.parametrize("name", ["ph_h2o", "soc", "rainfall_annual", "cec"])
def test_qgis_reads_the_value_that_the_store_holds(
    opened: Callable[[str], Opened], served: Served, name: str
):
    cube = served.store.cube.open(name, served.version(name))
    row, col = (
        int((cube.grid.north - Y) / cube.grid.resolution),
        int((X - cube.grid.west) / cube.grid.resolution),
    )
    variable = next(iter(cube.variables))
    stored = cube.decode(variable, cube.read(variable))[row, col]
    assert layers(opened("en"))[name]["value"] == pytest.approx(float(stored), rel=1e-6)
    assert np.isfinite(stored)


def test_regions_come_over_ogc_api_features_and_know_their_names(opened: Callable[[str], Opened]):
    regencies = layers(opened("en"))["regencies"]
    assert regencies["provider"] == "OAPIF"
    assert [region["name"] for region in regencies["value"]] == ["Kabupaten 01.02"]


def test_the_table_of_regions_holds_one_crop(opened: Callable[[str], Opened]):
    rows = layers(opened("en"))["suitability_by_regencies"]["value"]
    assert [(row["crop"], row["scenario"], row["code"]) for row in rows] == [
        ("rice_irrigated", "actual", "01.02")
    ]


def test_the_project_has_crs_title_groups_and_licences(opened: Callable[[str], Opened]):
    report = opened("id")
    assert (report["crs"], report["title"]) == ("EPSG:4326", "Negara uji")
    assert "Andaian tersimpan: Pengapuran sampai pH 6,0" in report["groups"]
    assert [name for name in report["groups"] if ": " not in name] == [
        "Wilayah administrasi",
        "Kesesuaian lahan",
        "Pilihan komoditas",
        "Indikator tanah",
        "Kawasan uji",
        "Tanah",
        "Topografi (relief)",
        "Iklim",
        "Profil tanah",
        "Mutu data",
    ]
    assert layers(report)["soc"]["licence"] == ["CC0-1.0"]


def test_a_layer_of_features_pages_filters_and_reprojects(served: Served, tmp_path: Path):
    program("qgis", "qgis")
    table, where = "suitability_by_regencies", "crop = 'maize' AND s1_ha > 10"
    command = [SYSTEM_PYTHON, str(FEATURES_SCRIPT), served.url, table, where, "9490"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    stored = served.store.vector.read(table, served.version(table), Query(crs="EPSG:9490")).set_index("id")
    assert report["features"] == sorted(stored.index), "every page, of 20 each"
    assert report["filtered"] == sorted(stored.query("crop == 'maize' and s1_ha > 10").index)
    assert report["crs"] == "EPSG:4326"
    for id_, place in report["places"].items():
        assert place == pytest.approx(stored.geometry[id_].bounds, abs=0.5), (
            "metres, after six decimals of degrees"
        )
