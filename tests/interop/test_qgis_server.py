"""QGIS Server on a project of the service, run as a web server would run it (CGI), without one."""

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
import rasterio

from tests.country import NORTH, WEST
from tests.interop.conftest import CLIENT_SECONDS, Served, clean_environment

# A picture has no place.
pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

PROGRAM = Path("/usr/lib/cgi-bin/qgis_mapserv.fcgi")
WMS = "{http://www.opengis.net/wms}"

Ask = Callable[..., tuple[str, bytes]]


@pytest.fixture(scope="module")
def ask(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks QGIS Server over the project of the soil theme; media type and content of its answer."""
    if not PROGRAM.exists():
        pytest.skip("QGIS Server is not installed (Debian package qgis-server)")
    folder = tmp_path_factory.mktemp("server")
    project = folder / "soil.qgs"
    with urlopen(f"{served.url}/qgis/testland.qgs?theme=soil") as answer:
        project.write_bytes(answer.read())
    environment = clean_environment(folder) | {"QGIS_PROJECT_FILE": str(project), "REQUEST_METHOD": "GET"}

    def ask_server(**query: str) -> tuple[str, bytes]:
        asked = environment | {"QUERY_STRING": urlencode(query)}
        done = subprocess.run([PROGRAM], capture_output=True, timeout=CLIENT_SECONDS, env=asked)
        assert done.returncode == 0, done.stderr
        head, _, content = done.stdout.partition(b"\r\n\r\n" if b"\r\n\r\n" in done.stdout else b"\n\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        return fields["Content-Type"], content

    return ask_server


def picture(ask: Ask, **query: str) -> np.ndarray:
    media_type, content = ask(SERVICE="WMS", VERSION="1.3.0", FORMAT="image/png", **query)
    assert media_type == "image/png", content
    with rasterio.open(BytesIO(content)) as opened:
        return opened.read()


def colours(pixels: np.ndarray) -> int:
    return np.unique(pixels.reshape(len(pixels), -1), axis=1).shape[1]


def test_capabilities_name_every_layer_by_its_id(ask: Ask):
    _, content = ask(SERVICE="WMS", REQUEST="GetCapabilities")
    capabilities = fromstring(content)
    assert str(capabilities.findtext(f"{WMS}Service/{WMS}Title")).endswith(" – Soil")
    named = {
        each.findtext(f"{WMS}Name"): each.findtext(f"{WMS}Title") for each in capabilities.iter(f"{WMS}Layer")
    }
    assert named["soc"] == "Soil organic carbon (%)"
    assert named["regencies"] == "Regencies"


def test_a_map_is_drawn_from_the_services_own_rasters_and_outlines(ask: Ask):
    box = f"{NORTH - 0.2},{WEST},{NORTH},{WEST + 0.2}"
    size = {"WIDTH": "200", "HEIGHT": "200", "CRS": "EPSG:4326", "BBOX": box, "REQUEST": "GetMap"}
    assert colours(picture(ask, LAYERS="soc", STYLES="", **size)) > 3
    assert colours(picture(ask, LAYERS="soc,regencies", STYLES=",", **size)) > 3


def test_every_kind_of_layer_has_its_legend(ask: Ask):
    for name in ("soc", "drainage", "regencies"):
        legend = picture(ask, REQUEST="GetLegendGraphic", LAYER=name, STYLE="", SLD_VERSION="1.1.0")
        assert colours(legend) > 2, name


def test_regions_are_served_as_features_too(ask: Ask):
    query = {"SERVICE": "WFS", "VERSION": "1.1.0", "REQUEST": "GetFeature", "TYPENAME": "regencies"}
    media_type, content = ask(**query, OUTPUTFORMAT="geojson")
    assert media_type.startswith("application/vnd.geo+json")
    assert b"Kabupaten 01.02" in content
