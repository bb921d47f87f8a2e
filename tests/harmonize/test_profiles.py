"""Every harmonized value says which way led to it, what that added to its error, and what it rests on."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from soilinfo.catalog.load import load
from soilinfo.harmonize.carbon import depth_stocks
from soilinfo.harmonize.depth import Horizons, depth_means
from soilinfo.harmonize.profiles import COLUMNS, harmonized
from soilinfo.harmonize.ways import Rules
from tests.country import ROOT
from tests.held import frames, profile

CATALOG = load(ROOT / "config")


def rules(properties, **changes):
    chosen = CATALOG.harmonization.model_copy(update={"properties": properties, **changes})
    return Rules(chosen, CATALOG.equations, CATALOG.properties)


def table(properties, *profiles, **changes):
    """The harmonized rows by profile, property and interval."""
    held, elements, observations = frames("d", profiles)
    made = harmonized(held.assign(version="v1"), elements, observations, rules(properties, **changes))
    assert tuple(made.columns) == COLUMNS
    assert made["id"].is_unique
    made["interval"] = [
        f"{upper:g}-{lower:g}" for upper, lower in zip(made["upper_cm"], made["lower_cm"], strict=True)
    ]
    return made.set_index(["profile_id", "property", "interval"]).sort_index()


def horizons(*values):
    return Horizons(np.array([0, len(values)]), *np.array(values, float).T)


def test_an_observed_property_is_its_spline_with_nothing_added():
    made = table({"ph_h2o": ()}, profile("A", (0, 20, {"ph_h2o": 5.0}), (20, 60, {"ph_h2o": 6.0})))
    expected = depth_means(horizons((0, 20, 5.0), (20, 60, 6.0)), [(0, 5), (15, 30), (0, 30)])
    for interval, mean in zip(("0-5", "15-30", "0-30"), expected.mean[0], strict=True):
        assert made.loc[("d.A", "ph_h2o", interval), "value"] == pytest.approx(mean, abs=1e-12)
    row = made.loc[("d.A", "ph_h2o", "15-30")]
    assert (row["sd_conversion"], row["equations"], row["equation_range"]) == (0, None, "")
    assert (row["elements"], row["observations"]) == ("d.A.1, d.A.2", "d.A.1.ph_h2o, d.A.2.ph_h2o")
    assert (row["state"], row["method"], row["version"]) == ("known", "spline", "v1")


def test_own_values_come_first_and_one_way_is_taken_by_the_whole_profile():
    both = profile("A", (0, 20, {"ph_h2o": 5.0}), (20, 60, {"ph_cacl2": 4.0}))
    other = profile("B", (0, 20, {"ph_kcl": 4.0}), (20, 60, {"ph_cacl2": 4.0}))
    made = table({"ph_h2o": ("ph_cacl2_davies_1971", "ph_kcl_sadovski_2019")}, both, other)
    assert made.loc[("d.A", "ph_h2o", "30-60"), "state"] == "unsampled"
    row = made.loc[("d.B", "ph_h2o", "30-60")]
    assert (row["equations"], row["observed_property"]) == ("ph_cacl2_davies_1971", "ph_cacl2")
    assert row["value"] == pytest.approx(0.9569378 * 4.0 + 0.8382775, abs=1e-6)
    assert (row["observed_value"], row["observed_unit"]) == (4.0, "pH")
    assert made.loc[("d.B", "ph_h2o", "0-5"), "state"] == "unsampled"


def test_errors_of_measurement_shrink_over_horizons_and_that_of_an_equation_does_not():
    known = CATALOG.equations["ph_cacl2_davies_1971"].model_copy(update={"error": 0.3})
    measured = {"value": 5.0, "sd": 0.1}
    two = profile("A", (0, 10, {"ph_cacl2": measured}), (10, 20, {"ph_cacl2": measured}))
    held, elements, observations = frames("d", (two,))
    chosen = rules({"ph_h2o": (known.id,)}, intervals=((0, 20),), further_intervals=())
    chosen = replace(chosen, equations={**CATALOG.equations, known.id: known})
    (row,) = harmonized(held.assign(version="v"), elements, observations, chosen).to_dict("records")
    assert row["sd_conversion"] == pytest.approx(0.3, abs=1e-9)
    assert row["sd"] == pytest.approx(np.hypot(0.3, 0.9569378 * 0.1 / np.sqrt(2)), abs=1e-6)


def test_an_error_that_is_not_known_stays_unknown():
    made = table({"soc": ("soc_walkley_black",)}, profile("A", (0, 20, {"soc_walkley_black": 2.0})))
    row = made.loc[("d.A", "soc", "0-5")]
    assert row["value"] > 2.0
    assert np.isnan([row["sd"], row["sd_conversion"]]).all()
    assert row["method"] == "single_horizon"


def test_an_interval_tells_how_much_of_it_was_seen_and_bedrock_from_what_nobody_sampled():
    shallow = profile("A", (0, 20, {"clay": 20.0}), (40, 68, {"clay": 30.0}), bedrock_cm=70.0)
    made = table({"clay": ()}, shallow, profile("B", (0, 20, {"clay": 20.0})))
    told = made.loc[("d.A", "clay")]
    assert (told.loc["15-30", "covered_cm"], told.loc["15-30", "state"]) == (5, "partly")
    # 8 of the 10 cm above bedrock were seen.
    assert (told.loc["60-100", "covered_pct"], told.loc["60-100", "state"]) == (20, "known")
    assert told.loc["100-200", "state"] == "bedrock"
    assert np.isnan(told.loc["100-200", "value"])
    assert made.loc[("d.B", "clay", "100-200"), "state"] == "unsampled"


def test_horizons_that_overlap_are_refused_and_hurt_no_other_profile():
    over = profile("A", (0, 30, {"clay": 20.0}), (20, 60, {"clay": 30.0}))
    made = table({"clay": ()}, over, profile("B", (0, 20, {"clay": 25.0})))
    assert set(made.loc[("d.A", "clay"), "state"]) == {"refused"}
    assert made.loc[("d.B", "clay", "0-5"), "value"] == 25.0


def test_a_horizon_as_thin_as_rounding_hurts_no_profile():
    thin = (10, 10.00005, {"clay": 90.0})
    made = table(
        {"clay": ()}, profile("A", (0, 10.0001, {"clay": 20.0}), thin, (10.0001, 30, {"clay": 20.0}))
    )
    assert made.loc[("d.A", "clay", "0-30"), "value"] == pytest.approx(20.0)


def test_what_stands_for_a_value_below_the_limit_is_told_with_its_share():
    below = {"value": 0.2, "qualifier": "<"}
    two = profile("A", (0, 10, {"soc": below}), (10, 30, {"soc": 0.1}))
    for censored, value in (("half", 0.1), ("limit", 0.2)):
        made = table({"soc": ()}, two, censored=censored, smoothing=0.0)
        exact = depth_means(horizons((0, 10, value), (10, 30, 0.1)), [(0, 30)], 0.0).mean
        assert made.loc[("d.A", "soc", "0-30"), "value"] == pytest.approx(exact[0, 0])
        assert made.loc[("d.A", "soc", "0-30"), "censored_pct"] == pytest.approx(100 / 3)
    made = table({"soc": ()}, two, censored="leave_out")
    assert made.loc[("d.A", "soc", "0-5"), "state"] == "unsampled"


def test_rejected_values_and_specimens_beside_each_other():
    values = {"clay": 20.0, "clay#2": 30.0, "clay#3": {"value": 99.0, "flag": "rejected"}}
    row = table({"clay": ()}, profile("A", (0, 20, values))).loc[("d.A", "clay", "0-5")]
    assert (row["value"], row["observations"]) == (25.0, "d.A.1.clay, d.A.1.clay.2")


def test_a_value_outside_the_range_of_an_equation_is_flagged_or_refused_as_config_says():
    limited = CATALOG.equations["ph_cacl2_davies_1971"].model_copy(update={"valid": (4.0, 7.0)})
    held, elements, observations = frames(
        "d", (profile("A", (0, 20, {"ph_cacl2": 5.0}), (20, 60, {"ph_cacl2": 8.0})),)
    )
    found = {}
    for outside in ("flag", "refuse"):
        chosen = rules({"ph_h2o": (limited.id,)}, outside_validity=outside)
        chosen = replace(chosen, equations={**CATALOG.equations, limited.id: limited})
        made = harmonized(held.assign(version="v"), elements, observations, chosen)
        found[outside] = made.set_index("upper_cm").loc[[0.0, 30.0]]
    assert found["flag"].loc[30.0, "equation_range"].tolist() == ["outside", "outside"]
    assert found["flag"].loc[0.0, "equation_range"].tolist() == ["inside", "outside"]
    assert set(found["refuse"].loc[30.0, "state"]) == {"unsampled"}
    assert set(found["refuse"].loc[0.0, "state"]) == {"known"}


def test_what_an_equation_cannot_lead_to_is_refused_not_told():
    peat = profile("A", (0, 20, {"soc": 45.0}))
    equations = {
        "bulk_density": ("bulk_density_saini_1996",),
        "organic_matter": ("organic_matter_van_bemmelen",),
    }
    made = table(equations, peat)
    assert set(made.loc[("d.A", "bulk_density"), "state"]) == {"refused"}
    assert made.loc[("d.A", "bulk_density", "0-5"), "equations"].endswith("bulk_density_saini_1996")


def test_limits_of_particle_sizes_are_made_equal_and_lead_to_a_class():
    isss = {"clay": 20.0, "silt_isss": 20.0, "sand_isss": 60.0}
    made = table({"sand": (), "silt": (), "clay": (), "texture": ()}, profile("A", (0, 30, isss)))
    sand = 60 * (1 - np.log(50 / 20) / np.log(2000 / 20))
    row = made.loc[("d.A", "sand", "0-30")]
    assert row["value"] == pytest.approx(sand)
    assert (row["equations"], row["unit"]) == ("particle_size_isss_usda", "%")
    assert row["observations"] == "d.A.1.sand_isss, d.A.1.silt_isss, d.A.1.clay"
    told = made.loc[("d.A", "texture", "0-30")]
    assert (told["class"], told["state"]) == ("loam", "known")
    assert told["equations"] == "particle_size_isss_usda > texture_triangle_usda"
    assert np.isnan(told["value"])
    assert told["unit"] is None
    assert CATALOG.class_table("texture_usda").code_of["loam"]


def test_two_fractions_tell_the_class_and_three_that_do_not_add_up_are_refused():
    two = profile("A", (0, 30, {"sand": 85.0, "clay": 5.0}))
    wrong = profile("B", (0, 30, {"sand": 60.0, "silt": 40.0, "clay": 30.0}))
    one = profile("C", (0, 30, {"clay": 30.0}))
    made = table({"sand": (), "silt": (), "clay": (), "texture": ()}, two, wrong, one)
    assert made.loc[("d.A", "texture", "0-30"), "class"] == "loamy_sand"
    assert made.loc[("d.B", "texture", "0-30"), "state"] == "refused"
    assert ("d.C", "texture", "0-30") not in made.index


def test_a_stock_is_the_integral_of_carbon_per_volume_not_mean_times_mean():
    layers = ((0, 10, 4.0, 0.9), (10, 40, 1.0, 1.4))
    of = [
        (upper, lower, {"soc": c, "bulk_density": d, "coarse_fragments": 10.0})
        for upper, lower, c, d in layers
    ]
    made = table({"soc": (), "bulk_density": (), "soc_stock": ()}, profile("A", *of))
    density = horizons(*((upper, lower, 10 * c * d * 0.9) for upper, lower, c, d in layers))
    row = made.loc[("d.A", "soc_stock", "0-30")]
    assert row["value"] == pytest.approx(depth_stocks(density, [(0, 30)]).t_ha[0, 0])
    assert (row["unit"], row["method"], row["equations"]) == ("t/ha", "integral", "soc_stock_by_density")
    assert row["observations"].split(", ")[:3] == [
        f"d.A.1.{n}" for n in ("soc", "bulk_density", "coarse_fragments")
    ]
    naive = (
        made.loc[("d.A", "soc", "0-30"), "value"]
        * made.loc[("d.A", "bulk_density", "0-30"), "value"]
        * 30
        * 0.9
    )
    assert abs(row["value"] - naive) > 3


def test_stones_that_nobody_told_are_not_none_unless_config_says_so():
    bare = profile("A", (0, 30, {"soc": 2.0, "bulk_density": 1.2}))
    wanted = {"soc": (), "bulk_density": (), "soc_stock": ()}
    assert set(table(wanted, bare).loc[("d.A", "soc_stock"), "state"]) == {"refused"}
    made = table(wanted, bare, stock_without_coarse_fragments="as_none")
    row = made.loc[("d.A", "soc_stock", "0-30")]
    assert row["value"] == pytest.approx(2.0 * 1.2 * 30)
    assert row["equations"] == "no_stones_assumed > soc_stock_by_density"
    assert set(row["equations"].split(" > ")) <= CATALOG.equations.keys()


def test_a_stock_is_whole_only_where_all_soil_above_bedrock_was_sampled():
    cored = {"soc": 2.0, "bulk_density": 1.2, "coarse_fragments": 0.0}
    wanted = {"soc": (), "bulk_density": (), "soc_stock": ()}
    short = profile("A", (0, 20, cored))
    made = table(wanted, short, profile("B", (0, 20, cored), bedrock_cm=20.0), profile("C", (0, 30, cored)))
    told = made.xs("soc_stock", level="property").xs("0-30", level="interval")
    assert told["value"].tolist() == pytest.approx([48, 48, 72])
    assert told["state"].tolist() == ["partly", "known", "known"]
    assert made.loc[("d.A", "soc", "0-30"), "state"] == "known", "a mean of the larger part is one"


def test_rows_lead_from_the_top_down_when_they_are_ordered_by_their_ids():
    some = {"intervals": ((0, 5), (5, 15), (60, 100), (100, 200)), "further_intervals": ((7.5, 30),)}
    made = table({"clay": ()}, profile("A", (0, 200, {"clay": 20.0})), **some).sort_values("id")
    assert [each.rpartition("clay.")[2] for each in made["id"]] == [
        *("000-005", "005-015", "007.5-030", "060-100", "100-200")
    ]


def test_profiles_by_the_batch_are_as_together(monkeypatch):
    soils = [
        profile(code, (0, 20, {"ph_kcl": 4.0 + at, "clay": 10.0 * at}), (20, 60, {"ph_cacl2": 5.0}))
        for at, code in enumerate("ABCDE")
    ]
    wanted = {"ph_h2o": ("ph_cacl2_davies_1971", "ph_kcl_sadovski_2019"), "clay": ()}
    together = table(wanted, *soils)
    monkeypatch.setattr("soilinfo.harmonize.profiles.BATCH", 2)
    pd.testing.assert_frame_equal(table(wanted, *soils), together)


def test_litter_and_peat_have_a_spline_of_their_own():
    peat = profile("A", (0, 30, {"soc": 45.0}, {"is_organic": True}), (30, 60, {"soc": 1.0}))
    made = table({"soc": ()}, peat)
    assert made.loc[("d.A", "soc", "15-30"), "value"] == 45.0
    assert made.loc[("d.A", "soc", "30-60"), "value"] == 1.0


def test_profiles_without_depth_without_place_and_without_values_are_no_rows_and_no_error():
    lost = profile("A", (None, None, {"clay": 3.0}), place=None)
    assert table({"clay": ()}, lost, profile("B")).empty
    assert harmonized(
        *(f.assign(version="v") if n == 0 else f for n, f in enumerate(frames("d", ()))), rules({"clay": ()})
    ).empty


def test_a_class_that_was_observed_is_told_where_it_fills_most_and_comes_before_one_by_fractions():
    def seen(name):
        return {"texture": {"value": None, "class": name}, "sand": 10.0, "clay": 60.0}

    felt = profile("A", (0, 10, seen("loam")), (10, 40, seen("clay_loam")))
    measured = profile("B", (0, 30, {"sand": 10.0, "clay": 60.0}))
    made = table({"texture": (), "sand": (), "clay": ()}, felt, measured)
    told = made.loc[("d.A", "texture")]
    assert told.loc[["0-5", "5-15", "0-30"], "class"].tolist() == ["loam", "loam", "clay_loam"]
    assert told.loc["0-30", "observations"] == "d.A.1.texture, d.A.2.texture"
    assert (told.loc["0-30", "equations"], told.loc["30-60", "state"]) == (None, "partly")
    assert made.loc[("d.B", "texture", "0-30"), "class"] == "clay"
