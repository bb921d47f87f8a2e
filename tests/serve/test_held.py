"""What owners of profiles do not show is at no address: not their places, nor their codes or values."""

import re
import struct
from collections.abc import Iterator

import httpx
import pytest
import yaml

from soilinfo.catalog.load import load
from soilinfo.jobs.harmonize import harmonize
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.serve.conftest import served

SECRETS = {
    "place of a blurred profile": ("120.0234567", "-7.0345678"),
    "place of a withheld one": ("120.0112233", "-7.0223344"),
}
HIDDEN = ("HUSH", "6.7654", "4.3210")
"""The code of a withheld profile, its value, and the value of one of which only the place is shown."""
SITES = (
    "code,project,lon,lat\nOPEN,open,120.01,-7.01\nBLUR,blurred,120.0234567,-7.0345678\n"
    "SPOT,places,120.03,-7.03\nHUSH,hidden,120.0112233,-7.0223344\n"
)
# The last pair of rows has faults, about which findings are public.
HORIZONS = (
    "code,top,bottom,ph\nOPEN,0,10,5.4\nBLUR,0,10,5.5\nBLUR,5,20,55\nSPOT,0,10,4.3210\nSPOT,0,10,43.210\n"
    "HUSH,0,10,6.7654\nHUSH,20,10,67.654\n"
)
DATASET = {
    "title": {"en": "Survey", "id": "Survei"},
    "profiles": {
        "source": "../sources/sites.csv",
        "decimal": ".",
        "columns": {"profile_code": "code", "project": "project", "longitude": "lon", "latitude": "lat"},
    },
    "horizons": {
        "source": "../sources/horizons.csv",
        "decimal": ".",
        "profile_code": "code",
        "upper": "top",
        "lower": "bottom",
        "values": [{"column": "ph", "property": "ph_h2o", "unit": "pH"}],
    },
    "projects": {
        "blurred": {"blur_m": 2000},
        "places": {"share": "locations"},
        "hidden": {"share": "nothing"},
    },
    "licence": "CC0-1.0",
    "attribution": "tests",
}
FORMATS = ("json", "html", "csv", "gpkg", "fgb", "parquet", "xlsx")
MOST = 250
"""Addresses that are asked for."""


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[httpx.Client]:
    directory = tmp_path_factory.mktemp("held")
    config = write_country(directory, cells=24)
    for layer in (config / "layers").iterdir():
        layer.unlink()
    (config / "soil_profiles").mkdir()
    (config / "soil_profiles" / "survey.yaml").write_text(yaml.safe_dump(DATASET))
    (directory / "sources" / "sites.csv").write_text(SITES)
    (directory / "sources" / "horizons.csv").write_text(HORIZONS)
    settings = Settings(store=directory / "store", db=None, config=config)
    store, catalog = open_store(settings), load(config)
    ingest(store, catalog, None, actor="tests", progress=silent)
    harmonize(store, catalog, actor="tests", progress=silent)
    store.close()
    with served(settings) as running:
        yield running


def walked(client: httpx.Client) -> dict[str, bytes]:
    """Address -> body, of all that the landing page leads to and of every collection in every form."""
    listed = client.get("/collections?f=json").json()["collections"]
    names = [each["id"] for each in listed]
    waiting = ["/?f=json", "/openapi?f=json", "/qgis/testland.qgs", "/map"]
    waiting += [f"/collections/{name}/items?f={form}" for name in names for form in FORMATS]
    bodies: dict[str, bytes] = {}
    while waiting and len(bodies) < MOST:
        address = waiting.pop(0)
        if address in bodies:
            continue
        answer = client.get(address, follow_redirects=True)
        bodies[address] = answer.content
        if "json" in answer.headers.get("content-type", ""):
            found = re.findall(r'"href":\s*"([^"{}]+)"', answer.text)
            here = str(client.base_url).rstrip("/")
            waiting += [href.removeprefix(here) or "/" for href in found if href.startswith(here)]
    return bodies


def test_nothing_that_an_owner_hides_is_at_any_address(client):
    bodies = walked(client)
    assert len(bodies) == MOST
    assert any(b"OPEN" in body for body in bodies.values())
    assert any(struct.pack("<d", 120.01) in body for body in bodies.values())
    for what, place in SECRETS.items():
        for number in place:
            written = (number.encode(), struct.pack("<d", float(number)), struct.pack(">d", float(number)))
            assert not [at for at, body in bodies.items() if any(each in body for each in written)], what
    for text in HIDDEN:
        assert not [at for at, body in bodies.items() if text.encode() in body], text


@pytest.mark.parametrize("part", ["profiles", "elements", "observations"])
@pytest.mark.parametrize(
    "rest", ["", "/items", "/items/survey.OPEN", "/schema", "/versions", "/tiles", "/position"]
)
def test_what_is_held_is_no_collection(client, part, rest):
    assert client.get(f"/collections/held_survey_{part}{rest}").status_code == 404


def test_findings_tell_of_faults_and_not_of_what_is_hidden(client):
    found = client.get("/collections/findings/items?f=json&limit=1000").json()["features"]
    told = {one["properties"]["check"]: one["properties"]["message"] for one in found}
    assert told["value_range"] == "values that cannot be: ph 55 (BLUR 5-20 cm, row 4) and 2 more"
    assert told["inverted_depth"].endswith(": row 8")
    assert {one["geometry"] is None for one in found if one["properties"]["layer"].startswith("held_")} == {
        True
    }
