"""How QGIS names the fields of a table and writes their codes: aliases and value maps. Pure functions."""

from collections.abc import Collection, Mapping
from xml.etree.ElementTree import Element

from soilinfo.report.qgis.style import add

CODED = (
    *("crop", "scenario", "limiting", "commodity", "fertilizer", "bound"),
    *("property", "nutrient", "status"),
)
"""Fields whose values are codes; QGIS passes over those that a table does not have."""


def aliases(headings: Mapping[str, str]) -> Element:
    """The heading of every column that has one; QGIS passes over those that a table does not have."""
    named = Element("aliases")
    for at, (field, heading) in enumerate(headings.items()):
        add(named, "alias", field=field, index=at, name=heading)
    return named


def value_maps(names: Mapping[str, Mapping[str, str]], fields: Collection[str] = CODED) -> Element:
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
