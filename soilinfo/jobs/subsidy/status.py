"""Nutrient status of a commodity's own land: class and probabilities of every cell, and of every unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import NODATA
from soilinfo.catalog.product_fertility import PROBABILITY_STEP, confidence_of, probability_of, status_of
from soilinfo.evaluate.fertility import class_probabilities, majority, rate, shares_pct
from soilinfo.evaluate.zonal import Read, histogram
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.spreads import spread_reader
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.jobs.subsidy.survey import OTHER_LAND, OWN_LAND, Measured, Survey, notes_of, survey_of
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

PIPELINE = "nutrient_status/1"
"""Name of the method; raising the number makes every version anew."""
CERTAIN = round(100 / PROBABILITY_STEP)
"""A probability of 1, as stored."""


def nutrient_statuses(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``nutrient_status_<id>`` of each file of nutrient_status/, and its tables.

    Without the layer that tells the commodity's land there is no status, and none of a nutrient without a
    layer of the very property that its limits are about; findings name what is missing.
    """
    made: dict[str, str] = {}
    for status in catalog.nutrient_statuses.values():
        survey, findings = survey_of(store, catalog, published, status)
        report.findings.extend(findings)
        if survey:
            made |= _written(catalog, published, survey, report, progress)
    return made


def _written(
    catalog: Catalog, published: Mapping[str, str], survey: Survey, report: RunReport, progress: Progress
) -> dict[str, str]:
    store, product, method = survey.store, survey.product, _method(catalog, survey)
    version = product_version(product, method, report.run)
    cubes = write_product(store, catalog, product, [version], partial(_cells, survey), report, progress)
    based = replace(method, inputs={**method.inputs, **cubes})
    rows = partial(rows_of, survey, store.cube.open(product.id, version.version))
    return cubes | write_tables(store, catalog, product, based, published, rows, report, progress)


def _method(catalog: Catalog, survey: Survey) -> Method:
    limits = {
        id_: each.limits.model_dump(mode="json", include={"property", "unit", "edges"})
        for id_, each in survey.nutrients.items()
    }
    parameters = {"land": survey.status.land.model_dump(mode="json"), "limits": limits}
    return Method(PIPELINE, survey.inputs, parameters, (*notes_of(catalog, survey),))


# ---- cells --------------------------------------------------------------------------------


def _cells(survey: Survey, window: Window, _layers: Sequence[str]) -> dict[str, dict[str, NDArray[np.uint8]]]:
    own = survey.land.read(window) == OWN_LAND
    spreads = {id_: each.spread for id_, each in survey.nutrients.items() if each.spread}
    deviations = spread_reader(survey.store, spreads)(window)
    variables: dict[str, NDArray[np.uint8]] = {}
    for id_, nutrient in survey.nutrients.items():
        packed = nutrient.rated.packed(window)
        status = np.where(own, nutrient.rated.classes[packed], np.uint8(0))
        variables[status_of(id_)] = status
        if id_ in deviations:
            known = (status > 0) & ~np.isnan(deviations[id_])
            stored = np.full((len(nutrient.classes) + 1, *window.shape), NODATA, np.uint8)
            stored[:, known] = _probabilities(nutrient, packed[known], deviations[id_][known])
            names = [confidence_of(id_), *(probability_of(id_, one) for one in nutrient.classes)]
            variables |= dict(zip(names, stored, strict=True))
    return {survey.product.id: variables}


def _probabilities(
    nutrient: Measured, packed: NDArray[np.integer], deviations: NDArray[np.floating]
) -> NDArray[np.uint8]:
    """Stored probabilities (1 + class, cell): of the class of the mean, then of each, which add up to 100 %.

    ``packed``: stored integers; ``deviations``: standard deviations in their steps.
    """
    scale, edges, valid_range = nutrient.prop.scale, nutrient.limits.edges, nutrient.prop.valid_range
    assert valid_range is not None, "a numeric property has a valid range"
    means = np.round(packed * scale, nutrient.prop.decimals)
    below = class_probabilities(means, deviations * scale, edges, valid_range).cumsum(axis=0)
    classes = np.diff(np.rint(below * CERTAIN), axis=0, prepend=0)
    shown = np.take_along_axis(classes, rate(means, edges)[np.newaxis].astype(np.intp) - 1, axis=0)
    return np.concatenate([shown, classes]).astype(np.uint8)


