"""What columns and the codes in them are called, in both languages."""

import pytest

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.load import load
from tests.country import ROOT

CATALOG = load(ROOT / "config")


@pytest.mark.parametrize(
    ("language", "column", "heading"),
    [
        ("en", "s1_ha", "S1 (ha)"),
        ("id", "ph_h2o", "pH tanah (H₂O)"),
        ("id", "rainfall_annual", "Curah hujan tahunan (mm/tahun)"),
        ("en", "nobody_knows_this", "nobody_knows_this"),
        ("en", "nobody_knows_this_ha", "nobody_knows_this_ha (ha)"),
    ],
)
def test_a_heading_tells_the_unit_once(language, column, heading):
    assert Columns(CATALOG, language).heading(column) == heading


def test_a_column_of_a_table_of_config_is_called_as_its_file_says():
    columns = CATALOG.table("planted_areas").columns
    column = next(name for name, one in columns.items() if one.unit == "ha")
    heading = Columns(CATALOG, "id").heading(column, "planted_areas")
    assert heading == f"{columns[column].title['id']} (ha)"


@pytest.mark.parametrize(
    ("column", "code", "text"),
    [
        ("crop", "maize", "Jagung"),
        ("limiting", "nr", "retensi hara"),
        ("unused", "slope, ph_h2o", "Kemiringan lereng, pH tanah (H₂O)"),
        ("unit", "degC", "°C"),
        ("unit", "pH", "pH"),
        ("name", "maize", "maize"),
        ("crop", "baobab", "baobab"),
    ],
)
def test_the_text_behind_a_code(column, code, text):
    assert Columns(CATALOG, "id").value(column, code) == text
