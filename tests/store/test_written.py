"""What both homes keep of a frame that is written; every test runs on GeoPackage and on PostGIS."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import box

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.vector import Query
from tests.store.frames import ALL, ISLANDS, ids, regencies, suitability, where

# ---- shared shapes ----


def test_rows_that_share_a_shape_are_features_of_their_own(vector):
    found = [
        json.loads(text) for text in vector.features("suitability", "v1", Query(equal={"code": "53.14"}))
    ]
    assert [feature["id"] for feature in found] == ["53.14.cocoa", "53.14.maize", "53.14.rice"]
    assert all(shapely.geometry.shape(feature["geometry"]).equals(ISLANDS) for feature in found)


def test_a_bbox_finds_every_row_of_a_shape(vector):
    query = where("crop IN ('maize', 'rice')", bbox=(124, -9, 125, -8), sort=(("crop", True),))
    assert ids(vector, query, "suitability") == ["53.14.rice", "53.14.maize"]
    assert vector.count("suitability", "v1", query) == 2


def test_each_shape_is_stored_once(vector):
    assert vector.count("suitability", "v1") == 12
    assert shapes_stored(vector) == 4


def shapes_stored(vector):
    if isinstance(vector, GeoPackages):
        return len(gpd.read_file(vector.path("suitability", "v1"), layer="suitability_shapes"))
    with vector._postgres.reading() as connection:
        return connection.execute("SELECT count(*) FROM soilinfo_vector.suitability_v1_shapes").fetchone()[0]


def test_rows_of_one_shape_with_different_geometries_are_refused(store):
    frame = suitability()
    frame.loc[0, "geometry"] = box(0, 0, 1, 1)
    with pytest.raises(StoreError, match=r"code '.*' have different geometries"):
        store.vector.write("suitability", "v2", frame, id_field="id", shape_field="code")
    assert not store.vector.exists("suitability", "v2")


# ---- frames ----


def test_a_frame_comes_back_as_it_was_stored(vector):
    back = vector.read("regency", "v1").set_index("code")
    given = regencies().set_index("code").sort_index()
    assert back.crs == given.crs
    assert back["people"].astype("Int64").equals(given["people"])
    assert back["area_ha"].equals(given["area_ha"])
    assert back["island"].equals(given["island"])
    assert back["remark"].isna().all()
    whole = given.geometry.notna()
    assert back.geometry[whole].geom_equals(given.geometry[whole]).all()
    assert back.geometry.isna().tolist() == given.geometry.isna().tolist()


def test_read_obeys_the_query_and_keeps_full_coordinates(vector):
    back = vector.read("regency", "v1", Query(ids=("73.01",), fields=("name",)))
    assert back["name"].tolist() == ["bantaeng"]
    assert back.geometry.iloc[0].bounds[2] == regencies().geometry.iloc[3].bounds[2]


def test_an_empty_answer_is_an_empty_frame_with_its_columns(vector):
    back = vector.read("regency", "v1", Query(ids=("none",)))
    assert len(back) == 0
    assert list(back.columns) == [*regencies().columns]


def test_fields_and_bounds_are_known_without_reading_features(vector):
    assert vector.fields("regency", "v1") == {
        "code": "string",
        "name": "string",
        "parent_code": "string",
        "people": "integer",
        "area_ha": "number",
        "island": "boolean",
        "remark": "string",
    }
    assert vector.bounds("regency", "v1") == pytest.approx((119.9, -9, 125.3, -4))


def test_a_collection_without_any_geometry_has_no_bounds(store):
    store.vector.write("flat", "v1", regencies().iloc[[4]], id_field="code")
    assert ids(store.vector, collection="flat") == ["94.99"]
    with pytest.raises(StoreError, match="no geometry"):
        store.vector.bounds("flat", "v1")


def test_single_and_multi_geometries_become_one_type(store):
    store.vector.write("regency", "v1", regencies(), id_field="code")
    assert set(store.vector.read("regency", "v1").geom_type.dropna()) == {"MultiPolygon"}


def test_points_and_lines_are_stored_too(store):
    for name, geometry in (("points", shapely.Point(1, 2)), ("lines", shapely.LineString([(0, 0), (1, 1)]))):
        frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[geometry], crs=4326)
        store.vector.write(name, "v1", frame, id_field="code")
        assert ids(store.vector, Query(bbox=(0, 0, 1, 2)), name) == ["a"]
        assert ids(store.vector, where("S_INTERSECTS(geometry, BBOX(0, 0, 1, 2))"), name) == ["a"]


# ---- refusals ----


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.to_crs(3857), "EPSG:4326"),
        (lambda frame: frame.set_crs(None, allow_override=True), "EPSG:4326"),
        (lambda frame: frame.assign(code=[*frame["code"][:4], None]), "1 row.* no value in the id field"),
        (lambda frame: frame.assign(code="73.08"), "'73.08' more than once"),
        (lambda frame: frame.assign(code=np.arange(5) / 2), "strings or integers"),
        (lambda frame: frame.assign(**{"Luas (ha)": 1}), r"Luas \(ha\)"),
        (lambda frame: frame.assign(fid=1), "fid"),
        (lambda frame: frame.assign(odd=[1, "a", None, 2.5, True]), "'odd' holds"),
        (lambda frame: frame.assign(area_ha=np.inf), "infinite"),
        (lambda frame: frame.drop(columns="code"), "no field 'code'"),
    ],
)
def test_a_frame_that_cannot_be_stored_whole_is_refused_and_leaves_nothing(store, change, message):
    with pytest.raises((StoreError, UnknownNameError), match=message):
        store.vector.write("regency", "v1", change(regencies()), id_field="code")
    assert list(store.vector.on_disk()) == []


def test_a_version_is_never_overwritten(vector):
    with pytest.raises(StoreError, match=r"regency/v1.* exists already"):
        vector.write("regency", "v1", regencies().iloc[:1], id_field="code")
    assert ids(vector) == ALL


def test_a_removed_version_is_gone_and_the_others_stay(store):
    vector = store.vector
    vector.write("regency", "v1", regencies(), id_field="code")
    vector.write("regency", "v2", regencies().iloc[:2], id_field="code")
    vector.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
    vector.remove("regency", "v1")
    vector.remove("suitability", "v1")
    vector.remove("suitability", "v1")
    assert list(vector.on_disk()) == [("regency", "v2")]
    assert not vector.exists("regency", "v1")
    with pytest.raises(UnknownNameError, match="there are: regency/v2"):
        vector.features("regency", "v1", Query())


def test_versions_with_long_names_are_kept_apart(store):
    name, version = "properties_by_" + "very_" * 8 + "long_level", "20261122T101112-0123456789abcdef"
    for ending in ("a", "b"):
        store.vector.write(name, version + ending, regencies(), id_field="code")
    store.vector.remove(name, version + "a")
    assert list(store.vector.on_disk()) == [(name, version + "b")]
    assert store.vector.count(name, version + "b", Query(bbox=(119, -7, 123, -4))) == 3
