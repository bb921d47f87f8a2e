"""How the vector tiles of a collection can be drawn: rules of a label, a colour and a condition.

The colours are those of maps, legends and QGIS files; a collection of which nothing is known but its areas
is drawn as outlines. Conditions are expressions of MapLibre, kept so plain that QGIS 3.22 reads them too: one
rule for each class, as its legend has one line for each.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, get_args

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.entries import FIRST_CROP
from soilinfo.catalog.models import SCENARIOS, ClassName
from soilinfo.catalog.names import FINDINGS, SUITABILITY, table_of
from soilinfo.catalog.product import PERCENT, Product, TableView
from soilinfo.catalog.styles import NO_DATA_COLOUR, style_of_suitability
from soilinfo.catalog.text import in_language, languages
from soilinfo.findings import Severity
from soilinfo.report.allocation.map import COLOURS, EDGES
from soilinfo.serve.collections import Collection
from soilinfo.serve.state import Publication
from soilinfo.serve.texts import Text
from soilinfo.serve.vector_tiles.drawn import attributes

Expression = list[Any]
"""An expression of MapLibre's style specification that is true or false of a feature."""

MET = "need_met_pct"
SHARES = tuple(f"{name.lower()}_pct" for name in get_args(ClassName))
"""Columns of the shares of S1, S2, S3 and N, in this order."""
NO_DATA_PCT = "nodata_pct"
MOST_NO_DATA = 50.0
"""Percent of an area from which on it counts as without data."""
OUTLINE = "#2f3b36"
SEVERITIES: Mapping[Severity, str] = {"block": "#b2182b", "warn": "#ef8a62", "note": "#67a9cf"}
"""ColorBrewer RdBu."""


@dataclass(frozen=True)
class Rule:
    """What is drawn in one colour."""

    label: Text
    colour: str
    where: Expression | None
    """Of which features; None of all."""


@dataclass(frozen=True)
class Look:
    """One way to draw a collection."""

    id: str
    title: Text
    rules: tuple[Rule, ...]
    kind: Literal["fill", "outline", "circle"] = "fill"
    rows: Mapping[str, str] = field(default_factory=dict)
    """Values of columns that choose the row drawn of each area, where there are several."""


def title_of(collection: Collection, look: Look, language: str, rows: Mapping[str, str] | None = None) -> str:
    """What a look shows: its title, and what the rows drawn are of (``rows``, or those of the look)."""
    columns = Columns(collection.catalog, language)
    shown = look.rows if rows is None else rows
    told = [columns.value(name, value, collection.id) for name, value in shown.items()]
    title = in_language(look.title, language)
    return f"{title}: {', '.join(told)}" if told else title


def looks(publication: Publication, collection: Collection) -> list[Look]:
    """Every look of a collection, that to begin with first."""
    known = (_soil_map, _shares, _product, _allocation, _findings)
    found = [look for looks_of in known for look in looks_of(publication, collection)]
    return found or [_outlines(collection)]


def _outlines(collection: Collection) -> Look:
    title = collection.source.label("serve.style.outline")
    return Look("outline", title, (Rule(title, OUTLINE, None),), "outline")


def _soil_map(publication: Publication, collection: Collection) -> Iterator[Look]:
    """Map units in the colours of the legend."""
    if lines := publication.units.get(collection.id):
        rules = tuple(
            Rule(_same(publication, line.label), line.colour, _is("unit_code", line.code)) for line in lines
        )
        yield Look("unit_code", _heading(publication, collection, "unit_code"), rules)


def _shares(publication: Publication, collection: Collection) -> Iterator[Look]:
    """The class that most of an area has, the better one of two alike."""
    columns = attributes(collection)
    if not {*SHARES, NO_DATA_PCT} <= {*columns}:
        return
    style, words = style_of_suitability(publication.catalog), publication.source.label
    known: Expression = ["<=", ["get", NO_DATA_PCT], MOST_NO_DATA]
    rules = [
        Rule(entry.label, entry.colour, ["all", known, *_most(SHARES, at)])
        for at, entry in enumerate(style.entries)
    ]
    lacking: Expression = [">", ["get", NO_DATA_PCT], MOST_NO_DATA]
    rules.append(Rule(words("qgis.no_data"), NO_DATA_COLOUR, lacking))
    chosen = {"crop": _first_crop(publication), "scenario": SCENARIOS[0]}
    rows = {name: value for name, value in chosen.items() if name in columns}
    yield Look("dominant_class", words("serve.style.dominant_class"), tuple(rules), rows=rows)


