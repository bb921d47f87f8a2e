"""The approved allocation of each plan as a product: tables by level."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import allocation_of_plan
from soilinfo.catalog.product import Product
from soilinfo.catalog.text import label


def allocation_products(catalog: Catalog) -> Iterator[Product]:
    """One for each plan; there is something of it once an allocation is approved."""
    about = label("product.allocation.description", catalog.directory)
    for plan in catalog.allocations.values():
        yield Product(allocation_of_plan(plan.id), plan.title, about, "fertility", False, ())
