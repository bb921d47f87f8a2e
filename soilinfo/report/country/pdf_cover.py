"""The first pages of a country report: whose it is, who decided what about it, and what a minister reads."""

from collections.abc import Iterator, Sequence

from soilinfo.report.country.document import CountryReport, ReportedIndicator, ReportedThreat, Value
from soilinfo.report.country.pdf_indicators import nation_of
from soilinfo.report.country.pdf_land import Land
from soilinfo.report.country.threshold_words import threshold_words
from soilinfo.report.figures.ground import LAND_COLOUR
from soilinfo.report.figures.numbers import figure, share, span, years
from soilinfo.report.figures.paper import Drawings, Sheet
from soilinfo.report.phrases import NOTHING, Phrases

MOST_NAMED = 3
"""Threats and gaps that the summary names."""


def cover(report: CountryReport, land: Land, phrases: Phrases, drawings: Drawings) -> Sheet:
    """The cover: the country, the years, the office, the sign-off and the digest."""
    header, say = report.content.header, phrases.say
    return {
        "kicker": say("reports.paper.kicker"),
        "name": phrases.named(header.country),
        "subtitle": f"{years(header.period)} · {phrases.named(header.body)}",
        "about": say("reports.synthetic") if header.synthetic else "",
        "map": _map(land, drawings, phrases),
        "facts": [
            [say("reports.report"), report.id],
            [say("reports.state"), say(f"value.state.{report.state}")],
            [say("reports.digest"), report.content_sha256],
            [say("reports.paper.software"), report.software],
            [say("reports.boundaries"), f"{header.boundary.source} ({header.boundary.licence})"],
        ],
        "sign_off": {
            "title": say("reports.sign_off"),
            "columns": [say(f"reports.{key}") for key in ("state", "on", "by", "note")],
            "rows": [
                [say(f"value.state.{step.state}"), phrases.date(step.on), step.by, step.note]
                for step in report.sign_off
            ],
        },
        "check": [
            say("reports.check"),
            say("reports.check.about"),
            f"soilinfo report verify {report.id}.json",
        ],
    }


def _map(land: Land, drawings: Drawings, phrases: Phrases) -> Sheet | None:
    if land.ground is None:
        return None
    drawn = land.ground.filled(dict.fromkeys(land.ground.paths, LAND_COLOUR))
    title = phrases.say("reports.paper.units")
    return {"file": drawings.keep("land", drawn), "width": land.ground.size[0], "title": title}


# ---- in short ---------------------------------------------------------------------------


def summary(report: CountryReport, phrases: Phrases) -> Sheet:
    """What is known, how surely, and what is missing."""
    content, say = report.content, phrases.say
    known = phrases.catalog.indicators
    missing = [
        [phrases.named(known[each.id].title) if each.id in known else each.id, phrases.named(each.reason)]
        for each in content.missing
    ]
    columns = ("indicator", "value", "interval", "covered", "counted_ha", "paper.of_known", "threshold")
    return {
        "title": say("reports.summary"),
        "about": say("reports.summary.about", percent=phrases.value(content.header.interval_pct, 1)),
        "sentences": list(_sentences(report, phrases)),
        "missing": {
            "title": say("reports.missing"),
            "lines": missing,
            "none": say("reports.missing.none") if not missing else "",
        },
        "table": {
            "columns": [say(f"reports.{key}") for key in columns],
            "rows": [_row(phrases, each) for each in content.indicators],
        },
        "none": say("reports.indicators.none") if not content.indicators else "",
    }


def _row(phrases: Phrases, indicator: ReportedIndicator) -> list[str]:
    title, value = phrases.named(indicator.title), nation_of(indicator)
    if value is None:
        return [title, *[NOTHING] * 6]
    return [
        title,
        figure(phrases, value.value, indicator.unit),
        span(phrases, value.lower, value.upper) or NOTHING,
        share(phrases, value.covered_pct),
        _hectares(phrases, value),
        share(phrases, value.affected_pct),
        _from(phrases, indicator),
    ]


def _from(phrases: Phrases, indicator: ReportedIndicator) -> str:
    """From where on land is affected; of classes, such as clayey soils, that their land is no damage."""
    if indicator.kind == "class_share":
        return phrases.say("reports.paper.no_damage")
    return threshold_words(phrases, indicator.thresholds[0]) if indicator.thresholds else ""


def _hectares(phrases: Phrases, value: Value) -> str:
    ends = span(phrases, value.affected_lower_ha, value.affected_upper_ha, 0)
    return phrases.hectares(value.affected_ha) + (f" ({ends})" if ends else "")


def _sentences(report: CountryReport, phrases: Phrases) -> Iterator[str]:
    content, say = report.content, phrases.say
    yield say("reports.paper.counted", told=len(content.indicators), missing=len(content.missing))
    yield from _least_known(content.indicators, phrases)
    ranked = sorted(
        (each for each in content.threats if each.rank is not None), key=lambda each: each.rank or 0
    )
    if ranked:
        yield say("reports.paper.by_experts", threats=_named(phrases, ranked))
    wide = sorted((each for each in content.threats if each.area_ha), key=lambda each: -(each.area_ha or 0))
    if wide:
        yield say("reports.paper.by_area", threats=_named(phrases, wide))
    if report.state != "approved":
        yield say("reports.paper.not_approved")


def _least_known(indicators: Sequence[ReportedIndicator], phrases: Phrases) -> Iterator[str]:
    """The indicator that is known of the least land, where that is not all."""
    told = [(value.covered_pct, each) for each in indicators if (value := nation_of(each)) is not None]
    known = [(percent, each) for percent, each in told if percent is not None]
    percent, least = min(known, key=lambda pair: pair[0], default=(100.0, None))
    if least is not None and percent < 100:
        title = phrases.named(least.title)
        yield phrases.say("reports.paper.least_known", title=title, percent=share(phrases, percent))


def _named(phrases: Phrases, threats: Sequence[ReportedThreat]) -> str:
    return phrases.listed([phrases.named(each.title) for each in threats[:MOST_NAMED]])
