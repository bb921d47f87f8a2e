"""Pages: on by key, back by number, in one version, over missing values."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.serve.collections import Collection
from soilinfo.serve.features import paging
from soilinfo.serve.features.paging import Cursor, cursor_of, cursor_text
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.serve.conftest import served

Refused = Callable[..., str]

ITEMS = "/collections/regencies/items"
TABLE = "/collections/suitability_by_regencies/items"


def page_after_page(client: httpx.Client, address: str, rel: str = "next") -> Iterator[list[str]]:
    """Ids of each page from an address on."""
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == rel), "")


@pytest.mark.parametrize(
    "order", ["", "sortby=-name", "sortby=scenario,-s1_ha", "sortby=-limiting", "sortby=limiting,-crop"]
)
def test_following_next_visits_every_feature_once_and_in_order(client: httpx.Client, order: str):
    whole = [each["id"] for each in client.get(f"{TABLE}?limit=100&{order}").json()["features"]]
    pages = list(page_after_page(client, f"{TABLE}?limit=7&skipGeometry=true&{order}"))
    assert [id_ for page in pages for id_ in page] == whole
    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 7, 6]


def test_following_prev_leads_back_the_same_way(client: httpx.Client):
    there = list(page_after_page(client, f"{TABLE}?limit=20&sortby=-s1_ha"))
    last = client.get(f"{TABLE}?limit=20&sortby=-s1_ha&offset=40").json()
    back = [link["href"] for link in last["links"] if link["rel"] == "prev"]
    assert list(page_after_page(client, back[0], "prev")) == there[1::-1]


def test_prev_of_a_page_near_the_beginning_is_the_first_page_of_the_same_size(client: httpx.Client):
    page = client.get(f"{ITEMS}?limit=3&offset=2").json()
    (back,) = [link["href"] for link in page["links"] if link["rel"] == "prev"]
    assert list(page_after_page(client, back)) == [["01.01", "01.02", "01.03"], ["01.04"]]


def test_pages_go_on_in_the_version_that_they_began_with(client: httpx.Client, published):
    page = client.get(f"{ITEMS}?limit=1").json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    asked = parse_qs(urlsplit(following).query)
    assert asked["version"] == [published["regencies"].version]
    assert "offset" not in asked


def test_pages_go_on_whatever_is_published_meanwhile(copy: Settings):
    store = open_store(copy)
    with served(copy) as client:
        begun = client.get(f"{TABLE}?limit=20&sortby=-s1_ha").json()
        (following,) = [link["href"] for link in begun["links"] if link["rel"] == "next"]
        other = str(store.ledger.rollback(1, actor="tests", reason="without the table").id)
        while client.get("/conformance").headers["x-soilinfo-snapshot"] != other:
            time.sleep(0.05)
        assert client.get(TABLE).status_code == 404
        rest = [id_ for page in page_after_page(client, following) for id_ in page]
    store.close()
    assert len({each["id"] for each in begun["features"]} | {*rest}) == begun["numberMatched"] == 48


def test_a_cursor_for_another_query_is_refused(client: httpx.Client, refused: Refused):
    page = client.get(f"{TABLE}?limit=1&crop=maize").json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    (cursor,) = parse_qs(urlsplit(following).query)["cursor"]
    assert client.get(f"{TABLE}?crop=maize&cursor={cursor}&limit=2").status_code == 200
    assert "not made for this query" in refused(f"{TABLE}?crop=cocoa&cursor={cursor}")
    assert "not made for this query" in refused(f"{TABLE}?crop=maize&sortby=code&cursor={cursor}")
    assert "not made for this query" in refused(f"{ITEMS}?cursor={cursor}")
    assert "not at both" in refused(f"{TABLE}?crop=maize&offset=3&cursor={cursor}")


@pytest.mark.parametrize("forged", ["", "x", "AAAAAAAAAAAAAAAAWzFd", "%00", "é", "ABC=!"])
def test_a_forged_cursor_is_refused(refused: Refused, forged: str):
    assert "not made for this query" in refused(f"{ITEMS}?cursor={forged}")


@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b'["x","01.01"]', b"5", b"[1.5]", b"[-5]", b"[", b'[1e30,"a"]']
)
def test_a_cursor_signed_by_somebody_else_is_refused(published: dict[str, Collection], content: bytes):
    asked = QueryParams()
    signed = urlsafe_b64encode(paging._digest(content, published["regencies"], asked) + content).decode()
    with pytest.raises(InputError, match="not made for this query"):
        cursor_of(published["regencies"], QueryParams(cursor=signed))


@pytest.mark.parametrize("after", [(), (7,), ([1],), ("a", "b")])
def test_a_cursor_with_values_that_no_feature_has_is_refused(
    refused: Refused, published: dict[str, Collection], after: tuple[object, ...]
):
    signed = cursor_text(Cursor(after, 1), published["regencies"], QueryParams())
    assert refused(f"{ITEMS}?cursor={signed}")


def test_a_cursor_keeps_every_kind_of_value(published: dict[str, Collection]):
    params = QueryParams("sortby=a,b")
    cursor = Cursor((None, True, 0.1 + 0.2, 2**53 + 1, "é'\"", "01.01"), 7)
    text = cursor_text(cursor, published["regencies"], params)
    asked = QueryParams([("cursor", text), ("limit", "3"), *params.items()])
    assert cursor_of(published["regencies"], asked) == cursor
    with pytest.raises(InputError):
        cursor_of(published["provinces"], asked)
