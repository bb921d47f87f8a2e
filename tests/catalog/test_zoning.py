"""Scoring files: what is wrong in them is told with file and key; what a soil is called in a crosswalk."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import ROOT, replace


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("edges: [8, 15, 25, 45]", "edges: [8, 25, 15, 45]", "factors.0", "edges must rise"),
        ("scores: [20, 40, 60, 80, 100]", "scores: [20, 40]", "factors.0", "4 edges part 5 scores, not 2"),
        ("unit: '%'\n    edges", "unit: cm\n    edges", "factors.0.unit", "edges are in '%', not in 'cm'"),
        (
            "unit: mm/yr / days",
            "unit: mm/yr",
            "factors.2.unit",
            "edges are in 'mm/yr / days', not in 'mm/yr'",
        ),
        ("property: slope\n", "property: slop\n", "factors.0.property", "no property 'slop'"),
        ("any_of: [settlement]", "any_of: [castle]", "classes.2.when.land_cover.any_of", "no class 'castle'"),
        ("to: protected", "to: sacred", "", "steep_45: no class 'sacred'"),
        ("slope: {above: 45}", "slope: {any_of: [steep]}", "overrides.0.when.slope", "needs bounds"),
        ("{above: 45}", "{above: 45, any_of: [x]}", "overrides.0.when.slope", "either bounds"),
        (
            "{above: 45}",
            "{above: 45, at_most: 45}",
            "overrides.0.when.slope",
            "no number fits: from 45 to 45",
        ),
        ("{above: 45}", "{above: 50, at_least: 45, below: 50}", "overrides.0.when.slope", "no number fits"),
        ("soil_crosswalk: wrb_sk837", "soil_crosswalk: wrb", "soil_crosswalk", "no soil crosswalk 'wrb'"),
        (
            "{id: annual_crops, code: 4,",
            "{id: annual_crops, code: 4, least_score: 0,",
            "",
            "asks for nothing",
        ),
    ],
)
def test_a_fault_in_a_scoring_is_told_with_its_key(country: Path, old: str, new: str, key: str, message: str):
    replace(country, "zoning.yaml", old, new)
    (fault,) = check(country)[0]
    assert (fault.file, fault.key) == ("zoning.yaml", key)
    assert message in fault.message


def test_a_crosswalk_may_only_lead_to_soils_with_a_score(country: Path):
    replace(country, "soil_crosswalks/wrb_sk837.yaml", "'*Andosols*': andosol", "'*Andosols*': ash")
    (fault,) = check(country)[0]
    assert fault.key == "names.*Andosols*"
    assert "no soil with a score 'ash'" in fault.message


def test_the_first_name_that_fits_counts():
    crosswalk = load(ROOT / "config").soil_crosswalks["wrb_sk837"]
    assert crosswalk.soil_of("Rendzic Leptosols") == "renzina"
    assert crosswalk.soil_of("Lithic Leptosols") == "lithosol"
    assert crosswalk.soil_of("Gleyic Fluvisols (Thionic)") == "alluvial"
    assert crosswalk.soil_of("Lunar Regolith") is None


def test_only_what_the_sources_state_is_in_force():
    rules = load(ROOT / "config").zoning
    assert rules is not None
    assert {each.id for each in rules.overrides if not each.active} == {"steep_40", "high_land"}
    assert rules.paddy_protection is not None
    assert rules.paddy_protection.least_share == 0.87


def test_edges_of_soil_loss_are_in_its_unit_and_in_no_other(country: Path):
    replace(country, "rehabilitation.yaml", "unit: t/ha/yr\n", "unit: t/ha\n")
    (fault,) = check(country)[0]
    assert fault.key == "assessments.erosion_class.factors.0.unit"
    assert fault.message == "edges are in 't/ha/yr', not in 't/ha'"


def test_priorities_name_an_assessment_and_its_classes(country: Path):
    replace(country, "rehabilitation.yaml", "classes: [critical, very_critical]", "classes: [lost]")
    (fault,) = check(country)[0]
    assert (fault.file, fault.key) == ("rehabilitation.yaml", "priority.classes")
