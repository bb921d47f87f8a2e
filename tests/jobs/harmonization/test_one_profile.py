"""One profile on demand: what is published of it, or what somebody writes down, by rules of choice."""

import json

import pytest

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.harmonization.one_profile import (
    Choices,
    drawn,
    given_profile,
    harmonized_rows,
    published_profile,
    rules_of,
)
from soilinfo.jobs.harmonization.profile_answer import answer_about, plotted
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import profile, surveyed

PEAT = profile(
    "P1",
    (0, 20, {"ph_cacl2": 3.5, "soc": {"value": 48.0, "sd": 2.0}}, {"is_organic": True}),
    (20, 60, {"ph_cacl2": 4.2, "soc": {"value": 0.1, "qualifier": "<"}}),
    bedrock_cm=90.0,
)
CLAY = [
    {
        "upper_cm": upper,
        "lower_cm": lower,
        "property": "clay",
        "unit": "%",
        "value": value,
        "horizon_code": code,
    }
    for upper, lower, value, code in ((0, 15, 18.5, "Ap"), (15, 45, 35.0, "Bt1"), (45, 80, 32.5, "BC"))
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A country with a profile that is public."""
    directory = tmp_path_factory.mktemp("shared")
    store = open_store(Settings(store=directory / "store", db=None))
    country = surveyed(directory, store)
    country.say("survey")
    country.hold("survey", PEAT)
    country.harmonize()
    yield country
    store.close()


def published(country, id="survey.P1"):
    return published_profile(country.store, country.store.ledger.current(), id)


def drawing(country, property):
    profile, rules = published(country), rules_of(country.catalog, Choices())
    return drawn(profile, property, harmonized_rows(profile, rules), rules)


def value_at(answer, property, upper, lower):
    found = [each for each in answer["harmonized"] if each["property"] == property]
    return next(each for each in found if (each["upper_cm"], each["lower_cm"]) == (upper, lower))


def test_a_published_profile_is_told_as_the_published_table_tells_it(shared):
    answer = answer_about(shared.catalog, published(shared), Choices(), snapshot=1)
    table = shared.table("harmonized_profiles").set_index("id")
    assert {each["id"] for each in answer["harmonized"]} == {*table.index}
    for each in answer["harmonized"]:
        row = table.loc[each["id"]]
        assert each["state"] == row["state"]
        assert each["value"] == pytest.approx(row["value"], nan_ok=True) or each["value"] is None
    assert {each["layer"] for each in answer["read"]} == {"profiles", "horizons", "observations"}


def test_intervals_smoothing_and_equations_can_be_chosen(shared):
    chosen = Choices([(0, 20), (20, 60)], 0.0, ["ph_h2o"], {"ph_h2o": ["ph_cacl2_davies_1971"]})
    answer = answer_about(shared.catalog, published(shared), chosen, snapshot=1)
    davies = shared.catalog.equation("ph_cacl2_davies_1971").coefficients
    assert [each["lower_cm"] for each in answer["harmonized"]] == [20, 60]
    assert [each["value"] for each in answer["harmonized"]] == pytest.approx(
        [davies[0] + davies[1] * each for each in (3.5, 4.2)]
    )
    assert [each["id"] for each in answer["equations"]] == ["ph_cacl2_davies_1971"]
    assert answer["unconverted"] == []


def test_exact_means_of_a_profile_that_is_given_by_its_horizons(shared):
    answer = answer_about(shared.catalog, given_profile(shared.catalog, CLAY), Choices(), snapshot=1)
    means = [
        value_at(answer, "clay", *ends)["value"] for ends in ((0, 5), (5, 15), (15, 30), (30, 60), (60, 100))
    ]
    assert means == pytest.approx([16.259, 20.145, 31.515, 36.027, 31.200], abs=5e-4)  # facts: clay_bt
    assert value_at(answer, "clay", 60, 100)["covered_cm"] == 20


def test_a_phosphorus_test_is_not_converted_and_the_answer_says_why(shared):
    olsen = CLAY[0] | {"property": "p_olsen", "unit": "ppm", "value": 12}
    answer = answer_about(shared.catalog, given_profile(shared.catalog, [olsen]), Choices(), snapshot=1)
    (left,) = answer["unconverted"]
    assert left["property"] == "p_olsen"
    assert left["reason"]["en"]
    assert answer["harmonized"] == []


def test_each_value_says_in_words_how_it_was_come_by(shared):
    answer = answer_about(shared.catalog, published(shared), Choices(), snapshot=1)
    told = value_at(answer, "ph_h2o", 0, 5)["sentence"]
    assert "error not known, converted from" in told["en"]
    assert "ph_cacl2_miller_2010" in told["en"]
    assert "galat tidak diketahui, dikonversi dari" in told["id"]
    assert "beyond the limit of detection" in value_at(answer, "soc", 30, 60)["sentence"]["en"]
    assert value_at(answer, "soc", 100, 200)["sentence"]["en"].endswith("100–200 cm: bedrock.")


def test_its_depth_plot_shows_what_was_observed_beside_what_it_was_converted_to(shared):
    ph = drawing(shared, "ph_h2o")
    assert [each.observed for each in ph.horizons] == [3.5, 4.2]
    assert [each.is_organic for each in ph.horizons] == [True, False]
    assert len(ph.curves) == 2
    assert ph.bedrock_cm == 90
    assert ph.source.startswith("Office of survey, ")
    soc = drawing(shared, "soc")
    assert [each.qualifier for each in soc.horizons] == ["", "<"]
    assert soc.horizons[1].value == 0.05  # half of the limit


def test_an_answer_is_json_and_can_be_drawn_again(shared):
    chosen = Choices(properties=["ph_h2o"])
    answer = answer_about(shared.catalog, published(shared), chosen, snapshot=1)
    again = json.loads(json.dumps(answer))
    assert plotted(shared.catalog, again, "en", 640).startswith(b"<svg")
    with pytest.raises(InputError, match=r"one property.*There are: ph_h2o, soc"):
        plotted(shared.catalog, answer_about(shared.catalog, published(shared), Choices(), 1), "en")


def test_of_a_profile_whose_owner_shows_only_its_place_there_is_nothing_to_harmonize(country):
    country.say("survey", privacy={"share": "locations"})
    country.hold("survey", PEAT)
    country.harmonize()
    with pytest.raises(InputError, match="shows only the place"):
        published(country)


def test_what_cannot_be_asked_is_named(shared):
    with pytest.raises(UnknownNameError, match=r"no profile 'survey.P2'.*survey.P1"):
        published(shared, "survey.P2")
    for choices, reason in (
        (Choices([(30, 0)]), "goes down"),
        (Choices(smoothing=-1), "0 or more"),
        (Choices(properties=["gold"]), "no property 'gold'"),
        (Choices(equations={"soc": ["alchemy"]}), "no equation 'alchemy'"),
        (Choices(equations={"soc": ["ph_cacl2_davies_1971"]}), "leads to 'ph_h2o', not to 'soc'"),
        (Choices(equations={"sand": ["particle_size_isss_usda"]}), "applies without being named"),
    ):
        with pytest.raises(InputError, match=reason):
            rules_of(shared.catalog, choices)
    with pytest.raises(UnknownNameError, match=r"'clay'; there are: .*ph_h2o, soc"):
        drawing(shared, "clay")


def test_where_no_profiles_are_shown_what_is_held_is_not_named(country):
    country.say("survey")
    country.hold("survey", profile("P1", (0, 20, {"ph_h2o": 5.5})))
    with pytest.raises(UnknownNameError, match="no collection 'profiles'") as refused:
        published_profile(country.store, country.store.ledger.current(), "survey.P1")
    assert "held" not in str(refused.value)
