"""Filters (CQL2): what both homes answer alike; every test runs on GeoPackage and on PostGIS."""

import pytest

from soilinfo.errors import InputError
from soilinfo.store.vector import Query
from tests.store.frames import ids, where


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("people = 'many'", "cannot compare field 'people' .number. with 'many' .text."),
        ("name > 5", "cannot compare"),
        ("people LIKE '8%'", "needs a text"),
        ("geometry = 'x'", "cannot compare"),
        ("S_INTERSECTS(name, POINT(1 2))", "needs a geometry"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid: Self-intersection"),
        ("pg_sleep(100) = 1", "'pg_sleep', which is not offered"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_with_the_reason(vector, text, message):
    with pytest.raises(InputError, match=message):
        ids(vector, where(text))


def test_spatial_conditions_within_others_select_alike(vector):
    near = "S_INTERSECTS(geometry, POLYGON((119 -7, 123 -7, 123 -4, 119 -4, 119 -7)))"
    assert ids(vector, where(f"people > 200000 AND {near}")) == ["73.08"]
    assert ids(vector, where(f"people > 200000 OR {near}")) == ["11.01", "73.01", "73.08", "94.99"]
    assert ids(vector, where(f"{near} AND NOT (S_INTERSECTS(geometry, POINT(119.95 -4.5)))")) == [
        "11.01",
        "73.01",
    ]
    assert ids(vector, where(f"NOT ({near})")) == ["53.14"]
    triangle = "S_INTERSECTS(geometry, POLYGON((119 -6.2, 120.5 -6.2, 119 -5, 119 -6.2)))"
    assert ids(vector, where(triangle)) == ["11.01"]


# ---- what the databases do differently by themselves ----

NESTED = {
    "not": ("", "NOT (", "TRUE", ")", 30),
    "or": ("", "(code = 'a' AND people = 1 OR ", "TRUE", ")", 20),
    "either": ("", "(code = 'a' OR (people > 1 AND ", "TRUE", "))", 10),
    "sum": ("people > 1", "", "", " + 1", 60),
    "right": ("people > ", "1 + (", "people", ")", 15),
    "divided": ("people > ", "1 / (", "people", ")", 8),
    "list": ("", "(TRUE IN (FALSE, TRUE, ", "TRUE", "))", 9),
    "lower": ("name = ", "CASEI(", "name", ")", 20),
    "pattern": ("name LIKE ", "CASEI(", "name", ")", 20),
}


def understood(vector, text):
    """Whether a filter is answered beside all other conditions; False where it is refused for its depth."""
    for collection in ("regency", "suitability"):
        query = where(text, ids=("73.01", "x"), bbox=(90, -20, 140, 10), after=("0",), limit=5)
        try:
            vector.page_of_all(collection, "v1", query, 0)
        except InputError as refused:
            if "nested too deeply" not in str(refused):
                raise
            return False
    return True


@pytest.mark.parametrize(("start", "opening", "inner", "closing", "least"), NESTED.values(), ids=NESTED)
def test_a_filter_is_understood_however_deep_it_may_be(vector, start, opening, inner, closing, least):
    def text(levels):
        return start + opening * levels + inner + closing * levels

    assert understood(vector, text(least))
    assert not all(understood(vector, text(levels)) for levels in range(least, 100))


@pytest.mark.parametrize(
    "text",
    [
        "NOT (" * 45 + "code = '1'" + ")" * 45,
        "people > " + "+".join(["1"] * 90),
        "people > " + "1+(" * 30 + "1" + ")" * 30,
        "people > " + "1/(" * 20 + "1" + ")" * 20,
        "(code = 'a' OR (code = 'b' AND " * 16 + "code = 'c'" + "))" * 16,
        "name = " + "CASEI(" * 28 + "name" + ")" * 28,
        "NOT " * 250 + "island",
    ],
)
def test_a_filter_of_too_many_levels_is_refused_alike(vector, text):
    with pytest.raises(InputError, match="nested too deeply"):
        ids(vector, where(text))


def test_a_long_list_and_many_conditions_are_no_depth(vector):
    codes = ", ".join(f"'{number}'" for number in range(2_000))
    assert ids(vector, where(f"code IN ({codes}, '73.08')")) == ["73.08"]
    assert ids(vector, where(" OR ".join(f"people = {number}" for number in range(1_000)))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("people * 9007199254740993 > 0", ["53.14", "73.01", "73.08", "94.99"]),
        ("people + 9223372036854775807 > 0", ["53.14", "73.01", "73.08", "94.99"]),
        ("people = 9007199254740993", ["94.99"]),
        ("people + 0 = 9007199254740992", ["94.99"]),
        (f"people < {'9' * 400}", ["53.14", "73.01", "73.08", "94.99"]),
        ("people > 1e400", []),
    ],
)
def test_numbers_are_computed_with_alike(vector, text, expected):
    assert ids(vector, where(text)) == expected


@pytest.mark.parametrize(
    "query",
    [where("code = 'a\0'"), Query(ids=("a\0",)), Query(equal={"name": "\0"})],
    ids=["filter", "ids", "equal"],
)
def test_a_text_with_a_character_that_no_database_keeps_is_refused(vector, query):
    with pytest.raises(InputError, match="NUL"):
        ids(vector, query)


def test_a_pattern_is_at_most_so_long(vector):
    assert ids(vector, where(f"name LIKE '{'%' * 10_000}' AND code = '73.08'")) == ["73.08"]
    with pytest.raises(InputError, match="10,000 letters"):
        ids(vector, where(f"name LIKE '{'x' * 10_001}'"))
