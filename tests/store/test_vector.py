"""What both homes promise about collections; every test runs on GeoPackage and on PostGIS."""

import json
from contextlib import ExitStack

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text
from shapely.geometry import box

from soilinfo.errors import InputError, StoreError, UnknownNameError
from soilinfo.settings import Settings
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.home import open_store
from soilinfo.store.postgis import PostGis
from soilinfo.store.postgres import Postgres
from soilinfo.store.vector import Query
from tests.store.frames import ISLANDS, regencies, suitability

ALL = ["11.01", "53.14", "73.01", "73.08", "94.99"]


@pytest.fixture(scope="module", params=["embedded", "postgis"])
def vector(request, tmp_path_factory):
    """Both homes with two collections, shared by the tests that only read."""
    with ExitStack() as stack:
        on_postgis = request.param == "postgis"
        db = stack.enter_context(request.getfixturevalue("postgres").database()) if on_postgis else None
        store = open_store(Settings(store=tmp_path_factory.mktemp("store"), db=db))
        store.vector.write("regency", "v1", regencies(), id_field="code")
        store.vector.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
        yield store.vector
        store.close()


EVERYTHING = Query()


def ids(vector, query=EVERYTHING, collection="regency"):
    return [json.loads(text)["id"] for text in vector.features(collection, "v1", query)]


def where(text):
    return Query(where=parse_text(text))


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
    query = Query(bbox=(119, -7, 123, -4), equal={"parent_code": "73"}, where=parse_text("people > 200000"))
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
    ("text", "expected"),
    [
        ("name = 'Bone'", ["73.08"]),
        ("name <> 'Bone'", ["11.01", "53.14", "73.01", "94.99"]),
        ("name LIKE 'B%'", ["73.08"]),
        ("name LIKE '_ote%'", ["53.14"]),
        ("name LIKE '100\\% O%'", ["94.99"]),
        ("name NOT LIKE '%n%'", ["53.14"]),
        ("casei(name) LIKE casei('B%')", ["73.01", "73.08"]),
        ("casei(name) LIKE casei('%\"ĉ\"')", ["11.01"]),
        ("name < 'R'", ["11.01", "73.08", "94.99"]),
        ("people BETWEEN 147778 AND 200000", ["53.14", "73.01"]),
        ("code IN ('73.01', '73.08', 'x')", ["73.01", "73.08"]),
        ("NOT (code IN ('73.01', '73.08'))", ["11.01", "53.14", "94.99"]),
        ("people IS NULL", ["11.01"]),
        ("area_ha IS NOT NULL AND people IS NOT NULL", ["53.14", "73.08", "94.99"]),
        ("island = TRUE", ["11.01", "53.14"]),
        ("NOT (island = TRUE)", ["73.08", "94.99"]),
        ("people / 4 = 49492.5", ["73.01"]),
        ("people / 0 > 1", []),
        ("area_ha * 2 - people > 0", ["53.14", "73.08"]),
        ("S_INTERSECTS(geometry, POINT(120.75 -5.25))", []),
        ("S_INTERSECTS(geometry, BBOX(119.95, -4.5, 119.99, -4.4))", ["73.08"]),
        ("S_DISJOINT(geometry, POLYGON((119 -7, 123 -7, 123 -4, 119 -4, 119 -7)))", ["53.14"]),
        ("S_WITHIN(geometry, POLYGON((124 -9, 126 -9, 126 -8, 124 -8, 124 -9)))", ["53.14"]),
        ("S_CONTAINS(geometry, POINT(124.2 -8.7))", ["53.14"]),
        ("S_TOUCHES(geometry, POINT(124 -9))", ["53.14"]),
        ("S_CROSSES(geometry, LINESTRING(123 -8.7, 124.2 -8.7))", ["53.14"]),
        ("S_OVERLAPS(geometry, POLYGON((124.2 -9, 124.8 -9, 124.8 -8, 124.2 -8, 124.2 -9)))", ["53.14"]),
        ("NOT (S_INTERSECTS(geometry, POINT(124.2 -8.7)))", ["11.01", "73.01", "73.08"]),
    ],
)
def test_a_cql2_filter_selects(vector, text, expected):
    assert ids(vector, where(text)) == expected
    assert vector.count("regency", "v1", where(text)) == len(expected)


def test_cql2_json_is_understood_as_well(vector):
    tree = parse_json(
        {
            "op": "and",
            "args": [
                {"op": ">", "args": [{"property": "people"}, 1e5]},
                {"op": "like", "args": [{"property": "name"}, "%o%"]},
            ],
        }
    )
    assert ids(vector, Query(where=tree)) == ["53.14", "73.08"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("people = 'many'", "cannot compare field 'people' .number. with 'many' .text."),
        ("name > 5", "cannot compare"),
        ("people LIKE '8%'", "needs a text"),
        ("geometry = 'x'", "cannot compare"),
        ("S_INTERSECTS(name, POINT(1 2))", "needs a geometry"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid: Self-intersection"),
        ("pg_sleep(100) = 1", "function pg_sleep"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_with_the_reason(vector, text, message):
    with pytest.raises(InputError, match=message):
        ids(vector, where(text))


@pytest.mark.parametrize(
    "query",
    [
        Query(fields=("nmae",)),
        Query(sort=(("nmae", False),)),
        Query(equal={"nmae": 1}),
        Query(equal={"name\" = 'x' OR 1=1 --": "x"}),
        Query(where=parse_text("nmae = 'x'")),
        Query(fields=("fid",)),
    ],
)
def test_a_column_that_does_not_exist_is_named_with_those_that_do(vector, query):
    with pytest.raises(UnknownNameError, match="there are: area_ha, code"):
        vector.features("regency", "v1", query)


def test_hostile_text_is_only_ever_a_value(vector):
    hostile = "'; DROP TABLE collection; -- %s ? :x \\"
    assert ids(vector, Query(equal={"name": hostile})) == []
    assert ids(vector, Query(where=parse_json({"op": "=", "args": [{"property": "name"}, hostile]}))) == []
    assert ids(vector) == ALL


def test_impossible_pages_and_boxes_are_refused(vector):
    for query in (Query(limit=-1), Query(offset=-1), Query(bbox=(0, 1, 1, 0))):
        with pytest.raises(InputError):
            ids(vector, query)


# ---- shared shapes ----


def test_rows_that_share_a_shape_are_features_of_their_own(vector):
    found = [
        json.loads(text) for text in vector.features("suitability", "v1", Query(equal={"code": "53.14"}))
    ]
    assert [feature["id"] for feature in found] == ["53.14.cocoa", "53.14.maize", "53.14.rice"]
    assert all(shapely.geometry.shape(feature["geometry"]).equals(ISLANDS) for feature in found)


def test_a_bbox_finds_every_row_of_a_shape(vector):
    query = Query(
        bbox=(124, -9, 125, -8), where=parse_text("crop IN ('maize', 'rice')"), sort=(("crop", True),)
    )
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


# ---- both homes ----


QUERIES = [
    Query(),
    Query(bbox=(119, -7, 123, -4), limit=2, offset=1),
    Query(sort=(("area_ha", True), ("name", False)), fields=("area_ha", "people", "name")),
    Query(where=parse_text("people > 150000 OR name LIKE '%o%'"), geometry=False),
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
