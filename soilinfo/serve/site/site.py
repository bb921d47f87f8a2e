"""What people's pages and the QGIS project are written from: one publication in one language.

A :class:`Site` turns the catalog and one snapshot into entries by theme, each with its title,
legend and addresses, so that no page needs to know how a collection or a COG is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from pyproj import Transformer

from soilinfo.catalog.entries import About, Entries, Entry
from soilinfo.catalog.legends import UnitLine, unit_lines
from soilinfo.catalog.models import SCENARIOS, Catalog, Level
from soilinfo.catalog.names import PROFILES, suitability_of_map, table_of
from soilinfo.catalog.product import Product
from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.catalog.text import in_language, texts, unit_text
from soilinfo.grid import Bounds
from soilinfo.serve.delivery.fingerprint import software
from soilinfo.store.ledger import Snapshot


@dataclass(frozen=True)
class Site:
    """One publication at one public address in one language."""

    catalog: Catalog
    snapshot: Snapshot
    base: str
    """Public address without a slash at its end."""
    language: str
    units: Mapping[str, tuple[UnitLine, ...]] = field(default_factory=dict)
    """Legend of each published soil map."""

    @property
    def published(self) -> Mapping[str, str]:
        """Version by published name."""
        return self.snapshot.layers

    @property
    def title(self) -> str:
        """Name of the service."""
        return self.named(self.catalog.services.title)

    def say(self, key: str, **values: object) -> str:
        """A text of the user interface."""
        return texts(self.language, self.catalog.directory)[key].format(**values)

    def named(self, label: Mapping[str, str]) -> str:
        """A label of the catalog."""
        return in_language(label, self.language)

    def unit(self, symbol: str) -> str:
        """A unit as people write it ('°C' for degC); '' for none and for pH, which its title names."""
        return unit_text(symbol, self.language, self.catalog.directory)

    # ---- what is published --------------------------------------------------------------

    @cached_property
    def _entries(self) -> Entries:
        return Entries(self.catalog, self.language)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Everything published that has a card of its own, by its name, food crops first."""
        return {entry.id: entry for entry in self._entries.every() if entry.layer in self.published}

    @property
    def products(self) -> Mapping[str, Product]:
        """Every product that may be published, by id."""
        return self._entries.products

    @property
    def front(self) -> Entry | None:
        """The raster to show first: the suitability of the first crop, else the first layer."""
        rasters = [entry for entry in self.entries.values() if entry.legend]
        return next(iter([*self.of_theme("suitability"), *rasters]), None)

    def named_in_full(self, entry: Entry) -> str:
        """Title that says what a raster is also where no theme stands above it."""
        is_class = entry.crop and not entry.product
        return self.say("suitability.actual_of", crop=entry.title) if is_class else entry.heading

    @property
    def no_data_colour(self) -> str:
        """Colour of land without data."""
        return NO_DATA_COLOUR

    def legend_of_map(self, name: str) -> list[UnitLine]:
        """The legend of a soil map, units without soil named in the language; empty for anything else."""
        if name not in self.units:
            return []
        return unit_lines(self.units[name], self.catalog.soil_map(name).non_soil, self.language)

    def variables_of(self, entry: Entry) -> list[Entry]:
        """What can be shown in place of an entry of one crop: every variable of its product."""
        return self._entries.of_crop(entry)

    def of_theme(self, theme: str) -> list[Entry]:
        """The entries of one theme."""
        return [entry for entry in self.entries.values() if entry.theme == theme]

    def of_collection(self, collection: str) -> list[Entry]:
        """The entries that one collection serves: a crop or a variable each, or only itself."""
        return [entry for entry in self.entries.values() if entry.collection == collection]

    def product_tables(self, name: str) -> dict[str, str]:
        """Title by id of each published table of a product about the units of a level or a soil map."""
        ids = {table_of(each.id, name): each for each in self.products.values()}
        own = suitability_of_map(name)
        ids |= {own: self.products[own]} if own in self.products else {}
        tables = {id_: self.named(each.title) for id_, each in ids.items()}
        return {name: title for name, title in tables.items() if name in self.published}

    def table_levels(self, table: str) -> list[Level]:
        """Levels that have a published table ``suitability`` or ``properties`` by region, coarse to fine."""
        return [
            level
            for level in self.catalog.every_level().values()
            if f"{table}_by_{level.id}" in self.published
        ]

    @property
    def planning_level(self) -> Level | None:
        """The level whose suitability table the map shows: the one below the top, as plans are made there."""
        levels = [level for level in self.table_levels("suitability") if level.id in self.catalog.levels]
        return next(reversed(levels[:2]), None)

    def about(self, entry: Entry) -> About:
        """Description, source, licence and lineage of one entry."""
        return self._entries.about(entry)

    def about_product(self, product: Product) -> About:
        """What a product is, for which map scale, and who may use it."""
        return self._entries.about_product(product)

    @property
    def map_scale(self) -> str:
        """The smallest usable map scale of the country's grid."""
        return self._entries.map_scale

    # ---- addresses ----------------------------------------------------------------------

    def path(self, path: str) -> str:
        """A path of this service on this host."""
        return f"{urlsplit(self.base).path}{path}"

    def link(self, path: str, **query: object) -> str:
        """A link for a page: the language is kept."""
        return f"{self.path(path)}?{urlencode({**query, 'lang': self.language})}"

    def static(self, name: str) -> str:
        """A file of the pages: style sheet, script, icon; a new program has new addresses for its own."""
        return self.path(f"/static/{name}?v={software()}")

    @property
    def land(self) -> tuple[str, str] | None:
        """Level and version of the regions that show where land is; None when no level is published."""
        return next(((entry.id, self.published[entry.id]) for entry in self.of_theme("regions")), None)

    @property
    def land_picture(self) -> str | None:
        """Path of the shape of the land, to lie below a picture of the country."""
        return self.path("/land/{}/{}.svg".format(*self.land)) if self.land else None

    def soil_picture(self, name: str) -> str:
        """Path of a PNG of a soil map of the whole country."""
        return self.path(f"/soil_maps/{name}/{self.published[name]}.png")

    @property
    def profile_picture(self) -> str:
        """Path of a picture of where soil profiles are, to lie over that of the land."""
        return self.path(f"/profiles/{self.published[PROFILES]}.svg")

    @property
    def project(self) -> str:
        """The QGIS project in this language."""
        return self.link(f"/qgis/{self.catalog.country.id}.qgs")

    def layer_definition(self, collection: str) -> str:
        """Everything that a collection serves as layers of QGIS, to be added to any project."""
        return self.link(f"/qgis/{collection}.qlr")

    def cog(self, name: str) -> str:
        """Public address of the GeoTIFF of one published raster, by the id of its entry."""
        layer, _, variable = name.partition(".")
        further = f"/{variable}" if variable else ""
        return f"{self.base}/cog/{layer}/{self.published[layer]}{further}.tif"

    def map_image(self, entry: Entry, scenario: str = SCENARIOS[0], **query: object) -> str:
        """Path of a PNG map of one raster; ``query`` gives its bbox and size."""
        shown = {"variable": entry.variable} if entry.product else {"scenario": scenario}
        crop = {"crop": entry.crop} if entry.crop else {}
        chosen = crop | shown if entry.crop or entry.product else {}
        query = {"f": "png", "transparent": "true", "crs": "OGC:CRS84", **chosen, **query}
        return f"{self.path(f'/collections/{entry.collection}/map')}?{urlencode(query)}"

    def picture(self, entry: Entry, width: int, scenario: str = SCENARIOS[0]) -> str:
        """Path of a PNG of the whole country."""
        bbox = ",".join(f"{side:.6f}" for side in self.bounds)
        return self.map_image(entry, scenario, bbox=bbox, width=width, height=self.picture_height(width))

    def picture_height(self, width: int) -> int:
        """Height in pixels of a picture of the country."""
        west, south, east, north = self.bounds
        return max(1, round(width * (north - south) / (east - west)))

    @cached_property
    def bounds(self) -> Bounds:
        """West, south, east, north of the country's grid in degrees."""
        grid = self.catalog.grid
        if grid.is_geographic:
            return grid.bounds
        return Transformer.from_crs(grid.crs, "OGC:CRS84", always_xy=True).transform_bounds(*grid.bounds)
