"""Soil profiles for other soil information systems, by the contract of a node of GloSIS."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import orjson
import pytest
import yaml
from openapi_spec_validator import validate

from soilinfo.settings import Settings
from tests.serve.conftest import served

KEY = {"X-API-Key": "s3cret-of-the-hub"}


def with_federation(surveyed: Settings, directory: Path, **terms: Any) -> Settings:
    """The same country under these terms of the federation; the key belongs to the hub."""
    copytree(surveyed.config, directory / "config")
    country = directory / "config" / "country.yaml"
    described = yaml.safe_load(country.read_text(encoding="utf-8"))
    described["base"] = str((surveyed.config / described["base"]).resolve())
    country.write_text(yaml.safe_dump(described), encoding="utf-8")
    copytree(surveyed.config.parent / "sources", directory / "sources", dirs_exist_ok=True)
    services = directory / "config" / "services.yaml"
    federation = {"federation": {"enabled": True, **terms}}
    text = yaml.safe_load(services.read_text(encoding="utf-8")) | federation
    services.write_text(yaml.safe_dump(text), encoding="utf-8")
    keys = f"hub={KEY['X-API-Key']}, other=another"
    return surveyed.model_copy(
        update={
            "config": directory / "config",
            "federation_keys": keys,
            "log": directory / "log.jsonl",
        }
    )


@pytest.fixture(scope="module")
def federated(surveyed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_federation(surveyed, tmp_path_factory.mktemp("federated"))


@pytest.fixture(scope="module")
def node(federated: Settings) -> Iterator[httpx.Client]:
    with served(federated) as client:
        yield client


def rows(node: httpx.Client, path: str, **params: str) -> list[dict[str, Any]]:
    answer = node.get(path, params=params, headers=KEY)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def test_the_manifest_tells_how_much_there_is_of_each_property_and_where(node: httpx.Client):
    told = {row["property"]: row for row in rows(node, "/manifest")}
    assert set(told) == {"clay", "ph_h2o", "soc"}
    assert (told["ph_h2o"]["profiles"], told["ph_h2o"]["observations"]) == (3, 8)
    assert told["ph_h2o"]["geom"].startswith("POLYGON ((120.41 -7.31")
    assert told["ph_h2o"]["withheld_profiles"] == {"legacy": 2}, "counted, and told nothing else of"


def test_profiles_have_the_names_of_the_contract(node: httpx.Client):
    told = {row["profile_code"]: row for row in rows(node, "/profile")}
    one = told["survey.P1"]
    assert (one["project_name"], one["altitude"], one["date"]) == ("survey", 312, "2019-06-03")
    assert one["geometry"] == {"type": "Point", "coordinates": [120.3, -7.2]}
    assert one["gid"] == int(one["gid"]) < 2**53
    assert told["survey.P3"]["geometry"] is None
    assert told["legacy.L2"]["share"] == "locations"


def test_observations_have_the_names_of_the_contract(node: httpx.Client):
    found = rows(node, "/observation", profile_code="survey.P1", property="ph_h2o")
    first = found[0]
    depth = (first["upper_depth"], first["lower_depth"])
    assert (depth, first["value"], first["unit_of_measure_id"]) == ((0, 12), 5.4, "pH")
    assert (first["property_num_id"], first["procedure_num_id"]) == ("ph_h2o", "pHH2O_ratio1-5")
    assert len(found) == 4
    assert rows(node, "/observation", profile_code="legacy.L2") == [], "its owner shares the place alone"


def test_rows_are_chosen_by_place_time_project_and_property(node: httpx.Client):
    def codes(**params: str) -> list[str]:
        return [row["profile_code"] for row in rows(node, "/profile", **params)]

    assert codes(bbox="120.29,-7.21,120.31,-7.19") == ["survey.P1"]
    assert codes(datetime="2020-01-01/..") == ["survey.P2", "survey.P3"]
    assert codes(project="legacy") == ["legacy.L1", "legacy.L2"]
    assert codes(property="clay") == ["legacy.L1", "survey.P1"]


def test_pages_lead_through_all_rows(node: httpx.Client):
    found, address = [], "/observation?limit=4"
    while address:
        answer = node.get(address, headers=KEY)
        found += [row["id"] for row in answer.json()]
        address = answer.links.get("next", {}).get("url", "")
    assert answer.headers["ogc-numbermatched"] == str(len(found))
    assert found == [row["id"] for row in rows(node, "/observation")]


@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "guessed"}, {"X-API-Key": "s3cret"}])
@pytest.mark.parametrize("path", ["/manifest", "/profile", "/observation"])
def test_nobody_is_answered_without_a_key(node: httpx.Client, path: str, headers: dict[str, str]):
    answer = node.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "X-API-Key" in answer.json()["detail"]
    assert answer.headers["www-authenticate"] == "ApiKey"


def test_no_cache_may_keep_what_is_for_some_alone(node: httpx.Client):
    answer = node.get("/profile", headers=KEY)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_a_mistake_is_refused(node: httpx.Client):
    def refusal(path: str, **params: str) -> tuple[int, str]:
        answer = node.get(path, params=params, headers=KEY)
        return answer.status_code, answer.json()["detail"]

    assert refusal("/observation", profile_code="survey.P9")[0] == 404
    assert refusal("/profile", colour="red")[0] == 400
    assert refusal("/profile", property="ph")[0] == 400
    assert refusal("/profile", limit="0")[0] == 400


def test_a_node_that_did_not_opt_in_answers_nobody(surveyed_client: httpx.Client):
    answer = surveyed_client.get("/profile", headers=KEY)
    assert answer.status_code == 403
    assert "no part in the federation" in answer.json()["detail"]


def test_a_node_without_keys_answers_nobody(federated: Settings):
    with served(federated.model_copy(update={"federation_keys": None})) as node:
        assert node.get("/profile", headers=KEY).status_code == 403


def test_every_request_is_written_down_without_its_key(federated: Settings, node: httpx.Client):
    node.get("/manifest", headers={"X-API-Key": "guessed-key"})
    node.get("/profile?project=survey", headers=KEY)
    assert federated.log is not None
    text = federated.log.read_text(encoding="utf-8")
    lines = [orjson.loads(line) for line in text.splitlines()]
    refused, answered = [line for line in lines if line["event"] == "federation"][-2:]
    assert (refused["client"], refused["status"], refused["asked"]) == ("", 401, "/manifest")
    told = (answered["client"], answered["status"], answered["asked"], answered["rows"])
    assert told == ("hub", 200, "/profile?project=survey", 3)
    assert "time" in answered
    assert KEY["X-API-Key"] not in text
    assert "guessed-key" not in text


def test_the_addresses_and_their_key_are_described_where_the_node_takes_part(
    node: httpx.Client, surveyed_client: httpx.Client
):
    document = node.get("/openapi").json()
    validate(document)
    assert document["paths"]["/observation"]["get"]["security"] == [{"federationKey": []}]
    assert "/observation" not in surveyed_client.get("/openapi").json()["paths"]
