"""Colours are read from Munsell notations; two colours in a cell, or half of one, are none."""

import pytest

from soilinfo.ingest.profiles.munsell import read_munsell
from tests.ingest.profile_files import found, judged, values_of
from tests.ingest.profiles.test_glosis import ELEMENT, workbook
from tests.ingest.profiles.test_tables import table


@pytest.mark.parametrize(
    ("text", "value", "chroma"),
    [
        ("10YR 3/2", 3, 2),
        ("7.5YR 2.5/1", 2.5, 1),
        ("7,5 yr 2,5 / 1", 2.5, 1),
        ("N 2/", 2, 0),
        ("N2.5/0", 2.5, 0),
        ("5GY 4/1", 4, 1),
        ("10YR3/1", 3, 1),
        ("2.5YR 5/0 - grey", 5, 0),
        ("10YR 3/1 (very dark grey)", 3, 1),
        ("10YR 4/3 - (dark) brown", 4, 3),
        ("10YR 2/1 black", 2, 1),
    ],
)
def test_a_notation_is_read_as_value_and_chroma(text, value, chroma):
    assert read_munsell(text) == (value, chroma)


@pytest.mark.parametrize(
    "text",
    [
        *("10YR 3", "10YR 3/", "3/2", "YR 3/2", "12YR 3/2", "10YR 11/2", "N 3/2", "10XR 3/2", "black", ""),
        *("10YR 3/2-4/2", "10YR 3/2, 10YR 4/3", "10YR 3/2 and 4/2", "0YR 3/2", "#REF!", "10YR 3/2/1"),
    ],
)
def test_what_is_no_notation_of_one_colour_is_none(text):
    assert read_munsell(text) is None


def test_colours_of_the_glosis_template_become_values_and_chromas_of_the_horizons(tmp_path):
    dataset = workbook(
        tmp_path / "t.xlsx",
        [],
        [["P1", "P1₁", "a"]],
        [],
        elements=[
            ["P1", "P1₁", "Horizon", 0, 20, "Ap", "7.5YR 2.5/1 - black", "N 4/"],
            ["P1", "P1₂", "Horizon", 20, 50, "Bw", "dark", None],
        ],
        element_headings=(*ELEMENT, "Colour Moist", "Colour Dry"),
    )
    judgement, kept = judged(dataset)
    assert values_of(kept.observations, "id", "value", "unit", "source_value", "flag") == [
        ("survey.P1.1.munsell_value_moist", 2.5, "1", "7.5YR 2.5/1 - black", "ok"),
        ("survey.P1.2.munsell_value_moist", None, "1", "dark", "rejected"),
        ("survey.P1.1.munsell_chroma_moist", 1, "1", "7.5YR 2.5/1 - black", "ok"),
        ("survey.P1.2.munsell_chroma_moist", None, "1", "dark", "rejected"),
        ("survey.P1.1.munsell_value_dry", 4, "1", "N 4/", "ok"),
    ]
    assert "unreadable_values" in found(judgement)


def test_a_column_that_config_declares_holds_notations_or_numbers(tmp_path):
    columns = {"moist": ("munsell_value_moist", "munsell_chroma_moist"), "dry": ("munsell_value_dry",)}
    dataset = table(
        tmp_path / "a.csv",
        "code,top,bottom,moist,dry\nA,0,20,10YR 3/2,5\n",
        horizons={
            "profile_code": "code",
            "upper": "top",
            "lower": "bottom",
            "values": [
                {"column": column, "property": name, "unit": "1"}
                for column, names in columns.items()
                for name in names
            ],
        },
    )
    kept = judged(dataset)[1]
    assert values_of(kept.observations, "property", "value", "flag") == [
        ("munsell_value_moist", 3, "ok"),
        ("munsell_chroma_moist", 2, "ok"),
        ("munsell_value_dry", 5, "ok"),
    ]
