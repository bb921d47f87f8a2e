"""Jobs: what is too large to be answered at once is accepted, worked at, shown, and may be taken back."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest
import yaml

from soilinfo.jobs.worker import work_once
from soilinfo.serve.processes.performing import performer
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.serve.conftest import served

SUITABILITY = "/processes/land-suitability/execution"
LATER = {"Prefer": "respond-async"}
REGION = {"region": "01.02", "crop": "maize"}
LARGE = {"region": "01", "crop": "maize"}
ANSWERS: dict[str, dict[str, Any]] = {
    "land-suitability": REGION,
    "zonal-statistics": {"region": "01.02", "layer": "ph_h2o"},
    "what-if": {**REGION, "adjustments": "ph_h2o:raise_to:6"},
    "compare-scenarios": {"crop": "maize", "adjustments": "ph_h2o:raise_to:6"},
    "best-crops": {"region": "01.02"},
}


@pytest.fixture(scope="module")
def limited(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small nation, where little is answered at once, in a store of this module's own."""
    directory = tmp_path_factory.mktemp("limited")
    config, store = directory / "config", directory / "store"
    copytree(nation.config, config)
    copytree(nation.config.parent / "sources", directory / "sources")
    copytree(nation.store, store)
    services = yaml.safe_load((config / "services.yaml").read_text("utf-8"))
    limits = {"process_cells": 20_000, "job_cells": 200_000, "jobs": 30}
    (config / "services.yaml").write_text(yaml.safe_dump(services | {"limits": limits}), "utf-8")
    return Settings(store=store, config=config, db=None)


@pytest.fixture(scope="module")
def client(limited: Settings) -> Iterator[httpx.Client]:
    with served(limited) as running:
        yield running


@pytest.fixture(scope="module")
def store(limited: Settings) -> Iterator[Store]:
    opened = open_store(limited)
    yield opened
    opened.close()


@pytest.fixture
def work(limited: Settings, store: Store) -> Callable[[], None]:
    """Has a worker answer everything that waits."""

    def answer_all() -> None:
        while work_once(store.queue, performer(limited, store), threading.Event()):
            pass

    return answer_all


def accepted(client: httpx.Client, process: str, inputs: dict[str, Any], **more: Any) -> str:
    """Asks for a job; returns its path."""
    answer = client.post(f"/processes/{process}/execution", json={"inputs": inputs}, headers=LATER, **more)
    assert answer.status_code == 201, answer.text
    return httpx.URL(answer.headers["location"]).path


def test_a_job_is_accepted_with_its_address_and_its_state(client: httpx.Client):
    answer = client.post(SUITABILITY, json={"inputs": REGION}, headers=LATER)
    assert answer.status_code == 201
    assert answer.headers["preference-applied"] == "respond-async"
    told = answer.json()
    assert answer.headers["location"].endswith(f"/jobs/{told['jobID']}")
    assert (told["processID"], told["type"], told["status"], told["progress"]) == (
        "land-suitability",
        "process",
        "accepted",
        0,
    )
    assert client.get(f"/jobs/{told['jobID']}").json() == told


def test_a_large_area_becomes_a_job_unasked_and_a_small_one_is_answered(client: httpx.Client):
    assert client.post(SUITABILITY, json={"inputs": REGION}).status_code == 200
    answer = client.post(SUITABILITY, json={"inputs": LARGE})
    assert answer.status_code == 201
    assert "preference-applied" not in answer.headers
    for process in ("what-if", "best-crops"):
        asked = {"inputs": {**ANSWERS[process], "region": "01"}}
        assert client.post(f"/processes/{process}/execution", json=asked).status_code == 201, process


def test_what_is_too_large_for_a_job_is_refused_with_the_limit(limited: Settings, tmp_path: Path):
    copytree(limited.config, tmp_path / "config")
    services = tmp_path / "config/services.yaml"
    services.write_text(services.read_text("utf-8").replace("job_cells: 200000", "job_cells: 20000"), "utf-8")
    with served(limited.model_copy(update={"config": tmp_path / "config"})) as client:
        answer = client.post(SUITABILITY, json={"inputs": LARGE})
    assert answer.status_code == 413
    assert "limited to 20,000. Ask for a smaller area" in answer.json()["detail"]


