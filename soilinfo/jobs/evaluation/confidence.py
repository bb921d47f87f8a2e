"""How sure the published classes are: the product ``confidence`` and its tables by administrative unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.product import Product
from soilinfo.catalog.product_confidence import CONFIDENCE
from soilinfo.catalog.products import products
from soilinfo.catalog.text import label
from soilinfo.evaluate.confidence import VARIABLES
from soilinfo.findings import Finding
from soilinfo.grid import CHUNK, Window
from soilinfo.jobs.evaluation.criteria import Regional, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.doubt import Doubt, doubt_of, told
from soilinfo.jobs.evaluation.expected_areas import rows_of_units
from soilinfo.jobs.evaluation.inputs import choose_inputs, reader
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.spreads import Spread, choose_spreads, spread_reader
from soilinfo.jobs.evaluation.summary import is_read_rightly
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "confidence/1"
"""Name of the method; raising the number makes every version anew."""
TABLES_PIPELINE = "expected-areas/2"
"""The same of the tables, which have a range since 2."""


def confidences(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``confidence`` of every crop that uses an uncertain property, and its tables.

    A crop whose published classes are of other inputs or criteria than today's keeps what it has.
    """
    product = products(catalog).get(CONFIDENCE)
    if product is None:
        return {}
    made = _cubes(store, catalog, product, published, report, progress)
    cubes = {layer: made.get(layer, published.get(layer)) for layer in product.layers(catalog)}
    shown = {
        layer: version
        for layer, version in cubes.items()
        if version and _is_of_the_published(store, catalog, published, layer, version)
    }
    if not shown:
        return {}
    method = Method(TABLES_PIPELINE, shown, {}, (label("confidence.intervals", catalog.directory),))
    rows = partial(rows_of_units, store, shown)
    return made | write_tables(store, catalog, product, method, published, rows, report, progress)


def _is_of_the_published(
    store: Store, catalog: Catalog, published: Mapping[str, str], layer: str, version: str
) -> bool:
    """Whether a confidence is about the published classes: a crop may have lost what was uncertain since."""
    known = store.ledger.version(layer, version)
    assert known is not None, "a published version is recorded"
    classes = suitability_of(known.metadata["crop"])
    is_about_them = known.inputs[classes] == published.get(classes)
    return is_about_them and is_read_rightly(store, catalog, layer, version)


def _cubes(
    store: Store,
    catalog: Catalog,
    product: Product,
    published: Mapping[str, str],
    report: RunReport,
    progress: Progress,
) -> dict[str, str]:
    doubts = _doubts(store, catalog, published)
    versions = [
        product_version(product, _method(catalog, doubt, published), report.run, crop)
        for crop, doubt in doubts.items()
    ]
    by_layer = {product.layer(crop): doubt for crop, doubt in doubts.items()}
    findings, cells = _gaps(store, catalog, by_layer), partial(_cells, store, by_layer)
    return write_product(store, catalog, product, versions, cells, report, progress, findings)


def _doubts(store: Store, catalog: Catalog, published: Mapping[str, str]) -> dict[str, Doubt]:
    """Every crop whose published classes are of today's inputs and criteria, if anything is uncertain."""
    snapshot = replace(store.ledger.current(), layers=published)
    inputs, _ = choose_inputs(store, catalog, snapshot)
    spreads = choose_spreads(store, catalog, snapshot, inputs)
    regional, _ = regional_criteria(store, catalog, published, set(catalog.crops))
    found = {}
    for crop in catalog.crops.values():
        suitability = store.ledger.version(
            suitability_of(crop.id), published.get(suitability_of(crop.id), "")
        )
        doubt = doubt_of(catalog, crop, regional, inputs, spreads) if suitability else None
        if suitability and doubt and _is_of_today(catalog, regional, suitability, doubt):
            found[crop.id] = doubt
    return found


def _is_of_today(catalog: Catalog, regional: Sequence[Regional], suitability: Version, doubt: Doubt) -> bool:
    """Whether published classes were made from the inputs and criteria with which they would be made now."""
    made_from = all(suitability.inputs.get(one.layer) == one.version for one in doubt.inputs.values())
    return made_from and suitability.parameters == parameters_of(catalog, doubt.crop, regional)


def _method(catalog: Catalog, doubt: Doubt, published: Mapping[str, str]) -> Method:
    suitability = suitability_of(doubt.crop.id)
    layers = {layer: version for each in doubt.spreads.values() for layer, version in each.layers.items()}
    return Method(
        PIPELINE,
        {suitability: published[suitability], **layers},
        {"uncertain": sorted(doubt.spreads), "conditional_on": doubt.conditional_on},
        told(catalog, doubt),
    )


def _gaps(store: Store, catalog: Catalog, doubts: Mapping[str, Doubt]) -> dict[str, list[Finding]]:
    """A note for each cube (doubts by layer) that lacks cells because a spread is missing under a value."""
    inputs = {name: doubt.inputs[name] for doubt in doubts.values() for name in doubt.spreads}
    spreads = {name: spread for doubt in doubts.values() for name, spread in doubt.spreads.items()}
    read, read_spreads = reader(store, inputs), spread_reader(store, spreads)
    nodata = {
        name: store.cube.open(one.layer, one.version).variable(one.layer).nodata
        for name, one in inputs.items()
    }
    missing = dict.fromkeys(inputs, 0)
    for window in catalog.grid.shards():
        values, known = read(window), read_spreads(window)
        for name in missing:
            missing[name] += int(np.count_nonzero((values[name] != nodata[name]) & np.isnan(known[name])))
    return {
        layer: [_gap(layer, doubt.spreads[name], missing[name]) for name in doubt.spreads if missing[name]]
        for layer, doubt in doubts.items()
    }


def _gap(layer: str, spread: Spread, cells: int) -> Finding:
    sources = " and ".join(sorted(spread.layers))
    message = f"{cells:,} cells have no confidence, as {sources} has no data there but {spread.property} has"
    return Finding("uncertainty_incomplete", "note", layer, message, cells, {"property": spread.property})


def _cells(
    store: Store, doubts: Mapping[str, Doubt], window: Window, layers: Sequence[str]
) -> dict[str, dict[str, NDArray[np.uint8]]]:
    wanted = {layer: doubts[layer] for layer in layers}
    inputs = {name: one for doubt in wanted.values() for name, one in doubt.inputs.items()}
    spreads = {name: one for doubt in wanted.values() for name, one in doubt.spreads.items()}
    values, known = reader(store, inputs)(window), spread_reader(store, spreads)(window)
    return {layer: _packed(doubt, window, values, known) for layer, doubt in wanted.items()}


def _packed(
    doubt: Doubt,
    window: Window,
    inputs: Mapping[str, NDArray[Any]],
    spreads: Mapping[str, NDArray[np.float32]],
) -> dict[str, NDArray[np.uint8]]:
    """The stored variables of a window; worked out in strips, which bounds the memory."""
    out = np.empty((len(VARIABLES), *window.shape), np.uint8)
    for row in range(0, window.height, CHUNK):
        strip = Window(window.row + row, window.col, min(CHUNK, window.height - row), window.width)
        part = slice(row, row + strip.height)
        values, known = ({name: cells[part] for name, cells in each.items()} for each in (inputs, spreads))
        out[:, part] = doubt.probabilities(strip, values, known).packed()[0]
    return dict(zip(VARIABLES, out, strict=True))
