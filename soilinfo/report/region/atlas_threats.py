"""The sheet of the atlas about threats: what experts of each country rank first, and the region's ranks."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.report.country.document import CountryReport, ReportedThreat
from soilinfo.report.figures.ground import APART, NO_DATA
from soilinfo.report.figures.paper import Drawings, Sheet
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import RegionalThreat
from soilinfo.report.region.land import Region, outlines_over

COLOURS = (
    "#cc6677", "#999933", "#88ccee", "#ddcc77", "#aa4499",
    "#332288", "#882255", "#5d6d7e", "#44aa99", "#117733",
)  # fmt: skip
"""Of the threats in their order: those that Tol (2021) calls muted, which the colour-blind tell apart."""

type Foremost = Mapping[str, Sequence[ReportedThreat]]
"""By country: the threats that share the first place among its experts; empty where nobody ranked any."""


def threats_sheet(region: Region, phrases: Phrases, drawings: Drawings) -> Sheet | None:
    """The threats of a region with its map; None where its report tells of none."""
    whole = [each for each in region.report.threats if each.subregion is None]
    if not whole:
        return None
    first = {iso3: foremost(report) for iso3, report in region.reports.items()}
    colours = _colours(phrases, whole)
    heading = phrases.say("board.paper.foremost")
    return {
        "theme": phrases.say("reports.threats"),
        "opens": True,
        "title": phrases.say("board.threats"),
        "definition": phrases.say("reports.threats.about"),
        "map": _map(region, first, colours, drawings),
        "legend": {"title": heading, "lines": list(_legend(phrases, region, whole, first, colours))},
        "values": [_ranked(phrases, each) for each in sorted(whole, key=_place)],
        "apart": {"title": heading, "lines": list(_countries(phrases, region, first))},
    }


def foremost(report: CountryReport) -> Sequence[ReportedThreat]:
    """The threats that share the first place among a country's experts."""
    ranked = [each for each in report.content.threats if each.rank is not None]
    best = min((each.rank for each in ranked if each.rank is not None), default=None)
    return [each for each in ranked if each.rank == best]


def _colours(phrases: Phrases, threats: Sequence[RegionalThreat]) -> dict[str, str]:
    """By threat, alike in every atlas of one catalog."""
    order = dict.fromkeys([*phrases.catalog.threats, *(each.id for each in threats)])
    return {id_: COLOURS[at % len(COLOURS)] for at, id_ in enumerate(order)}


def _map(region: Region, first: Foremost, colours: Mapping[str, str], drawings: Drawings) -> Sheet | None:
    land = region.ground
    if land is None:
        return None
    fills = {code: _fill(first[code.partition("/")[0]], colours) for code in land.paths}
    svg = land.filled(fills, outlines_over(region, land))
    return {"file": drawings.keep("sheet-threats", svg), "width": land.size[0]}


def _fill(first: Sequence[ReportedThreat], colours: Mapping[str, str]) -> str:
    if not first:
        return NO_DATA
    return colours[first[0].id] if len(first) == 1 else APART


def _legend(
    phrases: Phrases,
    region: Region,
    threats: Sequence[RegionalThreat],
    first: Foremost,
    colours: Mapping[str, str],
) -> Iterator[Sheet]:
    """Only what the map shows."""
    alone = {each[0].id for each in first.values() if len(each) == 1}
    for threat in threats:
        if threat.id in alone:
            yield {"fill": colours[threat.id], "label": phrases.named(threat.title)}
    if any(len(each) > 1 for each in first.values()):
        yield {"fill": "apart", "label": phrases.say("board.paper.foremost.shared")}
    if not all(first.values()):
        yield {"fill": "nodata", "label": phrases.say("board.paper.foremost.none")}
    if region.report.overlaps:
        yield {"fill": "claimed", "label": phrases.say("board.paper.claimed")}


def _place(threat: RegionalThreat) -> tuple[bool, float]:
    return threat.rank is None, threat.rank or 0.0


def _ranked(phrases: Phrases, threat: RegionalThreat) -> list[str]:
    """A threat's ranks and area in the region."""
    ranks = {"rank": threat.rank, "area_rank": threat.area_rank}
    told = [
        f"{phrases.say(f'reports.threat.{key}')} {NOTHING if rank is None else phrases.value(rank, 2)}"
        for key, rank in ranks.items()
    ]
    area = [] if threat.area_ha is None else [f"{phrases.hectares(threat.area_ha)} ha"]
    return [phrases.named(threat.title), " · ".join([*told, *area])]


def _countries(phrases: Phrases, region: Region, first: Foremost) -> Iterator[list[str]]:
    called = names(region.report, phrases)
    for iso3, threats in first.items():
        words = phrases.listed([phrases.named(each.title) for each in threats])
        yield [called[iso3], words or phrases.say("board.paper.foremost.none")]
