"""The fact sheet of one administrative unit: one A4 page as PDF, the same bytes for the same publication.

``factsheet.typ`` lays the page out; it is given finished texts as data, so that nothing that somebody
called a regency can become markup. Only the fonts within typst are used.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.models import Catalog, ClassEntry, Level, SuitabilityClass
from soilinfo.catalog.styles import style_of_suitability
from soilinfo.report.further import sections
from soilinfo.report.maps import Picture, draw
from soilinfo.report.phrases import NOTHING, Phrases
from soilinfo.report.reasons import CLASSES, Measured, Reasons, Row

TEMPLATE = files("soilinfo.report").joinpath("factsheet.typ").read_bytes()
PDF = "application/pdf"
"""Media type of a fact sheet."""
MANAGEMENT = "potential_medium"
"""The level of management that stands beside the land as it is."""
MOST_CROPS = 24
"""Rows of the table of crops; the collection has all."""
MOST_REASONS = 6
"""Crops whose reasons are told."""

Sheet = dict[str, Any]
"""What the page says, as ``factsheet.typ`` reads it."""


@dataclass(frozen=True)
class Publication:
    """Which snapshot a document was made of, and where it can be had."""

    id: int
    created: datetime
    versions: Mapping[str, str]
    """Version by collection, of those that the document uses."""


@dataclass(frozen=True)
class UnitFacts:
    """What is published of one administrative unit; empty where a table is not published."""

    level: Level
    code: str
    name: str
    parent: str
    """Name of the unit it belongs to; empty at the top level."""
    area_ha: float | None
    official_area_ha: float | None
    publication: Publication
    suitability: Sequence[Row] = ()
    properties: Sequence[Row] = ()
    """Of the layers that the evaluation uses."""
    classes: Sequence[Row] = ()
    outline: BaseGeometry | None = None
    """In the CRS of the grid."""
    picture: Picture | None = None
    """The first crop of :func:`ranked`, as the land is."""
    further: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Rows of further tables by kind; see :mod:`soilinfo.report.further`."""


def fact_sheet(catalog: Catalog, facts: UnitFacts, language: str) -> bytes:
    """The page as PDF; UnknownNameError for a language that the configuration does not have."""
    return pdf(assemble(Phrases(catalog, language), facts), facts.publication.created)


def pdf(sheet: Sheet, created: datetime) -> bytes:
    """A page laid out, dated ``created``."""
    inputs = {"sheet": json.dumps(sheet, ensure_ascii=False, allow_nan=False)}
    moment = created.replace(microsecond=0)
    return typst.compile(TEMPLATE, sys_inputs=inputs, ignore_system_fonts=True, timestamp=moment)


