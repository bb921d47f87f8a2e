"""The layers of a QGIS project and their groups, as its documents are written from them."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import About


@dataclass(frozen=True)
class MapLayer:
    """One layer of the project: what it is called, where it is read, how it looks."""

    id: str
    title: str
    provider: str
    source: str
    crs: str
    style: tuple[Element, ...]
    """Raster: its renderer. Vector: renderer, labelling if any, and how its fields are named and read."""
    about: About
    legend_nodes: int = 0
    """Raster: lines of its legend, without the line that names the band."""
    legend_picture: str = ""
    """Picture of the server: its legend, which QGIS cannot derive from it."""

    @property
    def is_raster(self) -> bool:
        """True for a coverage or its picture, False for a table of features."""
        return self.provider in ("gdal", "wms")


@dataclass(frozen=True)
class Group:
    """A group of the layer tree; ``shown`` are the ids of the layers switched on."""

    title: str
    layers: tuple[MapLayer, ...]
    shown: frozenset[str] = field(default_factory=frozenset)
