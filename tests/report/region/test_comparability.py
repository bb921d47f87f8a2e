"""Whether two countries' values stand side by side: every way to differ, and what then is said."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.reporting import Region
from soilinfo.report.region.comparability import Rules, compare, unreported
from soilinfo.report.region.document import Reason, Verdict
from soilinfo.report.region.values import Told, told
from soilinfo.report.region.words import Speech
from tests.reports import country_report, label

CONFIG = Path(__file__).parents[3] / "config"
PH = "ph_h2o"
LINE = {
    "id": "ph_line",
    "title": label("A line", "Garis"),
    "from_property": "ph_kcl",
    "to_property": "ph_h2o",
    "form": "linear",
    "coefficients": (1.0, 1.0),
    "from_unit": "pH",
    "to_unit": "pH",
    "valid": (3.0, 8.0),
    "error": 0.3,
    "soils": label("those of tests", "tanah uji"),
    "source": "tests",
    "confidence": "M",
}


def rules(*, equivalent: bool = True, equation: Mapping[str, Any] | None = None, **region: Any) -> Rules:
    ways = [{"indicator": PH, "from_group": "kcl", "to_group": "national", "equation": "ph_line"}]
    told = {
        "title": label("Region", "Kawasan"),
        "body": label("Network", "Jaringan"),
        "members": [{"iso3": "XAA", "title": label("A", "A"), "subregion": "all"}],
        "subregions": {"all": label("All", "Semua")},
        "boundaries": {"source": "tests", "disclaimer": label("Invented.", "Rekaan.")},
        "equivalences": ways if equivalent else [],
    }
    known = {"ph_line": Equation.model_validate(LINE | dict(equation or {}))}
    return Rules(Region.model_validate(told | region), known, Speech(CONFIG))


def side(iso3: str = "XAA", indicator: str = PH, **how: Any) -> Told:
    found = told(country_report(iso3, **how), indicator)
    assert found
    return found


def reasons(verdict: Verdict) -> list[str]:
    return [each.code for each in verdict.reasons]


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ({"depth": (0.0, 5.0)}, "depth", "0–5 cm"),
        ({"depth": None}, "depth", "not known"),
        ({"method_group": "soilgrids"}, "method", "As in tests (soilgrids)"),
        ({"edition": "2"}, "definition", "edition 2"),
        ({"years": (2014, 2014)}, "years", "2014"),
        ({"years": None}, "years", "not known"),
        ({"coverage": 69.9}, "coverage", "69.9 %"),
        ({"land": "cropland"}, "land", "Cropland"),
        ({"land": None}, "land", "not known"),
        ({"form": "p2o5"}, "form", "Phosphorus as P₂O₅"),
        ({"form": "p2o7"}, "form", "p2o7"),
        ({"change": {PH: {"unit": "dS/m"}}}, "unit", "dS/m"),
    ],
)
def test_each_difference_keeps_two_values_apart_and_is_told_in_the_words_of_both(
    how: dict[str, Any], code: str, words: str
) -> None:
    verdict = compare(rules(), side(), side("XBB", **how))
    assert (verdict.kind, reasons(verdict)) == ("not", [code])
    assert words in verdict.reasons[0].b["en"]
    assert "XBB" in verdict.reasons[0].text["id"]


def test_groups_of_methods_are_told_by_the_words_of_config_and_not_twice() -> None:
    named = {
        "soilgrids": label("Digital mapping", "Pemetaan digital"),
        "kcl": label("As in tests", "Menurut uji"),
    }
    known = replace(rules(equivalent=False), methods=named)

    def told_of(group: str) -> str:
        (reason,) = compare(known, side(), side("XBB", method_group=group)).reasons
        return reason.b["en"]

    assert told_of("soilgrids") == "As in tests (Digital mapping)"
    assert told_of("kcl") == "As in tests"
    assert told_of("other") == "As in tests (other)"


def test_all_differences_are_told_at_once() -> None:
    other = side("XBB", depth=(0.0, 5.0), method_group="soilgrids", years=None, land="cropland")
    assert reasons(compare(rules(), side(), other)) == ["depth", "method", "years", "land"]


def test_values_alike_compare_and_so_does_their_affected_land() -> None:
    verdict = compare(rules(), side(), side("XBB", years=(2015, 2015), coverage=70.0))
    assert verdict.kind == "comparable"
    assert verdict.affected
    assert not verdict.reasons


def test_spans_of_years_must_fit_at_both_ends_where_an_indicator_is_about_change() -> None:
    overlapping = {"years": (2000, 2020)}
    change = {"land_degradation": {}}
    mean = compare(rules(), side(), side("XBB", **overlapping))
    span = compare(
        rules(),
        side(indicator="land_degradation"),
        side("XBB", "land_degradation", change=change, **overlapping),
    )
    assert mean.kind == "comparable"
    assert reasons(span) == ["years"]


def test_a_translation_of_a_definition_keeps_nothing_apart() -> None:
    translated = {**label("Soil", "Tanah"), "fr": "Sol"}
    changed = {PH: {"definition": translated, "definition_sha256": "f" * 64}}
    assert compare(rules(), side(), side("XBB", change=changed)).kind == "comparable"


def test_degraded_land_by_other_sub_indicators_is_of_another_method() -> None:
    def of(iso3: str, group: str) -> Told:
        return side(iso3, "land_degradation", years=(2000, 2020), method_group=group)

    whole, less = (f"one_out_all_out.cover{parts}" for parts in ("_productivity_factors", "_factors"))
    verdict = compare(rules(), of("XAA", whole), of("XBB", less))
    assert (verdict.kind, reasons(verdict)) == ("not", ["method"])
    assert compare(rules(), of("XAA", less), of("XBB", less)).kind == "comparable"


def test_other_thresholds_keep_affected_land_apart_but_not_the_values() -> None:
    other = country_report("XBB").content.indicators[1].model_dump(mode="json")
    first = other["thresholds"][0] | {"value": 5.0}
    changed = {PH: {"thresholds": [first, *other["thresholds"][1:]], "definition_sha256": "f" * 64}}
    verdict = compare(rules(), side(), side("XBB", change=changed))
    assert verdict.kind == "comparable"
    assert not verdict.affected
    assert "threshold" in [each.code for each in verdict.notes]


@pytest.mark.parametrize("kind", ["class_share", "land_degradation"])
def test_a_kind_whose_classes_or_rules_a_report_does_not_tell_needs_the_whole_definition_alike(
    kind: str,
) -> None:
    changed = {PH: {"kind": kind, "definition_sha256": "f" * 64}}
    one = side(change={PH: {"kind": kind}})
    assert reasons(compare(rules(), one, side("XBB", change=changed))) == ["definition"]


def test_kinds_of_uncertainty_and_sources_of_outlines_are_noted() -> None:
    boundary = {"source": "others", "licence": "CC0-1.0", "disclaimer": label("None.", "Tidak ada.")}
    other = side("XBB", uncertainty="unknown", header={"boundary": boundary, "synthetic": False})
    verdict = compare(rules(), side(), other)
    assert verdict.kind == "comparable"
    assert [each.code for each in verdict.notes] == ["uncertainty", "boundary", "synthetic"]


def test_an_equation_of_config_converts_with_its_error() -> None:
    verdict = compare(rules(), side(), side("XBB", method_group="kcl"))
    made = verdict.conversion
    assert verdict.kind == "with_conversion"
    assert made
    assert not verdict.affected
    assert (made.iso3, made.equation, made.error, made.valid) == ("XBB", "ph_line", 0.3, (3.0, 8.0))
    assert made.value == pytest.approx(6.6)
    assert made.lower
    assert made.upper
    # sd of the mean: 0.4 / 1.6449; with the equation's 0.3: 0.3862; times 1.6449: 0.6352
    assert made.upper - made.value == pytest.approx(0.6352, abs=1e-4) == made.value - made.lower
    assert [f"{each:.6g}" for each in (made.lower, made.upper)] == [str(made.lower), str(made.upper)]


@pytest.mark.parametrize(
    ("equation", "words"),
    [({"valid": (6.0, 8.0)}, "outside the range"), ({"from_unit": "dS/m"}, "other units")],
)
def test_an_equation_that_does_not_hold_for_a_value_is_a_reason(equation: dict[str, Any], words: str) -> None:
    verdict = compare(rules(equation=equation), side(), side("XBB", method_group="kcl"))
    assert reasons(verdict) == ["equation"]
    assert words in verdict.reasons[0].b["en"]


def test_an_unknown_error_of_an_equation_leaves_the_interval_unknown() -> None:
    verdict = compare(rules(equation={"error": None}), side(), side("XBB", method_group="kcl"))
    assert verdict.conversion
    assert verdict.conversion.lower is None
    (note,) = (each for each in verdict.notes if each.code == "unknown_error")
    assert note.b["en"].endswith("(kcl)"), "it says from which method to which"


def test_units_of_one_quantity_convert_exactly() -> None:
    one = {"change": {"soc_stock": {"unit": "kg/m2"}}}
    verdict = compare(rules(), side(indicator="soc_stock"), side("XBB", "soc_stock", **one))
    assert verdict.kind == "with_conversion"
    assert verdict.conversion
    assert (verdict.conversion.equation, verdict.conversion.value) == (None, 625.0)


def test_who_does_not_report_is_told_apart_from_who_has_no_data() -> None:
    verdict = unreported(rules(), ("XAA", "XBB"), (None, side("XBB", coverage=None)))
    assert reasons(verdict) == ["not_reported"]
    assert (verdict.reasons[0].a["en"], verdict.reasons[0].b["en"]) == ("not reported", "no land with data")


PLAIN = {id: side(indicator=id) for id in ("soc_stock", PH, "land_degradation")}


def varied(indicator: str, iso3: str, how: Mapping[str, Any]) -> Told:
    one = PLAIN[indicator]
    header = one.header.model_copy(update={"iso3": iso3})
    return Told(header, one.indicator, one.value.model_copy(update={"iso3": iso3, **how}))


ways = st.fixed_dictionaries(
    {
        "depth": st.sampled_from([(0.0, 30.0), (0.0, 5.0), None]),
        "method_group": st.sampled_from(["national", "kcl", None]),
        "years": st.sampled_from([(2020, 2020), (2000, 2020), (2010, 2012), None]),
        "land": st.sampled_from(["all", "cropland", None]),
        "definition_sha256": st.sampled_from(["a" * 64, "b" * 64]),
        "edition": st.sampled_from(["1", "2"]),
        "covered_pct": st.sampled_from([95.0, 10.0]),
        "form": st.sampled_from([None, "p"]),
        "uncertainty": st.sampled_from(["correlated_sd", "unknown"]),
    }
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(PLAIN)), ways, ways)
def test_the_verdict_is_the_same_whichever_country_is_named_first(
    indicator: str, one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    a, b = varied(indicator, "XAA", one), varied(indicator, "XBB", other)
    here, there = compare(rules(), a, b), compare(rules(), b, a)
    assert (here.kind, here.affected, here.conversion) == (there.kind, there.affected, there.conversion)
    assert [*map(_turned, here.reasons)] == [(each.code, each.a, each.b) for each in there.reasons]
    assert [*map(_turned, here.notes)] == [(each.code, each.a, each.b) for each in there.notes]


def _turned(reason: Reason) -> tuple[Any, ...]:
    return reason.code, reason.b, reason.a
