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
from soilinfo.evaluate.choice import at_least, choose, flags
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.evaluate.zonal import ZoneIndex, flagged_area, histogram, reads
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.criteria import regional_criteria
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, reader, too_little_known
from soilinfo.jobs.evaluation.places import resolve_area
from soilinfo.jobs.planning.area import Answer, indexed, noted, share
from soilinfo.jobs.planning.choice import ranking
from soilinfo.jobs.planning.comparison import Comparison, compare, covered
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
    area* for all of them, which the answer names. Raises UnknownNameError, GeometryError, InputError (no
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
        "potential": choice.potential,
        "suitable": list(choice.suitable),
        **noted(_areas(catalog, comparison, index, result)),
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in sorted(comparison.inputs.items())
            if name in comparison.basis.used
        ],
        "left_out": [asdict(left) for left in comparison.basis.left_out],
        "findings": [asdict(one) for one in (*place.findings, *findings, *doubts, *unplaced)],
    }


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


def _areas(catalog: Catalog, comparison: Comparison, index: ZoneIndex, result: Evaluation) -> Answer:
    actual, potential = result.classes["actual"], result.classes[comparison.choice.potential]
    codes = [crop_codes(catalog)[crop.id] for crop in comparison.crops]
    chosen = choose(
        actual, potential, codes=codes, weights=list(comparison.weights), suitable=comparison.suitable
    )
    number, total = len(codes), float(index.area_ha[0])
    best = histogram(index, reads(chosen.best, index.window), low=1, high=NO_CROP, nodata=0)
    counted = histogram(index, reads(chosen.suitable, index.window), low=0, high=number, nodata=NODATA)
    marks = reads(flags(actual, potential, comparison.suitable), index.window)
    marked = flagged_area(index, marks, 2 * number)
    rows = ranking(
        [crop.id for crop in comparison.crops],
        best_ha=best.area_ha[:, [code - 1 for code in codes]],
        suitable_ha=marked[:, :number],
        as_good_ha=marked[:, number:],
        weights=comparison.weights,
        facts={"total_ha": np.array([total])},
    ).drop(columns=["total_ha", "best_crop"])
    reasons = [
        {"classes": _classes(catalog, index, actual[at]), "limiting": _limits(catalog, index, masks)}
        for at, masks in enumerate(result.limiting["actual"])
    ]
    ranked = [
        {**row, "title": dict(crop.title), **reason}
        for row, crop, reason in zip(rows.to_dict("records"), comparison.crops, reasons, strict=True)
    ]
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(float(best.nodata_ha[0]), 4),
        "nodata_pct": share(float(best.nodata_ha[0]), total),
        "no_crop_ha": round(float(best.area_ha[0, NO_CROP - 1]), 4),
        "ranking": sorted(ranked, key=lambda row: row["rank"]),
        "suitable_crops": [
            {"at_least": least, "ha": round(float(area), 4), "pct": share(float(area), total)}
            for least, area in enumerate(at_least(counted.area_ha)[0], start=1)
        ],
    }


def _classes(catalog: Catalog, index: ZoneIndex, classes: NDArray[np.uint8]) -> list[Answer]:
    areas = histogram(index, reads(classes, index.window), low=1, high=4, nodata=0).area_ha[0]
    titles = {str(name): title for name, title in catalog.evaluation.class_titles.items()}
    return [
        {"class": one.name, "title": dict(titles[one.name]), "ha": round(float(area), 4)}
        for one, area in zip(SuitabilityClass, areas, strict=True)
    ]


def _limits(catalog: Catalog, index: ZoneIndex, masks: NDArray[np.uint16]) -> list[Answer]:
    """Land qualities that limit the crop, the most hectares first."""
    qualities = catalog.evaluation.qualities
    areas = flagged_area(index, reads(masks, index.window), len(qualities))[0]
    return [
        {"quality": qualities[at].code, "title": dict(qualities[at].title), "ha": round(float(areas[at]), 4)}
        for at in np.argsort(-areas)
        if areas[at] > 0
    ]
