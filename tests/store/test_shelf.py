"""A shelf holds whole things only, on a disk and on object storage alike."""

from pathlib import Path

import pytest

from soilinfo.errors import StoreError
from soilinfo.store.objects import ObjectFiles, ObjectGroups
from soilinfo.store.shelf import Directory
from tests.s3 import object_storage


@pytest.fixture
def bucket(monkeypatch):
    with object_storage() as storage:
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        yield storage


@pytest.fixture(params=["directory", "groups", "files"])
def shelf(request, tmp_path, bucket):
    # A name of its own for each test: clients are kept by their address.
    root = f"s3://soil/{request.node.name.translate(dict.fromkeys(map(ord, '[]'), '-'))}"
    made = {
        "directory": Directory(tmp_path / "cube"),
        "groups": ObjectGroups(root),
        "files": ObjectFiles(root),
    }
    return made[request.param]


def write(place, body=b"body"):
    if isinstance(place, Path):
        place.write_bytes(body)
    else:
        group = place.zarr(read_only=False).store
        group.put("zarr.json", body)
        group.put("x/c/0/0", body)


def test_what_is_finished_is_there_under_its_name(shelf):
    assert not shelf.has("soc", "v1")
    with shelf.finished("soc", "v1") as place:
        write(place)
        assert not shelf.has("soc", "v1")
        assert list(shelf.names()) == []
    assert shelf.has("soc", "v1")
    assert list(shelf.names()) == [("soc", "v1")]


def test_what_fails_leaves_nothing(shelf, bucket):
    def fail():
        with shelf.finished("soc", "v1") as place:
            write(place)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (list(shelf.names()), shelf.remove_partials(), bucket.objects) == ([], [], {})


def test_a_version_is_never_overwritten(shelf):
    with shelf.finished("soc", "v1") as place:
        write(place)
    with pytest.raises(StoreError, match="soc/v1 exists already"), shelf.finished("soc", "v1"):
        pass
    assert shelf.has("soc", "v1")


def test_removing_leaves_the_others_and_what_is_absent_is_no_error(shelf):
    for version in ("v1", "v10"):
        with shelf.finished("soc", version) as place:
            write(place)
    shelf.remove("soc", "v1")
    shelf.remove("soc", "v1")
    assert list(shelf.names()) == [("soc", "v10")]


def test_a_group_that_was_never_finished_is_collected(bucket):
    shelf = ObjectGroups("s3://soil/unfinished")
    with shelf.finished("soc", "v1") as place:
        write(place)
    write(shelf.place("soc", "v2"))
    assert list(shelf.names()) == [("soc", "v1")]
    assert shelf.remove_partials() == ["soc/v2"]
    assert {key.split("/")[2] for key in bucket.objects} == {"v1"}


def test_a_long_listing_is_read_to_its_end(bucket):
    shelf = ObjectFiles("s3://soil/many")
    for number in range(230):
        bucket.objects[f"many/soc/v{number:03}.tif"] = b""
    assert len(list(shelf.names())) == 230


def test_parts_of_an_object_are_read(bucket):
    bucket.objects["parts/soc/v1.tif"] = b"0123456789"
    place = ObjectFiles("s3://soil/parts").place("soc", "v1.tif")
    assert (place.size, place.read(2, 5)) == (10, b"234")


def test_storage_that_is_not_there_is_a_store_error(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(StoreError, match="object storage at s3://soil/nowhere"):
        ObjectFiles("s3://soil/nowhere").has("soc", "v1")
