"""Soil maps in config/: what each says of itself and of properties is checked before anything is read."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from soilinfo.catalog.load import check, load
from tests.catalog.conftest import write
from tests.soil_map import CONFIG


def with_components(**changes: object) -> dict[str, Any]:
    """The soil map with changes in its table of components."""
    tables = CONFIG["tables"]
    return CONFIG | {"tables": tables | {"components": tables["components"] | changes}}


def faults(country: Path, soil_map: dict[str, Any], name: str = "soil_map") -> list[str]:
    write(country, f"soil_maps/{name}.yaml", yaml.safe_dump(soil_map))
    return [str(fault) for fault in check(country)[0]]


def column(**changes: object) -> dict[str, object]:
    return {"column": "PH", "property": "ph_h2o", "unit": "pH"} | changes


def test_a_sound_soil_map_is_in_the_catalog(country: Path):
    assert faults(country, CONFIG) == []
    soil_map = load(country).soil_map("soil_map")
    assert soil_map.classifications == ("usda",)
    assert [each.property for each in soil_map.properties] == ["drainage", "ph_h2o", "ph_h2o", "soc"]


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ([column(property="ph")], "tables.components.properties.0.property: no property 'ph'"),
        ([column(unit=None)], "tables.components.properties.0.unit: missing"),
        ([column(unit="cm")], "tables.components.properties.0.unit: 'cm' (length) does not convert"),
        ([column(codes={"1": "well"})], "properties.0.codes: 'ph_h2o' is numeric"),
        ([column(property="drainage", unit=None, codes={"1": "wet"})], "codes.1: no class 'wet'"),
        ([column(), column()], "property given twice: ph_h2o"),
    ],
)
def test_columns_must_fit_their_properties(country: Path, properties: list[Any], told: str):
    (fault,) = faults(country, with_components(properties=properties))
    assert told in fault


def test_a_table_by_depth_needs_both_ends_and_no_depth_of_its_own(country: Path):
    (fault,) = faults(country, with_components(upper_field="ATAS", properties=[]))
    assert "upper_field and lower_field go together" in fault
    long = {"upper_field": "ATAS", "lower_field": "BAWAH", "properties": [column(depth=[0, 30])]}
    (fault,) = faults(country, with_components(**long))
    assert "each row has its own depth" in fault


def test_a_soil_map_has_exactly_one_form(country: Path):
    (fault,) = faults(country, CONFIG | {"tables": None})
    assert "needs either 'tables' or 'iso28258'" in fault


def test_names_of_soil_maps_and_checks_are_checked(country: Path):
    (fault,) = faults(country, CONFIG | {"severity": {"shares_add": "warn"}})
    assert "no check 'shares_add'" in fault
    assert "Did you mean 'shares_add_up'?" in fault
    write(country, "soil_maps/soil_map.yaml", yaml.safe_dump(CONFIG))
    (fault,) = faults(country, CONFIG, name="ph_h2o")
    assert "the name 'ph_h2o' is already that of a layer or level" in fault


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["salinity"], "no property 'salinity'"),
        (["slope"], "'slope' is of the theme 'terrain' and always comes from rasters"),
        (["ph_h2o"], "property given twice: ph_h2o"),
        (["peat_thickness"], "'drainage' and 'peat_thickness' go together"),
    ],
)
def test_only_properties_of_the_soil_that_the_table_lacks_are_taken_from_rasters(
    country: Path, names: list[str], told: str
):
    (fault,) = faults(country, CONFIG | {"from_rasters": names})
    assert told in fault


def test_properties_of_the_soil_come_from_rasters_only_when_named(country: Path):
    assert faults(country, CONFIG | {"from_rasters": ["salinity_ec", "esp"]}) == []
    assert load(country).soil_map("soil_map").from_rasters == ("salinity_ec", "esp")
    assert faults(country, CONFIG) == []
    assert load(country).soil_map("soil_map").from_rasters == ()
