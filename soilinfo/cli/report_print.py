"""What the commands about country reports print: tables for a person, JSON lines off a terminal."""

import sys
from collections.abc import Iterable
from dataclasses import asdict

from soilinfo.console import print_table, say
from soilinfo.jobs.reporting.verify import Verification
from soilinfo.report.country.document import CountryReport
from soilinfo.report.figures.numbers import figure, interval, share, years
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.store.reports import ReportRecord

MOST_DIFFERENCES = 50
"""Differences that are listed; how many more there are is told."""


def print_draft(record: ReportRecord, file: CountryReport, *, anew: bool) -> None:
    """That it is kept, or was already, with what is missing of it."""
    content = file.content
    told = (
        f"{len(content.indicators)} indicators, {len(content.missing)} missing, {len(content.inputs)} inputs"
    )
    kept = f"kept as {record.state} {record.id}" if anew else f"unchanged: {record.id}, {record.state}"
    say(f"{kept}: {told}", report=record.id, state=record.state, new=anew, sha256=record.content_sha256)


def print_records(records: Iterable[ReportRecord]) -> None:
    """A row for each report."""
    print_table(
        [
            {
                "report": record.id,
                "state": record.state,
                "drafted": f"{record.created:%Y-%m-%d %H:%M}",
                "by": record.actor,
                "inputs": str(len(record.inputs)),
                "sha256": record.content_sha256[:12],
            }
            for record in records
        ]
    )


def print_report_of(file: CountryReport, phrases: Phrases) -> None:
    """Whose report it is, and how far it got."""
    header = file.content.header
    period = "-".join(map(str, header.period))
    say(
        f"{file.id}: {phrases.named(header.country)}, {period}, {file.state}; sha256 {file.content_sha256}",
        report=file.id,
        state=file.state,
        sha256=file.content_sha256,
        software=file.software,
    )


def print_indicators(file: CountryReport, phrases: Phrases) -> None:
    """The nation's value of each indicator, its interval and the land affected; then what is missing."""
    rows = []
    for each in file.content.indicators:
        value = each.values[0]
        rows.append(
            {
                "indicator": each.id,
                "title": phrases.named(each.title),
                "value": figure(phrases, value.value, each.unit),
                "interval": interval(phrases, value.lower, value.upper),
                "covered": share(phrases, value.covered_pct),
                "affected": f"{phrases.number(value.affected_ha, 0)} ha"
                if value.affected_ha is not None
                else NOTHING,
                "years": years(each.years),
            }
        )
    print_table(rows)
    for missing in file.content.missing:
        reason = phrases.named(missing.reason)
        say(f"missing: {missing.id}: {reason}", missing=missing.id, reason=reason)


def print_threats(file: CountryReport, phrases: Phrases) -> None:
    """The threats by rank of the experts, with the land that they entered and the land mapped."""
    ranked = sorted(file.content.threats, key=lambda each: (each.rank is None, each.rank or 0))
    rows = [
        {
            "threat": phrases.named(each.title),
            "rank": NOTHING if each.rank is None else phrases.value(each.rank, 2),
            "area": f"{phrases.number(each.area_ha, 0)} ha",
            "mapped": f"{phrases.number(each.mapped_ha, 0)} ha",
            "experts": str(len(each.experts)),
        }
        for each in ranked
    ]
    if rows:
        print_table(rows)


def print_history(file: CountryReport) -> None:
    """A row for each step."""
    print_table(
        [
            {"state": step.state, "on": f"{step.on:%Y-%m-%d %H:%M}", "by": step.by, "note": step.note}
            for step in file.sign_off
        ]
    )


def print_differences(found: Verification) -> None:
    """The inputs that changed, then the values that differ, as many as a person reads."""
    if found.software:
        say(f"computed by {found.software}, another version than this one", software=found.software)
    for changed in found.inputs:
        say(changed.message, input=changed.name, state=changed.state)
    if found.unrecomputed:
        say(f"nothing could be recomputed: {found.unrecomputed}", recomputed=False)
    if found.same_values and not found.equal:
        say("every value is the same; only inputs are called otherwise", same_values=True)
    shown = found.differences[:MOST_DIFFERENCES]
    if sys.stdout.isatty():
        texts = ({key: str(value) for key, value in asdict(each).items()} for each in shown)
        if shown:
            print_table(list(texts))
    else:
        print_table([asdict(each) for each in shown])
    if len(found.differences) > len(shown):
        more = len(found.differences) - len(shown)
        say(f"and {more:,} more", differences=len(found.differences))
