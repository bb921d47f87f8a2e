"""The overlay as people meet it: a file chosen in a browser, and a script in the toolbox of QGIS."""

import json
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pyogrio
import pytest
from shapely import Polygon

from tests.interop.conftest import CLIENT_SECONDS, Served, clean_environment, program
from tests.interop.test_browser import PHONE, Visit, browser, chromium, visit  # noqa: F401 (fixtures)
from tests.offered import blocks, zipped

SCRIPT = Path(__file__).with_name("qgis_overlay.py")


def test_the_script_loads_the_table_of_a_layer_in_metres_with_its_style(served: Served, tmp_path: Path):
    program("qgis", "qgis")
    with urlopen(f"{served.url}/qgis/soilinfo_overlay.py") as answer:
        (tmp_path / "soilinfo_overlay.py").write_bytes(answer.read())
    farms = blocks(12)
    x, y = farms.geometry.iloc[10].centroid.coords[0]
    bow_tie = Polygon([(x, y), (x + 0.1, y + 0.1), (x + 0.1, y), (x, y + 0.1)])
    farms.loc[[10, 11], "geometry"] = [bow_tie, None]
    pyogrio.write_dataframe(farms.to_crs("EPSG:32751"), tmp_path / "blocks.gpkg")
    files = [tmp_path / name for name in ("soilinfo_overlay.py", "blocks.gpkg", "table.gpkg")]
    command = ["/usr/bin/python3", str(SCRIPT), *map(str, files)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["features"], found["rows"], found["crs"]) == (12, 12, "EPSG:4326")
    # QGIS writes none as an empty one.
    assert found["left_out"] == [*["NULL"] * 10, "self_crossing", "empty_geometry"]
    assert (found["renderer"], found["coloured_by"]) == ("categorizedSymbol", "maize_class")
    assert [line[:2] for line in found["legend"]] == ["S1", "S2", "S3", "N:"]
    assert found["alias"].startswith("Maize: S1")
    # Another style of the file changes the colours alone.
    assert found["other_style"] == ["cocoa_class", "Cocoa: class of the largest part", "ValueMap"]
    assert {*found["classes"]} <= {"S1", "S2", "S3", "N", "NULL"}
    assert "no evaluated crop 'durian'" in found["refused"]["error"]


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_file_chosen_in_the_browser_becomes_a_table_to_take_along(
    browser,  # noqa: F811
    served: Served,
    tmp_path: Path,
    language: str,
):
    shown: Visit = visit(browser, served, f"/processes/overlay?f=html&lang={language}", PHONE)
    page = shown.page
    page.set_input_files("#input-file", zipped(blocks(30), tmp_path))
    page.click("#overlay button.primary")
    page.wait_for_selector("#answer table")
    assert page.locator("#answer tbody tr").count() == 30
    headings = page.locator("#answer thead th").all_inner_texts()
    assert {"en": "Polygon", "id": "Poligon"}[language] == headings[0]
    with page.expect_download() as saved:
        page.click("#answer .actions button:has-text('GeoPackage')")
    saved.value.save_as(tmp_path / "overlay.gpkg")
    assert len(pyogrio.read_dataframe(tmp_path / "overlay.gpkg", layer="overlay")) == 30
    assert shown.foreign == []
    assert shown.errors == []


def test_a_file_that_cannot_be_used_is_told_on_the_page(browser, served: Served, tmp_path: Path):  # noqa: F811
    shown: Visit = visit(browser, served, "/processes/overlay?f=html&lang=en")
    (tmp_path / "notes.zip").write_bytes(b"hello")
    shown.page.set_input_files("#input-file", tmp_path / "notes.zip")
    shown.page.click("#overlay button.primary")
    shown.page.wait_for_selector("#answer [role=alert]")
    assert "a zipped shapefile, a GeoPackage or GeoJSON" in shown.page.inner_text("#answer")
