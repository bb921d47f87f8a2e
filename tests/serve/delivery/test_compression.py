"""Texts leave compressed as the client takes them; pictures and parts of files as they are."""

import gzip

import brotli
import httpx
import pytest
import zstandard

READERS = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "identity": bytes,
}
TEXTS = (
    *("/openapi", "/?f=html", "/collections/regencies/items?f=json", "/collections/ph_h2o/coverage?f=json"),
    "/collections/suitability/coverage?f=json",
)


def raw(client: httpx.Client, address: str, coding: str) -> tuple[str, bytes]:
    """Content coding and body as they came."""
    with client.stream("GET", address, headers={"Accept-Encoding": coding}) as answer:
        assert answer.status_code == 200
        return answer.headers.get("content-encoding", "identity"), b"".join(answer.iter_raw())


@pytest.mark.parametrize("address", TEXTS)
def test_a_text_is_the_same_in_every_coding(client: httpx.Client, address: str):
    whole = raw(client, address, "identity")[1]
    for coding, read in READERS.items():
        told, body = raw(client, address, coding)
        assert told == coding
        assert read(body) == whole
        assert coding == "identity" or len(body) < len(whole)


def test_the_quickest_coding_is_chosen_of_several(client: httpx.Client):
    assert raw(client, "/openapi", "gzip, deflate, br, zstd")[0] == "zstd"
    assert raw(client, "/openapi", "gzip, br")[0] == "br"


def test_a_coding_that_a_client_refuses_is_not_used(client: httpx.Client):
    assert raw(client, "/openapi", "zstd;q=0, gzip")[0] == "gzip"


def test_pictures_and_parts_of_files_are_sent_as_they_are(client: httpx.Client):
    links = client.get("/collections/ph_h2o").json()["links"]
    cog = next(link["href"] for link in links if link["rel"] == "enclosure")
    part = client.get(cog, headers={"Range": "bytes=0-99", "Accept-Encoding": "gzip"})
    assert (part.status_code, len(part.content), "content-encoding" in part.headers) == (206, 100, False)
    assert raw(client, "/collections/ph_h2o/map", "gzip")[0] == "identity"
