"""The store as a whole: several processes, killed writers, locks and garbage. In both homes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from soilinfo.errors import StoreError
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.vector import Query
from tests.store import publisher

ROOT = Path(__file__).parents[2]


def process(task, settings, **options):
    """Start a task of ``publisher`` in a process of its own."""
    where = [str(settings.store), *([settings.db] if settings.db else [])]
    command = [sys.executable, "-m", "tests.store.publisher", task, *where]
    return subprocess.Popen(command, cwd=ROOT, **options)


def what_a_reader_sees(store):
    """(snapshot id, the numbers that its raster cells and its features hold), read as a request does."""
    snapshot = store.ledger.current()
    raster = store.cube.open("ph_h2o", snapshot.layers["ph_h2o"]).read("ph_h2o")
    features = map(
        json.loads, store.vector.features("regency", snapshot.layers["regency"], Query(geometry=False))
    )
    numbers = {int(raster.min()), int(raster.max())} | {each["properties"]["people"] for each in features}
    return snapshot.id, numbers


def test_readers_see_one_whole_publication_while_another_process_publishes(settings, store):
    publisher.publish(store, 1)
    seen = set()
    with process("publish_many", settings) as writing:
        while writing.poll() is None:
            snapshot, numbers = what_a_reader_sees(store)
            assert numbers == {snapshot}
            seen.add(snapshot)
    assert writing.returncode == 0
    assert what_a_reader_sees(store) == (6, {6})
    assert len(seen) > 1


@pytest.mark.parametrize(
    "task", ["die_while_writing_a_raster", "die_before_publishing", "die_while_publishing"]
)
def test_a_killed_writer_changes_nothing_that_is_seen_and_its_remains_are_collected(settings, store, task):
    publisher.publish(store, 1)
    with process(task, settings) as writing:
        writing.wait()
    assert writing.returncode == -signal.SIGKILL
    assert what_a_reader_sees(store) == (1, {1})
    removed = store.collect_garbage()
    assert bool(removed) == (task != "die_while_publishing")
    assert what_a_reader_sees(store) == (1, {1})
    if task != "die_while_publishing":
        publisher.publish(store, 2)
        assert what_a_reader_sees(store) == (2, {2})


def test_garbage_is_what_the_ledger_does_not_know_and_nothing_else(settings, store):
    publisher.publish(store, 1)
    publisher.write_raster(store, 2)
    publisher.write_regencies(store, 2)
    store.cube.remove("ph_h2o", "v2")
    process("die_while_writing_a_raster", settings).wait()
    publisher.publish(store, 3)
    *partial, cog, regency = store.collect_garbage()
    assert [Path(path).name.startswith(".partial-") for path in partial] == [True]
    assert (cog, regency) == ("cog/ph_h2o/v2", "vector/regency/v2")
    assert store.collect_garbage() == []
    assert list(store.cube.on_disk()) == [("ph_h2o", "v1"), ("ph_h2o", "v3")]
    assert list(store.vector.on_disk()) == [("regency", "v1"), ("regency", "v3")]
    assert store.has_cog("ph_h2o", "v1")


def test_partial_downloads_are_collected_and_what_a_person_keeps_is_not(store):
    left = store.directory / "sources" / "ab" / ".partial-x" / "dem.tif"
    notes = [store.directory / home / "notes" / "old" / "read.me" for home in ("cube", "cog", "vector")]
    for path in (left, *notes):
        path.parent.mkdir(parents=True)
        path.write_text("of a person")
    assert store.collect_garbage() == ["sources/ab/.partial-x"]
    assert store.collect_garbage() == []
    assert (left.exists(), [path.exists() for path in notes]) == (False, [True, True, True])


def test_a_second_writer_is_refused_and_told_who_writes(settings, store):
    with process("hold_the_lock", settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=f"held by process {holder.pid} on"), store.lock():
            pass
        with pytest.raises(StoreError, match="held by"):
            store.collect_garbage()
        holder.kill()
    with store.lock():
        assert store.collect_garbage() == []


def test_two_stores_in_one_process_exclude_each_other_too(settings, store):
    other = open_store(settings)
    with store.lock(), store.lock(), pytest.raises(StoreError, match="held by"), other.lock():
        pass
    with other.lock():
        pass
    other.close()


def test_processes_may_open_a_new_store_at_the_same_moment(settings):
    opening = [process("open_only", settings) for _ in range(3)]
    assert [each.wait() for each in opening] == [0, 0, 0]


def test_a_store_is_made_where_there_is_none(tmp_path):
    store = open_store(Settings(store=tmp_path / "deep" / "store", db=None))
    assert store.ledger.current_id() == 0
    assert store.cog_place("ph_h2o", "v1") == tmp_path / "deep" / "store" / "cog" / "ph_h2o" / "v1.tif"
    store.close()


def test_a_store_where_a_file_is_says_so(tmp_path):
    (tmp_path / "store").write_text("not a directory")
    with pytest.raises(StoreError, match="store cannot be made"):
        open_store(Settings(store=tmp_path / "store", db=None))


def test_a_ledger_that_is_no_database_says_so(tmp_path):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database, but long enough to be taken for one " * 20)
    with pytest.raises(StoreError, match=r"ledger.sqlite does not answer: file is not a database"):
        open_store(Settings(store=tmp_path, db=None))
