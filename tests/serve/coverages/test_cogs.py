"""COG downloads: readable in ranges, cached for ever, nothing else of the store within reach."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from rasterio.io import MemoryFile

from soilinfo.catalog.load import load
from soilinfo.jobs.runs.cogs import derived_cog
from soilinfo.serve.collections import Collection
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import Store, open_store
from tests.serve.conftest import served

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
    answer = client.get(address, headers={"Range": "bytes=999999999-"})
    assert (answer.status_code, answer.json()["status"]) == (416, 416)
    assert answer.headers["content-range"] == f"bytes */{len(client.get(address).content)}"
    assert client.get(address, headers={"Range": "bytes=-0"}).status_code == 416


def test_of_several_ranges_those_within_the_file_are_sent(client: httpx.Client, address: str):
    answer = client.get(address, headers={"Range": "bytes=0-9, 999999999-"})
    assert (answer.status_code, answer.content) == (206, client.get(address).content[:10])
    answer = client.get(address, headers={"Range": "bytes=0-9,20-29"})
    assert (answer.status_code, answer.headers["content-type"][:21]) == (206, "multipart/byteranges;")


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


@pytest.mark.parametrize(
    "asked", ["cells=0-9", "bytes=a-b", "bytes=9-0", "bytes=", "bytes=0-99999999999999999999"]
)
def test_a_range_that_is_not_understood_brings_the_whole_file(client: httpx.Client, address: str, asked: str):
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 200


def test_of_a_version_that_was_removed_the_day_is_told(copy: Settings):
    store = open_store(copy)
    name = store.ledger.current().layers["ph_h2o"]
    current = store.ledger.version("ph_h2o", name)
    assert current is not None
    old = replace(current, version="feedfeedfeedfeed")
    store.ledger.record(old)
    store.ledger.set_removed([("ph_h2o", old.version)], removed=True)
    store.close()
    with served(copy) as client:
        answer = client.get(f"/cog/ph_h2o/{old.version}.tif")
    assert (answer.status_code, answer.json()["status"]) == (410, 410)
    assert f"was removed on {clock.now():%Y-%m-%d}" in answer.json()["detail"]
    assert f"/cog/ph_h2o/{name}.tif" in answer.json()["detail"]


def test_of_an_old_version_the_current_one_is_named(refused: Refused, address: str):
    said = refused("/cog/ph_h2o/0123456789abcdef.tif", 404)
    assert address in said
    assert "drainage" not in said


def further(client: httpx.Client, name: str) -> str:
    links = client.get("/collections/suitability").json()["links"]
    addresses = (str(link["href"]) for link in links if link["href"].endswith(f"/{name}.tif"))
    return next(address for address in addresses if "suitability_maize" in address)


def test_further_variables_of_suitability_are_made_when_asked_for(
    client: httpx.Client, nation_store: Store, published: dict[str, Collection]
):
    address = further(client, "potential_high")
    answer = client.get(address)
    assert answer.status_code == 200
    version = published["suitability"].versions["maize"].version
    expected = nation_store.cube.open("suitability_maize", version).read("potential_high")
    with MemoryFile(answer.content) as memory, memory.open() as source:
        assert source.read(1).tolist() == expected.tolist()
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert client.get(address, headers={"Range": "bytes=0-9"}).status_code == 206


def test_only_variables_of_published_suitability_are_made(client: httpx.Client, refused: Refused):
    address = further(client, "lacking")
    assert "potential_high" in refused(address.replace("lacking", "colour"), 404)
    refused("/cog/suitability_maize/0123456789abcdef/lacking.tif", 404)
    refused("/cog/ph_h2o/0123456789abcdef/lacking.tif", 404)


def test_the_oldest_derived_files_give_way(
    copy: Settings, monkeypatch: pytest.MonkeyPatch, published: dict[str, Collection]
):
    monkeypatch.setattr("soilinfo.jobs.runs.cogs.KEPT", 2)
    store, version = open_store(copy), published["suitability"].versions["maize"].version
    for path in store.directory.glob("cog/*/*/*.tif"):
        path.unlink()
    variables = ("potential_low", "limiting_actual", "lacking")
    made = [
        derived_cog(store, load(copy.config), "suitability_maize", version, variable)
        for variable in variables
    ]
    kept = [path for path in store.directory.glob("cog/*/*/*.tif") if path.is_file()]
    store.close()
    assert len(kept) == 2
    assert made[-1] in kept


@pytest.mark.parametrize("long", ["x" * 128, "x" * 300])
def test_a_name_that_no_file_can_have_is_not_found(refused: Refused, long: str):
    for path in (f"ph_h2o/{long}.tif", f"{long}/{long}.tif", f"ph_h2o/{long}/{long}.tif"):
        refused(f"/cog/{path}", 404)


def test_a_file_has_one_format(refused: Refused, address: str):
    assert "no query parameter 'f'" in refused(f"{address}?f=png")


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
