"""Who is refused reads a page, however long the refusal and however it is sent."""

import httpx
import pytest


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_a_long_refusal_is_a_page_however_it_is_compressed(client: httpx.Client, encoding: str):
    unknown = {"f": "html", "lang": "id", **{f"unknown-{number}": "1" for number in range(60)}}
    answer = client.get(
        "/collections/ph_h2o/coverage",
        params=unknown,
        headers={"Accept-Encoding": encoding, "Accept": "text/html"},
    )
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "unknown-59" in answer.text
    assert '<html lang="id">' in answer.text
