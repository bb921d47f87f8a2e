"""Layers of fertilizer in the QGIS project: how much of the need is met, and what each hectare needs."""

from collections.abc import Iterator
from itertools import pairwise

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import allocation_of_plan, table_of
from soilinfo.catalog.product import PERCENT
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.report.allocation.map import COLOURS, EDGES
from soilinfo.report.qgis.form import aliases, value_maps
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.style import ClassLine, graduated_renderer
from soilinfo.serve.qgis.layers import NO_DATA
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

KG_EDGES = (0.0, 50.0, 100.0, 200.0, 300.0, 400.0)
"""Edges of the steps of a need in kg/ha; a last step is open."""
OPEN = 1e9
"""Above every value that there is."""


def group_of_allocations(site: Site) -> Group:
    """The layers of every plan, those of the finest level first."""
    words, levels = Words(site), [*site.catalog.levels.values()]
    layers = [
        layer
        for plan in site.catalog.allocations.values()
        for level in reversed(levels)
        for fertilizer in plan.fertilizers
        for made in (_allocated, _needed)
        for layer in made(words, plan, level, fertilizer)
    ]
    return Group(site.say("qgis.allocations"), tuple(layers))


def _allocated(words: Words, plan: AllocationPlan, level: Level, fertilizer: str) -> Iterator[MapLayer]:
    """The share of the need that the approved allocation meets."""
    site = words.site
    name = allocation_of_plan(plan.id)
    lines = [
        ClassLine(low, high, f"{low:g}–{high:g} %", colour)
        for (low, high), colour in zip(pairwise(EDGES), COLOURS, strict=True)
    ]
    lines.append(ClassLine(EDGES[-1], OPEN, f"> {EDGES[-1]:g} %", COLOURS[-1]))
    lines.append(ClassLine(NO_DATA, NO_DATA, site.say("allocation.map.none"), site.no_data_colour))
    yield from _layer(words, name, level, "need_met_pct", {"fertilizer": fertilizer}, lines)


def _needed(words: Words, plan: AllocationPlan, level: Level, fertilizer: str) -> Iterator[MapLayer]:
    """Kilograms that a hectare of the first commodity with doses needs."""
    site = words.site
    commodity = next(iter(site.catalog.subsidy.doses), None) if site.catalog.subsidy else None
    if commodity is not None:
        lines = [
            ClassLine(low, high, f"{low:g}–{high:g} kg/ha", colour)
            for (low, high), colour in zip(pairwise((*KG_EDGES, OPEN)), PERCENT.colours, strict=True)
        ]
        lines[-1] = lines[-1]._replace(label=f"> {KG_EDGES[-1]:g} kg/ha")
        lines.append(ClassLine(NO_DATA, NO_DATA, site.say("qgis.no_rate"), site.no_data_colour))
        rows = {"plan": plan.id, "commodity": commodity, "fertilizer": fertilizer}
        yield from _layer(words, NEED, level, "kg_ha", rows, lines)


def _layer(
    words: Words, product: str, level: Level, column: str, rows: dict[str, str], lines: list[ClassLine]
) -> Iterator[MapLayer]:
    """Units coloured by one column of the rows chosen; nothing where the table is not published."""
    site, name = words.site, table_of(product, level.id)
    if name not in site.published:
        return
    of = site.products[product]
    told = [words.value(key, value) for key, value in rows.items() if key != "plan"]
    title = site.say(
        "serve.product_by", product=site.named(of.title), level=site.named(level.singular).lower()
    )
    subset = " AND ".join(f"{key} = '{value}'" for key, value in rows.items())
    # Without a value a unit would be no part of any class, and white.
    look = graduated_renderer(f'coalesce("{column}", {NO_DATA:g})', lines)
    yield MapLayer(
        id=".".join((name, *rows.values())),
        title=f"{title}: {', '.join(told)}, {words.field(column)}",
        provider="ogr",
        source=f"OAPIF:{site.base}|layername={name}|subset={subset}",
        crs="EPSG:4326",
        style=(look, aliases(words.headings), value_maps(words.names)),
        about=site.about_product(of),
    )
