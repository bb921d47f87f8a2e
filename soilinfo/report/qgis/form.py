"""How QGIS names the fields of a table and writes their codes: aliases and value maps. Pure functions."""

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from soilinfo.report.qgis.style import add

CODED = (
    *("crop", "scenario", "limiting", "commodity", "fertilizer", "bound"),
    *("property", "nutrient", "status"),
)
"""Fields whose values are codes."""


def aliases(headings: Mapping[str, str]) -> Element:
    """The heading of each column."""
    named = Element("aliases")
    for at, (field, heading) in enumerate(headings.items()):
        add(named, "alias", field=field, index=at, name=heading)
    return named


def coded(columns: Iterable[str]) -> list[str]:
    """Those of a table's columns whose values are codes."""
    return [column for column in columns if column in CODED]


def value_maps(names: Mapping[str, Mapping[str, str]], fields: Iterable[str]) -> Element:
    """The titles behind the codes of ``fields``, ``names`` by field and code."""
    configured = Element("fieldConfiguration")
    for field in fields:
        widget = add(add(configured, "field", name=field), "editWidget", type="ValueMap")
        _value_map(add(add(widget, "config"), "Option", type="Map"), names[field])
    return configured


def _value_map(parent: Element, titles: Mapping[str, str]) -> None:
    listed = add(parent, "Option", type="List", name="map")
    for code, title in titles.items():
        add(add(listed, "Option", type="Map"), "Option", type="QString", name=title, value=code)
