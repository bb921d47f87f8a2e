"""The digest of a definition: it changes with what makes a value, and with nothing else."""

from hashlib import sha256

import pytest
import rfc8785

from soilinfo.catalog.definition import definition_sha256
from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.load import load
from tests.catalog.conftest import CONFIG


@pytest.fixture(scope="module")
def catalog():
    return load(CONFIG)


@pytest.fixture
def degraded(catalog):
    return catalog.indicator("land_degradation")


@pytest.fixture
def told(catalog):
    """The rules as their file has them, to be changed."""
    return catalog.land_degradation.model_dump(mode="json")


def same(indicator, catalog, told):
    digests = (
        definition_sha256(indicator, rules)
        for rules in (catalog.land_degradation, LandDegradation.model_validate(told))
    )
    return len({*digests}) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("transitions.grassland.cropland", "degraded"),
        ("transitions.grassland.tree_covered", "stable"),
        ("productivity.stable_stressed", "degraded"),
        ("soc_change_pct", 5),
        ("missing", "all_known"),
        ("water", ["water_body", "wetland"]),
        ("peat_thickness_cm", 30),
        ("land_use_factors.tropical_moist.cropland.factor", 0.58),
        ("baseline", None),
    ],
)
def test_countries_that_judge_land_by_other_rules_do_not_define_it_alike(
    catalog, degraded, told, path, value
):
    change(told, path, value)
    assert not same(degraded, catalog, told)
    assert same(catalog.indicator("soc"), catalog, told)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("edition", "2030-01"),
        ("source", "Another book"),
        ("transitions_source", "Another book"),
        ("notes", [{"en": "A note", "id": "Catatan"}]),
        ("cover_groups.grassland", ["savanna"]),
        ("transitions.grassland.grassland", "stable"),
        ("transitions.water_body", {}),
        ("land_use_factors.temperate_dry", {}),
        ("land_use_factors.tropical_moist.cropland.source", "Another book"),
        ("baseline.years", [2001, 2015]),
        ("reporting.land_cover", ["cover_2015", "cover_2025"]),
        ("reporting.productivity", None),
    ],
)
def test_names_of_layers_years_and_texts_are_no_rules(catalog, degraded, told, path, value):
    change(told, path, value)
    assert same(degraded, catalog, told)


def test_without_rules_of_land_degradation_the_file_of_the_indicator_alone_counts(degraded):
    file = sha256(rfc8785.dumps(degraded.model_dump(mode="json"))).hexdigest()
    assert definition_sha256(degraded, None) == file


def change(told, path, value):
    *parents, last = path.split(".")
    for each in parents:
        told = told[each]
    told[last] = value
