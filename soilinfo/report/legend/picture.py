"""A legend as PNG or SVG, the same bytes for the same lines.

``legend.typ`` lays it out; it is given finished texts as data. Only the fonts within typst are used.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Literal

import typst

TEMPLATE = files("soilinfo.report.legend").joinpath("legend.typ").read_bytes()
PIXELS_PER_INCH = 96.0
"""Of a screen, so that a text of 9 points is as large as those around it."""

Line = Mapping[str, str]
"""``label`` and ``colour`` (#rrggbb)."""


def legend_picture(
    title: str,
    kind: Literal["ramp", "classes"],
    lines: Sequence[Line],
    ticks: Sequence[str],
    language: str,
    format_: Literal["png", "svg"],
) -> bytes:
    """A legend on white; of a ramp ``lines`` are its colours at equal steps and ``ticks`` the texts below."""
    legend = {"title": title, "kind": kind, "lines": [*lines], "ticks": [*ticks], "language": language}
    inputs = {"legend": json.dumps(legend, ensure_ascii=False)}
    drawn: bytes = typst.compile(
        TEMPLATE, format=format_, ppi=PIXELS_PER_INCH, sys_inputs=inputs, ignore_system_fonts=True
    )
    return drawn
