"""The public sees of soil profiles what their owners allow, and nothing before the harmonization."""

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from soilinfo.errors import UnknownNameError
from soilinfo.jobs.harmonization.privacy import blurred
from soilinfo.serve.collections import Source
from soilinfo.serve.published import published_collections
from tests.held import PLACE, profile

OPEN = profile(
    "P1", (0, 20, {"ph_h2o": 5.5, "soc": 2.0}), (20, 50, {"ph_h2o": 5.0}), site_code="S 1", altitude_m=120.0
)
PUBLIC = ("sites", "profiles", "horizons", "observations")


def shown(country):
    return [name for name in PUBLIC if name in country.store.ledger.current().layers]


def test_what_is_ingested_is_shown_to_nobody_before_it_is_harmonized(country):
    country.say("survey")
    country.hold("survey", OPEN)
    assert shown(country) == []
    report = country.harmonize()
    assert shown(country) == [*PUBLIC]
    assert set(PUBLIC) <= report.published.keys()


def test_a_profile_is_told_with_its_site_its_horizons_and_its_observations(country):
    country.say("survey")
    country.hold("survey", OPEN)
    country.harmonize()
    (told,) = country.table("profiles").to_dict("records")
    assert (told["id"], told["site_id"], told["attribution"]) == (
        "survey.P1",
        "survey.S-1",
        "Office of survey",
    )
    assert (told["depth_cm"], told["element_count"], told["observation_count"]) == (50, 2, 3)
    assert told["properties"] == "ph_h2o, soc"
    assert told["version"] == country.store.ledger.current().layers["held_survey_profiles"]
    horizons = country.table("horizons").sort_values("order")
    assert list(horizons["ph_h2o"]) == [5.5, 5.0]
    assert np.isnan(horizons["soc"].iloc[1])
    observed = country.table("observations").set_index("id").loc["survey.P1.2.ph_h2o"]
    assert (observed["upper_cm"], observed["lower_cm"], observed["value"]) == (20, 50, 5.0)
    assert observed.geometry == shapely.Point(PLACE)


def test_a_horizon_has_the_mean_of_its_specimens_without_those_rejected_or_beyond_a_limit(country):
    below = {"value": 0.1, "qualifier": "<"}
    values = {"ph_h2o": 5.0, "ph_h2o#2": 6.0, "ph_h2o#3": {"value": 13.0, "flag": "rejected"}, "soc": below}
    country.say("survey")
    country.hold("survey", profile("P1", (0, 20, values), (20, 30, {"soc": 1.0})))
    country.harmonize()
    horizons = country.table("horizons").sort_values("order")
    assert horizons["ph_h2o"].iloc[0] == 5.5
    assert np.isnan(horizons["soc"].iloc[0])
    assert len(country.table("observations")) == 5


def test_a_class_stands_in_a_column_of_its_own_and_with_its_horizon(country):
    country.say("survey")
    texture = {"value": None, "class": "loam", "source_value": "L", "unit": None}
    country.hold(
        "survey", profile("P1", (0, 20, {"texture": texture, "clay": 20.0}), (20, 30, {"clay": 25.0}))
    )
    country.harmonize()
    assert country.table("horizons").sort_values("order")["texture"].fillna("").tolist() == ["loam", ""]
    observed = country.table("observations").set_index("property")
    assert observed.loc["texture", ["class", "source_value"]].tolist() == ["loam", "L"]


def test_profiles_without_any_place_are_served_as_tables(country):
    country.say("survey")
    country.hold("survey", {**OPEN, "place": None})
    country.harmonize()
    store = country.store
    collections = published_collections(Source(store, country.catalog, store.ledger.current()))
    for name in PUBLIC:
        assert collections[name].bounds == country.catalog.grid.bounds
    assert country.table("sites")["profile_count"].tolist() == [1]


def test_a_withheld_dataset_is_counted_and_nowhere_told(country):
    country.say("survey")
    country.say("secret", privacy={"share": "nothing"})
    country.hold("survey", OPEN)
    country.hold("secret", profile("X9", (0, 10, {"ph_h2o": 4.0})))
    country.harmonize()
    for name in PUBLIC:
        assert set(country.table(name)["dataset"]) == {"survey"}
    layers = country.store.ledger.current().layers
    assert country.store.ledger.version("profiles", layers["profiles"]).metadata["withheld"] == {"secret": 1}


