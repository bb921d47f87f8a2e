"""Refusals: one form for machines, titled in the language of whoever reads them."""

from collections.abc import Mapping

import httpx
import pytest

TITLES = {
    "/collections/regencies/items?limit=0": (
        *(400, "The request cannot be answered", "Permintaan tidak dapat diproses"),
    ),
    "/collections/sioc/items": (404, "Not found", "Tidak ditemukan"),
    "/nowhere": (404, "Not found", "Tidak ditemukan"),
}


def problem(client: httpx.Client, path: str, **headers: str) -> Mapping[str, object]:
    answer = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.headers["content-type"] == "application/problem+json"
    told: Mapping[str, object] = answer.json()
    assert answer.status_code == told["status"]
    return told


@pytest.mark.parametrize("path", TITLES)
def test_the_title_is_in_the_language_asked_for_and_the_detail_in_english(client: httpx.Client, path: str):
    status, english, indonesian = TITLES[path]
    plain, asked = problem(client, path), problem(client, path, accept_language="id")
    assert (plain["status"], plain["title"]) == (status, english)
    assert (asked["status"], asked["title"]) == (status, indonesian)
    assert plain["detail"] == asked["detail"] == plain["description"]


def test_the_parameter_lang_comes_before_the_header(client: httpx.Client):
    told = problem(client, "/collections/regencies/items?limit=0&lang=id", accept_language="en")
    assert told["title"] == "Permintaan tidak dapat diproses"


def test_who_has_something_else_is_told_so(client: httpx.Client):
    told = problem(client, "/collections/soc?lang=id", if_match='"another"')
    assert (told["status"], told["title"]) == (412, "Isinya sudah berubah")
