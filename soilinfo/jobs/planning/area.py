"""Questions about one area: how much of it suits a crop, what a layer holds there.

The same pure functions that evaluate the nation answer here, straight from the published cubes.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, Scenario, SuitabilityClass
from soilinfo.errors import InputError, LimitError, UnknownNameError
from soilinfo.evaluate.suitability import Evaluation, subclass
from soilinfo.evaluate.zonal import ZoneIndex, build_index, flagged_area, histogram, reads, statistics
from soilinfo.jobs.evaluation.criteria import Criteria, compile_criteria, regional_criteria
from soilinfo.jobs.evaluation.expected_areas import confidence_of_area
from soilinfo.jobs.evaluation.inputs import choose_inputs, crop_findings, meanings, reader, too_little_known
from soilinfo.jobs.evaluation.places import Area, resolve_area
from soilinfo.jobs.ingestion.rasters import outdated
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

Answer = dict[str, Any]


def indexed(catalog: Catalog, area: Area) -> ZoneIndex:
    """The index of an area on the grid; LimitError when it spans more cells than a synchronous answer may."""
    west, south, east, north = area.shape.bounds
    window = catalog.grid.window_of((west, south, east, north))
    most = catalog.services.limits.process_cells
    if window and window.cells > most:
        raise LimitError(
            f"the area spans {window.cells:,} cells; a synchronous answer is limited to {most:,}. "
            "Ask for a smaller area, or use the tables by administrative unit or the layer's COG download"
        )
    return build_index([area.shape], catalog.grid)


def noted(answer: Answer) -> Answer:
    """The answer, saying so in words when the area holds no data at all."""
    if answer["nodata_ha"] < answer["total_ha"]:
        return answer
    return answer | {"note": "no data here: the area lies at sea, in a gap or outside the national grid"}


def share(hectares: float, total: float) -> float | None:
    """Percent of a total, None of nothing."""
    return round(100 * hectares / total, 3) if total else None


# ---- land suitability -------------------------------------------------------------------


def land_suitability(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    crop: str,
    scenario: str = "actual",
) -> Answer:
    """Hectares of an area by suitability class for one crop, what limits it, and what was not known.

    ``area`` as in :func:`resolve_area`; ``scenario`` one of SCENARIOS. Where there are no data the
    answer says so in ``nodata_ha``. Raises UnknownNameError, GeometryError, InputError or LimitError.
    """
    table = catalog.crop(crop)
    if scenario not in SCENARIOS:
        raise UnknownNameError("scenario", scenario, SCENARIOS)
    place = resolve_area(store, catalog, snapshot, area)
    inputs, outdated_layers = choose_inputs(store, catalog, snapshot)
    if doubt := too_little_known(catalog, table, inputs):
        raise InputError(doubt.message)
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, (crop,))
    criteria = compile_criteria(catalog, [table], regional, meanings(catalog, sorted(inputs)))
    tables, index = criteria.tables, indexed(catalog, place)
    used = {name: inputs[name] for name in criteria.inputs}
    result = criteria.evaluate(index.window, reader(store, used)(index.window), (scenario,))
    answer = _suitability_areas(catalog, index, result, scenario)
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
        "criteria": _criteria_areas(criteria, table, index),
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        **noted(answer),
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in sorted(used.items())
        ],
        "unused": list(tables.unused[crop]),
        "confidence": confidence_of_area(store, catalog, snapshot, index, table, inputs, scenario),
        "findings": [asdict(finding) for finding in findings],
    }


def _criteria_areas(criteria: Criteria, crop: Crop, index: ZoneIndex) -> list[Answer]:
    """The criteria sets used in the area, the crop's own first, with the hectares that each holds for."""
    units = criteria.units(crop.id)
    held = criteria.used(crop.id, index.window).astype(np.int16)
    areas = histogram(index, reads(held, index.window), low=0, high=len(units), nodata=-1).area_ha[0]
    sets = [(None, crop), *((each.criteria.region, each.crop) for each in units)]
    return [
        {
            "region": region,
            "criteria_set": one.criteria_set,
            "edition": one.edition,
            "source": one.source.title,
            "ha": round(float(hectares), 4),
        }
        for (region, one), hectares in zip(sets, areas, strict=True)
        if hectares > 0
    ]


