"""The regional atlas as PDF: a sheet for each indicator, one scheme of classes for every country that compares."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.names import NATION
from soilinfo.errors import UnknownNameError
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.country.document import CountryReport, ReportedIndicator, Unit
from soilinfo.report.country.pdf_land import shown_units
from soilinfo.report.figures.ground import APART, BOLD, CLAIMED, NO_DATA, Ground, drawn, ground
from soilinfo.report.figures.numbers import depth, figure, span, years
from soilinfo.report.figures.paper import Drawings, Sheet, framed, laid_out
from soilinfo.report.figures.steps import Steps, steps_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalIndicator, RegionalReport
from soilinfo.report.region.groups import between, groups
from soilinfo.report.region.pdf import disclaimer, is_synthetic, moment_of
from soilinfo.report.region.pdf_board import names
from soilinfo.report.region.pdf_indicators import in_short, latest

TEMPLATE = files("soilinfo.report.region").joinpath("atlas.typ").read_bytes()
PANEL = {"A3": 88.0, "A4": 64.0}
"""Width in mm of what explains a map, beside it."""
AROUND = 33.0, 58.0
"""What margins and gap take of the width of the paper, and margins and heading of its height."""


@dataclass(frozen=True)
class Region:
    """What all sheets share: the countries drawn and their land on paper."""

    report: RegionalReport
    reports: Mapping[str, CountryReport]
    """By code, of the members whose reports are used."""
    ground: Ground | None
    """None where no report has outlines."""
    borders: Sequence[str]
    """Drawings of every nation's outline and of land that two of them have."""


def region_atlas(
    report: RegionalReport, reports: Iterable[CountryReport], phrases: Phrases, paper: str = "A4"
) -> bytes:
    """A cover and a sheet for each indicator; ``reports`` are those that ``report`` is made of.

    UnknownNameError for a paper or a language that there is not.
    """
    if paper not in PAPERS:
        raise UnknownNameError("paper", paper, PAPERS)
    drawings, title = Drawings(), phrases.say("region.paper.atlas", region=phrases.named(report.header.region))
    region = _region(report, reports, phrases, _room(paper))
    sheet = {
        **framed(phrases, title, phrases.named(report.header.body), synthetic=is_synthetic(report)),
        "paper": paper.lower(),
        "panel": PANEL[paper],
        "disclaimer": disclaimer(report, phrases),
        "as_of": phrases.say("region.as_of", day=phrases.date(moment_of(report))),
        "sources": list(_sources(region, phrases)),
        "overlaps": list(_overlaps(region, phrases)),
        "overlap_title": phrases.say("region.paper.claimed"),
        "sheets": [_sheet(region, each, phrases, drawings) for each in report.indicators],
        "none": phrases.say("region.indicators.none"),
    }
    return laid_out(TEMPLATE, sheet, drawings, moment_of(report))


def _room(paper: str) -> tuple[float, float]:
    """Width and height of a map on paper that lies across."""
    width, height = PAPERS[paper]
    return width - PANEL[paper] - AROUND[0], height - AROUND[1]


# ---- land -------------------------------------------------------------------------------


def _region(
    report: RegionalReport, reports: Iterable[CountryReport], phrases: Phrases, room: tuple[float, float]
) -> Region:
    used = {each.iso3 for each in report.members if each.report}
    by_code = {each.content.header.iso3: each for each in reports if each.content.header.iso3 in used}
    units = {
        _key(iso3, unit): shape(unit.geometry)
        for iso3, each in by_code.items()
        for unit in shown_units(each.content)
        if unit.geometry
    }
    if not units:
        return Region(report, by_code, None, ())
    called = names(report, phrases)
    nations = {iso3: outline for iso3, each in by_code.items() if (outline := _nation(each)) is not None}
    claims = {f"{each.a} / {each.b}": shape(each.geometry) for each in report.overlaps}
    land = ground({**units, **nations, **claims}, {**{iso3: called[iso3] for iso3 in nations}, **dict.fromkeys(())}, room, phrases)
    return _with_borders(Region(report, by_code, land, ()), [*nations], [*claims])
