"""The product of how sure the classes of suitability are."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import NODATA, PERCENT, Product, ProductVariable, TableView
from soilinfo.catalog.styles import style_of_numbers
from soilinfo.catalog.text import label

CONFIDENCE = "confidence"
VARIABLES = ("confidence", "confidence_low", "confidence_high", "p_s1", "p_s2", "p_s3", "p_n")
"""The probability of the assigned class, its bounds, and the probability of each class."""


def confidence_products(catalog: Catalog) -> Iterator[Product]:
    """``confidence``, where the configuration has a layer that says how uncertain another one is."""
    if any(layer.statistic != "mean" for layer in catalog.layers.values()):
        where = catalog.directory
        yield Product(
            CONFIDENCE,
            label("product.confidence", where),
            label("product.confidence.description", where),
            "confidence",
            True,
            tuple(_variable(catalog, name) for name in VARIABLES),
            TableView("confidence_pct", of_crop=True),
        )


def _variable(catalog: Catalog, name: str) -> ProductVariable:
    """A probability in half percents."""
    title = label(f"variable.{name}", catalog.directory)
    style = style_of_numbers(catalog, title, PERCENT, "%", (0.0, 100.0))
    return ProductVariable(name, title, "uint8", NODATA, 0.5, "%", style)
