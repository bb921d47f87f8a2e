"""The QGIS project of a pack: every file beside it as a styled layer, by theme, and layouts to print."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import Entries
from soilinfo.catalog.names import SUITABILITY
from soilinfo.catalog.titles import titles
from soilinfo.report.look import Drawn, Look, title_of
from soilinfo.report.pack.contents import OUTSIDE, SOIL_MAPS, Contents, Raster, rasters, themes_of_tables
from soilinfo.report.pack.sheets import layouts
from soilinfo.report.phrases import Phrases
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.project import Project, document
from soilinfo.report.qgis.rules import condition
from soilinfo.report.qgis.style import labels, outline_renderer, outside_renderer, raster_renderer
from soilinfo.report.qgis.tables import Table

WGS84 = "EPSG:4326"
OUTLINE, WIDEST = "#2f3b36", 0.7
"""Colour and width in mm of the unit's own boundary; those within it are thinner."""
VEIL = "#ffffffa6"
"""Over what lies around the unit: it can be seen, and is no part of it."""
LEVELS_SHOWN = 2
"""Levels whose boundaries are switched on: its own, and the one below it."""
LABELLED_FROM = (None, None, 100_000)
"""Scale 1:n from which areas are labelled, by how far below the unit they are; None: always."""


@dataclass(frozen=True)
class PackedLayers:
    """The layers of a pack's project in one language."""

    contents: Contents
    phrases: Phrases

    # ---- groups -------------------------------------------------------------------------

    def groups(self) -> Iterator[Group]:
        """From the top of the map to its bottom; switched on are outlines and the first raster."""
        say = self.phrases.say
        outlines = tuple(self._outlines())
        shown = {*self.contents.areas[:LEVELS_SHOWN], OUTSIDE}
        yield Group(say("theme.regions"), outlines, frozenset(shown))
        first = next((raster.id for theme in self._order for raster in self._rasters_of(theme)), None)
        for theme in self.contents.themes:
            yield from self._tabled(theme)
            layers = tuple(self._soil_maps()) if theme == SOIL_MAPS else ()
            layers += tuple(self._raster(raster) for raster in self._rasters_of(theme))
            begun = frozenset(layer.id for layer in layers if layer.id == first)
            yield Group(say(f"theme.{theme}"), layers, begun, theme)
            yield from self._managed(theme)

    @property
    def _order(self) -> list[str]:
        """Themes in the order in which their first raster is shown at first."""
        return sorted(self.contents.themes, key=lambda theme: theme != SUITABILITY)

    def _tabled(self, theme: str) -> Iterator[Group]:
        """A group of the tables about the units of each level."""
        for level in self.contents.areas:
            tables = [name for name in self.contents.mapped if self.contents.tables[name] == level]
            layers = [layer for name in tables if self._themes[name] == theme for layer in self._table(name)]
            yield Group(f"{self.phrases.say(f'theme.{theme}')}: {self.title(level)}", (*layers,), theme=theme)

    def _managed(self, theme: str) -> Iterator[Group]:
        """A group of each level of management."""
        found: dict[str, list[MapLayer]] = {}
        for raster in self._rasters:
            if raster.scenario and raster.entry.theme == theme:
                found.setdefault(raster.scenario, []).append(self._raster(raster))
        for scenario, layers in found.items():
            title = f"{self.phrases.say(f'theme.{theme}')}: {self.phrases.say(f'scenario.{scenario}')}"
            yield Group(title, tuple(layers), theme=theme)

    def _rasters_of(self, theme: str) -> list[Raster]:
        return [each for each in self._rasters if each.entry.theme == theme and not each.scenario]

    @cached_property
    def _rasters(self) -> list[Raster]:
        packed, versions = self.contents, self.contents.publication.versions
        every = rasters(packed.catalog, versions, packed.themes, self.phrases.language)
        return [each for each in every if each.id in packed.rasters]

    # ---- layers -------------------------------------------------------------------------

    def _raster(self, raster: Raster) -> MapLayer:
        entry, legend = raster.entry, raster.entry.legend
        assert legend is not None, "a raster has a legend"
        title = self.phrases.say("suitability.actual_of", crop=entry.title)
        if raster.scenario:
            title = f"{entry.title}: {self.phrases.say(f'scenario.{raster.scenario}')}"
        return MapLayer(
            id=raster.id,
            title=title if entry.crop and not entry.product else entry.heading,
            provider="gdal",
            source=f"./{raster.file}",
            crs=self.contents.catalog.grid.crs,
            style=(raster_renderer(legend),),
            about=self._entries.about(entry),
            legend_nodes=1 if legend.kind == "ramp" else len(legend.lines),
            notes=self.version(raster.layer),
        )

    def _outlines(self) -> Iterator[MapLayer]:
        """The unit's boundary on top, those within it below; it is labelled itself where none are within.

        Its name would stand in the place of theirs.
        """
        for rank, name in enumerate(self.contents.areas):
            scale = LABELLED_FROM[min(rank, len(LABELLED_FROM) - 1)]
            look = outline_renderer(OUTLINE, max(0.15, WIDEST - 0.3 * rank))
            names = labels("name", max(7, 11 - 2 * rank), scale)
            labelled = rank > 0 or len(self.contents.areas) == 1
            yield self._vector(name, self.title(name), (look, names) if labelled else (look,))
        veil = (outside_renderer(VEIL),)
        yield self._vector(self.contents.level.id, self.phrases.say("pack.outside"), veil, OUTSIDE)

    def _soil_maps(self) -> Iterator[MapLayer]:
        for name in self.contents.units:
            table = self.table(name)
            yield self._vector(name, self.title(name), table.style(table.looks[0], self.phrases.language))

    def _table(self, name: str) -> Iterator[MapLayer]:
        for look in self.table(name).looks:
            yield from self._looks(name, look)

    def _looks(self, name: str, look: Look) -> Iterator[MapLayer]:
        """A table drawn by one look: of every crop where its rows are of one each."""
        style = self.table(name).style(replace(look, rows={}), self.phrases.language)
        for crop in self._crops or [look.rows["crop"]] if look.is_of_crop else [look.rows.get("crop", "")]:
            rows = {**look.rows, **({"crop": crop} if crop else {})}
            drawn = title_of(self.contents.catalog, name, look, self.phrases.language, rows)
            title = f"{self.title(name)}: {drawn}" if look.kind == "fill" else self.title(name)
            yield self._vector(name, title, style, ".".join((name, look.id, *rows.values())), rows)

    def _vector(
        self,
        name: str,
        title: str,
        style: tuple[Element, ...],
        id_: str = "",
        rows: Mapping[str, str] | None = None,
    ) -> MapLayer:
        chosen = condition(
            ["all", *(["==", ["get", column], value] for column, value in (rows or {}).items())]
        )
        source = f"./{self.contents.collections}|layername={name}" + (f"|subset={chosen}" if chosen else "")
        about, notes = self._entries.about_named(name), self.version(name)
        return MapLayer(id_ or name, title, "ogr", source, WGS84, style, about, notes=notes)

    def table(self, name: str) -> Table:
        """A table or soil map of the pack, to be drawn."""
        packed = self.contents
        units = packed.units.get(name, ())
        drawn = Drawn(name, packed.columns[name], packed.catalog, packed.publication.versions, units)
        return Table(drawn, "id", packed.version(name))

    # ---- what is said of them -----------------------------------------------------------

    def title(self, name: str) -> str:
        """What a collection is called."""
        return self._titles[name]

    def version(self, name: str) -> str:
        """Of which version and publication something is."""
        publication = self.contents.publication
        told = self.phrases.say(
            "factsheet.publication", number=publication.id, date=self.phrases.date(publication.created)
        )
        return f"{self.phrases.say('collection.version')}: {self.contents.version(name)}. {told}."

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.contents.catalog, self.phrases.language)

    @cached_property
    def _themes(self) -> Mapping[str, str]:
        return themes_of_tables(self.contents.catalog, self.contents.tables)

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return titles(self.contents.catalog, self.phrases.language)

    @property
    def _crops(self) -> list[str]:
        return [str(each.entry.crop) for each in self._rasters_of(SUITABILITY)]


def project(contents: Contents, language: str) -> bytes:
    """The .qgs document (UTF-8 XML) in one language; every file is named relative to it."""
    phrases = Phrases(contents.catalog, language)
    layers = PackedLayers(contents, phrases)
    services = contents.catalog.services
    groups = tuple(layers.groups())
    return document(
        Project(
            id=contents.code,
            title=phrases.say("pack.title", unit=contents.name, code=contents.code),
            abstract=f"{phrases.named(services.description)}\n\n{phrases.named(services.disclaimer)}",
            language=language,
            licence=services.licence,
            author=services.contact.organisation,
            crs=contents.catalog.grid.crs,
            bounds=contents.bounds,
            groups=groups,
            layouts=tuple(layouts(contents, phrases, groups)),
        )
    )
