"""The digest of a definition: it changes with what makes a value, and with nothing else."""

from hashlib import sha256

import pytest
import rfc8785

from soilinfo.catalog.definition import definition_sha256
from soilinfo.catalog.indicators import Indicator
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
        ("land_use_factors.paddy.factor", 1.0),
        ("climates.tropical_moist.factors.cropland.factor", 0.58),
        ("climates.temperate_dry.factors.cropland.source", "Another book"),
        ("cover_groups.tree_covered", ["primary_forest", "estate_crops"]),
        ("carbon_transition.years", 30),
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
        ("cover_groups.grassland", ["grassland", "shrub"]),
        ("transitions.grassland.grassland", "stable"),
        ("transitions.water_body", {}),
        ("climate", "temperate_moist"),
        ("climates.tropical_moist.title", {"en": "Wet tropics", "id": "Tropis basah", "fr": "Tropiques"}),
        ("baseline.years", [2001, 2015]),
        ("reporting.land_cover", ["cover_2015", "cover_2025"]),
        ("reporting.productivity", None),
    ],
)
def test_names_of_layers_years_texts_and_where_a_country_lies_are_no_rules(
    catalog, degraded, told, path, value
):
    change(told, path, value)
    assert same(degraded, catalog, told)


def test_without_rules_of_land_degradation_the_file_of_the_indicator_alone_counts(degraded):
    told = degraded.model_dump(mode="json", exclude={"title", "definition"})
    assert definition_sha256(degraded, None) == sha256(rfc8785.dumps(told)).hexdigest()


def test_a_third_language_is_no_other_definition(catalog):
    for indicator in catalog.indicators.values():
        translated = Indicator.model_validate(in_french(indicator.model_dump(mode="json")))
        assert definition_sha256(translated, None) == definition_sha256(indicator, None)
        assert translated != indicator


def in_french(told):
    """Everything that has texts by language has one more."""
    if isinstance(told, dict):
        french = {"fr": "En français"} if "en" in told else {}
        return {key: in_french(each) for key, each in told.items()} | french
    return [in_french(each) for each in told] if isinstance(told, list) else told


def change(told, path, value):
    *parents, last = path.split(".")
    for each in parents:
        told = told[each]
    told[last] = value
