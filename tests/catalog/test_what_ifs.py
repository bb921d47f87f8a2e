"""What-ifs in config/ and as clients ask them: the same checks, the same words."""

from pathlib import Path

import pytest

from soilinfo.catalog.asking import asked_what_if
from soilinfo.catalog.load import check, load
from soilinfo.catalog.what_ifs import Adjustment, read_text
from soilinfo.errors import InputError
from tests.catalog.conftest import write

TITLED = "title: {en: Trial, id: Uji}\ndescription: {en: A trial, id: Uji}\n"
SLOPE = {
    "quality": "eh",
    "kind": "numeric",
    "unit": "%",
    "bands": {"S1": [[None, 5]], "N": [[5, None]]},
    "worst_class": "N",
}


def test_the_shipped_what_ifs_lime_drain_and_dry(country: Path):
    saved = load(country).what_ifs
    assert {name: each.adjustments for name, each in saved.items()} == {
        "liming": (Adjustment(property="ph_h2o", raise_to=6.0),),
        "drainage": (Adjustment(property="drainage", improve=1),),
        "drier_climate": (Adjustment(property="rainfall_annual", times=0.9),),
    }


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("adjustments: [{property: ph_h2o, raise_to: 20}]", "adjustments.0", "outside the valid range"),
        ("adjustments: [{property: drainage, add: 1}]", "adjustments.0", "it takes improve"),
        ("adjustments: [{property: slope, improve: 1}]", "adjustments.0", "'slope' is a number"),
        ("adjustments: [{property: texture, improve: 1}]", "adjustments.0", "no management improves"),
        ("adjustments: [{property: peat_thickness, times: 0}]", "adjustments.0", "is not climate"),
        ("adjustments: [{property: peat_thickness, raise_to: 9}]", "adjustments.0", "no management improves"),
        ("adjustments: [{property: rainfall_annual, add: 1.0e+300}]", "adjustments.0", "moves every value"),
        ("adjustments: [{property: rainfall_annual, times: 1.0e+300}]", "adjustments.0", "moves every value"),
        ("adjustments: [{property: ph, raise_to: 6}]", "adjustments.0.property", "no property 'ph'"),
        ("adjustments: [{property: ph_h2o}]", "adjustments.0", "exactly one of: raise_to, improve"),
        ("adjustments: [{property: ph_h2o, add: 1, times: 2}]", "adjustments.0", "exactly one of"),
        ("crop: durum", "crop", "no crop 'durum'"),
        ("scenario: future", "scenario", "potential_high"),
        ("limed: true", "limed", "no key 'limed'"),
    ],
)
def test_a_fault_of_a_saved_what_if_is_told_with_its_file_and_key(
    country: Path, text: str, key: str, said: str
):
    write(country, "what_ifs/trial.yaml", TITLED + text + "\n")
    (fault,) = check(country)[0]
    assert (fault.file, fault.key) == ("what_ifs/trial.yaml", key)
    assert said in fault.message


def test_edited_criteria_of_a_file_need_their_crop(country: Path):
    write(country, "what_ifs/trial.yaml", f"{TITLED}criteria: {{slope: {SLOPE}}}\n".replace("None", "null"))
    (fault,) = check(country)[0]
    assert "need the crop" in fault.message


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"adjustments": [{"property": "ph_h2o", "raise_to": 15}]}, "adjustments.0: 15 is outside"),
        ({"criteria": {"slope": {**SLOPE, "quality": "zz"}}}, "criteria.slope.quality: no quality 'zz'"),
        ({"criteria": {"slope": {**SLOPE, "unit": "cm"}}}, "criteria.slope.unit: 'cm' (length)"),
        ({"criteria": {"steepness": SLOPE}}, "criteria.steepness: no property 'steepness'"),
        ({"criteria": {"slope": {"quality": "eh"}}}, "criteria.slope.bands: missing"),
        ({"criteria": {"drainage": SLOPE}}, "criteria.drainage.kind: 'numeric' does not fit"),
        ({"irrigated": "perhaps"}, "irrigated: "),
        ({"criteria": {f"c{at}": SLOPE for at in range(200)}}, "criteria: "),
        ({"criteria": {"slope": {**SLOPE, "bands": {"S1": 300 * [[0, 1]]}}}}, "criteria.slope.bands.S1: "),
        ({"criteria": {"slope": {**SLOPE, "gaps": 300 * [[0, 1]]}}}, "criteria.slope.gaps: "),
    ],
)
def test_what_is_asked_is_refused_in_the_words_of_the_check(country: Path, raw: dict[str, object], said: str):
    with pytest.raises(InputError) as refusal:
        asked_what_if(load(country), raw)
    assert said in str(refusal.value)


def test_every_fault_of_a_question_is_told_at_once(country: Path):
    raw = {"adjustments": read_text("ph_h2o:raise_to:15,drainage:add:1"), "scenario": "future"}
    with pytest.raises(InputError) as refusal:
        asked_what_if(load(country), raw)
    assert str(refusal.value).count(";") >= 2


@pytest.mark.parametrize("text", ["ph_h2o", "ph_h2o:6", "ph_h2o:raise:6", "a:b:c:d"])
def test_text_that_is_no_adjustment_says_how_one_is_written(text: str):
    with pytest.raises(InputError, match="written like ph_h2o:raise_to:6"):
        read_text(text)