@pytest.mark.parametrize("process", [*ANSWERS])
def test_the_result_of_a_job_is_that_of_an_answer_at_once(
    client: httpx.Client, work: Callable[[], None], process: str, nation: Settings
):
    path = accepted(client, process, ANSWERS[process])
    work()
    done = client.get(path).json()
    assert (done["status"], done["progress"]) == ("successful", 100)
    results = next(link["href"] for link in done["links"] if link["rel"].endswith("/results"))
    at_once = client.post(f"/processes/{process}/execution", json={"inputs": ANSWERS[process]})
    if process != "compare-scenarios":  # it is of the whole country, which is too large here
        assert client.get(httpx.URL(results).path).json() == at_once.json()
    else:
        assert at_once.status_code == 201


def test_a_document_is_answered_as_one(client: httpx.Client, work: Callable[[], None]):
    body = {"inputs": REGION, "response": "document"}
    told = client.post(SUITABILITY, json=body, headers=LATER).json()
    work()
    assert client.get(f"/jobs/{told['jobID']}/results").json()["result"]["crop"] == "maize"


def test_inputs_are_checked_before_a_job_is_accepted(client: httpx.Client, store: Store):
    before = len(store.queue.jobs())
    for inputs, said in (({**REGION, "crop": "baobab"}, "baobab"), ({**REGION, "region": "99"}, "99")):
        answer = client.post(SUITABILITY, json={"inputs": inputs}, headers=LATER)
        assert answer.status_code == 400
        assert said in answer.json()["detail"]
    assert len(store.queue.jobs()) == before


def test_results_that_are_not_ready_are_not_found(client: httpx.Client, work: Callable[[], None]):
    path = accepted(client, "zonal-statistics", ANSWERS["zonal-statistics"])
    answer = client.get(f"{path}/results")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/result-not-ready")
    work()
    assert client.get(f"{path}/results").status_code == 200


def test_a_failed_job_answers_with_the_reason(client: httpx.Client, store: Store, work: Callable[[], None]):
    # As when the configuration has lost a crop since the job was accepted.
    job = store.queue.add(
        "land-suitability", {**REGION, "crop": "baobab"}, snapshot=store.ledger.current_id()
    )
    work()
    told = client.get(f"/jobs/{job.id}").json()
    assert told["status"] == "failed"
    assert "no crop 'baobab'" in told["message"]
    answer = client.get(f"/jobs/{job.id}/results")
    assert answer.status_code == 400
    assert "no crop 'baobab'" in answer.json()["detail"]


def test_a_dismissed_job_is_never_answered(client: httpx.Client, work: Callable[[], None]):
    path = accepted(client, "land-suitability", REGION)
    gone = client.delete(path)
    assert (gone.status_code, gone.json()["status"]) == (200, "dismissed")
    work()
    assert client.get(path).json()["status"] == "dismissed"
    assert client.get(f"{path}/results").status_code == 410


def test_an_unknown_job_cannot_be_dismissed(client: httpx.Client):
    answer = client.delete("/jobs/guessed")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("no-such-job")


def test_jobs_are_listed_newest_first_by_page_and_filter(client: httpx.Client, work: Callable[[], None]):
    work()
    first = accepted(client, "zonal-statistics", ANSWERS["zonal-statistics"])
    last = accepted(client, "land-suitability", REGION)

    def ids(**query: Any) -> list[str]:
        return [f"/jobs/{each['jobID']}" for each in client.get("/jobs", params=query).json()["jobs"]]

    assert ids(limit=2) == [last, first]
    assert ids(status="accepted") == [last, first]
    assert ids(status="accepted", processID="zonal-statistics", type="process") == [first]
    assert ids(status="accepted", maxDuration=0) == []
    assert ids(datetime="2020-01-01T00:00:00Z/..", status="accepted") == [last, first]
    assert ids(datetime="../2001-01-01") == []
    page = client.get("/jobs?limit=1&status=accepted").json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert [job["jobID"] for job in client.get(following).json()["jobs"]] == [first.rpartition("/")[2]]
    work()


