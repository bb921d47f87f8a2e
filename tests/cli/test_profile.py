"""One soil profile on the command line: told in words and rows, drawn, and refused by name."""

import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import profile, surveyed
from tests.process import run

HEADER = "upper_cm,lower_cm,horizon_code,property,unit,value,sd\n"
CLAY = "0,15,Ap,clay,%,18.5,1\n15,45,Bt1,clay,%,35,1.8\n45,80,BC,clay,g/kg,325,16\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """Of a country with one published profile."""
    directory = tmp_path_factory.mktemp("profiles")
    store = open_store(Settings(store=directory / "store", db=None))
    country = surveyed(directory, store)
    country.say("survey")
    country.hold("survey", profile("P1", (0, 20, {"ph_cacl2": 5.5, "soc": 2.0}), (20, 50, {"ph_cacl2": 5.0})))
    country.harmonize()
    store.close()
    return Settings(config=country.config, store=directory / "store", db=None)


def traced(lines: list[dict]) -> list[str]:
    """Of which property each traced observation is."""
    written = ("Value as written", "Nilai sebagaimana tertulis")
    return [each.get("Soil property") or each["Sifat tanah"] for each in lines if {*written} & {*each}]


def test_a_published_profile_is_told_and_drawn(settings: Settings, tmp_path):
    plot = tmp_path / "ph.svg"
    words = ("--property", "ph_h2o", "--interval", "0,30", "--plot", str(plot), "--language", "en")
    code, lines, errors = run(settings, "profile", "survey.P1", *words)
    assert code == 0, errors
    assert lines[0]["harmonized"][0]["equations"] == "ph_cacl2_miller_2010"
    assert lines[1]["message"].startswith("Soil pH in water, 0–30 cm: ")
    assert "converted from Soil pH in calcium chloride" in lines[1]["message"]
    assert plot.read_text().startswith("<svg")
    assert traced(lines) == ["Soil pH in calcium chloride"] * 2, "and not what else was observed"


def test_a_file_of_ones_own_is_told_without_a_store(settings: Settings, tmp_path):
    file = tmp_path / "horizons.csv"
    file.write_text(HEADER + CLAY + "0,15,Ap,soc,%,<0.1,\n")
    code, lines, errors = run(settings, "profile", "--file", str(file), "--bedrock", "90", "--language", "id")
    assert code == 0, errors
    told = {each["id"]: each for each in lines[0]["harmonized"]}
    assert told["own.clay.000-005"]["value"] == pytest.approx(16.259, abs=5e-4)
    assert told["own.clay.100-200"]["state"] == "bedrock"
    assert told["own.soc.000-005"]["value"] == 0.05
    assert lines[0]["message"] == "profil sendiri"
    assert len(traced(lines)) == 4


def test_a_profile_that_does_not_exist_is_refused_naming_those_that_do(settings: Settings):
    code, _, errors = run(settings, "profile", "survey.P2")
    assert code == 3
    assert "no profile 'survey.P2'; there are: survey.P1" in errors


def test_either_an_id_or_a_file_is_given(settings: Settings):
    code, _, errors = run(settings, "profile")
    assert code == 2
    assert "--file" in errors
