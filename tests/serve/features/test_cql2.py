"""CQL2: both forms mean the same, as the standard's grammar says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygeofilter import ast

from soilinfo.errors import GeometryError, InputError, UnknownNameError
from soilinfo.serve.features.cql2 import filter_tree
from soilinfo.serve.features.cql2_text import as_json

NAMES = ("name", "code", "a", "b", "c", "date", "is_land", "größe")


def tree(text: str, language: str = "cql2-text"):
    return filter_tree(text, language, NAMES)


@pytest.mark.parametrize("text", ["name = 'O''Brien'", r"name = 'O\'Brien'"])
def test_an_apostrophe_is_doubled_or_escaped(text: str):
    assert tree(text) == ast.Equal(ast.Attribute("name"), "O'Brien")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\"), min_size=1))
def test_every_text_comes_through_with_its_apostrophes_doubled(text: str):
    quoted = text.replace("'", "''")
    assert tree(f"name = '{quoted}' AND code = '1'").lhs.rhs == text


def test_and_binds_closer_than_or_and_not_closer_than_both():
    a, b, c = (ast.Equal(ast.Attribute(name), 1) for name in "abc")
    assert tree("a=1 OR b=1 AND c=1") == ast.Or(a, ast.And(b, c))
    assert tree("(a=1 OR b=1) AND c=1") == ast.And(ast.Or(a, b), c)
    assert tree("NOT a=1 AND b=1") == ast.And(ast.Not(a), b)
    assert tree("NOT (a=1 AND b=1)") == ast.Not(ast.And(a, b))


@pytest.mark.parametrize(
    ("text", "json"),
    [
        (
            "a + 2 * b = 3",
            {
                "op": "=",
                "args": [
                    {"op": "+", "args": [{"property": "a"}, {"op": "*", "args": [2, {"property": "b"}]}]},
                    3,
                ],
            },
        ),
        ("a NOT IN (1, 2)", {"op": "not", "args": [{"op": "in", "args": [{"property": "a"}, [1, 2]]}]}),
        (
            "a not between -1 and 1e3",
            {"op": "not", "args": [{"op": "between", "args": [{"property": "a"}, -1, 1000.0]}]},
        ),
        ("name NOT LIKE 'x%'", {"op": "not", "args": [{"op": "like", "args": [{"property": "name"}, "x%"]}]}),
        ("name IS NOT NULL", {"op": "not", "args": [{"op": "isNull", "args": [{"property": "name"}]}]}),
        ("is_land", {"property": "is_land"}),
        ("is_land = TRUE", {"op": "=", "args": [{"property": "is_land"}, True]}),
        (
            '"größe" <> 1\nAND "date" = DATE(\'2024-07-01\')',
            {
                "op": "and",
                "args": [
                    {"op": "<>", "args": [{"property": "größe"}, 1]},
                    {"op": "=", "args": [{"property": "date"}, {"date": "2024-07-01"}]},
                ],
            },
        ),
        (
            "S_WITHIN(geometry, BBOX(-1, 2, 3.5, 4))",
            {"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [-1, 2, 3.5, 4]}]},
        ),
        (
            "CASEI(name) = casei('x')",
            {
                "op": "=",
                "args": [{"op": "casei", "args": [{"property": "name"}]}, {"op": "casei", "args": ["x"]}],
            },
        ),
    ],
)
def test_a_text_is_the_json_that_means_the_same(text: str, json: object):
    assert as_json(text) == json


@pytest.mark.parametrize(
    "wkt",
    [
        *("POINT(1 2)", "point ( 1 2 )", "LINESTRING(0 0, 1 1)", "MULTIPOINT((0 0), (1 1))"),
        "POLYGON((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
        "MULTILINESTRING((0 0, 1 1), (2 2, 3 3))",
        "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
        "GEOMETRYCOLLECTION(POINT(0 0), POLYGON((0 0, 1 0, 1 1, 0 0)))",
        "POINT Z (1 2 3)",
    ],
)
def test_every_kind_of_geometry_is_read(wkt: str):
    assert isinstance(tree(f"S_INTERSECTS(geometry, {wkt}) AND a = (1)"), ast.And)


@pytest.mark.parametrize(
    "text",
    [
        *("a != 1", "a eq 1", "name =", "a = 1 AND", "(a = 1", "a IN ()", "a = 'x", "1 2", "", "a ILIKE 'x'"),
        *("S_INTERSECTS(geometry, POINT(1))", "POINT(1 2", "a = TIMESTAMP('yesterday')", "a = DATE('2024')"),
        *(
            "T_BEFORE(date, DATE('2024-01-01'))",
            "foo(a) = 1",
            "casei(a, b) = 1",
            "S_WITHIN(geometry, 'a', 1)",
        ),
        *("a = BBOX(1, 2, 3)", "NOT " * 3000 + "a", "a = INTERVAL('..', '..')"),
    ],
)
def test_what_is_no_filter_is_refused(text: str):
    with pytest.raises(InputError):
        tree(text)


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "null", '{"op": "="}', '{"op": "=", "args": [1]}', '{"op": "and", "args": [true]}'),
        *(
            '{"args": []}',
            '{"property": 1}',
            '{"filter-lang": "cql2-text", "filter": {}}',
            '{"op": "in", "args": [1, []]}',
        ),
        *(
            '{"type": "Point", "coordinates": [1]}',
            '{"type": "Pond", "coordinates": []}',
            '{"bbox": [1, 2, "x", 4]}',
        ),
        *('{"op": "like", "args": [{"property": "a"}]}', "1e999", '{"timestamp": 5}'),
    ],
)
def test_what_is_no_json_filter_is_refused(text: str):
    with pytest.raises((InputError, GeometryError)):
        tree(text, "cql2-json")


@pytest.mark.parametrize("shape", ["MULTIPOINT(7 50, 90 180)", "BBOX(1000000, 1000000, 2000000, 2000000)"])
def test_coordinates_off_the_globe_are_refused(shape: str):
    with pytest.raises(InputError, match="no place"):
        tree(f"S_INTERSECTS(geometry, {shape})")


def test_a_box_may_cross_the_antimeridian():
    crossing = tree("S_INTERSECTS(geometry, BBOX(170, -10, -170, 10))").rhs
    assert crossing.geometry.area == 20 * 20


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("a ^ 2 = 4", "^"), ("a % 2 = 0", "%"), ("a DIV 2 = 1", "div")),
        *(("ACCENTI(name) = ACCENTI('Café')", "accenti"), ("T_AFTER(date, DATE('2020-01-01'))", "t_after")),
    ],
)
def test_what_is_not_offered_is_refused_by_its_name_beside_what_is(text: str, name: str):
    with pytest.raises(InputError) as refused:
        tree(text)
    assert f"'{name}', which is not offered here; there are: and, or, not, like" in str(refused.value)


def test_a_property_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(UnknownNameError, match="geometry"):
        tree("colour = 'red'")


def test_a_long_filter_is_no_deep_one():
    assert tree(" OR ".join(f"a = {number}" for number in range(5000)))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-07-01T12:00:00Z", "2024-07-01T12:00:00+00:00"),
        ("2024-07-01T12:00:00.5+07:00", "2024-07-01T05:00:00.500000+00:00"),
    ],
)
def test_a_time_is_told_in_utc(text: str, instant: str):
    assert tree(f"date > TIMESTAMP('{text}')").rhs == instant


@pytest.mark.parametrize(
    "text",
    [
        *("TIMESTAMP('2024-07-01T12:00:00')", "TIMESTAMP('2024-07-01')", "TIMESTAMP('2024-W01-1')"),
        *("TIMESTAMP('0001-01-01T00:00:00+14:00')", "TIMESTAMP('9999-12-31T23:59:59-01:00')"),
        *("DATE('20240701')", "DATE('2024-W01-1')", "DATE('2024-07')", "DATE('٢٠٢٤-07-01')"),
    ],
)
def test_a_time_that_is_none_of_rfc_3339_is_refused_whatever_the_clock_of_the_server(text: str):
    with pytest.raises(InputError, match="no time of RFC 3339 like 2024-07-01"):
        tree(f"date > {text}")


def test_numbers_are_read_as_the_grammar_has_them():
    assert tree(f"a = {'9' * 400}").rhs == float("inf")
    for text in ("a = ٢", "a = 1_000", "a = ²"):
        with pytest.raises(InputError):
            tree(text)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("", "cql2-text", "the filter is not cql2-text: it ends too early"),
        ("a = 1 AND", "cql2-text", "the filter is not cql2-text: it ends too early"),
        ("a = 1 1", "cql2-text", "the filter is not cql2-text: it cannot be read from '1' on"),
        ("a = §", "cql2-text", "the filter is not cql2-text: it cannot be read from '§' on"),
        ("S_WITHIN(geometry, POINT(1))", "cql2-text", "the filter's 'POINT(1)' is no geometry of WKT"),
        ("S_WITHIN(geometry, POINT(1e400 0))", "cql2-text", "the filter's Point is no geometry of GeoJSON"),
        ('{"type": "Point", "coordinates": ["a", "b"]}', "cql2-json", "the filter's Point is no geometry"),
        ('{"type": "Polygon", "coordinates": [[1, 2]]}', "cql2-json", "the filter's Polygon is no geometry"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1, 0]]]}', "cql2-json", "rings three"),
        ("S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1)))", "cql2-text", "is no geometry of WKT"),
        ('{"op": "=', "cql2-json", "the filter is not JSON"),
        ('{"op": "=", "args": [1, 1], "extra": 1}', "cql2-json", "a part that CQL2 does not have"),
    ],
)
def test_a_refusal_says_in_our_words_what_is_wrong(text: str, language: str, said: str):
    with pytest.raises(InputError) as refused:
        tree(text, language)
    assert said in str(refused.value)
