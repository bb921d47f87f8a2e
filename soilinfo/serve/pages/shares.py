"""Tables of a region as charts need them: which share of its land has which class, who gets how much."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from soilinfo.catalog.models import SCENARIOS, ClassName, Level
from soilinfo.catalog.names import SUITABILITY, allocation_of_plan, table_of
from soilinfo.catalog.product import ProductVariable
from soilinfo.catalog.product_fertility import (
    SOIL_RATINGS,
    nutrient_status_of,
    rated_properties,
    rating_of,
    status_of,
)
from soilinfo.serve.collections import Collection
from soilinfo.serve.pages.panel import in_short
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words
from soilinfo.store.vector import Query

Row = dict[str, Any]
NO_DATA = "nodata"
"""The part of a bar that nothing is known of."""


@dataclass(frozen=True)
class Region:
    """One administrative unit in a publication's collections."""

    site: Site
    collections: Mapping[str, Collection]
    level: Level
    code: str

    def rows(self, kind: str) -> list[Row] | None:
        """The region's rows in the table of a kind, None for a missing value; None if it is not published."""
        collection = self.collections.get(table_of(kind, self.level.id))
        if collection is None:
            return None
        query = Query(equal={"code": self.code}, geometry=False)
        found = collection.store.vector.read(collection.id, collection.version, query)
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in rows]


def suitability(region: Region) -> Row | None:
    """A bar for each crop and scenario, with what limits most of the land; None where it is not published."""
    site, words = region.site, Words(region.site)
    rows = region.rows(SUITABILITY)
    if not rows:
        return None
    titles, colours = site.catalog.evaluation.class_titles, site.catalog.evaluation.class_colours
    legend = [(name, f"{name}: {site.named(titles[name])}", colours[name]) for name in get_args(ClassName)]
    return {
        "scenarios": {name: site.say(f"scenario.{name}") for name in SCENARIOS},
        "classes": _classes(site, legend),
        "bars": [_suited(words, row) for row in rows],
    }


def _suited(words: Words, row: Row) -> Row:
    return {
        "name": row["crop"],
        "title": words.value("crop", row["crop"]),
        "scenario": row["scenario"],
        "told": in_short(words.qualities.get(row["limiting"], "")),
        "parts": {
            name: _part(row[f"{name.lower()}_pct"], row[f"{name.lower()}_ha"])
            for name in (*get_args(ClassName), NO_DATA)
        },
    }


def _part(percent: float | None, hectares: float | None = None) -> Row:
    return {"pct": percent, "ha": hectares}


def _classes(site: Site, legend: Iterable[tuple[str, str, str]]) -> list[Row]:
    """Classes by name, title and colour, and after them land without data."""
    known = [*legend, (NO_DATA, site.say("map.no_data"), site.no_data_colour)]
    return [{"name": name, "title": title, "colour": colour} for name, title, colour in known]


def _classes_of(site: Site, variable: ProductVariable) -> list[Row]:
    return _classes(site, ((each.id, site.named(each.label), each.colour) for each in variable.style.entries))


# ---- nutrients --------------------------------------------------------------------------


def nutrients(region: Region) -> Iterator[Row]:
    """Charts of bars: ratings of soil properties, and the status of nutrients on a commodity's land."""
    site = region.site
    if rows := region.rows(SOIL_RATINGS):
        names = rated_properties(site.catalog)
        rated = {name: [row for row in rows if row["property"] == name] for name in names}
        bars = [_rated(region, name, own) for name, own in rated.items() if own]
        yield {"title": site.named(site.products[SOIL_RATINGS].title), "bars": bars}
    for product in map(nutrient_status_of, site.catalog.nutrient_statuses):
        if rows := region.rows(product):
            bars = [_status(region, product, row) for row in rows]
            yield {"title": site.named(site.products[product].title), "bars": bars}


def _rated(region: Region, name: str, rows: Sequence[Row]) -> Row:
    """Shares of all land."""
    site, first = region.site, rows[0]
    variable = site.products[SOIL_RATINGS].variable(rating_of(name))
    unknown = 100 * first["nodata_ha"] / first["total_ha"] if first["total_ha"] else None
    parts = {row["class_id"]: _part(row["share_pct"], row["area_ha"]) for row in rows}
    parts[NO_DATA] = _part(unknown, first["nodata_ha"])
    title = site.named(variable.title)
    return {"name": name, "title": title, "classes": _classes_of(site, variable), "parts": parts}


def _status(region: Region, product: str, row: Row) -> Row:
    """Shares of the commodity's land, and the status of the whole with how probable it is."""
    site, words = region.site, Words(region.site)
    variable = site.products[product].variable(status_of(row["nutrient"]))
    return {
        "name": row["nutrient"],
        "title": words.value("nutrient", row["nutrient"]),
        "told": ", ".join(_told(words, row)),
        "classes": _classes_of(site, variable),
        "parts": {name: _part(row[f"{name}_pct"]) for name in (*variable.codes, NO_DATA)},
    }


def _told(words: Words, row: Row) -> Iterator[str]:
    if not row["status"]:
        yield words.value("note", row["note"])
        return
    yield words.value("status", row["status"])
    if row["confidence_pct"] is not None:
        yield words.site.say("panel.sure", percent=words.number(row["confidence_pct"], 0))


# ---- allocation -------------------------------------------------------------------------


def allocations(region: Region) -> Iterator[Row]:
    """The published allocation of each plan: tonnes needed and given of every fertilizer."""
    words = Words(region.site)
    for plan in region.site.catalog.allocations.values():
        rows = region.rows(allocation_of_plan(plan.id))
        if rows:
            yield {"title": region.site.named(plan.title), "rows": list(_given(words, rows))}


def _given(words: Words, rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        title = words.value("fertilizer", row["fertilizer"])
        yield {"name": row["fertilizer"], "title": title} | {
            name: row[name] for name in ("need_t", "allocated_t", "need_met_pct")
        }
