"""The atlas as PDF: a contents page, then a sheet for each map; the same bytes for the same publication.

``page.typ`` lays the pages out; it is given finished texts as data, so that no name of a place can become
markup. Only the fonts within typst are used. Pictures go through a directory of their own, one after the
other, so that no two are held in memory.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import typst

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.legends import Legend
from soilinfo.catalog.styles import Style
from soilinfo.grid import Bounds
from soilinfo.report.atlas import paper
from soilinfo.report.atlas.outlines import above, below, borders, inset, land
from soilinfo.report.atlas.paper import Layout
from soilinfo.report.atlas.picture import Cells, Stencil, picture
from soilinfo.report.atlas.place import Place
from soilinfo.report.atlas.words import (
    contents_notes,
    doubt_of,
    heading_of,
    legend_words,
    notes_of,
    scale_notes,
)
from soilinfo.report.factsheet.facts import Publication
from soilinfo.report.marks import arrow, scale_bar
from soilinfo.report.phrases import Phrases

TEMPLATE = files("soilinfo.report.atlas").joinpath("page.typ").read_bytes()
PIXEL = 0.127
"""Side in mm of the pixels that cells are cut into: 200 to the inch, so that hatching is fine."""
BAR = 55.0, 10.0
"""Width and height in mm of the drawing of the scale bar and the arrow."""

Words = dict[str, Any]
"""What pages say, as ``page.typ`` reads it."""


@dataclass(frozen=True)
class Map:
    """What one sheet shows; ``cells`` None where nothing of it is published of the place."""

    entry: Entry
    version: str
    style: Style
    legend: Legend
    cells: Cells | None


@dataclass(frozen=True)
class Atlas:
    """What all sheets of an atlas share."""

    place: Place
    layout: Layout
    publication: Publication
    boundaries: str
    """Where the outlines come from."""
    published: Mapping[str, Entry]
    """Every map that there is, on a sheet or not."""


def atlas_pdf(atlas: Atlas, maps: Iterable[Map], phrases: Phrases) -> bytes:
    """Every sheet, in the order of ``maps``, which are asked for one after the other."""
    with TemporaryDirectory(prefix="soilinfo-atlas-") as directory:
        root, stencil = Path(directory), Stencil(atlas.place.outlines)
        sheets = [_sheet(atlas, each, phrases, stencil, root) for each in maps]
        _tell_doubts(atlas, phrases, sheets)
        _write_drawings(atlas, phrases, root)
        words = _document(atlas, phrases) | {"sheets": [sheet for _, sheet in sheets]}
        (root / "atlas.json").write_text(json.dumps(words, ensure_ascii=False, allow_nan=False), "utf-8")
        (root / "page.typ").write_bytes(TEMPLATE)
        moment = atlas.publication.created.replace(microsecond=0)
        drawn: bytes = typst.compile(root / "page.typ", root=root, ignore_system_fonts=True, timestamp=moment)
        return drawn


def _sheet(atlas: Atlas, of: Map, phrases: Phrases, stencil: Stencil, root: Path) -> tuple[Entry, Words]:
    shown = None
    if of.cells is not None:
        at = _place_of(of.cells.bounds, atlas.layout)
        repeat = max(1, round(at["width"] / of.cells.values.shape[1] / PIXEL))
        name = f"{of.entry.id}.pdf"
        (root / name).write_bytes(picture(of.cells, of.style, stencil, repeat))
        shown = {"file": name, **at}
    return of.entry, {
        "id": of.entry.id,
        "theme": phrases.say(f"theme.{of.entry.theme}"),
        "title": heading_of(phrases, of.entry),
        "picture": shown,
        "empty": "" if shown else phrases.say("atlas.empty", region=atlas.place.name),
        "legend": legend_words(phrases, of.legend, of.style),
        "notes": [[label, text] for label, text in notes_of(phrases, of.entry, of.version) if text],
    }


def _place_of(bounds: Bounds, layout: Layout) -> dict[str, float]:
    """Where a picture lies in the drawing of its sheet, in mm."""
    west, south, east, north = bounds
    (left, top), (right, bottom) = layout.frame.place(np.array([[west, north], [east, south]])).tolist()
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _tell_doubts(atlas: Atlas, phrases: Phrases, sheets: Sequence[tuple[Entry, Words]]) -> None:
    """Every map's sheet says on which page, or on which other map, it stands how uncertain it is."""
    shown = {entry.id for entry, _ in sheets}
    for entry, sheet in sheets:
        wanted = doubt_of(phrases.catalog, entry, atlas.published)
        sheet["doubt"] = None if wanted is None else _doubt(atlas, phrases, wanted, shown)


