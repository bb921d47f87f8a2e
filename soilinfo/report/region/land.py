"""The land of a region on paper: the outlines that its countries report, and what two of them claim."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.shown_units import outlines_of, shown_units
from soilinfo.report.figures.ground import BOLD, CLAIMED, LAND_COLOUR, Ground, drawn, ground
from soilinfo.report.figures.paper import Drawings, Sheet
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import RegionalReport

CLAIM = 0.3, "#a01010"
"""Width in mm and colour of the line round land that two countries have in their outlines."""


@dataclass(frozen=True)
class Region:
    """What all sheets share: the countries drawn and their land on paper."""

    report: RegionalReport
    reports: Mapping[str, CountryReport]
    """By code, of the members whose reports are used."""
    ground: Ground | None
    """Units as ``XAA/01``, and over them the nations by code and what two of them have as ``XAA / XBB``; None
    where no report has outlines."""


def region_of(
    report: RegionalReport, reports: Iterable[CountryReport], phrases: Phrases, room: tuple[float, float]
) -> Region:
    """The countries drawn as large as ``room`` (width and height in mm) has place for."""
    used = {each.iso3 for each in report.members if each.report}
    by_code = {code: each for each in reports if (code := each.content.header.iso3) in used}
    units: dict[str, BaseGeometry] = {}
    for iso3, each in by_code.items():
        units |= {f"{iso3}/{code}": one for code, one in outlines_of(shown_units(each.content)).items()}
    if not units:
        return Region(report, by_code, None)
    nations = {iso3: _nation(each) for iso3, each in by_code.items()}
    lines = {iso3: nation for iso3, nation in nations.items() if not nation.is_empty}
    claims = {f"{each.a} / {each.b}": shape(each.geometry) for each in report.overlaps}
    called = names(report, phrases)
    told = {iso3: called[iso3] for iso3 in lines} | {pair: pair for pair in claims}
    return Region(report, by_code, ground(units, told, room, phrases, lines | claims))


def _nation(report: CountryReport) -> BaseGeometry:
    """The outline of a nation; that of its units where it has none of its own."""
    content = report.content
    whole = outlines_of(tuple(unit for unit in content.units if unit.level == NATION))
    return next(iter(whole.values()), None) or shapely.union_all(
        [*outlines_of(shown_units(content)).values()]
    )


def outlines_over(region: Region, land: Ground) -> Iterator[str]:
    """Every nation's outline, and land that two have in theirs."""
    for code, path in land.lines.items():
        is_nation = code in region.reports
        yield drawn(path, "none" if is_nation else CLAIMED, BOLD if is_nation else CLAIM)


def outline_map(region: Region, drawings: Drawings) -> Sheet | None:
    """The map of the countries and their units without any value; None without outlines."""
    land = region.ground
    if land is None:
        return None
    svg = land.filled(dict.fromkeys(land.paths, LAND_COLOUR), outlines_over(region, land))
    return {"file": drawings.keep("region", svg), "width": land.size[0]}


def sources(report: RegionalReport, phrases: Phrases) -> Sheet:
    """Whose outlines they are, and what each country says of its own."""
    called = names(report, phrases)
    lines = [
        [called[each.iso3], f"{said.source} ({said.licence}). {phrases.named(said.disclaimer)}"]
        for each in report.members
        if each.report and (said := each.report.boundary)
    ]
    return {"title": phrases.say("reports.boundaries"), "lines": lines}
