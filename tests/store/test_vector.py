"""What both homes promise about collections; every test runs on GeoPackage and on PostGIS."""

import json

import numpy as np
import pytest
import shapely
from pygeofilter import ast
from shapely.geometry import box

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.home import open_store
from soilinfo.store.postgis import PostGis
from soilinfo.store.postgres import Postgres
from soilinfo.store.vector import Query
from tests.store.frames import ALL, ISLANDS, ids, regencies, suitability, where

# ---- features ----


def test_a_feature_is_finished_geojson_with_every_type_of_property(vector):
    (feature,) = map(json.loads, vector.features("regency", "v1", Query(ids=("53.14",))))
    assert list(feature) == ["type", "id", "geometry", "properties"]
    assert feature["type"] == "Feature"
    assert feature["properties"] == {
        "code": "53.14",
        "name": "Rote Ndao",
        "parent_code": "53",
        "people": 147_778,
        "area_ha": 128_000.0,
        "island": True,
        "remark": None,
    }
    assert shapely.geometry.shape(feature["geometry"]).equals(ISLANDS)


def test_missing_values_are_null_and_nothing_else_is(vector):
    round_one = json.loads(vector.features("regency", "v1", Query(ids=("73.01",)))[0])["properties"]
    assert (round_one["area_ha"], round_one["island"], round_one["people"]) == (None, None, 197_970)
    flat = json.loads(vector.features("regency", "v1", Query(ids=("94.99",)))[0])
    assert flat["geometry"] is None
    assert flat["properties"]["island"] is False


def test_integers_beyond_the_reach_of_a_float_stay_exact(vector):
    assert f"{2**53 + 1}".encode() in vector.features("regency", "v1", Query(ids=("94.99",)))[0]


def test_coordinates_have_six_decimals(vector):
    (text,) = vector.features("regency", "v1", Query(ids=("73.01",)))
    points = shapely.get_coordinates(shapely.geometry.shape(json.loads(text)["geometry"]))
    assert np.array_equal(points, np.round(points, 6))
    assert points[:, 0].max() == 120.323457


def test_features_come_by_id_unless_sorted(vector):
    assert ids(vector) == ALL


def test_sorting_puts_missing_values_last_and_breaks_ties_by_id(vector):
    by_province = Query(sort=(("parent_code", True),))
    assert ids(vector, by_province) == ["73.01", "73.08", "53.14", "11.01", "94.99"]
    assert ids(vector, Query(sort=(("people", False),)))[-1] == "11.01"


def test_texts_sort_by_their_bytes_whatever_the_locale(vector):
    assert ids(vector, Query(sort=(("name", False),))) == ["94.99", "73.08", "11.01", "53.14", "73.01"]


