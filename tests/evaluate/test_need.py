"""Need: hectares times rate, a cap on what one farmer may count, and what is missing left missing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.need import capped_area, need

PLOT = ["farmer", "code", "commodity", "area_ha"]
A, B = "73.08.01", "73.08.02"

unhurried = settings(deadline=None, max_examples=20)


def register(*plots: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(plots, columns=PLOT)


def areas(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code", "commodity", "area_ha"])


def rates(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["code", "commodity", "fertilizer", "kg_ha"])


# ---- the cap ----------------------------------------------------------------------------


def test_a_farmer_counts_at_most_the_cap_over_all_plots():
    found = capped_area(
        register(("f1", A, "rice", 1.5), ("f1", B, "maize", 2.5), ("f2", A, "rice", 2.0)), 2.0
    )
    assert found.to_dict("records") == [
        {"code": A, "commodity": "rice", "area_ha": 2.75, "over_cap_ha": 0.75, "farmers": 2},
        {"code": B, "commodity": "maize", "area_ha": 1.25, "over_cap_ha": 1.25, "farmers": 1},
    ]


def test_a_farmer_with_several_plots_is_one_farmer():
    found = capped_area(register(("f1", A, "rice", 0.4), ("f1", A, "rice", 0.6)), 2.0)
    assert found.loc[0, ["area_ha", "over_cap_ha", "farmers"]].tolist() == [1.0, 0.0, 1]


def test_a_plot_of_unknown_area_leaves_its_farmers_units_without_an_area():
    found = capped_area(
        register(("f1", A, "rice", np.nan), ("f1", B, "rice", 1.0), ("f2", B, "maize", 1.0)), 2.0
    )
    by_key = found.set_index(["code", "commodity"])["area_ha"]
    assert by_key[[(A, "rice"), (B, "rice")]].isna().all()
    assert by_key[(B, "maize")] == 1.0


def test_a_farmer_without_land_takes_none():
    found = capped_area(register(("f1", A, "rice", 0.0), ("f2", A, "rice", 1.0)), 2.0)
    assert found.loc[0, "area_ha"] == 1.0


@pytest.mark.parametrize(
    ("plots", "message"),
    [
        ([], "the register of farmers has no rows"),
        ([("f1", A, "rice", -0.5)], f"area_ha is negative: f1 {A} rice -0.5"),
        ([("f1", A, "rice", 1.0), (None, A, "rice", 1.0)], "farmer is missing in row 2"),
    ],
)
def test_a_register_that_cannot_be_counted_is_refused(plots, message):
    with pytest.raises(InputError, match=message):
        capped_area(register(*plots), 2.0)


plots = st.tuples(
    st.sampled_from(["f1", "f2", "f3", "f4"]),
    st.sampled_from([A, B]),
    st.sampled_from(["rice", "maize"]),
    st.floats(0, 10),
)


@unhurried
@given(st.lists(plots, min_size=1), st.floats(0.5, 5))
def test_capped_areas_are_no_more_than_the_cap_of_each_farmer_and_no_more_than_there_is(rows, cap):
    whole = register(*rows)
    found = capped_area(whole, cap)
    assert found["area_ha"].sum() <= whole.groupby("farmer")["area_ha"].sum().clip(upper=cap).sum() + 1e-9
    assert (found["area_ha"] + found["over_cap_ha"]).sum() == pytest.approx(whole["area_ha"].sum())
    assert (found[["area_ha", "over_cap_ha"]] >= 0).all().all()
    for _, own in whole.groupby("farmer"):
        assert capped_area(own, cap)["area_ha"].sum() <= cap + 1e-9


@unhurried
@given(st.lists(plots, min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_plots_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(capped_area(register(*rows), 2.0), capped_area(register(*shuffled), 2.0))


# ---- need -------------------------------------------------------------------------------


def test_need_is_hectares_times_rate_in_tonnes():
    found = need(
        areas((B, "rice", 1000.0), (A, "rice", 250.0)),
        rates((A, "rice", "urea", 200.0), (A, "rice", "kcl", 50.0), (B, "rice", "urea", 180.0)),
    )
    assert found.iloc[0].tolist() == [A, "rice", "kcl", 250.0, 50.0, 12.5]
    assert found["need_t"].tolist() == [12.5, 50.0, 180.0]


def test_what_lacks_an_area_or_a_rate_has_no_need_and_stays_in_the_table():
    found = need(
        areas((A, "rice", np.nan), (A, "cocoa", 30.0), (B, "rice", 10.0)),
        rates((A, "rice", "urea", 200.0), (B, "rice", "urea", np.nan), (B, "maize", "urea", 300.0)),
    )
    assert found["need_t"].isna().all()
    assert list(zip(found["code"], found["commodity"], strict=True)) == [
        (A, "cocoa"),
        (A, "rice"),
        (B, "maize"),
        (B, "rice"),
    ]
    assert found["fertilizer"].isna().tolist() == [True, False, False, False]


def test_no_hectares_need_nothing():
    assert need(areas((A, "rice", 0.0)), rates((A, "rice", "urea", 200.0)))["need_t"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("area", "rate", "message"),
    [
        ([], [], "the table of areas has no rows"),
        ([(A, "rice", -1.0)], [], f"area_ha is negative: {A} rice -1.0"),
        ([(A, "rice", 1.0), (A, "rice", 2.0)], [], f"rows given more than once: {A} rice"),
        ([(A, "rice", 1.0)], [(A, "rice", "urea", -5.0)], f"kg_ha is negative: {A} rice urea -5.0"),
        ([(A, "rice", 1.0)], [(A, "rice", "urea", 5.0)] * 2, f"rows given more than once: {A} rice urea"),
        ([(A, None, 1.0)], [], "commodity is missing in row 1"),
    ],
)
def test_tables_that_cannot_be_multiplied_are_refused(area, rate, message):
    with pytest.raises(InputError, match=message):
        need(areas(*area), rates(*rate))


def test_a_message_names_the_first_ten_rows():
    many = areas(*((f"73.08.{at:02d}", "rice", -1.0) for at in range(1, 14)))
    with pytest.raises(InputError, match=r"73\.08\.10 rice -1\.0 and 3 more$"):
        need(many, rates())
