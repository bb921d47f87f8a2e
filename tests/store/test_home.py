"""The store as a whole: several processes, killed writers, locks and garbage. In both homes."""

import json
import os
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from soilinfo.errors import StoreError
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from soilinfo.store.vector import Query
from tests.process import until
from tests.store import publisher
from tests.store.publisher import process


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
    writing = process(publisher.publish_many, settings)
    while writing.is_alive():
        snapshot, numbers = what_a_reader_sees(store)
        assert numbers == {snapshot}
        seen.add(snapshot)
    assert writing.exitcode == 0
    assert what_a_reader_sees(store) == (6, {6})
    assert len(seen) > 1


@pytest.mark.parametrize(
    "task", ["die_while_writing_a_raster", "die_before_publishing", "die_while_publishing"]
)
def test_a_killed_writer_changes_nothing_that_is_seen_and_what_it_had_not_finished_is_collected(
    settings, store, task
):
    publisher.publish(store, 1)
    writing = process(getattr(publisher, task), settings)
    writing.join()
    assert writing.exitcode == -signal.SIGKILL
    assert what_a_reader_sees(store) == (1, {1})
    removed = store.collect_garbage()
    assert bool(removed) == (task == "die_while_writing_a_raster")
    assert bool(store.unrecorded()) == (task == "die_before_publishing")
    assert what_a_reader_sees(store) == (1, {1})
    if task == "die_while_writing_a_raster":
        publisher.publish(store, 2)
        assert what_a_reader_sees(store) == (2, {2})


def test_whole_versions_that_the_ledger_does_not_know_are_told_and_kept(settings, store):
    publisher.publish(store, 1)
    publisher.write_raster(store, 2)
    publisher.write_regencies(store, 2)
    store.cube.remove("ph_h2o", "v2")
    process(publisher.die_while_writing_a_raster, settings).join()
    publisher.publish(store, 3)
    (partial,) = store.collect_garbage()
    assert Path(partial).name.startswith(".partial-")
    assert store.collect_garbage() == []
    cog, regency = store.unrecorded()
    assert (str(cog), str(regency)) == ("cog/ph_h2o/v2", "vector/regency/v2")
    assert [each.home for each in store.unrecorded(timedelta(hours=1))] == (["vector"] if settings.db else [])
    assert store.remove_files(store.unrecorded()) == [str(cog), str(regency)]
    assert store.unrecorded() == []
    assert list(store.cube.on_disk()) == [("ph_h2o", "v1"), ("ph_h2o", "v3")]
    assert list(store.vector.on_disk()) == [("regency", "v1"), ("regency", "v3")]
    assert store.has_cog("ph_h2o", "v1")


def test_what_the_ledger_says_is_removed_and_is_not_is_collected(store):
    publisher.publish(store, 1)
    publisher.publish(store, 2)
    store.ledger.set_removed([("ph_h2o", "v1")])
    assert store.collect_garbage() == ["cube/ph_h2o/v1", "cog/ph_h2o/v1"]
    assert what_a_reader_sees(store) == (2, {2})


def test_a_ledger_put_back_from_an_older_copy_costs_no_map(tmp_path):
    place = tmp_path / "store"
    store = open_store(Settings(store=place, db=None))
    publisher.publish(store, 1)
    store.close()
    for end in ("", "-wal", "-shm"):
        if (file := place / f"ledger.sqlite{end}").exists():
            shutil.copy(file, tmp_path / file.name)
    store = open_store(Settings(store=place, db=None))
    publisher.publish(store, 2)
    store.close()
    for file in place.glob("ledger.sqlite*"):
        file.unlink()
    for file in tmp_path.glob("ledger.sqlite*"):
        shutil.copy(file, place / file.name)
    store = open_store(Settings(store=place, db=None))
    assert what_a_reader_sees(store) == (1, {1})
    assert store.collect_garbage() == []
    assert len(store.unrecorded()) == 3, "cube, COG and features of the second publication"
    store.close()


# ---- whose a directory is ----


def test_a_directory_with_maps_is_refused_to_another_ledger_which_is_told_how_to_go_on(tmp_path, dsn):
    right, wrong = Settings(store=tmp_path, db=dsn), Settings(store=tmp_path, db=None)
    store = open_store(right)
    with store.lock():
        publisher.publish(store, 1)
    forgotten = open_store(wrong)
    with pytest.raises(StoreError) as refused:
        forgotten.collect_garbage()
    for said in ("belong to another ledger (database '", "SOILINFO_DB", f"remove {tmp_path / 'owner.json'}"):
        assert said in str(refused.value)
    assert what_a_reader_sees(store) == (1, {1})
    assert store.collect_garbage() == []
    (tmp_path / "owner.json").unlink()
    with forgotten.lock():
        pass
    with pytest.raises(StoreError, match="not to this one"), store.lock():
        pass
    for each in (store, forgotten):
        each.close()


def test_a_directory_without_maps_goes_to_whoever_writes_there(tmp_path, dsn):
    for db in (None, dsn, None):
        store = open_store(Settings(store=tmp_path, db=db))
        with store.lock():
            pass
        store.close()


def test_an_owner_that_cannot_be_read_is_a_store_error(tmp_path):
    store = open_store(Settings(store=tmp_path, db=None))
    (tmp_path / "owner.json").write_text("[]")
    with pytest.raises(StoreError, match=r"owner\.json does not say whose"), store.lock():
        pass
    store.close()


# ---- unfinished files ----


@pytest.mark.parametrize("place", ["pipelines", "runs", "cog/suitability_maize/v1"])
def test_what_another_process_has_not_finished_is_left_to_it_for_an_hour(store, place):
    unfinished = store.directory / place / ".partial-1-x"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_text("being written by a server or a watcher")
    assert store.collect_garbage() == []
    an_hour_ago = time.time() - 3700
    os.utime(unfinished, (an_hour_ago, an_hour_ago))
    assert store.collect_garbage() == [f"{place}/.partial-1-x"]


@pytest.mark.parametrize("place", ["reports", "terrain", "mosaic", "vector/soc", "cog", "sources/ab"])
def test_what_only_runs_write_is_collected_at_once(store, place):
    unfinished = store.directory / place / ".partial-1-x"
    unfinished.parent.mkdir(parents=True)
    unfinished.write_text("of a run that was killed")
    assert store.collect_garbage() == [f"{place}/.partial-1-x"]


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
    holder = process(publisher.hold_the_lock, settings)
    until((store.directory / publisher.HELD).exists, "the lock to be held")
    with pytest.raises(StoreError, match=f"held by process {holder.pid} on"), store.lock():
        pass
    with pytest.raises(StoreError, match="held by"):
        store.collect_garbage()
    holder.kill()
    holder.join()
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
    opening = [process(publisher.open_only, settings) for _ in range(3)]
    for each in opening:
        each.join()
    assert [each.exitcode for each in opening] == [0, 0, 0]


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
