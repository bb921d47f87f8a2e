"""Tables of horizons, of horizons side by side and of single values become the same frames."""

import pytest
from pydantic import ValidationError

from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.errors import SourceError
from tests.ingest.profile_files import ABOUT, found, judged, read, survey, values_of


def table(path, text, **described):
    path.write_text(text)
    about = {"source": str(path), "decimal": "."}
    horizons = {**about, **described.pop("horizons", {})} if "horizons" in described else None
    values = {**about, **described.pop("values", {})} if "values" in described else None
    profiles = {**about, **described.pop("profiles", {})} if "profiles" in described else None
    parts = {"profiles": profiles, "horizons": horizons, "values": values}
    return SoilProfiles.model_validate({"id": "survey", **parts, **ABOUT, **described})


def test_everything_may_stand_on_the_rows_of_horizons(tmp_path):
    dataset = table(
        tmp_path / "a.csv",
        "code,x,y,day,top,bottom,h,ph\nA,106.8,-6.6,1983-05-27,0,10.000000149011612,Ah,5.4\n"
        "A,106.8,-6.6,1983-05-27,10.000000149011612,30,Bw,5.1\n",
        profiles={"columns": {"profile_code": "code", "longitude": "x", "latitude": "y", "date": "day"}},
        horizons={
            "profile_code": "code",
            "upper": "top",
            "lower": "bottom",
            "horizon_code": "h",
            "values": [{"column": "ph", "property": "ph_h2o", "unit": "pH"}],
        },
    )
    judgement, kept = judged(dataset)
    assert values_of(kept.profiles, "id", "date") == [("survey.A", "1983-05-27")]
    assert values_of(kept.elements, "upper_cm", "lower_cm", "horizon_code") == [(0, 10, "Ah"), (10, 30, "Bw")]
    assert values_of(kept.observations, "element_id", "date", "value") == [
        ("survey.A.1", "1983-05-27", 5.4),
        ("survey.A.2", "1983-05-27", 5.1),
    ]
    assert judgement.findings == []


def test_horizons_side_by_side_are_told_apart_by_the_ending_of_their_headings(tmp_path):
    dataset = table(
        tmp_path / "a.csv",
        "code,top_A,bot_A,clay_A,top_B,bot_B,clay_B\nA,0,10,20,10,30,\nB,0,15,31,,,\n",
        horizons={
            "profile_code": "code",
            "upper": "top",
            "lower": "bot",
            "groups": ["_A", "_B"],
            "values": [{"column": "clay", "property": "clay", "unit": "%"}],
        },
    )
    _, kept = judged(dataset)
    assert values_of(kept.elements, "id", "upper_cm", "lower_cm") == [
        ("survey.A.1", 0, 10),
        ("survey.B.1", 0, 15),
        ("survey.A.2", 10, 30),
    ]
    assert values_of(kept.observations, "element_id", "value") == [("survey.A.1", 20), ("survey.B.1", 31)]


def test_samples_of_one_depth_without_a_code_are_numbered_by_their_row(tmp_path):
    dataset = table(
        tmp_path / "a.csv",
        "x,y,om\n106.8,-6.6,3.4\n106.9,-6.6,NA\n",
        profiles={"columns": {"longitude": "x", "latitude": "y"}},
        horizons={"depth": [0, 20], "values": [{"column": "om", "property": "organic_matter", "unit": "%"}]},
        nodata=["NA"],
    )
    _, kept = judged(dataset)
    assert values_of(kept.profiles, "id") == [("survey.2",), ("survey.3",)]
    assert values_of(kept.elements, "upper_cm", "lower_cm") == [(0, 20), (0, 20)]
    assert values_of(kept.observations, "id", "value") == [("survey.2.1.organic_matter", 3.4)]


def test_profiles_without_a_code_need_one_table_for_all():
    horizons = {"source": "h.csv", "depth": [0, 20]}
    profiles = {"source": "p.csv", "columns": {"longitude": "x", "latitude": "y"}}
    with pytest.raises(ValidationError, match="without a code"):
        SoilProfiles.model_validate({"id": "survey", "horizons": horizons, "profiles": profiles, **ABOUT})


