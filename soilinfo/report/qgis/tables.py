"""Tables of a database as QGIS shows them: their styles, and a project over them. Pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element, indent, tostring

from soilinfo.catalog.columns import Columns
from soilinfo.catalog.entries import THEMES, About, Entries, Entry
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import FINDINGS, NATION, SUITABILITY, TABLES, table_of
from soilinfo.catalog.products import products
from soilinfo.catalog.text import texts
from soilinfo.catalog.titles import titles
from soilinfo.report.look import Drawn, Look, title_of
from soilinfo.report.looks import looks
from soilinfo.report.qgis.form import aliases, coded, value_maps
from soilinfo.report.qgis.layers import Geometry, Group, MapLayer
from soilinfo.report.qgis.project import VERSION, Project
from soilinfo.report.qgis.rasters import raster_layer, remote
from soilinfo.report.qgis.rules import condition, rule_renderer
from soilinfo.report.qgis.style import labels

SERVICE = "soilinfo"
"""The entry of a person's pg_service.conf by which projects find the database: they hold no address."""
OPEN_LEVELS = 2
"""Levels of regions that are switched on, beside the nation."""


@dataclass(frozen=True)
class Table:
    """A table with places, and what QGIS must know of it."""

    drawn: Drawn
    id_field: str
    version: str

    @property
    def name(self) -> str:
        """What it is published as."""
        return self.drawn.id

    @cached_property
    def looks(self) -> list[Look]:
        """Every way to draw it, that to begin with first."""
        return looks(self.drawn)

    def style(self, look: Look, language: str) -> tuple[Element, ...]:
        """Renderer, labels, headings of columns and words for codes; of the rows that the look draws."""
        columns = Columns(self.drawn.catalog, language)
        headings = {column: columns.heading(column, self.name) for column in self.drawn.columns}
        named = [labels(column, 8) for column in _label(self.drawn)[:1]]
        own = aliases(headings), value_maps(columns.titles, coded(self.drawn.columns))
        return rule_renderer(look.of_its_rows(), language), *named, *own


def geometry_of(look: Look) -> Geometry:
    """Kind of the features that a look draws."""
    return "Point" if look.kind == "circle" else "Polygon"


def qml(style: Sequence[Element]) -> str:
    """A style as the document that QGIS keeps for a table (.qml).

    One without fields leaves the names and forms of these as they are.
    """
    labelled = int(any(part.tag == "labeling" for part in style))
    root = Element("qgis", {"version": VERSION, "labelsEnabled": str(labelled)})
    fields = any(part.tag == "fieldConfiguration" for part in style)
    root.set("styleCategories", "Symbology|Labeling" + "|Fields|Forms" * fields)
    root.extend(style)
    indent(root)
    return tostring(root, encoding="unicode")


def _label(drawn: Drawn) -> list[str]:
    """The column that names areas of which nothing else is drawn, or the units of a soil map."""
    wanted = ["unit_code"] if drawn.units else ["name"] if drawn.id in drawn.catalog.every_level() else []
    return [column for column in wanted if column in drawn.columns]


# ---- a project over the tables ----------------------------------------------------------


