"""Every product that a configuration supports, by id: the one list that jobs, server and QGIS read."""

from collections.abc import Callable, Iterable

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import Product, ProductVariable
from soilinfo.catalog.product_allocation import allocation_products
from soilinfo.catalog.product_confidence import confidence_products
from soilinfo.catalog.product_direction import direction_products
from soilinfo.catalog.product_fertility import fertility_products
from soilinfo.catalog.product_indicators import indicator_products
from soilinfo.catalog.product_land_degradation import land_degradation_products
from soilinfo.catalog.product_map_units import map_unit_products
from soilinfo.catalog.product_recommendation import recommendation_products
from soilinfo.catalog.product_zoning import zoning_products

__all__ = ["DOMAINS", "Product", "ProductVariable", "product_of_layer", "products"]

DOMAINS: tuple[Callable[[Catalog], Iterable[Product]], ...] = (
    map_unit_products,
    confidence_products,
    direction_products,
    zoning_products,
    fertility_products,
    recommendation_products,
    allocation_products,
    land_degradation_products,
    indicator_products,
)
"""One function of each ``product_<domain>.py``: the products of that domain that a catalog supports."""


def products(catalog: Catalog) -> dict[str, Product]:
    """The products that may be published, by id, in the order people look for them."""
    return {product.id: product for domain in DOMAINS for product in domain(catalog)}


def product_of_layer(catalog: Catalog, layer: str) -> Product | None:
    """The product whose cube has that name; None for any other name."""
    return next((each for each in products(catalog).values() if layer in each.layers(catalog)), None)
