"""Zoning by SK Mentan 837/1980: the worked cases of the rule, its edges, and what is missing."""

import numpy as np
import pytest
import yaml

from soilinfo.catalog.zoning import NO_SCORE, Zoning
from soilinfo.errors import InputError
from soilinfo.evaluate.zoning import Kinds, assess
from tests.country import ROOT

RULES = Zoning.model_validate(yaml.safe_load((ROOT / "config/zoning.yaml").read_text("utf-8")))
CODES = {each.id: each.code for each in RULES.classes}


def soils(*names: str) -> Kinds:
    """A single cell of a map unit with these soils; without any, one of which nothing is known."""
    members = {1: tuple((name,) for name in names)} if names else {}
    return Kinds(np.array([[1]]), members)


def cell(value: float) -> np.ndarray:
    return np.array([[float(value)]])


def zoned(slope, soil=("latosol",), mm_per_day=20.0, rules=RULES, **more):
    """Score parts, score, zone and override of one cell that has 100 rainy days a year."""
    inputs = {
        "slope": cell(slope),
        "soil": soils(*soil),
        "rainfall_annual": cell(mm_per_day * 100),
        "rainy_days": cell(100),
    }
    found = assess(rules, inputs | more)
    zone = next((id for id, code in CODES.items() if code == found.classes[0, 0]), None)
    override = rules.in_force[found.override[0, 0] - 1].id if found.override[0, 0] else None
    return [int(part[0, 0]) for part in found.parts.values()], int(found.score[0, 0]), zone, override


@pytest.mark.parametrize(
    ("slope", "soil", "rain", "parts", "score", "zone"),
    [
        (5, "alluvial", 10, [20, 15, 10], 45, "annual_crops"),
        (20, "mediterranean", 25, [60, 45, 30], 135, "buffer"),
        (30, "latosol", 25, [80, 30, 30], 140, "buffer"),
        (60, "regosol", 10, [100, 75, 10], 185, "protected"),
    ],
)
def test_the_worked_cases_of_the_rule(slope, soil, rain, parts, score, zone):
    assert zoned(slope, (soil,), rain)[:3] == (parts, score, zone)


@pytest.mark.parametrize(
    ("slope", "score"),
    [(8, 20), (8.1, 40), (15, 40), (15.1, 60), (25, 60), (25.1, 80), (45, 80), (45.1, 100)],
)
def test_a_slope_on_an_edge_belongs_to_the_class_below(slope, score):
    assert zoned(slope)[0][0] == score


@pytest.mark.parametrize(
    ("mm", "score"),
    [(13.6, 10), (13.61, 20), (20.7, 20), (20.71, 30), (27.7, 30), (27.71, 40), (34.8, 40), (34.81, 50)],
)
def test_rain_is_that_of_a_rainy_day_and_its_edges_belong_below(mm, score):
    assert zoned(5, mm_per_day=mm)[0][2] == score


@pytest.mark.parametrize(
    ("slope", "soil", "rain", "score", "zone"),
    [
        (30, "lithosol", 14, 175, "protected"),  # 80 + 75 + 20
        (30, "andosol", 21, 170, "buffer"),  # 80 + 60 + 30
        (20, "mediterranean", 14, 125, "buffer"),  # 60 + 45 + 20
        (20, "latosol", 21, 120, "perennial_crops"),  # 60 + 30 + 30
    ],
)
def test_a_zone_begins_at_its_least_score(slope, soil, rain, score, zone):
    rules = RULES.model_copy(update={"overrides": ()})
    assert zoned(slope, (soil,), rain, rules)[1:3] == (score, zone)


def test_a_complex_takes_its_most_erodible_soil():
    assert zoned(5, ("alluvial", "regosol", "latosol"))[0][1] == 75


def test_a_complex_with_a_soil_of_no_score_has_none():
    assert zoned(5, ("regosol", "moon_dust"))[:3] == ([20, NO_SCORE, 20], NO_SCORE, None)


