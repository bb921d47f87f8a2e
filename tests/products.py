"""Two products for tests: one for the whole country, and one for each crop."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import Product, TableView, classes, percentage
from soilinfo.catalog.styles import StyleEntry
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.runs.run import RunReport, silent
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

WARM, COLD = 1, 2


def label(english: str, indonesian: str) -> dict[str, str]:
    return {"en": english, "id": indonesian}


def declared(catalog: Catalog) -> Iterator[Product]:
    """``warmth`` with a class and a percentage, ``trust`` with a percentage for each crop."""
    kinds = (
        StyleEntry(WARM, "#d7191c", label("Warm", "Hangat"), "warm"),
        StyleEntry(COLD, "#2c7bb6", label("Cold", "Dingin"), "cold"),
    )
    yield Product(
        "warmth",
        label("Warmth", "Kehangatan"),
        label("How warm it is.", "Seberapa hangat."),
        "zoning",
        False,
        (
            classes("kind", label("Kind of warmth", "Jenis kehangatan"), kinds),
            percentage(catalog, "share", label("Share of warm days", "Bagian hari hangat")),
        ),
        TableView("kind_pct", {"kind": "warm"}),
    )
    yield Product(
        "trust",
        label("Trust", "Kepercayaan"),
        label("How far to trust it.", "Seberapa dapat dipercaya."),
        "confidence",
        True,
        (
            percentage(catalog, "most", label("At most", "Paling banyak")),
            percentage(catalog, "least", label("At least", "Paling sedikit")),
        ),
    )


def method(published: Mapping[str, str], **parameters: object) -> Method:
    note = label("Assumed to be warm.", "Dianggap hangat.")
    return Method("warmth/1", {"ph_h2o": published["ph_h2o"]}, parameters, (note,))


def cells(window: Window, layers: Sequence[str]) -> dict[str, dict[str, np.ndarray]]:
    """Warm in the west, cold in the east, 40 % everywhere but in the first row, where nothing is known."""
    kind = np.full(window.shape, COLD, np.uint8)
    kind[:, : window.width // 2] = WARM
    share = np.full(window.shape, 40, np.uint8)
    kind[0], share[0] = 255, 255
    known = {"warmth": {"kind": kind, "share": share}}
    return {layer: known.get(layer, {"most": share, "least": share // 2}) for layer in layers}


def rows(zones: Zones) -> pd.DataFrame:
    """Two rows a unit: the hectares of each kind."""
    units = np.repeat(np.arange(len(zones.units)), 2)
    frame = pd.DataFrame(
        {"kind": ["warm", "cold"] * len(zones.units), "kind_ha": np.arange(len(units)) / 2, "kind_pct": 50.0},
        index=units,
    )
    frame.attrs["key"] = ("kind",)
    return frame


def versions_of(product: Product, how: Method, run: str, crops: Sequence[str]) -> list[Version]:
    """One for each crop, or only one; those of crops say something of their own, too."""
    if not product.per_crop:
        return [product_version(product, how, run)]
    own = {crop: (*how.notes, label(f"Doubtful for {crop}.", f"Meragukan untuk {crop}.")) for crop in crops}
    return [product_version(product, replace(how, notes=own[crop]), run, crop) for crop in crops]


def publish_products(store: Store, catalog: Catalog, crops: Sequence[str] = ("maize",)) -> dict[str, str]:
    """Make both products and the tables of the first, and publish them."""
    published = dict(store.ledger.current().layers)
    report = RunReport(store.ledger.start_run("evaluate", "tests", {}))
    made: dict[str, str] = {}
    for product in declared(catalog):
        how = method(published)
        versions = versions_of(product, how, report.run, crops)
        made |= write_product(store, catalog, product, versions, cells, report, silent)
        if not product.per_crop:
            made |= write_tables(store, catalog, product, how, published, rows, report, silent)
    store.ledger.publish(made, run=report.run, actor="tests", reason="products")
    store.ledger.finish_run(report.run, "done", report.summary())
    return made