def test_pages_follow_each_other_without_gap_or_overlap(vector):
    pages = [ids(vector, Query(limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert pages == [ALL[:2], ALL[2:4], ALL[4:], []]


def test_only_the_fields_asked_for_come_in_the_order_asked(vector):
    (text,) = vector.features(
        "regency", "v1", Query(ids=("73.08",), fields=("people", "name"), geometry=False)
    )
    feature = json.loads(text)
    assert list(feature["properties"].items()) == [("people", 813_188), ("name", "Bone")]
    assert feature["geometry"] is None


def test_no_fields_at_all_are_a_possible_wish(vector):
    (text,) = vector.features("regency", "v1", Query(ids=("73.08",), fields=()))
    assert json.loads(text)["properties"] == {}


@pytest.mark.parametrize(
    ("query", "position", "returned"),
    [
        (Query(limit=2), 0, 2),
        (Query(limit=2, offset=4), 4, 1),
        (Query(limit=2, after=("73.08",)), 4, 1),
        (Query(limit=2, offset=9), 9, 0),
        (Query(), 0, 5),
    ],
)
def test_a_page_comes_with_how_many_features_there_are_in_all(vector, query, position, returned):
    page, matched = vector.page_of_all("regency", "v1", query, position)
    assert (len(page.features), matched) == (returned, len(ALL))


def test_a_page_of_some_comes_with_how_many_fulfil_the_conditions(vector):
    query = where("people > 190000", limit=1)
    page, matched = vector.page_of_all("regency", "v1", query, 0)
    assert (len(page.features), matched) == (1, 3)


# ---- conditions ----


def test_a_bbox_selects_by_the_geometry_and_not_by_its_envelope(vector):
    inside_the_hole = (120.6, -5.4, 120.9, -5.1)
    between_the_islands = (124.6, -8.9, 124.9, -8.6)
    assert ids(vector, Query(bbox=inside_the_hole)) == []
    assert ids(vector, Query(bbox=between_the_islands)) == []
    assert ids(vector, Query(bbox=(124.4, -9, 125.1, -8.9))) == ["53.14"]


def test_a_bbox_that_only_touches_counts(vector):
    assert ids(vector, Query(bbox=(125.3, -9, 130, -8))) == ["53.14"]
    assert ids(vector, Query(bbox=(125.3000001, -9, 130, -8))) == []


def test_a_bbox_may_cross_the_antimeridian(vector):
    assert ids(vector, Query(bbox=(123, -10, -170, 0))) == ["53.14"]


def test_conditions_are_joined_by_and(vector):
    query = where("people > 200000", bbox=(119, -7, 123, -4), equal={"parent_code": "73"})
    assert ids(vector, query) == ["73.08"]
    assert vector.count("regency", "v1", query) == 1


def test_equality_knows_types_and_null(vector):
    assert ids(vector, Query(equal={"island": True})) == ["11.01", "53.14"]
    assert ids(vector, Query(equal={"parent_code": None})) == ["94.99"]
    assert ids(vector, Query(equal={"people": 147_778.0})) == ["53.14"]
    with pytest.raises(InputError, match="'people' is of type integer"):
        ids(vector, Query(equal={"people": "many"}))


def test_ids_that_do_not_exist_select_nothing(vector):
    assert ids(vector, Query(ids=("73.08", "00.00"))) == ["73.08"]
    assert ids(vector, Query(ids=("' OR 1=1 --",))) == []


def test_an_integer_id_is_written_as_text_and_found_by_it(store):
    frame = regencies().assign(number=[5, 40, 300, 2, 1])
    store.vector.write("numbered", "v1", frame, id_field="number")
    assert ids(store.vector, collection="numbered") == ["1", "2", "5", "40", "300"]
    assert ids(store.vector, Query(ids=("40", "007", "x", "9" * 30)), "numbered") == ["40"]


@pytest.mark.parametrize(
    "query",
    [
        Query(fields=("nmae",)),
        Query(sort=(("nmae", False),)),
        Query(equal={"nmae": 1}),
        Query(equal={"name\" = 'x' OR 1=1 --": "x"}),
        Query(where=ast.Equal(ast.Attribute("nmae"), "x")),
        Query(fields=("fid",)),
    ],
)
def test_a_column_that_does_not_exist_is_named_with_those_that_do(vector, query):
    with pytest.raises(UnknownNameError, match="there are: area_ha, code"):
        vector.features("regency", "v1", query)


def test_hostile_text_is_only_ever_a_value(vector):
    hostile = "'; DROP TABLE collection; -- %s ? :x \\"
    assert ids(vector, Query(equal={"name": hostile})) == []
    assert ids(vector, Query(where=ast.Equal(ast.Attribute("name"), hostile))) == []
    assert ids(vector) == ALL


def test_impossible_pages_and_boxes_are_refused(vector):
    for query in (Query(limit=-1), Query(offset=-1), Query(bbox=(0, 1, 1, 0))):
        with pytest.raises(InputError):
            ids(vector, query)


@pytest.mark.parametrize(
    "query",
    [
        Query(equal={"kind": "b"}, limit=7),
        where("number >= 500 AND number < 540", sort=(("number", True),), limit=9),
        Query(bbox=(100.05, -5.05, 100.35, -4.75), equal={"kind": "c"}),
        Query(offset=9_990, limit=20),
    ],
)
def test_a_collection_with_indexes_answers_as_its_rows_say(large, query):
    home, frame = large
    expected = frame
    for name, value in query.equal.items():
        expected = expected[expected[name] == value]
    if query.where is not None:
        expected = expected[(expected["number"] >= 500) & (expected["number"] < 540)]
        expected = expected.sort_values(["number", "code"], ascending=[False, True])
    if query.bbox is not None:
        expected = expected[expected.intersects(box(*query.bbox))]
    end = None if query.limit is None else query.offset + query.limit
    assert ids(home, query, "large") == expected["code"].tolist()[query.offset : end]
    assert home.count("large", "v1", query) == len(expected)


# ---- both homes ----


QUERIES = [
    Query(),
    Query(bbox=(119, -7, 123, -4), limit=2, offset=1),
    Query(sort=(("area_ha", True), ("name", False)), fields=("area_ha", "people", "name")),
    where("people > 150000 OR name LIKE '%o%'", geometry=False),
]


@pytest.mark.parametrize("query", QUERIES)
def test_both_homes_give_equal_answers(tmp_path, dsn, query):
    homes = GeoPackages(tmp_path), PostGis(Postgres(dsn))
    answers = []
    for home in homes:
        home.write("regency", "v1", regencies(), id_field="code")
        home.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
        answers.append(
            [
                json.loads(text)
                for name in ("regency", "suitability")
                for text in home.features(name, "v1", query)
            ]
        )
        home.close()
    assert answers[0] == answers[1]
    assert answers[0]


def test_two_stores_share_one_home(settings, store):
    store.vector.write("regency", "v1", regencies(), id_field="code")
    other = open_store(settings)
    assert ids(other.vector) == ALL
    other.close()
