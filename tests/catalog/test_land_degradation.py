"""Rules of land degradation: what they name must be there, and every class must have its place and factor."""

from pathlib import Path

import pytest

from soilinfo.catalog.colours import styles, taken_for_each_other
from soilinfo.catalog.load import check, load
from tests.catalog.conftest import CONFIG, replace

FILE = "land_degradation.yaml"


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("soc_start: soc_2010", "soc_start: soc_1990", "reporting.soc_start", "no layer 'soc_1990'"),
        ("soc_start: soc_2010", "soc_start: land_cover", "reporting.soc_start", "property of numbers"),
        ("productivity: land_productivity_2020", "productivity: soc", "reporting.productivity", "of classes"),
        (
            "productivity: land_productivity_2020",
            "productivity: drainage",
            "productivity",
            "of several properties: drainage, land_productivity",
        ),
        ("years: [2010, 2020]", "years: [2020, 2010]", "reporting", "years [2020, 2010] must rise"),
        ("grassland: [shrub, ", "grassland: [", "cover_groups", "land cover; it is of none"),
        ("wetland: [mangrove]", "wetland: [mangrove, paddy]", "cover_groups", "land cover; it is of 2"),
        ("wetland: [mangrove]", "wetland: [mangrove, moor]", "cover_groups", "no class 'moor'"),
        ("water: [water_body]", "water: [sea]", "water", "no land cover 'sea'"),
        ("  wetland: {tree_c", "  swamp: {tree_c", "transitions", "no land cover 'swamp'"),
        ("  increasing: improved\n", "", "productivity", "missing: what class 'increasing' means"),
        ("climate: tropical_moist", "climate: polar", "climate", "no climate with factors 'polar'"),
        ("  wetland: {factor: 1,", "  paddi: {factor: 1,", None, "no land use or land cover 'paddi'"),
        ("  wetland: {factor", "  water_body: {factor", None, "no factor for mangrove, nor for wetland"),
        (
            "cropland: {factor: 0.69",
            "field: {factor: 0.69",
            "climates.temperate_moist.factors",
            "or land cover 'field'",
        ),
        (
            "cropland: {factor: 0.48",
            "paddy: {factor: 0.48",
            None,
            "no factor for dryland_crops, nor for crop",
        ),
        (
            "carbon_transition: {years: 20",
            "carbon_transition: {years: 0",
            "carbon_transition.years",
            "than 0",
        ),
        ("missing: known_degrades", "missing: guessed", "missing", "guessed"),
    ],
)
def test_a_fault_in_the_rules_is_told_with_its_key(
    nation: Path, old: str, new: str, key: str | None, message: str
):
    replace(nation, FILE, old, new)
    found = [fault for fault in check(nation)[0] if fault.file == FILE]
    told = [fault for fault in found if message in fault.message]
    assert told, found
    assert told[0].key == (key or "land_use_factors")


def test_verdicts_are_told_apart_by_every_eye():
    made = styles(load(CONFIG)).items()
    own = [style for name, style in made if name.startswith("land_degradation.")]
    assert len(own) == 5
    assert not [pair for style in own for pair in taken_for_each_other(style)]


def test_a_country_that_borrows_has_no_rules_of_its_own(country: Path):
    assert load(country).land_degradation is None
