"""Products of fertilizer: recommended rates, and what the units of each plan need. Tables only."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import Product
from soilinfo.catalog.text import label

RECOMMENDATION = "fertilizer_recommendation"
NEED = "fertilizer_need"


def recommendation_products(catalog: Catalog) -> Iterator[Product]:
    """Rates where subsidy.yaml names an edition of doses, the need where there is a plan for it."""
    if catalog.subsidy is None:
        return
    if catalog.subsidy.doses:
        yield _table(catalog, RECOMMENDATION)
    if catalog.allocations:
        yield _table(catalog, NEED)


def _table(catalog: Catalog, id: str) -> Product:
    title, about = (label(f"product.{id}{part}", catalog.directory) for part in ("", ".description"))
    return Product(id, title, about, "fertility", False, ())
