"""Why a unit gets its tonnes: every link of the chain is there, and the sentence in both languages."""

import pytest

from soilinfo.errors import UnknownNameError
from soilinfo.jobs.subsidy.explain import explain
from tests.jobs.subsidy.conftest import drafted


@pytest.fixture(scope="module")
def id_(country):
    return drafted(country).id


@pytest.fixture(scope="module")
def npk(country, id_):
    answer = explain(country.store, country.catalog, id_, "01.01.01")
    assert (answer["allocation"], answer["state"], answer["name"]) == (id_, "draft", "Sukasari")
    return next(chain for chain in answer["chains"] if chain["fertilizer"] == "npk_15_10_12")


def test_the_chain_leads_from_the_status_of_the_soil_to_sacks(npk):
    rice = next(need for need in npk["needs"] if need["commodity"] == "rice")
    assert rice["statuses"] == {"p2o5": "low", "k2o": "low"}
    assert (rice["area_ha"], rice["kg_ha"], rice["edition"]) == (8000, pytest.approx(500), "kepmentan01_2006")
    assert (npk["method"], npk["bound"], npk["sack_kg"]) == ("proportional", "share", 50)
    assert npk["sacks"] * 0.05 == pytest.approx(npk["allocated_t"])
    assert abs(npk["allocated_t"] - npk["share_t"]) < 0.05


def test_the_chain_names_the_versions_of_the_soil_layers_it_rests_on(npk, country):
    served = country.snapshot.layers
    for name in ("p2o5_hcl25", "k2o_hcl25", "nutrient_status_paddy_by_districts", "erdkk", "districts"):
        assert npk["versions"][name] == served[name]


def test_a_commodity_without_a_rate_has_none_in_the_chain(npk):
    maize = next(need for need in npk["needs"] if need["commodity"] == "maize")
    assert (maize["kg_ha"], maize["edition"], maize["statuses"]) == (None, "", {})


def test_the_sentence_is_there_in_both_languages(npk):
    english, indonesian = npk["sentence"]["en"], npk["sentence"]["id"]
    assert english.startswith("Sukasari gets ")
    assert "8,000 ha of rice need 500 kg a hectare" in english
    assert "Sukasari" in indonesian
    assert english != indonesian


def test_a_unit_that_takes_no_part_is_unknown(country, id_):
    with pytest.raises(UnknownNameError, match=r"no unit of the allocation '01.01'; there are: 01.01.01"):
        explain(country.store, country.catalog, id_, "01.01")
