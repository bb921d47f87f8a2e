"""A look of a collection as QGIS draws it: a rule with its own line of the legend for each colour."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from soilinfo.catalog.text import in_language
from soilinfo.report.looks import Expression, Look, Rule
from soilinfo.report.qgis.style import TRANSPARENT, add, fill_symbol

LINE = "#5b5b5b"
"""Around areas that are filled."""
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
    if look.kind == "outline":
        fill_symbol(symbols, name, fill=TRANSPARENT, outline=rule.colour, width=0.4)
    else:
        fill_symbol(symbols, name, fill=rule.colour, outline=LINE, width=0.1)


def condition(where: Expression) -> str:
    """A condition of MapLibre, of the few kinds that looks have, as QGIS writes it."""
    operator, *operands = where
    if operator in COMPARISONS:
        return f" {COMPARISONS[operator]} ".join(map(_operand, operands))
    return _WRITTEN[operator](*operands)


def _operand(value: Any) -> str:
    if isinstance(value, list):
        return f'"{value[1]}"'
    return f"{value:g}" if isinstance(value, int | float) else "'{}'".format(value.replace("'", "''"))


_WRITTEN: dict[str, Callable[..., str]] = {
    "all": lambda *parts: " AND ".join(f"({condition(part)})" for part in parts),
    "has": lambda column: f'"{column}" IS NOT NULL',
    "!": lambda part: f"NOT ({condition(part)})",
}
