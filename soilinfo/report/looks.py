"""How the features of a collection can be drawn: rules of a label, a colour and a condition. Pure functions.

The colours are those of maps, legends and QGIS files; a collection of which nothing is known but its areas
is drawn as outlines. Conditions are expressions of MapLibre, kept so plain that QGIS 3.22 reads them too: one
rule for each class, as its legend has one line for each. Vector tiles and the tables of a database are drawn
by the same looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, get_args

from soilinfo.catalog.models import SCENARIOS, ClassName
from soilinfo.catalog.names import (
    FINDINGS,
    MAP_AGREEMENT,
    MAP_RESIDUALS,
    PROFILE_COLLECTIONS,
    PROFILES,
    table_of,
)
from soilinfo.catalog.product import PERCENT, Product, TableView
from soilinfo.catalog.products import products
from soilinfo.catalog.styles import NO_DATA_COLOUR, differences, style_of_suitability
from soilinfo.findings import Severity
from soilinfo.report.allocation.map import COLOURS, EDGES
from soilinfo.report.look import Drawn, Expression, Look, Rule, equals
from soilinfo.report.region.looks import region

MET = "need_met_pct"
SHARES = tuple(f"{name.lower()}_pct" for name in get_args(ClassName))
"""Columns of the shares of S1, S2, S3 and N, in this order."""
NO_DATA_PCT = "nodata_pct"
MOST_NO_DATA = 50.0
"""Percent of an area from which on it counts as without data."""
OUTLINE = "#2f3b36"
SHARED = {"all": "#0072b2", "locations": "#8c8c8c"}
"""Colour of a profile by how much of it is shown: a blue of Okabe and Ito, and a grey."""
ERRORS: Mapping[str, tuple[str, Literal["fill", "circle"]]] = {
    MAP_AGREEMENT: ("bias", "fill"),
    MAP_RESIDUALS: ("error", "circle"),
}
"""Column of what a map says less what profiles say, and how it is drawn."""
SEVERITIES: Mapping[Severity, str] = {"block": "#b2182b", "warn": "#ef8a62", "note": "#67a9cf"}
"""ColorBrewer RdBu."""


def looks(drawn: Drawn) -> list[Look]:
    """Every look of a collection, that to begin with first."""
    known = (_soil_map, _shares, _product, _allocation, _profiles, _errors, region, _findings)
    found = [look for looks_of in known for look in looks_of(drawn)]
    return found or [_outlines(drawn)]


def _outlines(drawn: Drawn) -> Look:
    title = drawn.label("serve.style.outline")
    return Look("outline", title, (Rule(title, OUTLINE, None),), "outline")


def _soil_map(drawn: Drawn) -> Iterator[Look]:
    """Map units in the colours of the legend."""
    if drawn.units:
        rules = tuple(
            Rule(drawn.same(line.label), line.colour, equals("unit_code", line.code)) for line in drawn.units
        )
        yield Look("unit_code", drawn.heading("unit_code"), rules)


def _shares(drawn: Drawn) -> Iterator[Look]:
    """The class that most of an area has, the better one of two alike."""
    columns = drawn.columns
    if not {*SHARES, NO_DATA_PCT} <= {*columns}:
        return
    style, words = style_of_suitability(drawn.catalog), drawn.label
    known: Expression = ["<=", ["get", NO_DATA_PCT], MOST_NO_DATA]
    rules = [
        Rule(entry.label, entry.colour, ["all", known, *_most(SHARES, at)])
        for at, entry in enumerate(style.entries)
    ]
    lacking: Expression = [">", ["get", NO_DATA_PCT], MOST_NO_DATA]
    rules.append(Rule(words("qgis.no_data"), NO_DATA_COLOUR, lacking))
    chosen = {"crop": drawn.crop, "scenario": SCENARIOS[0]}
    rows = {name: value for name, value in chosen.items() if name in columns}
    yield Look("dominant_class", words("serve.style.dominant_class"), tuple(rules), rows=rows)


def _most(columns: tuple[str, ...], at: int) -> Iterator[Expression]:
    """That one column is above those before it, and not below those after it."""
    for other, column in enumerate(columns):
        if other != at:
            yield [">" if other < at else ">=", ["get", columns[at]], ["get", column]]


def _product(drawn: Drawn) -> Iterator[Look]:
    """The table of a product in each of its views."""
    levels = drawn.catalog.every_level()
    for product in products(drawn.catalog).values():
        if product.table and drawn.id in {table_of(product.id, level) for level in levels}:
            for view in (product.table, *product.table.others):
                yield _view(drawn, product, view)


def _view(drawn: Drawn, product: Product, view: TableView) -> Look:
    crop = {"crop": drawn.crop} if view.of_crop else {}
    rows = {name: value for name, value in (crop | dict(view.rows)).items() if name in drawn.columns}
    if not product.has_classes(view.classes_of):
        part = view.most / EDGES[-1]
        steps = _steps(drawn, view.column, [edge * part for edge in EDGES], PERCENT.colours[1:])
        rules = *steps, _lacking(drawn, view.column)
        return Look(view.name, drawn.heading(view.column), rules, rows=rows)
    style = product.variable(view.classes_of).style
    classes = [Rule(entry.label, entry.colour, equals(view.column, entry.id)) for entry in style.entries]
    none = _none_of(view.column, [entry.id for entry in style.entries])
    rules = *classes, Rule(drawn.label("qgis.no_class"), NO_DATA_COLOUR, none)
    title = product.variable(view.classes_of).title
    return Look(view.name, title, rules, rows=rows, alike=view.of_crop)


def _allocation(drawn: Drawn) -> Iterator[Look]:
    """The share of the need that is met, of one fertilizer."""
    if MET in drawn.columns:
        plans = drawn.catalog.allocations.values()
        fertilizers = [name for plan in plans for name in plan.fertilizers]
        rules = list(_steps(drawn, MET, list(EDGES), COLOURS))
        most = f"> {EDGES[-1]:g} %"
        rules.append(Rule(drawn.same(most), COLOURS[-1], [">", ["get", MET], EDGES[-1]]))
        none = drawn.label("allocation.map.none")
        rules.append(Rule(none, NO_DATA_COLOUR, ["!", ["has", MET]]))
        rows = {"fertilizer": fertilizers[0]} if "fertilizer" in drawn.columns and fertilizers else {}
        yield Look("need_met", drawn.heading(MET), tuple(rules), rows=rows)


def _profiles(drawn: Drawn) -> Iterator[Look]:
    """Profiles by how much of them is shown; all that is about them as points."""
    if drawn.id == PROFILES:
        rules = [
            Rule(drawn.label(f"value.share.{share}"), colour, equals("share", share))
            for share, colour in SHARED.items()
        ]
        yield Look("share", drawn.heading("share"), tuple(rules), "circle")
    elif drawn.id in PROFILE_COLLECTIONS and drawn.id not in ERRORS:
        title = drawn.label("theme.profiles")
        yield Look("places", title, (Rule(title, SHARED["all"], None),), "circle")


def _errors(drawn: Drawn) -> Iterator[Look]:
    """What each map says less what profiles say, blue where it lies too low and red where too high.

    By region of the profiles that did not make the map, as far as is known; place by place of all.
    """
    if drawn.id not in ERRORS:
        return
    column, kind = ERRORS[drawn.id]
    asked = drawn.catalog.harmonization.properties if drawn.catalog.harmonization else {}
    for layer in drawn.catalog.layers.values():
        numeric = drawn.catalog.property(layer.property).kind == "numeric"
        if layer.id in drawn.published and layer.statistic == "mean" and layer.property in asked and numeric:
            rules = tuple(_differences(drawn, layer.id, column))
            yield Look(layer.id, drawn.heading(column), rules, kind, rows={"layer": layer.id})


def _differences(drawn: Drawn, layer: str, column: str) -> Iterator[Rule]:
    is_by_region = drawn.id == MAP_AGREEMENT
    counts: list[Expression] = [["!=", ["get", "independent"], "no"]] if is_by_region else []
    for step in differences(drawn.catalog, layer):
        ends = (">=", step.low), ("<", step.high)
        within = [[sign, ["get", column], end] for sign, end in ends if end is not None]
        yield Rule(step.label, step.colour, ["all", *counts, ["has", column], *within])
    if is_by_region:
        yield _lacking(drawn, column, counts)


def _findings(drawn: Drawn) -> Iterator[Look]:
    if drawn.id == FINDINGS:
        words = drawn.label
        rules = [
            Rule(words(f"value.severity.{severity}"), colour, equals("severity", severity))
            for severity, colour in SEVERITIES.items()
        ]
        title = drawn.heading("severity")
        yield Look("severity", title, tuple(rules), "circle")


def _steps(drawn: Drawn, column: str, edges: list[float], colours: tuple[str, ...]) -> Iterator[Rule]:
    """Even steps of a share; the last holds its upper edge."""
    for (low, high), colour, step in zip(pairwise(edges), colours, pairwise(EDGES), strict=True):
        text = drawn.same("{:g}–{:g} %".format(*step))
        below = "<=" if high == edges[-1] else "<"
        within = [">=", ["get", column], low], [below, ["get", column], high]
        yield Rule(text, colour, ["all", ["has", column], *within])


def _lacking(drawn: Drawn, column: str, further: Sequence[Expression] = ()) -> Rule:
    """Areas without a value: they are seen as such, and not as land outside of the country."""
    return Rule(drawn.label("qgis.no_value"), NO_DATA_COLOUR, ["all", *further, ["!", ["has", column]]])


def _none_of(column: str, values: list[str]) -> Expression:
    return ["all", *(["!=", ["get", column], value] for value in values)]
