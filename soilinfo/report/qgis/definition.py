"""Layer definitions (.qlr): layers with their looks, to be added to any project of QGIS. Pure functions."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, indent, tostring

from soilinfo.report.qgis.elements import map_layer, tree
from soilinfo.report.qgis.layers import Group
from soilinfo.report.qgis.style import add

MEDIA_TYPE = "application/x-qgis-layer-definition"


def definition(groups: Sequence[Group]) -> bytes:
    """The .qlr document (UTF-8 XML) of these groups; those without layers are left out."""
    held = [group for group in groups if group.layers]
    root = Element("qlr")
    root.append(tree(held))
    add(root, "maplayers").extend(map_layer(layer) for group in held for layer in group.layers)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b"<!DOCTYPE qgis-layer-definition>\n" + written
