"""OGC API Processes, Part 1: core, process descriptions, JSON, OpenAPI 3.0, job list, dismiss."""

from typing import Any

import httpx
import pytest

EXECUTION = "/processes/land-suitability/execution"
INPUTS = {"region": "01.02", "crop": "maize"}
LATER = {"Prefer": "Respond-Async"}
REL = "http://www.opengis.net/def/rel/ogc/1.0"
EXCEPTIONS = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0"


KEYWORDS = {
    *("title", "description", "type", "enum", "format", "default", "nullable", "example", "required"),
    *("properties", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems", "pattern"),
    *("oneOf", "anyOf", "allOf", "not", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "minProperties", "maxProperties", "multipleOf", "readOnly", "writeOnly"),
    *("deprecated", "contentMediaType", "contentEncoding", "contentSchema"),
}
"""Of schemas in the standard (schema.yaml), which takes no others."""


def within(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A schema and all that it is put together from."""
    named = (schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict))
    parts = [*named, *schema.get("properties", {}).values(), *schema.get("oneOf", [])]
    return [schema, *(each for part in parts for each in within(part))]


def execute(api: httpx.Client, **body: Any) -> httpx.Response:
    return api.post(EXECUTION, json={"inputs": INPUTS, **body})


# ---- core: the list of processes and their descriptions ---------------------------------


def test_the_landing_page_leads_to_the_processes_and_the_jobs(api: httpx.Client):
    """/conf/core/landingpage-success"""
    rels = {each["rel"]: each["href"] for each in api.get("/").json()["links"]}
    for rel in ("service-desc", "conformance", f"{REL}/processes", f"{REL}/job-list"):
        assert api.get(rels[rel]).status_code == 200


def test_the_classes_are_declared(api: httpx.Client):
    """/conf/core/conformance-success"""
    spec = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
    classes = ("core", "ogc-process-description", "json", "oas30", "job-list", "dismiss")
    assert {f"{spec}/{name}" for name in classes} <= set(api.get("/conformance").json()["conformsTo"])


def test_the_processes_are_listed(api: httpx.Client):
    """/conf/core/process-list and /conf/core/process-list-success"""
    document = api.get("/processes").json()
    for each in document["processes"]:
        assert {"id", "version", "title", "jobControlOptions", "outputTransmission", "links"} <= each.keys()
    assert "self" in {each["rel"] for each in document["links"]}


def test_a_list_of_processes_can_be_short(api: httpx.Client):
    """/conf/core/pl-limit-definition and /conf/core/pl-limit-response"""
    assert len(api.get("/processes", params={"limit": 1}).json()["processes"]) == 1
    assert api.get("/processes", params={"limit": 0}).status_code == 400
    assert api.get("/processes", params={"limit": "x"}).status_code == 400


def test_each_process_is_described(api: httpx.Client):
    """/conf/core/process-description and /conf/core/process-description-success"""
    for each in api.get("/processes").json()["processes"]:
        answer = api.get(f"/processes/{each['id']}")
        assert answer.status_code == 200
        assert answer.json()["id"] == each["id"]


def test_a_description_says_what_goes_in_and_what_comes_out(api: httpx.Client):
    """/conf/ogc-process-description/json-encoding, inputs-def, input-def, outputs-def, output-def"""
    for each in api.get("/processes").json()["processes"]:
        described = api.get(f"/processes/{each['id']}").json()
        for part in ("inputs", "outputs"):
            for name, one in described[part].items():
                assert "schema" in one, (each["id"], part, name)
        for name, one in described["inputs"].items():
            assert one.get("minOccurs", 1) <= one.get("maxOccurs", 1), name
        assert set(described["jobControlOptions"]) <= {"sync-execute", "async-execute", "dismiss"}
        assert set(described["outputTransmission"]) <= {"value", "reference"}


def test_schemas_of_inputs_and_outputs_are_those_of_openapi(api: httpx.Client):
    """/conf/ogc-process-description/input-def and output-def: schema.yaml of the standard, OpenAPI 3.0"""
    for each in api.get("/processes").json()["processes"]:
        described = api.get(f"/processes/{each['id']}").json()
        for one in (*described["inputs"].values(), *described["outputs"].values()):
            for schema in within(one["schema"]):
                assert {*schema} <= KEYWORDS, each["id"]
                assert isinstance(schema.get("type", ""), str), each["id"]
                assert isinstance(schema.get("exclusiveMinimum", True), bool), each["id"]


def test_an_unknown_process_is_told_as_such(api: httpx.Client):
    """/conf/core/process-exception/no-such-process"""
    for answer in (api.get("/processes/nope"), api.post("/processes/nope/execution", json={"inputs": {}})):
        assert (answer.status_code, answer.json()["type"]) == (404, f"{EXCEPTIONS}/no-such-process")


# ---- core: execution --------------------------------------------------------------------


def test_without_a_preference_the_answer_comes_at_once(api: httpx.Client):
    """/conf/core/job-creation-default-execution-mode"""
    assert execute(api).status_code == 200


def test_a_preference_for_later_makes_a_job(api: httpx.Client):
    """/conf/core/job-creation-auto-execution-mode, /conf/core/job-creation-success-async"""
    answer = api.post(EXECUTION, json={"inputs": INPUTS}, headers=LATER)
    assert answer.status_code == 201
    assert answer.headers["preference-applied"] == "respond-async"
    status = answer.json()
    assert {"jobID", "status", "type"} <= status.keys()
    assert api.get(answer.headers["location"]).json()["jobID"] == status["jobID"]


def test_a_process_that_cannot_wait_answers_at_once_whatever_is_preferred(api: httpx.Client):
    """/conf/core/job-creation-auto-execution-mode, where only sync-execute is offered"""
    assert api.get("/processes/fact-sheet").json()["jobControlOptions"] == ["sync-execute"]
    asked = {"inputs": {"region": "01.02"}}
    answer = api.post("/processes/fact-sheet/execution", json=asked, headers=LATER)
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


def test_without_outputs_every_output_is_given(api: httpx.Client):
    """/conf/core/job-creation-default-outputs"""
    whole = execute(api, response="document").json()
    assert [*whole] == [*api.get("/processes/land-suitability").json()["outputs"]]
    assert execute(api, response="document", outputs={"result": {}}).json() == whole


def test_an_input_may_be_given_in_the_ways_of_the_standard(api: httpx.Client):
    """/conf/core/job-creation-input-inline, input-inline-bbox, input-inline-object, input-ref"""
    box = api.get("/processes/land-suitability").json()["example"]["inputs"]["bbox"]
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    ways = (
        {"bbox": box},
        {"bbox": {"bbox": box, "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        {"geometry": {"value": polygon, "mediaType": "application/geo+json"}},
        {"geometry": {"href": api.get("/collections/regencies/items/01.02").json()["links"][0]["href"]}},
    )
    answers = [api.post(EXECUTION, json={"inputs": {**way, "crop": "maize"}}) for way in ways]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    "inputs",
    [{}, {"region": 1}, {"region": "01.02"}, {**INPUTS, "crop": "nope"}, {**INPUTS, "colour": "red"}],
)
def test_inputs_that_do_not_fit_their_schema_are_refused(api: httpx.Client, inputs: dict[str, Any]):
    """/conf/core/job-creation-input-validation"""
    assert api.post(EXECUTION, json={"inputs": inputs}).status_code == 400


@pytest.mark.parametrize("body", ["null", "[]", "{}", "{", ""])
def test_a_body_that_is_no_execute_request_is_refused(api: httpx.Client, body: str):
    """/conf/core/job-creation-request"""
    assert api.post(EXECUTION, content=body).status_code == 400


def test_a_raw_value_is_the_body_of_the_answer(api: httpx.Client):
    """/conf/core/job-creation-success-sync-raw-value-one"""
    answer = execute(api, response="raw")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert "result" not in answer.json()


def test_a_document_names_its_output(api: httpx.Client):
    """/conf/core/job-creation-success-sync-document"""
    assert execute(api, response="document").json() == {"result": execute(api).json()}


def test_a_raw_reference_is_a_link_in_the_header(api: httpx.Client):
    """/conf/core/job-creation-success-sync-raw-ref"""
    answer = execute(api, outputs={"result": {"transmissionMode": "reference"}})
    assert (answer.status_code, answer.content) == (204, b"")
    (link,) = answer.links.values()
    assert api.get(link["url"]).json() == execute(api).json()


# ---- OpenAPI ----------------------------------------------------------------------------


def test_the_definition_describes_processes_and_jobs(api: httpx.Client):
    """/conf/oas30/oas-definition-1, /conf/oas30/completeness"""
    paths = api.get("/openapi").json()["paths"]
    assert "post" in paths["/processes/land-suitability/execution"]
    assert {"get", "delete"} <= paths["/jobs/{jobId}"].keys()
    assert "get" in paths["/jobs/{jobId}/results"]