def _doubt(atlas: Atlas, phrases: Phrases, wanted: str, shown: Collection[str]) -> Words:
    """A reference as ``page.typ`` reads it: ``sheet`` is the one on whose page the answer stands."""
    label = phrases.say("atlas.uncertainty")
    if not wanted:
        return {"label": label, "text": phrases.say("atlas.uncertainty.unknown"), "sheet": ""}
    title = heading_of(phrases, atlas.published[wanted])
    if wanted not in shown:
        return {"label": label, "text": phrases.say("atlas.uncertainty.map", title=title), "sheet": ""}
    told = phrases.say("atlas.uncertainty.sheet", page="{page}", title=title)
    return {"label": label, "text": told, "sheet": wanted}


def _write_drawings(atlas: Atlas, phrases: Phrases, root: Path) -> None:
    """What is alike on all sheets, each as a PDF that is kept once."""
    place, layout = atlas.place, atlas.layout
    across, down = paper.metres_per_unit(phrases.catalog.grid.crs, *_middle(layout.frame.bounds))
    drawings = {
        "below": below(place, layout),
        "land": land(place, layout),
        "above": above(place, layout, phrases),
        "inset": inset(place, layout.frame.bounds, aspect=down / across),
        "bar": _bar(atlas, phrases),
    }
    for name, svg in drawings.items():
        if svg:
            (root / f"{name}.pdf").write_bytes(_as_pdf(svg, atlas.publication))


def _as_pdf(svg: str, publication: Publication) -> bytes:
    source = (
        "#set page(width: auto, height: auto, margin: 0mm, fill: none)\n"
        '#image(bytes(sys.inputs.svg), format: "svg")'
    )
    drawn: bytes = typst.compile(
        source.encode(),
        sys_inputs={"svg": svg},
        ignore_system_fonts=True,
        timestamp=publication.created.replace(microsecond=0),
    )
    return drawn


def _bar(atlas: Atlas, phrases: Phrases) -> str:
    width, height = BAR
    parts = *scale_bar(atlas.layout.frame, phrases, 1, 5, width - 18), *arrow(phrases, width - 3, 1)
    size = f"width='{width}mm' height='{height}mm' viewBox='0 0 {width} {height}'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{''.join(parts)}</svg>"


def _middle(bounds: Bounds) -> tuple[float, float]:
    west, south, east, north = bounds
    return (west + east) / 2, (south + north) / 2


def _document(atlas: Atlas, phrases: Phrases) -> Words:
    """What every page says, and the first one alone."""
    catalog, place, layout, publication = phrases.catalog, atlas.place, atlas.layout, atlas.publication
    (width, height), (beside, under) = layout.page, paper.PANEL[layout.paper]
    return {
        "language": phrases.language,
        "title": phrases.say("atlas.title", region=place.name),
        "author": catalog.services.contact.organisation,
        "name": place.name,
        "about": " · ".join(place.about),
        "stamp": [
            phrases.named(catalog.services.title),
            phrases.say(
                "factsheet.publication", number=publication.id, date=phrases.date(publication.created)
            ),
        ],
        "synthetic": phrases.say("factsheet.synthetic") if catalog.country.synthetic else "",
        "page": phrases.say("atlas.page", page="{page}", pages="{pages}"),
        "contents": phrases.say("atlas.contents"),
        "borders": {"label": phrases.say("atlas.boundaries"), "lines": borders(place)},
        "location": phrases.say("atlas.location") if place.nation else "",
        "scale": [*scale_notes(phrases, layout)],
        "notes": [
            [label, text]
            for label, text in contents_notes(phrases, atlas.boundaries, publication, place.name)
        ],
        "upright": layout.upright,
        "size": {
            "width": width,
            "height": height,
            "margin": paper.MARGIN,
            "head": paper.HEAD,
            "foot": paper.FOOT,
            "gap": paper.GAP,
            "panel": under if layout.upright else beside,
            "map": [*layout.size],
        },
    }
