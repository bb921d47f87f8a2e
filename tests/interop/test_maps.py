"""Maps, tiles and WMTS in the hands of GDAL, OWSLib and QGIS: the pixels are those of the server."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from owslib.ogcapi.maps import Maps
from owslib.wmts import WebMapTileService

from tests.interop.conftest import CLIENT_SECONDS, Served, clean_environment, get, program
from tests.serve.maps.pictures import picture, pixels

SCRIPT = Path(__file__).with_name("qgis_wmts.py")
SYSTEM_PYTHON = "/usr/bin/python3"
WHOLE = "bbox=120,-7.5,120.5,-7&width=240&height=240"
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs one of GDAL's programs; its output."""

    def run_program(name: str, *arguments: str) -> str:
        command = [program(name, "gdal-bin"), *arguments]
        environment = clean_environment(tmp_path) | {"GDAL_PAM_ENABLED": "NO"}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_program


def bands(path: Path) -> NDArray[np.uint8]:
    """RGBA, shape (height, width, 4)."""
    return pixels(path.read_bytes())


def cells(served: Served, query: str = "") -> NDArray[np.uint8]:
    """The map of the whole small nation, a pixel for each cell."""
    return picture(get(f"{served.url}/collections/ph_h2o/map?{WHOLE}&{query}"))


# ---- GDAL ---------------------------------------------------------------------------------


def test_gdal_reads_a_map_over_the_ogc_api(served: Served, run: Run, tmp_path: Path):
    target = tmp_path / "map.png"
    source = f"OGCAPI:{served.url}/collections/ph_h2o"
    window = ("-projwin", "120", "-7", "120.5", "-7.5", "-outsize", "240", "240")
    run("gdal_translate", "-q", "-of", "PNG", source, str(target), "-oo", "API=MAP", *window)
    shown, expected = bands(target), cells(served)
    opaque = expected[..., 3] > 0
    np.testing.assert_array_equal(shown[opaque][:, :3], expected[opaque][:, :3])


def test_gdal_reads_map_tiles_over_the_ogc_api(served: Served, run: Run, tmp_path: Path):
    # Of the sets GDAL takes WorldCRS84Quad: it has no way from a collection's degrees to metres.
    source, target = f"OGCAPI:{served.url}/collections/ph_h2o", tmp_path / "tiles.tif"
    options = ("-oo", "API=TILES", "-oo", "IMAGE_FORMAT=PNG", "-oo", "CACHE=NO")
    told = json.loads(run("gdalinfo", "-json", source, *options))
    assert len(told["bands"]) == 4
    assert told["geoTransform"][1] == pytest.approx(180 / 256 / 2**9), "the first level that shows every cell"
    run("gdalwarp", "-q", "-t_srs", "EPSG:4326", "-te", "120", "-7.5", "120.5", "-7", "-ts", "240", "240",
        *options, source, str(target))  # fmt: skip
    assert _share(target, cells(served)) > 0.9, (
        "but for cells that pixels of tiles and of the answer cut apart"
    )


def test_gdal_reads_a_layer_of_the_wmts_with_its_style(served: Served, run: Run, tmp_path: Path):
    capabilities = f"{served.url}/wmts/1.0.0/WMTSCapabilities.xml"
    told = run("gdalinfo", f"WMTS:{capabilities}")
    assert "layer=suitability_maize,tilematrixset=WebMercatorQuad,style=potential_high" in told
    target = tmp_path / "wmts.tif"
    source = f"WMTS:{capabilities},layer=ph_h2o,tilematrixset=WebMercatorQuad,tilematrix=10"
    run("gdalwarp", "-q", "-t_srs", "EPSG:4326", "-te", "120", "-7.5", "120.5", "-7", "-ts", "240", "240",
        source, str(target))  # fmt: skip
    assert _share(target, cells(served)) > 0.9


def _share(path: Path, expected: NDArray[np.uint8]) -> float:
    """Of the pixels with data, those in the colour expected."""
    with rasterio.open(path) as source:
        shown = np.moveaxis(source.read(), 0, -1)
    opaque = expected[..., 3] > 0
    return float((shown[opaque][:, :3] == expected[opaque][:, :3]).all(axis=-1).mean())


# ---- OWSLib -------------------------------------------------------------------------------


def test_owslib_reads_a_map(served: Served):
    client = Maps(served.url)
    content = client.map("ph_h2o", bbox=[120, -7.5, 120.5, -7], width=240, height=240)
    np.testing.assert_array_equal(pixels(content.getvalue()), cells(served))


