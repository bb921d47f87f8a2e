"""A regional report in the forms that people take away: canonical JSON with its schema, a workbook."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, Final

import pandas as pd
import rfc8785

from soilinfo.catalog.schema import DIALECT
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.schema import WrittenInFull, texts_only
from soilinfo.report.phrases import Phrases
from soilinfo.report.readme import words
from soilinfo.report.region.classes import schemes
from soilinfo.report.region.document import SCHEMA, RegionalReport
from soilinfo.report.region.tables import tables
from soilinfo.report.wording import said
from soilinfo.report.workbook import ReadMe, Sheet, sheet, workbook

SCHEMA_ID: Final = "urn:soilinfo:regional-report:1"


def regional_json(report: RegionalReport) -> bytes:
    """The document as canonical JSON (RFC 8785): equal documents give equal bytes."""
    return rfc8785.dumps(report.model_dump(mode="json"))


@cache
def regional_report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file; made from its type, so it cannot lag behind it."""
    schema = texts_only(RegionalReport.model_json_schema(schema_generator=WrittenInFull))
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **schema, "title": f"Regional report ({SCHEMA})"}


def regional_xlsx(report: RegionalReport, reports: Sequence[CountryReport], phrases: Phrases) -> bytes:
    """The workbook of a regional report and of the ``reports`` that it was made of, in one language."""
    readme = ReadMe([*_facts(report, phrases)], words(phrases))
    created = datetime.combine(report.header.as_of, time(), UTC)
    return workbook(readme, [*_sheets(report, reports, phrases)], created)


def _sheets(report: RegionalReport, reports: Sequence[CountryReport], phrases: Phrases) -> Iterator[Sheet]:
    as_of = f"{report.header.as_of}"
    frames = {
        "board": pd.DataFrame(_board(report, phrases)),
        **tables(report, reports, schemes(report, reports, phrases.catalog), (phrases.language,)),
        "findings": pd.DataFrame(_findings(report, phrases)),
    }
    for name, frame in frames.items():
        if len(frame):
            key = f"serve.{name}" if name != "board" else "regional.board"
            yield sheet(
                phrases.columns, name, phrases.say(key), as_of, frame, short=phrases.say(f"{key}.short")
            )


def _board(report: RegionalReport, phrases: Phrases) -> Iterator[dict[str, Any]]:
    for each in report.members:
        made = each.report
        yield {
            "iso3": each.iso3,
            "subregion": each.subregion,
            "standing": each.standing,
            "report": made.id if made else None,
            "obtained": made.obtained if made else None,
            "due": _day(each.due),
            "submitted_on": _day(made.submitted_on) if made else None,
            "approved_on": _day(made.approved_on) if made else None,
            "late_days": each.late_days,
            "indicators": each.indicators,
            "comparable_pairs": each.comparable_pairs,
            "failures": "; ".join(said(phrases, failure) for failure in each.failures),
            "content_sha256": made.content_sha256 if made else None,
        }


def _findings(report: RegionalReport, phrases: Phrases) -> Iterator[dict[str, str]]:
    for each in report.findings:
        text = said(phrases, each)
        yield {"check": each.check, "severity": each.severity, "about": each.about, "message": text}


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _facts(report: RegionalReport, phrases: Phrases) -> Iterator[tuple[str, str]]:
    header, say = report.header, phrases.say
    yield phrases.named(header.region), phrases.named(header.body)
    yield say("regional.as_of"), str(header.as_of)
    yield (
        say("regional.rules"),
        say(
            "regional.rules.told",
            years=header.year_window,
            covered=phrases.value(header.least_covered_pct, 1),
            overlap=phrases.value(header.least_overlap_ha, 0),
        ),
    )
    boundaries = header.boundaries
    yield say("reports.boundaries"), f"{boundaries.source}. {phrases.named(boundaries.disclaimer)}"
    yield say("reported.software"), report.software
