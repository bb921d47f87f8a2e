"""What is published of a region: the figures of its tables, and what is not published told as that."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from soilinfo.catalog.load import load
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.vector import Query
from tests.serve.test_subsidy_allocation import own as own
from tests.serve.test_subsidy_allocation import web as web
from tests.subsidised import PLAN

CODE = "01.02"


def panel(client: httpx.Client, code: str, language: str = "en") -> dict[str, Any]:
    answer = client.get(f"/panels/region/{code}", params={"lang": language})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(store: Store, table: str, code: str) -> list[dict[str, Any]]:
    query = Query(equal={"code": code}, geometry=False)
    found: list[dict[str, Any]] = store.vector.read(
        table, store.ledger.current().layers[table], query
    ).to_dict("records")
    return found


def test_the_shares_of_every_crop_are_those_of_the_table(client: httpx.Client, nation_store: Store):
    found = panel(client, CODE)["suitability"]
    told = {(bar["name"], bar["scenario"]): bar["parts"] for bar in found["bars"]}
    stored = rows(nation_store, "suitability_by_regencies", CODE)
    assert len(told) == len(stored) == 12
    for row in stored:
        parts = told[row["crop"], row["scenario"]]
        for name, part in parts.items():
            assert (part["pct"], part["ha"]) == (row[f"{name.lower()}_pct"], row[f"{name.lower()}_ha"])
        assert sum(part["pct"] for part in parts.values()) == pytest.approx(100, abs=0.001)


@pytest.mark.parametrize(
    ("language", "suitable"), [("en", "S1: highly suitable"), ("id", "S1: sangat sesuai")]
)
def test_classes_have_the_colours_of_the_map_and_names_in_the_language(
    client: httpx.Client, nation: Settings, language: str, suitable: str
):
    classes = panel(client, CODE, language)["suitability"]["classes"]
    colours = load(nation.config).evaluation.class_colours
    assert classes[0]["title"] == suitable
    assert [each["name"] for each in classes] == ["S1", "S2", "S3", "N", "nodata"]
    assert {each["name"]: each["colour"] for each in classes[:4]} == colours


def test_means_are_those_of_the_table(client: httpx.Client, nation_store: Store):
    stored = {row["layer"]: row["mean"] for row in rows(nation_store, "properties_by_regencies", CODE)}
    told = {row["name"]: float(row["mean"].replace(",", "")) for row in panel(client, CODE)["means"]}
    assert told.keys() == stored.keys()
    assert told == {name: pytest.approx(mean, abs=0.6) for name, mean in stored.items()}
    assert told["soc"] == pytest.approx(stored["soc"], abs=0.006)


def test_indicators_are_those_of_the_table_with_interval_coverage_and_version(
    client: httpx.Client, nation_store: Store
):
    found = panel(client, CODE, "id")["indicators"]
    told = {each["name"]: each for each in found["rows"]}
    stored = rows(nation_store, "indicators_by_regencies", CODE)
    assert {*told} == {row["indicator"] for row in stored}
    row = next(each for each in stored if each["indicator"] == "ph_h2o" and each["is_first"])
    assert told["ph_h2o"]["value"] == f"{row['value']:.2f}".replace(".", ",").rstrip("0")
    assert told["ph_h2o"]["interval"] == "selang tidak diketahui"
    assert told["ph_h2o"]["covered"] == f"{row['covered_pct']:.4g} % lahan berdata".replace(".", ",")
    assert told["ph_h2o"]["threshold"] == "Masam (sampai 5,5)"
    assert nation_store.ledger.current().layers["indicators_by_regencies"] in found["version"]
    answer = client.get(f"{found['href']}&f=json")
    assert answer.json()["numberMatched"] == len(stored)


def test_what_is_not_published_is_nothing_and_never_zero(client: httpx.Client):
    found = panel(client, CODE)
    assert (found["nutrients"], found["allocations"]) == ([], [])
    assert (found["name"], found["within"]) == ("Kabupaten 01.02", ["Provinsi Satu"])


def test_documents_of_the_region_are_there_when_they_are_followed(client: httpx.Client):
    found = panel(client, CODE, "id")
    addresses = [each["href"] for each in found["documents"] if "/processes/" not in each["href"]]
    addresses += [href for table in found["tables"] for href in table["files"].values()]
    assert len(addresses) == 8
    assert {client.get(address).status_code for address in addresses} == {200}
    assert "soilinfo pack 01.02" in found["command"]


def test_a_region_that_does_not_exist_is_refused_with_those_that_do(refused: Callable[..., str]):
    assert "01.01" in refused("/panels/region/99", 404)


def test_an_approved_allocation_is_told_by_what_is_needed_and_what_is_given(web: httpx.Client, own: Settings):
    store = open_store(own)
    stored = {row["fertilizer"]: row for row in rows(store, f"allocation_{PLAN}_by_districts", "01.01.01")}
    store.close()
    (plan,) = panel(web, "01.01.01")["allocations"]
    assert {row["name"] for row in plan["rows"]} == stored.keys()
    for row in plan["rows"]:
        assert {name: stored[row["name"]][name] for name in ("need_t", "allocated_t", "need_met_pct")} == {
            name: row[name] for name in ("need_t", "allocated_t", "need_met_pct")
        }


def test_nutrients_are_told_in_the_colours_of_their_classes(web: httpx.Client):
    ratings, status = panel(web, "01.01.01")["nutrients"]
    assert {bar["name"] for bar in ratings["bars"]} >= {"p2o5_hcl25", "k2o_hcl25"}
    phosphorus = next(bar for bar in status["bars"] if bar["name"] == "p2o5")
    shares = {name: part["pct"] for name, part in phosphorus["parts"].items()}
    assert shares["low"] == pytest.approx(200 / 3, abs=3)
    assert shares["medium"] == pytest.approx(100 / 3, abs=3)
    assert phosphorus["told"].startswith("Low")
    assert [each["name"] for each in phosphorus["classes"]] == ["low", "medium", "high", "nodata"]


def test_an_earlier_publication_tells_what_it_had_and_offers_no_documents_of_now(client: httpx.Client):
    # The first publication had rasters and regions, and nothing evaluated yet.
    now = panel(client, CODE)
    then = client.get(f"/panels/region/{CODE}", params={"snapshot": "1"}).json()
    assert (now["suitability"] is None, then["suitability"], then["means"]) == (False, None, [])
    assert then["facts"] == now["facts"]
    assert now.keys() - then.keys() == {"command", "documents", "tables", "why"}