@dataclass(frozen=True)
class Stored:
    """What a project within a database shows, in one language."""

    catalog: Catalog
    published: Mapping[str, str]
    """Version by published name."""
    tables: Sequence[Table]
    schema: str
    language: str
    address: str | None
    """Public address of the service that rasters are read from; None: the project has none."""

    def project(self) -> Project:
        """Every table with places, and every raster, by theme."""
        services, grid = self.catalog.services, self.catalog.grid
        about = (services.description, services.disclaimer)
        return Project(
            id=self.catalog.country.id,
            title=self._entries.named(services.title),
            abstract="\n\n".join(self._entries.named(text) for text in about),
            language=self.language,
            licence=services.licence,
            author=services.contact.organisation,
            crs=grid.crs,
            bounds=grid.bounds,
            groups=tuple(self._groups()),
        )

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.catalog, self.language)

    def _groups(self) -> Iterator[Group]:
        """Outlines on top of all; below them each theme, areas above rasters."""
        rasters = [*self._rasters()]
        first = {layer.id for layer in self._of_theme(rasters, SUITABILITY)[:1]}
        shown = frozenset({NATION, *[*self.catalog.levels][:OPEN_LEVELS], *first})
        vectors = [(self._theme(table.name), layer) for table in self.tables for layer in self._layers(table)]
        for theme in ("regions", *(theme for theme in THEMES if theme != "regions")):
            areas = [layer for of, layer in vectors if of == theme]
            layers = (*areas, *self._of_theme(rasters, theme))
            yield Group(self._say(f"theme.{theme}"), layers, shown & {layer.id for layer in layers}, theme)

    def _of_theme(self, rasters: Sequence[tuple[str, MapLayer]], theme: str) -> list[MapLayer]:
        return [layer for of, layer in rasters if of == theme]

    def _layers(self, table: Table) -> Iterator[MapLayer]:
        title = self._titles[table.name]
        for at, look in enumerate(table.looks):
            shown = (
                ""
                if look.kind == "outline"
                else f": {title_of(self.catalog, table.name, look, self.language)}"
            )
            yield MapLayer(
                id=table.name if at == 0 else f"{table.name}.{look.id}",
                title=title + shown,
                provider="postgres",
                source=self._source(table, look),
                crs="EPSG:4326",
                style=table.style(look, self.language),
                about=self._about(table.name),
                geometry=geometry_of(look),
            )

    def _source(self, table: Table, look: Look) -> str:
        rows = condition(["all", *(["==", ["get", name], value] for name, value in look.rows.items())])
        kind = "Point" if look.kind == "circle" else "MultiPolygon"
        place = f'key=\'{table.id_field}\' srid=4326 type={kind} table="{self.schema}"."{table.name}" (geom)'
        return f"service='{SERVICE}' {place}" + (f" sql={rows}" if rows else "")

    def _rasters(self) -> Iterator[tuple[str, MapLayer]]:
        for entry in self._entries.every() if self.address else ():
            if entry.legend and entry.layer in self.published:
                yield entry.theme, self._raster(entry)

    def _raster(self, entry: Entry) -> MapLayer:
        assert entry.legend is not None, "a raster has a legend"
        further = f"/{entry.variable}" if "." in entry.id else ""
        version = self.published[entry.layer]
        is_class = entry.crop and not entry.product
        crop = self._say("suitability.actual_of").format(crop=entry.title)
        return raster_layer(
            entry.id,
            crop if is_class else entry.heading,
            remote(f"{self.address}/cog/{entry.layer}/{version}{further}.tif"),
            self.catalog.grid.crs,
            entry.legend,
            self._entries.about(entry),
        )

    def _about(self, name: str) -> About:
        known = {entry.id: entry for entry in self._entries.every()}
        services = self.catalog.services
        if name in known:
            return self._entries.about(known[name])
        return About("", services.contact.organisation, services.licence, "")

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        named = {entry.id: entry.title for entry in self._entries.every()}
        return {**named, **titles(self.catalog, self.language)}

    def _theme(self, name: str) -> str:
        """The theme of a table: its own, or that of what it is a table of."""
        return self._themes.get(name, "tables")

    @cached_property
    def _themes(self) -> Mapping[str, str]:
        levels = self.catalog.every_level()
        of_kind = {kind: SUITABILITY if kind == SUITABILITY else "soil" for kind in TABLES}
        of_product = {product.id: product.theme for product in products(self.catalog).values()}
        tables = {table_of(kind, level): theme for kind, theme in of_kind.items() for level in levels}
        made = {table_of(id_, level): theme for id_, theme in of_product.items() for level in levels}
        named = {entry.id: entry.theme for entry in self._entries.every()}
        return {**of_product, **tables, **made, **named, FINDINGS: "quality"}

    def _say(self, key: str) -> str:
        return texts(self.language, self.catalog.directory)[key]
