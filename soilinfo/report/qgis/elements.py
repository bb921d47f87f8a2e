"""Layers as QGIS writes them, in projects and layer definitions: tree, sources, looks. Pure functions."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from pyproj import CRS

from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.style import add, options


def layer_id(layer: MapLayer) -> str:
    """QGIS 3.22 makes up a new id, and loses the layer from its tree, for one of ten letters or fewer."""
    return f"soilinfo_{layer.id}"


def spatial_reference(crs: str) -> Element:
    """A reference system, by its text and by its code where it has one."""
    reference, described = Element("spatialrefsys"), CRS.from_user_input(crs)
    add(reference, "wkt", described.to_wkt())
    if authority := described.to_authority():
        add(reference, "authid", ":".join(authority))
    return reference


# ---- the tree ---------------------------------------------------------------------------


def tree(groups: Iterable[Group]) -> Element:
    """The layer tree, groups from the top of the map to its bottom; those with a layer shown are open."""
    root = Element("layer-tree-group")
    for group in groups:
        named = {"name": group.title, "checked": "Qt::Checked", "expanded": int(bool(group.shown))}
        branch = add(root, "layer-tree-group", **named)
        for layer in group.layers:
            add_leaf(branch, layer, shown=layer.id in group.shown)
    return root


def add_leaf(branch: Element, layer: MapLayer, *, shown: bool, **told: str) -> None:
    """A layer in a tree, of the project or of a legend; ``told``: what else QGIS is to know of it there."""
    read = {"source": layer.source, "providerKey": layer.provider}
    state = {"checked": "Qt::Checked" if shown else "Qt::Unchecked", "expanded": int(shown)}
    leaf = add(branch, "layer-tree-layer", id=layer_id(layer), name=layer.title, **read, **state)
    if layer.legend_nodes:
        # The line with number 0 is the name of the band ("Band 1: ...").
        told["legend/node-order"] = ",".join(str(at + 1) for at in range(layer.legend_nodes))
    if told:
        options(add(leaf, "customproperties"), told)


# ---- a layer ----------------------------------------------------------------------------


def map_layer(layer: MapLayer) -> Element:
    """One layer: its source, its metadata, its look; QGIS Server calls it by its short name."""
    pictured = {"legendPlaceholderImage": layer.legend_picture} if layer.legend_picture else {}
    element = Element("maplayer", _kind(layer) | pictured)
    for tag, text in (
        ("id", layer_id(layer)),
        ("datasource", layer.source),
        ("shortname", layer.id),
        ("layername", layer.title),
    ):
        add(element, tag, text)
    add(element, "srs").append(spatial_reference(layer.crs))
    add(element, "provider", layer.provider, **({} if layer.is_raster else {"encoding": "UTF-8"}))
    if layer.notes:
        options(add(element, "customproperties"), {"userNotes": layer.notes})
    element.append(_metadata(layer))
    (_add_raster_style if layer.is_raster else _add_vector_style)(element, layer.style)
    return element


def _kind(layer: MapLayer) -> dict[str, str]:
    if layer.is_raster:
        return {"type": "raster"}
    labelled = any(part.tag == "labeling" for part in layer.style)
    return {"type": "vector", "geometry": layer.geometry, "labelsEnabled": str(int(labelled))}


def _add_raster_style(element: Element, style: tuple[Element, ...]) -> None:
    pipe = add(element, "pipe")
    pipe.extend(style)
    add(pipe, "rasterresampler", maxOversampling=2)


def _add_vector_style(element: Element, style: tuple[Element, ...]) -> None:
    element.extend(style)
    add(element, "legend", type="default-vector")


def _metadata(layer: MapLayer) -> Element:
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
    if layer.page:
        add(add(metadata, "links"), "link", name=layer.title, type="WWW:LINK", url=layer.page)
    return metadata
