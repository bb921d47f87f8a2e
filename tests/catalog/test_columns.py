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
        ("id", "words_en", "Alasan dan catatan (Inggris)"),
        ("en", "words_fr", "Reasons and notes (fr)"),
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
        ("uncertain", "ph_h2o, soc", "pH tanah (H₂O), Karbon organik tanah"),
        ("conditional_on", "slope", "Kemiringan lereng"),
        ("assessment", "capability", "Kemampuan lahan"),
        ("verdict", "not_met", "belum cukup"),
        ("at_least", "02", "2"),
        ("unit", "degC", "°C"),
        ("unit", "pH", "pH"),
        ("name", "maize", "maize"),
        ("crop", "baobab", "baobab"),
    ],
)
def test_the_text_behind_a_code(column, code, text):
    assert Columns(CATALOG, "id").value(column, code) == text


def test_a_class_is_called_as_the_table_says_that_it_stands_in():
    english = Columns(CATALOG, "en")
    assert english.value("class_id", "heavy", "rehabilitation_by_regencies") == "Heavy (180-480 t/ha/yr)"
    assert english.value("class_id", "very_critical", "rehabilitation_by_regencies") == "Very critical"
    assert english.value("class_id", "very_critical", "classes_by_regencies") == "very_critical"


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(
    "column",
    [
        *("expected_s1_ha", "s1_low_ha", "s1_independent_low_ha", "n_correlated_high_ha"),
        *("expected_low_pct", "status_low_pct"),
    ],
)
def test_columns_that_could_be_misread_are_explained(language, column):
    told = Columns(CATALOG, language).about(column)
    assert told
    assert "{" not in told
    assert Columns(CATALOG, language).about("s1_ha") == ""
