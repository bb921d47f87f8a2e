"""What was found of an allocation, in the language of its documents."""

import pytest

from soilinfo.catalog.allocations import AllocationPlan, Weight
from soilinfo.catalog.text import texts
from soilinfo.findings import Finding
from soilinfo.report.allocation.findings import worded
from soilinfo.report.allocation.readme import facts
from tests.report.allocation.facts import PLAN, document, words

SUPPLY = Finding(
    "supply_of_need",
    "note",
    "allocation_plan_2027",
    "1,000.1 t of urea are 62.5 % of the need of 1,600.1 t (usual: 70 %)",
    None,
    {"fertilizer": "urea", "total_t": 1000.05, "need_t": 1600.08, "pct": 62.5, "usual_pct": 70.0},
)


def test_a_finding_is_told_in_the_language_of_the_reader_with_its_numbers():
    assert worded(words("id"), SUPPLY) == (
        "1.000,05 t Urea adalah 62,5 % dari kebutuhan 1.600,08 t (lazimnya 70 %)."
    )
    assert worded(words("en"), SUPPLY).startswith("1,000.05 t of Urea are 62.5 % of the need")


def test_units_are_told_by_name_where_it_is_known():
    evidence = {"fertilizer": "urea", "codes": ["01.01", "01.02"]}
    found = Finding("weight_zero", "warn", "x", "2 unit(s)", 2, evidence)
    assert worded(words(), found, {"01.01": "Sukamaju"}).endswith(": Sukamaju (01.01) and 01.02.")


def test_a_printed_total_is_told_with_the_name_of_its_unit():
    evidence = {"code": "02", "stated_t": 11.0, "sum_t": 10.0}
    found = Finding("printed_sum_differs", "warn", "x", "the printed total of 02", 1, evidence)
    assert worded(words("id"), found, {"02": "Lembah Wirya"}).startswith(
        "Jumlah tercetak untuk Lembah Wirya (02) "
    )
    assert worded(words(), found).startswith("The printed total of 02 is 11 t")


def test_printed_tonnes_are_told_with_the_name_of_their_unit():
    evidence = {
        "code": "02",
        "name": "Lembah Wirya",
        "fertilizer": "urea",
        "printed_t": 11.0,
        "computed_t": 10.0,
    }
    found = Finding("legal_total_differs", "note", "x", "", 1, evidence)
    assert (
        worded(words(), found, {"02": "Lembah Wirya"})
        == "Lembah Wirya (02), Urea: 11 t printed, 10 t computed."
    )


def test_of_many_units_the_first_are_named_and_the_others_counted():
    codes = [f"01.{number:02d}" for number in range(1, 13)]
    found = Finding("weight_zero", "warn", "x", "12 unit(s)", 12, {"fertilizer": "urea", "codes": codes})
    told = worded(words("id"), found)
    assert "(12): 01.01, " in told
    assert told.endswith("01.10 dan 2 lainnya.")


def test_products_commodities_and_reasons_are_told_by_their_names():
    evidence = {"plan": "p", "reason": "no_rate", "fertilizers": ["npk_15_10_12", "urea"]}
    evidence |= {"commodities": ["maize"], "codes": ["01.01"]}
    told = worded(words("id"), Finding("need_missing", "note", "fertilizer_need", "", 2, evidence))
    assert "NPK 15-10-12 dan Urea untuk Jagung" in told
    assert "(Tidak ada dosis anjuran)" in told


def test_a_finding_without_a_text_keeps_its_message():
    assert worded(words("id"), Finding("blank_rows", "note", "x", "3 blank rows", 3)) == "3 blank rows"


def test_an_older_finding_without_all_that_the_text_tells_keeps_its_message():
    old = Finding("units_without_rows", "note", "erdkk", "no row of 1 of 5 units", 1, {"codes": ["01.01"]})
    assert worded(words("id"), old) == "no row of 1 of 5 units"


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_key_of_a_plan_has_a_name(language: str):
    named = {*AllocationPlan.model_fields} - {"id", "title", "method"}
    assert {f"allocation.about.{name}" for name in named} <= {*texts(language)}


def test_choices_and_plan_are_told_in_the_language_of_the_reader():
    chosen = {"total_change_pct": -10.5, "after": 4, "reallocates": "plan_2027-1", "budget": None}
    told = dict(facts(words("id"), document(choices=chosen, findings=[SUPPLY])))
    assert told["Pilihan: lebih atau kurang dari rencana, persen"] == "-10,5"
    assert told["Pilihan: bulan yang sudah lewat"] == "4"
    assert told["Pilihan: realokasi dari"] == "plan_2027-1"
    assert told["Rencana: tingkat wilayah yang berbagi"] == "Kecamatan"
    assert told["Rencana: tanggal berlakunya aturan"] == "1 Desember 2026"
    assert "Urea: (" in told["Rencana: jumlah tersedia untuk setiap pupuk"]


def test_that_no_weights_are_used_is_told_of_a_method_without():
    told = "this allocation uses no weights"
    assert told in dict(facts(words(), document()))["Weights"]
    assert told not in dict(facts(words(), document(method="priority")))["Weights"]


def test_what_a_plan_said_under_a_key_that_plans_have_no_more_is_told_by_that_key():
    assert dict(facts(words(), document(choices={"old_key": 3})))["Choice: old_key"] == "3"


def test_an_old_allocation_that_keeps_no_rules_says_so():
    told = dict(facts(words(), document(rules={})))
    assert told["Who may have it"].startswith("This older allocation does not keep")


def test_weights_are_told_of_a_method_that_goes_by_them_only():
    weight = Weight(table="yields", code="code", column="t_ha")
    weighted = PLAN.model_copy(update={"weights": (weight,)})
    named = "Plan: weights"
    assert named not in dict(facts(words(), document(plan=weighted)))
    assert named in dict(facts(words(), document(plan=weighted, method="priority")))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "(Priority figures by district; Yield; to the power of: 0.5)"),
        ("id", "(Data prioritas menurut kecamatan; Hasil; dipangkatkan: 0,5)"),
    ],
)
def test_a_table_is_called_by_its_title_and_read_by_columns_that_are_nobodys_choice(language: str, told: str):
    weight = Weight(table="priority", code="code", column="productivity_t_ha", power=0.5)
    weighted = PLAN.model_copy(update={"weights": (weight,)})
    lines = [text for _, text in facts(words(language), document(plan=weighted, method="priority"))]
    assert told in lines
