"""The process atlas: a few sheets at once, many as a job; the list of sheets, and with f=pdf the document."""

import threading
from collections.abc import Iterator
from shutil import copytree

import httpx
import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.planning.atlas import atlas
from soilinfo.jobs.worker import work_once
from soilinfo.serve.processes.performing import performer
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.serve.conftest import served

ASK = "/processes/atlas/execution"
SMALL = {"region": "01.02", "paper": "A4", "themes": ["terrain"]}


@pytest.fixture(scope="module")
def own(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small nation in a store of this module's own, as jobs are written to it."""
    directory = tmp_path_factory.mktemp("atlas")
    copytree(nation.store, directory / "store")
    return nation.model_copy(update={"store": directory / "store"})


@pytest.fixture(scope="module")
def client(own: Settings) -> Iterator[httpx.Client]:
    with served(own) as running:
        yield running


@pytest.fixture(scope="module")
def store(own: Settings) -> Iterator[Store]:
    opened = open_store(own)
    yield opened
    opened.close()


def test_the_answer_is_the_list_of_the_sheets_and_with_f_pdf_the_atlas(
    client: httpx.Client, own: Settings, store: Store
):
    told = client.post(ASK, json={"inputs": SMALL}).json()
    assert (told["region"], told["paper"], told["snapshot"]) == ("01.02", "A4", store.ledger.current().id)
    assert [(sheet["id"], sheet["theme"]) for sheet in told["sheets"]] == [("slope", "terrain")]
    answer = client.post(f"{ASK}?f=pdf&lang=id", json={"inputs": SMALL})
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="atlas.pdf"' in answer.headers["content-disposition"]
    expected = atlas(
        store, load(own.config), store.ledger.current(), "01.02", "id", paper="A4", themes=["terrain"]
    )
    assert answer.content == expected


def test_many_sheets_are_a_job_whose_document_is_there_by_reference(
    client: httpx.Client, own: Settings, store: Store
):
    asked = {
        "inputs": {"paper": "A4", "themes": ["soil"]},
        "outputs": {"result": {"transmissionMode": "reference"}},
    }
    accepted = client.post(f"{ASK}?f=pdf", json=asked)
    assert accepted.status_code == 201, "the whole nation is no more than its number of sheets"
    path = httpx.URL(accepted.headers["location"]).path
    work_once(store.queue, performer(own, store), threading.Event())
    job = client.get(f"{path}?lang=id").json()
    assert job["status"] == "successful"
    (document,) = (link for link in job["links"] if link["type"] == "application/pdf")
    assert document["href"].endswith(f"{path}/results?f=pdf&lang=id")
    assert "/results?f=pdf&amp;lang=id" in client.get(f"{path}?f=html&lang=id").text
    href = client.get(f"{path}/results?f=pdf").links["item"]["url"]
    for language in ("en", "id"):
        answer = client.get(f"{href}&lang={language}")
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["content-language"] == language


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"region": "01.09"}, "01.09"),
        ({"paper": "A9"}, "no paper 'A9'; there are: A3, A4"),
        ({"themes": ["roads"]}, "no theme 'roads'; there are: choice, climate, soil"),
        ({"themes": "soil"}, "must be a list of themes"),
        ({"bbox": [1, 2, 3, 4]}, "no input 'bbox'; there are: paper, region, themes"),
    ],
)
def test_what_it_cannot_use_is_named(client: httpx.Client, inputs: dict[str, object], reason: str):
    answer = client.post(ASK, json={"inputs": inputs})
    assert answer.status_code == 400
    assert reason in answer.json()["detail"]


def test_it_is_described_in_both_languages(client: httpx.Client):
    for language, words in (("en", "print-ready atlas"), ("id", "Atlas siap cetak")):
        assert words in client.get(f"/processes/atlas?lang={language}").json()["description"]


@pytest.mark.parametrize("paper", [{"type": ""}, ["A3"], 3])
def test_a_paper_that_is_no_text_is_refused(client: httpx.Client, paper: object):
    asked = client.post("/processes/atlas/execution", json={"inputs": {"paper": paper}})
    assert (asked.status_code, asked.json()["status"]) == (400, 400)
