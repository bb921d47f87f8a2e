"""The QGIS project file: its layer tree, canvas, layers and metadata as XML. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, indent, tostring

from pyproj import CRS

from soilinfo.grid import Bounds
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.style import add, options

MEDIA_TYPE = "application/x-qgis-project"
VERSION = "3.22.16"
"""The oldest QGIS the project is written for; newer ones read it too."""


@dataclass(frozen=True)
class Project:
    """What a project file says; groups without layers are left out."""

    id: str
    title: str
    abstract: str
    language: str
    licence: str
    author: str
    crs: str
    """Of the map canvas."""
    bounds: Bounds
    """What is shown at first, and by 'zoom to the whole', in the CRS of the canvas."""
    groups: tuple[Group, ...]
    """From the top of the map to its bottom."""


def document(project: Project) -> bytes:
    """The .qgs document (UTF-8 XML)."""
    shown = [group for group in project.groups if group.layers]
    layers = [layer for group in shown for layer in group.layers]
    root = Element("qgis", {"projectname": project.title, "version": VERSION})
    add(root, "title", project.title)
    add(root, "projectCrs").append(_srs(project.crs))
    root.append(_properties())
    root.append(_tree(shown))
    root.append(_canvas(project.crs, project.bounds))
    root.append(_view(project.crs, project.bounds))
    root.append(_project_layers(layers))
    root.append(_project_metadata(project))
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + written


def _properties() -> Element:
    """Without this switch QGIS takes the project for one of version 2 that has no CRS."""
    properties = Element("properties")
    add(add(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    return properties


def _tree(groups: Sequence[Group]) -> Element:
    tree = Element("layer-tree-group")
    for group in groups:
        branch = add(
            tree, "layer-tree-group", name=group.title, checked="Qt::Checked", expanded=int(bool(group.shown))
        )
        for layer in group.layers:
            state = "Qt::Checked" if layer.id in group.shown else "Qt::Unchecked"
            node = {
                "source": layer.source,
                "providerKey": layer.provider,
                "expanded": int(layer.id in group.shown),
            }
            leaf = add(
                branch, "layer-tree-layer", id=_layer_id(layer), name=layer.title, checked=state, **node
            )
            if layer.legend_nodes:
                # The line with number 0 is the name of the band ("Band 1: ...").
                kept = ",".join(str(at + 1) for at in range(layer.legend_nodes))
                options(add(leaf, "customproperties"), {"legend/node-order": kept})
    return tree


def _canvas(crs: str, bounds: Bounds) -> Element:
    canvas = Element("mapcanvas", {"name": "theMapCanvas"})
    add(canvas, "units", "degrees" if CRS.from_user_input(crs).is_geographic else "meters")
    canvas.append(_extent(bounds))
    add(canvas, "destinationsrs").append(_srs(crs))
    return canvas


def _view(crs: str, bounds: Bounds) -> Element:
    """What 'zoom to the whole' shows."""
    settings = Element("ProjectViewSettings", {"UseProjectScales": "0"})
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True))
    add(settings, "DefaultViewExtent", **sides).append(_srs(crs))
    return settings


def _extent(bounds: Bounds) -> Element:
    extent = Element("extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        add(extent, name, repr(value))
    return extent


def _srs(crs: str) -> Element:
    srs, described = Element("spatialrefsys"), CRS.from_user_input(crs)
    add(srs, "wkt", described.to_wkt())
    authority = described.to_authority()
    if authority:
        add(srs, "authid", ":".join(authority))
    return srs


def _project_layers(layers: Sequence[MapLayer]) -> Element:
    listed = Element("projectlayers")
    for layer in layers:
        listed.append(_map_layer(layer))
    return listed


def _map_layer(layer: MapLayer) -> Element:
    kind = (
        {"type": "raster"}
        if layer.is_raster
        else {"type": "vector", "geometry": "Polygon", "labelsEnabled": str(int(_has_labels(layer)))}
    )
    pictured = {"legendPlaceholderImage": layer.legend_picture} if layer.legend_picture else {}
    element = Element("maplayer", kind | pictured)
    add(element, "id", _layer_id(layer))
    add(element, "datasource", layer.source)
    add(element, "layername", layer.title)
    add(element, "srs").append(_srs(layer.crs))
    add(element, "provider", layer.provider, **({} if layer.is_raster else {"encoding": "UTF-8"}))
    element.append(_resource_metadata(layer))
    (_add_raster_style if layer.is_raster else _add_vector_style)(element, layer.style)
    return element


def _has_labels(layer: MapLayer) -> bool:
    return any(part.tag == "labeling" for part in layer.style)


def _layer_id(layer: MapLayer) -> str:
    """QGIS 3.22 makes up a new id, and loses the layer from its tree, for one of ten letters or fewer."""
    return f"soilinfo_{layer.id}"


def _add_raster_style(element: Element, style: tuple[Element, ...]) -> None:
    pipe = add(element, "pipe")
    pipe.extend(style)
    add(pipe, "rasterresampler", maxOversampling=2)


def _add_vector_style(element: Element, style: tuple[Element, ...]) -> None:
    element.extend(style)
    add(element, "legend", type="default-vector")


def _resource_metadata(layer: MapLayer) -> Element:
    metadata = Element("resourceMetadata")
    for tag, value in (
        ("identifier", layer.id),
        ("type", "dataset"),
        ("title", layer.title),
        ("abstract", layer.about.abstract),
        ("history", layer.about.lineage),
        ("rights", layer.about.attribution),
        ("license", layer.about.licence),
    ):
        add(metadata, tag, value)
    return metadata


def _project_metadata(project: Project) -> Element:
    metadata = Element("projectMetadata")
    add(metadata, "identifier", project.id)
    add(metadata, "type", "dataset")
    add(metadata, "language", project.language)
    add(metadata, "title", project.title)
    add(metadata, "abstract", project.abstract)
    add(metadata, "license", project.licence)
    add(metadata, "author", project.author)
    return metadata