@pytest.mark.parametrize("address", ["/wmts", "/wmts/1.0.0/WMTSCapabilities.xml"])
def test_owslib_reads_the_wmts(served: Served, address: str):
    service = WebMapTileService(f"{served.url}{address}")
    assert service.identification.type == "OGC WMTS"
    layer = service["suitability_maize"]
    assert "maize" in layer.title.lower()
    assert [*layer.styles] == ["actual", "potential_low", "potential_medium", "potential_high"]
    legend = layer.styles["potential_high"]["legend"]
    assert picture(get(legend)).shape[2] == 4
    asked = {
        "layer": "suitability_maize",
        "style": "potential_high",
        "tilematrixset": "WebMercatorQuad",
        "tilematrix": "9",
        "row": 266,
        "column": 426,
        "format": "image/png",
    }
    by_address = service.buildTileResource(**asked)
    by_name = pixels(service.gettile(**asked).read())
    np.testing.assert_array_equal(by_name, picture(get(by_address)))
    assert "potential_high" in by_address


# ---- what a WMTS client asks ---------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_capabilities_speak_the_language_asked(served: Served, language: str):
    titles = {
        "en": ("Service of a test nation", "Land suitability: Maize"),
        "id": ("Negara uji", "Kesesuaian lahan: Jagung"),
    }
    answer = get(f"{served.url}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&lang={language}")
    assert answer.headers["content-type"] == "application/xml"
    names = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}
    root = ElementTree.fromstring(answer.content)
    layers = [each.text for each in root.findall("w:Contents/w:Layer/o:Title", names)]
    assert titles[language][1] in layers
    assert f"lang={language}" in root.find("w:ServiceMetadataURL", names).attrib.popitem()[1]


@pytest.mark.parametrize(
    ("changed", "status", "code", "locator"),
    [
        ({"request": "GetMap"}, 501, "OperationNotSupported", "request"),
        ({"service": "WMS"}, 400, "InvalidParameterValue", "service"),
        ({"layer": None}, 400, "MissingParameterValue", "layer"),
        ({"layer": "gold"}, 400, "InvalidParameterValue", "layer"),
        ({"style": "gold"}, 400, "InvalidParameterValue", "style"),
        ({"format": "image/gif"}, 400, "InvalidParameterValue", "format"),
        ({"tilematrixset": "None"}, 400, "InvalidParameterValue", "tilematrixset"),
        ({"tilematrix": "99"}, 400, "InvalidParameterValue", "tilematrix"),
        ({"tilerow": "512"}, 400, "TileOutOfRange", "tilerow"),
        ({"tilecol": "-1"}, 400, "TileOutOfRange", "tilecol"),
        ({"version": "2.0.0"}, 400, "InvalidParameterValue", "version"),
    ],
)
def test_what_cannot_be_had_is_told_in_an_exception_report(
    served: Served, changed: dict[str, Any], status: int, code: str, locator: str
):
    asked = {
        "service": "WMTS",
        "request": "GetTile",
        "version": "1.0.0",
        "layer": "ph_h2o",
        "style": "ph_h2o",
    }
    asked |= {"format": "image/png", "tilematrixset": "WebMercatorQuad"}
    asked |= {"tilematrix": "9", "tilerow": "266", "tilecol": "426"} | changed
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    answer = get(f"{served.url}/wmts?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/xml")
    (exception,) = ElementTree.fromstring(answer.content)
    assert exception.attrib == {"exceptionCode": code, "locator": locator}


# ---- QGIS ---------------------------------------------------------------------------------


def test_qgis_draws_a_layer_of_the_wmts_with_its_legend(served: Served, tmp_path: Path):
    program("qgis", "qgis")
    address = f"{served.url}/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&VERSION=1.0.0"
    source = urlencode(
        {
            "crs": "EPSG:3857",
            "format": "image/png",
            "layers": "suitability_maize",
            "styles": "potential_high",
            "tileMatrixSet": "WebMercatorQuad",
            "url": address,
        }
    )
    drawn, legend = tmp_path / "map.png", tmp_path / "legend.png"
    command = [SYSTEM_PYTHON, str(SCRIPT), source, str(drawn), str(legend)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=clean_environment(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["valid"], report["crs"]) == (True, "EPSG:3857"), report
    told = get(f"{served.url}/collections/suitability/legend?crop=maize").json()
    classes = {tuple(bytes.fromhex(entry["colour"][1:])) for entry in told["entries"]}
    colours, counts = np.unique(bands(drawn)[..., :3].reshape(-1, 3), axis=0, return_counts=True)
    shown = {tuple(colour.tolist()) for colour, count in zip(colours, counts, strict=True) if count > 200}
    assert shown <= classes | {(0, 0, 0)}
    assert len(shown & classes) > 1
    sent = picture(
        get(f"{served.url}/collections/suitability/styles/potential_high/legend?f=png&crop=maize&lang=en")
    )
    assert report["legend"] == [sent.shape[1], sent.shape[0]]
    np.testing.assert_array_equal(bands(legend)[..., :3], sent[..., :3])
    assert classes <= {tuple(colour) for colour in bands(legend)[..., :3].reshape(-1, 3).tolist()}
