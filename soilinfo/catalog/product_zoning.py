"""Products of planning: zoning, protected paddy land, and rehabilitation of land."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog, Ramp
from soilinfo.catalog.product import NODATA, Product, ProductVariable, TableView, Text, classes
from soilinfo.catalog.styles import StyleEntry, style_of_numbers
from soilinfo.catalog.text import label
from soilinfo.catalog.zoning import EROSION, LOSS_UNIT, NO_SCORE, Rehabilitation, Scoring, Zoning

ZONING = "zoning"
PADDY_PROTECTION = "paddy_protection"
REHABILITATION = "rehabilitation"
BY_SCORE = 0
"""Code of an override that there is none of: the score decided."""

_BY_SCORE_COLOUR = "#f0f0e0"
_OVERRIDE_COLOURS = ("#a50026", "#d73027", "#762a83", "#2166ac", "#4393c3", "#1a1a1a", "#b35806", "#e08214")
_SCORE_COLOURS = ("#fff7bc", "#fec44f", "#d95f0e", "#7f2704")
_EROSION_COLOURS = ("#ffffcc", "#fed976", "#fd8d3c", "#e31a1c", "#800026")
EROSION_SCALE = 0.1
"""Soil loss is stored in tenths of a tonne per hectare and year."""
_LARGE_EROSION = 480.0


def zoning_products(catalog: Catalog) -> Iterator[Product]:
    """Those for which the configuration has rules."""
    if catalog.zoning:
        first = catalog.zoning.classes[0].id
        shown = TableView("share_pct", {"zone": first})
        yield _product(catalog, ZONING, *_zoning_variables(catalog, catalog.zoning), table=shown)
        if catalog.zoning.paddy_protection:
            yield _product(catalog, PADDY_PROTECTION, table=TableView("protected_share", most=1.0))
    if catalog.rehabilitation:
        rules, urgent = catalog.rehabilitation, catalog.rehabilitation.priority
        shown = TableView("share_pct", {"assessment": urgent.assessment, "class_id": urgent.classes[-1]})
        yield _product(catalog, REHABILITATION, *_rehabilitation_variables(catalog, rules), table=shown)


def _product(
    catalog: Catalog, id: str, *variables: ProductVariable, table: TableView | None = None
) -> Product:
    title, about = (label(f"product.{id}{part}", catalog.directory) for part in ("", ".description"))
    return Product(id, title, about, "zoning", False, variables, table)


def _zoning_variables(catalog: Catalog, rules: Zoning) -> Iterator[ProductVariable]:
    yield _classes(catalog, "zone", rules)
    title, most = _title(catalog, "score"), float(_most(rules))
    ramp = Ramp(low=0, high=most, colours=_SCORE_COLOURS)
    style = style_of_numbers(catalog, title, ramp, "1", (0.0, most))
    yield ProductVariable("score", title, "int16", NO_SCORE, 1.0, "1", style)
    yield classes("override", _title(catalog, "override"), _overrides(catalog, rules))
    title = _title(catalog, "unchecked")
    ramp = Ramp(low=0, high=max(len(rules.in_force), 1), colours=_SCORE_COLOURS)
    style = style_of_numbers(catalog, title, ramp, "1", (0.0, float(len(rules.in_force))), decimals=1)
    yield ProductVariable("unchecked", title, "uint8", NODATA, 1.0, "1", style)


def _rehabilitation_variables(catalog: Catalog, rules: Rehabilitation) -> Iterator[ProductVariable]:
    for id, scoring in rules.assessments.items():
        yield _classes(catalog, id, scoring, scoring.title)
    title = _title(catalog, EROSION)
    ramp = Ramp(low=0, high=_LARGE_EROSION, colours=_EROSION_COLOURS)
    style = style_of_numbers(catalog, title, ramp, LOSS_UNIT, (0.0, float("inf")))
    yield ProductVariable(EROSION, title, "int32", NO_SCORE, EROSION_SCALE, LOSS_UNIT, style)


def _classes(catalog: Catalog, name: str, scoring: Scoring, title: Text | None = None) -> ProductVariable:
    ordered = sorted(scoring.classes, key=lambda each: each.code)
    entries = [StyleEntry(each.code, each.colour, each.title, each.id) for each in ordered]
    return classes(name, title or _title(catalog, name), entries, nodata=0)


def _overrides(catalog: Catalog, rules: Zoning) -> Iterator[StyleEntry]:
    yield StyleEntry(BY_SCORE, _BY_SCORE_COLOUR, label("zone.by_score", catalog.directory), "by_score")
    for code, each in enumerate(rules.in_force, start=1):
        colour = _OVERRIDE_COLOURS[(code - 1) % len(_OVERRIDE_COLOURS)]
        yield StyleEntry(code, colour, each.title, each.id)


def _most(scoring: Scoring) -> int:
    """The highest score there can be."""
    highest = [max((*factor.scores, *factor.classes.values())) for factor in scoring.factors]
    return sum(highest) if scoring.combine == "sum" else max(highest)


def _title(catalog: Catalog, variable: str) -> Text:
    return label(f"variable.{variable}", catalog.directory)
