"""Country reports put side by side: what came of each member goes in, one regional report comes out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations

from soilinfo.catalog.reporting import Region
from soilinfo.report.country.document import CountryReport, ReportedIndicator, ReportFinding
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
from soilinfo.report.region.members import Receipt, members, usable
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
    )


def _indicator(
    rules: Rules, described: ReportedIndicator, reports: Sequence[CountryReport]
) -> RegionalIndicator:
    every = {each.content.header.iso3: told(each, described.id) for each in reports}
    latest = {iso3: values[-1] if values else None for iso3, values in every.items()}
    return RegionalIndicator(
        id=described.id,
        title=described.title,
        definition=described.definition,
        kind=described.kind,
        themes=described.themes,
        values=tuple(each.value for values in every.values() for each in values),
        not_reported=tuple(
            _not_reported(each, described.id) for each in reports if not every[each.content.header.iso3]
        ),
        verdicts=tuple(_verdict(rules, latest, pair) for pair in combinations(latest, 2)),
    )


def _verdict(rules: Rules, latest: Mapping[str, Told | None], pair: tuple[str, str]) -> Verdict:
    a, b = latest[pair[0]], latest[pair[1]]
    if a is None or b is None or a.value.value is None or b.value.value is None:
        return unreported(rules, pair, (a, b))
    return compare(rules, a, b)


def _not_reported(report: CountryReport, indicator: str) -> NotReported:
    said = (each.reason for each in report.content.missing if each.id == indicator)
    return NotReported(iso3=report.content.header.iso3, reason=next(said, None))


def _of_members(standing: Sequence[RegionMember]) -> Iterator[ReportFinding]:
    for each in standing:
        if each.standing == "missing":
            yield _finding("missing_report", each.iso3, "no report of it is there")
        for failure in each.failures:
            yield _finding(failure.code, each.iso3, failure.message)
        if each.late:
            came = f"submitted on {each.report.submitted_on}" if each.report else "not there yet"
            yield _finding("late_report", each.iso3, f"due on {each.due}, {came}")
        if each.from_cache_since:
            since = f"{each.from_cache_since:%Y-%m-%d %H:%M} UTC"
            yield _finding("report_from_cache", each.iso3, f"what came at {since} stands for its report")


def _of_periods(reports: Sequence[CountryReport]) -> Iterator[ReportFinding]:
    periods = {each.content.header.iso3: each.content.header.period for each in reports}
    if len(set(periods.values())) > 1:
        listed = ", ".join(f"{iso3} {first}-{last}" for iso3, (first, last) in periods.items())
        yield ReportFinding(
            check="other_period",
            severity="note",
            about="period",
            message=f"countries report about different years: {listed}",
        )


def _of_overlaps(claims: Sequence[Overlap]) -> Iterator[ReportFinding]:
    for each in claims:
        message = f"{each.area_ha:,.0f} ha lie in the outlines of both, and are counted by both"
        yield _finding("overlapping_claims", f"{each.a}, {each.b}", message)


def _finding(check: str, about: str, message: str) -> ReportFinding:
    return ReportFinding(check=check, severity="warn", about=about, message=message)
