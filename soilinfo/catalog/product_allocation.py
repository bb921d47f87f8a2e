"""The approved allocation of each plan as products: tables by level, and what it was made by."""

from collections.abc import Iterator

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import allocation_of_plan, needs_of_plan, rates_of_plan
from soilinfo.catalog.product import Product
from soilinfo.catalog.text import in_language, label


def allocation_products(catalog: Catalog) -> Iterator[Product]:
    """Three for each plan; there is something of them once an allocation is approved."""
    about = label("product.allocation.description", catalog.directory)
    for plan in catalog.allocations.values():
        yield Product(allocation_of_plan(plan.id), plan.title, about, "fertility", False, ())
        yield _made_by(catalog, plan, needs_of_plan(plan.id), "product.allocation_needs")
        yield _made_by(catalog, plan, rates_of_plan(plan.id), "product.allocation_rates")


def _made_by(catalog: Catalog, plan: AllocationPlan, id: str, key: str) -> Product:
    title, about = (label(f"{key}{part}", catalog.directory) for part in ("", ".description"))
    titles = {
        language: text.format(plan=in_language(plan.title, language)) for language, text in title.items()
    }
    return Product(id, titles, about, "fertility", False, ())
