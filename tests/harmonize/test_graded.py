"""Classes of salinity and sodicity in the harmonized table: by named edges, after their equations."""

import pytest

from soilinfo.harmonize.profiles import harmonized
from soilinfo.jobs.harmonization.findings import findings_of
from tests.harmonize.test_profiles import CATALOG, rules
from tests.held import frames, profile

ALL = {"salinity_ec": ("ece_landon",), "esp": (), "salinity_fao": (), "salinity_usda": (), "sodicity_fao": ()}
FAO = {
    0.74: "not_saline_fao",
    0.75: "slightly_saline_fao",
    1.99: "slightly_saline_fao",
    2: "moderately_saline_fao",
    3.99: "moderately_saline_fao",
    4: "strongly_saline_fao",
    7.99: "strongly_saline_fao",
    8: "very_strongly_saline_fao",
    14.9: "very_strongly_saline_fao",
    15: "extremely_saline_fao",
}
USDA = {
    1.99: "not_saline_usda",
    2: "very_slightly_saline_usda",
    4: "slightly_saline_usda",
    8: "moderately_saline_usda",
    15.9: "moderately_saline_usda",
    16: "strongly_saline_usda",
}
SODIC = {
    14.9: "not_sodic_fao",
    15: "slightly_sodic_fao",
    29.9: "slightly_sodic_fao",
    30: "moderately_sodic_fao",
    50: "strongly_sodic_fao",
    69.9: "strongly_sodic_fao",
    70: "very_strongly_sodic_fao",
}


def told(*profiles):
    """The rows of 0-30 cm by profile and property."""
    held, elements, observations = frames("d", profiles)
    made = harmonized(held.assign(version="v"), elements, observations, rules(ALL))
    return made[(made["upper_cm"] == 0) & (made["lower_cm"] == 30)].set_index(["profile_id", "property"])


@pytest.mark.parametrize(
    ("observed", "property", "classes"),
    [
        ("salinity_ec", "salinity_fao", FAO),
        ("salinity_ec", "salinity_usda", USDA),
        ("esp", "sodicity_fao", SODIC),
    ],
)
def test_a_number_on_an_edge_is_of_the_graver_class_and_just_below_it_of_the_other(
    observed, property, classes
):
    made = told(*(profile(str(at), (0, 40, {observed: value})) for at, value in enumerate(classes)))
    found = [made.loc[(f"d.{at}", property), "class"] for at in range(len(classes))]
    assert found == [*classes.values()]


def test_a_class_tells_the_equations_that_led_to_its_number_and_the_variant():
    row = told(profile("A", (0, 40, {"ec_1_5": 1.0}))).loc[("d.A", "salinity_fao")]
    assert (row["class"], row["equations"]) == ("strongly_saline_fao", "ece_landon > salinity_fao")
    assert (row["observed_property"], row["elements"], row["state"]) == ("ec_1_5", "d.A.1", "known")
    assert row[["value", "unit", "sd", "sd_conversion"]].isna().all()


def test_what_was_not_observed_has_no_class():
    made = told(profile("A", (40, 60, {"salinity_ec": 3.0})), profile("B", (0, 30, {"ph_h2o": 8.0})))
    row = made.loc[("d.A", "salinity_fao")]
    assert (row["class"], row["state"]) == (None, "unsampled")
    assert "d.B" not in made.index.get_level_values(0)


def test_profiles_and_the_export_of_salt_affected_soils_are_graded_by_the_same_edges():
    exported = CATALOG.gsp_product("gsasmap").salt_classes
    assert exported is not None
    for rule, edges in (("salinity_fao", exported.saline), ("sodicity_fao", exported.sodic)):
        one = CATALOG.equation(rule)
        assert (one.edges, one.on_edge) == (edges, "above")


def test_values_of_unknown_error_are_counted_without_their_classes():
    held, elements, observations = frames("d", [profile("A", (0, 40, {"ec_1_5": 1.0}))])
    made = harmonized(held.assign(version="v"), elements, observations, rules(ALL))
    (found,) = [each for each in findings_of(made, observations, rules(ALL)) if each.check == "unknown_error"]
    values = made[(made["property"] == "salinity_ec") & made["state"].isin(["known", "partly"])]
    assert (found.evidence["equation"], found.count) == ("ece_landon", len(values))
