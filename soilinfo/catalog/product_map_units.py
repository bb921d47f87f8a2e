"""Products of soil maps: the land evaluation of their map units, told as shares."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import suitability_of_map
from soilinfo.catalog.product import Product
from soilinfo.catalog.text import in_language, label


def map_unit_products(catalog: Catalog) -> Iterator[Product]:
    """One for each soil map: a table of its polygons, and tables by administrative unit."""
    for soil_map in catalog.soil_maps.values():
        named = label("product.suitability_of_map", catalog.directory)
        title = {
            language: text.format(title=in_language(soil_map.title, language))
            for language, text in named.items()
        }
        about = label("product.suitability_of_map.description", catalog.directory)
        yield Product(suitability_of_map(soil_map.id), title, about, "suitability", True, ())
