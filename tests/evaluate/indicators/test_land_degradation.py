"""Land degradation: every combination of sub-indicators, the baseline rule, what is missing, and carbon."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.load import load
from soilinfo.evaluate.indicators.change import relative_change
from soilinfo.evaluate.indicators.land_codes import (
    PeriodCells,
    Reached,
    codes_of,
    judged,
)
from soilinfo.evaluate.indicators.land_degradation import (
    DEGRADED,
    IMPROVED,
    MISSING,
    NOT_JUDGED,
    STABLE,
    Meanings,
    carbon_verdict,
    factor_change,
    one_out_all_out,
    with_baseline,
)
from soilinfo.evaluate.indicators.sums import NONE
from tests.country import ROOT

CATALOG = load(Path(ROOT) / "config")
RULES = CATALOG.land_degradation
assert isinstance(RULES, LandDegradation)
COVERS, DYNAMICS = CATALOG.class_table("land_cover"), CATALOG.class_table("land_productivity")
LETTERS = {"M": MISSING, "D": DEGRADED, "S": STABLE, "I": IMPROVED, "N": NOT_JUDGED}
MEANINGS, JUDGED = Meanings.of(RULES, COVERS, DYNAMICS), judged()

# SDG 15.3.1 methodology of UNCCD's knowledge hub: one negative is degraded. Land cover, productivity, carbon:
# each declining, stable, improving in turn, the last the quickest.
UNCCD = "DDDDDDDDD DDDDSIDII DDDDIIDII".replace(" ", "")
EXAMPLES = Path(__file__).parents[4] / "shared" / "facts" / "examples" / "sdg1531_one_out_all_out.csv"


def verdicts(text):
    return np.array([[LETTERS[letter] for letter in text]], np.uint8)


def in_letters(found):
    return "".join(name for code in found.ravel() for name, known in LETTERS.items() if known == code)


def together(parts, missing="all_known"):
    return in_letters(one_out_all_out([verdicts(part) for part in parts], missing))


def test_all_27_combinations_are_as_unccd_has_them():
    combinations = [*product("DSI", repeat=3)]
    parts = ["".join(each) for each in zip(*combinations, strict=True)]
    for rule in ("all_known", "known_degrades", "known_only"):
        assert together(parts, rule) == UNCCD
    assert UNCCD.count("D") == 19


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the published examples are not there")
def test_combinations_have_the_published_verdicts():
    published = pd.read_csv(EXAMPLES, comment="#", skiprows=1)
    letter = {-1: "D", 0: "S", 1: "I"}
    parts = ["".join(published[name].map(letter)) for name in ("land_cover", "productivity", "soc")]
    found = np.array([*together(parts)])
    assert len(found) == 27
    np.testing.assert_array_equal(found == "D", published["degraded_plain"] == 1)
    np.testing.assert_array_equal(found == "I", published["improved_any_and_none_negative"] == 1)


@pytest.mark.parametrize(
    ("rule", "expected"),
    # one missing, two missing, all missing; beside degraded, stable and improved land
    [("all_known", "MMM MMM M"), ("known_degrades", "DMM DMM M"), ("known_only", "DSI DSI M")],
)
def test_land_of_which_a_sub_indicator_is_missing_goes_by_a_named_rule(rule, expected):
    found = together(["DSIDSIM", "SSSMMMM", "MMMMMMM"], rule)
    assert found == expected.replace(" ", "")


def test_carbon_of_peat_speaks_neither_for_degradation_nor_against_it():
    assert together(["DSIS", "SSSM", "NNNN"]) == "DSIM"
    assert together(["SM", "MM", "NN"], "known_only") == "SM"


@pytest.mark.parametrize(
    ("rule", "unknown_baseline"), [("all_known", "MMM"), ("known_degrades", "DMI"), ("known_only", "DSI")]
)
def test_stable_land_stays_what_it_was_in_the_baseline(rule, unknown_baseline):
    baseline, reporting = verdicts("DDDSSSIIIMMMD"), verdicts("DSIDSIDSIDSIM")
    found = in_letters(with_baseline(baseline, reporting, rule))
    assert found == f"DDI DSI DII {unknown_baseline} M".replace(" ", "")


parts = st.lists(arrays(np.uint8, (1, 6), elements=st.sampled_from([0, 1, 2, 3])), min_size=3, max_size=3)


@given(parts)
def test_the_rules_differ_only_where_something_is_missing_and_never_in_what_they_say(found):
    strict, middle, loose = (
        one_out_all_out(found, rule) for rule in ("all_known", "known_degrades", "known_only")
    )
    complete = np.all([part != MISSING for part in found], axis=0)
    assert (strict == middle)[complete].all()
    assert (middle == loose)[complete].all()
    for narrow, wide in ((strict, middle), (middle, loose)):
        assert (narrow == wide)[narrow != MISSING].all()


# Trends.Earth 1.0.10, after the Good Practice Guidance: t/ha before and after, in hundredths
@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (100_00, 91_00, "S"),
        (100_00, 90_00, "D"),
        (100_00, 89_99, "D"),
        (100_00, 90_01, "S"),
        (100_00, 100_00, "S"),
        (100_00, 109_99, "S"),
        (100_00, 110_00, "I"),
        (80_00, 72_00, "D"),
        (80_00, 88_00, "I"),
        (0, 0, "M"),
        (0, 5_00, "M"),
    ],
)
def test_a_tenth_of_the_carbon_is_the_edge_and_the_edge_counts(before, after, verdict):
    change = relative_change(np.array([[before]]), np.array([[after]]), -1, -1)
    assert in_letters(carbon_verdict(change, 10.0)) == verdict


@pytest.mark.parametrize(
    ("before", "after", "years", "percent"),
    [
        ("primary_forest", "dryland_crops", 20, -52),
        ("primary_forest", "dryland_crops", 10, -26),
        ("primary_forest", "dryland_crops", 40, -52),
        ("primary_forest", "estate_crops", 20, 0),
        ("primary_forest", "paddy", 20, 10),
        ("paddy", "paddy", 20, 0),
        ("water", "shrub", 20, 0),
    ],
)
def test_carbon_follows_the_factors_of_land_uses_over_twenty_years(before, after, years, percent):
    assert factor_change(RULES, before, after, years) == percent


def test_paddy_that_becomes_dry_fields_loses_carbon_though_both_are_cropland():
    assert factor_change(RULES, "paddy", "dryland_crops", 20) == 100 * (Fraction(48, 110) - 1)


def period(before, after, productivity="stable", years=10, carbon=None, stock=None, peat=None):
    codes, dynamics = COVERS.code_of, DYNAMICS.code_of
    cover = tuple(np.array([[codes.get(name, 0)]], np.uint8) for name in (before, after))
    known = np.array([[dynamics.get(productivity, 0)]], np.uint8)
    found = codes_of(MEANINGS, (1, 1), PeriodCells(years, cover, known, carbon, stock), None, peat)
    return "".join(in_letters(part[found]) for part in JUDGED.periods["reporting"].parts)


def test_forest_turned_into_oil_palm_is_degraded_as_it_is_no_forest_any_more():
    assert period("secondary_forest", "estate_crops") == "DSS"
    assert period("secondary_forest", "plantation_forest") == "SSS"
    assert period("estate_crops", "secondary_forest") == "ISS"


def test_the_classes_of_productivity_are_three():
    found = [period("shrub", "shrub", name)[1] for name in ("declining", "early_decline", "stable_stressed")]
    assert "".join(found) == "DDS"
    assert period("shrub", "shrub", "increasing")[1] == "I"
    assert period("shrub", "shrub", "")[1] == "M"


def test_a_land_cover_that_is_not_known_leaves_two_sub_indicators_missing():
    assert period("", "dryland_crops") == "MSM"


def test_carbon_is_not_judged_on_peat_and_missing_where_there_was_none():
    assert period("primary_forest", "dryland_crops") == "DSD"
    deep, none = Reached(np.array([[50]]), -1, 50), Reached(np.array([[0]]), -1, 1)
    assert period("primary_forest", "dryland_crops", peat=deep) == "DSN"
    assert period("primary_forest", "dryland_crops", stock=none) == "DSM"


def test_two_maps_of_carbon_go_before_the_factors():
    gained = np.array([[200_000]])  # 20 % in steps of a ten-thousandth
    assert period("primary_forest", "dryland_crops", carbon=gained) == "DSI"


def test_every_class_of_the_shipped_land_cover_has_its_factor_and_its_place():
    for before, after in product(COVERS.classes, repeat=2):
        assert factor_change(RULES, before.id, after.id, 20) >= -100
        assert period(before.id, after.id)[0] in "DSI"


classes = arrays(np.uint8, (2, 8), elements=st.integers(0, 14))
changes = arrays(np.int64, (2, 8), elements=st.sampled_from([NONE, -100_000, -99_999, 0, 100_000]))
thicknesses = arrays(np.int16, (2, 8), elements=st.integers(-1, 2))


@given(st.lists(classes, min_size=5, max_size=5), changes, thicknesses)
def test_codes_tell_everything_that_the_layers_of_both_periods_say(layers, change, thickness):
    first, second, third, *dynamics = layers
    factors = PeriodCells(10, (first, second), dynamics[0], None, Reached(thickness, -1, 1))
    measured = PeriodCells(10, (second, third), dynamics[1], change, None)
    codes = codes_of(MEANINGS, (2, 8), measured, factors, Reached(thickness, -1, 2))
    baseline, reporting = (JUDGED.periods[name] for name in ("baseline", "reporting"))
    peat = thickness >= 2
    by_factors = np.where(thickness >= 1, MEANINGS.carbon[10][first, second], MISSING)
    expected = {
        "cover before": (MEANINGS.cover[first, second], baseline.land_cover),
        "cover": (MEANINGS.cover[second, third], reporting.land_cover),
        "productivity before": (MEANINGS.productivity[dynamics[0]], baseline.productivity),
        "productivity": (MEANINGS.productivity[dynamics[1]], reporting.productivity),
        "carbon before": (np.where(peat, NOT_JUDGED, by_factors), baseline.soc),
        "carbon": (np.where(peat, NOT_JUDGED, carbon_verdict(change, 10.0)), reporting.soc),
        "peat": (peat, JUDGED.peat),
        "water": (MEANINGS.water[third], JUDGED.water),
    }
    for told, found in expected.values():
        assert (told == found[codes]).all()
