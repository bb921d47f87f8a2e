"""What people's pages and the QGIS project are written from: one publication in one language.

A :class:`Site` turns the catalog and one snapshot into entries by theme, each with its title,
legend and addresses, so that no page needs to know how a collection or a COG is named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from pyproj import Transformer
from starlette.requests import HTTPConnection

from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, Layer, Level
from soilinfo.catalog.names import FINDINGS, suitability_of_map, table_of
from soilinfo.catalog.product import PRODUCT_THEMES
from soilinfo.catalog.products import Product, products
from soilinfo.catalog.styles import NO_DATA_COLOUR, Style, style_of_layer, style_of_suitability
from soilinfo.catalog.text import in_language, texts, unit_text
from soilinfo.grid import Bounds
from soilinfo.store.ledger import Snapshot

COVERAGE_THEMES = ("soil", "terrain", "climate", "land")
CROP_GROUPS = ("food", "estate", "horticulture", "forestry")
"""The order in which planners look for crops."""
FIRST_CROP = "rice_irrigated"
"""Shown before all others: every country knows it, and its map shows all classes."""
THEMES = (*COVERAGE_THEMES, "suitability", *PRODUCT_THEMES, "soil_maps", "regions", "tables", "quality")
MOST_TICKS = 7


class LegendLine(NamedTuple):
    """One line of a legend: a value (or class code), its text, its colour as #rrggbb."""

    value: float
    label: str
    colour: str


class UnitLine(NamedTuple):
    """One map unit in the legend of a soil map; ``soils`` None where there is no soil."""

    code: str
    name: str | None
    soils: str | None
    colour: str

    @property
    def label(self) -> str:
        """Code with its soils, or with its name where there are none."""
        return f"{self.code}: {self.soils or self.name or ''}".rstrip(": ")


