"""OGC API Processes, Part 1: jobs, their results, their list, and taking them back."""

import time
from typing import Any

import httpx
import pytest

from tests.interop.abstract.test_processes import EXCEPTIONS, EXECUTION, INPUTS, LATER, REL, execute
from tests.interop.conftest import CLIENT_SECONDS

ENDED = ("successful", "failed", "dismissed")


def job(api: httpx.Client, **body: Any) -> str:
    """The address of a job that was accepted."""
    answer = api.post(EXECUTION, json={"inputs": INPUTS, **body}, headers=LATER)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def ended(api: httpx.Client, address: str) -> dict[str, Any]:
    """The status of a job once nothing happens to it any more."""
    end = time.monotonic() + CLIENT_SECONDS
    while (status := api.get(address).json())["status"] not in ENDED:
        assert time.monotonic() < end, f"the job never ended: {status}"
        time.sleep(0.1)
    return dict(status)


@pytest.fixture(scope="module")
def done(api: httpx.Client) -> str:
    """The address of a job that has succeeded."""
    address = job(api)
    assert ended(api, address)["status"] == "successful"
    return address


# ---- core: jobs -------------------------------------------------------------------------


def test_a_job_tells_how_far_it_is(api: httpx.Client, done: str):
    """/conf/core/job-op and /conf/core/job-success"""
    status = api.get(done).json()
    assert (status["type"], status["processID"], status["progress"]) == ("process", "land-suitability", 100)
    assert f"{REL}/results" in {each["rel"] for each in status["links"]}


def test_an_unknown_job_is_told_as_such(api: httpx.Client):
    """/conf/core/job-exception-no-such-job and /conf/core/job-results-exception-no-such-job"""
    for path in ("/jobs/nope", "/jobs/nope/results"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, f"{EXCEPTIONS}/no-such-job")


def test_results_that_are_not_there_yet_are_told_as_such(api: httpx.Client):
    """/conf/core/job-results-exception-results-not-ready"""
    answer = _before_the_end(api)
    assert (answer.status_code, answer.json()["type"]) == (404, f"{EXCEPTIONS}/result-not-ready")


def _before_the_end(api: httpx.Client) -> httpx.Response:
    """What is told of the results of a job that, asked afterwards, had not ended: the last of several."""
    for _ in range(20):
        waiting = [job(api, inputs={**INPUTS, "region": "01"}) for _ in range(4)]
        answer = api.get(f"{waiting[-1]}/results")
        had_ended = api.get(waiting[-1]).json()["status"] in ENDED
        for address in waiting:
            ended(api, address)
        if not had_ended:
            return answer
    raise AssertionError("every job had ended before it was asked for")


def test_the_result_of_a_job_is_that_of_an_answer_at_once(api: httpx.Client, done: str):
    """/conf/core/job-results-op, /conf/core/job-results-success-async-raw-value-one"""
    answer = api.get(f"{done}/results")
    assert answer.status_code == 200
    assert answer.json() == execute(api).json()


def test_a_job_gives_a_document_where_one_was_asked_for(api: httpx.Client):
    """/conf/core/job-results-success-async-document"""
    address = job(api, response="document")
    ended(api, address)
    assert api.get(f"{address}/results").json() == {"result": execute(api).json()}


def test_a_job_gives_a_reference_where_one_was_asked_for(api: httpx.Client):
    """/conf/core/job-results-success-async-raw-ref"""
    address = job(api, outputs={"result": {"transmissionMode": "reference"}})
    ended(api, address)
    answer = api.get(f"{address}/results")
    assert answer.status_code == 204
    (link,) = answer.links.values()
    assert api.get(link["url"]).json() == execute(api).json()


# ---- JSON -------------------------------------------------------------------------------


def test_everything_of_processes_is_json(api: httpx.Client, done: str):
    """/conf/json/definition"""
    for path in ("/processes", "/processes/land-suitability", "/jobs", done, f"{done}/results"):
        assert api.get(path).headers["content-type"] == "application/json"


# ---- job list ---------------------------------------------------------------------------


def test_the_jobs_are_listed(api: httpx.Client, done: str):
    """/conf/job-list/job-list-op and /conf/job-list/job-list-success"""
    document = api.get("/jobs", params={"limit": 1000}).json()
    listed = {each["jobID"]: each for each in document["jobs"]}
    assert listed[done.rpartition("/")[2]] == api.get(done).json()


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ({"type": "process"}, lambda one: one["type"] == "process"),
        ({"processID": "land-suitability"}, lambda one: one["processID"] == "land-suitability"),
        ({"status": "successful"}, lambda one: one["status"] == "successful"),
        ({"datetime": "2020-01-01T00:00:00Z/.."}, lambda one: one["created"] > "2020"),
        ({"minDuration": 0}, lambda one: "started" in one),
        ({"maxDuration": 1000}, lambda one: "started" in one),
    ],
)
def test_a_filter_leaves_only_what_fulfils_it(
    api: httpx.Client, done: str, query: dict[str, Any], holds: Any
):
    """/conf/job-list/type-response, and those of processID, status, datetime and duration"""
    jobs = api.get("/jobs", params={"limit": 1000, **query}).json()["jobs"]
    assert jobs
    assert all(map(holds, jobs))


@pytest.mark.parametrize(
    "query", ["type=dance", "status=tired", "datetime=nonsense", "minDuration=x", "maxDuration=-1", "limit=0"]
)
def test_a_filter_that_cannot_be_used_is_refused(api: httpx.Client, query: str):
    """/conf/job-list/type-definition, status-definition, datetime-definition, duration-definition, limit"""
    assert api.get(f"/jobs?{query}").status_code == 400


def test_a_list_of_jobs_has_pages(api: httpx.Client, done: str):
    """/conf/job-list/limit-response, /conf/job-list/job-list-links"""
    job(api)
    first = api.get("/jobs", params={"limit": 1}).json()
    assert len(first["jobs"]) == 1
    (following,) = [each["href"] for each in first["links"] if each["rel"] == "next"]
    second = api.get(following).json()
    assert second["jobs"][0]["jobID"] != first["jobs"][0]["jobID"]
    assert "prev" in {each["rel"] for each in second["links"]}


# ---- dismiss ----------------------------------------------------------------------------


def test_a_job_can_be_dismissed_and_has_no_result_then(api: httpx.Client):
    """/conf/dismiss/job-dismiss-op and /conf/dismiss/job-dismiss-success"""
    address = job(api)
    answer = api.delete(address)
    assert (answer.status_code, answer.json()["status"]) == (200, "dismissed")
    assert api.get(address).json()["status"] == "dismissed"
    assert api.get(f"{address}/results").status_code == 410


def test_an_unknown_job_cannot_be_dismissed(api: httpx.Client):
    """/conf/dismiss/job-dismiss-op, the other way round"""
    assert api.delete("/jobs/nope").status_code == 404
