"""The process pack: what there is to pack, the zip at once where it is small, else as a job by reference."""

import threading
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import httpx

from soilinfo.jobs.worker import work_once
from soilinfo.serve.processes.performing import performer
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.serve.conftest import served

EXECUTION = "/processes/pack/execution"
"""Where it is asked for."""
ZIP = {"Accept": "application/zip"}


def test_the_pack_of_a_theme_is_answered_at_once(client: httpx.Client):
    asked = {"inputs": {"region": "01.02", "themes": ["terrain"]}}
    told = client.post(EXECUTION, json=asked).json()
    assert (told["region"], [each["id"] for each in told["rasters"]]) == ("01.02", ["slope"])
    answer = client.post(f"{EXECUTION}?lang=id", json=asked, headers=ZIP)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    names = ZipFile(BytesIO(answer.content)).namelist()
    assert {"01.02.qgz", "01.02.id.pdf", "rasters/slope.tif"} <= {*names}


def test_what_there_is_not_is_refused(refused: Callable[..., str]):
    asked = {"region": "01.02", "themes": ["oil"]}
    assert "no theme 'oil'" in refused(EXECUTION, 400, "POST", json={"inputs": asked})
    assert "'region' is missing" in refused(EXECUTION, 400, "POST", json={"inputs": {}})
    assert "no region '01.77'" in refused(EXECUTION, 400, "POST", json={"inputs": {"region": "01.77"}})


def test_a_job_gives_the_pack_by_reference(copy: Settings):
    asked = {
        "inputs": {"region": "01.02", "themes": ["terrain"]},
        "outputs": {"result": {"transmissionMode": "reference", "format": {"mediaType": "application/zip"}}},
    }
    store = open_store(copy)
    with served(copy) as client:
        accepted = client.post(EXECUTION, json=asked, headers={"Prefer": "respond-async"})
        assert accepted.status_code == 201
        assert work_once(store.queue, performer(copy, store), threading.Event())
        where = client.get(f"{accepted.headers['location']}/results?f=zip")
        link = where.links["item"]
        packed = client.get(link["url"].removeprefix(str(client.base_url)))
    store.close()
    assert (where.status_code, link["type"]) == (204, "application/zip")
    assert "01.02.qgz" in ZipFile(BytesIO(packed.content)).namelist()