def ranked(rows: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """Each crop's row as the land is and under medium management, the crop with most S1 and S2 land first."""
    potential = {row["crop"]: row for row in rows if row["scenario"] == MANAGEMENT}
    pairs = [(row, potential.get(row["crop"])) for row in rows if row["scenario"] == "actual"]
    return sorted(pairs, key=lambda pair: _merit(*pair))


def _merit(actual: Row, potential: Row | None) -> tuple[Any, ...]:
    better = potential or actual
    suitable = [row["s1_ha"] + row["s2_ha"] for row in (actual, better)]
    return -suitable[0], -actual["s1_ha"], -suitable[1], actual["crop"]


def assemble(phrases: Phrases, facts: UnitFacts) -> Sheet:
    """Every text of the page."""
    say, catalog = phrases.say, phrases.catalog
    crops = ranked(facts.suitability)
    synthetic = catalog.country.synthetic or facts.level.synthetic
    title = say("factsheet.title", unit=facts.name, code=facts.code)
    return {
        "language": phrases.language,
        "title": title,
        "author": catalog.services.contact.organisation,
        "kicker": say("factsheet.kicker"),
        "name": facts.name,
        "subtitle": " · ".join(_identity(phrases, facts)),
        "stamp": list(_stamp(phrases, facts.publication)),
        "watermark": say("factsheet.synthetic") if synthetic else "",
        "facts": list(_facts(phrases, facts, crops)),
        "map": _map(phrases, facts, crops),
        "reasons": _reasons(phrases, facts, crops),
        "crops": _crops(phrases, crops),
        "properties": _properties(phrases, facts),
        "sections": sections(phrases, facts.further, [actual["crop"] for actual, _ in crops]),
        "notes": [[label, text] for label, text in _notes(phrases, facts, crops) if text],
    }


# ---- the head ---------------------------------------------------------------------------


def _identity(phrases: Phrases, facts: UnitFacts) -> Iterator[str]:
    yield phrases.named(facts.level.singular)
    yield phrases.say("factsheet.code", code=facts.code)
    if facts.parent:
        yield facts.parent
    yield phrases.named(phrases.catalog.country.title)


def _stamp(phrases: Phrases, publication: Publication) -> Iterator[str]:
    date = phrases.date(publication.created)
    yield phrases.named(phrases.catalog.services.title)
    yield phrases.say("factsheet.publication", number=publication.id, date=date)


Crops = Sequence[tuple[Row, Row | None]]


def _facts(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[tuple[str, str]]:
    say = phrases.say
    if facts.area_ha is not None:
        yield say("factsheet.area"), f"{phrases.hectares(facts.area_ha)} ha"
    if facts.official_area_ha is not None:
        yield (
            say("column.official_area_ha").partition(" (")[0],
            f"{phrases.hectares(facts.official_area_ha)} ha",
        )
    if crops:
        yield say("factsheet.crops_evaluated"), phrases.number(len(crops), 0)


def _map(phrases: Phrases, facts: UnitFacts, crops: Crops) -> dict[str, str]:
    if not crops or facts.picture is None or facts.outline is None:
        return {"svg": "", "title": "", "note": phrases.say("factsheet.no_map")}
    catalog = phrases.catalog
    crop = phrases.named(catalog.crop(crops[0][0]["crop"]).title)
    geographic = catalog.grid.is_geographic
    svg = draw(facts.outline, facts.picture, style_of_suitability(catalog), phrases, geographic=geographic)
    return {"svg": svg, "title": phrases.say("suitability.actual_of", crop=crop), "note": ""}


# ---- reasons ----------------------------------------------------------------------------


def _reasons(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Sheet:
    say, catalog = phrases.say, phrases.catalog
    writer = Reasons(catalog, phrases, measured_of(catalog, facts))
    lines = [
        {
            "crop": phrases.named(catalog.crop(actual["crop"]).title),
            "text": writer.sentence(actual, potential),
        }
        for actual, potential in crops[:MOST_REASONS]
    ]
    note = "factsheet.reasons_note" if lines else "factsheet.no_evaluation"
    return {"title": say("factsheet.reasons"), "lines": lines, "note": say(note)}


def measured_of(catalog: Catalog, facts: UnitFacts) -> Measured:
    """Median of each property, and the largest class of each class property, where there are data."""
    rows = {
        catalog.layer(row["layer"]).property: row for row in facts.properties if row["median"] is not None
    }
    return Measured(
        {name: row["median"] for name, row in rows.items()},
        {name: (row["q05"], row["q95"]) for name, row in rows.items()},
        {name: entry for name, (entry, _) in largest_classes(catalog, facts.classes).items()},
    )


def largest_classes(catalog: Catalog, rows: Sequence[Row]) -> dict[str, tuple[ClassEntry, float]]:
    """The class that most land has, and its percent of the unit, by property; only where there are data."""
    found = {}
    for row in sorted(rows, key=lambda row: row["area_ha"]):
        if row["area_ha"] > 0:
            name = catalog.layer(row["layer"]).property
            table = catalog.class_table(catalog.property(name).class_table or "")
            entry = next(entry for entry in table.classes if entry.id == row["class_id"])
            found[name] = entry, row["share_pct"]
    return found


# ---- tables -----------------------------------------------------------------------------


def _crops(phrases: Phrases, crops: Crops) -> Sheet:
    say, catalog = phrases.say, phrases.catalog
    colours = catalog.evaluation.class_colours
    shown = [_crop(phrases, actual, potential) for actual, potential in crops[:MOST_CROPS]]
    left = len(crops) - len(shown)
    more = [say("factsheet.more_crops", count=left)] if left else []
    return {
        "title": say("factsheet.crops"),
        "classes": [{"name": name, "colour": colours[name]} for name in SuitabilityClass.__members__],  # type: ignore[index]
        "actual": say("scenario.actual"),
        "potential": say(f"scenario.{MANAGEMENT}"),
        "crop": say("column.crop"),
        "limit": say("factsheet.limit"),
        "nodata": say("factsheet.nodata_pct"),
        "rows": shown,
        "note": " ".join([say("factsheet.crops_note"), *more]),
    }


def _crop(phrases: Phrases, actual: Row, potential: Row | None) -> Sheet:
    catalog = phrases.catalog
    titles = {one.code: one.title for one in catalog.evaluation.qualities}
    code = actual["limiting"]
    return {
        "crop": phrases.named(catalog.crop(actual["crop"]).title),
        "actual": _classes(phrases, actual),
        "limit": f"{phrases.short(titles[code])} ({code})" if code else NOTHING,
        "potential": _classes(phrases, potential),
        "nodata": phrases.percent(actual["nodata_pct"]),
    }


def _classes(phrases: Phrases, row: Row | None) -> list[list[str]]:
    """Hectares and percent of S1 to N."""
    values = row or {}
    return [
        [
            phrases.hectares(values.get(f"{name.lower()}_ha")),
            phrases.percent(values.get(f"{name.lower()}_pct")),
        ]
        for name in CLASSES
    ]


def _properties(phrases: Phrases, facts: UnitFacts) -> Sheet:
    say = phrases.say
    columns = [say(f"factsheet.column.{name}") for name in ("property", "mean", "median", "q05", "q95")]
    order = {layer: at for at, layer in enumerate(phrases.catalog.layers)}
    rows = sorted(facts.properties, key=lambda row: order[row["layer"]])
    return {
        "title": say("factsheet.properties"),
        "columns": columns,
        "rows": [_property(phrases, row) for row in rows if row["median"] is not None],
        "note": "; ".join(_largest(phrases, facts)),
    }


def _largest(phrases: Phrases, facts: UnitFacts) -> Iterator[str]:
    """'Drainage: mostly well drained (62 %)' for each class property."""
    for name, (entry, share) in sorted(largest_classes(phrases.catalog, facts.classes).items()):
        title = phrases.named(phrases.catalog.property(name).title)
        largest = {"class": phrases.named(entry.title), "share": phrases.percent(share)}
        yield phrases.say("factsheet.mostly", property=title, **largest)


def _property(phrases: Phrases, row: Row) -> list[str]:
    layer = phrases.catalog.layer(row["layer"])
    described = phrases.catalog.property(layer.property)
    unit = phrases.unit(described.unit)
    depth = f", {layer.depth[0]:g}–{layer.depth[1]:g} cm" if layer.depth else ""
    title = phrases.named(described.title) + depth + (f" ({unit})" if unit else "")
    return [
        title,
        *(phrases.number(row[name], described.decimals) for name in ("mean", "median", "q05", "q95")),
    ]


# ---- what stands below ------------------------------------------------------------------


def _notes(phrases: Phrases, facts: UnitFacts, crops: Crops) -> Iterator[tuple[str, str]]:
    say, catalog = phrases.say, phrases.catalog
    services = catalog.services
    yield say("collection.map_scale"), phrases.named(scale_note(catalog.grid, catalog.directory))
    yield say("factsheet.criteria"), _distinct(crops, "criteria_set", "edition")
    yield say("column.regional_criteria"), "; ".join(_regional(phrases, crops))
    rules = dict.fromkeys(str(actual["boundary_rule"]) for actual, _ in crops)
    yield say("column.boundary_rule"), ", ".join(say(f"value.boundary_rule.{rule}") for rule in rules)
    yield say("factsheet.unused"), _unused(phrases, crops)
    yield (
        say("factsheet.versions"),
        ", ".join(f"{name} {version}" for name, version in facts.publication.versions.items()),
    )
    yield (
        say("page.licence"),
        f"{services.licence} ({services.licence_url}). {phrases.named(services.disclaimer)}",
    )
    yield (
        say("factsheet.cite"),
        say(
            "factsheet.citation",
            organisation=services.contact.organisation,
            year=facts.publication.created.year,
            title=phrases.named(services.title),
            unit=facts.name,
            code=facts.code,
            number=facts.publication.id,
        ),
    )


def _distinct(crops: Crops, *columns: str) -> str:
    found = dict.fromkeys(tuple(str(actual[name]) for name in columns) for actual, _ in crops)
    return "; ".join(", ".join(parts) for parts in found)


def _regional(phrases: Phrases, crops: Crops) -> Iterator[str]:
    """The crops for which criteria of a region were used, and which."""
    for actual, _ in crops:
        if used := actual.get("regional_criteria"):
            yield f"{phrases.named(phrases.catalog.crop(actual['crop']).title)}: {used}"


def _unused(phrases: Phrases, crops: Crops) -> str:
    """Characteristics without a layer that the table of some crop asks for."""
    names = [name for actual, _ in crops for name in str(actual["unused"] or "").split(", ") if name]
    titles = {name: phrases.named(phrases.catalog.property(name).title) for name in dict.fromkeys(names)}
    return ", ".join(titles[name] for name in sorted(titles))
