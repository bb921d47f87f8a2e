"""QGIS symbology as XML: raster and vector renderers, symbols, labels. Pure functions.

The element names are those of QGIS 3.22's own project files; QGIS fills in what is left out.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from soilinfo.catalog.legends import Legend

TRANSPARENT = "#00000000"
BOLD = 75
"""A weight of type, as Qt 5 counts them (50 is normal)."""


class ClassLine(NamedTuple):
    """One class of numbers, from low to high, its text and colour."""

    low: float
    high: float
    label: str
    colour: str


def add(parent: Element, tag: str, text: str | None = None, /, **attributes: object) -> Element:
    """A child element of ``parent``; a trailing underscore of an attribute's name is dropped."""
    names = {name.rstrip("_").replace("__", "-"): str(value) for name, value in attributes.items()}
    child = SubElement(parent, tag, names)
    child.text = text
    return child


def options(parent: Element, values: Mapping[str, object]) -> None:
    """A map of options, as QGIS stores the settings of symbol layers."""
    table = add(parent, "Option", type="Map")
    for name, value in values.items():
        add(table, "Option", name=name, value=value, type="QString")


def rgba(colour: str) -> str:
    """'#rrggbb' or '#rrggbbaa' as QGIS writes colours: 'r,g,b,a'."""
    channels = colour.lstrip("#")
    channels = channels if len(channels) == 8 else channels + "ff"
    return ",".join(str(int(channels[at : at + 2], 16)) for at in range(0, 8, 2))


# ---- rasters ----------------------------------------------------------------------------

LINE_HEIGHT, SWATCH, FONT = 20, 24, 13
"""Pixels of a legend's picture: height of a line, width of a colour, size of its text."""


def legend_picture(legend: Legend) -> str:
    """The lines of a legend as a picture (SVG in base64), for layers whose pixels QGIS gets coloured."""
    widest = max(len(line.label) for line in legend.lines)
    size = {"width": SWATCH + 8 + FONT * widest * 0.6, "height": LINE_HEIGHT * len(legend.lines)}
    picture = Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", **{k: f"{v:g}" for k, v in size.items()}}
    )
    for at, line in enumerate(legend.lines):
        top = LINE_HEIGHT * at
        add(picture, "rect", y=top + 2, width=SWATCH, height=LINE_HEIGHT - 4, fill=line.colour)
        place = {"x": SWATCH + 8, "y": top + LINE_HEIGHT - 6}
        add(picture, "text", line.label, font__size=FONT, font__family="sans-serif", **place)
    return f"base64:{b64encode(tostring(picture)).decode()}"


def raster_renderer(legend: Legend) -> Element:
    """A ramp as continuous colours with a colour bar, classes as one colour and legend line for each code."""
    return _ramp(legend) if legend.kind == "ramp" else _palette(legend)


def _ramp(legend: Legend) -> Element:
    low, high = legend.lines[0].value, legend.lines[-1].value
    renderer = _raster_renderer("singlebandpseudocolor", classificationMin=low, classificationMax=high)
    shader = add(
        add(renderer, "rastershader"),
        "colorrampshader",
        colorRampType="INTERPOLATED",
        classificationMode=1,
        minimumValue=low,
        maximumValue=high,
        labelPrecision=4,
        clip=0,
    )
    for line in legend.lines:
        add(shader, "item", value=line.value, label=line.label, color=line.colour, alpha=255)
    suffix = f" {legend.unit}" if legend.unit else ""
    ends = {"minimumLabel": legend.lines[0].label + suffix, "maximumLabel": legend.lines[-1].label + suffix}
    add(shader, "rampLegendSettings", useContinuousLegend=1, orientation=2, direction=0, **ends)
    return renderer


def _palette(legend: Legend) -> Element:
    renderer = _raster_renderer("paletted")
    palette = add(renderer, "colorPalette")
    for line in legend.lines:
        add(palette, "paletteEntry", value=int(line.value), label=line.label, color=line.colour, alpha=255)
    return renderer


def _raster_renderer(kind: str, **attributes: object) -> Element:
    renderer = Element("rasterrenderer", {"type": kind, "band": "1", "opacity": "1", "alphaBand": "-1"})
    renderer.attrib |= {name: str(value) for name, value in attributes.items()}
    return renderer


# ---- vectors ----------------------------------------------------------------------------


def outline_renderer(colour: str, width: float) -> Element:
    """Every feature drawn as an outline of ``width`` mm without fill."""
    renderer = Element("renderer-v2", {"type": "singleSymbol"})
    fill_symbol(add(renderer, "symbols"), 0, fill=TRANSPARENT, outline=colour, width=width)
    return renderer


