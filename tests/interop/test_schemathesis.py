"""Schemathesis over the whole of /openapi: the server never fails, and accepts nothing described as wrong.

A collection of each kind is asked everything (examples, the limits of every parameter, odd values); as its
neighbours of the same kind are answered by the same code, they are asked a few odd values each.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from soilinfo.serve.maps.addresses import WMTS
from tests.interop.conftest import Served
from tests.openapi import openapi_of

SECONDS = 900
"""After so long something hangs; it is usually a fifteenth of it."""
SAMPLES = ("records", "suitability", "regencies")
WITHOUT = "positive_data_acceptance"
"""The one check left out: a filter, a time, a window must have a meaning, which no schema can say."""


@pytest.fixture(scope="module")
def document(served: Served) -> dict[str, Any]:
    """The OpenAPI document, but for WMTS by names and for the largest ``limit``.

    What is above it is lowered to it, as OGC API Features wants (/req/core/fc-limit-response-1); the
    maximum is told all the same, because QGIS reads from it how large a page may be.
    """
    with httpx.Client(base_url=served.url, timeout=120) as client:
        document = openapi_of(client)
    # What it does not know is 501 there, as OWS Common has it (06-121r9), which schemathesis holds a fault.
    del document["paths"][WMTS]
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "limit":
                    parameter["schema"].pop("maximum", None)
    return document


def check(served: Served, document: dict[str, Any], directory: Path, *options: str) -> None:
    """Have every operation of the document asked; what is found is what the test fails with."""
    (directory / "openapi.json").write_text(json.dumps(document), "utf-8")
    told = ("--no-color", "--continue-on-failure", "--no-shrink", "--warnings", "off")
    alike = ("--seed", "1", "--generation-deterministic", "--workers", "2", "--request-timeout", "120")
    command = (Path(sys.executable).with_name("schemathesis"), "run", "openapi.json", "--url", served.url)
    done = subprocess.run(
        [*command, *told, *alike, "--exclude-checks", WITHOUT, *options],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout[-20_000:]


def is_sample(path: str) -> bool:
    """Whether an address stands for others: of the service, or of a sample, in its default style."""
    collection = re.match(r"/collections/([^/]+)", path)
    return collection is None or (collection[1] in SAMPLES and "/styles/" not in path)


def parted(document: dict[str, Any], samples: bool) -> dict[str, Any]:
    """The document with the samples only, or with all but them."""
    paths = {path: each for path, each in document["paths"].items() if is_sample(path) is samples}
    return document | {"paths": paths}


def test_the_service_and_a_collection_of_each_kind_are_asked_everything(
    served: Served, document: dict[str, Any], tmp_path: Path
):
    options = ("--phases", "examples,coverage,fuzzing", "--max-examples", "1")
    check(served, parted(document, samples=True), tmp_path, *options)


def test_every_other_address_is_asked_an_odd_thing(served: Served, document: dict[str, Any], tmp_path: Path):
    check(served, parted(document, samples=False), tmp_path, "--phases", "fuzzing", "--max-examples", "1")
