"""COG downloads: readable in ranges, cached for ever, nothing else of the store within reach."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]


@pytest.fixture
def address(client: httpx.Client) -> str:
    links = client.get("/collections/ph_h2o").json()["links"]
    return next(str(link["href"]) for link in links if link["rel"] == "enclosure")


def test_a_part_of_a_file_is_sent_on_request(client: httpx.Client, address: str):
    whole = client.get(address).content
    part = client.get(address, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert client.get(address, headers={"Range": "bytes=-7"}).content == whole[-7:]


def test_a_range_beyond_the_end_cannot_be_satisfied(client: httpx.Client, address: str):
    assert client.get(address, headers={"Range": "bytes=999999999-"}).status_code == 416


def test_a_file_may_be_kept_for_ever(client: httpx.Client, address: str):
    headers = client.head(address).headers
    assert headers["accept-ranges"] == "bytes"
    assert "immutable" in headers["cache-control"]
    assert headers["etag"] == f'"{address.rsplit("/", 1)[1].removesuffix(".tif")}"'
    again = client.get(address, headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_range_of_another_version_brings_the_whole_file(client: httpx.Client, address: str):
    answer = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("side", [".aux.xml", ".ovr", ".msk"])
def test_side_files_do_not_exist(refused: Refused, address: str, side: str):
    refused(address + side, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/cog/ph_h2o/nothing.tif",
        "/cog/..%2f..%2fetc/passwd.tif",
        "/cog/../x/y.tif",
        "/cog/ph_h2o/.partial-1.tif",
    ],
)
def test_nothing_else_is_within_reach(refused: Refused, path: str):
    refused(path, 404)
