"""Administrative units as locations: their list, their cells, their means."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import httpx
import pytest
import yaml

from soilinfo.settings import Settings
from tests.serve.conftest import served

Refused = Callable[..., str]

LOCATIONS = "/collections/soil/locations"


def listed(client: httpx.Client, **params: str) -> list[str]:
    answer = client.get(LOCATIONS, params=params)
    assert answer.headers["content-type"] == "application/geo+json"
    return [feature["id"] for feature in answer.json()["features"]]


def test_every_unit_is_listed_from_the_coarsest_level_down(client: httpx.Client):
    assert listed(client) == ["nation", "01", "01.01", "01.02", "01.03", "01.04"]


def test_a_unit_tells_its_name_level_extent_and_where_its_values_are(client: httpx.Client):
    features = client.get(LOCATIONS, params={"level": "regencies"}).json()["features"]
    unit = features[1]
    assert unit["bbox"] == pytest.approx([120.25, -7.25, 120.5, -7])
    properties = unit["properties"]
    assert (properties["code"], properties["name"], properties["level"]) == (
        *("01.02", "Kabupaten 01.02"),
        "regencies",
    )
    west, south, east, north = unit["bbox"]
    x, y = unit["geometry"]["coordinates"]
    assert west < x < east
    assert south < y < north
    assert client.get(properties["edrqueryendpoint"]).status_code == 200


def test_the_list_leads_to_the_tables_by_level(client: httpx.Client):
    links = client.get(LOCATIONS).json()["links"]
    tables = [link["href"] for link in links if link["rel"] == "related"]
    assert any(href.endswith("/collections/properties_by_regencies/items") for href in tables)


def test_pages_follow_each_other_through_all_levels(client: httpx.Client):
    found, href = [], f"{LOCATIONS}?limit=4"
    while href:
        page = client.get(href).json()
        found += [feature["id"] for feature in page["features"]]
        href = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert found == listed(client)


def test_a_bbox_lists_the_units_that_it_meets(client: httpx.Client):
    assert listed(client, bbox="120.3,-7.2,120.4,-7.1", level="regencies") == ["01.02"]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"level": "villages"}, "there are: nation, provinces, regencies"),
        ({"bbox": "1,2,3"}, "4 numbers"),
        ({"datetime": "nonsense"}, "RFC 3339"),
        ({"limit": "0"}, "from 1"),
        ({"coords": "POINT(0 0)"}, "no query parameter"),
    ],
)
def test_a_mistake_is_refused(refused: Refused, params: dict[str, str], reason: str):
    assert reason in refused(LOCATIONS, params=params)


def test_a_unit_is_answered_with_its_cells(client: httpx.Client):
    asked = {"parameter-name": "ph_h2o"}
    unit = client.get(f"{LOCATIONS}/01.02", params=asked).json()
    outline = "POLYGON((120.25 -7.25,120.5 -7.25,120.5 -7,120.25 -7,120.25 -7.25))"
    area = client.get("/collections/soil/area", params={**asked, "coords": outline}).json()
    assert unit["ranges"] == area["ranges"]
    assert unit["ranges"]["ph_h2o"]["shape"] == [1, 120, 120]


def test_an_unknown_code_is_not_found_and_codes_are_named(refused: Refused):
    assert "there are: 01, 01.01" in refused(f"{LOCATIONS}/99", 404)


@pytest.mark.parametrize("layer", ["ph_h2o", "soc", "cec"])
def test_the_mean_is_that_of_the_process_and_of_the_published_table(client: httpx.Client, layer: str):
    params = {"statistic": "mean", "parameter-name": layer}
    (feature,) = client.get(f"{LOCATIONS}/01.01", params=params).json()["features"]
    inputs = {"inputs": {"layer": layer, "region": "01.01"}}
    process = client.post("/processes/zonal-statistics/execution", json=inputs).json()
    process = process.get("result", process)
    items = "/collections/properties_by_regencies/items"
    rows = client.get(items, params={"code": "01.01", "limit": "1000"}).json()["features"]
    (table,) = (row["properties"] for row in rows if row["properties"]["layer"] == layer)
    assert feature["properties"][layer] == process["mean"] == pytest.approx(table["mean"], abs=1e-6)
    covered = feature["properties"][f"{layer}_covered_pct"]
    assert covered == pytest.approx(process["covered_pct"], abs=1e-3)
    assert feature["properties"]["name"] == "Kabupaten 01.01"


def test_classes_have_no_mean(client: httpx.Client, refused: Refused):
    named = {"statistic": "mean", "parameter-name": "drainage,ph_h2o"}
    assert "drainage: classes have no mean" in refused(f"{LOCATIONS}/01", params=named)
    (cec, ph) = client.get(f"{LOCATIONS}/01", params={"statistic": "mean"}).json()["features"]
    assert {"cec", "ph_h2o"} < {*cec["properties"], *ph["properties"]}
    assert "drainage" not in ph["properties"]


@pytest.fixture(scope="module")
def limited(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that answers with few cells at once."""
    config = tmp_path_factory.mktemp("limited") / "config"
    copytree(nation.config, config)
    file = config / "services.yaml"
    services = yaml.safe_load(file.read_text(encoding="utf-8"))
    services["limits"] = {"coverage_cells": 5_000, "process_cells": 20_000}
    file.write_text(yaml.safe_dump(services), encoding="utf-8")
    country = yaml.safe_load((config / "country.yaml").read_text(encoding="utf-8"))
    base = str((Path(nation.config) / country["base"]).resolve())
    (config / "country.yaml").write_text(yaml.safe_dump(country | {"base": base}), encoding="utf-8")
    with served(Settings(store=nation.store, config=config, db=None)) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "params", "way_round"),
    [
        ("/collections/ph_h2o/locations/01.02", {}, "zonal-statistics"),
        ("/collections/ph_h2o/cube", {"bbox": "120.2,-7.4,120.4,-7.2"}, "zonal-statistics"),
        (LOCATIONS + "/01.02", {"statistic": "mean"}, "tables by administrative unit"),
    ],
)
def test_too_large_an_answer_is_refused_with_the_limit_and_the_way_round(
    limited: httpx.Client, path: str, params: dict[str, str], way_round: str
):
    answer = limited.get(path, params=params)
    assert answer.status_code == 413
    limit = "20,000" if params.get("statistic") else "5,000"
    assert limit in answer.json()["detail"]
    assert way_round in answer.json()["detail"]


def test_the_mean_of_what_is_too_large_for_cells_can_be_asked_for(limited: httpx.Client):
    asked = {"statistic": "mean", "parameter-name": "ph_h2o"}
    assert limited.get(f"{LOCATIONS}/01.02", params=asked).status_code == 200
