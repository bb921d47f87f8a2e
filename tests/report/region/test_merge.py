"""Reports of several countries put side by side: who stands how, what is kept out, what both claim."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from os import environ
from subprocess import run
from sys import executable
from typing import Any

import pytest

from soilinfo.report.country.document import CountryReport
from soilinfo.report.region.document import RegionalReport, RegionMember
from soilinfo.report.region.members import Receipt, of_member
from soilinfo.report.region.merge import merge
from tests.report.region.test_comparability import label, rules
from tests.reports import country_report

TODAY = date(2026, 3, 1)
REFUSED = {"address": "https://a.example", "error": "Connection refused"}


def member(iso3: str, **told: Any) -> dict[str, Any]:
    return {"iso3": iso3, "title": label(iso3, iso3), "subregion": "all"} | told


def merged(
    *members: dict[str, Any], asked: str = "2025-07-01", **reports: CountryReport | Receipt
) -> RegionalReport:
    receipts = {
        iso3: each
        if isinstance(each, Receipt)
        else Receipt(report=each, obtained="file", origin=f"{iso3}.json")
        for iso3, each in reports.items()
    }
    return merge(rules(members=members, asked=asked), receipts, today=TODAY, software="tests")


def the(report: RegionalReport, iso3: str) -> RegionMember:
    return next(each for each in report.members if each.iso3 == iso3)


def checks(report: RegionalReport) -> list[tuple[str, str]]:
    return [(each.check, each.about) for each in report.findings]


def test_each_member_stands_as_its_report_does() -> None:
    report = merged(
        *(member(each) for each in ("XAA", "XBB", "XCC", "XDD")),
        XAA=country_report("XAA"),
        XBB=country_report("XBB", state="submitted", west=130.0),
        XDD=Receipt(failures=(of_member("XDD", "no_answer", REFUSED),)),
    )
    assert [each.standing for each in report.members] == ["approved", "submitted", "missing", "failed"]
    assert ("missing_report", "XCC") in checks(report)
    assert ("no_answer", "XDD") in checks(report)


@pytest.mark.parametrize(("due", "days"), [("2026-01-01", 1), ("2026-01-02", 0), (None, None)])
def test_a_report_is_late_from_the_day_after_it_was_due(due: str | None, days: int | None) -> None:
    found = the(merged(member("XAA", due=due), XAA=country_report("XAA")), "XAA")
    assert (found.late_days, found.late) == (days, bool(days))


def test_a_report_from_before_it_was_asked_for_is_no_answer_however_early() -> None:
    due, old = member("XAA", due="2026-01-31"), country_report("XAA")  # submitted on 2026-01-02
    assert the(merged(due, asked="2026-01-02", XAA=old), "XAA").late_days == 0
    report = merged(due, asked="2026-01-03", XAA=old)
    assert (the(report, "XAA").late_days, the(report, "XAA").standing) == (29, "approved")
    (found,) = [each for each in report.findings if each.about == "XAA"]
    assert found.check == "earlier_report"
    assert found.evidence == {"due": "2026-01-31", "submitted_on": "2026-01-02"}


def test_a_report_that_never_came_is_late_until_today() -> None:
    found = the(merged(member("XAA", due="2026-02-19")), "XAA")
    assert (found.standing, found.late_days) == ("missing", 10)


def test_of_two_reports_with_one_code_that_of_another_member_is_kept_out_by_name() -> None:
    own, copied = country_report("XAA"), country_report("XAA", west=130.0)
    report = merged(member("XAA"), member("XBB"), XAA=own, XBB=copied)
    assert [each.standing for each in report.members] == ["approved", "failed"]
    assert checks(report) == [("other_country", "XBB")]
    named = {"report": "XAA-2016-2020-1 (XBB.json)", "iso3": "XAA", "member": "XBB"}
    assert report.findings[0].evidence == named
    assert {value.iso3 for each in report.indicators for value in each.values} == {"XAA"}


@pytest.mark.parametrize(
    ("report", "code"),
    [(country_report("XZZ"), "other_country"), (country_report("XAA", state="draft"), "draft")],
)
def test_what_is_of_another_country_or_a_draft_is_kept_out(report: CountryReport, code: str) -> None:
    assert [each.check for each in the(merged(member("XAA"), XAA=report), "XAA").failures] == [code]


def test_a_report_from_the_cache_counts_and_its_age_is_told() -> None:
    since = datetime(2026, 2, 1, tzinfo=UTC)
    failures = (of_member("XAA", "no_answer", REFUSED),)
    kept = Receipt(country_report("XAA"), "from_cache", "https://a.example", since, since, failures)
    report = merged(member("XAA"), XAA=kept)
    assert the(report, "XAA").standing == "approved"
    assert the(report, "XAA").from_cache_since == since
    assert [check for check, _ in checks(report)] == ["no_answer", "report_from_cache"]


def test_land_that_two_countries_claim_is_a_finding_and_a_note_of_each_verdict() -> None:
    report = merged(
        *(member("XAA"), member("XBB")), XAA=country_report("XAA"), XBB=country_report("XBB", west=122.5)
    )
    (claim,) = report.overlaps
    assert claim.area_ha == pytest.approx(610_000, rel=0.01)  # half a degree by one at 7.5 degrees south
    assert ("overlapping_claims", "XAA, XBB") in checks(report)
    notes = [note.code for note in report.indicators[0].verdicts[0].notes]
    assert "overlap" in notes


def test_neighbours_whose_simplified_borders_cross_a_little_claim_nothing_of_each_other() -> None:
    report = merged(
        *(member("XAA"), member("XBB")), XAA=country_report("XAA"), XBB=country_report("XBB", west=122.985)
    )
    assert report.overlaps == ()


def test_who_does_not_report_an_indicator_says_why_and_compares_with_nobody() -> None:
    report = merged(
        *(member("XAA"), member("XBB")),
        XAA=country_report("XAA", indicators=["ph_h2o"]),
        XBB=country_report("XBB", west=130.0, indicators=["ph_h2o", "soc_stock"]),
    )
    ph, soc = report.indicators
    assert (ph.verdicts[0].kind, soc.verdicts[0].kind) == ("comparable", "not")
    assert [each.iso3 for each in soc.not_reported] == ["XAA"]
    assert (the(report, "XBB").indicators, the(report, "XBB").comparable_pairs) == (2, 1)


def test_other_periods_are_told() -> None:
    report = merged(
        *(member("XAA"), member("XBB")),
        XAA=country_report("XAA"),
        XBB=country_report("XBB", west=130.0, period=(2006, 2010)),
    )
    assert ("other_period", "period") in checks(report)


def of_three(codes: Sequence[str]) -> str:
    """The document of three countries that claim one another's land, whose reports come in some order."""
    wests = {"XAA": 120.0, "XBB": 121.0, "XCC": 122.0}
    told = {iso3: country_report(iso3, west=wests[iso3]) for iso3 in codes}
    return merged(*(member(iso3) for iso3 in sorted(codes)), **told).model_dump_json()


def test_the_same_reports_make_the_same_document_in_any_order_and_process() -> None:
    # Sets of texts have another order in each process, unless it is told which.
    script = f"from {__name__} import of_three; print(of_three(['XCC', 'XBB', 'XAA']))"
    seed = {"PYTHONHASHSEED": str(1 + int(environ.get("PYTHONHASHSEED", "0").replace("random", "0")))}
    made = run([executable, "-c", script], env=environ | seed, capture_output=True, check=True, text=True)
    assert made.stdout.strip() == of_three(["XAA", "XBB", "XCC"])
