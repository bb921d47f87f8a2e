"""GeoPackages are read by other software as well."""

import sqlite3
import threading
from contextvars import copy_context

import geopandas as gpd
import pyogrio
import pytest

from soilinfo.errors import LimitError, StoreError, UnknownNameError
from soilinfo.store.cancelling import CANCELLATION, Cancellation
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.vector import Query
from tests.store.frames import regencies, suitability


@pytest.fixture
def home(tmp_path):
    opened = GeoPackages(tmp_path)
    yield opened
    opened.close()


def test_ogr_reads_a_collection_by_its_name(home):
    home.write("regency", "v1", regencies(), id_field="code")
    assert pyogrio.list_layers(home.path("regency", "v1")).tolist() == [["regency", "MultiPolygon"]]
    frame = gpd.read_file(home.path("regency", "v1"), layer="regency", bbox=(124, -9, 125, -8))
    assert frame["name"].tolist() == ["Rote Ndao"]
    assert frame["island"].tolist() == [True]


def test_ogr_reads_rows_with_shared_shapes_as_ordinary_features(home):
    home.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
    frame = gpd.read_file(home.path("suitability", "v1"), layer="suitability", bbox=(124, -9, 125, -8))
    assert sorted(frame["id"]) == ["53.14.cocoa", "53.14.maize", "53.14.rice"]
    assert frame.crs == "EPSG:4326"
    assert pyogrio.read_info(home.path("suitability", "v1"), layer="suitability")["features"] == 12


def test_a_damaged_file_is_reported(home):
    home.write("regency", "v1", regencies(), id_field="code")
    home.path("regency", "v1").write_bytes(b"SQLite format 3\0 and then nothing")
    with pytest.raises(StoreError, match=r"v1.gpkg of collection 'regency' cannot be opened"):
        home.features("regency", "v1", Query())


def test_many_readers_share_no_connection(home):
    home.write("regency", "v1", regencies(), id_field="code")
    with home._reader("regency", "v1") as first, home._reader("regency", "v1") as second:
        assert first is not second
    with home._reader("regency", "v1") as again:
        assert again in (first, second)


def test_a_version_of_before_counts_were_kept_is_counted(home):
    home.write("regency", "v1", regencies(), id_field="code")
    with sqlite3.connect(home.path("regency", "v1")) as connection:
        connection.execute("UPDATE gpkg_contents SET description = json_remove(description, '$.count')")
    connection.close()
    assert home.description("regency", "v1").count is None
    assert home.count("regency", "v1") == 5


def count_for_ever(home, begun=lambda: None):
    with home._reader("regency", "v1") as reader:
        reader._connection.create_function("begun", 0, begun)
        reader._connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT begun() UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
        )


def test_what_takes_longer_than_the_limit_is_stopped_and_the_limit_named(home):
    home.write("regency", "v1", regencies(), id_field="code")
    home.limit(0.02)
    with pytest.raises(LimitError, match=r"at most 0.02 s for one question.* a smaller bbox"):
        count_for_ever(home)
    assert home.count("regency", "v1", Query(ids=("73.08",))) == 1


def test_a_read_stops_when_its_asker_leaves(home):
    home.write("regency", "v1", regencies(), id_field="code")
    left, begun = Cancellation(), threading.Event()

    def ask():
        CANCELLATION.set(left)
        with pytest.raises(StoreError, match="who asked has left"):
            count_for_ever(home, begun.set)
        with pytest.raises(StoreError, match="who asked has left"):
            home.features("regency", "v1")

    asking = threading.Thread(target=copy_context().run, args=(ask,))
    asking.start()
    begun.wait()
    left.cancel()
    asking.join()
    assert len(home.features("regency", "v1")) == 5


def test_a_version_that_another_process_removed_is_unknown_and_lies_on_the_disk_no_longer(home, tmp_path):
    home.write("regency", "v1", regencies(), id_field="code")
    home.features("regency", "v1")
    GeoPackages(tmp_path).remove("regency", "v1")
    with pytest.raises(UnknownNameError, match="regency/v1"):
        home.features("regency", "v1")
    assert home._idle.take(home.path("regency", "v1")) is None
