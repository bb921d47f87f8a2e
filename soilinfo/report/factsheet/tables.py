"""Tables of a fact sheet: classes of each crop, and what is measured of the land."""

from collections.abc import Iterator, Sequence
from typing import Any

from soilinfo.catalog.models import Catalog, ClassEntry, SuitabilityClass
from soilinfo.report.factsheet.facts import MANAGEMENT, Crops, Row, UnitFacts
from soilinfo.report.factsheet.reasons import CLASSES
from soilinfo.report.phrases import NOTHING, Phrases

Table = dict[str, Any]
"""Headings, rows and note, as ``page.typ`` reads them."""
MOST_CROPS = 24
"""Rows of the table of crops; the collection has all."""


def crop_table(phrases: Phrases, crops: Crops) -> Table:
    """Hectares and percent of each class by crop, as the land is and under medium management."""
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


def _crop(phrases: Phrases, actual: Row, potential: Row | None) -> Table:
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


def property_table(phrases: Phrases, facts: UnitFacts) -> Table:
    """Mean, median, 5 and 95 % of each layer that has data in the unit; the largest classes as its note."""
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
    title = phrases.named(layer.title or described.title) + depth + (f" ({unit})" if unit else "")
    return [
        title,
        *(phrases.number(row[name], described.decimals) for name in ("mean", "median", "q05", "q95")),
    ]


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
