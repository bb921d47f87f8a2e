"""Which crops suit one area best: their ranking, with the classes and limits that explain it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.choice import NO_CROP, Choice
from soilinfo.catalog.models import Catalog, Crop, SuitabilityClass
from soilinfo.catalog.product import NODATA
from soilinfo.catalog.product_direction import compared_crops, crop_codes
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.choice import LeftOut, at_least, choose, flags
from soilinfo.evaluate.zonal import ZoneIndex, flagged_area, histogram, reads
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.criteria import regional_criteria
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, reader, too_little_known
from soilinfo.jobs.evaluation.places import resolve_area
from soilinfo.jobs.planning.area import Answer, indexed, noted, share
from soilinfo.jobs.planning.choice import ranking
from soilinfo.jobs.planning.comparison import Compared, Comparison, compare, covered
from soilinfo.jobs.planning.criteria_in_force import criteria_areas, held_ha
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


def best_crops(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    crops: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
) -> Answer:
    """Crops ranked by their weighted suitable hectares in an area, and where each is the best.

    ``area`` as in :func:`resolve_area`. ``crops``: those of choice.yaml when none is named; ``weights``
    stand beside those of choice.yaml. Crops are compared on the characteristics known everywhere *in this
    area* for all of them, which the answer names; a crop is no candidate where its whole table rates it N.
    Raises UnknownNameError, GeometryError, InputError (no
    such characteristic, a weight that is none) or LimitError.
    """
    choice = _weighted(catalog, crops, weights or {})
    place = resolve_area(store, catalog, snapshot, area)
    inputs, findings = choose_inputs(store, catalog, snapshot)
    compared, doubts = _known_enough(catalog, crops or compared_crops(catalog), inputs)
    index = indexed(catalog, place)
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, {crop.id for crop in compared})
    asked = {
        name: one for name, one in inputs.items() if any(name in crop.characteristics for crop in compared)
    }
    comparison = compare(catalog, choice, compared, regional, inputs, covered(store, index, asked))
    if not comparison.basis.used:
        raise InputError(_nothing_in_common(comparison))
    cells = reader(store, comparison.inputs)(index.window)
    result = comparison.evaluated(index.window, cells, limiting=True)
    return {
        "area": dict(place.asked),
        "snapshot": snapshot.id,
        "boundary_rule": comparison.whole.tables.rule,
        "potential": choice.potential,
        "suitable": list(choice.suitable),
        **noted(_areas(catalog, comparison, index, result)),
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in sorted(comparison.inputs.items())
            if name in comparison.basis.used
        ],
        "left_out": [_told(left, comparison) for left in comparison.basis.left_out],
        "findings": [asdict(one) for one in (*place.findings, *findings, *doubts, *unplaced)],
    }


def _told(left: LeftOut, comparison: Comparison) -> Answer:
    """What is left out and why, with the layer by which a whole table rates it all the same."""
    one = comparison.inputs.get(left.characteristic)
    used = {"layer": one.layer if one else None, "version": one.version if one else None}
    return asdict(left) | used


def _weighted(catalog: Catalog, crops: Sequence[str], weights: Mapping[str, float]) -> Choice:
    choice = catalog.choice or Choice()
    compared = crops or compared_crops(catalog)
    for crop in compared:
        catalog.crop(crop)
    for crop, weight in weights.items():
        if crop not in compared:
            raise UnknownNameError("crop among those compared", crop, compared)
        if not isinstance(weight, int | float) or not isfinite(weight) or weight <= 0:
            raise InputError(f"the weight of {crop} must be a number above 0; given: {weight}")
    return choice.model_copy(update={"weights": {**choice.weights, **weights}})


def _known_enough(
    catalog: Catalog, names: Sequence[str], inputs: Mapping[str, Input]
) -> tuple[list[Crop], list[Finding]]:
    """Crops of which enough is known, in the catalog's order, and a finding for each of the others."""
    crops = [crop for name, crop in catalog.crops.items() if name in names]
    doubts = {crop.id: too_little_known(catalog, crop, inputs) for crop in crops}
    known = [crop for crop in crops if doubts[crop.id] is None]
    if not known:
        raise InputError("; ".join(doubt.message for doubt in doubts.values() if doubt))
    return known, [doubt for doubt in doubts.values() if doubt]


