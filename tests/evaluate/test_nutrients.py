"""What tonnes of fertilizer bring of the nutrients that units should have."""

import pandas as pd
import pytest

from soilinfo.evaluate.nutrients import nutrients_met

CONTENTS = {
    "urea": {"n": 46.0},
    "sp36": {"p2o5": 36.0},
    "kcl": {"k2o": 60.0},
    "npk_15_10_12": {"n": 15.0, "p2o5": 10.0, "k2o": 12.0},
    "organic": None,
}


def tonnes(*rows):
    return pd.DataFrame(rows, columns=["code", "fertilizer", "t"])


def met(wanted, bought, given, contents=CONTENTS):
    return nutrients_met(wanted, bought, given, contents).set_index(["code", "nutrient"])


HECTARES = 12_463
WANTED = tonnes(
    *(("02.04.07", name, kg * HECTARES / 1000) for name, kg in (("urea", 200), ("sp36", 75), ("kcl", 100)))
)
GIVEN = tonnes(("02.04.07", "npk_15_10_12", 3074.0), ("02.04.07", "urea", 323.0))
"""Half of the 500 kg of NPK a hectare that all potash takes, and 70 % of the urea that is counted beside."""


def test_nitrogen_that_is_short_where_npk_is_shows():
    """246 kg of NPK and 26 kg of urea a hectare hold 48.9 kg of N where 92 are recommended."""
    found = met(WANTED, tonnes(), GIVEN)["need_met_pct"]
    assert found["02.04.07", "n"] == pytest.approx(100 * (0.15 * 3074 + 0.46 * 323) / (0.092 * HECTARES))
    assert found["02.04.07"].round(0).to_dict() == {"k2o": 49, "n": 53, "p2o5": 91}


def test_what_is_bought_elsewhere_need_not_be_brought():
    found = met(WANTED, tonnes(("02.04.07", "kcl", 600.0)), GIVEN)
    assert found.loc[("02.04.07", "k2o"), "need_t"] == pytest.approx(0.6 * (0.1 * HECTARES - 600), abs=1e-3)
    assert found.loc[("02.04.07", "n"), "need_met_pct"] == pytest.approx(53, abs=0.5)


def test_more_than_is_needed_is_more_than_a_hundred_percent():
    found = met(tonnes(("a", "sp36", 100.0)), tonnes(), tonnes(("a", "npk_15_10_12", 500.0)))
    assert found["need_met_pct"].to_dict() == {("a", "p2o5"): pytest.approx(100 * 50 / 36, abs=1e-4)}


def test_a_unit_that_is_given_nothing_has_nothing_of_its_need():
    found = met(tonnes(("a", "urea", 10.0), ("b", "urea", 10.0)), tonnes(), tonnes(("a", "urea", 10.0)))
    assert found["need_met_pct"].to_dict() == {("a", "n"): 100, ("b", "n"): 0}


def test_what_holds_nothing_that_can_be_counted_on_brings_nothing():
    found = met(tonnes(("a", "urea", 10.0)), tonnes(), tonnes(("a", "organic", 900.0)))
    assert found["allocated_t"].to_dict() == {("a", "n"): 0}


def test_without_the_contents_of_one_fertilizer_nothing_is_known():
    known = {name: held for name, held in CONTENTS.items() if name != "sp36"}
    for bought in (tonnes(), tonnes(("02.04.07", "kcl", 600.0))):
        found = met(WANTED, bought, GIVEN, known)
        assert [*found.index] == [("02.04.07", name) for name in ("n", "p2o5", "k2o")]
        assert found["need_met_pct"].isna().all()


def test_a_fertilizer_of_unknown_contents_is_the_doubt_only_of_who_has_it():
    wanted = tonnes(("a", "urea", 10.0), ("b", "urea", 10.0), ("b", "mystery", 5.0))
    found = met(wanted, tonnes(("a", "kcl", 1.0)), tonnes(("a", "urea", 5.0)))["need_met_pct"]
    assert found["a", "n"] == 50
    assert found["b"].isna().all()
