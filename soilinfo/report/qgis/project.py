"""The QGIS project file: its layer tree, canvas, layers and metadata as XML. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, indent, tostring

from pyproj import CRS

from soilinfo.grid import Bounds
from soilinfo.report.qgis.elements import layer_id, map_layer, spatial_reference, tree
from soilinfo.report.qgis.layers import Group, MapLayer, Relation
from soilinfo.report.qgis.style import add

MEDIA_TYPE = "application/x-qgis-project"
VERSION = "3.22.16"
"""The oldest QGIS the project is written for; newer ones read it too."""
SERVED_CRS = ("EPSG:4326", "EPSG:3857")
"""Reference systems that QGIS Server offers beside the project's own."""


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
    layouts: tuple[Element, ...] = ()
    """Print layouts."""
    relations: tuple[Relation, ...] = ()
    """Which tables belong together; of layers that are not held none is told."""


def document(project: Project) -> bytes:
    """The .qgs document (UTF-8 XML)."""
    shown = [group for group in project.groups if group.layers]
    layers = [layer for group in shown for layer in group.layers]
    root = Element("qgis", {"projectname": project.title, "version": VERSION})
    add(root, "title", project.title)
    add(root, "projectCrs").append(spatial_reference(project.crs))
    root.append(_properties(project, layers))
    root.append(tree(shown))
    root.append(_canvas(project.crs, project.bounds))
    root.append(_view(project.crs, project.bounds))
    add(root, "projectlayers").extend(map(map_layer, layers))
    root.append(_relations(project.relations, {layer.id: layer for layer in layers}))
    root.append(_project_metadata(project))
    add(root, "Layouts").extend(project.layouts)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + written


def _properties(project: Project, layers: Sequence[MapLayer]) -> Element:
    """Settings of the project; those of WMS, WFS and WCS are for QGIS Server."""
    properties = Element("properties")
    # Without this switch QGIS takes the project for one of version 2 that has no CRS.
    add(add(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    # Without an ellipsoid scale bars measure degrees.
    sphere = CRS.from_user_input(project.crs).ellipsoid
    if sphere is not None:
        axes = f"PARAMETER:{sphere.semi_major_metre}:{sphere.semi_minor_metre}"
        add(add(properties, "Measure"), "Ellipsoid", axes, type="QString")
    # Saved by QGIS it goes on to find the files beside it wherever it lies.
    add(add(properties, "Paths"), "Absolute", "false", type="bool")
    add(properties, "WMSServiceCapabilities", "true", type="bool")
    for name, text in (
        ("WMSRootName", project.id),
        ("WMSServiceTitle", project.title),
        ("WMSServiceAbstract", project.abstract),
        ("WMSContactOrganization", project.author),
        ("WMSAccessConstraints", project.licence),
    ):
        add(properties, name, text, type="QString")
    _add_list(properties, "WMSCrsList", dict.fromkeys((*_code(project.crs), *SERVED_CRS)))
    _add_list(properties, "WMSExtent", map(repr, project.bounds))
    _add_list(properties, "WFSLayers", (layer_id(layer) for layer in layers if not layer.is_raster))
    _add_list(properties, "WCSLayers", (layer_id(layer) for layer in layers if layer.provider == "gdal"))
    return properties


def _code(crs: str) -> list[str]:
    authority = CRS.from_user_input(crs).to_authority()
    return [":".join(authority)] if authority else []


def _add_list(parent: Element, name: str, values: Iterable[str]) -> None:
    listed = add(parent, name, type="QStringList")
    for value in values:
        add(listed, "value", value)


def _canvas(crs: str, bounds: Bounds) -> Element:
    canvas = Element("mapcanvas", {"name": "theMapCanvas"})
    add(canvas, "units", "degrees" if CRS.from_user_input(crs).is_geographic else "meters")
    canvas.append(_extent(bounds))
    add(canvas, "destinationsrs").append(spatial_reference(crs))
    return canvas


def _view(crs: str, bounds: Bounds) -> Element:
    """What 'zoom to the whole' shows."""
    settings = Element("ProjectViewSettings", {"UseProjectScales": "0"})
    sides = dict(zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True))
    add(settings, "DefaultViewExtent", **sides).append(spatial_reference(crs))
    return settings


def _extent(bounds: Bounds) -> Element:
    extent = Element("extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), bounds, strict=True):
        add(extent, name, repr(value))
    return extent


def _relations(relations: Iterable[Relation], layers: Mapping[str, MapLayer]) -> Element:
    """Relations as QGIS knows them: the form of a feature then lists the rows that belong to it."""
    told = Element("relations")
    for each in relations:
        if each.of in layers and each.to in layers:
            of, to = layers[each.of], layers[each.to]
            ends = {"referencingLayer": layer_id(of), "referencedLayer": layer_id(to)}
            name = {"id": f"{each.of}_{each.to}", "name": of.title, "strength": "Association"}
            relation = add(told, "relation", **name, **ends)
            add(relation, "fieldRef", referencingField=each.column, referencedField=each.key)
    return told


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
