"""Questions about one area: how much of it suits a crop, what a layer holds there.

The same pure functions that evaluate the nation answer here, straight from the published cubes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, Scenario, SuitabilityClass
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.kinds import Hectares, as_histogram, hectares_by_kind, summed
from soilinfo.evaluate.suitability import subclass
from soilinfo.evaluate.zonal import Histogram, Read, ZoneIndex, statistics
from soilinfo.grid import Window
from soilinfo.jobs.effort import Advance, Effort, stretch
from soilinfo.jobs.evaluation.criteria import Criteria, compile_criteria, regional_criteria
from soilinfo.jobs.evaluation.expected_areas import confidence_of_area
from soilinfo.jobs.evaluation.inputs import choose_inputs, crop_findings, meanings, reader, too_little_known
from soilinfo.jobs.evaluation.places import Area, indexed, resolve_area
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.jobs.planning.criteria_in_force import criteria_areas
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

Answer = dict[str, Any]


def noted(answer: Answer) -> Answer:
    """The answer, saying so in words when the area holds no data at all."""
    if answer["total_ha"] - answer["nodata_ha"] > 1e-3:  # less is what their decimals leave
        return answer
    return answer | {"note": "no data here: the area lies at sea, in a gap or outside the national grid"}


def share(hectares: float, total: float) -> float | None:
    """Percent of a total, None of nothing."""
    return round(100 * hectares / total, 3) if total else None


def extent(total: float, nodata: float) -> Answer:
    """What every answer about an area begins with: its hectares, and those without data."""
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": share(nodata, total),
    }


# ---- land suitability -------------------------------------------------------------------


def land_suitability(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    crop: str,
    scenario: str = "actual",
    effort: Effort | None = None,
) -> Answer:
    """Hectares of an area by suitability class for one crop, what limits it, and what was not known.

    ``area`` as in :func:`resolve_area`; ``scenario`` one of SCENARIOS; worked out in strips of the grid, so
    of any size that ``effort`` allows. Where there are no data the answer says so in ``nodata_ha``.
    Raises UnknownNameError, GeometryError, InputError or LimitError.
    """
    if scenario not in SCENARIOS:
        raise UnknownNameError("scenario", scenario, SCENARIOS)
    effort = effort or Effort.at_once(catalog)
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place, effort)
    return suitability_within(store, catalog, snapshot, place, index, crop, scenario, effort.advance)


def suitability_within(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    place: Area,
    index: ZoneIndex,
    crop: str,
    scenario: Scenario,
    advance: Advance,
) -> Answer:
    """What :func:`land_suitability` answers, of an area that was indexed already."""
    table = catalog.crop(crop)
    inputs, outdated_layers = choose_inputs(store, catalog, snapshot)
    if doubt := too_little_known(catalog, table, inputs):
        raise InputError(doubt.message)
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, (crop,))
    criteria = compile_criteria(catalog, [table], regional, meanings(catalog, sorted(inputs)))
    tables = criteria.tables
    used = {name: inputs[name] for name in criteria.inputs}
    kinds = _kinds_of_land(criteria, table, reader(store, used), scenario)
    hectares = hectares_by_kind(index, kinds, stretch(advance, 0, 0.6))
    confidence = confidence_of_area(
        store, catalog, snapshot, index, table, inputs, scenario, stretch(advance, 0.6, 1)
    )
    findings = [
        *place.findings,
        *outdated_layers,
        *unplaced,
        *crop_findings(catalog, table, inputs, tables.unused[crop]),
    ]
    return {
        "crop": crop,
        "title": dict(table.title),
        "scenario": scenario,
        "criteria_set": table.criteria_set,
        "edition": table.edition,
        "boundary_rule": tables.rule,
        "criteria": criteria_areas(criteria, table, summed(hectares, lambda kind: kind >> _HELD)),
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        **noted(_suitability_areas(catalog, index, hectares)),
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in sorted(used.items())
        ],
        "unused": list(tables.unused[crop]),
        "confidence": confidence,
        "findings": [asdict(finding) for finding in findings],
    }


_CLASS, _LACKING, _HELD = 16, 20, 21
"""First bit of a kind of land: below are its limiting qualities; its class (0: none), whether anything was
not known of it, whose criteria hold (see :meth:`Criteria.used`)."""


def _class_of(kind: int) -> int:
    return kind >> _CLASS & 0xF


def _kinds_of_land(
    criteria: Criteria, crop: Crop, read: Callable[[Window], Mapping[str, NDArray[Any]]], scenario: Scenario
) -> Read:
    """A reader of the kinds of land, for one crop in one scenario."""

    def kinds(window: Window) -> NDArray[np.int64]:
        result = criteria.evaluate(window, read(window), (scenario,))
        packed: NDArray[np.int64] = result.limiting[scenario][0].astype(np.int64)
        packed |= result.classes[scenario][0].astype(np.int64) << _CLASS
        packed |= (result.lacking[0] > 0).astype(np.int64) << _LACKING
        packed |= criteria.used(crop.id, window).astype(np.int64) << _HELD
        return packed

    return kinds


def _suitability_areas(catalog: Catalog, index: ZoneIndex, hectares: Hectares) -> Answer:
    total, classes = float(index.area_ha[0]), summed(hectares, _class_of)
    nodata = classes.get(0, 0.0) + float(index.outside_ha[0])
    partial = sum(area for kind, area in hectares.items() if kind >> _LACKING & 1)
    return extent(total, nodata) | {
        "partial_ha": round(partial, 4),
        "classes": class_rows(catalog, classes, total),
        "limiting": _limiting(catalog, hectares),
        "subclasses": _subclasses(catalog, hectares, total),
    }


def class_rows(catalog: Catalog, hectares: Mapping[int, float], total: float) -> list[Answer]:
    """A row for each suitability class, with its hectares (by class) and their percent of a total."""
    titles = {str(name): title for name, title in catalog.evaluation.class_titles.items()}
    return [
        {"class": one.name, "title": dict(titles[one.name]), "ha": round(ha, 4), "pct": share(ha, total)}
        for one in SuitabilityClass
        for ha in [hectares.get(int(one), 0.0)]
    ]


def _limiting(catalog: Catalog, hectares: Hectares) -> list[Answer]:
    """Hectares that each land quality limits, the most first."""
    limits = [
        (quality, sum(area for kind, area in hectares.items() if kind >> bit & 1))
        for bit, quality in enumerate(catalog.evaluation.qualities)
    ]
    return [
        {"quality": quality.code, "title": dict(quality.title), "ha": round(area, 4)}
        for quality, area in sorted(limits, key=lambda one: -one[1])
        if area > 0
    ]


def _subclasses(catalog: Catalog, hectares: Hectares, total: float) -> list[Answer]:
    """Hectares per subclass (S3nr, S2wa,nr ...), the largest first."""
    codes = [quality.code for quality in catalog.evaluation.qualities]
    areas = summed(hectares, lambda kind: kind & (1 << _LACKING) - 1)
    found = [(subclass(_class_of(kind), kind & 0xFFFF, codes), area) for kind, area in areas.items()]
    return [
        {"subclass": name, "ha": round(area, 4), "pct": share(area, total)}
        for name, area in sorted(found, key=lambda one: -one[1])
        if name
    ]


# ---- zonal statistics -------------------------------------------------------------------


def zonal_statistics(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    layer: str,
    effort: Effort | None = None,
) -> Answer:
    """Statistics of one published raster layer in an area: quantiles and mean, or shares of classes.

    ``area`` as in :func:`resolve_area`; worked out in strips of the grid, so of any size that ``effort``
    allows. Areas are true hectares; the mean is arithmetic. Raises UnknownNameError, GeometryError,
    InputError or LimitError.
    """
    published = [name for name in catalog.layers if name in snapshot.layers]
    if layer not in published:
        raise UnknownNameError("published layer", layer, published)
    if layer in outdated(store, catalog, snapshot):
        raise InputError(
            f"layer '{layer}' was ingested under another grid, scale or class table; ingest it again"
        )
    spec, effort = catalog.layer(layer), effort or Effort.at_once(catalog)
    prop = catalog.property(spec.property)
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place, effort)
    head = {
        "layer": layer,
        "title": catalog.title_of(spec),
        "unit": prop.unit,
        "version": snapshot.layers[layer],
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        "findings": [asdict(finding) for finding in place.findings],
    }
    cube = store.cube.open(layer, snapshot.layers[layer])
    hectares = hectares_by_kind(index, partial(cube.read, layer), effort.advance)
    if prop.class_table:
        return head | noted(_class_shares(catalog, prop.class_table, index, hectares))
    stored = cube.variable(layer)
    areas = as_histogram(hectares, stored.nodata, float(index.outside_ha[0]))
    return head | noted(_numbers(index, areas, stored.scale))


def _numbers(index: ZoneIndex, areas: Histogram, scale: float) -> Answer:
    row = statistics(areas, scale).iloc[0]
    numbers = {str(name): None if np.isnan(value) else round(float(value), 6) for name, value in row.items()}
    return {"total_ha": round(float(index.area_ha[0]), 4), **numbers}


def _class_shares(catalog: Catalog, table_id: str, index: ZoneIndex, hectares: Hectares) -> Answer:
    table, total = catalog.class_table(table_id), float(index.area_ha[0])
    nodata = hectares.get(0, 0.0) + float(index.outside_ha[0])
    return extent(total, nodata) | {
        "classes": [
            {"class": entry.id, "title": dict(entry.title), "ha": round(ha, 4), "pct": share(ha, total)}
            for entry in table.classes
            if (ha := hectares.get(entry.code, 0.0)) > 0
        ],
    }
