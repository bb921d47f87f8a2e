"""What a pack holds, and what its files are called."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from soilinfo.catalog.entries import COVERAGE_THEMES, Entries, Entry
from soilinfo.catalog.legends import UnitLine
from soilinfo.catalog.models import SCENARIOS, Catalog, Level
from soilinfo.catalog.names import SUITABILITY
from soilinfo.catalog.product import PRODUCT_THEMES
from soilinfo.catalog.products import products
from soilinfo.catalog.text import DEFAULT_LANGUAGE
from soilinfo.errors import UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.report.factsheet.facts import Publication

SOIL_MAPS, TABLES = "soil_maps", "tables"
OUTSIDE = "outside"
"""The layer that veils what lies around the unit."""
PACK_THEMES = (SOIL_MAPS, SUITABILITY, *PRODUCT_THEMES, *COVERAGE_THEMES, TABLES)
"""Groups that a pack may be made of, from the top of the map to its bottom; boundaries are in every pack."""


class Raster(NamedTuple):
    """One variable of a published version, and the entry that tells what it is."""

    id: str
    layer: str
    variable: str
    entry: Entry

    @property
    def scenario(self) -> str:
        """The level of management of a suitability other than the land as it is; '' of anything else."""
        is_other = self.entry.theme == SUITABILITY and self.variable != SCENARIOS[0]
        return self.variable if is_other else ""

    @property
    def legend(self) -> str:
        """What its legend is called, which the rasters of all crops share."""
        return ".".join(dict.fromkeys([self.entry.collection, *filter(None, [self.entry.variable])]))

    @property
    def file(self) -> str:
        """Its place in the pack."""
        return f"rasters/{self.id}.tif"


@dataclass(frozen=True)
class Contents:
    """What one pack holds, whatever its languages."""

    catalog: Catalog
    publication: Publication
    """With the version of everything published."""
    level: Level
    code: str
    name: str
    bounds: Bounds
    """Of the unit, in the CRS of the grid."""
    languages: tuple[str, ...]
    """Of projects, fact sheets, legends and read-me."""
    themes: Collection[str]
    rasters: Collection[str] = ()
    """Ids of those that have cells around the unit."""
    areas: tuple[str, ...] = ()
    """Its level and those below it, as far as they are published."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """The level whose units each table is about, by its name."""
    columns: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of every collection: areas, tables, soil maps."""
    units: Mapping[str, tuple[UnitLine, ...]] = field(default_factory=dict)
    """The legend of each soil map, as far as its units touch the unit."""

    @property
    def mapped(self) -> list[str]:
        """The tables to draw: of one unit alone a map would show but one colour, where it has parts."""
        return [name for name, level in self.tables.items() if level in (self.areas[1:] or self.areas)]

    @property
    def collections(self) -> str:
        """The file of everything that is no raster."""
        return f"{self.code}.gpkg"

    def project(self, language: str) -> str:
        """The project of a language: of the first it has the name that is looked for."""
        return f"{self.code}.qgz" if language == self.languages[0] else f"{self.code}.{language}.qgz"

    def fact_sheet(self, language: str) -> str:
        """The fact sheet of a language."""
        return f"{self.code}.{language}.pdf"

    def read_me(self, language: str) -> str:
        """The read-me of a language."""
        return f"README.{language}.txt"

    def version(self, layer: str) -> str:
        """The version of a published layer."""
        return self.publication.versions[layer]


def themes_of(asked: Collection[str]) -> tuple[str, ...]:
    """The themes asked for, in the order of PACK_THEMES; all where none is. UnknownNameError for another."""
    for theme in asked:
        if theme not in PACK_THEMES:
            raise UnknownNameError("theme", theme, PACK_THEMES)
    return tuple(theme for theme in PACK_THEMES if not asked or theme in asked)


def rasters(
    catalog: Catalog, published: Collection[str], themes: Collection[str], language: str = DEFAULT_LANGUAGE
) -> Iterator[Raster]:
    """Every published raster of these themes; of a crop one for each level of management."""
    for entry in Entries(catalog, language).every():
        if entry.legend and entry.theme in themes and entry.layer in published:
            yield from _variables(entry)


def _variables(entry: Entry) -> Iterator[Raster]:
    if entry.product or not entry.crop:
        yield Raster(entry.id, entry.layer, entry.variable or entry.layer, entry)
        return
    for scenario in SCENARIOS:
        id_ = entry.id if scenario == SCENARIOS[0] else f"{entry.id}.{scenario}"
        yield Raster(id_, entry.layer, scenario, entry)


def themes_of_tables(catalog: Catalog, tables: Collection[str]) -> dict[str, str]:
    """The theme that each table is packed with."""
    of_product = {name: product.theme for name, product in products(catalog).items()}
    themes = {SUITABILITY: SUITABILITY, **of_product}
    return {name: themes.get(name.rpartition("_by_")[0], TABLES) for name in tables}
