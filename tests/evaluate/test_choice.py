"""The best crop, its rivals, what land is left, and where its use contradicts what it suits."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from soilinfo.catalog.choice import AVAILABLE, NO_CROP, UNKNOWN
from soilinfo.catalog.load import load
from soilinfo.catalog.models import SuitabilityClass
from soilinfo.evaluate.choice import (
    ELSEWHERE,
    NOT_COUNTED,
    NOT_JUDGED,
    Exclusion,
    at_least,
    choose,
    class_under_use,
    common_basis,
    cut_to,
    first_loss,
    flags,
    funnel,
    ranks,
)
from tests.country import ROOT

S1, S2, S3, N = SuitabilityClass
CODES = [11, 12, 13]


def cells(*crops):
    """Classes (crop, y, x) of one row of cells, a list for each crop."""
    return np.array(crops, np.uint8)[:, np.newaxis, :]


def chosen(actual, potential=None, weights=(1, 1, 1), whole=None):
    classes = [cells(*(each or actual)) for each in (actual, potential, whole)]
    return choose(*classes, codes=CODES[: len(actual)], weights=weights)


def only(array):
    return array[0].tolist()


def test_the_better_class_wins_before_any_potential_and_any_weight():
    found = chosen([[S2], [S1], [S3]], [[S1], [S1], [S1]], weights=(9, 1, 9))
    assert only(found.best) == [12]
    assert (only(found.best_class), only(found.best_potential)) == ([S1], [S1])


def test_of_equal_classes_the_better_potential_wins_before_any_weight():
    found = chosen([[S3], [S3], [S3]], [[S3], [S2], [S1]], weights=(9, 9, 1))
    assert only(found.best) == [13]
    assert only(found.competing) == [0]


def test_a_weight_decides_between_equals_and_then_the_order_and_both_still_compete():
    assert only(chosen([[S2], [S2], [S2]], weights=(1, 3, 2)).best) == [12]
    found = chosen([[S2], [S2], [S3]], weights=(1, 1, 1))
    assert only(found.best) == [11]
    assert only(found.competing) == [1]
    assert only(chosen([[S2], [S2], [S2]]).competing) == [2]


def test_a_crop_without_a_class_never_wins_and_never_competes():
    found = chosen([[0, 0], [S3, 0], [N, 0]])
    assert only(found.best) == [12, 0]
    assert only(found.best_class) == [S3, 0]
    assert only(found.competing) == [0, NOT_COUNTED]
    assert only(found.suitable) == [0, NOT_COUNTED]


def test_land_that_is_unsuitable_for_all_has_no_best_crop_but_a_class():
    found = chosen([[N, N], [N, N], [0, N]], [[N, N], [N, S3], [0, N]])
    assert only(found.best) == [NO_CROP, NO_CROP]
    assert only(found.best_class) == [N, N]
    assert only(found.best_whole) == [N, N]
    assert only(found.best_potential) == [0, 0]
    assert only(found.competing) == [0, 0]


def test_a_crop_that_its_whole_table_rules_out_is_no_best_crop_however_good_on_what_all_share():
    found = chosen([[S1, S1], [S3, S1]], whole=[[N, N], [S3, N]])
    assert only(found.best) == [12, NO_CROP]
    assert only(found.best_class) == [S3, N]
    assert only(found.best_whole) == [S3, N]
    assert only(found.suitable) == [0, 0]


def test_the_common_characteristics_rank_the_crops_that_their_whole_tables_allow():
    found = chosen([[S1], [S2]], whole=[[S3], [S2]])
    assert only(found.best) == [11]
    assert (only(found.best_class), only(found.best_whole)) == ([S1], [S3])


def test_what_a_whole_table_does_not_know_speaks_against_no_crop():
    found = chosen([[S2], [S3]], whole=[[0], [S3]])
    assert only(found.best) == [11]
    assert only(found.best_whole) == [0]


def test_suitable_crops_are_counted_by_the_classes_asked_for():
    actual = cells([S1, S3], [S2, S3], [S3, N])
    found = choose(actual, actual, actual, codes=CODES, weights=(1, 1, 1), suitable=[S1, S2])
    assert only(found.suitable) == [2, 0]
    wider = choose(actual, actual, actual, codes=CODES, weights=(1, 1, 1), suitable=[S1, S2, S3])
    assert only(wider.suitable) == [3, 2]


def naive_best(actual, potential, whole, weights):
    """The best crop of one cell, its rivals, said as the rule is said."""
    if not any(actual):
        return 0, NOT_COUNTED
    crops = range(len(actual))
    allowed = [at for at in crops if 0 < actual[at] < N and whole[at] != N]
    if not allowed:
        return NO_CROP, 0
    known = [(actual[at], potential[at], -weights[at], at) for at in allowed]
    best = min(known)
    return CODES[best[3]], sum(one[:2] == best[:2] for one in known) - 1


@given(
    actual=npst.arrays(np.uint8, (3, 2, 4), elements=st.integers(0, 4)),
    gains=npst.arrays(np.uint8, (3, 2, 4), elements=st.integers(0, 3)),
    losses=npst.arrays(np.uint8, (3, 2, 4), elements=st.sampled_from([0, 1, 3, 9])),
    weights=st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=3, max_size=3),
)
def test_every_cell_is_chosen_as_the_rule_says(actual, gains, losses, weights):
    potential = np.where(actual == 0, 0, np.maximum(actual.astype(int) - gains, 1)).astype(np.uint8)
    # More rows never make a class better; 9: the whole table does not know one.
    whole = np.where((actual == 0) | (losses == 9), 0, np.minimum(actual + losses, N)).astype(np.uint8)
    found = choose(actual, potential, whole, codes=CODES, weights=weights)
    marks = flags(actual, potential, whole, [S1, S2])
    for cell in np.ndindex(2, 4):
        one = tuple([*classes[:, *cell].tolist()] for classes in (actual, potential, whole))
        assert (found.best[cell], found.competing[cell]) == naive_best(*one, weights)
        suitable = [bool(marks[cell] >> crop & 1) for crop in range(3)]
        assert suitable == [0 < each <= 2 and all_ != N for each, all_ in zip(one[0], one[2], strict=True)]
        as_good = sum(int(marks[cell]) >> 3 + crop & 1 for crop in range(3))
        has_best = found.best[cell] not in (0, NO_CROP)
        assert as_good == (found.competing[cell] + 1 if has_best else 0)


def test_area_for_at_least_n_crops_adds_up_what_suits_n_or_more():
    by_number = np.array([[10.0, 5.0, 3.0, 2.0]])
    assert at_least(by_number).tolist() == [[10.0, 5.0, 2.0]]


def test_equal_scores_share_a_rank_and_the_next_one_is_left_out():
    assert ranks(np.array([[5.0, 9.0, 5.0, 1.0]])).tolist() == [[2, 1, 2, 4]]


# ---- the common basis ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalog():
    return load(ROOT / "config")


def everywhere(*names):
    return dict.fromkeys(names, 100.0)


def test_crops_are_compared_only_on_what_all_tables_have(catalog):
    crops = [catalog.crop("cocoa"), catalog.crop("maize")]
    covered = everywhere("ph_h2o", "dry_months", "rainfall_annual")
    basis = common_basis(crops, covered, least_pct=95)
    assert basis.used == ("ph_h2o", "rainfall_annual")
    left = {each.characteristic: each for each in basis.left_out}
    assert (left["dry_months"].reason, left["dry_months"].crops) == ("no_row", ("maize",))
    assert left["soil_depth"].reason == "no_layer"


def test_a_row_that_only_a_region_drops_is_left_out_by_the_name_of_the_regional_set(catalog):
    crops = [catalog.crop("cocoa"), catalog.crop("maize")]
    highland = cut_to(catalog.crop("maize"), ["ph_h2o"])
    covered = everywhere("ph_h2o", "rainfall_annual")
    basis = common_basis(crops, covered, regional={"maize_highland": highland}, least_pct=95)
    assert basis.used == ("ph_h2o",)
    left = {each.characteristic: each for each in basis.left_out}
    assert left["rainfall_annual"].reason == "no_row"
    assert (left["rainfall_annual"].crops, left["rainfall_annual"].regional) == ((), ("maize_highland",))


def test_a_layer_with_gaps_decides_nothing_or_the_gaps_would_win(catalog):
    crops = [catalog.crop("cocoa"), catalog.crop("maize")]
    basis = common_basis(crops, {"ph_h2o": 100.0, "soc": 90.0}, least_pct=95)
    assert basis.used == ("ph_h2o",)
    left = {each.characteristic: each for each in basis.left_out}
    assert (left["soc"].reason, left["soc"].covered_pct) == ("gaps", 90.0)


def test_an_irrigated_crop_needs_no_row_of_rain_to_be_compared_with_others(catalog):
    crops = [catalog.crop("rice_irrigated"), catalog.crop("cocoa")]
    rules = catalog.evaluation
    covered = everywhere("rainfall_annual", "relative_humidity")
    assert "rainfall_annual" not in common_basis(crops, covered, least_pct=95).used
    basis = common_basis(crops, covered, irrigation_only=rules.irrigation_only, least_pct=95)
    assert "rainfall_annual" in basis.used
    rainfed = [catalog.crop("rice_upland"), catalog.crop("cocoa")]
    basis = common_basis(rainfed, covered, irrigation_only=rules.irrigation_only, least_pct=95)
    assert "rainfall_annual" not in basis.used


def test_a_crop_is_cut_to_the_rows_it_is_compared_on(catalog):
    crop = cut_to(catalog.crop("maize"), ["ph_h2o", "esp", "nothing"])
    assert set(crop.characteristics) <= {"ph_h2o", "esp"}
    assert crop.id == "maize"


# ---- the funnel ---------------------------------------------------------------------------


def step(known, excluded):
    """One row of cells; what is not known is not excluded."""
    known, excluded = np.array([known], bool), np.array([excluded], bool)
    return Exclusion(known, known & excluded)


def test_the_first_step_that_is_known_to_take_land_decides():
    steps = [step([1, 1, 1, 0, 0], [1, 0, 0, 0, 0]), step([1, 1, 0, 1, 1], [1, 1, 0, 1, 0])]
    assert first_loss(steps).tolist() == [[1, 2, UNKNOWN + 2, 2, UNKNOWN + 1]]
    assert first_loss([step([1], [0])]).tolist() == [[AVAILABLE]]


def test_what_land_is_lost_does_not_depend_on_the_order_of_steps():
    steps = [step([0, 0, 1], [0, 0, 0]), step([1, 0, 1], [1, 0, 0]), step([1, 1, 0], [0, 0, 0])]
    for order in itertools.permutations(steps):
        lost, *unknown = first_loss(order)[0]
        assert lost < UNKNOWN
        assert all(UNKNOWN < outcome < AVAILABLE for outcome in unknown)


masks = npst.arrays(np.bool_, (1, 6))
exclusions = st.lists(
    st.builds(lambda known, met: step(known[0], met[0]), masks, masks), min_size=1, max_size=5
)
AREAS = np.array([[3.3, 0.1, 7.0, 2.9, 1e-4, 812.5]])


def hectares(steps):
    outcome = first_loss(steps)
    areas = np.array([[AREAS[outcome == code].sum() for code in range(1, AVAILABLE + 1)]])
    return funnel(areas, len(steps))


@given(exclusions)
def test_lost_unknown_and_remaining_land_is_all_land(steps):
    found = hectares(steps)
    total = found.lost_ha.sum() + found.unknown_ha.sum() + found.remaining_ha.sum()
    assert total == pytest.approx(AREAS.sum(), abs=1e-6)


@given(exclusions, st.data())
def test_a_further_step_never_leaves_more_land(steps, data):
    at = data.draw(st.integers(0, len(steps)))
    further = data.draw(exclusions)[0]
    before, after = hectares(steps), hectares([*steps[:at], further, *steps[at:]])
    assert after.remaining_ha[0] <= before.remaining_ha[0] + 1e-9


@given(exclusions)
def test_what_remains_does_not_depend_on_the_order_of_the_steps(steps):
    assert hectares(steps).remaining_ha == pytest.approx(hectares(steps[::-1]).remaining_ha)


# ---- use of land and its suitability ------------------------------------------------------


def test_land_under_a_use_has_the_best_class_of_the_crops_or_is_not_judged():
    used = np.array([[True, True, True, False, True]])
    known = np.array([[True, True, True, True, False]])
    classes = cells([N, N, 0, N, N], [N, S3, N, N, N])
    found = class_under_use(used, known, classes)
    assert found.tolist() == [[N, S3, NOT_JUDGED, ELSEWHERE, 0]]
