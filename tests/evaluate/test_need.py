"""Need: hectares times rate, a cap on what one farmer may count, and what is missing left missing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.errors import InputError
from soilinfo.evaluate.need import asked_within_cap, capped_area, completed, need

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
    assert found.drop(columns="planted_ha").to_dict("records") == [
        {"code": A, "commodity": "rice", "area_ha": 2.75, "over_cap_ha": 0.75, "farmers": 2},
        {"code": B, "commodity": "maize", "area_ha": 1.25, "over_cap_ha": 1.25, "farmers": 1},
    ]


def test_a_farmer_with_several_plots_is_one_farmer():
    found = capped_area(register(("f1", A, "rice", 0.4), ("f1", A, "rice", 0.6)), 2.0)
    assert found.loc[0, ["area_ha", "over_cap_ha", "farmers"]].tolist() == [1.0, 0.0, 1]


def test_a_farmer_with_a_plot_of_unknown_area_counts_with_none_and_takes_nothing_from_others():
    found = capped_area(
        register(("f1", A, "rice", np.nan), ("f1", B, "rice", 1.0), ("f2", B, "rice", 3.0)), 2.0
    ).set_index(["code", "commodity"])
    assert found.loc[(B, "rice"), ["area_ha", "over_cap_ha", "farmers"]].tolist() == [2.0, 1.0, 1]


def test_where_only_such_farmers_have_plots_no_area_is_known():
    found = capped_area(register(("f1", A, "rice", np.nan), ("f2", B, "rice", 1.0)), 2.0)
    assert np.isnan(found.loc[0, "area_ha"])
    assert (found.loc[0, "code"], found.loc[0, "farmers"]) == (A, 0)


def seasonal(*plots: tuple[str, str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(plots, columns=[*PLOT, "seasons"])


def test_the_cap_is_of_land_and_what_counts_is_planted_in_all_seasons():
    """Four hectares of land, half of it over the cap: so is half of what each crop plants."""
    found = capped_area(seasonal(("f1", A, "rice", 1.0, 3), ("f1", A, "maize", 3.0, 1)), 2.0)
    by_commodity = found.set_index("commodity")[["area_ha", "over_cap_ha"]]
    assert by_commodity.loc["rice"].tolist() == [1.5, 1.5]
    assert by_commodity.loc["maize"].tolist() == [1.5, 1.5]


def test_a_plot_planted_less_than_never_is_refused():
    with pytest.raises(InputError, match=f"seasons is negative: f1 {A} rice -1.0"):
        capped_area(seasonal(("f1", A, "rice", 1.0, -1.0)), 2.0)


def test_a_plot_of_unknown_seasons_does_not_count_and_its_land_does():
    found = capped_area(seasonal(("f1", A, "rice", 2.0, np.nan), ("f1", B, "rice", 2.0, 2)), 2.0)
    assert np.isnan(found.loc[0, "area_ha"])
    assert found.loc[1, ["area_ha", "over_cap_ha"]].tolist() == [2.0, 2.0]


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


# ---- a register that lacks farmers ------------------------------------------------------


def listed(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return areas(*rows).assign(farmers=7.0)


def by_crop(found: pd.DataFrame) -> pd.DataFrame:
    return found.set_index(["code", "commodity"])[["area_ha", "over_cap_ha", "farmers", "area_from"]]


def test_a_register_counts_where_it_has_the_land_of_the_table():
    found = completed(capped_area(register(("f1", A, "rice", 3.0)), 2.0), listed((A, "rice", 3.2)), 0.9)
    assert by_crop(found).loc[(A, "rice")].tolist() == [2.0, 1.0, 1, "registry"]


def test_a_register_with_less_gives_way_to_the_table_and_lends_its_proportion():
    """Of its three hectares two are eligible, so are two thirds of the table's 60."""
    found = completed(capped_area(register(("f1", A, "rice", 3.0)), 2.0), listed((A, "rice", 60.0)), 0.9)
    assert by_crop(found).loc[(A, "rice")].tolist() == [40.0, 20.0, 7, "table_capped"]


def test_a_crop_that_the_register_lacks_is_capped_as_all_plots_of_the_unit_are():
    whole = register(("f1", A, "rice", 3.0), ("f2", A, "cocoa", 1.0))
    found = completed(
        capped_area(whole, 2.0), listed((A, "rice", 3.0), (A, "maize", 8.0), (B, "maize", 8.0)), 0.9
    )
    assert by_crop(found).loc[(A, "maize")].tolist() == [6.0, 2.0, 7, "table_capped"]
    assert by_crop(found).loc[(B, "maize")].tolist() == [8.0, 0.0, 7, "table"]
    assert by_crop(found).loc[(A, "cocoa")].tolist() == [1.0, 0.0, 1, "registry"]


