"""What the page of a process needs: lists to choose from, and the texts its script writes answers with."""

from collections.abc import Mapping
from typing import Any, get_args

from soilinfo.report.region.document import VerdictKind
from soilinfo.serve.pages.tables import Choice, titles_of
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words
from soilinfo.serve.state import pinned

FACTS = (
    *(
        "indicator",
        "crop",
        "layer",
        "scenario",
        "compare",
        "level",
        "unit",
        "total_ha",
        "valid_ha",
        "covered_pct",
    ),
    *("nodata_ha", "nodata_pct"),
    *("partial_ha", "mean", "sd", "min", "q05", "q25", "median", "q75", "q95", "max"),
    *("improved_ha", "worsened_ha", "boundary_rule", "edition", "edited_rows", "unused"),
    *("plan", "method", "total_change_pct"),
)
"""Single values of an answer in the order people read them."""

LISTS = {
    "ranking": (
        *("rank", "crop", "whole_suitable_ha", "suitable_ha", "suitable_pct", "best_ha", "best_pct"),
        "limiting",
    ),
    "suitable_crops": ("at_least", "ha", "pct"),
    "reasons": ("reason", "ha"),
    "expected": ("class", "expected_ha", "range_ha"),
    "left_out": ("characteristic", "crops"),
    "totals": ("fertilizer", "total_t", "reserve_t", "need_t", "allocated_t", "need_met_pct"),
    "values": ("period", "value", "lower", "upper", "total_ha", "nodata_ha", "covered_pct", "uncertainty"),
    "verdicts": ("indicator", "a", "b", "comparability", "reasons"),
    "thresholds": ("title", "affected_ha", "affected_lower_ha", "affected_upper_ha", "affected_pct"),
}
"""Lists of an answer that are drawn as tables, each titled ``process.list.<name>``, with their columns."""

BESIDE = {
    "country-report": ("/reports", "reports.list"),
    "compare-countries": ("/region/report", "board.report"),
}
"""Page that shows more than the page of a process, and what its link says."""

OWN_COLUMNS = ("crops", "range_ha", "reason", "a", "b", "comparability", "reasons")
"""Columns of lists that no table has, each ``process.column.<name>``."""

ALLOCATED = (
    *("code", "name", "fertilizer", "area_ha", "need_t", "request_t", "allocated_t"),
    *("need_met_pct", "bound"),
)
"""Columns of the tables of an allocation, those that the rows of a level have."""

SEVERAL = ("credits", "products", "countries")
"""Inputs that are lists of names, offered as boxes to tick."""
RECOMMENDED = (
    *("amount", "computed", "cost", "in_force", "land", "left_over", "legal", "needed", "over", "price"),
    *("products", "rates", "shares", "status", "steps", "survey"),
)
"""Headings of the tables of a recommendation, each ``process.recommend.<name>``."""
STEPS = ("base", "credit", "floor", "status")
"""Kinds of steps of a rate, each ``process.recommend.step.<name>``."""

LEVELS = 3
"""Levels offered in the list of regions, the coarsest first: a list of every village helps nobody."""


