"""The GloSIS template is read by its code lists, from a workbook or from CSV files; doubts stay doubts."""

import pytest

from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.errors import SourceError
from tests.ingest.profile_files import ABOUT, found, judged, read, values_of
from tests.workbook import Serial, write_workbook

PLOT = (
    *("project_name", "site_code", "plot_code", "profile_code", "plot_type", "date", "longitude", "latitude"),
    *("altitude", "positional_accuracy", "Landuse"),
)
ELEMENT = ("profile_code", "element_code", "type", "upper_depth", "lower_depth", "horizon_code")
SPECIMEN = ("profile_code", "element_code", "specimen_code")
PROCEDURE = ("soil_property", "property_phys_chem_id", "procedure_phys_chem_id", "unit_of_measure_id")
WALKLEY = ("Carbon (C) - organic", "OrgC_wc-cro3-walkleyblack", "g/kg")


def workbook(path, headings, specimens, procedures, elements=None, element_headings=ELEMENT):
    """A filled template: one profile with two layers."""
    write_workbook(
        path,
        **{
            "Plot Data": [
                ["Location"],
                PLOT,
                ["GLOSIS₁", "S1", "P", "P1", "TrialPit", Serial(45187), 106.8, -6.6, 215, 5, "AA"],
            ],
            "Profile Data": [
                ["Description"],
                ["profile_code", "WRB Soil Name", "USDA Suborder"],
                ["P1", "Haplic Acrisol", None],
            ],
            "Element Data": [
                ["Description"],
                element_headings,
                *(elements or [["P1", "P1₁", "Layer", 0, 20, "Ap"], ["P1", "P1₂", "Horizon", 20, 50, "R"]]),
            ],
            "Specimen Data": [[*SPECIMEN, *headings], *specimens],
            "Procedures": [PROCEDURE, *procedures],
        },
    )
    return SoilProfiles(id="survey", glosis={"workbook": str(path)}, **ABOUT)


def test_a_filled_workbook_becomes_profiles_elements_and_observations(tmp_path):
    dataset = workbook(
        tmp_path / "t.xlsx",
        ["C (g/kg)", "pH"],
        [["P1", "P1₁", "a", 21.5, 5.4], ["P1", "P1₁", "b", "<0.5", None], ["P1", "P1₂", "c", None, "4,8"]],
        [["C (g/kg)", *WALKLEY], ["pH", "pH - Hydrogen potential", "pHCaCl2", "pH"]],
    )
    judgement, kept = judged(dataset)
    (profile,) = kept.profiles.to_dict("records")
    assert profile["id"] == "survey.P1"
    assert (profile["date"], profile["soil_wrb"], profile["project"]) == (
        "2023-09-18",
        "Haplic Acrisol",
        "GLOSIS₁",
    )
    assert (profile["geometry"].x, profile["geometry"].y) == (106.8, -6.6)
    assert profile["bedrock_cm"] == 20
    assert values_of(kept.elements, "id", "kind", "upper_cm", "lower_cm", "is_organic") == [
        ("survey.P1.1", "Layer", 0, 20, False),
        ("survey.P1.2", "Horizon", 20, 50, False),
    ]
    observed = ("id", "property", "value", "unit", "qualifier", "flag", "specimen_code", "procedure")
    assert values_of(kept.observations, *observed) == [
        ("survey.P1.1.soc_walkley_black", "soc_walkley_black", 2.15, "%", "", "ok", "a", WALKLEY[1]),
        ("survey.P1.1.soc_walkley_black.2", "soc_walkley_black", 0.05, "%", "<", "ok", "b", WALKLEY[1]),
        ("survey.P1.1.ph_cacl2", "ph_cacl2", 5.4, "pH", "", "ok", "a", "pHCaCl2"),
        ("survey.P1.2.ph_cacl2", "ph_cacl2", None, "pH", "", "rejected", "c", "pHCaCl2"),
    ]
    assert kept.observations["source_value"].tolist() == ["21.5", "<0.5", "5.4", "4,8"]
    assert set(found(judgement)) == {"footnote_digits", "below_detection", "unreadable_values"}