def test_of_a_project_only_the_places_may_be_shown(country):
    country.say("survey", projects={"army": {"share": "locations"}})
    found = {"soil_wrb": "Acrisols", "soil_name": "Red", "land_use": "camp", "bedrock_cm": 80.0}
    army = {"profile_code": "P2", "project": "army"}
    country.hold("survey", {**OPEN, **found}, {**OPEN, **found, **army})
    country.harmonize()
    profiles = country.table("profiles").set_index("id")
    assert profiles.loc["survey.P2", "share"] == "locations"
    assert profiles.loc["survey.P1", [*found]].to_dict() == found
    assert profiles.loc["survey.P2", [*found]].isna().all(), "no soil was told of"
    assert pd.isna(profiles.loc["survey.P2", "element_count"])
    assert set(country.table("horizons")["profile_id"]) == {"survey.P1"}
    assert set(country.table("observations")["profile_id"]) == {"survey.P1"}


def test_a_blurred_place_is_told_with_no_better_accuracy_than_its_cell_and_without_altitude(country):
    country.say("survey", privacy={"blur_m": 1000})
    country.hold("survey", {**OPEN, "positional_accuracy_m": 5.0})
    country.harmonize()
    (told,) = country.table("profiles").to_dict("records")
    assert told["positional_accuracy_m"] == 1000
    assert np.isnan(told["altitude_m"])
    for name in PUBLIC:
        assert set(country.table(name).geometry) == {told["geometry"]}
    assert 0 < metres(PLACE, (told["geometry"].x, told["geometry"].y)) < 1000


def test_a_change_of_privacy_is_made_without_another_ingestion(country):
    country.say("survey")
    country.hold("survey", OPEN)
    country.harmonize()
    country.say("survey", privacy={"share": "nothing"})
    report = country.harmonize()
    assert shown(country) == []
    assert set(report.withdrawn) >= set(PUBLIC)
    assert {finding.check for finding in report.findings} >= {"no_longer_made"}


def test_what_has_not_changed_is_left_alone_and_a_dataset_that_config_drops_is_withdrawn(country):
    country.say("survey")
    country.hold("survey", OPEN)
    country.harmonize()
    again = country.harmonize()
    assert (again.published, again.snapshot) == ({}, None)
    assert set(PUBLIC) <= set(again.unchanged)
    (country.config / "soil_profiles" / "survey.yaml").unlink()
    assert set(country.harmonize().withdrawn) >= set(PUBLIC)


def test_what_a_rollback_withdrew_is_held_back_until_it_is_named(country):
    country.say("survey")
    country.hold("survey", OPEN)
    before = country.store.ledger.current().id
    country.harmonize()
    country.store.ledger.rollback(before, actor="tests", reason="not yet")
    held = country.harmonize()
    assert set(PUBLIC) <= set(held.held)
    assert country.harmonize(*PUBLIC).published.keys() >= set(PUBLIC)


def test_a_collection_that_is_not_of_profiles_is_named(country):
    with pytest.raises(UnknownNameError, match="no collection of profiles 'soc'; there are: harmonized"):
        country.harmonize("soc")


def test_blurred_places_are_centres_of_cells_of_the_side_asked_for():
    rng = np.random.default_rng(1)
    places = shapely.points(rng.uniform(-180, 180, 2000), rng.uniform(-80, 80, 2000))
    side = np.full(2000, 500.0)
    moved = blurred(places, side)
    off = [metres((a.x, a.y), (b.x, b.y)) for a, b in zip(places, moved, strict=True)]
    assert max(off) < 500 * 0.75
    assert np.mean(off) > 100
    assert shapely.equals_identical(blurred(moved, side), moved).mean() > 0.99
    assert shapely.equals_identical(blurred(places, side * 0), places).all()
    assert blurred(np.array([None]), np.array([10.0]))[0] is None


def metres(here, there):
    return Geod(ellps="WGS84").inv(*here, *there)[2]
