"""A look of a collection as QGIS draws it: a rule with its own line of the legend for each colour."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from soilinfo.catalog.text import in_language
from soilinfo.report.look import Expression, Look, Rule
from soilinfo.report.qgis.style import TRANSPARENT, add, fill_symbol, options, rgba

LINE = "#5b5b5b"
"""Around areas that are filled."""
MARKER = 2.6
"""Diameter in mm of what marks a point."""
COMPARISONS = {"==": "=", "!=": "IS NOT", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
"""By MapLibre's names; what has no value is unlike every value, for both."""


def rule_renderer(look: Look, language: str) -> Element:
    """Features in the colours of a look of areas, each rule with its text in one language."""
    renderer = Element("renderer-v2", {"type": "RuleRenderer", "forceraster": "0", "symbollevels": "0"})
    rules, symbols = add(renderer, "rules", key="rules"), add(renderer, "symbols")
    for at, rule in enumerate(look.rules):
        chosen = {"filter": condition(rule.where)} if rule.where is not None else {}
        add(rules, "rule", key=f"rule_{at}", symbol=at, label=in_language(rule.label, language), **chosen)
        _add_symbol(symbols, at, look, rule)
    return renderer


def _add_symbol(symbols: Element, name: int, look: Look, rule: Rule) -> None:
    if look.kind == "circle":
        _marker_symbol(symbols, name, rule.colour)
    elif look.kind == "outline":
        fill_symbol(symbols, name, fill=TRANSPARENT, outline=rule.colour, width=0.4)
    else:
        pattern = "b_diagonal" if rule.hatched else "solid"
        fill_symbol(symbols, name, fill=rule.colour, outline=LINE, width=0.1, pattern=pattern)


def _marker_symbol(symbols: Element, name: int, colour: str) -> None:
    symbol = add(symbols, "symbol", type="marker", name=name, alpha=1, clip_to_extent=1, force_rhr=0)
    layer = add(symbol, "layer", class_="SimpleMarker", enabled=1, locked=0, **{"pass": 0})
    look = {"name": "circle", "color": rgba(colour), "size": MARKER, "size_unit": "MM"}
    options(layer, look | {"outline_color": rgba(LINE), "outline_width": 0.1, "outline_style": "solid"})


def condition(where: Expression) -> str:
    """A condition of MapLibre, of the few kinds that looks have, as QGIS writes it."""
    operator, *operands = where
    if operator in COMPARISONS:
        return f" {COMPARISONS[operator]} ".join(map(_operand, operands))
    return _WRITTEN[operator](*operands)


def _operand(value: Any) -> str:
    if isinstance(value, list):
        return f'"{value[1]}"'
    return f"{value:.15g}" if isinstance(value, int | float) else "'{}'".format(value.replace("'", "''"))


_WRITTEN: dict[str, Callable[..., str]] = {
    "all": lambda *parts: " AND ".join(f"({condition(part)})" for part in parts),
    "has": lambda column: f'"{column}" IS NOT NULL',
    "!": lambda part: f"NOT ({condition(part)})",
}
