"""Country reports put side by side: what came of each member goes in, one regional report comes out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from soilinfo.catalog.reporting import Region
from soilinfo.report.country.document import CountryReport, ReportedIndicator
from soilinfo.report.country.rounding import ROUNDING
from soilinfo.report.region.comparability import Rules, compare, unreported
from soilinfo.report.region.document import (
    NotReported,
    Overlap,
    RegionalIndicator,
    RegionalReport,
    RegionHeader,
    RegionMember,
    Verdict,
)
from soilinfo.report.region.findings import RegionalFinding
from soilinfo.report.region.members import Receipt, members, of_member, usable
from soilinfo.report.region.overlaps import overlaps
from soilinfo.report.region.ranking import ranked_region
from soilinfo.report.region.values import Told, indicators, told


def merge(rules: Rules, receipts: Mapping[str, Receipt], *, today: date, software: str) -> RegionalReport:
    """The regional report of what came of each member (by code), as of a day.

    Members of which nothing came, and reports that cannot be used, are told and left out of the rest.
    """
    found = usable(rules.region, receipts)
    reports = [each.report for each in found.values() if each.report]
    claims = overlaps(reports, rules.region.least_overlap_ha)
    rules = replace(rules, overlapping=frozenset(frozenset((each.a, each.b)) for each in claims))
    compared = [_indicator(rules, each, reports) for each in indicators(reports).values()]
    standing = members(rules.region, found, compared, today)
    return RegionalReport(
        software=software,
        header=_header(rules.region, today),
        members=tuple(standing),
        indicators=tuple(compared),
        threats=ranked_region(
            {each.content.header.iso3: each for each in reports}, rules.region.members, rules.speech.directory
        ),
        overlaps=tuple(claims),
        findings=(*_of_members(standing), *_of_periods(reports), *_of_overlaps(claims)),
    )


def _header(region: Region, today: date) -> RegionHeader:
    return RegionHeader(
        region=region.title,
        body=region.body,
        as_of=today,
        boundaries=region.boundaries,
        subregions=dict(region.subregions),
        year_window=region.year_window,
        least_covered_pct=region.least_covered_pct,
        least_overlap_ha=region.least_overlap_ha,
        rounding=ROUNDING,
    )


def _indicator(
    rules: Rules, described: ReportedIndicator, reports: Sequence[CountryReport]
) -> RegionalIndicator:
    every = {each.content.header.iso3: told(each, described.id) for each in reports}
    return RegionalIndicator(
        id=described.id,
        title=described.title,
        definition=described.definition,
        kind=described.kind,
        themes=described.themes,
        values=tuple(each.value for each in every.values() if each),
        not_reported=tuple(
            _not_reported(each, described.id) for each in reports if every[each.content.header.iso3] is None
        ),
        verdicts=tuple(_verdict(rules, every, pair) for pair in combinations(every, 2)),
    )


def _verdict(rules: Rules, every: Mapping[str, Told | None], pair: tuple[str, str]) -> Verdict:
    a, b = every[pair[0]], every[pair[1]]
    if a is None or b is None or a.value.value is None or b.value.value is None:
        return unreported(rules, pair, (a, b))
    return compare(rules, a, b)


def _not_reported(report: CountryReport, indicator: str) -> NotReported:
    said = (each.reason for each in report.content.missing if each.id == indicator)
    return NotReported(iso3=report.content.header.iso3, reason=next(said, None))


def _of_members(standing: Sequence[RegionMember]) -> Iterator[RegionalFinding]:
    for each in standing:
        if each.standing == "missing":
            yield of_member(each.iso3, "missing_report", {})
        yield from each.failures
        if each.late:
            yield _late(each)
        if each.report and each.from_cache_since:
            yield of_member(each.iso3, "report_from_cache", {"since": each.from_cache_since.isoformat()})


def _late(member: RegionMember) -> RegionalFinding:
    due = {"due": str(member.due)}
    if member.report is None:
        return of_member(member.iso3, "overdue_report", due)
    submitted = member.report.submitted_on
    early = member.due and submitted and submitted <= member.due  # before it was asked for: no answer to that
    check = "earlier_report" if early else "late_report"
    return of_member(member.iso3, check, {**due, "submitted_on": str(submitted)})


def _of_periods(reports: Sequence[CountryReport]) -> Iterator[RegionalFinding]:
    periods = {each.content.header.iso3: each.content.header.period for each in reports}
    if len(set(periods.values())) > 1:
        listed = tuple(f"{iso3} {first}–{last}" for iso3, (first, last) in periods.items())
        yield RegionalFinding(
            check="other_period", severity="note", about="period", evidence={"periods": listed}
        )


def _of_overlaps(claims: Sequence[Overlap]) -> Iterator[RegionalFinding]:
    for each in claims:
        yield of_member(f"{each.a}, {each.b}", "overlapping_claims", {"area_ha": each.area_ha})
