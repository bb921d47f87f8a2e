"""Answers about what-ifs: hectares before and after in an area, gained and lost by administrative unit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.asking import scenario_or_saved
from soilinfo.catalog.models import Catalog, SuitabilityClass
from soilinfo.catalog.what_ifs import WhatIf, as_text, change_of
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.adjust import OUTCOMES, outcomes_of
from soilinfo.evaluate.kinds import Hectares, hectares_by_kinds
from soilinfo.evaluate.suitability import subclass
from soilinfo.evaluate.transitions import Move, by_quality, change_codes, moves_of, transitions
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.grid import Window
from soilinfo.jobs.effort import Effort, along
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.evaluation.places import indexed, resolve_area
from soilinfo.jobs.evaluation.zones import zones_of
from soilinfo.jobs.planning.area import Answer, class_rows, extent, noted, share
from soilinfo.jobs.planning.criteria_in_force import criteria_areas, held_ha
from soilinfo.jobs.planning.trial import Trial, kinds_of_change, prepare
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

NODATA = "nodata"
"""In place of a class in a list of moves."""


def what_if(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    crop: str,
    asked: WhatIf,
    compare: str = "actual",
    effort: Effort | None = None,
) -> Answer:
    """Hectares of an area by class before and after a what-if, and what moved them.

    ``area`` as in :func:`soilinfo.jobs.evaluation.places.resolve_area`; ``compare``: what stands before, a
    scenario or a saved what-if. Worked out in strips of the grid, so of any size that ``effort`` allows.
    Raises UnknownNameError, GeometryError, InputError or LimitError.
    """
    effort = effort or Effort.at_once(catalog)
    after = prepare(store, catalog, snapshot, crop, asked)
    before = prepare(store, catalog, snapshot, crop, scenario_or_saved(catalog, crop, compare))
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place, effort)
    kinds = kinds_of_change(before, after, reader(store, {**before.inputs, **after.inputs}))
    moved, *done = hectares_by_kinds(index, kinds, 1 + len(asked.adjustments), effort.advance)
    found = moves_of(moved)
    total = float(index.area_ha[0])
    return {
        **_head(catalog, snapshot, after, compare, index),
        "area": dict(place.asked),
        **noted(_hectares(found, total, float(index.outside_ha[0]))),
        "classes": _classes(catalog, found, total),
        "by_quality": _by_quality(catalog, found),
        "transitions": _transitions(found, total),
        "moves": _moves(catalog, found, total),
        "adjustments": _adjustments(catalog, asked, done),
        **_origin(after),
        "findings": [asdict(finding) for finding in (*place.findings, *after.findings)],
    }


def compare_scenarios(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    crop: str,
    asked: WhatIf,
    compare: str = "actual",
    level: str | None = None,
    effort: Effort | None = None,
) -> Answer:
    """Hectares that each unit of a level gains and loses under a what-if, read in strips of the grid.

    ``compare`` as in :func:`what_if`; ``level``: by default the finest published one. Raises
    UnknownNameError, InputError, and LimitError when the nation has more cells than ``effort`` allows; by
    default it may have any number.
    """
    after = prepare(store, catalog, snapshot, crop, asked)
    before = prepare(store, catalog, snapshot, crop, scenario_or_saved(catalog, crop, compare))
    levels = [name for name in catalog.every_level() if name in snapshot.layers]
    if not levels:
        raise InputError("no administrative level is published to compare by")
    level = levels[-1] if level is None else level
    if level not in levels:
        raise UnknownNameError("published level", level, levels)
    effort = effort or Effort(catalog.grid.window.cells)
    effort.check(catalog.grid.window.cells)
    zones = zones_of(store, catalog, snapshot.layers, level)
    read, hear = reader(store, {**before.inputs, **after.inputs}), along(effort.advance, zones.index.window)

    def change(window: Window) -> NDArray[np.integer]:
        hear(window)
        packed = read(window)
        was, will_be = (
            one.evaluate(window, packed)[0].classes[one.what_if.scenario][0] for one in (before, after)
        )
        return change_codes(was, will_be)

    hectares = zones.gather(transitions(zones.index, change))
    units = zones.units[["code", "name"]].to_dict("records")
    return {
        **_head(catalog, snapshot, after, compare, zones.index),
        "level": level,
        "units": [_unit(unit, own) for unit, own in zip(units, hectares, strict=True)],
        "total": _unit({}, hectares.sum(axis=0)),
        **_origin(after),
        "findings": [asdict(finding) for finding in after.findings],
    }


def _head(catalog: Catalog, snapshot: Snapshot, after: Trial, compare: str, index: ZoneIndex) -> Answer:
    """What was asked, and whose criteria hold where; rows that were edited are so everywhere."""
    crop, asked = after.crop, after.what_if
    return {
        "crop": crop.id,
        "title": dict(crop.title),
        "scenario": asked.scenario,
        "compare": compare,
        "adjust": as_text(asked.adjustments),
        "irrigated": crop.irrigated,
        "criteria_set": crop.criteria_set,
        "edition": crop.edition,
        "criteria": criteria_areas(after.criteria, crop, held_ha(after.criteria, crop.id, index)),
        "edited_rows": sorted(asked.criteria),
        "boundary_rule": catalog.evaluation.boundary_rule,
        "snapshot": snapshot.id,
    }


def _origin(after: Trial) -> Answer:
    return {
        "used": [
            {"characteristic": name, "layer": one.layer, "version": one.version, "depth_cm": one.depth}
            for name, one in after.inputs.items()
        ],
        "unused": list(after.criteria.tables.unused[after.crop.id]),
    }


# ---- one area ---------------------------------------------------------------------------


def _sum(found: Sequence[Move]) -> float:
    return round(sum((move.hectares for move in found), 0.0), 4)


def _hectares(found: Sequence[Move], total: float, outside: float) -> Answer:
    nodata = _sum([move for move in found if not move.after]) + outside
    return extent(total, nodata) | {
        "improved_ha": _sum([move for move in found if move.gain > 0]),
        "worsened_ha": _sum([move for move in found if move.gain < 0]),
    }


def _classes(catalog: Catalog, found: Sequence[Move], total: float) -> list[Answer]:
    """Hectares of each class after the what-if, with those before it."""
    before, after = (
        {int(one): _sum([move for move in found if getattr(move, when) == one]) for one in SuitabilityClass}
        for when in ("before", "after")
    )
    return [
        row | {"before_ha": before[one], "change_ha": round(after[one] - before[one], 4)}
        for one, row in zip(SuitabilityClass, class_rows(catalog, after, total), strict=True)
    ]


def _by_quality(catalog: Catalog, found: Sequence[Move]) -> list[Answer]:
    """Hectares that left a class because a quality no longer limits them, or entered a worse one by it."""
    titles = {quality.code: dict(quality.title) for quality in catalog.evaluation.qualities}
    return [
        {
            "quality": code,
            "title": titles[code],
            "ha": round(released + limited, 4),
            "released_ha": round(released, 4),
            "limited_ha": round(limited, 4),
        }
        for code, (released, limited) in by_quality(found, list(titles)).items()
    ]


def _transitions(found: Sequence[Move], total: float) -> list[Answer]:
    """Hectares by class before and after, unchanged land too."""
    sums: dict[tuple[str, str], float] = {}
    for move in found:
        pair = _class_name(move.before), _class_name(move.after)
        sums[pair] = sums.get(pair, 0.0) + move.hectares
    return [
        {"before": before, "after": after, "ha": round(ha, 4), "pct": share(ha, total)}
        for (before, after), ha in sorted(sums.items())
        if (before, after) != (NODATA, NODATA)
    ]


def _moves(catalog: Catalog, found: Sequence[Move], total: float) -> list[Answer]:
    """Hectares by subclass before and after, of the land whose class changed: the largest first."""
    codes = [quality.code for quality in catalog.evaluation.qualities]
    return [
        {
            "before": subclass(move.before, move.limited_before, codes) or NODATA,
            "after": subclass(move.after, move.limited_after, codes) or NODATA,
            "limiting": [code for bit, code in enumerate(codes) if move.reason >> bit & 1],
            "ha": round(move.hectares, 4),
            "pct": share(move.hectares, total),
        }
        for move in found
        if move.before != move.after
    ]


def _class_name(code: int) -> str:
    return SuitabilityClass(code).name if code else NODATA


def _adjustments(catalog: Catalog, asked: WhatIf, done: Sequence[Hectares]) -> list[Answer]:
    """What each adjustment did, in hectares of each outcome that it can have."""
    rows = []
    for adjustment, hectares in zip(asked.adjustments, done, strict=True):
        name, (change, amount) = adjustment.property, change_of(adjustment)
        told = {
            f"{outcome}_ha": round(sum((ha for bits, ha in hectares.items() if bits >> bit & 1), 0.0), 4)
            for bit, outcome in enumerate(OUTCOMES)
            if outcome in outcomes_of(adjustment)
        }
        prop = catalog.property(name)
        # Classes are counted, the other amounts measured.
        amount = int(amount) if change == "improve" else amount
        rows.append({"property": name, "title": dict(prop.title), change: amount, "unit": prop.unit, **told})
    return rows


# ---- units ------------------------------------------------------------------------------


def _unit(named: Mapping[str, Any], hectares: NDArray[np.float64]) -> Answer:
    """One unit's row; ``hectares`` (class before, class after), 0 for no data."""
    classed = hectares[1:, 1:]
    ends = {"before": classed.sum(axis=1), "after": classed.sum(axis=0)}
    by_class = {
        f"{one.name.lower()}_{when}_ha": round(float(sums[one - 1]), 4)
        for when, sums in ends.items()
        for one in SuitabilityClass
    }
    return {
        **named,
        "improved_ha": round(float(np.tril(classed, -1).sum()), 4),
        "worsened_ha": round(float(np.triu(classed, 1).sum()), 4),
        "unchanged_ha": round(float(np.trace(classed)), 4),
        **by_class,
        "nodata_ha": round(float(hectares.sum() - classed.sum()), 4),
    }
