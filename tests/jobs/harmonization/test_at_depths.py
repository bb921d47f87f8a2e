"""The harmonized table is published with what it was made of, again only when that changes, and whole."""

import os
import signal

import numpy as np
import pytest
import yaml

from soilinfo.jobs.harmonize import harmonize
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import profile, surveyed
from tests.process import run

PIT = profile("P1", (0, 20, {"ph_cacl2": 5.0, "clay": 20.0}), (20, 60, {"ph_cacl2": 5.5, "clay": 30.0}))
OVER = profile("P2", (0, 20, {"clay": 20.0}), (10, 60, {"clay": 30.0}))


@pytest.fixture(params=["embedded", "postgis"])
def both(request, tmp_path):
    """The country in either home of collections."""
    if request.param == "postgis":
        with request.getfixturevalue("postgres").database() as db:
            store = open_store(Settings(store=tmp_path / "store", db=db))
            yield surveyed(tmp_path, store)
            store.close()
    else:
        yield request.getfixturevalue("country")


def say_rules(country, **changes):
    rules = {"properties": {"ph_h2o": ["ph_cacl2_davies_1971"], "clay": []}}
    (country.config / "harmonization.yaml").write_text(yaml.safe_dump(rules | changes))


def test_the_table_is_served_in_either_home_with_all_its_columns(both):
    say_rules(both)
    both.say("survey")
    both.hold("survey", PIT)
    both.harmonize()
    rows = both.table("harmonized_profiles").set_index("id")
    assert len(rows) == 2 * 8
    row = rows.loc["survey.P1.ph_h2o.000-030"]
    assert row["value"] == pytest.approx(0.9569378 * row["observed_value"] + 0.8382775, abs=1e-6)
    assert (row["equations"], row["elements"]) == ("ph_cacl2_davies_1971", "survey.P1.1, survey.P1.2")
    assert row["version"] == both.store.ledger.current().layers["held_survey_profiles"]
    assert np.isnan(rows.loc["survey.P1.ph_h2o.100-200", "value"])
    assert row.geometry == both.table("profiles").geometry.iloc[0]


def test_the_table_is_named_by_what_it_was_made_of(country):
    say_rules(country)
    country.say("survey")
    country.hold("survey", PIT)
    first = country.harmonize().published["harmonized_profiles"]
    assert country.harmonize().published == {}
    say_rules(country, smoothing=0.5)
    report = country.harmonize()
    assert {*report.published} == {"harmonized_profiles"}
    say_rules(country)
    assert country.harmonize().published["harmonized_profiles"] == first


def test_what_is_not_told_is_not_harmonized(country):
    say_rules(country)
    country.say("survey", projects={"army": {"share": "locations"}})
    country.say("secret", privacy={"share": "nothing"})
    country.hold("survey", PIT, {**PIT, "profile_code": "P2", "project": "army"})
    country.hold("secret", PIT)
    country.harmonize()
    assert set(country.table("harmonized_profiles")["profile_id"]) == {"survey.P1"}


def test_doubts_about_the_values_are_findings(country):
    say_rules(country)
    country.say("survey")
    country.hold("survey", PIT, OVER, profile("P3", (0, 20, {"x": {"property": None, "value": 1.0}})))
    report = country.harmonize()
    found = {finding.check: finding for finding in report.findings if finding.layer == "harmonized_profiles"}
    assert found["refused_values"].evidence == {"property": "clay", "profiles": ["survey.P2"]}
    assert "ph_cacl2_davies_1971" in found["unknown_error"].message
    assert found["no_property"].count == 1


def test_without_rules_profiles_are_told_as_they_were_observed(country):
    country.say("survey")
    country.hold("survey", PIT)
    (country.config / "harmonization.yaml").write_text(yaml.safe_dump({"properties": {}}))
    assert "harmonized_profiles" not in country.harmonize().published
    assert "profiles" in country.store.ledger.current().layers


@pytest.mark.parametrize("event", [1, 5])
def test_a_harmonization_that_is_killed_leaves_what_was_served_and_the_next_one_completes(country, event):
    say_rules(country)
    country.say("survey")
    country.hold("survey", PIT)
    country.harmonize()
    before = country.store.ledger.current()
    assert "harmonized_profiles" in before.layers
    country.hold("survey", PIT, {**PIT, "profile_code": "P2"})
    held = country.store.ledger.current()
    assert os.waitpid(_killed_after(country, event), 0)[1] == signal.SIGKILL
    assert country.store.ledger.current() == held
    assert held.layers["profiles"] == before.layers["profiles"]
    country.harmonize()
    for name in ("profiles", "harmonized_profiles"):
        assert len(country.table(name)) == (2 if name == "profiles" else 2 * 2 * 8)


def _killed_after(country, event):
    """A process that harmonizes and dies at this event."""
    if child := os.fork():
        return child
    seen = []

    def progress(one):
        seen.append(one)
        if len(seen) == event:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        own = open_store(Settings(store=country.config.parent / "store", db=None))
        harmonize(own, country.catalog, actor="tests", progress=progress)
    finally:
        os._exit(1)


def test_the_command_tells_how_many_values_are_known_and_by_which_equations(country):
    say_rules(country)
    country.say("survey")
    country.hold("survey", PIT, OVER)
    settings = Settings(store=country.config.parent / "store", config=country.config, db=None)
    code, lines, _ = run(settings, "harmonize")
    assert code == 0
    told = lines[-2]["harmonized_profiles"]
    assert told["states"]["clay"] == {"known": 5, "partly": 1, "refused": 8, "unsampled": 2}
    assert told["conversions"] == {"ph_h2o: ph_cacl2_davies_1971": 6}
    assert "harmonized_profiles" in lines[-1]["published"]
    code, _, error = run(settings, "harmonize", "soc")
    assert code == 3
    assert "no collection of profiles 'soc'" in error
