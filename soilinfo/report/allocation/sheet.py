"""The sheet of one unit (PDF): what it and its parts get of each fertilizer, and how that came about.

The same allocation gives the same bytes. Until it is approved every page says so across its middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.models import Level
from soilinfo.report.allocation.document import Document, known, total_of
from soilinfo.report.allocation.map import draw_met
from soilinfo.report.allocation.readme import findings, rules, versions
from soilinfo.report.allocation.words import told
from soilinfo.report.factsheet.sheet import Sheet, pdf
from soilinfo.report.phrases import Phrases

TEMPLATE = files("soilinfo.report.allocation").joinpath("page.typ").read_bytes()

COLUMNS: Mapping[str, int] = {
    "area_ha": 1,
    "need_t": 3,
    "request_t": 3,
    "allocated_t": 3,
    "need_met_pct": 1,
    "sacks": 0,
}
"""Columns of the tables that are sums, with their decimals at most."""


@dataclass(frozen=True)
class UnitAllocation:
    """What a sheet is made from: one unit of an allocation, and the units within it that share."""

    document: Document
    level: Level
    code: str
    name: str
    parent: str
    """Name of the unit it belongs to; empty at the top level."""
    rows: pd.DataFrame
    """Of the finest level, as in the document: those within the unit, or its own."""
    reasons: Sequence[str] = ()
    """A sentence for each unit and fertilizer, in the language of the sheet."""
    outlines: Mapping[str, BaseGeometry] = field(default_factory=dict)
    """By code of the rows, in the CRS of the grid; without them there is no map."""


def unit_sheet(phrases: Phrases, unit: UnitAllocation) -> bytes:
    """The pages as PDF in one language."""
    return pdf(assemble(phrases, unit), unit.document.created, TEMPLATE)


def assemble(phrases: Phrases, unit: UnitAllocation) -> Sheet:
    """Every text of the pages."""
    say, catalog, document = phrases.say, phrases.catalog, unit.document
    marks = [document.mark(phrases), say("factsheet.synthetic") if catalog.country.synthetic else ""]
    return {
        "language": phrases.language,
        "title": say("allocation.sheet", unit=unit.name, code=unit.code, plan=document.heading(phrases)),
        "author": catalog.services.contact.organisation,
        "kicker": document.heading(phrases),
        "name": unit.name,
        "subtitle": " · ".join(_identity(phrases, unit)),
        "stamp": list(_stamp(phrases, document)),
        "watermark": "\n".join(filter(None, marks)),
        "page": say("allocation.page", page="{page}", pages="{pages}"),
        "totals": _totals(phrases, unit),
        "words": {"title": say("allocation.how"), "lines": [*told(phrases, document, unit.rows)]},
        "map": _map(phrases, unit),
        "tables": [_table(phrases, unit, name) for name in document.fertilizers],
        "reasons": {"title": say("allocation.reasons"), "lines": list(unit.reasons)},
        "notes": [list(note) for note in _notes(phrases, document)],
    }


def _identity(phrases: Phrases, unit: UnitAllocation) -> Iterator[str]:
    yield phrases.named(unit.level.singular)
    yield phrases.say("factsheet.code", code=unit.code)
    if unit.parent:
        yield unit.parent
    yield phrases.named(phrases.catalog.country.title)


def _stamp(phrases: Phrases, document: Document) -> Iterator[str]:
    yield phrases.named(phrases.catalog.services.title)
    yield f"{phrases.say(f'value.state.{document.state}')}, {phrases.date(document.created)}"


def _notes(phrases: Phrases, document: Document) -> Iterator[tuple[str, str]]:
    yield phrases.say("allocation.weights"), phrases.say("allocation.weights_note")
    yield from rules(phrases, document)
    made_of = ", ".join(text for _, text in versions(phrases, document))
    if made_of:
        yield phrases.say("factsheet.versions"), made_of
    yield from findings(phrases, document)
    yield phrases.say("workbook.disclaimer"), phrases.named(phrases.catalog.services.disclaimer)


# ---- tables and map ---------------------------------------------------------------------


def _totals(phrases: Phrases, unit: UnitAllocation) -> dict[str, Any]:
    """A line for each fertilizer."""
    columns = Columns(phrases.catalog, phrases.language)
    parts = [name for name in COLUMNS if name in unit.rows]
    titles = [phrases.named(phrases.catalog.fertilizers[name].title) for name in unit.document.fertilizers]
    sums = [_sums(unit.rows, name, parts) for name in unit.document.fertilizers]
    written = [_written(phrases, [row[at] for row in sums], name) for at, name in enumerate(parts)]
    return {
        "title": phrases.say("allocation.totals"),
        "columns": [columns.heading(name) for name in ("fertilizer", *parts)],
        "rows": [[title, *cells] for title, cells in zip(titles, zip(*written, strict=True), strict=True)],
        "total": [],
    }


def _table(phrases: Phrases, unit: UnitAllocation, fertilizer: str) -> dict[str, Any]:
    """A line for each unit within, what settled its tonnes last, and their sums."""
    columns = Columns(phrases.catalog, phrases.language)
    rows = unit.rows[unit.rows["fertilizer"] == fertilizer].sort_values("code")
    parts = [name for name in COLUMNS if name in rows]
    sums = _sums(unit.rows, fertilizer, parts)
    written = [
        _written(phrases, [*map(known, rows[name]), total], name)
        for name, total in zip(parts, sums, strict=True)
    ]
    finest = phrases.catalog.level(unit.document.finest)
    title = phrases.named(phrases.catalog.fertilizers[fertilizer].title)
    return {
        "title": phrases.say("allocation.parts", fertilizer=title, level=phrases.named(finest.title).lower()),
        "columns": [*map(columns.heading, ("name", *parts)), columns.heading("bound")],
        "rows": [
            [str(name), *cells, phrases.say(f"value.bound.{bound}")]
            for name, bound, *cells in zip(rows["name"], rows["bound"], *written, strict=False)
        ],
        "total": [phrases.say("allocation.total"), *(cells[-1] for cells in written), ""],
    }


def _sums(rows: pd.DataFrame, fertilizer: str, parts: Sequence[str]) -> list[float | None]:
    """Sums of one fertilizer; of the share that is met the one that the sums give."""
    own = rows[rows["fertilizer"] == fertilizer]
    met = total_of(rows, fertilizer).need_met_pct
    return [met if name == "need_met_pct" else known(own[name].sum(min_count=1)) for name in parts]


def _written(phrases: Phrases, values: Sequence[float | None], name: str) -> list[str]:
    """The numbers of a column, all with the decimals that one of them needs."""
    most = COLUMNS[name]
    exact = [round(value, most) for value in values if value is not None]
    places = next(each for each in range(most + 1) if all(round(one, each) == one for one in exact))
    return [phrases.number(value, places) for value in values]


def _map(phrases: Phrases, unit: UnitAllocation) -> dict[str, str]:
    """The first fertilizer, of which most is given in most countries; nothing of a unit without parts."""
    fertilizer = unit.document.fertilizers[0]
    rows = unit.rows[unit.rows["fertilizer"] == fertilizer]
    if len(unit.outlines) < 2 or rows.empty:
        return {"svg": "", "title": ""}
    title = phrases.named(phrases.catalog.fertilizers[fertilizer].title)
    svg = draw_met(
        unit.outlines,
        {code: known(met) for code, met in zip(rows["code"], rows["need_met_pct"], strict=True)},
        dict(zip(rows["code"], rows["name"], strict=True)),
        phrases,
        geographic=phrases.catalog.grid.is_geographic,
    )
    return {"svg": svg, "title": phrases.say("allocation.map", fertilizer=title)}
