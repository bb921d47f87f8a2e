"""Legends of soil maps: units without soil are named in the language of the reader."""

import pytest

from soilinfo.catalog.legends import UnitLine, unit_lines

RECORDED = (
    UnitLine("A1", None, "Typic Endoaquepts 100 %", "#aa0000"),
    UnitLine("AIR", "Water", None, "#0000aa"),
)


@pytest.mark.parametrize(("language", "name"), [("en", "Water"), ("id", "Air"), ("fr", "Water")])
def test_a_unit_without_soil_is_named_in_the_language_and_others_stay_as_they_are(language, name):
    soil, water = unit_lines(RECORDED, {"AIR": {"en": "Water", "id": "Air"}}, language)
    assert soil == RECORDED[0]
    assert water.label == f"AIR: {name}"