def desk(site: Site, process: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the page of one process; ``process`` is its description."""
    words = Words(site)
    listed = [name for name, given in process["inputs"].items() if given.get("schema", {}).get("enum")]
    several = [_several(words, name) for name in SEVERAL if name in process["inputs"]]
    return {
        "inputs": [_choice(site, words, process, name) for name in listed],
        "beside": _beside(site, process["id"]),
        "several": [each for each in several if each.titles],
        "data": _data(site, words)
        | {"several": [each.column for each in several]}
        | {"process": process["id"], "documents": _documents(site, process["id"])},
    }


def _beside(site: Site, process: str) -> tuple[str, str] | None:
    """Where there is more; a region's report is there only on the node of its host."""
    path, word = BESIDE.get(process, ("", ""))
    is_there = path and (site.catalog.region or not path.startswith("/region"))
    return (site.link(path), site.say(word)) if is_there else None


def _documents(site: Site, process: str) -> list[dict[str, str]]:
    """Forms of the documents that a process makes of its answer, each with what its button says."""
    forms = pinned().api.manager.get_processor(process).documents
    return [{"form": form, "title": site.say("process.document", form=form.upper())} for form in forms]


def _several(words: Words, name: str) -> Choice:
    if name == "countries":
        region = words.site.catalog.region
        titles = {each.iso3: words.site.named(each.title) for each in region.members} if region else {}
        return Choice(name, words.site.say("board.countries"), titles, "")
    return Choice(name, words.field(name), words.names[name], "")


def _choice(site: Site, words: Words, process: Mapping[str, Any], name: str) -> Choice:
    first = site.front.crop if site.front and name == "crop" else ""
    schema = process["inputs"][name]["schema"]
    values = {value: value for value in schema["enum"]}
    known = titles_of(site, words, name) or values
    titles = {value: title for value, title in known.items() if value in values}
    if name == "method":
        titles = {"": site.say("process.as_planned"), **titles}
    chosen = schema.get("default") or first or next(iter(titles), "")
    heading = words.headings.get(name) or process["inputs"][name]["title"]
    return Choice(name, heading, titles, chosen)


def _data(site: Site, words: Words) -> dict[str, Any]:
    return {
        "language": site.language,
        "levels": _levels(site),
        "facts": {name: words.field(name) for name in FACTS},
        "tables": {
            "classes": words.field("class_id"),
            "limiting": site.say("process.limiting"),
            "by_quality": site.say("process.by_quality"),
            "moves": site.say("process.moves"),
            "subclasses": site.say("process.subclass"),
            "zones": words.field("zone"),
        },
        "units": {name: words.field(name) for name in ("name", "improved_ha", "worsened_ha", "unchanged_ha")},
        "names": {name: dict(titles) for name, titles in words.names.items()}
        | {"unit": _units(site), "comparability": _verdicts(site)},
        "allocated": {name: words.field(name) for name in ALLOCATED},
        "lists": {name: _list(site, words, name) for name in LISTS},
        "explain": _explained(site, words),
        "recommend": _recommended(site, words),
        "words": {
            "area": site.say("process.area_ha"),
            "share": site.say("process.share_pct"),
            "running": site.say("process.running"),
            "failed": site.say("map.failed"),
        },
    }


EXPLAINED = (
    *("better", "causes", "cell", "certain", "characteristic", "expected", "improved", "missing", "outcomes"),
    *("quality", "range", "share_of_class", "still", "sure", "unrated", "value", "with"),
)
"""Headings of the tables of an explanation, each ``process.explain.<name>``."""


def _explained(site: Site, words: Words) -> dict[str, Any]:
    fields = {"class": "class_id", "layer": "layer"}
    return {
        **{name: site.say(f"process.explain.{name}") for name in EXPLAINED},
        **{name: words.field(field) for name, field in fields.items()},
    }


def _recommended(site: Site, words: Words) -> dict[str, Any]:
    fields = ("layer", "nutrient", "fertilizer", "credit", "nodata_pct", "confidence_pct", "status_pct")
    return {
        **{name: site.say(f"process.recommend.{name}") for name in RECOMMENDED},
        **{name: words.field(name) for name in fields},
        "step": {name: site.say(f"process.recommend.step.{name}") for name in STEPS},
    }


def _list(site: Site, words: Words, name: str) -> dict[str, Any]:
    own = {field: site.say(f"process.column.{field}") for field in OWN_COLUMNS}
    own |= {"ha": site.say("process.area_ha"), "pct": site.say("process.share_pct")}
    own |= {
        "title": site.say("process.column.threshold"),
        "class": words.field("class_id"),
        "characteristic": site.say("process.explain.characteristic"),
    }
    return {
        "title": site.say(f"process.list.{name}"),
        "columns": {field: own.get(field) or words.field(field) for field in LISTS[name]},
    }


def _verdicts(site: Site) -> dict[str, str]:
    return {kind: site.say(f"board.verdict.{kind}") for kind in get_args(VerdictKind)}


def _units(site: Site) -> dict[str, str]:
    symbols = {each.unit for each in site.catalog.properties.values()}
    return {symbol: site.unit(symbol) or "–" for symbol in sorted(symbols)}


def _levels(site: Site) -> list[dict[str, str]]:
    most = site.catalog.services.limits.page_features
    query = f"f=json&skipGeometry=true&limit={most}"
    return [
        {"title": entry.title, "address": f"{site.path(f'/collections/{entry.id}/items')}?{query}"}
        for entry in site.of_theme("regions")[:LEVELS]
    ]
