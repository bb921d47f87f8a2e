"""What depth plots are drawn with, as SVG: texts, boxes, lines, points, patterns. Lengths are pixels.

Everything is said by attributes, so that a page with a strict Content-Security-Policy may hold it; texts stay
texts, in the font of the reader's system.
"""

from collections.abc import Iterable
from html import escape

LETTERS = 12
"""Height of letters where nothing else is said."""
INK, FAINT = "#222222", "#5f6368"
GRID, UNSAMPLED, HALO = "#d5d9d7", "#f0f0ee", "#ffffff"
SOIL, ORGANIC = "#e9dfcf", "#8c7a66"
OBSERVED, CONVERTED, CURVE, MEAN = "#e69f00", "#0072b2", "#d55e00", "#56b4e9"
"""Okabe and Ito (2008), Color universal design."""

PATTERNS = (
    "<defs>"
    "<pattern id='partly' width='6' height='6' patternUnits='userSpaceOnUse'>"
    f"<rect width='6' height='6' fill='#ffffff'/>"
    f"<path d='M-1,7L7,-1' stroke='{CONVERTED}' stroke-width='1.4'/>"
    "</pattern>"
    "<pattern id='unsampled' width='8' height='8' patternUnits='userSpaceOnUse'>"
    f"<rect width='8' height='8' fill='{UNSAMPLED}'/><circle cx='2' cy='2' r='0.8' fill='#8a8f8d'/></pattern>"
    "<pattern id='bedrock' width='16' height='12' patternUnits='userSpaceOnUse'>"
    "<rect width='16' height='12' fill='#b9bdbb'/>"
    "<path d='M0,0H16M0,6H16M4,0V6M12,6V12' stroke='#5f6368' stroke-width='1'/></pattern>"
    "</defs>"
)
"""Hatching, so that a print in grey tells as much as the screen."""


def text_at(x: float, y: float, words: str, anchor: str = "start", **more: object) -> str:
    """Words at a place; further attributes by name, with _ for -."""
    given = {"font-size": LETTERS, "fill": INK} | {
        name.replace("_", "-"): each for name, each in more.items()
    }
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'{_said(given)}>{plain(words)}</text>"


def box_at(x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> str:
    """A rectangle; nothing where it has no size."""
    size = f"x='{x:.1f}' y='{y:.1f}' width='{max(width, 0):.1f}' height='{max(height, 0):.1f}'"
    return f"<rect {size} fill='{fill}' stroke='{edge}'/>"


def line_along(points: Iterable[tuple[float, float]], stroke: str, width: float = 1, dashes: str = "") -> str:
    """A line through points."""
    path = "L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
    return f"<path d='M{path}' fill='none' stroke='{stroke}' stroke-width='{width:g}'{dashed}/>"


def dot_at(x: float, y: float) -> str:
    """An observed value."""
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4' fill='{OBSERVED}' stroke='{INK}'/>"


def diamond_at(x: float, y: float) -> str:
    """A value after conversion, told from an observed one by its form as well."""
    return f"<path d='M{x:.1f},{y - 5:.1f}l5,5l-5,5l-5,-5Z' fill='{CONVERTED}' stroke='{INK}'/>"


def beyond_at(x: float, y: float, side: int) -> str:
    """A value beyond a limit of detection: an arrow to smaller (side -1) or larger values."""
    return f"<path d='M{x + side * 6:.1f},{y:.1f}l{-side * 9},5v-10Z' fill='{OBSERVED}' stroke='{INK}'/>"


def whisker(left: float, right: float, y: float) -> str:
    """A standard deviation to both sides."""
    caps = f"M{left:.1f},{y:.1f}H{right:.1f}M{left:.1f},{y - 3:.1f}v6M{right:.1f},{y - 3:.1f}v6"
    return f"<path d='{caps}' fill='none' stroke='{INK}' stroke-width='1.2'/>"


def plain(words: str) -> str:
    """Words as XML holds them: without control characters, which no XML may have."""
    return escape("".join(letter if letter.isprintable() else " " for letter in words))


def _said(attributes: dict[str, object]) -> str:
    return "".join(f" {name}='{plain(str(value))}'" for name, value in attributes.items())
