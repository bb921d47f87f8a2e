"""Print layouts of a QGIS project: pages with a map, its legend, scale bar, arrow and texts, as XML.

Pure functions. Lengths are millimetres of paper, texts are of ``size`` points. Names of elements and numbers
of kinds are those of QGIS 3.22's own project files; QGIS fills in what is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from soilinfo.grid import Bounds
from soilinfo.report.qgis.elements import add_leaf, layer_id, spatial_reference
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import add

PAGE, MAP, PICTURE, LABEL, LEGEND, SCALE_BAR = 65638, 65639, 65640, 65641, 65642, 65646
"""Kinds of items."""
ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
"""Within QGIS itself."""
FONT = "Open Sans"
WRAP = "|"
"""Where texts of a legend go on in a new line."""
RAMP = "6,40"
"""Width and height of a bar of colours."""
FRAME_TICKS, EXTERIOR, CROSSES = 3, 1, 1
"""Of the grid of coordinates: ticks on the frame, texts outside it, small crosses on the map."""


@dataclass(frozen=True)
class Box:
    """A part of the page, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def scaled(self, factor: float) -> "Box":
        """The same part of a page that is so many times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)


@dataclass(frozen=True)
class Graticule:
    """The grid of coordinates of a map: lines at ``step``, their numbers by an expression of QGIS."""

    step: float
    expression: str


def layout(name: str, page: Box, items: Iterable[Element]) -> Element:
    """A layout of one page."""
    element = Element("Layout", {"name": name, "units": "mm", "printResolution": "200"})
    pages = add(element, "PageCollection")
    pages.append(_item(PAGE, f"{name}/page", page))
    for at, item in enumerate(items, start=1):
        item.set("zValue", str(at))
        element.append(item)
    return element


def _item(kind: int, name: str, box: Box, **attributes: object) -> Element:
    place = {"position": f"{box.x:g},{box.y:g},mm", "positionOnPage": f"{box.x:g},{box.y:g},mm"}
    known = {
        "type": kind,
        "uuid": uuid_of(name),
        "id": name.rpartition("/")[2],
        "visibility": 1,
        "opacity": 1,
    }
    look = {"frame": "false", "background": "false", "referencePoint": 0, "itemRotation": 0}
    size = {"size": f"{box.width:g},{box.height:g},mm"}
    return Element("LayoutItem", _texts({**known, **look, **place, **size, **attributes}))


def uuid_of(name: str) -> str:
    """What QGIS knows an item by: the same for the same name."""
    return f"{{{uuid5(NAMESPACE_URL, name)}}}"


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def map_item(
    name: str,
    box: Box,
    crs: str,
    bounds: Bounds,
    layers: Iterable[MapLayer],
    graticule: Graticule,
    size: float,
) -> Element:
    """A map of always these layers, the uppermost first, with a frame and coordinates around it."""
    held = {"keepLayerSet": "true", "keepLayerSetStyles": "false", "drawCanvasItems": "false"}
    item = _item(MAP, name, box, **held, followPreset="false", mapRotation=0, labelMargin="0,mm")
    item.attrib |= {"frame": "true", "background": "true", "outlineWidthM": "0.2,mm"}
    add(item, "Extent", **dict(zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True)))
    item.append(spatial_reference(crs))
    listed = add(item, "LayerSet")
    for layer in layers:
        read = {"name": layer.title, "source": layer.source, "provider": layer.provider}
        add(listed, "Layer", layer_id(layer), **read)
    _add_graticule(item, f"{name}/graticule", graticule, crs, size)
    return item


def _add_graticule(item: Element, name: str, graticule: Graticule, crs: str, size: float) -> None:
    sides = ("left", "right", "top", "bottom")
    around = {f"{side}AnnotationPosition": EXTERIOR for side in sides}
    around |= {f"{side}AnnotationDisplay": 0 if side in ("left", "bottom") else 3 for side in sides}
    around |= {"leftAnnotationDirection": 1, "rightAnnotationDirection": 1}
    element = add(
        item,
        "ComposerMapGrid",
        uuid=uuid_of(name),
        name=name.rpartition("/")[2],
        show=1,
        position=3,
        unit=0,
        intervalX=graticule.step,
        intervalY=graticule.step,
        gridStyle=CROSSES,
        crossLength=1.5,
        gridFrameStyle=FRAME_TICKS,
        gridFrameWidth=1.2,
        gridFrameSideFlags=15,
        gridFramePenThickness=0.2,
        showAnnotation=1,
        annotationFormat=8,
        annotationExpression=graticule.expression,
        frameAnnotationDistance=0.8,
        **around,
    )
    element.append(spatial_reference(crs))
    _add_text(element, size)


def _add_text(parent: Element, size: float) -> None:
    look = {"fontFamily": FONT, "fontSize": f"{size:g}", "fontSizeUnit": "Point", "textColor": "40,45,42,255"}
    add(parent, "text-style", **look)


def label_item(name: str, box: Box, text: str, size: float, *, bold: bool = False) -> Element:
    """A text, which may have expressions of QGIS in ``[% %]``; it is broken where the box is full."""
    item = _item(LABEL, name, box, labelText=text, htmlState=0, halign=1, valign=32, marginX=0, marginY=0)
    add(item, "LabelFont", description=_font(size, bold=bold), style="")
    add(item, "FontColor", red=40, green=45, blue=42, alpha=255)
    return item


def _font(size: float, *, bold: bool = False) -> str:
    """A font as Qt writes it."""
    return f"{FONT},{size:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def legend_item(
    name: str, box: Box, map_name: str, layers: Iterable[tuple[MapLayer, Mapping[str, str]]], size: float
) -> Element:
    """The legend of these layers, each with texts in place of its own: see :func:`legend_texts`."""
    item = _item(LEGEND, name, box, map_uuid=uuid_of(map_name), title="", wrapChar=WRAP, columnCount=1)
    measures = {"symbolWidth": 6, "symbolHeight": 3.2, "boxSpace": 0, "columnSpace": 2, "rasterBorder": 1}
    item.attrib |= _texts({**measures, "resizeToContents": 1, "legendFilterByAtlas": 0, "splitLayer": 0})
    item.set("fontColor", "#282d2a")
    styles = add(item, "styles")
    for kind, points, above in (
        ("title", size + 1, 0.0),
        ("group", size, 1.0),
        ("subgroup", size, 2.5),
        ("symbol", size, 1.2),
        ("symbolLabel", size, 1.0),
    ):
        look = {"alignment": 1, "marginTop": above, "indent": 0, "name": kind}
        look |= {"marginBottom": 1.5} if kind == "title" else {}
        look |= {"marginLeft": 2} if kind == "symbolLabel" else {}
        bold = kind in ("title", "subgroup")
        add(add(styles, "style", **look), "styleFont", description=_font(points, bold=bold), style="")
    tree = add(item, "layer-tree-group")
    for layer, told in layers:
        add_leaf(tree, layer, shown=True, **told)
    return item


def legend_texts(title: str, lines: Iterable[str], letters: int) -> dict[str, str]:
    """Title and lines of a layer in a legend, each broken where it has so many letters."""
    texts = {"legend/title-label": title} | {f"legend/label-{at}": line for at, line in enumerate(lines)}
    return {name: WRAP.join(wrap(text, letters)) for name, text in texts.items()}


def legend_ramp(layer: MapLayer) -> dict[str, str]:
    """The size of a bar of colours in a legend; nothing of a layer that has none."""
    is_ramp = any(part.get("type") == "singlebandpseudocolor" for part in layer.style)
    return {"legend/symbol-size-1": RAMP} if is_ramp else {}


def scale_bar(name: str, box: Box, map_name: str, km: float, unit: str, size: float) -> Element:
    """A bar of four parts of ``km`` kilometres each."""
    item = _item(SCALE_BAR, name, box, mapUuid=uuid_of(map_name), style="Single Box", unitType="km")
    parts = {"numSegments": 4, "numSegmentsLeft": 0, "numUnitsPerSegment": km, "segmentSizeMode": 0}
    look = {"height": 2, "labelBarSpace": 1, "boxContentSpace": 0, "outlineWidth": 0.15, "alignment": 0}
    item.attrib |= _texts({**parts, **look, "numMapUnitsPerScaleBarUnit": 1, "unitLabel": unit})
    add(item, "fillColor", red=40, green=45, blue=42, alpha=255)
    add(item, "fillColor2", red=255, green=255, blue=255, alpha=255)
    add(item, "strokeColor", red=40, green=45, blue=42, alpha=255)
    _add_text(item, size)
    return item


def north_arrow(name: str, box: Box, map_name: str) -> Element:
    """An arrow to the north of the map."""
    return _item(
        PICTURE, name, box, file=ARROW, mapUuid=uuid_of(map_name), mode=2, resizeMode=0, anchorPoint=4
    )
