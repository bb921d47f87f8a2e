"""Why a unit gets its tonnes: every link of the chain is there, and the sentence in both languages."""

from dataclasses import replace

import pytest

from soilinfo.catalog.allocations import Supply
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.subsidy.explain import chains_of, explain, left_out_of
from soilinfo.jobs.subsidy.records import allocation_of
from tests.jobs.subsidy.conftest import drafted, older, stripped, unlisted
from tests.subsidised import MAIZE_HA


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


def test_the_chain_says_what_the_decree_prints_and_what_the_soil_would_give(country, id_):
    chains = explain(country.store, country.catalog, id_, "01.02.01")["chains"]
    chain = next(each for each in chains if each["fertilizer"] == "npk_15_10_12")
    rice = next(need for need in chain["needs"] if need["commodity"] == "rice")
    assert rice["legal_rate"] == "printed"
    sp36 = next(rate for rate in rice["rates"] if rate["fertilizer"] == "sp36")
    assert (sp36["kg_ha"], sp36["computed_kg_ha"], sp36["legal_kg_ha"]) == (100, 75, 100)
    told = "of SP-36 the decree prints 100 kg, by P status medium it would be 75 kg"
    assert told in chain["sentence"]["en"]


def test_the_chain_tells_the_land_that_is_over_what_a_farmer_may_have(country, id_):
    chain = explain(country.store, country.catalog, id_, "01.04.01")["chains"][0]
    rice = next(need for need in chain["needs"] if need["commodity"] == "rice")
    assert (rice["area_ha"], rice["over_cap_ha"], rice["planted_ha"]) == (5.0, 1.0, 6.0)
    maize = next(need for need in chain["needs"] if need["commodity"] == "maize")
    assert (rice["area_from"], maize["area_from"]) == ("registry", "table_capped")
    assert maize["over_cap_ha"] == pytest.approx(MAIZE_HA / 6, abs=1e-4)
    assert "as far as it is for land that counts" in chain["sentence"]["en"]


def test_what_is_told_is_what_the_record_was_made_by_whatever_config_says_now(country, id_):
    catalog = country.catalog
    npk = catalog.fertilizers["npk_15_10_12"].model_copy(update={"contents": {"n": 20.0}})
    late = [
        rule.model_copy(update={"commodities": ("maize",), "max_ha_per_farmer": 0.5})
        for rule in catalog.subsidy.eligibility
    ]
    other = catalog.model_copy(
        update={
            "fertilizers": {**catalog.fertilizers, "npk_15_10_12": npk},
            "subsidy": catalog.subsidy.model_copy(update={"eligibility": late, "doses": {}}),
            "doses": {},
        }
    )
    for code in ("01.01.01", "01.04.01"):
        assert explain(country.store, other, id_, code) == explain(country.store, catalog, id_, code)


def test_a_chain_adds_up_to_the_need_that_was_shared_by(country, id_):
    allocation = allocation_of(country.store, country.store.allocations.record(id_))
    chains = chains_of(country.store, allocation, ["01.01.01", "01.01.02"])
    assert [(chain.code, chain.fertilizer) for chain in chains] == [
        (code, fertilizer)
        for code in ("01.01.01", "01.01.02")
        for fertilizer in ("npk_15_10_12", "organic", "urea")
    ]
    for chain in chains:
        rated = sum(need.need_t or 0.0 for need in chain.needs)
        asked = chain.need_t - rated
        assert asked >= -0.0005
        assert (asked > 0.0005) == any(need.need_t is None for need in chain.needs)


def test_a_unit_that_a_table_has_no_row_of_has_no_chain_and_the_table_is_named(country):
    answer = explain(country.store, country.catalog, unlisted(country, "01.04.02").id, "01.04.02")
    assert (answer["name"], answer["chains"]) == ("Bukitindah", [])
    assert [(left["fertilizer"], left["reason"], left["table"]) for left in answer["left_out"]] == [
        (name, "no_row", "erdkk") for name in ("npk_15_10_12", "organic", "urea")
    ]
    title = country.catalog.table("erdkk").title["en"]
    told = answer["left_out"][2]["sentence"]
    assert told["en"] == f"Bukitindah gets no urea: the table {title} has no row of it."
    assert told["id"].startswith("Bukitindah tidak mendapat urea")


def test_a_unit_of_which_a_request_is_not_told_is_told_so_where_no_rate_gives_a_need_either(country, id_):
    """Organic fertilizer has no rate: what is asked for the rice is known, for the maize it is not."""
    done = allocation_of(country.store, country.store.allocations.record(id_))
    blank = (done.needs["code"] == "01.01.01") & (done.needs["commodity"] == "maize")
    needs = done.needs.assign(request_t=done.needs["request_t"].mask(blank))
    rows = done.rows[done.rows["code"] != "01.01.01"]
    unit = replace(done, levels={**done.levels, done.finest: rows}, needs=needs)
    left = {each.fertilizer: each.reason for each in left_out_of(unit, {"01.01.01": "Sukasari"})}
    assert left["organic"] == "no_request"


def test_a_unit_without_a_known_need_is_told_why_by_commodity(country):
    supply = {"urea": Supply(total_t=100)}
    id_ = drafted(country, without_rate="leave_out", fertilizers=supply).id
    left = explain(country.store, country.catalog, id_, "01.04.02")["left_out"][0]
    assert (left["reason"], left["notes"]) == ("no_need", {"maize": "no_rate"})


def test_what_config_dropped_since_is_told_as_the_record_calls_it(country, id_):
    answer = explain(country.store, stripped(country.catalog), id_, "01.01.01")
    assert answer == explain(country.store, country.catalog, id_, "01.01.01")


def test_an_older_draft_that_does_not_keep_its_needs_is_not_explained_by_guesses(country):
    old = older(country)
    with pytest.raises(InputError, match=f"'{old.id}' was drafted before needs were kept"):
        explain(country.store, country.catalog, old.id, "01.01.01")


def test_a_unit_that_takes_no_part_is_unknown_and_a_code_like_it_is_no_hint(country, id_):
    said = r"no unit of the allocation '01.01'; there are: 01.01.01"
    with pytest.raises(UnknownNameError, match=said) as refused:
        explain(country.store, country.catalog, id_, "01.01")
    assert "Did you mean" not in str(refused.value)
