"""Products: one new version for each cube, then their tables by administrative unit.

A version is named by what it was made from (inputs, method, parameters and the meaning of its codes), so
that what is there already is recognised and left alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import batched
from os import cpu_count
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.catalog.product import Product, ProductVariable, Text
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.summary import table_version, with_units
from soilinfo.jobs.evaluation.zones import Zones, zones_of
from soilinfo.jobs.runs.cogs import derived_cog, write_variable
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, keep_table, new_version, remember
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.home import Store
from soilinfo.store.layout import Variable
from soilinfo.store.ledger import Version

BATCH = 7
"""Cubes made at a time, from one reading of their inputs; bounds the memory of a shard's results."""
WORKERS = min(4, cpu_count() or 1)
"""Shards made at a time; more would need more memory than a small server has."""

Cells = Callable[[Window, Sequence[str]], Mapping[str, Mapping[str, NDArray[np.integer[Any]]]]]
"""(shard, names of cubes) -> cube -> variable -> packed cells of the shard, of the variable's dtype."""


@dataclass(frozen=True)
class Method:
    """How a product is made; all but the notes is part of its version's name."""

    pipeline: str
    """Name of the method with a number that rises when it changes: 'confidence/1'."""
    inputs: Mapping[str, str]
    """Layer -> version of everything it is derived from."""
    parameters: Mapping[str, Any]
    """Every choice that decides the result."""
    notes: tuple[Text, ...] = ()
    """What a reader must know, in every language: method, assumptions, what the result is conditional on."""

    def told(self, product: Product, crop: str | None = None) -> dict[str, Any]:
        """The metadata of a version made so."""
        return {"product": product.id, "crop": crop, "notes": [dict(note) for note in self.notes]}


def product_version(product: Product, method: Method, run: str, crop: str | None = None) -> Version:
    """The record of a cube of a product, of one crop when there is one for each."""
    parameters = {**method.parameters, "form": product.form, "crop": crop}
    return new_version(
        product.layer(crop),
        "suitability" if product.per_crop else "raster",
        Origin(
            f"derived from {len(method.inputs)} published layers",
            fingerprint(parameters=parameters),
            method.inputs,
        ),
        pipeline=method.pipeline,
        parameters=parameters,
        metadata=method.told(product, crop),
        run=run,
    )


def write_product(
    store: Store,
    catalog: Catalog,
    product: Product,
    versions: Sequence[Version],
    cells: Cells,
    report: RunReport,
    progress: Progress,
    findings: Mapping[str, Sequence[Finding]] | None = None,
) -> dict[str, str]:
    """Write and record the cubes of a product that are not there yet, with COGs and findings (by layer).

    ``cells`` is called by several threads, once for each shard and batch of cubes. Returns layer -> version
    of all, new and old.
    """
    new = [one for one in versions if not _is_known(store, one)]
    lacking = [one for one in new if not store.cube.exists(one.layer, one.version)]
    done = 0
    for batch in batched(lacking, BATCH):
        _write_cubes(store, catalog, product, batch, cells)
        for one in batch:
            done += 1
            progress(Event(product.id, one.layer, "written", done, len(lacking)))
    for one in new:
        _write_cogs(store, catalog, product, one)
        found = (findings or {}).get(one.layer, ())
        remember(store, one, found)
        report.findings.extend(found)
    return {one.layer: one.version for one in versions}


def _is_known(store: Store, version: Version) -> bool:
    key = version.layer, version.version
    return store.ledger.version(*key) is not None and store.has_raster(*key)


def variable_of(variable: ProductVariable) -> Variable:
    """How a variable of a product is stored."""
    attrs: dict[str, Any] = {"long_name": variable.title["en"], "units": variable.unit}
    if variable.codes:
        attrs |= {"flag_values": [*variable.codes.values()], "flag_meanings": " ".join(variable.codes)}
    form = variable.name, variable.dtype, variable.nodata, variable.scale
    return Variable(*form, overview="mode" if variable.codes else "average", attrs=attrs)


def _write_cubes(
    store: Store, catalog: Catalog, product: Product, versions: Iterable[Version], cells: Cells
) -> None:
    # The pool ends first: a writer removes what it began only when nobody writes there any more.
    with ExitStack() as stack, ThreadPoolExecutor(WORKERS) as pool:
        writers = {one.layer: stack.enter_context(_writer(store, catalog, product, one)) for one in versions}

        def write(window: Window) -> None:
            for layer, variables in cells(window, tuple(writers)).items():
                for name, packed in variables.items():
                    writers[layer].write(name, window, packed)

        list(pool.map(write, catalog.grid.shards()))


def _writer(
    store: Store, catalog: Catalog, product: Product, version: Version
) -> AbstractContextManager[CubeWriter]:
    crop = version.metadata["crop"]
    of = f": {catalog.crop(crop).title['en']}" if crop else ""
    variables = [variable_of(each) for each in product.variables]
    attrs = {"title": product.title["en"] + of}
    return store.cube.writer(version.layer, version.version, catalog.grid, variables, attrs)


def _write_cogs(store: Store, catalog: Catalog, product: Product, version: Version) -> None:
    """The COG of the first variable; of one cube also those of the others, as QGIS shows them all."""
    key = version.layer, version.version
    first, *others = product.variables
    if not store.has_cog(*key):
        with store.cog(*key) as target:
            write_variable(store, catalog, key, first.name, target)
    for other in () if product.per_crop else others:
        derived_cog(store, catalog, *key, other.name)


# ---- tables -----------------------------------------------------------------------------


def write_tables(
    store: Store,
    catalog: Catalog,
    product: Product,
    method: Method,
    published: Mapping[str, str],
    rows: Callable[[Zones], pd.DataFrame],
    report: RunReport,
    progress: Progress,
) -> dict[str, str]:
    """Write and record the table of a product for each published level, where it is not there yet.

    ``rows`` gives rows indexed by unit position; ``rows.attrs["key"]`` names the columns that tell the rows
    of a unit apart. Code, name, parent, official hectares and shape of the unit are added. Returns
    collection -> version of all, new and old.
    """
    levels = [level for level in catalog.every_level() if level in published]
    versions: dict[str, str] = {}
    for done, level in enumerate(levels, start=1):
        name = table_of(product.id, level)
        version = table_version(
            catalog,
            name,
            level,
            method.inputs,
            published,
            report.run,
            pipeline=method.pipeline,
            parameters=method.parameters,
            metadata=method.told(product),
        )
        keep_table(store, version, partial(_with_units, store, catalog, published, level, rows))
        versions[name] = version.version
        progress(Event(product.id, name, "written", done, len(levels)))
    return versions


def _with_units(
    store: Store,
    catalog: Catalog,
    published: Mapping[str, str],
    level: str,
    rows: Callable[[Zones], pd.DataFrame],
) -> gpd.GeoDataFrame:
    zones = zones_of(store, catalog, published, level)
    return with_units(rows(zones), zones.units)
