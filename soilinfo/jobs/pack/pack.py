"""The pack of one administrative unit: published maps, tables, fact sheets and QGIS projects in one zip.

Nothing in it needs a network: projects name their files relative to themselves.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import texts
from soilinfo.jobs.effort import Advance, unheard
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.jobs.ingestion.meaning import misread
from soilinfo.jobs.pack.archive import Archive, archived
from soilinfo.jobs.pack.collections import Published, Rows
from soilinfo.jobs.pack.files import Described, legends
from soilinfo.jobs.pack.rasters import write_raster
from soilinfo.jobs.planning.factsheet import unit_facts
from soilinfo.report.factsheet.facts import Publication, UnitFacts
from soilinfo.report.factsheet.sheet import fact_sheet
from soilinfo.report.pack.contents import SOIL_MAPS, Contents, rasters, themes_of, themes_of_tables
from soilinfo.report.pack.project import PackedLayers, project
from soilinfo.report.pack.readme import MANIFEST, Packed, manifest, read_me
from soilinfo.report.phrases import Phrases
from soilinfo.report.qgis.archive import archive
from soilinfo.report.qgis.tables import qml
from soilinfo.store.files import PARTIAL
from soilinfo.store.handout import Handout, write_handout
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

MARGIN_CELLS = 8
"""Cells around the box of the unit, so that its boundary never lies on the edge of a map."""
DRAWN = 0.8
"""Share of the work that rasters are."""


class Asked(NamedTuple):
    """What a pack is asked for."""

    code: str
    languages: tuple[str, ...]
    """The first is that of the project that bears the code alone."""
    themes: tuple[str, ...]


class Written(NamedTuple):
    """A pack that was written."""

    files: int
    rasters: int
    collections: int
    bytes: int


def asked(
    catalog: Catalog, code: str, languages: Collection[str] = (), themes: Collection[str] = ()
) -> Asked:
    """What is asked for, checked: where none is named every language of the service, and every theme."""
    for language in languages:
        texts(language, catalog.directory)
    return Asked(code, tuple(dict.fromkeys(languages)) or catalog.services.languages, themes_of(themes))


def write_pack(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    wanted: Asked,
    target: Path,
    advance: Advance = unheard,
) -> Written:
    """Write the pack of a unit to ``target``, whole or not at all; the same bytes for the same snapshot.

    What config describes otherwise by now, and is not served therefore, is left out. UnknownNameError for a
    code that no published level has, StoreError when the disk does not take it.
    """
    left_out = {finding.layer for finding in misread(store, catalog, snapshot)}
    layers = {name: version for name, version in snapshot.layers.items() if name not in left_out}
    served = replace(snapshot, layers=layers)
    level, unit = region_of(store, catalog, served, wanted.code)
    published = Published(store, catalog, served, level, unit)
    with (
        TemporaryDirectory(prefix=PARTIAL, dir=target.parent) as work,
        archived(target, published.created) as zipped,
    ):
        making = _Making(published, wanted, zipped, Path(work), advance)
        files, contents = making.made()
    count = len({MANIFEST, *(each.file for each in files)})
    return Written(count, len(contents.rasters), len(contents.columns), target.stat().st_size)


@dataclass(frozen=True)
class _Making:
    """A pack that is being made; ``work`` is a directory for what is not in the zip yet."""

    published: Published
    wanted: Asked
    zipped: Archive
    work: Path
    advance: Advance

    def made(self) -> tuple[list[Packed], Contents]:
        """Every file, in an order that is always the same; the list of files last."""
        collections, contents = self._collections()
        files = dict(self._rasters(contents))
        contents = replace(contents, rasters=tuple(files))
        listed = [*files.values(), *self._geopackage(contents, collections)]
        listed += [packed for language in contents.languages for packed in self._spoken(contents, language)]
        self.zipped.add(MANIFEST, manifest(listed))
        return listed, contents

    def _collections(self) -> tuple[list[Rows], Contents]:
        """The rows of every collection, and what the pack holds beside rasters."""
        published, wanted = self.published, self.wanted
        areas = published.areas()
        every = [*published.tables(areas)]
        themes = themes_of_tables(published.catalog, [each.name for each in every])
        tables = [each for each in every if themes[each.name] in wanted.themes]
        soil_maps = [*published.soil_maps()] if SOIL_MAPS in wanted.themes else []
        rows = [*(Rows(level, units) for level, units in areas.items()), *tables, *soil_maps]
        west, south, east, north = published.unit.geometry.to_crs(published.catalog.grid.crs).total_bounds
        snapshot, unit = published.snapshot, published.unit.iloc[0]
        return rows, Contents(
            catalog=published.catalog,
            publication=Publication(snapshot.id, published.created, snapshot.layers),
            level=published.catalog.level(published.level),
            code=str(unit["code"]),
            name=str(unit["name"]),
            bounds=(float(west), float(south), float(east), float(north)),
            languages=wanted.languages,
            themes=wanted.themes,
            areas=tuple(areas),
            tables={each.name: str(each.areas) for each in tables},
            columns={each.name: tuple(map(str, each.frame.columns)) for each in rows},
            units={each.name: each.legend for each in soil_maps if each.legend},
        )

    def _rasters(self, contents: Contents) -> Iterator[tuple[str, Packed]]:
        """Every raster that has cells around the unit, by its id."""
        published, catalog = self.published, contents.catalog
        found = [*rasters(catalog, contents.publication.versions, contents.themes, contents.languages[0])]
        margin = MARGIN_CELLS * catalog.grid.resolution
        west, south, east, north = contents.bounds
        around = west - margin, south - margin, east + margin, north + margin
        for at, raster in enumerate(found):
            self.advance(DRAWN * at / len(found))
            file, version = self.work / "raster.tif", contents.version(raster.layer)
            if write_raster(published.store, catalog, raster, version, around, file):
                yield raster.id, self._add(raster.file, file.read_bytes(), self._described.raster(raster))

    def _geopackage(self, contents: Contents, collections: list[Rows]) -> Iterator[Packed]:
        """The GeoPackage, told once for each of its collections."""
        spoken = [PackedLayers(contents, Phrases(contents.catalog, each)) for each in contents.languages]
        file = self.work / "collections.gpkg"
        write_handout(file, [_handout(spoken, each) for each in collections], contents.publication.created)
        content = file.read_bytes()
        digest = self.zipped.add(contents.collections, content)
        for each in collections:
            described = self._described.collection(each.name)
            yield described._replace(file=contents.collections, bytes=len(content), sha256=digest)

    def _spoken(self, contents: Contents, language: str) -> Iterator[Packed]:
        """The files of one language: project, fact sheet, read-me, legends."""
        catalog = contents.catalog
        phrases = Phrases(catalog, language)
        title = phrases.say("pack.title", unit=contents.name, code=contents.code)
        name = contents.project(language)
        sheet = fact_sheet(catalog, self._facts, language)
        for file, content in (
            (name, archive(name.removesuffix(".qgz"), project(contents, language))),
            (contents.fact_sheet(language), sheet),
            (contents.read_me(language), read_me(contents, language)),
        ):
            yield self._add(file, content, Packed(file, 0, "", title))
        for file, heading, content in legends(contents, phrases):
            yield self._add(file, content, Packed(file, 0, "", heading))
        self.advance(DRAWN + (1 - DRAWN) * (contents.languages.index(language) + 1) / len(contents.languages))

    def _add(self, file: str, content: bytes, described: Packed) -> Packed:
        digest = self.zipped.add(file, content)
        return described._replace(file=file, bytes=len(content), sha256=digest)

    @cached_property
    def _facts(self) -> UnitFacts:
        published = self.published
        return unit_facts(published.store, published.catalog, published.snapshot, self.wanted.code)

    @cached_property
    def _described(self) -> Described:
        published = self.published
        return Described(published.store, published.catalog, published.snapshot, self.wanted.languages[0])


def _handout(spoken: list[PackedLayers], rows: Rows) -> Handout:
    """A collection with its style in every language, as far as it has places."""
    has_places = rows.areas is not None or "geometry" in rows.frame
    tables = {each.phrases.language: each.table(rows.name) for each in spoken}
    styles = {lang: qml(table.style(table.looks[0], lang)) for lang, table in tables.items()}
    title = spoken[0].title(rows.name)
    return Handout(rows.name, title, rows.frame, rows.areas, rows.key, styles if has_places else {})
