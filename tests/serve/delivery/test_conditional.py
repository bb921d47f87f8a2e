"""What caches are told, and what a client that has an answer already is spared."""

import httpx
import pytest

from soilinfo.serve.collections import Collection
from soilinfo.settings import Settings
from tests.serve.conftest import served

ITEMS = "/collections/regencies/items"
PROJECT = "/qgis/testland.qgs"
TILE = "/collections/ph_h2o/map/tiles/WebMercatorQuad/8/133/213"
NAMED = (
    *("/", "/?f=html", "/conformance", "/openapi", "/collections", "/collections/regencies?f=html", "/map"),
    *("/processes", "/processes/land-suitability", ITEMS, f"{ITEMS}?f=html", f"{ITEMS}?f=csv", TILE),
    *("/collections/ph_h2o/coverage", "/collections/ph_h2o/map", "/tileMatrixSets"),
)
"""Addresses whose answers a publication decides about."""
FOR_EVER = "public, max-age=31536000, immutable"


def tag(client: httpx.Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


@pytest.mark.parametrize("address", NAMED)
def test_an_answer_that_a_client_has_is_not_sent_again(client: httpx.Client, address: str):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    for name in ("etag", "cache-control", "vary", "x-soilinfo-snapshot"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("address", NAMED)
def test_a_head_tells_what_a_get_would(client: httpx.Client, address: str):
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    # How a body is framed is no field of the representation, and a HEAD has none (RFC 9112, 6.1).
    told, had = ({**each.headers, "date": "", "transfer-encoding": ""} for each in (head, get))
    assert told == had


def test_a_304_comes_before_any_work(client: httpx.Client, monkeypatch: pytest.MonkeyPatch):
    known = tag(client, PROJECT)

    def work(*_: object) -> None:
        raise AssertionError("the project was written")

    monkeypatch.setattr("soilinfo.serve.qgis.project.project", work)
    assert client.get(PROJECT, headers={"If-None-Match": known}).status_code == 304


def test_two_servers_over_one_store_name_an_answer_alike(nation: Settings, client: httpx.Client):
    at_one_address = nation.model_copy(update={"url": "https://soil.example"})
    with served(at_one_address) as one, served(at_one_address) as another:
        assert [tag(one, address) for address in NAMED] == [tag(another, address) for address in NAMED]
        assert tag(one, "/") != tag(client, "/"), "links differ by the public address"


def test_the_order_of_parameters_makes_no_other_answer(client: httpx.Client):
    assert tag(client, f"{ITEMS}?limit=2&f=json") == tag(client, f"{ITEMS}?f=json&limit=2")


@pytest.mark.parametrize(
    ("header", "one", "other"),
    [("Accept-Language", "en", "id"), ("Accept", "text/html", "*/*"), ("Accept-Encoding", "gzip", "br")],
)
def test_answers_that_differ_have_other_names(client: httpx.Client, header: str, one: str, other: str):
    assert tag(client, "/", **{header: one}) != tag(client, "/", **{header: other})
    assert tag(client, f"{ITEMS}?limit=2") != tag(client, f"{ITEMS}?limit=3")


def test_a_language_that_is_not_spoken_makes_no_other_answer(client: httpx.Client):
    assert tag(client, "/", **{"Accept-Language": "fr, en"}) == tag(client, "/", **{"Accept-Language": "en"})


def test_a_tag_of_a_coding_that_the_client_no_longer_takes_is_none_of_its_own(client: httpx.Client):
    known = tag(client, "/", **{"Accept-Encoding": "br"})
    now = client.get("/", headers={"Accept-Encoding": "identity", "If-None-Match": known})
    assert now.status_code == 200


def test_a_weakened_tag_is_still_known_and_an_unknown_precondition_fails(client: httpx.Client):
    known = tag(client, "/")
    assert client.get("/", headers={"If-None-Match": f"W/{known}"}).status_code == 304
    assert client.get("/", headers={"If-Match": known}).status_code == 200
    refused = client.get("/", headers={"If-Match": '"another"'})
    assert (refused.status_code, refused.json()["status"]) == (412, 412)


@pytest.mark.parametrize("address", [ITEMS, f"{ITEMS}?f=html", TILE])
def test_whoever_wants_only_what_is_new_to_the_address_is_sent_nothing(client: httpx.Client, address: str):
    """If-None-Match: * (RFC 9110, 13.1.2)."""
    got, asked = client.get(address), client.get(address, headers={"If-None-Match": "*"})
    assert (asked.status_code, asked.content) == (304, b"")
    assert [asked.headers[name] for name in ("etag", "vary")] == [
        got.headers[name] for name in ("etag", "vary")
    ]
    assert client.get("/collections/nope", headers={"If-None-Match": "*"}).status_code == 404


def test_files_of_several_codings_have_names_that_no_range_is_cut_by(client: httpx.Client):
    path = "/static/soilinfo.css"
    tags = {tag(client, path, **{"Accept-Encoding": coding}) for coding in ("gzip", "br", "identity")}
    assert all(each.startswith('W/"') for each in tags)
    (known,) = tags
    again = client.get(path, headers={"If-None-Match": known})
    assert (again.status_code, again.headers["etag"]) == (304, known)
    part = {"Range": "bytes=0-9", "If-Range": known, "Accept-Encoding": "identity"}
    assert client.get(path, headers=part).status_code == 200


def test_caches_are_told_which_headers_decide(client: httpx.Client):
    for address, deciding in (
        (ITEMS, {"Accept", "Accept-Language", "Accept-Encoding"}),
        (f"{ITEMS}?f=html", {"Accept-Language", "Accept-Encoding"}),
        (f"{ITEMS}?f=json&lang=id", {"Accept-Encoding"}),
    ):
        told = {name.strip() for name in client.get(address).headers["vary"].split(",")}
        assert told - {"Origin"} == deciding


def test_only_what_never_changes_is_kept_unasked(client: httpx.Client, published: dict[str, Collection]):
    version = published["regencies"].version
    kept = {
        ITEMS: "no-cache",
        f"{ITEMS}?version={version}": FOR_EVER,
        f"{ITEMS}?version={version}&f=html": "no-cache",
        f"/collections/regencies?version={version}": "no-cache",
        "/jobs": "no-store",
        "/nowhere": "no-store",
        f"{ITEMS}?limit=none": "no-store",
        "/static/soilinfo.css": "no-cache",
    }
    for address, told in kept.items():
        assert (address, client.get(address).headers["cache-control"]) == (address, told)


def test_files_of_the_pages_have_addresses_that_change_with_the_program(client: httpx.Client):
    page = client.get("/?f=html").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert address.startswith("/static/soilinfo.css?v=")
    assert client.get(address).headers["cache-control"] == FOR_EVER


def test_a_question_under_a_what_if_is_about_more_than_one_collection(client: httpx.Client):
    """Its tag changes with every publication, as other layers decide about it too."""
    picture = "/collections/suitability/map?crop=maize"
    assert tag(client, picture) != tag(client, f"{picture}&adjust=ph_h2o:raise_to:6")
