"""Products of reporting: indicators by administrative unit, and indices of soil health with their parts."""

from collections.abc import Iterator
from dataclasses import replace

from soilinfo.catalog.indicator_layers import last_year, latest_layers
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import Product, TableView
from soilinfo.catalog.text import label

INDICATORS = "indicators"
SOIL_HEALTH = "soil_health"


def indicator_products(catalog: Catalog) -> Iterator[Product]:
    """Those for which the configuration has indicators, and an index."""
    if catalog.indicators:
        yield _product(catalog, INDICATORS, _shown(catalog))
    if any(each.kind == "index" for each in catalog.indicators.values()):
        yield _product(catalog, SOIL_HEALTH, TableView("index_score", _of_index(catalog)))


def _product(catalog: Catalog, id: str, table: TableView | None) -> Product:
    title, about = (label(f"product.{id}{part}", catalog.directory) for part in ("", ".description"))
    return Product(id, title, about, "indicators", False, (), table)


def _shown(catalog: Catalog) -> TableView | None:
    """Affected land by the first threshold and the newest layer of each indicator that has a threshold."""
    views = [view for each in catalog.indicators.values() if (view := _view(catalog, each))]
    if not views:
        return None
    first, *others = views
    return replace(first, others=tuple(others))


def _view(catalog: Catalog, indicator: Indicator) -> TableView | None:
    told = (
        (each.property, latest_layers(catalog, each.property, indicator.depth)) for each in indicator.inputs
    )
    property_, layers = next((each for each in told if each[1]), ("", []))
    thresholds = [each.id for each in indicator.thresholds_of(property_)]
    if indicator.kind == "class_share":
        thresholds = [""]
    if not layers or not thresholds:
        return None
    year = max(last_year(layer.time or "") for layer in layers) or "undated"
    rows = {"indicator": indicator.id, "year": year, "threshold": thresholds[0]}
    return TableView("affected_pct", rows, id=indicator.id)


def _of_index(catalog: Catalog) -> dict[str, str]:
    index = next(each for each in catalog.indicators.values() if each.kind == "index")
    return {"health_index": index.id, "indicator": index.parts[0].indicator}
