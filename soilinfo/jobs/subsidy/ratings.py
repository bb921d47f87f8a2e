"""Ratings of soil properties: the class of each cell by the edition in force, and hectares by unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, ClassTable, Property
from soilinfo.catalog.product import Product, Text
from soilinfo.catalog.product_fertility import SOIL_RATINGS, rated_properties, rating_edition, rating_of
from soilinfo.catalog.products import products
from soilinfo.catalog.ratings import RatingEdition
from soilinfo.catalog.text import in_language, label
from soilinfo.evaluate.fertility import rate, shares_pct
from soilinfo.evaluate.tables import Packing
from soilinfo.evaluate.zonal import histogram
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

PIPELINE = "soil_ratings/1"
"""Name of the method; raising the number makes every version anew."""
_INT16 = 1 << 16


@dataclass(frozen=True)
class Rated:
    """A published layer of a property, and the class of each integer that may be stored.

    ``classes`` (65536,): code of the class, 0 for no data; those of negative integers stand at the end, where
    an index below 0 finds them.
    """

    input: Input
    cube: CubeLayer
    classes: NDArray[np.uint8]

    def packed(self, window: Window) -> NDArray[np.integer]:
        """The stored integers of a window."""
        return self.cube.read(self.input.layer, window)

    def read(self, window: Window) -> NDArray[np.uint8]:
        """The class of every cell of a window."""
        found: NDArray[np.uint8] = self.classes[self.packed(window)]
        return found


def rated(store: Store, prop: Property, input: Input, edges: Sequence[float], table: ClassTable) -> Rated:
    """A published layer of a numeric property, rated by edges in the property's unit.

    ``table``: the classes that the edges part, poorest first.
    """
    packing = Packing.of(prop)
    codes = np.array([0, *(each.code for each in table.classes)], np.uint8)
    classes = np.zeros(_INT16, np.uint8)
    classes[np.arange(packing.low, packing.high + 1)] = codes[rate(packing.values(), edges)]
    return Rated(input, store.cube.open(input.layer, input.version), classes)


def rate_soils(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``soil_ratings`` and its tables, where subsidy.yaml names an edition of ratings.

    A property without a published layer is left without data, and a finding names it; without any there are
    no ratings.
    """
    product, edition = products(catalog).get(SOIL_RATINGS), rating_edition(catalog)
    if product is None or edition is None:
        return {}
    chosen, _ = choose_inputs(store, catalog, replace(store.ledger.current(), layers=published))
    layers = {
        name: rated(
            store,
            catalog.property(name),
            chosen[name],
            rating.edges,
            catalog.class_table(edition.classes_of(name)),
        )
        for name, rating in edition.ratings.items()
        if name in chosen
    }
    if not layers:
        return {}
    method = _method(catalog, edition, layers)
    version = product_version(product, method, report.run)
    told = {SOIL_RATINGS: [*_unrated(catalog, layers)]}
    cells = partial(_cells, layers)
    cubes = write_product(store, catalog, product, [version], cells, report, progress, told)
    based = replace(method, inputs={**method.inputs, **cubes})
    rows = partial(_rows, product, edition, layers, store.cube.open(SOIL_RATINGS, version.version))
    return cubes | write_tables(store, catalog, product, based, published, rows, report, progress)


def _method(catalog: Catalog, edition: RatingEdition, layers: Mapping[str, Rated]) -> Method:
    limits = {
        name: edition.ratings[name].model_dump(mode="json", include={"unit", "edges"}) for name in layers
    }
    inputs = {each.input.layer: each.input.version for each in layers.values()}
    return Method(PIPELINE, inputs, {"edition": edition.id, "limits": limits}, (_note(catalog, edition),))


def _note(catalog: Catalog, edition: RatingEdition) -> Text:
    """Which edition was followed, in every language."""
    texts = label("soil_ratings.note", catalog.directory)
    return {
        language: text.format(edition=in_language(edition.title, language))
        for language, text in texts.items()
    }


def _unrated(catalog: Catalog, layers: Mapping[str, Rated]) -> Iterator[Finding]:
    """A note of the properties that have a rating, but no layer that could be rated."""
    if lacking := [name for name in rated_properties(catalog) if name not in layers]:
        message = f"left without data, as no layer of them is published: {', '.join(lacking)}"
        yield Finding("inputs_lacking", "note", SOIL_RATINGS, message, len(lacking), {"lacking": lacking})


def _cells(
    layers: Mapping[str, Rated], window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[Any]]]:
    return {SOIL_RATINGS: {rating_of(name): each.read(window) for name, each in layers.items()}}


def _rows(
    product: Product, edition: RatingEdition, layers: Mapping[str, Rated], cube: CubeLayer, zones: Zones
) -> pd.DataFrame:
    """Hectares and share of each class of each property by unit, with those that have no data."""
    parts = []
    for name, each in layers.items():
        codes = product.variable(rating_of(name)).codes
        areas = histogram(
            zones.index, partial(cube.read, rating_of(name)), low=1, high=max(codes.values()), nodata=0
        )
        hectares, nodata_ha = zones.gather(areas.area_ha), zones.gather(areas.nodata_ha)
        shares = shares_pct(hectares, nodata_ha)
        about = {"nodata_ha": nodata_ha, "total_ha": hectares.sum(axis=1) + nodata_ha}
        for class_id, code in codes.items():
            columns = {"area_ha": hectares[:, code - 1], "share_pct": shares[:, code - 1], **about}
            known = {
                "property": name,
                "class_id": class_id,
                "edition": edition.id,
                "layer": each.input.layer,
                "version": each.input.version,
            }
            parts.append(pd.DataFrame(columns).assign(**known))
    return keyed_rows(parts, ("property", "class_id"))