def marker_renderer(colour: str, size: float) -> Element:
    """Every point drawn as a circle of ``size`` mm."""
    renderer = Element("renderer-v2", {"type": "singleSymbol"})
    symbol = add(add(renderer, "symbols"), "symbol", type="marker", name=0, alpha=1)
    layer = add(symbol, "layer", class_="SimpleMarker", enabled=1, locked=0, **{"pass": 0})
    look = {"name": "circle", "color": rgba(colour), "outline_color": rgba("#ffffff")}
    options(layer, look | {"size": size, "size_unit": "MM"})
    return renderer


def topmost(renderer: Element, field: str) -> Element:
    """The same, drawing those of several features in one place on top that have the largest value."""
    renderer.set("enableorderby", "1")
    add(add(renderer, "orderby"), "orderByClause", f'"{field}"', asc=1, nullsFirst=1)
    return renderer


def outside_renderer(colour: str) -> Element:
    """Everything but the features under a veil of a colour ('#rrggbbaa')."""
    renderer = Element("renderer-v2", {"type": "invertedPolygonRenderer", "preprocessing": "0"})
    within = add(renderer, "renderer-v2", type="singleSymbol")
    fill_symbol(add(within, "symbols"), 0, fill=colour, outline=TRANSPARENT, width=0)
    return renderer


def graduated_renderer(expression: str, lines: Sequence[ClassLine]) -> Element:
    """Features filled by the value of an expression."""
    renderer = Element("renderer-v2", {"type": "graduatedSymbol", "attr": expression})
    renderer.set("graduatedMethod", "GraduatedColor")
    ranges, symbols = add(renderer, "ranges"), add(renderer, "symbols")
    for at, line in enumerate(lines):
        add(ranges, "range", symbol=at, render="true", lower=line.low, upper=line.high, label=line.label)
        fill_symbol(symbols, at, fill=line.colour, outline="#ffffff", width=0.2)
    return renderer


def categorised_renderer(field: str, lines: Sequence[tuple[str, str, str]]) -> Element:
    """Features filled by the text in a field; ``lines``: value, label and colour of each category."""
    renderer = Element("renderer-v2", {"type": "categorizedSymbol", "attr": field})
    categories, symbols = add(renderer, "categories"), add(renderer, "symbols")
    for at, (value, label, colour) in enumerate(lines):
        add(categories, "category", symbol=at, render="true", type="string", value=value, label=label)
        fill_symbol(symbols, at, fill=colour, outline="#5b5b5b", width=0.1)
    return renderer


def fill_symbol(
    symbols: Element, name: int, *, fill: str, outline: str, width: float, pattern: str = "solid"
) -> None:
    """Add a fill of polygons with an outline of ``width`` mm, by the name that a renderer calls it.

    ``pattern``: of Qt's brushes, such as b_diagonal, which hatches in the colour of the fill.
    """
    symbol = add(symbols, "symbol", type="fill", name=name, alpha=1, clip_to_extent=1, force_rhr=0)
    layer = add(symbol, "layer", class_="SimpleFill", enabled=1, locked=0, **{"pass": 0})
    style = "no" if fill == TRANSPARENT else pattern
    look = {"color": rgba(fill), "outline_color": rgba(outline), "outline_style": "solid"}
    options(layer, look | {"outline_width": width, "outline_width_unit": "MM", "style": style})


def point_labels(field: str, size: float, scale: int) -> Element:
    """The same of points, beside them."""
    labeling = labels(field, size, scale)
    for placement in labeling.iter("placement"):
        placement.attrib.update({"placement": "0", "dist": "1", "distUnits": "MM"})
    return labeling


def labels(field: str, size: float, scale: int | None = None) -> Element:
    """Labels of a polygon layer from one field, ``size`` points, with a light halo; from 1:``scale`` on."""
    labeling = Element("labeling", {"type": "simple"})
    settings = add(labeling, "settings")
    # Without a weight QGIS takes the thinnest, of which a halo leaves little.
    look = {"fontSize": size, "fontSizeUnit": "Point", "fontWeight": BOLD, "textColor": "40,45,42,255"}
    style = add(settings, "text-style", fieldName=field, isExpression=0, fontFamily="Sans Serif", **look)
    halo = {"bufferDraw": 1, "bufferSize": 0.8, "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    add(style, "text-buffer", **halo)
    add(settings, "placement", placement=1, centroidInside=1)
    near = {"scaleVisibility": 1, "scaleMin": 1, "scaleMax": scale} if scale else {}
    add(settings, "rendering", drawLabels=1, obstacle=1, **near)
    return labeling
