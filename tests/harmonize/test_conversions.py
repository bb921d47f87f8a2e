"""Equations: published numbers come out, errors add up, and what is unknown stays unknown."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.load import load
from soilinfo.errors import InputError, UnitError
from soilinfo.harmonize.conversions import convert, refusals, ways
from tests.harmonize.facts import EXAMPLES, needs_examples

CATALOG = load(Path(__file__).resolve().parents[2] / "config")
SIMPLE = sorted(id for id, one in CATALOG.equations.items() if one.form != "rule")
PEERS_OF_PH = {
    "miller": "ph_cacl2_miller_2010",
    "davies": "ph_cacl2_davies_1971",
    "brennan": "ph_cacl2_brennan",
    "ahern": "ph_cacl2_ahern",
    "kabala": "ph_kcl_kabala_2016",
    "sadovski": "ph_kcl_sadovski_2019",
}
DENSITIES = {
    "Saini1996": "saini_1996",
    "Drew1973": "drew_1973",
    "Jeffrey1979": "jeffrey_1979",
    "Grigal1989": "grigal_1989",
    "Adams1973": "adams_1973",
    "Honeyset_Ratkowsky1989": "honeysett_ratkowsky_1989",
}


def made(id: str, *values: float) -> list[float]:
    """What a shipped equation makes of values, in its own units."""
    equation = CATALOG.equation(id)
    return convert(np.array(values), equation, equation.from_unit, equation.to_unit).value.tolist()


def equation(**differs: object) -> Equation:
    """An equation of one's own: soc = 1 + 2 x, error 0.5, good from 1 to 10."""
    text = {"en": "any", "id": "apa saja"}
    told = {
        "id": "any",
        "title": text,
        "from_property": "soc_walkley_black",
        "to_property": "soc",
        "form": "linear",
        "coefficients": (1, 2),
        "from_unit": "%",
        "to_unit": "%",
        "valid": (1, 10),
        "error": 0.5,
        "soils": text,
        "source": "none",
        "confidence": "M",
    }
    return Equation.model_validate(told | differs)


@needs_examples
def test_ph_of_every_published_model_is_reproduced():
    rows = [*csv.DictReader((EXAMPLES / "ph_conversion_peers.csv").read_text("utf-8").splitlines())]
    assert len(rows) == 54
    for row in rows:
        assert made(PEERS_OF_PH[row["model"]], float(row["ph"])) == [
            pytest.approx(float(row["pH_water"]), abs=5.1e-4)
        ], row


