"""A profile that somebody writes down: what is taken, and what is refused by name."""

from pathlib import Path

import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import InputError, LimitError
from soilinfo.jobs.harmonization.inline import MOST_VALUES, profile_of

CATALOG = load(Path("config"))
CLAY = {"upper_cm": 0, "lower_cm": 15, "property": "clay", "unit": "%", "value": 18.5}
PROCEDURE = next(each for each in CATALOG.procedures.values() if set(each.observes.values()) == {"ph_cacl2"})


def test_values_are_told_in_the_unit_of_the_property_their_errors_too():
    _, elements, observations = profile_of(CATALOG, [CLAY | {"unit": "g/kg", "value": 185, "sd": 20}])
    assert observations[["value", "sd", "source_value", "source_unit"]].values.tolist() == [
        [18.5, 2.0, "185", "g/kg"]
    ]
    assert elements[["upper_cm", "lower_cm"]].values.tolist() == [[0, 15]]


def test_values_of_the_same_depths_are_of_one_horizon_and_horizons_go_down():
    below = CLAY | {"upper_cm": 15, "lower_cm": 40, "horizon_code": "Bt1", "is_organic": True}
    ph = CLAY | {"property": "ph_h2o", "unit": "pH", "value": 5.5, "qualifier": ""}
    _, elements, observations = profile_of(CATALOG, [below, CLAY, ph])
    assert elements["horizon_code"].fillna("").tolist() == ["", "Bt1"]
    assert elements["is_organic"].tolist() == [False, True]
    assert observations["element_id"].tolist() == ["own.2", "own.1", "own.1"]


def test_a_procedure_tells_the_property():
    given = {"upper_cm": 0, "lower_cm": 10, "procedure": PROCEDURE.id, "unit": "pH", "value": 5.0}
    assert profile_of(CATALOG, [given])[2]["property"].tolist() == ["ph_cacl2"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([], "at least one horizon"),
        ("Bt1", "valid list"),
        (
            [{key: value for key, value in CLAY.items() if key != "unit"}],
            "value 1: unit is missing: it is never",
        ),
        ([{key: value for key, value in CLAY.items() if key != "lower_cm"}], "value 1: lower_cm is missing"),
        ([CLAY | {"upper_cm": None}], "value 1: upper_cm"),
        ([CLAY | {"value": float("nan")}], "value 1: value .*finite"),
        ([CLAY | {"sd": -1}], "value 1: sd"),
        ([CLAY | {"sd": 1e300}], "value 1: sd .*less than"),
        ([CLAY | {"value": True}], "value 1: value .*valid number"),
        ([CLAY | {"upper_cm": "0"}], "value 1: upper_cm .*valid number"),
        ([1], "value 1: is no object with the members upper_cm"),
        ([CLAY | {"colour": "red"}], "value 1: colour"),
        ([CLAY | {"upper_cm": 20}], "value 1 goes from 20 to 15 cm: lower_cm must be deeper"),
        ([CLAY | {"lower_cm": 0}], "value 1 goes from 0 to 0 cm"),
        ([CLAY, CLAY | {"upper_cm": 10, "lower_cm": 30}], "overlap: 0-15 cm and 10-30 cm"),
        ([CLAY | {"value": 137}], "value 1: 137 % of clay cannot be; it lies between 0 and 100"),
        ([CLAY | {"property": None}], "value 1: .*needs its property, or a procedure"),
        ([CLAY | {"procedure": PROCEDURE.id}], "value 1: .* observes ph_cacl2, not 'clay'"),
        ([CLAY | {"property": "texture"}], "'texture' has classes"),
    ],
)
def test_what_cannot_be_used_is_named(given: object, reason: str):
    with pytest.raises(InputError, match=reason):
        profile_of(CATALOG, given)


def test_names_that_are_not_known_are_told_with_those_that_are():
    with pytest.raises(InputError, match=r"value 1: no property .clai.*Did you mean .clay"):
        profile_of(CATALOG, [CLAY | {"property": "clai"}])
    with pytest.raises(InputError, match="no procedure 'thumb'"):
        profile_of(CATALOG, [CLAY | {"procedure": "thumb"}])
    with pytest.raises(InputError, match=r"value 1: .*does not convert"):
        profile_of(CATALOG, [CLAY | {"unit": "pH"}])


def test_more_values_than_a_profile_has_are_refused_before_they_are_read():
    with pytest.raises(LimitError, match="at most 1,000"):
        profile_of(CATALOG, [None] * (MOST_VALUES + 1))


def test_depths_that_differ_by_no_more_than_rounding_are_one():
    values = [CLAY | {"upper_cm": i * 1.4, "lower_cm": i * 1.4 + 1.4} for i in range(50)]
    _, elements, _ = profile_of(CATALOG, values)
    assert elements["upper_cm"].tolist()[1:] == elements["lower_cm"].tolist()[:-1]


def test_how_sure_a_limit_of_detection_is_says_nothing_of_the_value_below_it():
    _, _, observations = profile_of(CATALOG, [CLAY | {"qualifier": "<", "sd": 1.0}])
    assert observations["sd"].isna().all()


@pytest.mark.parametrize("depth", [float("nan"), -5, 99999])
def test_bedrock_lies_somewhere_below_the_surface(depth: float):
    with pytest.raises(InputError, match="bedrock lies 0 to 1500 cm deep"):
        profile_of(CATALOG, [CLAY], depth)
