"""Common Query Language CQL2 (21-065r2), annex A, in both its languages."""

import operator
from collections.abc import Callable
from itertools import combinations
from typing import Any

import httpx
import orjson
import pytest

from soilinfo.serve.features.cql2_text import as_json

Document = dict[str, Any]
Ask = Callable[..., list[str]]

SPEC = "http://www.opengis.net/spec"
CLASSES = [
    f"{SPEC}/cql2/1.0/conf/cql2-text",
    f"{SPEC}/cql2/1.0/conf/cql2-json",
    f"{SPEC}/cql2/1.0/conf/basic-cql2",
    f"{SPEC}/cql2/1.0/conf/advanced-comparison-operators",
    f"{SPEC}/cql2/1.0/conf/case-insensitive-comparison",
    f"{SPEC}/cql2/1.0/conf/basic-spatial-functions",
    f"{SPEC}/cql2/1.0/conf/basic-spatial-functions-plus",
    f"{SPEC}/cql2/1.0/conf/spatial-functions",
    f"{SPEC}/cql2/1.0/conf/property-property",
]
VALUES = {"string": "'foo'", "integer": "1", "number": "3.14", "boolean": "true"}
COMPARISONS = ("=", "<>", "<", ">=", ">", "<=")
OPPOSITES = (("=", "<>"), (">", "<="), ("<", ">="))
TABLES = ("regencies", "findings")
"""Between them they have texts, numbers, instants and missing values."""
POLYGON = "POLYGON((120 -7.5, 120.3 -7.5, 120.3 -7.2, 120 -7.2, 120 -7.5))"


@pytest.fixture(params=["cql2-text", "cql2-json"])
def ask(api: httpx.Client, request: pytest.FixtureRequest) -> Ask:
    """Ids of what fulfils a filter, asked for in one of the languages."""

    def fulfilling(text: str, table: str = "regencies", status: int = 200) -> list[str]:
        written = text if request.param == "cql2-text" else orjson.dumps(as_json(text)).decode()
        query = {"filter": written, "filter-lang": request.param, "limit": 1000, "skipGeometry": "true"}
        answer = api.get(f"/collections/{table}/items", params=query)
        assert answer.status_code == status, f"{text}: {answer.text}"
        return [each["id"] for each in answer.json().get("features", ())]

    return fulfilling


@pytest.fixture(scope="module")
def columns(api: httpx.Client) -> dict[str, dict[str, Document]]:
    """Queryables that are no geometry, by table."""
    schemas = {name: api.get(f"/collections/{name}/queryables").json()["properties"] for name in TABLES}
    return {
        name: {each: one for each, one in schema.items() if each != "geometry"}
        for name, schema in schemas.items()
    }


def literal(described: Document) -> str:
    is_time = described.get("format") == "date-time"
    return "TIMESTAMP('2022-04-14T14:48:46Z')" if is_time else VALUES[described["type"]]


@pytest.mark.parametrize("uri", CLASSES)
def test_the_class_is_declared(api: httpx.Client, uri: str):
    """/conf/cql2-text, /conf/cql2-json and the classes of what is evaluated (declaration)"""
    assert uri in api.get("/conformance").json()["conformsTo"]


def test_every_queryable_has_a_type(columns: dict[str, dict[str, Document]]):
    """/conf/basic-cql2/basic-test"""
    for described in columns.values():
        assert described
        assert {each["type"] for each in described.values()} <= {*VALUES}


def test_opposite_comparisons_have_nothing_in_common(ask: Ask, columns: dict[str, dict[str, Document]]):
    """/conf/basic-cql2/comparison, /conf/property-property/comparison-value-property"""
    for table, described in columns.items():
        for name, each in described.items():
            for left, right in ((f'"{name}"', literal(each)), (literal(each), f'"{name}"')):
                found = {sign: set(ask(f"{left} {sign} {right}", table)) for sign in COMPARISONS}
                present = set(ask(f'"{name}" IS NOT NULL', table))
                for one, other in OPPOSITES:
                    assert found[one].isdisjoint(found[other]), (table, name)
                    assert found[one] | found[other] == present, (table, name)


def test_missing_and_present_have_nothing_in_common(ask: Ask, columns: dict[str, dict[str, Document]]):
    """/conf/basic-cql2/is-null"""
    for table, described in columns.items():
        everything = set(ask("true", table))
        for name in (*described, "geometry"):
            missing, present = set(ask(f'"{name}" IS NULL', table)), set(ask(f'"{name}" is not null', table))
            assert missing.isdisjoint(present)
            assert missing | present == everything


def test_true_is_everything_and_false_nothing(ask: Ask):
    """/conf/basic-cql2/boolean"""
    assert len(ask("true")) == 4
    assert ask("false") == []