@pytest.mark.parametrize(
    "query", ["status=lost", "type=fax", "datetime=yesterday", "minDuration=long", "limit=0", "owner=me"]
)
def test_a_list_that_cannot_be_made_is_refused(client: httpx.Client, query: str):
    assert client.get(f"/jobs?{query}").status_code == 400


def test_the_fact_sheet_is_answered_at_once_whatever_is_preferred(client: httpx.Client):
    answer = client.post("/processes/fact-sheet/execution", json={"inputs": {"region": "01"}}, headers=LATER)
    assert answer.status_code == 200
    assert answer.json()["href"].endswith("lang=en")


def test_a_full_queue_accepts_no_more(client: httpx.Client, store: Store, work: Callable[[], None]):
    work()
    for _ in range(30):
        store.queue.add("zonal-statistics", ANSWERS["zonal-statistics"], snapshot=1)
    answer = client.post(SUITABILITY, json={"inputs": LARGE})
    assert answer.status_code == 429
    for job in store.queue.jobs():
        store.queue.dismiss(job.id)
    assert client.post(SUITABILITY, json={"inputs": LARGE}).status_code == 201


def test_a_restarted_server_knows_the_jobs(client: httpx.Client, limited: Settings):
    path = accepted(client, "land-suitability", REGION)
    with served(limited) as other:
        assert other.get(path).json()["status"] == "accepted"


# ---- for people ----


def test_the_page_of_a_job_reloads_until_it_is_done_and_then_leads_to_the_result(
    client: httpx.Client, work: Callable[[], None]
):
    path = accepted(client, "land-suitability", REGION)
    waiting = client.get(f"{path}?f=html&lang=id").text
    assert 'http-equiv="refresh"' in waiting
    assert "Menunggu pekerja" in waiting
    assert "Hentikan tugas ini" in waiting
    work()
    done = client.get(f"{path}?f=html&lang=en").text
    assert 'http-equiv="refresh"' not in done
    assert "Done" in done
    assert f"#job={path.rpartition('/')[2]}" in done


def test_the_page_of_a_failed_job_says_why(client: httpx.Client, store: Store, work: Callable[[], None]):
    job = store.queue.add("land-suitability", {**REGION, "crop": "baobab"}, snapshot=1)
    work()
    assert "no crop &#39;baobab&#39;" in client.get(f"/jobs/{job.id}?f=html").text


def test_the_page_of_all_jobs_names_them_in_both_languages(client: httpx.Client):
    path = accepted(client, "zonal-statistics", ANSWERS["zonal-statistics"])
    for language, title in (("en", "Jobs"), ("id", "Tugas")):
        page = client.get(f"/jobs?f=html&lang={language}").text
        assert f"<h1>{title}</h1>" in page
        assert path in page


@pytest.mark.parametrize(("response", "status"), [("raw", 204), ("document", 200)])
@pytest.mark.parametrize("headers", [{}, LATER])
def test_a_result_by_reference_is_a_link_to_it_at_once_or_of_a_job(
    client: httpx.Client, work: Callable[[], None], response: str, status: int, headers: dict[str, str]
):
    asked = {"inputs": REGION, "response": response, "outputs": {"result": {"transmissionMode": "reference"}}}
    answer = client.post(SUITABILITY, json=asked, headers=headers)
    if headers:
        work()
        answer = client.get(f"{answer.headers['location']}/results")
    assert answer.status_code == status
    if response == "raw":
        (link,) = answer.links.values()
        href = link["url"]
    else:
        href = answer.json()["result"]["href"]
    assert client.get(href).json() == client.post(SUITABILITY, json={"inputs": REGION}).json()
    assert client.get(f"{href}s").status_code == 404


def test_a_process_that_is_no_job_gives_values_only(client: httpx.Client):
    described = client.get("/processes/fact-sheet").json()
    assert described["outputTransmission"] == ["value"]
    asked = {"inputs": {"region": "01.02"}, "outputs": {"result": {"transmissionMode": "reference"}}}
    answer = client.post("/processes/fact-sheet/execution", json=asked)
    assert (answer.status_code, "value" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("body", ["null", "[]", "1", '"inputs"', "{", ""])
def test_a_body_that_is_no_execute_request_is_refused(client: httpx.Client, body: str):
    answer = client.post(SUITABILITY, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
