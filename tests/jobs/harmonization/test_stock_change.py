"""Two samplings compared: to a depth and in a mass, with what is lacking and what weakens the comparison."""

import pytest

from soilinfo.errors import InputError
from soilinfo.jobs.harmonization.one_profile import given_profile
from soilinfo.jobs.harmonization.stock_change import Sampling, soc_stock_change
from tests.harmonize.test_profiles import CATALOG

UNITS = {"soc": "%", "bulk_density": "g/cm3", "coarse_fragments": "% vol", "soc_walkley_black": "%"}


def values(*layers, sd=None, **more):
    """Values of (upper, lower, {property: value})."""
    errors = sd or {}
    return [
        {
            "upper_cm": upper,
            "lower_cm": lower,
            "property": name,
            "unit": UNITS[name],
            "value": value,
            "sd": errors.get(name),
            **more,
        }
        for upper, lower, told in layers
        for name, value in told.items()
    ]


def even(soc, density, *ends):
    """Layers alike, down to these ends."""
    told = {"soc": soc, "bulk_density": density, "coarse_fragments": 0.0}
    return [(top, bottom, told) for top, bottom in zip((0, *ends), ends, strict=False)]


def compared(first, second, days=("2010-08-01", "2020-08-01"), depth=30.0, catalog=CATALOG):
    samplings = [
        Sampling(given_profile(catalog, each), day) for each, day in zip((first, second), days, strict=True)
    ]
    return soc_stock_change(catalog, *samplings, depth, snapshot=1)


def codes(answer):
    return [each["code"] for each in answer["warnings"]]


SURE = {"soc": 0.02, "bulk_density": 0.02, "coarse_fragments": 0.5}


def test_a_compacted_soil_gained_nothing_in_its_mass_and_both_are_told_in_words():
    answer = compared(values(*even(2, 1.0, 20, 40), sd=SURE), values(*even(2, 1.25, 16, 32), sd=SURE))
    fixed, equal = answer["fixed_depth"], answer["equal_mass"]
    assert (fixed["first_t_ha"], fixed["second_t_ha"]) == (pytest.approx(60), pytest.approx(75))
    assert (fixed["change_pct"], fixed["is_sure"]) == (pytest.approx(25), True)
    assert fixed["change_t_ha_yr"] == pytest.approx(1.5, rel=1e-3)
    assert equal["change_t_ha"] == pytest.approx(0, abs=1e-9)
    assert equal["is_sure"] is False
    assert answer["reference_mass_t_ha"] == pytest.approx(3000 * (1 - 1.724 * 0.02))
    assert (answer["lacking"], answer["warnings"]) == ([], [])
    assert "from 60.0 to 75.0 t/ha, +15.0 ± " in answer["sentence"]["en"]
    assert "dari 60,0 menjadi 60,0 t/ha, 0,0 ± " in answer["sentence"]["id"]
    assert "not more than its error" in answer["sentence"]["en"]


def test_too_shallow_a_second_sampling_is_refused_with_what_is_lacking():
    answer = compared(values(*even(1, 1.4, 30)), values(*even(1, 1.2, 30)))
    assert answer["equal_mass"] is None
    assert answer["fixed_depth"]["change_t_ha"] == pytest.approx(-6)
    assert answer["fixed_depth"]["sd_t_ha"] is None
    (lacking,) = answer["lacking"]
    assert lacking["to_cm"] == pytest.approx(35)
    assert "to about 35 cm" in lacking["text"]["en"]


def test_a_layer_without_density_is_named_and_nothing_is_compared():
    gap = [(0, 10, {"soc": 2.0, "bulk_density": 1.0, "coarse_fragments": 0.0}), (10, 40, {"soc": 1.0})]
    answer = compared(values(*even(2, 1.0, 30)), values(*gap))
    assert (answer["fixed_depth"], answer["equal_mass"]) == (None, None)
    assert "Bulk density" in " ".join(each["text"]["en"] for each in answer["lacking"])
    assert {each["sampling"] for each in answer["lacking"]} == {"second"}


def test_peat_estimated_density_another_method_and_missing_dates_are_warned_of():
    first = values((0, 40, {"soc": 45.0, "bulk_density": 0.15, "coarse_fragments": 0.0}))
    second = values((0, 40, {"soc_walkley_black": 30.0, "coarse_fragments": 0.0}))
    answer = compared(first, second, days=(None, "2020-08-01"))
    assert codes(answer) == ["peat", "density_estimated", "methods_differ", "no_dates"]
    assert all({"en", "id"} == {*each["text"]} for each in answer["warnings"])
    assert answer["years"] is None


def test_stones_that_nobody_told_are_refused_or_taken_as_none_as_config_says():
    bare = values((0, 30, {"soc": 2.0, "bulk_density": 1.0}))
    with pytest.raises(InputError, match="no coarse_fragments"):
        compared(bare, bare)
    rules = CATALOG.harmonization.model_copy(update={"stock_without_coarse_fragments": "as_none"})
    answer = compared(bare, bare, catalog=CATALOG.model_copy(update={"harmonization": rules}))
    assert codes(answer) == ["no_stones", "no_stones"]
    assert answer["fixed_depth"]["first_t_ha"] == pytest.approx(60)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"depth": 0.0}, "not to 0"),
        ({"days": ("2020-01-01", "2019-01-01")}, "not later"),
        ({"days": ("last year", "2019-01-01")}, "not 'last year'"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, said):
    with pytest.raises(InputError, match=said):
        compared(values(*even(2, 1.0, 30)), values(*even(2, 1.0, 30)), **asked)
