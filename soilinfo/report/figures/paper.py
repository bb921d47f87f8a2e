"""Pages laid out: finished texts and drawings in, a PDF out, the same bytes for the same ones.

Only the fonts within typst are used, nothing is fetched, and texts are data, never markup.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

import typst

from soilinfo.report.phrases import Phrases

FIGURES = files("soilinfo.report.figures").joinpath("figures.typ").read_bytes()
Sheet = dict[str, Any]
"""What pages say, as templates read it."""


@dataclass
class Drawings:
    """Drawings (SVG) that pages show, each kept once under the name that pages call it by."""

    held: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, svg: str) -> str:
        """The name of the file that a page shows."""
        self.held[f"{name}.svg"] = svg.encode()
        return f"{name}.svg"


def framed(phrases: Phrases, title: str, author: str, *, mark: str = "", synthetic: bool = False) -> Sheet:
    """What every page says; ``mark`` lies across it."""
    return {
        "language": phrases.language,
        "title": title,
        "author": author,
        "mark": mark,
        "synthetic": phrases.say("factsheet.synthetic") if synthetic else "",
        "page": phrases.say("atlas.page", page="{page}", pages="{pages}"),
    }


def laid_out(template: bytes, sheet: Sheet, drawings: Drawings, moment: datetime) -> bytes:
    """The pages as PDF, dated ``moment``."""
    parts: Mapping[str, bytes] = {
        "main": template,
        "figures.typ": FIGURES,
        "sheet.json": json.dumps(sheet, ensure_ascii=False, allow_nan=False).encode(),
        **drawings.held,
    }
    drawn: bytes = typst.compile(  # type: ignore[call-overload]  # files by name are taken, untyped
        parts,
        ignore_system_fonts=True,
        timestamp=moment.replace(microsecond=0),
    )
    return drawn