class Legend(NamedTuple):
    """How a raster is coloured: a 'ramp' runs evenly between its lines, 'classes' are one line each."""

    kind: Literal["ramp", "classes"]
    unit: str
    lines: tuple[LegendLine, ...]

    @property
    def ticks(self) -> tuple[LegendLine, ...]:
        """The lines of a ramp to write below it: at equal steps from end to end, not more than seven."""
        last = len(self.lines) - 1
        step = next(step for step in range(1, last + 1) if last % step == 0 and last // step < MOST_TICKS)
        return self.lines[::step]


class Entry(NamedTuple):
    """One published raster, soil map, level of regions or table as people see it."""

    id: str
    """Its name in the snapshot, with a point and the variable where that is a further one of a product."""
    theme: str
    title: str
    legend: Legend | None = None
    """None for what is no raster."""
    crop: str | None = None
    """The crop that it is about."""
    product: str = ""
    """The product that it shows ``variable`` of."""
    variable: str = ""

    @property
    def layer(self) -> str:
        """Its name in the snapshot."""
        return self.id.partition(".")[0]

    @property
    def unit(self) -> str:
        """Unit to show beside the title, '' where there is none to show or the title ends with it."""
        unit = self.legend.unit if self.legend else ""
        return "" if self.title.endswith(unit) else unit

    @property
    def heading(self) -> str:
        """Title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def collection(self) -> str:
        """Id of the collection that serves it: one for all crops."""
        return self.product or ("suitability" if self.crop else self.id)


class About(NamedTuple):
    """Where an entry comes from and who may use it; '' where nothing is known."""

    abstract: str
    attribution: str
    licence: str
    lineage: str


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
    def entries(self) -> Mapping[str, Entry]:
        """Everything published that has a card of its own, by its name, food crops first."""
        return {entry.id: entry for entry in self._every_entry() if entry.layer in self.published}

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """Every product that may be published, by id."""
        return products(self.catalog)

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
        titles = self.catalog.soil_map(name).non_soil
        return [
            line._replace(name=self.named(titles[line.code])) if line.code in titles else line
            for line in self.units[name]
        ]

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
        return [level for level in self.catalog.levels.values() if f"{table}_by_{level.id}" in self.published]

    @property
    def planning_level(self) -> Level | None:
        """The level whose suitability table the map shows: the one below the top, as plans are made there."""
        return next(iter(reversed(self.table_levels("suitability")[:2])), None)

    def _every_entry(self) -> Iterator[Entry]:
        for layer in self.catalog.layers.values():
            yield self._coverage(layer)
        legend = self._legend(style_of_suitability(self.catalog))
        for crop in sorted(self.catalog.every_crop().values(), key=_rank):
            yield Entry(f"suitability_{crop.id}", "suitability", self.named(crop.title), legend, crop.id)
        for product in self.products.values():
            yield from self._of_product(product)
        for soil_map in self.catalog.soil_maps.values():
            yield Entry(soil_map.id, "soil_maps", self.named(soil_map.title))
        for level in self.catalog.levels.values():
            yield Entry(level.id, "regions", self.named(level.title))
        for table in self.catalog.tables.values():
            yield Entry(table.id, "tables", self.named(table.title))
        yield Entry(FINDINGS, "quality", self.say("serve.findings"))

    def _coverage(self, layer: Layer) -> Entry:
        style = style_of_layer(self.catalog, layer.id)
        theme = self.catalog.property(layer.property).theme
        return Entry(layer.id, theme, self.named(style.title), self._legend(style))

    def _of_product(self, product: Product) -> Iterator[Entry]:
        """Every variable of a single cube; of cubes for each crop the first one."""
        named, several = self.named(product.title), len(product.variables) > 1
        for layer, crop in product.layers(self.catalog).items():
            for at, variable in enumerate(product.variables[: 1 if product.per_crop else None]):
                of = self.catalog.crop(crop).title if crop else variable.title
                title = f"{named}: {self.named(of)}" if crop or several else named
                id_ = f"{layer}.{variable.name}" if at else layer
                legend = self._legend(variable.style)
                yield Entry(id_, product.theme, title, legend, crop, product.id, variable.name)

    def about(self, entry: Entry) -> About:
        """Description, source, licence and lineage of one entry."""
        services = self.catalog.services
        if entry.product:
            return self.about_product(self.products[entry.product])
        if entry.crop:
            crop = self.catalog.crop(entry.crop)
            lineage = f"{crop.criteria_set}, {crop.edition}: {crop.source.title}"
            abstract = f"{self.named(services.disclaimer)} {self.map_scale}"
            return About(abstract, services.contact.organisation, services.licence, lineage)
        if entry.theme == "regions":
            level = self.catalog.level(entry.id)
            return About("", level.attribution, level.licence, level.code_system)
        if entry.theme == "soil_maps":
            soil_map = self.catalog.soil_map(entry.id)
            return About("", soil_map.attribution, soil_map.licence, soil_map.lineage)
        if entry.theme == "tables":
            table = self.catalog.table(entry.id)
            return About("", table.attribution, table.licence, table.lineage)
        if entry.theme == "quality":
            return About("", services.contact.organisation, services.licence, "")
        layer = self.catalog.layer(entry.id)
        described = self.catalog.property(layer.property).description
        abstract = f"{self.named(described)} {self.map_scale}" if described else self.map_scale
        return About(abstract, layer.attribution, layer.licence, layer.lineage)

    def about_product(self, product: Product) -> About:
        """What a product is, for which map scale, and who may use it."""
        services = self.catalog.services
        abstract = f"{self.named(product.description)} {self.map_scale}"
        return About(abstract, services.contact.organisation, services.licence, "")

    @property
    def map_scale(self) -> str:
        """The smallest usable map scale of the country's grid."""
        return self.named(scale_note(self.catalog.grid, self.catalog.directory))

    def _legend(self, style: Style) -> Legend:
        lines = (LegendLine(line.value, self.named(line.label), line.colour) for line in style.entries)
        return Legend(style.kind, self.unit(style.unit), tuple(lines))

    # ---- addresses ----------------------------------------------------------------------

    def path(self, path: str) -> str:
        """A path of this service on this host."""
        return f"{urlsplit(self.base).path}{path}"

    def link(self, path: str, **query: object) -> str:
        """A link for a page: the language is kept."""
        return f"{self.path(path)}?{urlencode({**query, 'lang': self.language})}"

    def static(self, name: str) -> str:
        """A file of the pages: style sheet, script, icon."""
        return self.path(f"/static/{name}")

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
    def project(self) -> str:
        """The QGIS project in this language."""
        return self.link(f"/qgis/{self.catalog.country.id}.qgs")

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
        query = {"f": "png", "transparent": "true", **chosen, **query}
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


def _rank(crop: Crop) -> tuple[bool, int]:
    return crop.id != FIRST_CROP, CROP_GROUPS.index(crop.group)


# ---- from a request ---------------------------------------------------------------------


class Publication(Protocol):
    """What one request sees: never two snapshots in one answer."""

    @property
    def catalog(self) -> Catalog:
        """The catalog the snapshot is described in."""

    @property
    def snapshot(self) -> Snapshot:
        """What is published."""

    @property
    def base_url(self) -> str:
        """The public address of this request."""

    @property
    def units(self) -> Mapping[str, tuple[UnitLine, ...]]:
        """Legend of each published soil map."""


class State(Protocol):
    """What the application shares between requests."""

    @property
    def publication(self) -> Publication:
        """What the request being answered sees."""


def site_of(request: HTTPConnection, state: State) -> Site:
    """The site as this request asks for it: its publication, its address, its language."""
    publication = state.publication
    language = language_of(request, publication.catalog)
    base, units = publication.base_url, publication.units
    return Site(publication.catalog, publication.snapshot, base, language, units)


def language_of(request: HTTPConnection, catalog: Catalog) -> str:
    """The language of ``?lang=``, else the first acceptable one that the service has, else its first."""
    spoken = catalog.services.languages
    wanted = [request.query_params.get("lang", ""), *accepted(request.headers.get("accept-language", ""))]
    return next((code for code in (tag[:2].lower() for tag in wanted) if code in spoken), spoken[0])


def accepted(header: str) -> list[str]:
    """Tags of an Accept or Accept-Language header, the most wanted first."""
    parts = [part.strip().partition(";q=") for part in header.split(",") if part.strip()]
    return [tag for tag, _, _ in sorted(parts, key=lambda part: -_weight(part[2]))]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