def _nothing_in_common(comparison: Comparison) -> str:
    if not any(left.covered_pct for left in comparison.basis.left_out):
        return "no layer has data here: the area lies at sea, in a gap or outside the national grid"
    crops = ", ".join(crop.id for crop in comparison.crops)
    left = ", ".join(left.characteristic for left in comparison.basis.left_out if left.reason == "gaps")
    why = f"; with gaps in this area: {left}" if left else ""
    return f"no characteristic is known everywhere in this area for all of {crops}{why}"


def _areas(catalog: Catalog, comparison: Comparison, index: ZoneIndex, found: Compared) -> Answer:
    codes = [crop_codes(catalog)[crop.id] for crop in comparison.crops]
    chosen = choose(
        found.actual,
        found.potential,
        found.whole,
        codes=codes,
        weights=list(comparison.weights),
        suitable=comparison.suitable,
    )
    number, total = len(codes), float(index.area_ha[0])
    best = histogram(index, reads(chosen.best, index.window), low=1, high=NO_CROP, nodata=0)
    counted = histogram(index, reads(chosen.suitable, index.window), low=0, high=number, nodata=NODATA)
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(float(best.nodata_ha[0]), 4),
        "nodata_pct": share(float(best.nodata_ha[0]), total),
        "no_crop_ha": round(float(best.area_ha[0, NO_CROP - 1]), 4),
        "ranking": _ranked(catalog, comparison, index, found, best.area_ha[:, [code - 1 for code in codes]]),
        "suitable_crops": [
            {"at_least": least, "ha": round(float(area), 4), "pct": share(float(area), total)}
            for least, area in enumerate(at_least(counted.area_ha)[0], start=1)
        ],
    }


def _ranked(
    catalog: Catalog,
    comparison: Comparison,
    index: ZoneIndex,
    found: Compared,
    best_ha: NDArray[np.float64],
) -> list[Answer]:
    """A row for each crop, the first of the ranking first, with both its classes and what they rest on."""
    number = len(comparison.crops)
    marks = flags(found.actual, found.potential, found.whole, comparison.suitable)
    marked = flagged_area(index, reads(marks, index.window), 2 * number)
    whole_ha = np.stack([_class_ha(index, classes) for classes in found.whole])
    rows = ranking(
        [crop.id for crop in comparison.crops],
        best_ha=best_ha,
        suitable_ha=marked[:, :number],
        as_good_ha=marked[:, number:],
        whole_suitable_ha=whole_ha[np.newaxis, :, [each - 1 for each in comparison.suitable]].sum(axis=2),
        weights=comparison.weights,
        facts={"total_ha": index.area_ha[:1]},
    ).drop(columns=["total_ha", "best_crop"])
    reasons = [
        {
            "classes": _classes(catalog, _class_ha(index, found.actual[at])),
            "whole_classes": _classes(catalog, whole_ha[at]),
            "limiting": _limits(catalog, index, found.limiting[at]),
            "criteria": criteria_areas(comparison.whole, crop, held_ha(comparison.whole, crop.id, index)),
        }
        for at, crop in enumerate(comparison.crops)
    ]
    ranked = [
        {**row, "title": dict(crop.title), **reason}
        for row, crop, reason in zip(rows.to_dict("records"), comparison.crops, reasons, strict=True)
    ]
    return sorted(ranked, key=lambda row: row["rank"])


def _class_ha(index: ZoneIndex, classes: NDArray[np.uint8]) -> NDArray[np.float64]:
    areas = histogram(index, reads(classes, index.window), low=1, high=4, nodata=0).area_ha
    return np.asarray(areas[0])


def _classes(catalog: Catalog, areas: NDArray[np.float64]) -> list[Answer]:
    titles = {str(name): title for name, title in catalog.evaluation.class_titles.items()}
    return [
        {"class": one.name, "title": dict(titles[one.name]), "ha": round(float(area), 4)}
        for one, area in zip(SuitabilityClass, areas, strict=True)
    ]


def _limits(catalog: Catalog, index: ZoneIndex, masks: NDArray[np.uint16]) -> list[Answer]:
    """Land qualities that limit the crop by its whole table, the most hectares first."""
    qualities = catalog.evaluation.qualities
    areas = flagged_area(index, reads(masks, index.window), len(qualities))[0]
    return [
        {"quality": qualities[at].code, "title": dict(qualities[at].title), "ha": round(float(areas[at]), 4)}
        for at in np.argsort(-areas)
        if areas[at] > 0
    ]
