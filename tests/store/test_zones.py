"""Kept zone indexes: read as they were kept, on a disk and on object storage, and gone with their version."""

import numpy as np
import pytest

from soilinfo.errors import StoreError
from soilinfo.store.object_files import ObjectFiles
from soilinfo.store.shelf import Directory
from soilinfo.store.zones import ZoneIndexes
from tests.s3 import object_storage
from tests.store import publisher

ARRAYS = {"row": np.array([0, 0, 7], np.int32), "span_ha": np.array([5.3, 5.3, 0.25])}


@pytest.fixture(params=["directory", "files"])
def zones(request, tmp_path, monkeypatch):
    with object_storage() as storage:
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        homes = {
            "directory": Directory(tmp_path / "zones"),
            "files": ObjectFiles("s3://soil/zones", tmp_path / "zones"),
        }
        yield ZoneIndexes(homes[request.param])


def test_what_is_kept_is_what_is_read(zones):
    assert zones.read("regency", "v1", "grid1") is None
    zones.keep("regency", "v1", "grid1", ARRAYS)
    read = zones.read("regency", "v1", "grid1")
    assert list(read) == list(ARRAYS)
    for name, values in ARRAYS.items():
        assert np.array_equal(read[name], values)
        assert read[name].dtype == values.dtype
    assert zones.read("regency", "v1", "another grid") is None


def test_two_that_keep_the_same_index_do_not_disturb_each_other(zones):
    zones.keep("regency", "v1", "grid1", ARRAYS)
    zones.keep("regency", "v1", "grid1", ARRAYS)
    assert list(zones.on_disk()) == [("regency", "v1")]


def test_a_version_goes_with_its_indexes_of_all_grids_and_leaves_others(zones):
    for version, key in (("v1", "grid1"), ("v1", "grid2"), ("v10", "grid1")):
        zones.keep("regency", version, key, ARRAYS)
    zones.remove("regency", "v1")
    assert list(zones.on_disk()) == [("regency", "v10")]
    assert zones.written("regency", "v1") is None
    assert zones.written("regency", "v10") is not None


def test_a_damaged_index_is_named(tmp_path):
    zones = ZoneIndexes(Directory(tmp_path))
    zones.keep("regency", "v1", "grid1", ARRAYS)
    file = tmp_path / "regency" / "v1-grid1.npz"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(StoreError, match=r"zones/regency/v1-grid1\.npz is damaged"):
        zones.read("regency", "v1", "grid1")


def test_an_index_that_cannot_be_kept_is_an_error(tmp_path):
    (tmp_path / "zones").write_text("a file where the directory should be")
    with pytest.raises((StoreError, OSError)):
        ZoneIndexes(Directory(tmp_path / "zones")).keep("regency", "v1", "grid1", ARRAYS)


def test_garbage_collection_takes_the_indexes_of_removed_boundaries(store):
    publisher.publish(store, 1)
    publisher.publish(store, 2)
    for version in ("v1", "v2"):
        store.zones.keep("regency", version, "grid", ARRAYS)
    store.ledger.set_removed([("regency", "v1")])
    assert "zones/regency/v1" in store.collect_garbage()
    assert list(store.zones.on_disk()) == [("regency", "v2")]