def _most(columns: tuple[str, ...], at: int) -> Iterator[Expression]:
    """That one column is above those before it, and not below those after it."""
    for other, column in enumerate(columns):
        if other != at:
            yield [">" if other < at else ">=", ["get", columns[at]], ["get", column]]


def _first_crop(publication: Publication) -> str:
    """The crop shown first, as everywhere."""
    suitability = publication.collections.get(SUITABILITY)
    crops = suitability.versions if suitability else publication.catalog.crops
    return FIRST_CROP if FIRST_CROP in crops else next(iter(crops))


def _product(publication: Publication, collection: Collection) -> Iterator[Look]:
    """The table of a product in each of its views."""
    levels = publication.catalog.every_level()
    for product in publication.source.products.values():
        if product.table and collection.id in {table_of(product.id, level) for level in levels}:
            for view in (product.table, *product.table.others):
                yield _view(publication, collection, product, view)


def _view(publication: Publication, collection: Collection, product: Product, view: TableView) -> Look:
    crop = {"crop": _first_crop(publication)} if view.of_crop else {}
    rows = {name: value for name, value in (crop | dict(view.rows)).items() if name in attributes(collection)}
    if not product.has_classes(view.classes_of):
        part = view.most / EDGES[-1]
        steps = _steps(publication, view.column, [edge * part for edge in EDGES], PERCENT.colours[1:])
        return Look(view.classes_of, _heading(publication, collection, view.column), tuple(steps), rows=rows)
    style = product.variable(view.classes_of).style
    rules = [Rule(entry.label, entry.colour, _is(view.column, entry.id)) for entry in style.entries]
    lacking = publication.source.label("qgis.no_class")
    rules.append(Rule(lacking, NO_DATA_COLOUR, _none_of(view.column, [entry.id for entry in style.entries])))
    return Look(view.classes_of, product.variable(view.classes_of).title, tuple(rules), rows=rows)


def _allocation(publication: Publication, collection: Collection) -> Iterator[Look]:
    """The share of the need that is met, of one fertilizer."""
    if MET in attributes(collection):
        plans = publication.catalog.allocations.values()
        fertilizers = [name for plan in plans for name in plan.fertilizers]
        rules = list(_steps(publication, MET, list(EDGES), COLOURS))
        most = f"> {EDGES[-1]:g} %"
        rules.append(Rule(_same(publication, most), COLOURS[-1], [">", ["get", MET], EDGES[-1]]))
        none = publication.source.label("allocation.map.none")
        rules.append(Rule(none, NO_DATA_COLOUR, ["!", ["has", MET]]))
        rows = (
            {"fertilizer": fertilizers[0]} if "fertilizer" in attributes(collection) and fertilizers else {}
        )
        yield Look("need_met", _heading(publication, collection, MET), tuple(rules), rows=rows)


def _findings(publication: Publication, collection: Collection) -> Iterator[Look]:
    if collection.id == FINDINGS:
        words = publication.source.label
        rules = [
            Rule(words(f"value.severity.{severity}"), colour, _is("severity", severity))
            for severity, colour in SEVERITIES.items()
        ]
        title = _heading(publication, collection, "severity")
        yield Look("severity", title, tuple(rules), "circle")


def _steps(
    publication: Publication, column: str, edges: list[float], colours: tuple[str, ...]
) -> Iterator[Rule]:
    """Even steps of a share; the last holds its upper edge."""
    for (low, high), colour, step in zip(pairwise(edges), colours, pairwise(EDGES), strict=True):
        text = _same(publication, "{:g}–{:g} %".format(*step))
        below = "<=" if high == edges[-1] else "<"
        yield Rule(text, colour, ["all", [">=", ["get", column], low], [below, ["get", column], high]])


def _is(column: str, value: str) -> Expression:
    return ["==", ["get", column], value]


def _none_of(column: str, values: list[str]) -> Expression:
    return ["all", *(["!=", ["get", column], value] for value in values)]


def _heading(publication: Publication, collection: Collection, column: str) -> Text:
    catalog = publication.catalog
    return {
        language: Columns(catalog, language).heading(column, collection.id)
        for language in languages(catalog.directory)
    }


def _same(publication: Publication, text: str) -> Text:
    return dict.fromkeys(languages(publication.catalog.directory), text)
