"""QGIS opens an unpacked pack without a network: every layer with its legend, real values, pages to print."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.pack.pack import asked, write_pack
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.vector import Query
from tests.country import NORTH, WEST
from tests.interop.conftest import CLIENT_SECONDS, clean_environment, program
from tests.serve.maps.pictures import pixels

CODE = "01.02"
X, Y = WEST + 0.26, NORTH - 0.11
"""Within it."""
SYSTEM_PYTHON = "/usr/bin/python3"
OPEN, PRINT = (Path(__file__).with_name(name) for name in ("qgis_open.py", "qgis_print.py"))
NO_NETWORK = {f"{kind}_proxy": "http://127.0.0.1:9" for kind in ("http", "https", "all")}
"""Nobody listens there."""

Opened = dict[str, Any]


@pytest.fixture(scope="module")
def store(nation: Settings):
    store = open_store(nation)
    yield store
    store.close()


@pytest.fixture(scope="module")
def unpacked(nation: Settings, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of a regency, moved to where it was not made."""
    directory = tmp_path_factory.mktemp("pack")
    catalog = load(nation.config)
    write_pack(store, catalog, store.ledger.current(), asked(catalog, CODE), directory / "pack.zip")
    with ZipFile(directory / "pack.zip") as file:
        file.extractall(directory / "unpacked")
    return (directory / "unpacked").rename(directory / "taken elsewhere")


def qgis(script: Path, *arguments: str, home: Path) -> Any:
    """What a script within QGIS prints, without a network where the system lets us take it away."""
    program("qgis", "qgis")
    alone = ["unshare", "-rn"] if shutil.which("unshare") and _may_unshare() else []
    command = [*alone, SYSTEM_PYTHON, str(script), *arguments]
    environment = clean_environment(home) | NO_NETWORK
    done = subprocess.run(command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _may_unshare() -> bool:
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def opened(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Opened]:
    """Both projects, by their names."""
    home = tmp_path_factory.mktemp("home")
    projects = [str(unpacked / name) for name in (f"{CODE}.qgz", f"{CODE}.id.qgz")]
    found: dict[str, Opened] = qgis(OPEN, str(X), str(Y), *projects, home=home)
    return found


def layers(report: Opened) -> dict[str, Opened]:
    return {layer["id"].removeprefix("soilinfo_"): layer for layer in report["layers"]}


@pytest.mark.parametrize("name", [f"{CODE}.qgz", f"{CODE}.id.qgz"])
def test_every_layer_is_valid_and_has_a_legend(opened: dict[str, Opened], name: str):
    found = layers(opened[name])
    assert {"regencies", "soc", "suitability_maize", "suitability_maize.potential_high"} <= set(found)
    assert [id_ for id_, layer in found.items() if not layer["valid"]] == []
    assert [id_ for id_, layer in found.items() if not layer["legend"]] == []
    assert found["suitability_maize"]["legend"][0].startswith("S1")


def test_values_under_the_pointer_are_those_of_the_store(opened: dict[str, Opened], store: Store):
    found, published = layers(opened[f"{CODE}.qgz"]), store.ledger.current().layers
    for id_, name, variable in (
        ("soc", "soc", "soc"),
        ("suitability_maize", "suitability_maize", "actual"),
        ("suitability_maize.potential_high", "suitability_maize", "potential_high"),
    ):
        cube = store.cube.open(name, published[name])
        row = int((cube.grid.north - Y) / cube.grid.resolution)
        col = int((X - cube.grid.west) / cube.grid.resolution)
        stored = cube.decode(variable, cube.read(variable))[row, col]
        assert np.isfinite(stored)
        assert found[id_]["value"] == pytest.approx(stored, rel=1e-6), id_


def test_a_table_shows_the_row_of_its_title(opened: dict[str, Opened], store: Store):
    found, table = layers(opened[f"{CODE}.id.qgz"]), "suitability_by_regencies"
    shown = found[f"{table}.dominant_class.maize.actual"]
    assert "Jagung" in shown["name"] or "maize" in shown["name"].lower()
    kept = store.vector.read(
        table,
        store.ledger.current().layers[table],
        Query(equal={"code": CODE, "crop": "maize", "scenario": "actual"}, geometry=False),
    )
    assert [row["s1_ha"] for row in shown["value"]] == list(kept["s1_ha"])


def test_what_is_alike_for_every_crop_is_one_layer_that_names_none(opened: dict[str, Opened]):
    found = layers(opened[f"{CODE}.qgz"])
    best = [layer["name"] for id_, layer in found.items() if id_.startswith("direction_by_regencies")]
    assert best == ["Commodity direction by regency: Best crop"]


def test_pages_of_both_sizes_can_be_printed(unpacked: Path, tmp_path: Path):
    printed: list[Opened] = qgis(
        PRINT, str(unpacked / f"{CODE}.id.qgz"), str(tmp_path), "40", "Kesesuaian lahan (", home=tmp_path
    )
    assert all(page["made"] for page in printed)
    assert {tuple(page["page"]) for page in printed} == {(297, 210), (420, 297)}
    drawn = {f"QgsLayoutItem{kind}" for kind in ("Map", "Legend", "ScaleBar", "Picture", "Label")}
    assert all(drawn <= {*page["items"]} for page in printed)
    page = printed[0]
    colours = {
        tuple(colour[:3]) for colour in pixels(Path(page["file"]).read_bytes()).reshape(-1, 4).tolist()
    }
    assert page["told"] == f"Skala peta 1 : {round(page['scale'], -2):,.0f}".replace(",", ".")
    assert colours & {(1, 102, 94), (90, 180, 172), (223, 194, 125), (140, 81, 10)}, "the map in its colours"


def test_the_geopackage_alone_has_its_styles(unpacked: Path, tmp_path: Path):
    script = tmp_path / "styled.py"
    script.write_text(STYLED)
    table = f"{unpacked / CODE}.gpkg|layername=suitability_by_regencies"
    assert qgis(script, table, home=tmp_path) == ["RuleRenderer", "S1: highly suitable"]


STYLED = """
import json, os, sys
from qgis.core import QgsApplication, QgsVectorLayer
application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(sys.argv[1], "table", "ogr")
renderer = layer.renderer()
print(json.dumps([renderer.type(), renderer.rootRule().children()[0].label()]), flush=True)
os._exit(0)
"""