def test_plots_of_unknown_area_do_not_make_a_register_incomplete():
    """Each is taken to be as large as the others when it is compared with the table, and never counts."""
    whole = register(("f1", A, "rice", 2.0), ("f2", A, "rice", np.nan))
    found = completed(capped_area(whole, 2.0), listed((A, "rice", 4.0)), 0.9)
    assert by_crop(found).loc[(A, "rice")].tolist() == [2.0, 0.0, 1, "registry"]


@pytest.mark.parametrize("farmers", [1, 60, 100])
def test_plots_of_unknown_area_alone_take_away_no_area_that_the_table_states(farmers):
    """However many they are: the plots of another unit do not tell how large these are."""
    unknown = [(f"f{farmer}", A, "rice", np.nan) for farmer in range(farmers)]
    counted = capped_area(register(*unknown, ("g", B, "rice", 1.0)), 2.0)
    found = completed(counted, listed((A, "rice", 60.0), (B, "rice", 1.0)), 0.9)
    assert by_crop(found).loc[(A, "rice")].tolist() == [60.0, 0.0, 7, "table"]
    assert found["registered_ha"].tolist() == pytest.approx([np.nan, 1.0], nan_ok=True)
    unlisted = completed(counted, listed((B, "rice", 1.0)), 0.9)
    assert np.isnan(by_crop(unlisted).loc[(A, "rice"), "area_ha"])


def test_an_area_that_the_table_does_not_state_is_that_of_the_register_or_unknown():
    found = completed(
        capped_area(register(("f1", A, "rice", 1.0)), 2.0),
        listed((A, "rice", np.nan), (B, "rice", np.nan)),
        0.9,
    )
    assert by_crop(found).loc[(A, "rice"), "area_ha"] == 1.0
    assert np.isnan(by_crop(found).loc[(B, "rice"), "area_ha"])


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
@given(st.lists(plots, min_size=1), st.floats(0, 1000), st.floats(0, 1))
def test_no_area_of_a_register_or_a_table_is_lost_or_counted_twice(rows, stated, least):
    found = completed(capped_area(register(*rows), 2.0), listed((A, "rice", stated)), least)
    registered = sum(row[3] for row in rows if row[1:3] == (A, "rice"))
    mine = found.set_index(["code", "commodity"]).loc[(A, "rice")]
    whole = stated if mine["area_from"] != "registry" else registered
    assert mine["area_ha"] + mine["over_cap_ha"] == pytest.approx(whole)
    assert not found.duplicated(["code", "commodity"]).any()


@unhurried
@given(st.lists(plots, min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_plots_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    pd.testing.assert_frame_equal(capped_area(register(*rows), 2.0), capped_area(register(*shuffled), 2.0))


def asked_for(whole: pd.DataFrame) -> float:
    """What counts of 100 t that are asked for on the plots of a register."""
    found = completed(capped_area(whole, 2.0), listed((A, "rice", np.nan)), 0.9)
    return float(asked_within_cap(found.assign(request_t=100.0))[0])


def test_what_is_asked_for_counts_in_the_proportion_that_is_eligible():
    assert asked_for(register(("f1", A, "rice", 3.0), ("f2", A, "rice", 1.0))) == 75.0


def test_to_leave_an_area_blank_does_not_make_a_request_count_for_more():
    """The farmer who does not tell is left out, with the plot that is told and about the other."""
    blank = register(("f1", A, "rice", 1.5), ("f1", A, "rice", np.nan), ("f2", A, "rice", 1.0))
    stated = blank.fillna(1.5)
    assert asked_for(stated) == 75.0
    assert asked_for(blank) == pytest.approx(100 * 1.0 / (2.5 + 1.25), abs=1e-3)


def test_what_is_asked_for_land_that_nobody_states_does_not_count_and_without_land_all_of_it():
    rows = pd.DataFrame({"area_ha": [np.nan, 0.0], "planted_ha": [np.nan, 0.0], "request_t": [5.0, 5.0]})
    assert asked_within_cap(rows).tolist() == pytest.approx([np.nan, 5.0], nan_ok=True)


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
