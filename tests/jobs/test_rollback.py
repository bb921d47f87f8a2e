"""A rollback does not undo what owners of soil profiles forbade since."""

import pytest

from soilinfo.catalog.names import PROFILE_COLLECTIONS
from soilinfo.jobs.harmonization.rights import as_allowed, hidden, not_allowed
from soilinfo.jobs.rollback import roll_back
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import profile, surveyed

PROFILE = profile("P1", (0, 20, {"ph_h2o": 5.5}), (20, 50, {"ph_h2o": 5.0}))
FREE, BLURRED, HIDDEN = {}, {"blur_m": 1000}, {"share": "nothing"}


@pytest.fixture
def country(tmp_path):
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield surveyed(tmp_path, store)
    store.close()


def publish(country, privacy, *also):
    """The snapshot in which a survey is shown as its owner says, ingested and harmonized."""
    country.say("survey", privacy=privacy)
    country.hold("survey", PROFILE, *also)
    country.harmonize()
    return country.store.ledger.current()


def back(country, snapshot):
    return roll_back(country.store, country.config, snapshot.id, actor="siti", reason="wrong")


@pytest.mark.parametrize("tighter", [BLURRED, {"share": "locations"}])
def test_profiles_stay_as_their_owner_shows_them_by_now(country, tighter):
    first = publish(country, FREE)
    second = publish(country, tighter, profile("P2", (0, 20, {"ph_h2o": 6})))
    then, findings = back(country, first)
    for name in ("profiles", "sites", "held_survey_profiles", "findings"):
        assert then.layers.get(name) == second.layers.get(name), name
    assert "profiles" in {finding.layer for finding in findings}
    assert not not_allowed(country.store, country.catalog, then.layers)


def test_what_is_hidden_by_now_does_not_come_back(country):
    first = publish(country, FREE)
    publish(country, HIDDEN)
    then, _ = back(country, first)
    assert not set(PROFILE_COLLECTIONS) & set(then.layers)


def test_what_an_owner_still_allows_comes_back(country):
    first = publish(country, BLURRED)
    publish(country, FREE, profile("P2", (0, 20, {"ph_h2o": 6})))
    then, findings = back(country, first)
    assert (then.layers, findings) == (first.layers, [])


def test_where_config_cannot_be_read_all_that_is_about_profiles_stays(country):
    first = publish(country, FREE)
    second = publish(country, FREE, profile("P2", (0, 20, {"ph_h2o": 6})))
    (country.config / "country.yaml").write_text("[")
    then, findings = back(country, first)
    assert then.layers == second.layers
    assert findings


@pytest.mark.parametrize(
    "tighter", [BLURRED, HIDDEN, {"share": "locations"}, {"projects": {"survey": HIDDEN}}, None]
)
def test_what_is_published_is_not_served_once_its_owner_forbids_it(country, tighter):
    snapshot = publish(country, FREE)
    if tighter is None:
        (country.config / "soil_profiles" / "survey.yaml").unlink()
    else:
        country.say("survey", **(tighter if "projects" in tighter else {"privacy": tighter}))
    allowed = as_allowed(country.store, country.catalog, snapshot)
    assert not {*PROFILE_COLLECTIONS, "findings"} & set(allowed.layers)
    told = hidden(country.store, country.catalog, snapshot)
    assert {one.layer for one in told} >= {"profiles", "sites", "findings"}
    assert not [one for one in told if one.layer.startswith("held_")]


def test_what_is_blurred_more_coarsely_than_asked_for_is_still_served(country):
    snapshot = publish(country, {"blur_m": 2000})
    country.say("survey", privacy=BLURRED)
    assert as_allowed(country.store, country.catalog, snapshot) == snapshot
