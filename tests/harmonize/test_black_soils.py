"""Black soils in the harmonized table: by config's region, from what is known within 25 cm, else unknown."""

import pytest

from soilinfo.harmonize.profiles import harmonized
from tests.harmonize.test_profiles import rules
from tests.held import frames, profile

BLACK = {"soc": 2.0, "munsell_value_moist": 2.5, "munsell_chroma_moist": 1.0, "munsell_value_dry": 4.0}
RICH = {**BLACK, "cec": 30.0, "base_saturation": 80.0}


def told(*profiles, region="tropical"):
    """The rows of black soils by profile."""
    held, elements, observations = frames("d", profiles)
    chosen = rules({"black_soil": (), "soc": ("soc_walkley_black",)}, black_soil_region=region)
    made = harmonized(held.assign(version="v"), elements, observations, chosen)
    return made[made["property"] == "black_soil"].set_index("profile_id")


def test_the_category_stands_beside_its_region_its_horizons_and_what_it_rests_on():
    row = told(profile("A", (0, 10, RICH), (10, 40, RICH), (40, 90, {"soc": 0.1}))).loc["d.A"]
    assert (row["class"], row["state"], row["method"]) == ("first", "known", "by_horizon")
    assert (row["upper_cm"], row["lower_cm"], row["covered_cm"]) == (0, 25, 25)
    assert (row["equations"], row["elements"]) == ("black_soil_tropical", "d.A.1, d.A.2")
    assert "d.A.2.munsell_chroma_moist" in row["observations"]
    assert row[["value", "sd", "smoothing", "unit"]].isna().all()


@pytest.mark.parametrize(("region", "category"), [("tropical", "first"), ("temperate", "not_black")])
def test_less_carbon_makes_a_black_soil_in_the_tropics_alone(region, category):
    row = told(profile("A", (0, 30, {**RICH, "soc": 0.8})), region=region).loc["d.A"]
    assert (row["class"], row["equations"]) == (category, f"black_soil_{region}")


def test_what_is_unknown_makes_no_category_and_one_horizon_can_decide():
    made = told(
        profile("bare", (0, 30, {"soc": 2.0})),
        profile("pale", (0, 10, BLACK), (10, 30, {"munsell_value_moist": 5.0})),
        profile("open", (0, 30, BLACK)),
        profile("poor", (0, 30, {**BLACK, "cec": 9.0})),
        profile("short", (0, 20, RICH)),
        profile("rock", (0, 20, RICH), bedrock_cm=20.0),
        profile("deep", (30, 60, RICH)),
        profile("lower", (0, 10, {"soc": 0.1}), (10, 30, {"soc": 2.0})),
        profile("over", (0, 30, RICH), (20, 40, RICH)),
    )
    found = {name.removeprefix("d."): row["class"] or row["state"] for name, row in made.iterrows()}
    assert found == {
        "pale": "not_black",
        "open": "first_or_second",
        "poor": "second",
        "short": "unsampled",
        "rock": "not_black",
        "over": "refused",
        "lower": "not_black",
    }


def test_carbon_by_another_method_is_converted_first_and_told():
    row = told(
        profile("A", (0, 30, {**{k: v for k, v in RICH.items() if k != "soc"}, "soc_walkley_black": 1.6}))
    )
    assert row.loc["d.A", "equations"] == "soc_walkley_black > black_soil_tropical"
    assert row.loc["d.A", "class"] == "first"


def test_a_soil_of_which_nothing_tells_whether_it_is_black_has_no_row():
    assert told(profile("A", (0, 30, {"cec": 20.0}))).empty
    assert told(profile("A", (0, 30, {"soc": 2.0})), profile("B", (30, 60, RICH))).empty
