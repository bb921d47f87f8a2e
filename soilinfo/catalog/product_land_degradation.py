"""The product of land degradation, SDG indicator 15.3.1: its status, the baseline and the sub-indicators."""

from collections.abc import Iterator

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import Product, ProductVariable, TableView, classes
from soilinfo.catalog.styles import StyleEntry
from soilinfo.catalog.text import label

LAND_DEGRADATION = "land_degradation"
SUB_INDICATORS = ("land_cover", "productivity", "soc")
PARTS = ("status", "baseline", *SUB_INDICATORS)
"""What the raster tells: the status after the baseline rule, the baseline, and the sub-indicators of the
period that is reported."""
_CLASSES = (
    (1, "degraded", "#9b2779"),
    (2, "stable", "#f2ead3"),
    (3, "improved", "#1b8a5a"),
    (4, "not_judged", "#6b4f2a"),
    (5, "water", "#8fc1e3"),
)
"""Code, id and colour; the codes are those of :mod:`soilinfo.evaluate.indicators.land_degradation`."""


def land_degradation_products(catalog: Catalog) -> Iterator[Product]:
    """Land degradation, where the configuration has rules for it."""
    if catalog.land_degradation:
        title, about = (
            label(f"product.{LAND_DEGRADATION}{part}", catalog.directory) for part in ("", ".description")
        )
        variables = tuple(_variable(catalog, part) for part in PARTS)
        shown = TableView("share_pct", {"part": "status", "verdict": "degraded"})
        yield Product(LAND_DEGRADATION, title, about, "indicators", False, variables, shown)


def variable_of(part: str) -> str:
    """The name of the raster's variable that tells a part."""
    return f"degradation_{part}"


def _variable(catalog: Catalog, part: str) -> ProductVariable:
    entries = [
        StyleEntry(code, colour, label(f"value.verdict.{id}", catalog.directory), id)
        for code, id, colour in _CLASSES
        if id != "not_judged" or part == "soc"
    ]
    name = variable_of(part)
    return classes(name, label(f"variable.{name}", catalog.directory), entries, nodata=0)
