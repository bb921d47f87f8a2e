"""Nutrient status of a commodity's own land: class and probabilities of every cell, and of every unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from math import prod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import NODATA
from soilinfo.catalog.product_fertility import (
    PROBABILITY_STEP,
    confidence_of,
    probability_of,
    status_of,
    unit_probability_of,
)
from soilinfo.evaluate.expected_areas import hectares_by_rank
from soilinfo.evaluate.fertility import (
    class_probabilities,
    majority,
    majority_probabilities,
    rate,
    shares_pct,
)
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

PIPELINE, BY_UNIT = "nutrient_status/1", "nutrient_status_by_unit/2"
"""Names of the methods of cells and tables; raising the number makes every version anew."""
CERTAIN = round(100 / PROBABILITY_STEP)
"""A probability of 1, as stored."""
NOTES = ("no_land", "little_land", "no_data")
"""Why a unit has no status, the first that holds: the commodity has no land in it, or less than a status is
told for, or most of that land has no data."""


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
    least = survey.status.least_area_ha
    based = replace(
        method,
        pipeline=BY_UNIT,
        inputs={**method.inputs, **cubes},
        parameters={**method.parameters, "least_area_ha": least},
    )
    rows = partial(rows_of, survey, store.cube.open(product.id, version.version), least_area_ha=least)
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


def rows_of(
    survey: Survey, cube: CubeLayer, zones: Zones, *, least_area_ha: float | None = None
) -> pd.DataFrame:
    """By unit and nutrient: the status of the largest part of its land, shares of each and of no data.

    Where the standard deviation is known, how sure both are. With less land than ``least_area_ha`` there is
    no status, and nothing that is sure of it; ``note``, one of NOTES, says why there is none.
    """
    by_nutrient, unknown_ha = _areas(survey, cube, zones)
    parts = []
    for id_, areas in by_nutrient.items():
        nutrient = survey.nutrients[id_]
        names, codes = list(nutrient.classes), list(nutrient.classes.values())
        hectares, nodata_ha, land_ha = areas[:, codes], areas[:, 0], areas.sum(axis=1)
        little = land_ha < (least_area_ha or 0.0)
        most = np.where(little, 0, majority(hectares, nodata_ha))
        shares = shares_pct(hectares, nodata_ha).T
        columns = {
            "status": pd.Series(np.array([None, *names], object)[most], dtype=object),
            "note": _notes(land_ha, little, most),
            **{f"{name}_pct": share for name, share in zip([*names, "nodata"], shares, strict=True)},
            "land_ha": land_ha,
            "unknown_land_ha": unknown_ha,
            **(_sure(nutrient, id_, cube, zones, land_ha, little) if nutrient.spread else {}),
        }
        parts.append(pd.DataFrame(columns).assign(**_facts(nutrient, id_)))
    return keyed_rows(parts, ("nutrient",))


def _facts(nutrient: Measured, id_: str) -> dict[str, str | None]:
    return {
        "nutrient": id_,
        "property": nutrient.limits.property,
        "survey_year": nutrient.survey_year,
        "layer": nutrient.rated.input.layer,
        "version": nutrient.rated.input.version,
    }


def _notes(
    land_ha: NDArray[np.float64], little: NDArray[np.bool_], most: NDArray[np.integer]
) -> "pd.Series[str]":
    """Why there is no status, by unit; missing where there is one."""
    chosen = np.select([land_ha == 0, little, most == 0], NOTES, default="")
    return pd.Series(chosen, dtype="str").where(chosen != "")


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


def _sure(
    nutrient: Measured,
    id_: str,
    cube: CubeLayer,
    zones: Zones,
    land_ha: NDArray[np.float64],
    little: NDArray[np.bool_],
) -> dict[str, NDArray[np.float64]]:
    """In %: mean probability of each class and of the status shown, over the land where it is known; and the
    probability of each class to be the status of the unit."""
    shown_ha = _by_probability(partial(cube.read, confidence_of(id_)), zones)
    known_ha = shown_ha.sum(axis=1)
    below_ha = [_by_probability(read, zones) for read in _below(nutrient, id_, cube)]
    by_rank_ha = hectares_by_rank(np.stack(below_ha, axis=1), known_ha)
    with np.errstate(invalid="ignore"):
        expected = 100 * by_rank_ha.mean(axis=-1).T / known_ha
        shown = shown_ha @ (np.arange(CERTAIN + 1) * PROBABILITY_STEP) / known_ha
    status = 100 * majority_probabilities(by_rank_ha, land_ha - known_ha).T
    return {
        **{f"expected_{one}_pct": share for one, share in zip(nutrient.classes, expected, strict=True)},
        "confidence_pct": shown,
        **{
            unit_probability_of(one): np.where(little, np.nan, share)
            for one, share in zip(nutrient.classes, status, strict=True)
        },
    }


def _below(nutrient: Measured, id_: str, cube: CubeLayer) -> Iterator[Read]:
    """Readers of the stored probability of each class or a poorer one; of the last that is certain."""
    names = [probability_of(id_, one) for one in nutrient.classes]

    def read(some: Sequence[str], window: Window) -> NDArray[np.integer]:
        stored = [cube.read(name, window) for name in some]
        return np.where(stored[0] == NODATA, stored[0], reduce(np.add, stored))

    for last in range(1, len(names)):
        yield partial(read, names[:last])


def _by_probability(read: Read, zones: Zones) -> NDArray[np.float64]:
    """Hectares (unit, step) by a stored probability, where it is known."""
    return zones.gather(histogram(zones.index, read, low=0, high=CERTAIN, nodata=NODATA).area_ha)
