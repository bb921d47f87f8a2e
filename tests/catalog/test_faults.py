"""Faults of config/ that would make something fail, or be ignored, later."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import CONFIG, replace, write

REFUSED = [
    (
        "layers/ph_h2o.yaml",
        "time: 2020",
        "time: recently",
        "time",
        "'recently' is not a year, a month, a date",
    ),
    ("layers/ph_h2o.yaml", "time: 2020", "time: 2020-02-30", "time", "day"),
    ("layers/ph_h2o.yaml", "time: 2020", "time: 2020/", "time", "'' is not a year"),
    ("layers/ph_h2o.yaml", "time: 2020", "time: 2020-05/2019", "time", "ends before it begins"),
    ("layers/ph_h2o.yaml", "depth: [0, 30]", "depth: [30, 0]", "depth", "0 <= top < bottom"),
    ("layers/ph_h2o.yaml", "depth: [0, 30]", "depth: [-5, 30]", "depth", "0 <= top < bottom"),
    (
        "layers/ph_h2o.yaml",
        "unit: pH",
        "unit: pH\nseverity: {value_rang: warn}",
        "severity.value_rang",
        "value_range",
    ),
    (
        "layers/ph_h2o.yaml",
        "unit: pH",
        "unit: pH\nseverity: {no_units: warn}",
        "severity.no_units",
        "no check",
    ),
    (
        "regions.yaml",
        "parent: provinces",
        "parent: provinces\n  severity: {value_range: note}",
        "regencies.severity.value_range",
        "no check",
    ),
    ("evaluation.yaml", "serves: [drainage]", "serves: [drainag]", "measures.drainage.serves", "'drainage'?"),
    ("evaluation.yaml", "flood_height: 0", "drainage: 0", "hazard_absent.drainage", "no numbers"),
    ("evaluation.yaml", "flood_height: 0", "flod_height: 0", "hazard_absent", "Did you mean 'flood_height'?"),
    (
        "evaluation.yaml",
        "climate: [temperature_mean_annual",
        "climate: [peat_thickness",
        "",
        "it tells what is protected",
    ),
    (
        "evaluation.yaml",
        "irrigation_only: {rainfall_annual",
        "irrigation_only: {rain",
        "irrigation_only",
        "rainfall_annual",
    ),
    ("classes/drainage.yaml", "order: dry_to_wet", "", "order", "from the driest class to the wettest"),
    ("classes/drainage.yaml", "order: dry_to_wet", "order: wet_to_dry", "order", "dry_to_wet"),
    (
        "grid.yaml",
        "arc_seconds: 7.5",
        "crs: EPSG:5773\narc_seconds: 7.5",
        "",
        "neither geographic nor projected",
    ),
    (
        "grid.yaml",
        "bounds: [",
        "bounds: [176, -20, 184, -15] # ",
        "",
        "a grid across 180 degrees needs a projected",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "key", "message"), REFUSED, ids=lambda part: str(part)[:20])
def test_what_would_fail_or_be_ignored_later_is_a_fault(
    country: Path, name: str, old: str, new: str, key: str, message: str
):
    replace(country, name, old, new)
    (fault,) = check(country)[0]
    assert (fault.file, fault.key) == (name, key)
    assert message in fault.message


@pytest.mark.parametrize("time", ["2020", "2020-05", "2020-05-17", "1991/2020", "2020-05-17/2020-06"])
def test_a_time_is_a_year_a_month_a_date_or_an_interval(country: Path, time: str):
    replace(country, "layers/ph_h2o.yaml", "time: 2020", f"time: '{time}'\nseverity: {{value_range: warn}}")
    assert load(country).layer("ph_h2o").time == time


@pytest.mark.parametrize(
    ("section", "id"),
    [
        ("layers", "suitability"),
        ("layers", "suitability_by_regencies"),
        ("layers", "properties_by_regencies"),
        ("layers", "classes_by_regencies"),
        ("crops", "by_regencies"),
        ("crops", "suitability"),
    ],
)
def test_names_of_derived_collections_are_taken(country: Path, section: str, id: str):
    like = country / "layers/ph_h2o.yaml" if section == "layers" else CONFIG / "crops/maize.yaml"
    write(country, f"{section}/{id}.yaml", like.read_text("utf-8"))
    assert [fault.file for fault in check(country)[0]] == [f"{section}/{id}.yaml"]


def test_two_faults_of_different_kinds_in_one_file_are_both_told(country: Path):
    replace(country, "layers/ph_h2o.yaml", "unit: pH", "unit: '%'\ncolor: red")
    replace(country, "crops/maize.yaml", "quality: wa", "quality: ww")
    replace(country, "crops/maize.yaml", "group: food", "group: foods")
    keys = [(fault.file, fault.key) for fault in check(country)[0]]
    assert ("layers/ph_h2o.yaml", "color") in keys
    assert ("layers/ph_h2o.yaml", "unit") in keys
    assert ("crops/maize.yaml", "group") in keys
    assert ("crops/maize.yaml", "characteristics.rainfall_annual.quality") in keys
    assert len(keys) == 4


def test_a_layer_may_not_take_the_name_of_a_level_or_of_a_derived_collection(country: Path):
    for name in ("provinces", "suitability_of_my_own"):
        write(country, f"layers/{name}.yaml", (country / "layers/ph_h2o.yaml").read_text("utf-8"))
    assert {fault.file for fault in check(country)[0]} == {
        "layers/provinces.yaml",
        "layers/suitability_of_my_own.yaml",
    }