def _suitability_areas(catalog: Catalog, index: ZoneIndex, result: Evaluation, scenario: Scenario) -> Answer:
    qualities = catalog.evaluation.qualities
    titles = {str(name): title for name, title in catalog.evaluation.class_titles.items()}
    classes, masks = result.classes[scenario][0], result.limiting[scenario][0]
    areas = histogram(index, reads(classes, index.window), low=1, high=4, nodata=0)
    total, nodata = float(index.area_ha[0]), float(areas.nodata_ha[0])
    limits = flagged_area(index, reads(masks, index.window), len(qualities))[0]
    partial = histogram(index, reads(result.lacking[0], index.window), low=1, high=255, nodata=0)
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": share(nodata, total),
        "partial_ha": round(float(partial.valid_ha[0]), 4),
        "classes": [
            {
                "class": one.name,
                "title": dict(titles[one.name]),
                "ha": round(float(hectares), 4),
                "pct": share(float(hectares), total),
            }
            for one, hectares in zip(SuitabilityClass, areas.area_ha[0], strict=True)
        ],
        "limiting": [
            {
                "quality": qualities[at].code,
                "title": dict(qualities[at].title),
                "ha": round(float(limits[at]), 4),
            }
            for at in np.argsort(-limits)
            if limits[at] > 0
        ],
        "subclasses": _subclasses(catalog, index, classes, masks, total),
    }


def _subclasses(
    catalog: Catalog, index: ZoneIndex, classes: NDArray[np.uint8], masks: NDArray[np.uint16], total: float
) -> list[Answer]:
    """Hectares per subclass (S3nr, S2wa,nr ...), the largest first."""
    codes = [quality.code for quality in catalog.evaluation.qualities]
    kinds, at = np.unique(classes.astype(np.int32) << 16 | masks, return_inverse=True)
    areas = histogram(
        index, reads(at.reshape(classes.shape), index.window), low=0, high=len(kinds) - 1, nodata=-1
    ).area_ha[0]
    found = [
        (subclass(int(kind) >> 16, int(kind) & 0xFFFF, codes), float(ha))
        for kind, ha in zip(kinds, areas, strict=True)
    ]
    return [
        {"subclass": name, "ha": round(hectares, 4), "pct": share(hectares, total)}
        for name, hectares in sorted(found, key=lambda one: -one[1])
        if name and hectares > 0
    ]


# ---- zonal statistics -------------------------------------------------------------------


def zonal_statistics(
    store: Store, catalog: Catalog, snapshot: Snapshot, *, area: Mapping[str, Any], layer: str
) -> Answer:
    """Statistics of one published raster layer in an area: quantiles and mean, or shares of classes.

    ``area`` as in :func:`resolve_area`. Areas are true hectares; the mean is arithmetic. Raises
    UnknownNameError, GeometryError, InputError or LimitError.
    """
    published = [name for name in catalog.layers if name in snapshot.layers]
    if layer not in published:
        raise UnknownNameError("published layer", layer, published)
    if layer in outdated(store, catalog, snapshot):
        raise InputError(
            f"layer '{layer}' was ingested under another grid, scale or class table; ingest it again"
        )
    spec = catalog.layer(layer)
    prop = catalog.property(spec.property)
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place)
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
    cells, stored = cube.read(layer, index.window), cube.variable(layer)
    if prop.class_table:
        return head | noted(_class_shares(catalog, prop.class_table, index, cells))
    return head | noted(_numbers(index, cells, stored.nodata, stored.scale))


def _numbers(index: ZoneIndex, cells: NDArray[Any], nodata: int, scale: float) -> Answer:
    valid = cells[cells != nodata]
    low, high = (int(valid.min()), int(valid.max())) if valid.size else (0, 0)
    areas = histogram(index, reads(cells, index.window), low=low, high=high, nodata=nodata)
    row = statistics(areas, scale).iloc[0]
    numbers = {str(name): None if np.isnan(value) else round(float(value), 6) for name, value in row.items()}
    return {"total_ha": round(float(index.area_ha[0]), 4), **numbers}


def _class_shares(catalog: Catalog, table_id: str, index: ZoneIndex, cells: NDArray[Any]) -> Answer:
    table, total = catalog.class_table(table_id), float(index.area_ha[0])
    areas = histogram(index, reads(cells, index.window), low=1, high=254, nodata=0)
    nodata = float(areas.nodata_ha[0])
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": share(nodata, total),
        "classes": [
            {
                "class": entry.id,
                "title": dict(entry.title),
                "ha": round(hectares, 4),
                "pct": share(hectares, total),
            }
            for entry in table.classes
            if (hectares := float(areas.area_ha[0, entry.code - 1])) > 0
        ],
    }
