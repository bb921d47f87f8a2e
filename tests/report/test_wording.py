"""Findings of reports: codes of a closed set, said in every language with what they were found by."""

from string import Formatter

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from soilinfo.catalog.text import BUILT_IN, texts
from soilinfo.findings import Finding
from soilinfo.report.coded import Coded
from soilinfo.report.country.document import ReportFinding
from soilinfo.report.country.finding_words import findings_told
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.findings import RegionalFinding
from soilinfo.report.region.members import of_member
from soilinfo.report.wording import said, told
from tests.report.facts import CATALOG
from tests.reports import country_report

KINDS = (ReportFinding, RegionalFinding)
EVERY = sorted({(check, names) for kind in KINDS for check, names in kind.texts.items()})
EN, ID = (Phrases(CATALOG, language) for language in ("en", "id"))


@pytest.mark.parametrize("language", BUILT_IN)
@pytest.mark.parametrize(("check", "names"), EVERY)
def test_every_code_has_a_text_that_tells_all_of_its_evidence(check, names, language):
    asked = {name for _, name, _, _ in Formatter().parse(texts(language)[f"finding.{check}"]) if name}
    assert asked == {*names}


@pytest.mark.parametrize(("check", "names"), EVERY)
def test_no_language_says_a_code_in_the_words_of_another(check, names):
    one, other = (texts(language)[f"finding.{check}"] for language in ("en", "id"))
    assert one != other


def test_a_finding_names_numbers_dates_and_spans_as_its_language_writes_them():
    late = of_member("XAA", "late_report", {"due": "2026-03-01", "submitted_on": "2026-05-17"})
    assert said(ID, late) == "Laporannya jatuh tempo pada 1 Maret 2026 dan diajukan pada 17 Mei 2026."
    claim = of_member("XAA, XBB", "overlapping_claims", {"area_ha": 12345.5})
    (words,) = told(ID, [claim], {"XAA": "Negeri A"})
    assert words[:2] == ("Peringatan", "Negeri A, XBB")
    assert words.text.startswith("12.345,5 ha berada di dalam garis batas keduanya")
    depth = {"indicator": "soc", "wanted_cm": (0.0, 30.0), "layer_cm": (0.0, 5.0)}
    assert "at 0–30 cm and measured on a layer of 0–5 cm" in said(EN, found("other_depth", depth))


def test_a_list_that_is_empty_is_a_dash_and_a_long_one_is_counted():
    asked = {"address": "https://a.example", "iso3": "XAA"}
    assert said(EN, of_member("XAA", "no_record", {**asked, "known": ()})).endswith("it serves: –.")
    many = tuple(f"XBB-2016-2020-{at}" for at in range(1, 13))
    assert "2" in said(ID, of_member("XAA", "no_record", {**asked, "known": many})).rpartition("10")[2]


def test_what_a_country_found_is_called_as_its_own_report_calls_it():
    finding = found("no_uncertainty", {"indicators": ("ph_h2o",)}).model_dump()
    report = country_report(findings=[finding])
    title = next(each.title for each in report.content.indicators if each.id == "ph_h2o")
    (words,) = findings_told(report.content, ID)
    assert words.about == "Indikator"
    assert words.text.endswith(f": {title['id']}.")


@pytest.mark.parametrize(
    "wrong", [{"check": "made_up"}, {"evidence": {}}, {"evidence": {"indicators": ["soc"], "more": 1}}]
)
def test_what_is_not_of_the_set_is_refused_by_the_type_and_by_its_schema(wrong):
    right = found("no_uncertainty", {"indicators": ("soc",)}).model_dump(mode="json")
    schema = Draft202012Validator(ReportFinding.model_json_schema())
    schema.validate(right)
    assert not schema.is_valid(right | wrong)
    with pytest.raises(ValidationError):
        ReportFinding.model_validate(right | wrong)


def test_evidence_that_no_text_tells_stays_out_of_the_report():
    made = Finding("synthetic", "note", "XAA", "in English", 3, {"further": 1})
    assert ReportFinding.of(made).evidence == {}


def found(check: str, evidence: dict[str, object]) -> Coded:
    return ReportFinding.model_validate(
        {"check": check, "severity": "warn", "about": "indicators", "evidence": evidence}
    )
