"""Nutrients and mixtures: worked conversions, and what always holds."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.fertilizer import blend, blends, nutrients_in

CONTENTS = {
    "urea": {"n": 46.0},
    "sp36": {"p2o5": 36.0},
    "kcl": {"k2o": 60.0},
    "npk_15_15_15": {"n": 15.0, "p2o5": 15.0, "k2o": 15.0, "s": 10.0},
    "npk_15_10_12": {"n": 15.0, "p2o5": 10.0, "k2o": 12.0},
}
PRICES = {"urea": 1800.0, "sp36": 2400.0, "kcl": 6000.0, "npk_15_15_15": 1840.0, "npk_15_10_12": 1840.0}
TARGET = {"n": 115.0, "p2o5": 21.6, "k2o": 48.0}
"""What 250 kg of urea, 60 of SP-36 and 80 of KCl hold."""

unhurried = settings(deadline=None, max_examples=30)


def products(*names: str) -> dict[str, dict[str, float]]:
    return {name: CONTENTS[name] for name in names}


# ---- nutrients --------------------------------------------------------------------------


def test_nutrients_of_the_printed_target():
    found = nutrients_in({"urea": 250, "sp36": 60, "kcl": 80}, CONTENTS)
    assert found == pytest.approx({"n": 115, "p2o5": 21.6, "k2o": 48})


def test_a_product_of_unknown_contents_holds_nothing_that_can_be_counted_on():
    with pytest.raises(InputError, match="what 'organic' holds is not known"):
        nutrients_in({"urea": 100, "organic": 500}, CONTENTS | {"organic": None})
    with pytest.raises(UnknownNameError, match="no fertilizer 'guano'"):
        nutrients_in({"guano": 100}, CONTENTS)


# ---- mixtures ---------------------------------------------------------------------------


def test_a_sack_of_npk_15_15_15_in_straight_fertilizers():
    found = blend({"n": 15, "p2o5": 15, "k2o": 15}, products("urea", "sp36", "kcl"), criterion="least_excess")
    assert found.kg_ha == pytest.approx({"urea": 32.61, "sp36": 41.67, "kcl": 25.0}, abs=0.01)


def test_the_printed_target_with_a_fixed_amount_of_npk_15_15_15():
    found = blend(
        TARGET,
        products("urea", "sp36", "kcl", "npk_15_15_15"),
        criterion="least_excess",
        fixed={"npk_15_15_15": 150},
    )
    expected = {"kcl": 42.5, "npk_15_15_15": 150, "sp36": 0, "urea": 201.1}
    assert found.kg_ha == pytest.approx(expected, abs=0.05)
    assert found.left_over["p2o5"] / 0.36 == pytest.approx(2.5), "kg of SP-36"
    assert found.left_over["s"] == 15, "told, though nobody asked for it"


def test_the_printed_target_with_npk_15_10_12_for_its_phosphate():
    found = blend(TARGET, products("urea", "kcl", "npk_15_10_12"), criterion="least_excess")
    assert found.kg_ha == pytest.approx({"npk_15_10_12": 216, "urea": 179.6, "kcl": 36.8}, abs=0.05)
    assert set(found.left_over.values()) == {0}


def test_what_cannot_be_met_exactly_is_left_over():
    found = blend(TARGET, products("urea", "npk_15_10_12"), criterion="least_excess", prices=PRICES)
    assert found.kg_ha == pytest.approx({"npk_15_10_12": 400, "urea": 119.565})
    assert found.left_over == {"n": 0, "p2o5": 18.4, "k2o": 0}
    assert found.cost == pytest.approx(400 * 1840 + 119.565 * 1800)


def test_the_cheapest_mixture_may_waste_what_the_exact_one_does_not():
    cheap = blend(TARGET, CONTENTS, criterion="least_cost", prices=PRICES)
    exact = blend(TARGET, CONTENTS, criterion="least_excess", prices=PRICES)
    assert cheap.cost < exact.cost
    assert cheap.left_over["p2o5"] > 0
    assert [exact.left_over[name] for name in TARGET] == [0, 0, 0]


def test_of_mixtures_without_excess_the_cheapest_else_the_lightest_counts():
    nitrogen = {"n": 23.0}
    sources = {"urea": {"n": 46.0}, "za": {"n": 21.0}}
    dear_urea = {"urea": 9000.0, "za": 1000.0}
    assert blend(nitrogen, sources, criterion="least_excess").kg_ha == {"urea": 50, "za": 0}
    found = blend(nitrogen, sources, criterion="least_excess", prices=dear_urea)
    assert found.kg_ha == pytest.approx({"urea": 0, "za": 109.524})


def test_of_products_that_are_alike_the_first_by_name_is_taken_whatever_the_order():
    alike = {"urea_b": {"n": 46.0}, "urea_a": {"n": 46.0}}
    for contents in (alike, dict(reversed(alike.items()))):
        assert blend({"n": 23.0}, contents, criterion="least_excess").kg_ha == {"urea_a": 50, "urea_b": 0}


def test_of_mixtures_without_excess_the_one_with_least_of_what_is_to_be_spared_is_taken():
    target, contents = {"n": 92.0, "p2o5": 27.0, "k2o": 30.0}, products("urea", "sp36", "kcl", "npk_15_10_12")
    light = blend(target, contents, criterion="least_excess").kg_ha
    spared = blend(target, contents, criterion="least_excess", sparing=["sp36", "kcl"])
    assert light["npk_15_10_12"] == 0
    expected = {"npk_15_10_12": 250, "sp36": 5.556, "kcl": 0, "urea": 118.478}
    assert spared.kg_ha == pytest.approx(expected, abs=1e-3)
    assert set(spared.left_over.values()) == {0}


def test_a_nutrient_asked_for_with_nothing_counts_as_excess():
    without_potash = {"n": 46.0, "p2o5": 18.0, "k2o": 0.0}
    found = blend(without_potash, products("urea", "sp36", "npk_15_15_15"), criterion="least_excess")
    assert found.kg_ha == {"npk_15_15_15": 0, "sp36": 50, "urea": 100}


def test_a_cost_is_told_only_where_every_product_used_has_a_price():
    some = {"urea": 1800.0}
    assert blend({"n": 46.0}, products("urea"), criterion="least_excess", prices=some).cost == 180000
    mixed = blend(TARGET, products("urea", "sp36", "kcl"), criterion="least_excess", prices=some)
    assert mixed.cost is None


@pytest.mark.parametrize(
    ("contents", "more", "message"),
    [
        (
            products("urea", "sp36"),
            {},
            "no product holds k2o, of which 48 kg/ha are needed; there are: sp36, urea",
        ),
        (
            products("urea", "npk_15_10_12"),
            {"fixed": {"npk_15_10_12": 100}},
            "no product holds p2o5, of which 11.6 kg/ha are needed beyond the fixed npk_15_10_12",
        ),
        (CONTENTS | {"organic": None}, {}, "what 'organic' holds is not known"),
        (CONTENTS, {"fixed": {"za": 10}}, "no fertilizer 'za'"),
        (CONTENTS, {"fixed": {"urea": -10}}, "every fixed amount is a number that is not negative: urea -10"),
        (
            CONTENTS,
            {"prices": PRICES | {"kcl": np.nan}},
            "every price is a number that is not negative: kcl nan",
        ),
        (
            products("urea", "sp36", "kcl"),
            {"criterion": "least_cost", "prices": {"urea": 1800.0}},
            "least cost needs a price of every product; there is none of kcl, sp36",
        ),
    ],
)
def test_what_cannot_be_mixed_is_said(contents, more, message):
    with pytest.raises(InputError, match=message):
        blend(TARGET, contents, **{"criterion": "least_excess", **more})


def test_nothing_asked_for_and_negative_nutrients_are_refused():
    with pytest.raises(InputError, match="no nutrients are asked for"):
        blend({}, CONTENTS, criterion="least_excess")
    with pytest.raises(InputError, match="every nutrient is a number that is not negative: n -1"):
        blend({"n": -1.0}, CONTENTS, criterion="least_excess")


def test_targets_of_many_districts_get_what_each_would_alone():
    other = {"n": 92.0, "p2o5": 36.0, "k2o": 30.0}
    found = blends([TARGET, other, TARGET], CONTENTS, criterion="least_excess")
    assert found == [blend(each, CONTENTS, criterion="least_excess") for each in (TARGET, other, TARGET)]


def test_of_nothing_asked_for_a_mixture_is_nothing():
    (nothing,) = blends([{}], {}, criterion="least_excess")
    assert (nothing.kg_ha, nothing.left_over, nothing.cost) == ({}, {}, None)


amounts = st.floats(0, 400).map(lambda kg: round(kg, 1))
targets = st.fixed_dictionaries({"n": amounts, "p2o5": amounts, "k2o": amounts})
GRAM = dict.fromkeys(CONTENTS, 0.001)
mixtures = st.fixed_dictionaries(dict.fromkeys(CONTENTS, amounts))


@unhurried
@given(
    targets,
    st.sampled_from(["least_cost", "least_excess"]),
    st.dictionaries(st.sampled_from([*CONTENTS]), amounts),
)
def test_a_mixture_gives_every_nutrient_asked_for(target, criterion, fixed):
    assume(len(fixed) < 3 and not {"npk_15_15_15", "npk_15_10_12"} <= fixed.keys())
    found = blend(target, CONTENTS, criterion=criterion, prices=PRICES, fixed=fixed)
    given_ = nutrients_in(found.kg_ha, CONTENTS)
    assert all(given_[name] >= kg - 1e-3 for name, kg in target.items())
    assert all(kg >= 0 for kg in found.kg_ha.values())
    assert all(found.kg_ha[name] == kg for name, kg in fixed.items())


@unhurried
@given(mixtures)
def test_no_other_mixture_that_gives_as_much_is_cheaper_or_wastes_less(tried):
    target = {name: kg for name, kg in nutrients_in(tried, CONTENTS).items() if name != "s"}
    cost, gram_of_each = (sum(kg[name] * PRICES[name] for name in CONTENTS) for kg in (tried, GRAM))
    assert blend(target, CONTENTS, criterion="least_cost", prices=PRICES).cost <= cost + gram_of_each
    wasted = blend(target, CONTENTS, criterion="least_excess").left_over
    assert sum(wasted[name] for name in target) == pytest.approx(0, abs=0.02)


def corners(target: dict[str, float], names: list[str]) -> np.ndarray:
    """Corners (corner, product) of all mixtures that give the target: as many amounts and surpluses of
    nutrients are nothing as there are products."""
    holds = np.array([[CONTENTS[name].get(nutrient, 0.0) / 100 for name in names] for nutrient in target])
    columns = np.hstack([holds, -np.eye(len(target))])
    found = []
    for basis in combinations(range(columns.shape[1]), len(target)):
        square = columns[:, basis]
        if abs(np.linalg.det(square)) > 1e-9:
            corner = np.zeros(columns.shape[1])
            corner[[*basis]] = np.linalg.solve(square, [*target.values()])
            found.append(corner)
    return np.array([corner[: len(names)] for corner in found if corner.min() >= -1e-9])


@unhurried
@given(targets, st.dictionaries(st.sampled_from([*CONTENTS]), st.integers(500, 9000), min_size=5))
def test_a_mixture_is_the_best_of_all_corners_of_what_is_possible(target, prices):
    names = sorted(CONTENTS)
    possible = corners(target, names)
    cost = possible @ [prices[name] for name in names]
    excess = possible @ [sum(CONTENTS[name].get(each, 0.0) for each in target) / 100 for name in names]
    for criterion, aims in (("least_cost", (cost, excess)), ("least_excess", (excess, cost))):
        best = np.lexsort([np.round(aim, 6) for aim in reversed(aims)])[0]
        found = blend(target, CONTENTS, criterion=criterion, prices=prices)
        assert found.cost == pytest.approx(cost[best], abs=25)
        assert sum(found.left_over[each] for each in target) == pytest.approx(
            excess[best] - sum(target.values()), abs=0.03
        )