def test_a_table_of_horizons_without_a_depth_is_a_fault_of_config():
    with pytest.raises(ValidationError, match="either the columns 'upper' and 'lower' or one 'depth'"):
        SoilProfiles.model_validate(
            {"id": "survey", "horizons": {"source": "h.csv", "profile_code": "a"}, **ABOUT}
        )


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    dataset = survey(tmp_path, "code,lon,lat\nA,106,-6\n", "code,top,bottom,ph\nA,0,10,5\n")
    (tmp_path / "horizons.csv").write_text("code,upper,bottom,ph\nA,0,10,5\n")
    with pytest.raises(SourceError, match="no column is headed 'top'; there are: code, upper, bottom, ph"):
        read(dataset)


def test_a_row_for_each_value_says_unit_and_method_itself(tmp_path):
    dataset = table(
        tmp_path / "a.csv",
        "ProfID,HorID,top,bottom,property,value,unit,method\n"
        "A,A1,0,20,SOC,21.5,g/kg,OrgC_wc-cro3-walkleyblack\n"
        "A,A1,0,20,pH,5.4,,\n"
        "A,A2,20,40,SOC,1.2,%,\n"
        "A,A2,20,40,SOC,12,bushels,\n"
        "A,A2,20,40,Zn,3,mg/kg,DTPA\n",
        values={
            "profile_code": "ProfID",
            "element_code": "HorID",
            "upper": "top",
            "lower": "bottom",
            "property": "property",
            "value": "value",
            "unit": "unit",
            "procedure": "method",
            "properties": {
                "SOC": {"column": "SOC", "property": "soc_walkley_black", "unit": "g/kg"},
                "pH": {"column": "pH", "property": "ph_h2o", "unit": "pH"},
            },
        },
    )
    judgement, kept = judged(dataset)
    assert values_of(kept.elements, "id", "element_code") == [("survey.A.1", "A1"), ("survey.A.2", "A2")]
    columns = ("property", "value", "unit", "source_unit", "procedure", "flag")
    assert values_of(kept.observations, *columns) == [
        ("soc_walkley_black", 2.15, "%", "g/kg", "OrgC_wc-cro3-walkleyblack", "ok"),
        ("ph_h2o", 5.4, "pH", "pH", None, "ok"),
        ("soc_walkley_black", 1.2, "%", "%", None, "doubtful"),
        ("soc_walkley_black", None, None, "bushels", None, "rejected"),
        (None, 3, "mg/kg", "mg/kg", "DTPA", "doubtful"),
    ]
    assert {"unknown_units", "unknown_procedures", "duplicate_specimens"} <= set(found(judgement))


def test_class_values_are_kept_as_classes_and_unknown_codes_are_told(tmp_path):
    dataset = table(
        tmp_path / "a.csv",
        "code,top,bottom,tex\nA,0,20,SL\nA,20,40,XX\n",
        horizons={
            "profile_code": "code",
            "upper": "top",
            "lower": "bottom",
            "values": [{"column": "tex", "property": "texture", "codes": {"SL": "sandy_loam"}}],
        },
    )
    judgement, kept = judged(dataset)
    assert values_of(kept.observations, "class", "value", "source_value", "flag") == [
        ("sandy_loam", None, "SL", "ok"),
        (None, None, "XX", "rejected"),
    ]
    assert "tex XX (A 20-40 cm, row 3)" in found(judgement)["unknown_codes"]


def test_texts_that_would_be_formulas_stay_texts(tmp_path):
    dataset = survey(
        tmp_path,
        'code,lon,lat\n"=HYPERLINK(""http://x"")",106,-6\n',
        'code,top,bottom,ph\n"=HYPERLINK(""http://x"")",0,10,=1+1\n',
    )
    judgement, kept = judged(dataset)
    assert values_of(kept.profiles, "profile_code") == [('=HYPERLINK("http://x")',)]
    assert values_of(kept.observations, "value", "source_value", "flag") == [(None, "=1+1", "rejected")]
    assert "unreadable_values" in found(judgement)