def test_values_of_the_data_are_compared_rightly(api: httpx.Client, ask: Ask):
    """/conf/basic-cql2/test-data (with the data of the small nation)"""
    features = api.get("/collections/suitability_by_regencies/items?limit=1000").json()["features"]
    signs = zip(COMPARISONS, ("eq", "ne", "lt", "ge", "gt", "le"), strict=True)
    for sign, function in signs:
        compare = getattr(operator, function)
        for name, value in (("s1_ha", features[5]["properties"]["s1_ha"]), ("name", "Kabupaten 01.02")):
            known = {one["id"] for one in features if compare(one["properties"][name], value)}
            written = f"'{value}'" if isinstance(value, str) else repr(value)
            assert set(ask(f"{name} {sign} {written}", "suitability_by_regencies")) == known, (name, sign)


def test_instants_are_compared_as_instants(api: httpx.Client, ask: Ask):
    """/conf/basic-cql2/test-data (instants)"""
    created = sorted(
        one["properties"]["created"]
        for one in api.get("/collections/findings/items?limit=1000").json()["features"]
    )
    instant = f"TIMESTAMP('{created[0].replace('+00:00', 'Z')}')"
    assert len(ask(f"created = {instant}", "findings")) == created.count(created[0])
    assert len(ask(f"created >= {instant}", "findings")) == len(created)
    assert ask(f"created < {instant}", "findings") == []


def test_conditions_combine_as_logic_has_it(ask: Ask):
    """/conf/basic-cql2/logical, /conf/cql2-text/logical, /conf/property-property/logical"""
    predicates = ("code > '01.02'", "code = '01.01'", "name LIKE '%3'", "area_ha > 1e9", "parent_code = '01'")
    alone = {each: set(ask(each)) for each in predicates}
    everything = set(ask("true"))
    for first, second, third, fourth in combinations(predicates, 4):
        p1, p2, p3, p4 = (alone[each] for each in (first, second, third, fourth))
        known = ((everything - p2) & p1) | (p3 & p4) | (everything - (p1 | p4))
        text = f"(NOT ({second}) AND {first}) OR ({third} and {fourth}) or not ({first} OR {fourth})"
        assert set(ask(text)) == known, text
        assert set(ask(f"{first} OR {second} AND {third}")) == p1 | (p2 & p3)


BY_HAND: list[tuple[Document, Callable[[Document], bool]]] = [
    ({"op": "=", "args": [{"property": "code"}, "01.02"]}, lambda one: one["code"] == "01.02"),
    ({"op": "<>", "args": ["01.02", {"property": "code"}]}, lambda one: one["code"] != "01.02"),
    ({"op": ">=", "args": [{"property": "code"}, {"property": "parent_code"}]}, lambda _: True),
    ({"op": "isNull", "args": [{"property": "name"}]}, lambda _: False),
    (
        {"op": "not", "args": [{"op": "like", "args": [{"property": "name"}, "%2"]}]},
        lambda one: not one["name"].endswith("2"),
    ),
    (
        {"op": "between", "args": [{"property": "code"}, "01.02", "01.03"]},
        lambda one: one["code"] in ("01.02", "01.03"),
    ),
    ({"op": "in", "args": [{"property": "code"}, ["01.04", "x"]]}, lambda one: one["code"] == "01.04"),
    (
        {
            "op": "or",
            "args": [
                {"op": "=", "args": [{"property": "code"}, "01.01"]},
                {
                    "op": "and",
                    "args": [
                        {"op": ">", "args": [{"property": "code"}, "01.02"]},
                        {"op": "<", "args": [{"op": "+", "args": [1, {"op": "*", "args": [2, 3]}]}, 8]},
                    ],
                },
            ],
        },
        lambda one: one["code"] != "01.02",
    ),
    (
        {
            "op": "=",
            "args": [
                {"op": "casei", "args": [{"property": "name"}]},
                {"op": "casei", "args": ["KABUPATEN 01.03"]},
            ],
        },
        lambda one: one["code"] == "01.03",
    ),
    (
        {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [120.1, -7.4]}],
        },
        lambda one: one["code"] == "01.03",
    ),
    (
        {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [-180, -90, 180, 90]}]},
        lambda _: True,
    ),
]
"""CQL2 JSON as the standard writes it, and what it means."""


@pytest.mark.parametrize(("written", "holds"), BY_HAND, ids=[each["op"] for each, _ in BY_HAND])
def test_json_that_is_written_by_hand_means_what_the_standard_says(
    api: httpx.Client, written: Document, holds: Callable[[Document], bool]
):
    """/conf/cql2-json/validate, /conf/basic-cql2/test-data (in JSON that no code of ours has made)"""
    everything = api.get("/collections/regencies/items?skipGeometry=true").json()["features"]
    query = {"filter": orjson.dumps(written).decode(), "filter-lang": "cql2-json", "skipGeometry": "true"}
    found = api.get("/collections/regencies/items", params=query).json()["features"]
    assert found == [one for one in everything if holds(one["properties"])]


