"""What everything that is published is called, in one language."""

from collections.abc import Mapping

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import (
    PROFILE_COLLECTIONS,
    REGIONAL_COLLECTIONS,
    TABLES,
    components_of_map,
    suitability_of,
    table_of,
)
from soilinfo.catalog.products import products
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.catalog.text import in_language, texts


def titles(catalog: Catalog, language: str) -> Mapping[str, str]:
    """Title of every published name that the catalog describes: rasters, crops, levels, tables, soil maps."""
    words = texts(language, catalog.directory)
    levels = [
        (level, in_language(level.singular, language).lower()) for level in catalog.every_level().values()
    ]
    maps = {name: in_language(each.title, language) for name, each in catalog.soil_maps.items()}
    components, made = words["serve.soil_map.components"], products(catalog).values()
    return {
        **{name: in_language(catalog.title_of(layer), language) for name, layer in catalog.layers.items()},
        **{
            suitability_of(name): f"{words['suitability.title']}: {in_language(crop.title, language)}"
            for name, crop in catalog.every_crop().items()
        },
        **{
            name: _of_crop(catalog, in_language(product.title, language), crop, language)
            for product in made
            for name, crop in product.layers(catalog).items()
        },
        **{product.id: in_language(product.title, language) for product in made if not product.variables},
        **{name: in_language(level.title, language) for name, level in catalog.every_level().items()},
        **{
            table_of(product.id, level.id): words["serve.product_by"].format(
                product=in_language(product.title, language), level=singular
            )
            for level, singular in levels
            for product in made
        },
        **{
            table_of(kind, level.id): words[f"serve.{kind}_by"].format(level=singular)
            for level, singular in levels
            for kind in TABLES
        },
        **{name: words[f"serve.{name}"] for name in (*PROFILE_COLLECTIONS, *REGIONAL_COLLECTIONS)},
        **maps,
        **{
            name: in_language(each.title, language)
            for name, each in by_held_name(catalog.soil_profiles).items()
        },
        **{components_of_map(name): components.format(title=title) for name, title in maps.items()},
        **{name: in_language(table.title, language) for name, table in catalog.tables.items()},
    }


def _of_crop(catalog: Catalog, title: str, crop: str | None, language: str) -> str:
    return f"{title}: {in_language(catalog.crop(crop).title, language)}" if crop else title