@pytest.mark.parametrize(
    "given",
    [
        {"slope": np.nan},
        {"slope": 5, "soil": ()},
        {"slope": 5, "rainfall_annual": cell(np.nan)},
        {"slope": 5, "rainy_days": cell(np.nan)},
    ],
)
def test_without_one_factor_there_is_no_score_and_no_zone(given):
    _, score, zone, _ = zoned(**given)
    assert (score, zone) == (NO_SCORE, None)


def test_no_rainy_day_gives_no_intensity():
    assert zoned(5, rainy_days=cell(0))[1] == NO_SCORE


def test_an_override_decides_whatever_the_score():
    assert zoned(46, ("alluvial",), 10)[1:] == (125, "protected", "steep_45")
    assert zoned(45, ("alluvial",), 10)[2:] == ("perennial_crops", None)
    assert zoned(46, ())[1:] == (NO_SCORE, "protected", "steep_45")


def test_erodible_soil_is_protected_on_more_than_15_percent():
    assert zoned(15, ("latosol", "regosol"), 10)[2:] == ("buffer", None)
    assert zoned(15.1, ("latosol", "regosol"), 10)[2:] == ("protected", "erodible_soil")


def test_peat_is_protected_from_three_metres_on():
    flat = {"slope": 1, "soil": ("organosol",), "mm_per_day": 10}
    assert zoned(**flat, peat_thickness=cell(299))[2:] == ("annual_crops", None)
    assert zoned(**flat, peat_thickness=cell(300))[2:] == ("protected", "thick_peat")


def test_the_later_rule_and_the_blank_number_are_off_until_switched_on():
    assert zoned(42, ("alluvial",), 10, elevation=cell(2500))[2:] == ("perennial_crops", None)
    on = tuple(each.model_copy(update={"active": True}) for each in RULES.overrides)
    rules = RULES.model_copy(update={"overrides": on})
    assert zoned(42, ("alluvial",), 10, rules)[2:] == ("protected", "steep_40")
    assert zoned(5, ("alluvial",), 10, rules, elevation=cell(2000))[2:] == ("protected", "high_land")


def test_an_override_without_data_is_counted_where_the_score_decides():
    inputs = {
        "slope": np.array([[1.0, 50.0, np.nan]]),
        "soil": Kinds(np.array([[1, 1, 1]]), {1: (("latosol",),)}),
        "rainfall_annual": np.full((1, 3), 2000.0),
        "rainy_days": np.full((1, 3), 100.0),
        "peat_thickness": np.full((1, 3), np.nan),
    }
    assert assess(RULES, inputs).unchecked.tolist() == [[1, 0, 0]]


def test_unknown_land_cover_is_counted_where_land_could_be_settlement():
    flat, steep = zoned_with_cover(5, ""), zoned_with_cover(50, "")
    assert (flat.classes.tolist(), flat.unchecked.tolist()) == ([[4]], [[1]])
    assert steep.unchecked.tolist() == [[0]], "an override decides whatever covers the land"
    assert zoned_with_cover(5, "shrub").unchecked.tolist() == [[0]]
    assert zoned_with_cover(5, "settlement").unchecked.tolist() == [[0]]


def zoned_with_cover(slope, cover):
    """The assessment of one cell; cover "" is unknown."""
    inputs = {
        "slope": cell(slope),
        "soil": Kinds(np.array([[1]]), {1: (("latosol",),)}),
        "rainfall_annual": cell(2000.0),
        "rainy_days": cell(100.0),
        "land_cover": Kinds(np.array([[1]]), {1: ((cover,),)} if cover else {}),
    }
    return assess(RULES, inputs)


def test_settlement_is_only_where_the_land_cover_says_so():
    built = Kinds(np.array([[3]]), {3: (("settlement",),)})
    assert zoned(5, land_cover=built)[2] == "settlement"
    assert zoned(5, land_cover=soils("forest"))[2] == "annual_crops"


def test_a_missing_layer_is_named():
    with pytest.raises(InputError, match=r"a score needs rainfall_annual, rainy_days; given: slope, soil"):
        assess(RULES, {"slope": cell(5), "soil": soils("latosol")})
