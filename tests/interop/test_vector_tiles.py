"""QGIS and MapLibre draw vector tiles with the served style; GDAL, old and new, reads their features."""

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyogrio
import pytest
from geopandas import GeoDataFrame
from playwright.sync_api import sync_playwright

from soilinfo.store.vector import Query
from tests.interop.conftest import CLIENT_SECONDS, Served, clean_environment, program
from tests.interop.test_browser import ARGUMENTS, SOFTWARE_WEBGL

SCRIPT = Path(__file__).with_name("qgis_vector_tiles.py")
SYSTEM_PYTHON = "/usr/bin/python3"
TABLE = "suitability_by_regencies"
PLACE = (8, 133, 213)
COLOURS = {"s1": "#01665e", "s2": "#5ab4ac", "s3": "#dfc27d", "n": "#8c510a"}


def tiles(served: Served, collection: str) -> str:
    return f"{served.url}/collections/{collection}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?f=mvt"


@pytest.fixture(scope="module")
def drawn(served: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What QGIS makes of the table's tiles and style, over the whole country."""
    program("qgis", "qgis")
    folder = tmp_path_factory.mktemp("qgis")
    style = f"{served.url}/collections/{TABLE}/styles/dominant_class?f=mbs&crop=maize"
    command = [SYSTEM_PYTHON, str(SCRIPT), tiles(served, TABLE), style, "119.95", "-7.55", "120.55", "-6.95"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(folder)
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture
def rows(served: Served) -> GeoDataFrame:
    asked = Query(equal={"crop": "maize", "scenario": "actual"})
    return served.store.vector.read(TABLE, served.version(TABLE), asked)


def test_qgis_understands_every_rule_of_a_style(drawn: dict[str, Any]):
    assert drawn["valid"]
    assert drawn["understood"]
    assert [colour for _, _, colour in drawn["styles"]] == [*COLOURS.values(), "#cccccc"]
    assert [label.partition(":")[0] for label, _, _ in drawn["styles"]][:4] == ["S1", "S2", "S3", "N"]


def test_qgis_draws_the_areas_in_the_colours_of_their_classes(drawn: dict[str, Any], rows: GeoDataFrame):
    assert shown(drawn["pixels"]) == expected(rows)


def shown(pixels: dict[str, int]) -> set[str]:
    """The colours of a picture, without that of the paper, of lines and of what lies between two."""
    return {colour for colour, count in pixels.items() if count > 1000} - {"#ffffff"}


def expected(rows: GeoDataFrame) -> set[str]:
    """The colours of the largest class of each unit."""
    largest = rows[[f"{name}_pct" for name in COLOURS]].idxmax(axis=1)
    return {COLOURS[name.removesuffix("_pct")] for name in largest}


PIXELS = """([style, bounds]) => new Promise((resolve, reject) => {
  const map = new maplibregl.Map({container: document.body, style, bounds, preserveDrawingBuffer: true})
  map.on("error", told => reject(told.error))
  map.on("idle", () => {
    const gl = map.painter.context.gl, counts = {}
    const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight]
    const bytes = new Uint8Array(4 * width * height)
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes)
    for (let at = 0; at < bytes.length; at += 4) {
      if (bytes[at + 3] < 255) continue
      const colour = "#" + [...bytes.slice(at, at + 3)].map(n => n.toString(16).padStart(2, "0")).join("")
      counts[colour] = (counts[colour] || 0) + 1
    }
    resolve(counts)
  })
})"""


def test_maplibre_draws_them_in_the_same_colours(served: Served, rows: GeoDataFrame):
    style = f"{served.url}/collections/{TABLE}/styles/dominant_class?f=mbs&crop=maize"
    with sync_playwright() as driver:
        path = program("chromium", "chromium")
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS + SOFTWARE_WEBGL)
        page = browser.new_page(viewport={"width": 300, "height": 300})
        page.goto(f"{served.url}/conformance?f=json")
        page.set_content("<body style='margin: 0; height: 300px'></body>")
        page.add_script_tag(url=f"{served.url}/static/maplibre/maplibre-gl.js")
        pixels = page.evaluate(PIXELS, [style, [119.95, -7.55, 120.55, -6.95]])
        browser.close()
    assert shown(pixels) == expected(rows)


def test_gdal_reads_the_values_of_the_store_from_a_tile(served: Served, rows: GeoDataFrame, tmp_path: Path):
    zoom, row, column = PLACE
    with urlopen(
        tiles(served, TABLE).format(z=zoom, y=row, x=column) + "&crop=maize&scenario=actual"
    ) as answer:
        content = answer.read()
    place = tmp_path / str(zoom) / str(column) / f"{row}.pbf"
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    found = pyogrio.read_dataframe(place).set_index("code").sort_index()
    assert found.geometry.is_valid.all()
    assert (found["id"] == rows.set_index("code")["id"].sort_index()).all()
    for name in COLOURS:
        assert found[f"{name}_pct"].to_dict() == rows.set_index("code")[f"{name}_pct"].to_dict()
    told = told_by_ogrinfo(place, tmp_path)
    assert f"Layer name: {TABLE}" in told
    assert "Feature Count: 4" in told


def told_by_ogrinfo(place: Path, home: Path) -> str:
    command = [program("ogrinfo", "gdal-bin"), "-so", "-al", str(place)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(home)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gdal_finds_the_tiles_by_the_ogc_api(served: Served):
    address = f"OGCAPI:{served.url}/collections/regencies"
    # GDAL takes the degrees of the collection's extent for metres, unless it is told.
    country = {"MINX": "13350000", "MINY": "-845000", "MAXX": "13420000", "MAXY": "-778000"}
    found = pyogrio.read_dataframe(address, layer="Zoom level 9", API="TILES", **country)
    assert {*found["code"]} == {"01.01", "01.02", "01.03", "01.04"}