def test_headings_that_differ_in_their_unit_are_matched_and_told(tmp_path):
    specimens = [["P1", "P1₁", "a", 21.5]]
    dataset = workbook(tmp_path / "t.xlsx", ["C (gr/kg)"], specimens, [["C (%)", *WALKLEY]])
    judgement, kept = judged(dataset)
    assert values_of(kept.observations, "property", "value", "unit") == [("soc_walkley_black", 2.15, "%")]
    assert "'C (gr/kg)' by 'C (%)'" in found(judgement)["headings_differ"]


def test_units_that_do_not_agree_are_not_guessed_until_config_states_one(tmp_path):
    specimens = [["P1", "P1₁", "a", 2.15]]
    dataset = workbook(tmp_path / "t.xlsx", ["C (%)"], specimens, [["C (%)", *WALKLEY]])
    judgement, kept = judged(dataset)
    assert values_of(kept.observations, "value", "unit", "flag") == [(None, None, "rejected")]
    assert "unit is not told" in found(judgement)["unknown_units"]
    stated = dataset.model_copy(
        update={"glosis": dataset.glosis.model_copy(update={"units": {"C (%)": "%"}})}
    )
    assert values_of(judged(stated)[1].observations, "value", "unit", "flag") == [(2.15, "%", "ok")]


def test_a_procedure_that_config_does_not_know_leaves_a_value_without_a_property(tmp_path):
    dataset = workbook(
        tmp_path / "t.xlsx",
        ["C (g/kg)", "Odd"],
        [["P1", "P1₁", "a", 21.5, 7]],
        [["C (g/kg)", WALKLEY[0], "OrgC_by-eye", "g/kg"]],
    )
    judgement, kept = judged(dataset)
    columns = ("id", "property", "procedure", "value", "unit", "flag", "flag_reason")
    assert values_of(kept.observations, *columns) == [
        ("survey.P1.1.c-g-kg", None, "OrgC_by-eye", 21.5, "g/kg", "doubtful", "unknown_procedures"),
        ("survey.P1.1.odd", None, None, 7, None, "doubtful", "unknown_properties"),
    ]
    assert {"unknown_procedures", "unknown_properties"} <= set(found(judgement))


def test_rows_that_belong_to_nothing_are_told_and_left_out(tmp_path):
    dataset = workbook(
        tmp_path / "t.xlsx",
        ["C (g/kg)"],
        [["P1", "P11", "a", 21.5], ["P1", "P1₁", "b", 20]],
        [["C (g/kg)", *WALKLEY]],
        [["P1", "P1₁", "Layer", 0, 20, "Ap"], ["P9", "P9₁", "Layer", 0, 20, "Ap"]],
    )
    judgement, kept = judged(dataset)
    assert (len(kept.elements), len(kept.observations)) == (1, 1)
    messages = found(judgement)
    assert "P9 0-20 cm (row 4)" in messages["elements_without_profile"]
    assert "21.5 (P1, row 2)" in messages["observations_without_element"]


def test_a_template_that_is_not_filled_in_is_refused(tmp_path):
    write_workbook(
        tmp_path / "t.xlsx",
        **{
            "Plot Data": [["Location"], PLOT],
            "Profile Data": [["Description"], ["profile_code", "WRB Soil Name", "USDA Suborder"]],
            "Element Data": [["Description"], ELEMENT],
            "Specimen Data": [[*SPECIMEN, "Property1"]],
            "Procedures": [PROCEDURE, ["Property1"]],
        },
    )
    judgement, _ = judged(SoilProfiles(id="survey", glosis={"workbook": str(tmp_path / "t.xlsx")}, **ABOUT))
    assert [(one.check, one.severity) for one in judgement.findings] == [("no_profiles", "block")]


def test_a_workbook_of_another_form_is_refused_by_what_it_lacks(tmp_path):
    write_workbook(tmp_path / "t.xlsx", Sheet1=[["profile"], ["P1"]])
    with pytest.raises(SourceError, match="no sheet 'Plot Data'; there are: Sheet1"):
        read(SoilProfiles(id="survey", glosis={"workbook": str(tmp_path / "t.xlsx")}, **ABOUT))
