"""Which crops suit one area best: their ranking, with the classes and limits that explain it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.choice import HEAVIEST, MOST_CROPS, NO_CROP, Choice
from soilinfo.catalog.models import Catalog, Crop, SuitabilityClass
from soilinfo.catalog.product_direction import compared_crops, crop_codes
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.choice import LeftOut, at_least, choose, flags
from soilinfo.evaluate.kinds import Hectares, hectares_by_kinds, summed
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.effort import Effort, stretch
from soilinfo.jobs.evaluation.criteria import regional_criteria
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, reader, too_little_known
from soilinfo.jobs.evaluation.places import indexed, resolve_area
from soilinfo.jobs.planning.area import Answer, class_rows, extent, noted, share
from soilinfo.jobs.planning.choice import ranking
from soilinfo.jobs.planning.comparison import Comparison, compare, covered
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
    effort: Effort | None = None,
) -> Answer:
    """Crops ranked by their weighted suitable hectares in an area, and where each is the best.

    ``area`` as in :func:`resolve_area`. ``crops``: those of choice.yaml when none is named; ``weights``
    stand beside those of choice.yaml. Crops are compared on the characteristics known everywhere *in this
    area* for all of them, which the answer names; a crop is no candidate where its whole table rates it N.
    Worked out in strips of the grid, so of any size that ``effort`` allows. Raises UnknownNameError,
    GeometryError, InputError (no such characteristic, a weight that is none) or LimitError.
    """
    choice = weighted(catalog, crops, weights or {})
    place = resolve_area(store, catalog, snapshot, area)
    inputs, findings = choose_inputs(store, catalog, snapshot)
    compared, doubts = _known_enough(catalog, crops or compared_crops(catalog), inputs)
    effort = effort or Effort.at_once(catalog)
    index = indexed(catalog, place, effort)
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, {crop.id for crop in compared})
    asked = {
        name: one for name, one in inputs.items() if any(name in crop.characteristics for crop in compared)
    }
    known = covered(store, index, asked, stretch(effort.advance, 0, 0.3))
    comparison = compare(catalog, choice, compared, regional, inputs, known)
    if not comparison.basis.used:
        raise InputError(_nothing_in_common(comparison))
    codes = [crop_codes(catalog)[crop.id] for crop in comparison.crops]
    kinds = partial(_kinds, comparison, codes, reader(store, comparison.inputs))
    hectares = hectares_by_kinds(index, kinds, len(_WAYS) + len(codes), stretch(effort.advance, 0.3, 1))
    return {
        "area": dict(place.asked),
        "snapshot": snapshot.id,
        "boundary_rule": comparison.whole.tables.rule,
        "potential": choice.potential,
        "suitable": list(choice.suitable),
        **noted(_areas(catalog, comparison, index, codes, hectares)),
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


def weighted(catalog: Catalog, crops: Sequence[str], weights: Mapping[str, float]) -> Choice:
    """The configured choice with these weights.

    UnknownNameError for a crop that is not compared, InputError for too many and for a weight that is none.
    """
    choice = catalog.choice or Choice()
    compared = crops or compared_crops(catalog)
    for crop in compared:
        catalog.crop(crop)
    if len(set(compared)) > MOST_CROPS:
        raise InputError(f"at most {MOST_CROPS} crops can be compared, not {len(set(compared))}; name fewer")
    for crop, weight in weights.items():
        if crop not in compared:
            raise UnknownNameError("crop among those compared", crop, compared)
        if type(weight) not in (int, float) or not 0 < weight <= HEAVIEST:
            raise InputError(
                f"the weight of {crop} must be a number above 0, at most {HEAVIEST:g}; given: {weight}"
            )
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


_WAYS = "best", "suitable", "marks"
"""What is told of a cell for all crops together: the best, the number of suitable ones, :func:`flags`."""
_WHOLE, _LIMITING = 3, 6
"""First bit, in what is told of a cell for one crop, of its class by its whole table and of what limits it;
below is its class on what all crops share."""


def _kinds(
    comparison: Comparison,
    codes: Sequence[int],
    read: Callable[[Window], Mapping[str, NDArray[Any]]],
    window: Window,
) -> Iterator[NDArray[np.integer]]:
    """The kinds of cells in a window in each of _WAYS, then for each crop by itself."""
    found = comparison.evaluated(window, read(window), limiting=True)
    classes = found.actual, found.potential, found.whole
    chosen = choose(*classes, codes=codes, weights=list(comparison.weights), suitable=comparison.suitable)
    yield chosen.best
    yield chosen.suitable
    yield flags(*classes, comparison.suitable)
    for actual, whole, limiting in zip(found.actual, found.whole, found.limiting, strict=True):
        kinds = actual.astype(np.int32)
        kinds |= whole.astype(np.int32) << _WHOLE
        kinds |= limiting.astype(np.int32) << _LIMITING
        yield kinds


def _areas(
    catalog: Catalog,
    comparison: Comparison,
    index: ZoneIndex,
    codes: Sequence[int],
    hectares: Sequence[Hectares],
) -> Answer:
    best, suitable, marks, *of_crops = hectares
    total, nodata = float(index.area_ha[0]), best.get(0, 0.0) + float(index.outside_ha[0])
    counted = np.array([[suitable.get(number, 0.0) for number in range(len(codes) + 1)]])
    best_ha = np.array([[best.get(code, 0.0) for code in codes]])
    return extent(total, nodata) | {
        "no_crop_ha": round(best.get(NO_CROP, 0.0), 4),
        "ranking": _ranked(catalog, comparison, index, best_ha, marks, of_crops),
        "suitable_crops": [
            {"at_least": least, "ha": round(float(area), 4), "pct": share(float(area), total)}
            for least, area in enumerate(at_least(counted)[0], start=1)
        ],
    }


def _ranked(
    catalog: Catalog,
    comparison: Comparison,
    index: ZoneIndex,
    best_ha: NDArray[np.float64],
    marks: Hectares,
    of_crops: Sequence[Hectares],
) -> list[Answer]:
    """A row for each crop, the first of the ranking first, with both its classes and what they rest on."""
    number, total = len(comparison.crops), float(index.area_ha[0])
    marked = _flagged_ha(marks, 2 * number)
    whole_ha = np.stack([_class_ha(hectares) for hectares in of_crops])
    rows = ranking(
        [crop.id for crop in comparison.crops],
        best_ha=best_ha,
        suitable_ha=marked[np.newaxis, :number],
        as_good_ha=marked[np.newaxis, number:],
        whole_suitable_ha=whole_ha[np.newaxis, :, [each - 1 for each in comparison.suitable]].sum(axis=2),
        weights=comparison.weights,
        facts={"total_ha": index.area_ha[:1]},
    ).drop(columns=["total_ha", "best_crop"])
    reasons = [
        {
            "classes": class_rows(catalog, summed(hectares, _class_at(0)), total),
            "whole_classes": class_rows(catalog, summed(hectares, _class_at(_WHOLE)), total),
            "limiting": _limits(catalog, hectares),
            "criteria": criteria_areas(comparison.whole, crop, held_ha(comparison.whole, crop.id, index)),
        }
        for at, (crop, hectares) in enumerate(zip(comparison.crops, of_crops, strict=True))
    ]
    ranked = [
        {**row, "title": dict(crop.title), **reason}
        for row, crop, reason in zip(rows.to_dict("records"), comparison.crops, reasons, strict=True)
    ]
    return sorted(ranked, key=lambda row: row["rank"])


def _class_at(first_bit: int) -> Callable[[int], int]:
    """The class that stands at ``first_bit`` of the kinds of one crop."""
    return lambda kind: kind >> first_bit & 7


def _class_ha(hectares: Hectares) -> NDArray[np.float64]:
    """Hectares of each class by the whole table of one crop."""
    areas = summed(hectares, _class_at(_WHOLE))
    return np.array([areas.get(int(one), 0.0) for one in SuitabilityClass])


def _flagged_ha(hectares: Hectares, bits: int) -> NDArray[np.float64]:
    """Hectares on which each bit of the kinds is set."""
    areas = [sum((ha for kind, ha in hectares.items() if kind >> bit & 1), 0.0) for bit in range(bits)]
    return np.array(areas)


def _limits(catalog: Catalog, hectares: Hectares) -> list[Answer]:
    """Land qualities that limit the crop by its whole table, the most hectares first."""
    qualities = catalog.evaluation.qualities
    areas = _flagged_ha(summed(hectares, lambda kind: kind >> _LIMITING), len(qualities))
    return [
        {"quality": qualities[at].code, "title": dict(qualities[at].title), "ha": round(float(areas[at]), 4)}
        for at in np.argsort(-areas)
        if areas[at] > 0
    ]
