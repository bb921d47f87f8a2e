"""The calls that pages show: they run as they are, and ask for what the page was asked for."""

import contextlib
import html
import io
import re
import subprocess

import httpx
import pytest

PAGES = [
    "/",
    "/collections",
    "/collections/soc",
    "/collections/suitability",
    "/collections/soil",
    "/collections/regencies",
    "/collections/regencies/items/01.04",
    "/collections/regencies/queryables",
    "/collections/soc/map/tiles/WebMercatorQuad",
    "/collections/records/items?words=carbon",
    "/collections/records/items/soc",
    "/processes/land-suitability",
    "/processes/overlay",
    "/processes/atlas",
    "/processes/pack",
    "/tileMatrixSets",
]
DOCUMENTS = {page for page in PAGES if not page.startswith("/processes/")} - {
    "/collections/soil",
    "/collections/regencies",
}
"""Pages of a document; the others offer what they lead to: values at a place, rows, a result."""
NARROWED = "/collections/suitability_by_regencies/items?crop=maize&filter=s1_pct%20%3E%200&limit=2"


def shown(client: httpx.Client, path: str, **params: str) -> dict[str, str]:
    """The code of each tool that a page shows, as a person copies it."""
    answer = client.get(path, params={**httpx.URL(path).params, "f": "html", **params})
    assert answer.status_code == 200, answer.text
    tools = re.findall(r'<label for="call-\d">(\w+)</label>', answer.text)
    codes = re.findall(r'<code id="call-code-\d">(.*?)</code>', answer.text, re.DOTALL)
    return dict(zip(tools, map(html.unescape, codes), strict=True))


def printed(script: str) -> str:
    """What a script prints; it knows nothing but what it imports."""
    with contextlib.redirect_stdout(io.StringIO()) as told:
        exec(compile(script, "shown", "exec"), {})
    return told.getvalue()


@pytest.mark.parametrize("path", PAGES)
def test_the_python_of_a_page_runs_and_tells_something(client: httpx.Client, path: str):
    assert len(printed(shown(client, path)["Python"])) > 10


@pytest.mark.parametrize("path", [*PAGES, NARROWED])
def test_curl_gets_the_very_document_that_the_page_shows(client: httpx.Client, path: str):
    first = shown(client, path)["curl"].replace("\\\n", " ").splitlines()[0]
    done = subprocess.run(["sh", "-c", f"{first} -sSf"], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if path in DOCUMENTS:
        asked = {**httpx.URL(path).params, "f": "json"}
        assert done.stdout == client.get(path, params=asked).content


def test_the_parameters_of_a_page_are_those_of_its_calls_and_a_script_reads_every_row(client: httpx.Client):
    tools = shown(client, NARROWED)
    assert "limit=2" in tools["curl"]
    assert "limit" not in tools["Python"]
    everything = client.get(NARROWED.replace("limit=2", "limit=1000") + "&f=json").json()["numberMatched"]
    rows: dict[str, object] = {}
    exec(tools["Python"].replace("print", "len"), rows)
    assert len(rows["rows"]) == everything > 2
    assert {*rows["rows"].crop} == {"maize"}


def test_what_runs_in_qgis_needs_no_library_that_qgis_lacks(client: httpx.Client):
    script = shown(client, "/processes/land-suitability")["QGIS"]
    assert "httpx" not in script
    assert "classes" in printed(script)


def test_qgis_is_given_addresses_that_answer(client: httpx.Client):
    cog = shown(client, "/collections/soc")["QGIS"]
    assert client.get(cog, headers={"range": "bytes=0-3"}).content[:2] == b"II"
    tile = shown(client, "/collections/soc/map/tiles/WebMercatorQuad")["QGIS"]
    square = tile.replace("{z}", "0").replace("{y}", "0").replace("{x}", "0")
    assert client.get(square).headers["content-type"] == "image/png"


def test_a_page_in_another_language_asks_in_that_language(client: httpx.Client):
    assert "lang=id" in shown(client, "/collections/soc", lang="id")["curl"]
    assert "lang=" not in shown(client, "/collections/soc", lang="en")["curl"]
