"""Available land: what is left of suitable land when forest estate, permits and the like are taken off."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.choice import AVAILABLE, REMAINING, UNKNOWN, AvailableLand, LayerCondition
from soilinfo.catalog.condition import Condition
from soilinfo.catalog.models import Catalog, SuitabilityClass
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.product_direction import AVAILABLE_LAND
from soilinfo.catalog.products import products
from soilinfo.evaluate.choice import Exclusion, Funnel, first_loss, funnel
from soilinfo.evaluate.zonal import histogram
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import is_read_rightly, keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store

PIPELINE = "available_land/2"
TABLES_PIPELINE = "available_land/4"
"""Of the tables, whose rows are in the order of the steps since 4."""


def available_land(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``available_land`` and its tables, where available_land.yaml asks for it.

    A step whose layer cannot be read would let all land pass: without one of them nothing is made.
    """
    land = catalog.available_land
    if land is None:
        return {}
    if unread := unreadable(store, catalog, land.steps, published):
        report.findings.append(_not_made(AVAILABLE_LAND, unread))
        return {}
    product = products(catalog)[AVAILABLE_LAND]
    method = Method(
        PIPELINE,
        {step.layer: published[step.layer] for step in land.steps},
        {"steps": [step.model_dump(mode="json", exclude={"title", "colour"}) for step in land.steps]},
    )
    version = product_version(product, method, report.run)
    held = [holds(store, catalog, step, published[step.layer]) for step in land.steps]
    cubes = write_product(store, catalog, product, [version], partial(_cells, held), report, progress)
    crops = {
        crop: published[suitability_of(crop)]
        for crop in catalog.crops
        if suitability_of(crop) in published
        and is_read_rightly(store, catalog, suitability_of(crop), published[suitability_of(crop)])
    }
    used = {suitability_of(crop): version for crop, version in crops.items()}
    of_crops = replace(
        method,
        pipeline=TABLES_PIPELINE,
        inputs={**method.inputs, **cubes, **used},
        parameters={**method.parameters, **land.model_dump(mode="json", include={"suitable", "scenario"})},
    )
    rows = partial(_rows, store, land, version.version, crops)
    if not crops:
        return cubes
    return cubes | write_tables(store, catalog, product, of_crops, published, rows, report, progress)


# ---- conditions ---------------------------------------------------------------------------

Held = Callable[[Window], tuple[NDArray[np.bool_], NDArray[np.bool_]]]
"""A window -> where a layer has data, and where it meets a condition; arrays (y, x)."""


def unreadable(
    store: Store, catalog: Catalog, conditions: Sequence[LayerCondition], published: Mapping[str, str]
) -> list[str]:
    """Layers of these conditions that are not published, or that config would misread by now."""
    old = outdated(store, catalog, replace(store.ledger.current(), layers=published))
    return sorted({one.layer for one in conditions if one.layer not in published or one.layer in old})


def holds(store: Store, catalog: Catalog, condition: LayerCondition, version: str) -> Held:
    """Where the published layer of a condition has data, and where it meets the condition."""
    cube, name = store.cube.open(condition.layer, version), condition.layer
    variable, prop = cube.variable(name), catalog.property(catalog.layer(name).property)
    if prop.class_table:
        codes = [catalog.class_table(prop.class_table).code_of[each] for each in condition.any_of]
        met = partial(np.isin, test_elements=codes)
    else:
        met = partial(_between, *_packed_range(condition, variable.scale))

    def look(window: Window) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        packed = cube.read(name, window)
        known = np.not_equal(packed, variable.nodata)
        return known, known & met(packed)

    return look


def _packed_range(condition: Condition, scale: float) -> tuple[float, float]:
    """Least and largest stored number of a condition; rounded first, as 0.3 / 0.1 is not quite 3."""
    bounds = condition.at_least, condition.above, condition.at_most, condition.below
    at_least, above, at_most, below = (None if each is None else round(each / scale, 6) for each in bounds)
    low = [math.ceil(at_least)] if at_least is not None else []
    low += [math.floor(above) + 1] if above is not None else []
    high = [math.floor(at_most)] if at_most is not None else []
    high += [math.ceil(below) - 1] if below is not None else []
    return max(low, default=-math.inf), min(high, default=math.inf)


def _between(low: float, high: float, packed: NDArray[Any]) -> NDArray[np.bool_]:
    return (packed >= low) & (packed <= high)


def _not_made(product: str, unread: Sequence[str]) -> Finding:
    message = (
        f"{product} is not made: {', '.join(unread)} not published, or ingested under another configuration"
    )
    return Finding("input_missing", "warn", product, message, len(unread), {"layers": list(unread)})


# ---- cells and tables ---------------------------------------------------------------------


def _cells(
    held: Sequence[Held], window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[np.uint8]]]:
    steps = [Exclusion(*look(window)) for look in held]
    somewhere = np.logical_or.reduce([step.known for step in steps])
    return {AVAILABLE_LAND: {"step": np.where(somewhere, first_loss(steps), 0).astype(np.uint8)}}


def _rows(
    store: Store, land: AvailableLand, version: str, crops: Mapping[str, str], zones: Zones
) -> pd.DataFrame:
    step = store.cube.open(AVAILABLE_LAND, version)
    suitable = [int(SuitabilityClass[name]) for name in land.suitable]
    parts = []
    for crop, rated in crops.items():
        classes = store.cube.open(suitability_of(crop), rated)

        def outcome(window: Window, classes: Any = classes) -> NDArray[np.uint8]:
            at = step.read("step", window)
            # Where no step has any data, it is the first that does not know.
            met = np.where(at == 0, UNKNOWN + 1, at)
            return np.where(np.isin(classes.read(land.scenario, window), suitable), met, 0).astype(np.uint8)

        areas = histogram(zones.index, outcome, low=1, high=AVAILABLE, nodata=0)
        found = funnel(zones.gather(areas.area_ha), len(land.steps))
        parts.extend(funnel_rows([each.id for each in land.steps], found, crop))
    return keyed_rows(parts, ("crop", "number", "step"))


def funnel_rows(steps: Sequence[str], found: Funnel, crop: str) -> list[pd.DataFrame]:
    """A row for each unit and step, what it takes and what remains after it; one for all steps together."""
    lost, unknown = found.lost_ha, found.unknown_ha
    suitable = lost.sum(axis=1) + unknown.sum(axis=1) + found.remaining_ha
    left = suitable[:, np.newaxis] - (lost + unknown).cumsum(axis=1)
    columns = [
        *zip(steps, lost.T, unknown.T, left.T, strict=True),
        (REMAINING, lost.sum(axis=1), unknown.sum(axis=1), found.remaining_ha),
    ]
    return [
        pd.DataFrame(
            {
                "number": number,
                "suitable_ha": suitable,
                "lost_ha": gone,
                "unknown_ha": doubtful,
                "remaining_ha": remains,
                "remaining_pct": 100 * remains / np.where(suitable > 0, suitable, np.nan),
            }
        ).assign(crop=crop, step=step)
        for number, (step, gone, doubtful, remains) in enumerate(columns, start=1)
    ]
