"""Everything that is known at a place: as its sources have it, told in words, and no data told as such."""

import csv
from collections.abc import Callable, Iterator
from math import floor
from typing import Any

import httpx
import pytest
import rasterio

from soilinfo.catalog.load import load
from soilinfo.grid import Window
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import CELL, DRAINAGE, NORTH, WEST, write_country
from tests.serve.conftest import served
from tests.serve.edr.conftest import profiled as profiled
from tests.serve.edr.conftest import profiles as profiles
from tests.soil_map import write_soil_map

LAND, SEA, BEYOND = (120.313, -7.113), (120.01, -7.1), (130.0, -7.1)
PANEL = "/panels/point"


def panel(client: httpx.Client, at: tuple[float, float], **query: str) -> dict[str, Any]:
    answer = client.get(PANEL, params={"at": "{},{}".format(*at), **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows_of(found: dict[str, Any], theme: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a theme by name."""
    groups = next(each["groups"] for each in found["themes"] if each["id"] == theme)
    named: dict[str, list[dict[str, Any]]] = {}
    for row in (row for group in groups for row in group["rows"]):
        named.setdefault(row["name"], []).append(row)
    return named


@pytest.fixture(scope="module")
def in_source(nation: Settings) -> Callable[[str], float]:
    """What the source of a layer has on land, read by GDAL."""

    def value(layer: str) -> float:
        with rasterio.open(nation.config.parent / "sources" / f"{layer}.tif") as source:
            return float(next(source.sample([LAND]))[0])

    return value


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_value_is_that_of_its_source(
    client: httpx.Client, in_source: Callable[[str], float], language: str
):
    found = panel(client, LAND, lang=language)
    seen = {name for theme in ("soil", "terrain", "climate") for name in rows_of(found, theme)}
    assert seen == {
        *("temperature_mean_annual", "rainfall_annual", "dry_months", "slope"),
        *("ph_h2o", "soc", "cec", "drainage"),
    }
    (soc,) = rows_of(found, "soil")["soc"]
    assert soc["value"] == pytest.approx(in_source("soc"), abs=0.006)
    written = f"{soc['value']:g}"
    assert soc["text"] == (written if language == "en" else written.replace(".", ","))
    assert (soc["unit"], soc["depth"]) == ("%", [0, 30])
    (slope,) = rows_of(found, "terrain")["slope"]
    assert slope["value"] == pytest.approx(in_source("slope"), abs=0.06)
    (drainage,) = rows_of(found, "soil")["drainage"]
    assert drainage["value"] == DRAINAGE[int(in_source("drainage"))]


def test_every_crop_has_the_class_of_the_cube_and_what_limits_it(client: httpx.Client, nation_store: Store):
    cell = Window(floor((NORTH - LAND[1]) / CELL), floor((LAND[0] - WEST) / CELL), 1, 1)
    crops = panel(client, LAND, scenario="potential_low")["suitability"]["rows"]
    assert [crop["name"] for crop in crops] == ["cocoa", "maize", "rice_irrigated"]
    for crop in crops:
        name = f"suitability_{crop['name']}"
        cube = nation_store.cube.open(name, nation_store.ledger.current().layers[name])
        for scenario, told in crop["classes"].items():
            code = int(cube.read(scenario, cell)[0, 0])
            assert told["value"] == [None, "S1", "S2", "S3", "N"][code]
            limits = bin(int(cube.read(f"limiting_{scenario}", cell)[0, 0])).count("1") if code else 0
            assert len(told["limiting"]) == limits
            assert told["subclass"].startswith(told["value"] or "")
            assert told["subclass"].count(",") == max(limits - 1, 0)


def test_the_administrative_units_are_told_from_the_nation_down(client: httpx.Client):
    units = panel(client, LAND)["units"]
    assert [unit["level"] for unit in units] == ["nation", "provinces", "regencies"]
    assert [unit["code"] for unit in units] == ["nation", "01", "01.02"]
    assert units[2]["name"] == "Kabupaten 01.02"


def test_indicators_are_those_of_the_unit_that_a_click_chooses(client: httpx.Client):
    found = panel(client, LAND)
    unit = next(each["code"] for each in found["units"] if each["level"] == "regencies")
    assert found["indicators"] == client.get(f"/panels/region/{unit}").json()["indicators"]
    assert "indicators" not in panel(client, BEYOND)


def test_each_depth_has_its_value_and_what_is_known_of_its_uncertainty(profiles: httpx.Client):
    x, y = WEST + 20 * CELL, NORTH - 10 * CELL
    ph = rows_of(panel(profiles, (x, y), lang="id"), "soil")["ph_h2o"]
    assert [(row["depth"], row["text"], row.get("uncertainty")) for row in ph] == [
        ([0, 30], "5,5", "± 0,4"),
        ([30, 60], "6,25", None),
    ]
    assert ph[0]["sd"] == 0.4
    soc = rows_of(panel(profiles, (x, y)), "soil")["soc"]
    assert [(row["time"], row["text"]) for row in soc] == [("2010", "3"), ("2020", "2")]


def test_the_values_are_those_of_the_file_that_is_offered_beside_them(client: httpx.Client):
    found = panel(client, LAND)
    (group,) = next(each["groups"] for each in found["themes"] if each["id"] == "soil")
    lines = csv.DictReader(client.get(group["files"]["CSV"]).text.splitlines())
    offered = {name: text for line in lines for name, text in line.items() if text}
    told = {row["name"]: row["value"] for row in group["rows"]}
    assert told.pop("drainage") == offered["drainage"]
    assert told == {name: float(offered[name]) for name in told}


def test_where_there_is_no_data_no_value_is_told(client: httpx.Client):
    found = panel(client, SEA)
    rows = [row for theme in found["themes"] for group in theme["groups"] for row in group["rows"]]
    assert rows
    assert {(row["value"], row["text"]) for row in rows} == {(None, None)}
    classes = [told for crop in found["suitability"]["rows"] for told in crop["classes"].values()]
    assert {(told["value"], told["subclass"]) for told in classes} == {(None, "")}


def test_beyond_the_country_nothing_is_told_but_that(client: httpx.Client):
    assert panel(client, BEYOND) == {"longitude": 130.0, "latitude": -7.1, "inside": False}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, "'at' must be 2 numbers"),
        ({"at": "120.3"}, "'at' must be 2 numbers"),
        ({"at": "-7.1,120.3"}, "no place on earth"),
        ({"at": "120.3,-7.1", "scenario": "best"}, "potential_high"),
        ({"at": "120.3,-7.1", "crop": "maize"}, "crop"),
    ],
)
def test_what_is_no_place_is_refused_with_a_reason(
    refused: Callable[..., str], query: dict[str, str], told: str
):
    assert told in refused(PANEL, params=query)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over a country of which only its soil map is ingested."""
    directory = tmp_path_factory.mktemp("mapped")
    settings = Settings(store=directory / "store", config=write_country(directory), db=None)
    write_soil_map(settings.config)
    store = open_store(settings)
    ingest(store, load(settings.config), ["soil_map"], actor="tests", progress=silent)
    store.close()
    with served(settings) as client:
        yield client


def test_the_soil_map_unit_is_told_with_its_components_and_their_layers(mapped: httpx.Client):
    found = panel(mapped, (WEST + 0.1, NORTH - 0.1))
    (unit,) = found["soil_units"]
    assert (unit["code"], unit["name"], unit["map"]) == ("KA-1", "Unit KA-1", "Soil map 1:50,000")
    soils = [(each["name"], each["share_pct"]) for each in unit["components"]]
    assert soils == [("Typic Hapludults", 60), ("Aquic Hapludults", 40)]
    layers = [(each["name"], each["depth"], each["text"]) for each in unit["layers"]]
    assert layers == [("ph_h2o", [0, 30], "4.6"), ("ph_h2o", [30, 60], "4.8")]
    assert (found["units"], found["themes"], found["suitability"]) == ([], [], None)


def test_an_earlier_publication_tells_what_it_had_and_offers_no_files_of_now(client: httpx.Client):
    # The first publication had rasters and regions, and nothing evaluated yet.
    now, then = panel(client, LAND), panel(client, LAND, snapshot="1")
    assert (now["suitability"] is None, then["suitability"]) == (False, None)
    assert rows_of(then, "soil")["soc"] == rows_of(now, "soil")["soc"]
    assert (then["why"], {str(group["files"]) for theme in then["themes"] for group in theme["groups"]}) == (
        None,
        {"{}"},
    )


def test_a_publication_that_never_was_is_refused(client: httpx.Client):
    at = "{},{}".format(*LAND)
    assert client.get(PANEL, params={"at": at, "snapshot": "99"}).status_code == 404
    assert client.get(PANEL, params={"at": at, "snapshot": "first"}).status_code == 400
