"""The pages of a region: how its countries' reports stand, and what of them may stand side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.catalog.names import REGIONAL_COLLECTIONS
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import (
    Board,
    CountryValue,
    RegionalIndicator,
    RegionalReport,
    RegionalThreat,
    Verdict,
)
from soilinfo.report.wording import said, told
from soilinfo.serve.reports import figures
from soilinfo.serve.reports.files import REGION_TYPES
from soilinfo.serve.reports.intervals import Mark, axis_of
from soilinfo.serve.site.site import Site

DOWNLOADS = [*(("/region/report", form) for form in REGION_TYPES), ("/region/atlas", "pdf")]
"""Address and form of each file of the region."""
APART = "not"
"""The verdict on values that do not stand side by side."""


class CountryRow(NamedTuple):
    """A country's value; ``mark``: None where it cannot be drawn on the axis of the others."""

    value: CountryValue
    mark: Mark | None
    compares: bool
    """Whether it stands beside the value of any other country."""


class Compared(NamedTuple):
    """An indicator as the page shows it."""

    about: RegionalIndicator
    rows: Sequence[CountryRow]
    countries: Sequence[str]
    """Codes of those that a verdict is about."""
    verdicts: Mapping[frozenset[str], Verdict]
    counts: Mapping[str, int]
    """Pairs by verdict."""


def board_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of the board."""
    board = Board.model_validate(document)
    return {
        "board": board,
        "standings": Counter(each.standing for each in board.members),
        "collections": [name for name in REGIONAL_COLLECTIONS if name in site.published],
        **_findings(site, board),
        "downloads": DOWNLOADS,
        "figures": figures,
    }


def region_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of the regional report."""
    report = RegionalReport.model_validate(document)
    return {
        "report": report,
        "titles": {each.iso3: site.named(each.title) for each in report.members},
        "compared": [compared(each) for each in report.indicators],
        **_findings(site, report),
        "threats": _threats(report.threats),
        "pair": lambda a, b: frozenset((a, b)),
        "downloads": DOWNLOADS,
        "figures": figures,
    }


def compared(indicator: RegionalIndicator) -> Compared:
    """An indicator's values on one axis, as far as they have one unit, and its verdicts by pair."""
    beside = {iso3 for each in indicator.verdicts if each.kind != APART for iso3 in (each.a, each.b)}
    unit = _usual([each.unit for each in indicator.values])
    axis = axis_of(each for each in indicator.values if each.unit == unit)
    rows = [
        CountryRow(each, axis.mark(each) if axis and each.unit == unit else None, each.iso3 in beside)
        for each in indicator.values
    ]
    return Compared(
        indicator,
        rows,
        [*dict.fromkeys(iso3 for each in indicator.verdicts for iso3 in (each.a, each.b))],
        {frozenset((each.a, each.b)): each for each in indicator.verdicts},
        Counter(each.kind for each in indicator.verdicts),
    )


def _findings(site: Site, document: Board | RegionalReport) -> dict[str, Any]:
    """The findings in words, and of each member why its report is not there or cannot be used."""
    phrases = Phrases(site.catalog, site.language)
    names = {each.iso3: site.named(each.title) for each in document.members}
    failures = {each.iso3: [said(phrases, one) for one in each.failures] for each in document.members}
    return {"findings": told(phrases, document.findings, names), "failures": failures}


def _usual(units: Sequence[str]) -> str:
    """The unit that most have."""
    return Counter(units).most_common(1)[0][0] if units else ""


def _threats(threats: Sequence[RegionalThreat]) -> dict[str | None, list[RegionalThreat]]:
    """Threats of the whole region, then of each subregion."""
    found: dict[str | None, list[RegionalThreat]] = {}
    for each in sorted(threats, key=lambda threat: threat.subregion is not None):
        found.setdefault(each.subregion, []).append(each)
    return found
