"""The sheet of one unit (PDF): what it and its parts get of each fertilizer, and how that came about.

The same allocation gives the same bytes. Until it is approved every page says so across its middle.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import Level
from soilinfo.catalog.names import NATION
from soilinfo.report.allocation.document import Document, known, total_of
from soilinfo.report.allocation.findings import about_all, concerning, worded
from soilinfo.report.allocation.map import draw_met
from soilinfo.report.allocation.readme import found, rules, versions, weighted
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
UNKNOWN = "unknown"
"""Stands for what settled the tonnes of a unit that takes no part."""


@dataclass(frozen=True)
class UnitAllocation:
    """What a sheet is made from: one unit of an allocation, and the units within it that share."""

    document: Document
    level: Level
    code: str
    parent: str
    """Name of the unit it belongs to; empty at the top level."""
    parts: Mapping[str, str]
    """Names by code of the units of the finest level within the unit, or its own."""
    within: Collection[str]
    """Codes of the unit and of all units of the levels below that lie in it."""
    rows: pd.DataFrame
    """Of the finest level, as in the document: those of ``parts`` that take part."""
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
    name = document.units_of(phrases, unit.level.id)[unit.code]
    marks = [document.mark(phrases), say("factsheet.synthetic") if catalog.country.synthetic else ""]
    return {
        "language": phrases.language,
        "title": say("allocation.sheet", unit=name, code=unit.code, plan=document.heading(phrases)),
        "author": catalog.services.contact.organisation,
        "kicker": document.heading(phrases),
        "name": name,
        "subtitle": " · ".join(_identity(phrases, unit)),
        "stamp": list(_stamp(phrases, document)),
        "watermark": "\n".join(filter(None, marks)),
        "page": say("allocation.page", page="{page}", pages="{pages}"),
        "totals": _totals(phrases, unit),
        "words": {"title": say("allocation.how"), "lines": [*told(phrases, document, unit.rows)]},
        "map": _map(phrases, unit),
        "tables": [_table(phrases, unit, name) for name in document.fertilizers],
        "reasons": {"title": say("allocation.reasons"), "lines": list(unit.reasons)},
        "notes": [list(note) for note in _notes(phrases, unit)],
    }


def _identity(phrases: Phrases, unit: UnitAllocation) -> Iterator[str]:
    yield phrases.named(unit.level.singular)
    if unit.level.id == NATION:
        return
    yield phrases.say("factsheet.code", code=unit.code)
    if unit.parent:
        yield unit.parent
    yield phrases.named(phrases.catalog.country.title)


def _stamp(phrases: Phrases, document: Document) -> Iterator[str]:
    yield phrases.named(phrases.catalog.services.title)
    yield f"{phrases.say(f'value.state.{document.state}')}, {phrases.date(document.created)}"


def _notes(phrases: Phrases, unit: UnitAllocation) -> Iterator[tuple[str, str]]:
    """The rules, all that it rests on, what was found of its own units, and in one line of the whole plan."""
    document = unit.document
    yield weighted(phrases, document)
    yield from rules(phrases, document)
    for kind, names in versions(phrases, document).items():
        if names:
            yield phrases.say(f"allocation.versions.{kind}"), ", ".join(map(" ".join, names))
    yield from found(phrases, concerning(document.findings, unit.within), document.names, unit.within)
    if whole := [worded(phrases, finding) for finding in about_all(document.findings)]:
        yield phrases.say("allocation.findings.all"), " ".join(whole)
    yield phrases.say("workbook.disclaimer"), phrases.named(phrases.catalog.services.disclaimer)


# ---- tables and map ---------------------------------------------------------------------


def _totals(phrases: Phrases, unit: UnitAllocation) -> dict[str, Any]:
    """A line for each fertilizer."""
    parts = [name for name in COLUMNS if name in unit.rows]
    titles = [phrases.called("fertilizer", name) for name in unit.document.fertilizers]
    sums = [_sums(unit.rows, name, parts) for name in unit.document.fertilizers]
    written = [_written(phrases, [row[at] for row in sums], name) for at, name in enumerate(parts)]
    return {
        "title": phrases.say("allocation.totals"),
        "columns": [phrases.columns.heading(name) for name in ("fertilizer", *parts)],
        "rows": [[title, *cells] for title, cells in zip(titles, zip(*written, strict=True), strict=True)],
        "total": [],
    }


def _table(phrases: Phrases, unit: UnitAllocation, fertilizer: str) -> dict[str, Any]:
    """A line for each unit within, what settled its tonnes last, and their sums; dashes where it has none."""
    own = unit.rows[unit.rows["fertilizer"] == fertilizer]
    rows = own.set_index("code").reindex(sorted(unit.parts))
    parts = [name for name in COLUMNS if name in rows]
    sums = _sums(unit.rows, fertilizer, parts)
    written = [
        _written(phrases, [*map(known, rows[name]), total], name)
        for name, total in zip(parts, sums, strict=True)
    ]
    finest = phrases.catalog.level(unit.document.finest)
    title, heading = phrases.called("fertilizer", fertilizer), phrases.columns.heading
    settled = rows["bound"].astype(object).where(rows["bound"].notna(), UNKNOWN)
    names = [unit.parts[code] for code in rows.index]
    return {
        "title": phrases.say("allocation.parts", fertilizer=title, level=phrases.named(finest.title).lower()),
        "columns": [*map(heading, ("name", *parts)), heading("bound")],
        "rows": [
            [name, *cells, phrases.called("bound", bound)]
            for name, bound, *cells in zip(names, settled, *written, strict=False)
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
    if len(unit.outlines) < 2:
        return {"svg": "", "title": ""}
    svg = draw_met(
        unit.outlines,
        {code: known(met) for code, met in zip(rows["code"], rows["need_met_pct"], strict=True)},
        unit.parts,
        phrases,
        geographic=phrases.catalog.grid.is_geographic,
    )
    title = phrases.called("fertilizer", fertilizer)
    return {"svg": svg, "title": phrases.say("allocation.map", fertilizer=title)}
