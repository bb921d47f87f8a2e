"""GeoPackages are read by other software as well."""

import geopandas as gpd
import pyogrio
import pytest

from soilinfo.errors import StoreError
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