def test_patterns_ranges_and_lists_select(ask: Ask):
    """/conf/advanced-comparison-operators/like, .../between, .../in"""
    assert ask("name LIKE 'Kab%01.0_'") == ["01.01", "01.02", "01.03", "01.04"]
    assert ask("name LIKE 'kab%'") == []
    assert ask("name NOT LIKE '%2'") == ["01.01", "01.03", "01.04"]
    assert ask("name LIKE '%\\%%'") == []
    assert ask("area_ha BETWEEN 0 AND 1e12") == ["01.01", "01.02", "01.03", "01.04"]
    assert ask("area_ha NOT BETWEEN 0 AND 1e12") == []
    assert ask("code IN ('01.04', '01.02', 'foo')") == ["01.02", "01.04"]
    assert ask("code NOT IN ('01.04', '01.02', 'foo')") == ["01.01", "01.03"]


def test_case_may_be_left_out_of_account(ask: Ask):
    """/conf/case-insensitive-comparison/casei, .../casei-like"""
    assert ask("CASEI(name) = casei('KABUPATEN 01.03')") == ["01.03"]
    assert ask("name = 'KABUPATEN 01.03'") == []
    assert ask("CASEI(name) LIKE casei('KAB%4')") == ["01.04"]
    assert ask("casei(code) IN (casei('01.01'), casei('X'))") == ["01.01"]


def test_points_and_boxes_are_intersected(ask: Ask):
    """/conf/basic-spatial-functions/s_intersects"""
    assert ask("S_INTERSECTS(geometry, POINT(120.1 -7.4))") == ["01.03"]
    assert ask("S_INTERSECTS(geometry, BBOX(120.05, -7.45, 120.1, -7.4))") == ["01.03"]
    assert ask("S_INTERSECTS(geometry, BBOX(-180, -90, 180, 90))") == ask("true")
    assert ask("S_INTERSECTS(geometry, BBOX(150, -90, -150, 90))") == []
    ask("S_INTERSECTS(geometry, POINT(90 180))", status=400)


@pytest.mark.parametrize(
    "shape",
    [
        *("MULTIPOINT(7 49, 120.1 -7.4)", "LINESTRING(0 -7.4, 120.1 -7.4)", POLYGON),
        "MULTILINESTRING((0 0, 1 1), (120.09 -7.4, 120.1 -7.4))",
        "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((120.05 -7.45, 120.1 -7.45, 120.1 -7.4, 120.05 -7.45)))",
        f"GEOMETRYCOLLECTION(POINT(0 0), {POLYGON})",
    ],
)
def test_every_kind_of_geometry_is_intersected(ask: Ask, shape: str):
    """/conf/basic-spatial-functions-plus/s_intersects"""
    assert "01.03" in ask(f"S_INTERSECTS(geometry, {shape})")
    ask("S_INTERSECTS(geometry, MULTIPOINT(7 50, 90 180))", status=400)


def test_every_spatial_relation_is_told(api: httpx.Client, ask: Ask):
    """/conf/spatial-functions/s_disjoint, s_equals, s_touches, s_crosses, s_within, s_contains, s_overlaps"""
    everything = set(ask("true"))
    meeting = set(ask(f"S_INTERSECTS(geometry, {POLYGON})"))
    assert meeting
    assert set(ask(f"S_DISJOINT(geometry, {POLYGON})")) == everything - meeting
    assert set(ask("S_WITHIN(geometry, BBOX(-180, -90, 180, 90))")) == everything
    assert ask("S_CONTAINS(geometry, POINT(120.1 -7.4))") == ["01.03"]
    assert ask("S_CROSSES(geometry, LINESTRING(100 -7.4, 120.1 -7.4))") == ["01.03"]
    assert set(ask(f"S_OVERLAPS(geometry, {POLYGON})")) <= meeting
    assert ask("S_EQUALS(geometry, POINT(120.1 -7.4))") == []
    assert ask("S_TOUCHES(geometry, POINT(120.1 -7.4))") == []
    assert set(ask("S_EQUALS(geometry, geometry)")) == everything


def test_properties_and_values_may_stand_on_both_sides(ask: Ask, columns: dict[str, dict[str, Document]]):
    """/conf/property-property/comparison-property-property, .../comparison-value-value"""
    for table, described in columns.items():
        for left in [f'"{name}"' for name in described] + [
            "'foo'",
            "true",
            "3.14",
            "1",
            "DATE('2022-04-14')",
        ]:
            found = {sign: ask(f"{left} {sign} {left}", table) for sign in COMPARISONS}
            assert found["<>"] == found["<"] == found[">"] == [], left
            assert found["="] == found[">="] == found["<="], left


def test_places_may_stand_on_the_left(ask: Ask):
    """/conf/property-property/test-data (spatial)"""
    assert ask("S_INTERSECTS(POINT(120.1 -7.4), geometry)") == ["01.03"]
    assert ask("S_WITHIN(POINT(120.1 -7.4), geometry)") == ["01.03"]
    assert ask("'Kabupaten 01.03' LIKE '%3'") == ask("true")


@pytest.mark.parametrize("text", ["code !== 1", "code ==", "AND", "S_INTERSECTS(geometry)", "code IN ()"])
def test_what_the_grammar_does_not_have_is_refused(api: httpx.Client, text: str):
    """/conf/cql2-text/validate"""
    assert api.get("/collections/regencies/items", params={"filter": text}).status_code == 400
