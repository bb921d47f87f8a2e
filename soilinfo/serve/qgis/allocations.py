"""Layers of fertilizer in QGIS: how much of the need is met, and what each hectare needs."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import allocation_of_plan, table_of
from soilinfo.catalog.product import PERCENT
from soilinfo.catalog.product_recommendation import NEED
from soilinfo.report.allocation.map import COLOURS, EDGES
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import ClassLine, graduated_renderer
from soilinfo.serve.qgis.part import Part, Table
from soilinfo.serve.qgis.shares import NO_DATA

KG_EDGES = (0.0, 50.0, 100.0, 200.0, 300.0, 400.0)
"""Edges of the steps of a need in kg/ha; a last step is open."""
OPEN = 1e9
"""Above every value that there is."""

Made = Callable[[Part, AllocationPlan, Level, str], Iterator[MapLayer]]


def allocations(part: Part) -> Iterator[MapLayer]:
    """The layers of every plan by the units that plans are made for; other levels are in their own files."""
    level = part.planning_level
    for plan in part.site.catalog.allocations.values():
        if level is not None:
            for fertilizer in plan.fertilizers:
                yield from allocated(part, plan, level, fertilizer)
                yield from needed(part, plan, level, fertilizer)


def allocated(part: Part, plan: AllocationPlan, level: Level, fertilizer: str) -> Iterator[MapLayer]:
    """The share of the need that the approved allocation meets."""
    site = part.site
    lines = [
        ClassLine(low, high, f"{low:g}–{high:g} %", colour)
        for (low, high), colour in zip(pairwise(EDGES), COLOURS, strict=True)
    ]
    lines.append(ClassLine(EDGES[-1], OPEN, f"> {EDGES[-1]:g} %", COLOURS[-1]))
    lines.append(ClassLine(NO_DATA, NO_DATA, site.say("allocation.map.none"), site.no_data_colour))
    name, rows = allocation_of_plan(plan.id), {"fertilizer": fertilizer}
    yield from _layer(part, name, level, "need_met_pct", rows, lines, parented=False)


def needed(part: Part, plan: AllocationPlan, level: Level, fertilizer: str) -> Iterator[MapLayer]:
    """Kilograms that a hectare of the first commodity with doses needs."""
    site = part.site
    commodity = next(iter(site.catalog.subsidy.doses), None) if site.catalog.subsidy else None
    if commodity is not None:
        lines = [
            ClassLine(low, high, f"{low:g}–{high:g} kg/ha", colour)
            for (low, high), colour in zip(pairwise((*KG_EDGES, OPEN)), PERCENT.colours, strict=True)
        ]
        lines[-1] = lines[-1]._replace(label=f"> {KG_EDGES[-1]:g} kg/ha")
        lines.append(ClassLine(NO_DATA, NO_DATA, site.say("qgis.no_rate"), site.no_data_colour))
        rows = {"plan": plan.id, "commodity": commodity, "fertilizer": fertilizer}
        yield from _layer(part, NEED, level, "kg_ha", rows, lines)


def _layer(
    part: Part,
    product: str,
    level: Level,
    column: str,
    rows: dict[str, str],
    lines: list[ClassLine],
    *,
    parented: bool = True,
) -> Iterator[MapLayer]:
    """Units coloured by one column of the rows chosen; nothing where the table is not published."""
    site, name = part.site, table_of(product, level.id)
    if name not in site.published:
        return
    of = site.products[product]
    told = [part.words.value(key, value) for key, value in rows.items() if key != "plan"]
    title = site.say(
        "serve.product_by", product=site.named(of.title), level=site.named(level.singular).lower()
    )
    yield part.table(
        Table(
            id=".".join((name, *rows.values())),
            title=f"{title}: {', '.join(told)}, {part.words.field(column)}",
            name=name,
            # Without a value a unit would be no part of any class, and white.
            look=(graduated_renderer(f'coalesce("{column}", {NO_DATA:g})', lines),),
            about=site.about_product(of),
            rows=rows,
            level=level.id,
            parented=parented,
        )
    )
