"""The part of a publication that a QGIS file holds, and how its features are read."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element

from pyproj import Transformer

from soilinfo.catalog.entries import About
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import NATION
from soilinfo.grid import Bounds
from soilinfo.report.qgis.form import aliases, coded, value_maps
from soilinfo.report.qgis.layers import Geometry, MapLayer
from soilinfo.serve.qgis.place import Place
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

PAGE = 20
"""Rows that GDAL asks for at a time: it reads a first page of all rows, to see what they are like, whenever a
layer is opened, so that a long page costs every layer; with its own 10 a table takes many requests. Those of
the nation, whose coast comes with each row, are asked for one at a time; those without a polygon, of which
there are tens of thousands in profiles, as many as the server gives."""
MARGIN = 0.1
"""Land shown on each side of a unit, as a share of its width and height."""


@dataclass(frozen=True)
class Part:
    """Everything of a site, or what concerns one administrative unit of it."""

    site: Site
    columns: Callable[[str], Collection[str]]
    """Of what is published under a name: a form names the columns that its table has, and no other."""
    place: Place | None = None

    @cached_property
    def words(self) -> Words:
        """How fields and values are called."""
        return Words(self.site)

    @property
    def bounds(self) -> Bounds:
        """What is shown at first, in the CRS of the grid."""
        grid = self.site.catalog.grid
        if self.place is None:
            return grid.bounds
        moved = Transformer.from_crs("OGC:CRS84", grid.crs, always_xy=True)
        west, south, east, north = moved.transform_bounds(*self.place.bounds)
        aside, above = MARGIN * (east - west), MARGIN * (north - south)
        return west - aside, south - above, east + aside, north + above

    def holds(self, level: str) -> bool:
        """Whether units of a level lie in this part; what is about no level ('') concerns all of them."""
        return self.place is None or not level or level in self.place.units

    @property
    def planning_level(self) -> Level | None:
        """The level whose tables are drawn: of the country that of its plans, of a unit the one below it."""
        if self.place is None:
            return self.site.planning_level
        levels = [level for level in self.site.table_levels("suitability") if self.holds(level.id)]
        return next(reversed(levels[:2]), None)

    def notes(self, name: str) -> str:
        """Which version of what is published under a name is read, and when it was published."""
        site, created = self.site, self.site.snapshot.created
        facts = {"version": site.published[name], "publication": site.snapshot.id}
        return site.say("qgis.notes", name=name, created=f"{created:%Y-%m-%d}" if created else "–", **facts)

    def page(self, collection: str) -> str:
        """The address of what people read about a collection."""
        return f"{self.site.base}/collections/{collection}?lang={self.site.language}"

    def form(self, name: str) -> tuple[Element, Element]:
        """Headings of a table's columns, and what the codes in them are called."""
        columns = self.columns(name)
        headings = {column: self.words.field(column, name) for column in columns}
        return aliases(headings), value_maps(self.words.names, coded(columns))

    def table(self, table: "Table") -> MapLayer:
        """A layer of a collection's rows.

        They are read by GDAL's driver of OGC API Features, which has the server filter. By its own address it
        need not read what all others are.
        """
        site, conditions = self.site, [f"{name} = '{value}'" for name, value in table.rows.items()]
        if self.place and table.level:
            conditions.append(self.place.rows(table.level, parented=table.parented))
        subset = f"|subset={' AND '.join(conditions)}" if conditions else ""
        pages = f"option:PAGE_SIZE={self._page(table)}"
        return MapLayer(
            id=table.id,
            title=table.title,
            provider="ogr",
            source=f"OAPIF:{site.base}/collections/{table.name}|layername={table.name}|{pages}{subset}",
            crs="EPSG:4326",
            style=(*table.look, *self.form(table.name)),
            about=table.about,
            geometry=table.geometry,
            notes=self.notes(table.name),
            page=self.page(table.name),
        )

    def _page(self, table: "Table") -> int:
        """How many rows of a table GDAL asks for at a time."""
        if table.geometry != "Polygon":
            return self.site.catalog.services.limits.page_features
        return 1 if table.level == NATION else PAGE


@dataclass(frozen=True)
class Table:
    """Rows of a collection as a layer."""

    id: str
    title: str
    name: str
    """Of the collection."""
    look: tuple[Element, ...]
    """How its features are drawn."""
    about: About
    rows: Mapping[str, str] = field(default_factory=dict)
    """Value by column: the rows drawn; all without any."""
    level: str = ""
    """Whose units the rows are about; '' for none."""
    parented: bool = True
    """Whether rows have the column ``parent_code``."""
    geometry: Geometry = "Polygon"
