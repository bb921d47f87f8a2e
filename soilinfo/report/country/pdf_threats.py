"""The page of a country report about threats to soil: what experts say beside what maps say."""

from collections.abc import Mapping

from soilinfo.catalog.threats import CONDITIONS, Condition, Sureness
from soilinfo.report.country.document import Content, ReportedThreat
from soilinfo.report.figures.notes import grouped
from soilinfo.report.figures.numbers import share
from soilinfo.report.figures.paper import Sheet
from soilinfo.report.phrases import NOTHING, Phrases

ARROWS: Mapping[str, str] = {"improving": "↗", "stable": "→", "variable": "↔", "deteriorating": "↘"}
COLUMNS = ("threat", "threat.rank", "threat.area_rank", "paper.ranks", "threat.area", "threat.mapped")
SAID = ("threat.condition", "threat.trend")


def threats_page(content: Content, phrases: Phrases) -> Sheet:
    """Every threat in the order of the experts, those that nobody ranked last."""
    ordered = sorted(content.threats, key=lambda each: (each.rank is None, each.rank or 0.0))
    return {
        "title": phrases.say("reports.threats"),
        "about": phrases.say("reports.threats.about"),
        "none": phrases.say("reports.threats.none") if not ordered else "",
        "columns": [phrases.say(f"reports.{key}") for key in (*COLUMNS, *SAID)],
        "last": len(ordered),
        "steps": len(CONDITIONS),
        "rows": [_row(phrases, content, each) for each in ordered],
        "key": [phrases.say("reports.threat.rank"), phrases.say("reports.threat.area_rank")],
        "notes": list(grouped(phrases, ((each.title, each.notes) for each in ordered))),
    }


def _row(phrases: Phrases, content: Content, threat: ReportedThreat) -> Sheet:
    experts = phrases.say(
        "reports.paper.experts", count=sum(each.rank is not None for each in threat.experts)
    )
    spread = "" if threat.agreement is None else f" ± {phrases.value(threat.agreement, 1)}"
    mean = "" if threat.mean_rank is None else f"{phrases.value(threat.mean_rank, 1)}{spread} ({experts})"
    area = "" if threat.area_ha is None else share(phrases, threat.share_pct)
    return {
        "title": phrases.named(threat.title),
        "rank": _place(phrases, threat.rank),
        "mean": mean,
        "area_rank": _place(phrases, threat.area_rank),
        "ranks": [threat.rank, threat.area_rank],
        "area": phrases.hectares(threat.area_ha),
        "share": area,
        "mapped": phrases.hectares(threat.mapped_ha),
        "mapped_by": _indicator(phrases, content, threat.mapped_by),
        "condition": _condition(phrases, threat.condition),
        "trend": _trend(phrases, threat),
        "sure": [_sure(phrases, threat.confidence_condition), _sure(phrases, threat.confidence_trend)],
    }


def _place(phrases: Phrases, rank: float | None) -> str:
    return NOTHING if rank is None else phrases.value(rank, 1)


def _indicator(phrases: Phrases, content: Content, id: str | None) -> str:
    return next((phrases.named(each.title) for each in content.indicators if each.id == id), "")


def _condition(phrases: Phrases, said: Condition | None) -> Sheet:
    """A step of the scale from its worst end, and its word; without a step where nobody said any."""
    if said is None:
        return {"step": None, "word": NOTHING}
    return {"step": CONDITIONS.index(said), "word": phrases.say(f"value.condition.{said}")}


def _sure(phrases: Phrases, said: Sureness | None) -> str:
    return (
        phrases.say("reports.threat.confidence", sure=phrases.say(f"value.sureness.{said}")) if said else ""
    )


def _trend(phrases: Phrases, threat: ReportedThreat) -> str:
    if threat.trend is None:
        return NOTHING
    return f"{ARROWS[threat.trend]} {phrases.say(f'value.trend.{threat.trend}')}"
