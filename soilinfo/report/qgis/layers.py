"""What a QGIS document holds: layers in groups, each with its source and its look."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import About

Geometry = Literal["Point", "Polygon", "No geometry"]
"""Kinds of features, by QGIS's names."""


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
    geometry: Geometry = "Polygon"
    """Vector: what its features are."""
    notes: str = ""
    """What QGIS shows beside its name: of which version and publication it is."""
    page: str = ""
    """Address of what people read about it; '' where there is none."""

    @property
    def is_raster(self) -> bool:
        """True for a coverage or its picture, False for a table of features."""
        return self.provider in ("gdal", "wms")


class Relation(NamedTuple):
    """Rows of one layer belong to a feature of another."""

    of: str
    """Id of the layer whose rows name a feature, in ``column``."""
    column: str
    to: str
    """Id of the layer of these features, told apart by ``key``."""
    key: str


@dataclass(frozen=True)
class Group:
    """A group of the layer tree; ``shown`` are the ids of the layers switched on."""

    title: str
    layers: tuple[MapLayer, ...]
    shown: frozenset[str] = field(default_factory=frozenset)
    theme: str = ""
    """The theme that it is of, '' where it is of none."""
