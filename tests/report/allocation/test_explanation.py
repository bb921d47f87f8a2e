"""Why a unit gets its tonnes, in plain words of both languages."""

from dataclasses import replace

import pytest

from soilinfo.report.allocation.explanation import Need, Rate, sentence
from tests.report.allocation.facts import RICE, chain, words


def test_the_chain_reads_from_the_soil_to_the_sacks():
    assert sentence(words(), chain()) == (
        "Sukamaju gets 400 t of urea: 1,650 ha of rice need 250 kg a hectare (P status low, K status medium; "
        "rice doses of the test) = 412.5 t; it asked for 400 t, which caps it; rounded to 8,000 "
        "sacks of 50 kg. That is 97 % of its need."
    )


def test_the_chain_reads_in_indonesian():
    assert sentence(words("id"), chain()) == (
        "Sukamaju mendapat 400 t urea: 1.650 ha padi membutuhkan 250 kg per hektare (status P rendah, "
        "status K sedang; dosis padi uji) = 412,5 t; usulannya 400 t, dan itu menjadi batas "
        "atasnya; dibulatkan menjadi 8.000 karung isi 50 kg. Itu 97 % dari kebutuhannya."
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"bound": "share", "share_t": 391.2},
            "it asked for 400 t; its share of what there is, in proportion",
        ),
        ({"bound": "share", "method": "priority", "weight": 1.25}, "times its weight of 1.25, is"),
        ({"bound": "share", "method": "max_min"}, "the same part of everyone's need"),
        ({"bound": "share", "method": "optimal"}, "the objective of the plan is served best"),
        ({"bound": "floor", "floor_t": 120.0}, "the least that the plan promises, 120 t"),
        ({"bound": "frozen"}, "the plan fixes its tonnes"),
        ({"bound": "cap", "cap_t": 371.25}, "it asked for 400 t; it may get at most 371.25 t, which caps it"),
    ],
)
def test_what_settled_the_tonnes_is_told(changes: dict[str, object], told: str):
    assert told in sentence(words(), chain(**changes))


def test_without_requests_none_is_told():
    assert "asked" not in sentence(words(), chain(request_t=None, bound="share"))


def test_commodities_come_with_the_largest_need_first_and_beyond_three_are_summed_up():
    needs = [
        Need("maize", 100.0, 300.0, 30.0, "rice_test", RICE.title),
        RICE,
        Need("cassava", 10.0, 100.0, 1.0, "rice_test", RICE.title),
        Need("cocoa", 1.0, 100.0, 0.1, "rice_test", RICE.title),
    ]
    told = sentence(words(), chain(needs=needs, need_t=443.6))
    assert told.index("ha of rice") < told.index("ha of maize") < told.index("ha of cassava")
    assert "further commodities (1) need 0.1 t; together 443.6 t" in told
    assert "cocoa" not in told


def test_a_missing_rate_is_told_and_not_guessed():
    unrated = Need("cassava", 20.0, None, None)
    told = sentence(words(), chain(needs=[unrated], need_t=5.0))
    assert (
        "no rate of urea is known for 20 ha of cassava; what it asked for there, 5 t, stands for that need"
        in told
    )


def test_commodities_without_a_rate_are_told_together():
    areas = {"cassava": 20.0, "maize": 300.0, "cocoa": 1.0, "rice": 40.0}
    needs = [Need(commodity, area, None, None) for commodity, area in areas.items()]
    told = sentence(words(), chain(needs=needs, need_t=5.0))
    assert "no rate of urea is known for 361 ha of maize, rice, cassava and 1 more;" in told


def test_what_is_asked_for_where_no_rate_is_known_is_added_to_what_the_rates_give():
    told = sentence(words(), chain(needs=[RICE, Need("cassava", 20.0, None, None)], need_t=417.5))
    assert (
        "for 20 ha of cassava; what it asked for there, 5 t, stands for that need; together 417.5 t" in told
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "rice doses of the test; the rate that the decree prints for it counts; of urea the decree "
            "prints 250 kg, by P status low it would be 200 kg) = 412.5 t",
        ),
        (
            "id",
            "dosis padi uji; berlaku dosis yang tercantum dalam keputusan untuknya; urea menurut keputusan "
            "250 kg, menurut status P rendah seharusnya 200 kg) = 412,5 t",
        ),
    ],
)
def test_where_the_decree_decides_what_the_soil_would_give_is_told(language: str, told: str):
    rates = [Rate("urea", 250.0, 200.0, 250.0, "p2o5"), Rate("npk_15_10_12", 50.0, None, 50.0, "k2o")]
    decreed = replace(RICE, rates=rates, legal_rate="printed")
    assert told in sentence(words(language), chain(needs=[decreed]))


def test_where_the_decree_prints_the_rates_of_some_fertilizers_only_they_are_named():
    rates = [Rate("urea", 250.0, 250.0, 250.0, None), Rate("npk_15_10_12", 50.0, 50.0, None, "k2o")]
    needs = [replace(RICE, rates=rates, legal_rate="printed")]
    told = {language: sentence(words(language), chain(needs=needs)) for language in ("en", "id")}
    assert (
        "the rate that the decree prints for it counts of urea, the computed one of NPK 15-10-12"
        in told["en"]
    )
    assert "tercantum dalam keputusan untuk urea, dan dosis hitungan untuk NPK 15-10-12" in told["id"]


def test_what_is_more_than_a_farmer_may_have_is_told():
    told = sentence(words(), chain(needs=[replace(RICE, over_cap_ha=62.7)]))
    assert "kg a hectare (62.7 ha more are over what a farmer may have; P status low" in told


def test_where_what_is_asked_for_is_also_for_land_that_does_not_count_that_part_is_left_out():
    unrated = Need("cassava", 20.0, None, None, over_cap_ha=4.0, planted_ha=25.0)
    told = sentence(words(), chain(needs=[unrated], need_t=4.0))
    assert (
        "for 20 ha of cassava (4 ha more are over what a farmer may have); what it asked for there, as far"
        in told
    )
    assert "as it is for land that counts, 4 t, stands for that need" in told


def test_where_the_decree_has_only_a_dash_the_computed_rate_counts():
    told = sentence(words(), chain(needs=[replace(RICE, legal_rate="dash")]))
    assert "the decree prints no rate for it, so the computed one counts" in told


def test_what_is_asked_for_where_nobody_states_an_area_is_told():
    told = sentence(words(), chain(needs=[RICE, Need("cassava", None, None, None)], need_t=417.5))
    assert "nobody states the area of cassava; what it asked for there, 5 t, stands for that need" in told


def test_a_unit_without_need_gets_nothing_and_has_no_percentage():
    told = sentence(words(), chain(needs=[], need_t=0.0, sacks=0, allocated_t=0.0, need_met_pct=None))
    assert told.startswith("Sukamaju gets no urea: no land there needs it;")
    assert "%" not in told
    assert "rounded" not in told
