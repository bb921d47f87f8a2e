"""The OpenAPI document is true: every address is in it, with exactly the parameters that are known there."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from soilinfo.serve.app import ROUTES
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages import coverage
from soilinfo.serve.maps.addresses import WMTS
from tests.openapi import openapi_of

Operation = dict[str, Any]
Address = Callable[[str, list[dict[str, Any]]], str]

VARIABLES = {
    "layer": "ph_h2o",
    "code": "01.01",
    "item": "01.01",
    "record": "ph_h2o",
    "jobId": "nope",
    "locationId": "01.01",
    "profile": "survey.P1",
    "style": "actual",
    "tileMatrix": "0",
    "tileRow": "0",
    "tileCol": "0",
    "matrixSet": "WebMercatorQuad",
    "tileMatrixSetId": "WebMercatorQuad",
}
"""Something for each variable of an address that has no list of values."""
SAMPLES = ("suitability", "regencies", "profiles", "records")
"""A collection of each kind: what is said of one is said of all others alike."""
UNDECLARED = "never_heard_of"


@pytest.fixture(scope="module")
def client(surveyed_client: httpx.Client) -> httpx.Client:
    """Of a server that has soil profiles, too."""
    return surveyed_client


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    return openapi_of(client)


def filled(path: str) -> str:
    """An address with some text for every variable."""
    return re.sub(r"\{[^}]+\}", "x", path)


def routes() -> list[Route]:
    """The addresses of the API."""
    return [route for route in (*ROUTES, *coverage.ROUTES) if isinstance(route, Route)]


def test_every_address_of_the_application_is_described(document: dict[str, Any]):
    for route in routes():
        described = [path for path in document["paths"] if route.path_regex.fullmatch(filled(path))]
        asked = {method.lower() for method in route.methods or ()} - {"head"}
        known = {method for path in described for method in document["paths"][path]}
        assert asked <= known, f"{route.path} {asked - known}"


def test_everything_that_is_described_has_an_address(document: dict[str, Any]):
    for path, methods in document["paths"].items():
        found = [route for route in routes() if route.path_regex.fullmatch(re.sub(r"\{[^}]+\}", "x", path))]
        served = {method.lower() for route in found for method in route.methods or ()}
        assert methods.keys() <= served, path


def sampled(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Each method and address outside collections, and those of a few collections."""
    for path, methods in document["paths"].items():
        named = re.match(r"/collections/([^/]+)", path)
        for method, operation in methods.items():
            if named is None or named[1] in SAMPLES:
                yield method, path, operation


@pytest.fixture(scope="module")
def address(published: dict[str, Collection]) -> Address:
    """Fills an address with a value for each of its variables."""
    known = {**VARIABLES, "version": published["ph_h2o"].version}

    def filled_in(path: str, parameters: list[dict[str, Any]]) -> str:
        for each in parameters:
            if each["in"] == "path":
                values = each["schema"].get("enum") or [known.get(each["name"], "x")]
                path = path.replace(f"{{{each['name']}}}", str(values[0]))
        return path

    return filled_in


def test_what_is_declared_is_known_and_what_is_not_is_refused(
    document: dict[str, Any], client: httpx.Client, address: Address
):
    for method, path, operation in sampled(document):
        parameters = operation["parameters"]
        href = address(path, parameters)
        names = [each["name"] for each in parameters if each["in"] == "query"]
        assert len(names) == len(set(names)), path
        for name in names:
            # Whatever is wrong with so odd a value, it is not that nobody knows the name.
            answer = client.request(method, href, params={name: "~"}, json={})
            assert "no query parameter" not in answer.text, (path, name)
            assert answer.status_code < 500, (path, name)
        if path == WMTS:
            # WMTS ignores what it does not know (OGC 06-121r9, 11.5.2).
            continue
        refused = client.request(method, href, params={UNDECLARED: "1"}, json={})
        assert refused.status_code == 400, path
        assert f"no query parameter '{UNDECLARED}'" in refused.json()["detail"], path


def test_every_answer_has_a_media_type_that_is_described(
    document: dict[str, Any], client: httpx.Client, address: Address
):
    for method, path, operation in sampled(document):
        if method == "get":
            answer = client.get(address(path, operation["parameters"]))
            told = operation["responses"].get(str(answer.status_code))
            assert told is not None, (path, answer.status_code)
            known = {media.partition(";")[0] for media in told.get("content", {})}
            assert not answer.content or answer.headers["content-type"].partition(";")[0] in known, path


def test_only_described_methods_are_allowed(document: dict[str, Any], client: httpx.Client, address: Address):
    for path, methods in document["paths"].items():
        if path.startswith("/collections/") and not path.startswith(
            ("/collections/regencies", "/collections/records")
        ):
            continue
        href = address(path, next(iter(methods.values()))["parameters"])
        for method in {"put", "patch", "post", "delete"} - methods.keys():
            answer = client.request(method, href)
            assert answer.status_code == 405, (method, path)
            allowed = {each.strip().lower() for each in answer.headers["allow"].split(",")}
            assert allowed - {"head"} == {*methods}, (method, path)


def test_what_collections_have_alike_is_described_once(client: httpx.Client):
    raw = client.get("/openapi").json()
    assert "/collections/{collectionId}/versions" in raw["paths"]
    assert not [path for path in raw["paths"] if path.endswith("/versions") and "{" not in path]
    parameters = [
        str(each)
        for methods in raw["paths"].values()
        for operation in methods.values()
        for each in operation["parameters"]
        if "$ref" not in each
    ]
    assert len(parameters) == len(set(parameters))


def test_features_are_described_under_the_name_of_their_collection(client: httpx.Client):
    """QGIS and GDAL look there for what a filter may name, and QGIS under 'limit' for the largest page."""
    raw = client.get("/openapi").json()
    for name in ("regencies", "suitability_by_regencies", "properties_by_provinces"):
        assert "get" in raw["paths"][f"/collections/{name}/items"]
    assert raw["components"]["parameters"]["limit"]["schema"]["maximum"] > 10


def test_every_input_of_a_process_is_described(client: httpx.Client, document: dict[str, Any]):
    for process in client.get("/processes").json()["processes"]:
        described = client.get(f"/processes/{process['id']}").json()["inputs"]
        operation = document["paths"][f"/processes/{process['id']}/execution"]["post"]
        request = operation["requestBody"]["content"]["application/json"]["schema"]
        inputs = request["properties"]["inputs"]
        assert {*inputs["properties"]} == {*described}
        assert inputs.get("required", []) == [name for name, each in described.items() if each["minOccurs"]]
        for name, each in described.items():
            schema = inputs["properties"][name]["anyOf"][0]
            assert schema["type"] == each["schema"]["type"] if "type" in schema else "oneOf" in schema
            assert {*each["schema"].get("enum", ())} <= {*schema.get("enum", ())}
            assert schema.get("nullable", False) is (name not in inputs.get("required", ()))
