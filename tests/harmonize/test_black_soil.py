import numpy as np
import pytest

from soilinfo.errors import InputError
from soilinfo.harmonize.black_soil import BlackSoil, black_soil

BLACK = {
    "soc_pct": 2.0,
    "chroma_moist": 2.0,
    "value_moist": 3.0,
    "value_dry": 5.0,
    "cec_cmol_kg": 25.0,
    "base_saturation_pct": 50.0,
}


def category(*horizons, tropical=False, bedrock_cm=np.nan) -> BlackSoil:
    """Of one profile of (upper, lower, what differs from a black horizon)."""
    upper, lower, others = zip(*horizons, strict=True)
    columns = {name: [other.get(name, value) for other in others] for name, value in BLACK.items()}
    (found,) = black_soil(
        [0, len(horizons)], upper, lower, **columns, tropical=tropical, bedrock_cm=bedrock_cm
    )
    return BlackSoil(found)


def test_the_limits_themselves_belong_to_black_soils():
    assert category((0, 25, {})) is BlackSoil.FIRST
    assert category((0, 25, {"soc_pct": 1.2, "chroma_moist": 3})) is BlackSoil.FIRST
    assert category((0, 25, {"soc_pct": 20})) is BlackSoil.FIRST


@pytest.mark.parametrize(
    "short",
    [{"soc_pct": 1.19}, {"soc_pct": 20.1}, {"chroma_moist": 4}, {"value_moist": 4}, {"value_dry": 6}],
)
def test_one_horizon_that_does_not_comply_decides_whatever_is_missing(short):
    unknown = dict.fromkeys(BLACK, np.nan)
    assert category((0, 10, unknown), (10, 25, {**unknown, **short})) is BlackSoil.NONE
    assert category((20, 40, short)) is BlackSoil.NONE


def test_in_the_tropics_half_of_the_carbon_is_enough():
    assert category((0, 25, {"soc_pct": 0.6})) is BlackSoil.NONE
    assert category((0, 25, {"soc_pct": 0.6}), tropical=True) is BlackSoil.FIRST
    assert category((0, 25, {"soc_pct": 0.59}), tropical=True) is BlackSoil.NONE


@pytest.mark.parametrize("poor", [{"cec_cmol_kg": 24.9}, {"base_saturation_pct": 49}])
def test_poorer_horizons_make_the_second_category_also_where_the_other_value_is_missing(poor):
    assert category((0, 12, {}), (12, 30, poor)) is BlackSoil.SECOND
    unknown = {"cec_cmol_kg": np.nan, "base_saturation_pct": np.nan}
    assert category((0, 12, unknown), (12, 30, {**unknown, **poor})) is BlackSoil.SECOND


def test_without_cec_or_bases_the_category_of_a_black_soil_is_open():
    assert category((0, 30, {"cec_cmol_kg": np.nan})) is BlackSoil.FIRST_OR_SECOND


@pytest.mark.parametrize("name", ["soc_pct", "chroma_moist", "value_moist", "value_dry"])
def test_missing_is_unknown_and_not_no_black_soil(name):
    assert category((0, 10, {}), (10, 30, {name: np.nan})) is BlackSoil.UNKNOWN


def test_all_of_the_25_cm_has_to_be_described():
    assert category((0, 20, {})) is BlackSoil.UNKNOWN
    assert category((0, 10, {}), (12, 30, {})) is BlackSoil.UNKNOWN
    assert category((30, 60, {"soc_pct": 0.1})) is BlackSoil.UNKNOWN
    assert category((0, 10.1, {}), (10.1, 10.2, {}), (10.2, 30, {})) is BlackSoil.FIRST


def test_what_lies_below_25_cm_does_not_count():
    assert category((0, 25, {}), (25, 60, {"soc_pct": 0.1, "value_dry": np.nan})) is BlackSoil.FIRST


def test_a_soil_that_rock_makes_too_thin_is_no_black_soil():
    assert category((0, 20, {}), bedrock_cm=20) is BlackSoil.NONE
    assert category((0, 25, {}), bedrock_cm=25) is BlackSoil.FIRST


def test_many_profiles_at_once_are_as_each_alone():
    columns = {name: np.array([value, value, value]) for name, value in BLACK.items()}
    columns["soc_pct"] = np.array([2, 0.8, 2])
    found = black_soil(
        [0, 1, 1, 3], [0, 0, 10], [25, 10, 25], **columns, tropical=[False, True, True], bedrock_cm=np.nan
    )
    assert found.tolist() == [BlackSoil.FIRST, BlackSoil.UNKNOWN, BlackSoil.FIRST]
    colder = black_soil([0, 1, 1, 3], [0, 0, 10], [25, 10, 25], **columns, tropical=False)
    assert colder.tolist() == [BlackSoil.FIRST, BlackSoil.UNKNOWN, BlackSoil.NONE]


def test_horizons_that_overlap_are_refused():
    with pytest.raises(InputError, match="overlap"):
        category((0, 20, {}), (10, 30, {}))
