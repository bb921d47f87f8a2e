"""A shelf holds whole things only, on a disk and on object storage alike."""

import errno
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from soilinfo.errors import StoreError
from soilinfo.store import objects
from soilinfo.store.object_files import ObjectFiles
from soilinfo.store.objects import ObjectGroups, claim
from soilinfo.store.owner import Owner
from soilinfo.store.shelf import Directory, written
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
        "files": ObjectFiles(root, tmp_path / "building"),
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


def test_what_is_finished_tells_since_when(shelf):
    with shelf.finished("soc", "v1") as place:
        write(place)
    assert written(shelf.place("soc", "v2")) is None
    # The stand-in for object storage says this day of everything.
    day = datetime.now(UTC) if isinstance(shelf, Directory) else datetime(2026, 11, 22, tzinfo=UTC)
    assert abs(written(shelf.place("soc", "v1")) - day) < timedelta(hours=1)


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


def test_a_long_listing_is_read_to_its_end(bucket, tmp_path):
    shelf = ObjectFiles("s3://soil/many", tmp_path)
    for number in range(230):
        bucket.objects[f"many/soc/v{number:03}.tif"] = b""
    assert len(list(shelf.names())) == 230


def test_parts_of_an_object_are_read(bucket, tmp_path):
    bucket.objects["parts/soc/v1.tif"] = b"0123456789"
    place = ObjectFiles("s3://soil/parts", tmp_path).place("soc", "v1.tif")
    assert (place.size, place.read(2, 5)) == (10, b"234")


def test_storage_that_is_not_there_is_a_store_error(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with pytest.raises(StoreError, match="object storage at s3://soil/nowhere"):
        ObjectFiles("s3://soil/nowhere", tmp_path).has("soc", "v1")


# ---- two that do not know of each other ----


def test_a_group_that_another_removed_while_it_was_written_never_becomes_whole(bucket):
    shelf, other = ObjectGroups("s3://soil/raced"), ObjectGroups("s3://soil/raced")

    def written():
        with shelf.finished("soc", "v1") as place:
            write(place)
            assert other.remove_partials() == ["soc/v1"]
            place.zarr(read_only=False).store.put("x/c/0/1", b"what comes later")

    with pytest.raises(StoreError, match="soc/v1 was removed by another process"):
        written()
    assert bucket.objects == {}


def test_a_group_that_another_begins_anew_is_left_to_it(bucket):
    shelf, other = ObjectGroups("s3://soil/taken"), ObjectGroups("s3://soil/taken")
    with ExitStack() as first:
        place = first.enter_context(shelf.finished("soc", "v1"))
        write(place, b"first")
        with other.finished("soc", "v1") as there:
            write(there, b"second")
            with pytest.raises(StoreError, match="removed by another process"):
                first.close()
    assert other.has("soc", "v1")
    assert bucket.objects["taken/soc/v1/x/c/0/0"] == b"second"


def test_a_group_that_another_has_finished_is_left_to_it(bucket):
    shelf, other = ObjectGroups("s3://soil/overtaken"), ObjectGroups("s3://soil/overtaken")
    with ExitStack() as first:
        write(first.enter_context(shelf.finished("soc", "v1")), b"first")
        with other.finished("soc", "v1") as there:
            write(there, b"second")
        with pytest.raises(StoreError, match="removed by another process"):
            first.close()
    assert other.has("soc", "v1")
    assert bucket.objects["overtaken/soc/v1/x/c/0/0"] == b"second"


def test_what_fails_as_the_group_is_gone_is_told_as_such(bucket):
    shelf = ObjectGroups("s3://soil/gone")

    def written():
        with shelf.finished("soc", "v1"):
            shelf.remove_partials()
            raise KeyError("a library that finds nothing")

    with pytest.raises(StoreError, match="soc/v1 was removed by another process"):
        written()
    assert bucket.objects == {}


def test_a_collector_that_finds_the_group_finished_after_all_leaves_it(bucket):
    shelf = ObjectGroups("s3://soil/late")
    with shelf.finished("soc", "v1") as place:
        write(place)
    whole = dict(bucket.objects)
    assert shelf._collect("soc", "v1") is False
    assert bucket.objects == whole


def test_a_group_that_lost_an_object_is_not_there_and_is_written_again(bucket):
    shelf = ObjectGroups("s3://soil/eaten")
    for damage in ({}, {"x/c/0/0": b"bo"}):
        with shelf.finished("soc", "v1") as place:
            write(place)
        assert shelf.has("soc", "v1")
        del bucket.objects["eaten/soc/v1/x/c/0/0"]
        bucket.objects |= {f"eaten/soc/v1/{key}": body for key, body in damage.items()}
        assert not shelf.has("soc", "v1")


def test_what_is_not_ours_is_neither_listed_nor_removed(shelf, bucket):
    prefix = str(getattr(shelf, "root", "")).removeprefix("s3://soil/")
    if isinstance(shelf, Directory):
        (shelf.root / "notes" / "readme").mkdir(parents=True)
        (shelf.root / "README.txt").write_text("of a person")
    else:
        bucket.objects[f"{prefix}/README.txt"] = bucket.objects[f"{prefix}/a/b/c.txt"] = b"of a person"
    assert (list(shelf.names()), shelf.remove_partials()) == ([], [])
    if isinstance(shelf, Directory):
        assert (shelf.root / "notes" / "readme").exists()
    else:
        assert len(bucket.objects) == 2


def test_a_prefix_belongs_to_the_store_that_used_it_first(bucket):
    claim("s3://soil/own", Owner("2026-01-01", "/srv/a on host"))
    claim("s3://soil/own", Owner("2026-01-01", "/srv/moved on host"))
    with pytest.raises(StoreError, match=r"the home of another store \(/srv/a on host, made 2026-01-01\)"):
        claim("s3://soil/own", Owner("2026-01-02", "/srv/b on host"))
    for text in (b"{", b"[]", b"{}"):
        bucket.objects["own/owner.json"] = text
        with pytest.raises(StoreError, match="does not say whose"):
            claim("s3://soil/own", Owner("2026-01-01", "/srv/a on host"))


def test_of_two_stores_that_claim_a_prefix_at_once_one_gets_it(bucket, monkeypatch):
    looked, find = Barrier(2), objects._owner
    seen = []

    def found_together(root):
        owner = find(root)
        if owner is None:
            looked.wait(30)
        return owner

    def claimed(ledger):
        try:
            claim("s3://soil/both", Owner(ledger, f"/srv/{ledger} on host"))
        except StoreError as error:
            seen.append(str(error))
        else:
            seen.append("claimed")

    monkeypatch.setattr(objects, "_owner", found_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(claimed, ("a", "b")))
    assert sorted("claimed" if one == "claimed" else "refused" for one in seen) == ["claimed", "refused"]


def test_a_file_for_object_storage_is_made_in_the_store_and_a_full_disk_is_a_store_error(bucket, tmp_path):
    shelf = ObjectFiles("s3://soil/building", tmp_path / "cog")
    with shelf.finished("soc", "v1.tif") as file:
        file.write_bytes(b"body")
        assert file.is_relative_to(tmp_path / "cog")
        assert file.parent.name.startswith(".partial-")

    def full():
        with shelf.finished("soc", "v2.tif"):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StoreError, match=r"soc/v2.tif cannot be written: No space left"):
        full()
    assert not list((tmp_path / "cog").iterdir())
