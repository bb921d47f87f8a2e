"""The pages of a region: how its countries' reports stand, and what of them may stand side by side."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from soilinfo.catalog.names import REGIONAL_COLLECTIONS
from soilinfo.report.figures import numbers
from soilinfo.report.figures.intervals import Plot
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import (
    Board,
    CountryValue,
    RegionalIndicator,
    RegionalReport,
    RegionalThreat,
    Verdict,
)
from soilinfo.report.region.plots import plots
from soilinfo.report.wording import said, told
from soilinfo.serve.reports.files import REGION_TYPES
from soilinfo.serve.site.site import Site

DOWNLOADS = [*(("/region/report", form) for form in REGION_TYPES), ("/region/atlas", "pdf")]
"""Address and form of each file of the region."""


class CountryRow(NamedTuple):
    """A country's value, and where it lies on the axis of those that compare, or why it does not."""

    value: CountryValue
    plot: Plot
    """As :mod:`soilinfo.report.figures.intervals` says; empty where no value is known."""


class Compared(NamedTuple):
    """An indicator as the page shows it."""

    about: RegionalIndicator
    rows: Sequence[CountryRow]
    countries: Sequence[str]
    """Codes of those that a verdict is about."""
    verdicts: Mapping[frozenset[str], Verdict]
    counts: Mapping[str, int]
    """Pairs by verdict."""
    alone: bool
    """Whether only one value lies on the axis."""


def board_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of the board."""
    board = Board.model_validate(document)
    return {
        "board": board,
        "standings": Counter(each.standing for each in board.members),
        "collections": [name for name in REGIONAL_COLLECTIONS if name in site.published],
        **_findings(site, board),
        "downloads": DOWNLOADS,
        "figures": numbers,
        "phrases": Phrases(site.catalog, site.language),
    }


def region_page(site: Site, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of the regional report."""
    report, phrases = RegionalReport.model_validate(document), Phrases(site.catalog, site.language)
    titles = names(report, phrases)
    return {
        "report": report,
        "titles": titles,
        "compared": [compared(phrases, each, titles) for each in report.indicators],
        **_findings(site, report),
        "threats": _threats(report.threats),
        "pair": lambda a, b: frozenset((a, b)),
        "downloads": DOWNLOADS,
        "figures": numbers,
        "phrases": phrases,
    }


def compared(phrases: Phrases, indicator: RegionalIndicator, countries: Mapping[str, str]) -> Compared:
    """An indicator's values, those of the largest group that compares on one axis, and verdicts by pair."""
    side_by_side: Plot = next(plots(phrases, indicator, countries), {"rows": []})
    drawn = {row["name"]: row for row in side_by_side["rows"]}
    return Compared(
        indicator,
        [CountryRow(each, drawn.get(countries[each.iso3], {})) for each in indicator.values],
        [*dict.fromkeys(iso3 for each in indicator.verdicts for iso3 in (each.a, each.b))],
        {frozenset((each.a, each.b)): each for each in indicator.verdicts},
        indicator.pairs,
        alone=sum(row["at"] is not None for row in drawn.values()) == 1,
    )


def _findings(site: Site, document: Board | RegionalReport) -> dict[str, Any]:
    """The findings in words, and of each member why its report is not there or cannot be used."""
    phrases = Phrases(site.catalog, site.language)
    names = {each.iso3: site.named(each.title) for each in document.members}
    failures = {each.iso3: [said(phrases, one) for one in each.failures] for each in document.members}
    return {"findings": told(phrases, document.findings, names), "failures": failures}


def _threats(threats: Sequence[RegionalThreat]) -> dict[str | None, list[RegionalThreat]]:
    """Threats of the whole region, then of each subregion."""
    found: dict[str | None, list[RegionalThreat]] = {}
    for each in sorted(threats, key=lambda threat: threat.subregion is not None):
        found.setdefault(each.subregion, []).append(each)
    return found