# ---- tables -------------------------------------------------------------------------------


def rows_of(survey: Survey, cube: CubeLayer, zones: Zones) -> pd.DataFrame:
    """A row for each unit and nutrient: the status of most of the land, shares of each and of no data."""
    by_nutrient, unknown_ha = _areas(survey, cube, zones)
    parts = []
    for id_, areas in by_nutrient.items():
        nutrient = survey.nutrients[id_]
        names, codes = list(nutrient.classes), list(nutrient.classes.values())
        hectares, nodata_ha = areas[:, codes], areas[:, 0]
        most = [majority(*each) for each in zip(hectares, nodata_ha, strict=True)]
        shares = shares_pct(hectares, nodata_ha).T
        columns = {
            "status": pd.Series([None if at is None else names[at] for at in most], dtype=object),
            **{f"{name}_pct": share for name, share in zip([*names, "nodata"], shares, strict=True)},
            "land_ha": areas.sum(axis=1),
            "unknown_land_ha": unknown_ha,
            **(_expected(nutrient, id_, cube, zones) if nutrient.spread else {}),
        }
        facts = {
            "nutrient": id_,
            "property": nutrient.limits.property,
            "survey_year": nutrient.survey_year,
            "layer": nutrient.rated.input.layer,
            "version": nutrient.rated.input.version,
        }
        parts.append(pd.DataFrame(columns).assign(**facts))
    return keyed_rows(parts, ("nutrient",))


def _areas(
    survey: Survey, cube: CubeLayer, zones: Zones
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Hectares (unit, code) of own land by status of each nutrient, and (unit,) of land not known.

    Code 0 is no data. All from one reading: a cell has one number for the status of all nutrients together.
    """
    shape = tuple(max(each.classes.values()) + 1 for each in survey.nutrients.values())

    def numbered(window: Window) -> NDArray[np.int32]:
        numbers = survey.land.read(window).astype(np.int32)
        own = numbers == OWN_LAND
        codes = tuple(cube.read(status_of(id_), window)[own] for id_ in survey.nutrients)
        numbers[own] += np.ravel_multi_index(codes, shape).astype(np.int32)
        return numbers

    last = OWN_LAND + prod(shape) - 1
    areas = histogram(zones.index, numbered, low=OTHER_LAND, high=last, nodata=0)
    own_ha = zones.gather(areas.area_ha)[:, OWN_LAND - OTHER_LAND :].reshape(-1, *shape)
    axes = range(1, own_ha.ndim)
    of_each = {
        id_: own_ha.sum(axis=tuple(axis for axis in axes if axis != own))
        for own, id_ in enumerate(survey.nutrients, start=1)
    }
    return of_each, zones.gather(areas.nodata_ha)


def _expected(nutrient: Measured, id_: str, cube: CubeLayer, zones: Zones) -> dict[str, NDArray[np.float64]]:
    """Mean probability of each class and of the status shown, in %, over the land where it is known."""
    wanted = {f"expected_{one}_pct": probability_of(id_, one) for one in nutrient.classes}
    wanted["confidence_pct"] = confidence_of(id_)
    return {column: _mean_pct(partial(cube.read, name), zones) for column, name in wanted.items()}


def _mean_pct(read: Read, zones: Zones) -> NDArray[np.float64]:
    """Area-weighted mean of a stored probability by unit, in %; NaN where it is nowhere known."""
    areas = zones.gather(histogram(zones.index, read, low=0, high=CERTAIN, nodata=NODATA).area_ha)
    with np.errstate(invalid="ignore"):
        return np.asarray(areas @ (np.arange(CERTAIN + 1) * PROBABILITY_STEP) / areas.sum(axis=1))