@needs_examples
def test_bulk_densities_of_all_six_functions_are_reproduced_even_the_impossible_ones():
    lines = (EXAMPLES / "bulk_density_ptf_gsnmap.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(lines[1:]):
        matter = made("organic_matter_van_bemmelen", float(row["SOC_percent"]))[0]
        assert matter == pytest.approx(float(row["OM_percent"]))
        for column, id in DENSITIES.items():
            density = made(f"bulk_density_{id}", matter)
            assert density == [pytest.approx(float(row[column]), abs=1e-6)], (row, column)


def test_what_twelve_equations_say_of_one_conductivity_is_as_far_apart_as_published():
    ids = [one.id for one in CATALOG.equations.values() if one.from_property == "ec_1_5"]
    assert len(ids) == 12
    at_1, at_2 = ([made(id, value)[0] for id in ids] for value in (1.0, 2.0))
    assert (round(min(at_1), 1), round(max(at_1), 1)) == (4.5, 8.7)
    assert (round(min(at_2), 1), round(max(at_2), 1)) == (9.0, 17.6)
    assert made("ece_klaustermeier", 2.0) == [pytest.approx(10 ** (1.256 * np.log10(2) + 0.766))]
    assert made("ece_he", 2.0) == [pytest.approx(np.exp(0.7 * np.log(2) + 1.78))]


def test_sodium_is_never_less_than_nothing():
    assert made("esp_of_sar", 0, 0.5, 10) == [0, 0, pytest.approx(100 * 0.1349 / 1.1349)]


@needs_examples
def test_the_form_of_a_phosphorus_conversion_can_be_told_but_none_is_shipped():
    lines = (EXAMPLES / "p_test_conversion_granular.csv").read_text("utf-8").splitlines()
    published = {"M3-COL": (1.21, 0.84), "M3-ICP": (-6.4667, 0.778)}
    for row in csv.DictReader(lines[1:]):
        if row["from"] in published:
            of_iowa = equation(coefficients=published[row["from"]], from_unit="ppm", to_unit="ppm")
            found = convert(np.array([float(row["value"])]), of_iowa, "ppm", "ppm").value
            assert found == [pytest.approx(float(row["bray1"]), abs=1e-4)]
    tests = {"p_olsen", "p_mehlich3", "p_bray1", "p2o5_hcl25", "p2o5_bray1"}
    between = {id for id, one in CATALOG.equations.items() if {one.from_property, one.to_property} <= tests}
    assert between == {"p2o5_of_p_bray1"}


def test_an_equation_is_told_in_the_units_of_the_properties():
    told = convert(np.array([20.0]), equation(), "g/kg", "g/kg")
    assert told.value == [pytest.approx(50)]
    assert told.slope == [pytest.approx(2)]
    assert told.error_sd == [pytest.approx(5)]
    with pytest.raises(UnitError, match="does not convert"):
        convert(np.array([1.0]), equation(), "pH", "%")


def test_errors_of_measurement_and_equation_add_as_squares_and_what_is_unknown_stays_so():
    told = convert(np.array([2.0, np.nan]), equation(), "%", "%")
    assert told.sd(0.6)[0] == pytest.approx(np.hypot(2 * 0.6, 0.5))
    assert np.isnan([told.sd(np.nan)[0], told.value[1], told.sd(0.6)[1]]).all()
    unstated = convert(np.array([2.0]), equation(error=None), "%", "%")
    assert np.isnan(unstated.sd(0.0)).all()


def test_values_outside_the_range_are_converted_and_said_to_be_outside():
    told = convert(np.array([0.5, 1.0, 10.0, 11.0, np.nan]), equation(), "%", "%")
    assert told.range.tolist() == ["outside", "inside", "inside", "outside", "outside"]
    assert refusals(told, "flag", (0, 20)).tolist() == ["", "", "impossible", "impossible", "no_value"]
    refused = refusals(told, "refuse", None).tolist()
    assert refused == ["outside_validity", "", "", "outside_validity", "no_value"]
    nowhere = convert(np.array([2.0]), equation(valid=None), "%", "%")
    assert (nowhere.inside, nowhere.range.tolist()) == (None, ["not stated"])


def test_an_equation_has_no_value_where_it_is_not_defined():
    told = convert(np.array([0.0, -1.0]), equation(form="logarithmic"), "%", "%")
    assert np.isnan(told.value).all()
    assert np.isnan(made("ece_he", 0.0)).all()


@pytest.mark.parametrize("id", SIMPLE)
@given(x=st.floats(0.3, 8.0))
def test_the_slope_is_the_derivative_of_the_value(id: str, x: float):
    step = 1e-5
    one = CATALOG.equation(id)
    told = convert(np.array([x - step, x, x + step]), one, one.from_unit, one.to_unit)
    low, _, high = told.value
    assert told.slope[1] == pytest.approx((high - low) / (2 * step), rel=1e-3, abs=1e-3)


@given(x=st.floats(0.1, 60))
def test_organic_matter_and_back_is_the_carbon_it_was(x: float):
    for name in ("van_bemmelen", "pribyl_2010"):
        assert made(f"soc_of_organic_matter_{name}", *made(f"organic_matter_{name}", x)) == [pytest.approx(x)]


def test_a_rule_of_several_properties_is_not_applied_to_one():
    rule = CATALOG.equation("texture_triangle_usda")
    with pytest.raises(InputError, match="several properties at once: sand, silt, clay"):
        convert(np.array([1.0]), rule, "%", "1")


def test_ways_go_on_over_other_properties_and_never_in_a_circle():
    rules = Harmonization(
        properties={
            "soc": ("soc_walkley_black", "soc_of_organic_matter_van_bemmelen"),
            "organic_matter": ("organic_matter_van_bemmelen",),
            "bulk_density": ("bulk_density_drew_1973",),
        }
    )
    found = [tuple(one.id for one in way) for way in ways(rules, CATALOG.equations, "bulk_density")]
    assert found == [
        (),
        ("bulk_density_drew_1973",),
        ("organic_matter_van_bemmelen", "bulk_density_drew_1973"),
        ("soc_walkley_black", "organic_matter_van_bemmelen", "bulk_density_drew_1973"),
    ]


def test_a_formula_is_told_with_its_numbers():
    assert CATALOG.equation("ph_kcl_kabala_2016").formula == "-1.95 + 11.58 log10 x"
    assert CATALOG.equation("bulk_density_saini_1996").formula == "1.62 - 0.06 x"
