"""Everything that a configuration may publish and that has a card of its own, in one language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from soilinfo.catalog.legends import Legend, LegendLine
from soilinfo.catalog.map_scale import scale_note
from soilinfo.catalog.models import Catalog, Crop, Layer
from soilinfo.catalog.names import FINDINGS, PROFILE_COLLECTIONS, PROFILES, REGIONAL_COLLECTIONS
from soilinfo.catalog.product import PRODUCT_THEMES, ProductVariable
from soilinfo.catalog.products import Product, products
from soilinfo.catalog.profile_rights import attribution, licence, shared
from soilinfo.catalog.styles import Style, style_of_layer, style_of_suitability
from soilinfo.catalog.text import in_language, texts, unit_text

COVERAGE_THEMES = ("soil", "terrain", "climate", "land")
CROP_GROUPS = ("food", "estate", "horticulture", "forestry")
"""The order in which planners look for crops."""
FIRST_CROP = "rice_irrigated"
"""Shown before all others: every country knows it, and its map shows all classes."""
THEMES = (
    *(*COVERAGE_THEMES, "suitability", *PRODUCT_THEMES),
    *("soil_maps", "profiles", "regions", "tables", "quality"),
)


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
    look: str = ""
    """Of a table that a map shows: the id of the way that it is drawn."""

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
        return self.product or ("suitability" if self.crop else self.layer)


class About(NamedTuple):
    """Where an entry comes from and who may use it; '' where nothing is known."""

    abstract: str
    attribution: str
    licence: str
    lineage: str


@dataclass(frozen=True)
class Entries:
    """What a configuration may publish, as people see it in one language."""

    catalog: Catalog
    language: str

    def every(self) -> Iterator[Entry]:
        """Every entry, published or not; food crops before others."""
        for layer in self.catalog.layers.values():
            yield self._coverage(layer)
        legend = self._legend(style_of_suitability(self.catalog))
        for crop in self._crops:
            yield Entry(f"suitability_{crop.id}", "suitability", self.named(crop.title), legend, crop.id)
        for product in self.products.values():
            yield from self._of_product(product)
        for soil_map in self.catalog.soil_maps.values():
            yield Entry(soil_map.id, "soil_maps", self.named(soil_map.title))
        for level in self.catalog.every_level().values():
            yield Entry(level.id, "regions", self.named(level.title))
        for table in self.catalog.tables.values():
            yield Entry(table.id, "tables", self.named(table.title))
        words = texts(self.language, self.catalog.directory)
        for name in dict.fromkeys((PROFILES, *PROFILE_COLLECTIONS)):
            yield Entry(name, "profiles", words[f"serve.{name}"])
        for name in REGIONAL_COLLECTIONS if self.catalog.region else ():
            yield Entry(name, "indicators", words[f"serve.{name}"])
        yield Entry(FINDINGS, "quality", words["serve.findings"])

    def _coverage(self, layer: Layer) -> Entry:
        style = style_of_layer(self.catalog, layer.id)
        theme = self.catalog.property(layer.property).theme
        return Entry(layer.id, theme, self.named(style.title), self._legend(style))

    def _of_product(self, product: Product) -> Iterator[Entry]:
        """Every variable of a single cube; of cubes for each crop the first one."""
        crops = [crop.id for crop in self._crops] if product.per_crop else [None]
        for crop in crops:
            for variable in product.variables[: 1 if product.per_crop else None]:
                yield self._of_variable(product, product.layer(crop), crop, variable)

    @cached_property
    def _crops(self) -> list[Crop]:
        return sorted(self.catalog.every_crop().values(), key=_rank)

    def of_crop(self, entry: Entry) -> list[Entry]:
        """Every variable of a product's cube of one crop; none for any other raster."""
        product = self.products.get(entry.product)
        if product is None or not product.per_crop:
            return []
        return [self._of_variable(product, entry.layer, entry.crop, each) for each in product.variables]

    def _of_variable(
        self, product: Product, layer: str, crop: str | None, variable: ProductVariable
    ) -> Entry:
        first, named = variable is product.variables[0], self.named(variable.title)
        parts = [self.named(self.catalog.crop(crop).title)] if crop else []
        parts += [named] if len(product.variables) > 1 and not (crop and first) else []
        title = ": ".join([self.named(product.title), *([", ".join(parts)] if parts else [])])
        id_ = layer if first else f"{layer}.{variable.name}"
        legend = self._legend(variable.style)
        return Entry(id_, product.theme, title, legend, crop, product.id, variable.name)

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
        if entry.theme == "profiles":
            return self._about_profiles
        if entry.id in REGIONAL_COLLECTIONS and self.catalog.region:
            region = self.catalog.region
            disclaimer, body = self.named(region.boundaries.disclaimer), self.named(region.body)
            return About(disclaimer, body, services.licence, "")
        if entry.theme == "quality":
            return About("", services.contact.organisation, services.licence, "")
        layer = self.catalog.layer(entry.id)
        described = self.catalog.property(layer.property).description
        abstract = f"{self.named(described)} {self.map_scale}" if described else self.map_scale
        return About(abstract, layer.attribution, layer.licence, layer.lineage)

    @property
    def _about_profiles(self) -> About:
        """Whose the profiles are that the public sees."""
        datasets = shared(self.catalog)
        lineage = "; ".join(each.lineage for each in datasets if each.lineage)
        return About("", attribution(datasets), licence(datasets), lineage)

    def about_named(self, name: str) -> About:
        """The same of anything published, by its name: an entry, or a table of a product."""
        if name in self._named:
            return self.about(self._named[name])
        product = self.products.get(name.rpartition("_by_")[0])
        services = self.catalog.services
        own = About("", services.contact.organisation, services.licence, "")
        return self.about_product(product) if product else own

    @cached_property
    def _named(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.every()}

    def about_product(self, product: Product) -> About:
        """What a product is, for which map scale, and who may use it."""
        services = self.catalog.services
        abstract = f"{self.named(product.description)} {self.map_scale}"
        return About(abstract, services.contact.organisation, services.licence, "")

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """Every product that may be published, by id."""
        return products(self.catalog)

    @property
    def map_scale(self) -> str:
        """The smallest usable map scale of the country's grid."""
        return self.named(scale_note(self.catalog.grid, self.catalog.directory))

    def named(self, label: Mapping[str, str]) -> str:
        """A label of the catalog."""
        return in_language(label, self.language)

    def _legend(self, style: Style) -> Legend:
        unit = unit_text(style.unit, self.language, self.catalog.directory)
        lines = (LegendLine(line.value, self.named(line.label), line.colour) for line in style.entries)
        return Legend(style.kind, unit, tuple(lines))


def _rank(crop: Crop) -> tuple[bool, int]:
    return crop.id != FIRST_CROP, CROP_GROUPS.index(crop.group)
