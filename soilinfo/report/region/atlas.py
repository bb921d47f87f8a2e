"""The regional atlas as PDF: the sheets of each theme, in one scheme of classes for all that compare."""

from collections.abc import Iterable, Iterator
from importlib.resources import files

from soilinfo.errors import UnknownNameError
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.country.document import CountryReport
from soilinfo.report.figures.ground import APART, NO_DATA
from soilinfo.report.figures.numbers import depth, figure, interval, share, years
from soilinfo.report.figures.paper import Drawings, Sheet, framed, laid_out
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.region.atlas_threats import threats_sheet
from soilinfo.report.region.classes import scheme, values
from soilinfo.report.region.country_names import names
from soilinfo.report.region.document import CountryValue, RegionalIndicator, RegionalReport
from soilinfo.report.region.land import Region, outline_map, outlines_over, region_of, sources
from soilinfo.report.region.pdf import disclaimer, is_synthetic, moment_of
from soilinfo.report.region.scheme import Scheme
from soilinfo.report.region.themes import by_theme, theme_title

TEMPLATE = files("soilinfo.report.region").joinpath("atlas.typ").read_bytes()
PANEL = {"A3": 88.0, "A4": 64.0}
"""Width in mm of what explains a map, beside it."""
AROUND = 33.0, 62.0
"""What margins and gap take of the width of the paper, and margins and heading of its height."""


def region_atlas(
    report: RegionalReport, reports: Iterable[CountryReport], phrases: Phrases, paper: str = "A4"
) -> bytes:
    """A cover, by theme a sheet for each indicator, and one of threats; ``report`` is made of ``reports``.

    UnknownNameError for a paper or a language that there is not.
    """
    if paper not in PAPERS:
        raise UnknownNameError("paper", paper, PAPERS)
    drawings = Drawings()
    sheet = assemble(report, reports, phrases, drawings, paper)
    return laid_out(TEMPLATE, sheet, drawings, moment_of(report))


def assemble(
    report: RegionalReport,
    reports: Iterable[CountryReport],
    phrases: Phrases,
    drawings: Drawings,
    paper: str = "A4",
) -> Sheet:
    """Every text of the pages; their drawings are kept in ``drawings``."""
    say = phrases.say
    region = region_of(report, reports, phrases, _room(paper))
    title = say("board.paper.atlas", region=phrases.named(report.header.region))
    return {
        **framed(phrases, title, phrases.named(report.header.body), synthetic=is_synthetic(report)),
        "paper": paper.lower(),
        "panel": PANEL[paper],
        "disclaimer": disclaimer(report, phrases),
        "as_of": say("board.as_of", day=phrases.date(moment_of(report))),
        "cover": _cover(region, phrases, drawings),
        "sheets": list(_sheets(region, phrases, drawings)),
        "none": "" if report.indicators else say("board.indicators.none"),
    }


def _room(paper: str) -> tuple[float, float]:
    """Width and height of a map on paper that lies across."""
    width, height = PAPERS[paper]
    return width - PANEL[paper] - AROUND[0], height - AROUND[1]


# ---- sheets -----------------------------------------------------------------------------


def _cover(region: Region, phrases: Phrases, drawings: Drawings) -> Sheet:
    """The countries of which something is drawn, where their outlines come from, and those missing."""
    report = region.report
    called, missing = names(report, phrases), [each for each in report.members if not each.report]
    absent = phrases.listed([called[each.iso3] for each in missing])
    return {
        "map": outline_map(region, drawings),
        "sources": sources(report, phrases),
        "missing": phrases.say("board.paper.no_report", countries=absent) if missing else "",
        "overlaps": _overlaps(report, phrases),
        "contents": [
            [theme_title(phrases, theme), ", ".join(phrases.named(each.title) for each in indicators)]
            for theme, indicators in by_theme(report.indicators, phrases.catalog.threats)
        ],
        "title": phrases.say("board.indicators"),
    }


def _overlaps(report: RegionalReport, phrases: Phrases) -> Sheet:
    lines = [[f"{each.a} / {each.b}", f"{phrases.hectares(each.area_ha)} ha"] for each in report.overlaps]
    return {"title": phrases.say("board.overlaps"), "lines": lines}


def _sheets(region: Region, phrases: Phrases, drawings: Drawings) -> Iterator[Sheet]:
    """Of each theme those of its indicators, then threats as experts see them."""
    for theme, indicators in by_theme(region.report.indicators, phrases.catalog.threats):
        for each in indicators:
            of = {"theme": theme_title(phrases, theme), "opens": each is indicators[0]}
            yield of | _sheet(region, each, phrases, drawings)
    if threats := threats_sheet(region, phrases, drawings):
        yield threats


def _sheet(region: Region, indicator: RegionalIndicator, phrases: Phrases, drawings: Drawings) -> Sheet:
    """The map of an indicator: the largest group of countries that compare in one scheme, others apart."""
    called, told = names(region.report, phrases), values(region.reports, indicator.id)
    made, own = scheme(indicator, told, phrases.catalog), indicator.by_country
    reasons = [[called[iso3], phrases.named(why)] for iso3, why in made.apart.items()]
    reasons += [[called[iso3], phrases.say("board.not_reported")] for iso3 in made.not_reported]
    drawing = None
    if region.ground:
        fills = {code: _fill(code, told.get(code), made) for code in region.ground.paths}
        svg = region.ground.filled(fills, outlines_over(region, region.ground))
        drawing = {"file": drawings.keep(f"sheet-{indicator.id}", svg), "width": region.ground.size[0]}
    return {
        "title": phrases.named(indicator.title),
        "definition": phrases.named(indicator.definition),
        "map": drawing,
        "legend": _legend(phrases, made, bool(region.report.overlaps)),
        "values": [_country(phrases, called[iso3], own[iso3]) for iso3 in made.group],
        "apart": {"title": phrases.say("board.paper.not_drawn"), "lines": reasons},
    }


def _fill(code: str, value: float | None, made: Scheme) -> str:
    if code.partition("/")[0] in made.apart:
        return APART
    return NO_DATA if value is None or made.steps is None else made.steps.colour(value)


def _legend(phrases: Phrases, made: Scheme, claimed: bool) -> Sheet:
    steps = made.steps
    classes = zip(steps.colours, steps.labels(phrases), strict=True) if steps else ()
    lines = [{"fill": fill, "label": label} for fill, label in classes]
    lines.append({"fill": "nodata", "label": phrases.say("map.no_data")})
    if made.apart:
        lines.append({"fill": "apart", "label": phrases.say("board.paper.not_drawn")})
    if claimed:
        lines.append({"fill": "claimed", "label": phrases.say("board.paper.claimed")})
    return {"title": phrases.unit(made.unit) or phrases.short(made.title), "lines": lines}


def _country(phrases: Phrases, name: str, value: CountryValue) -> list[str]:
    """A country's own value, of how much of its land it is, and how it was measured."""
    ends = interval(phrases, value.lower, value.upper)
    known = phrases.say("reports.paper.known_of", percent=share(phrases, value.covered_pct))
    how = [each for each in (depth(value.depth), years(value.years)) if each != NOTHING]
    return [name, " · ".join([f"{figure(phrases, value.value, value.unit)} ({ends})", known, *how])]
