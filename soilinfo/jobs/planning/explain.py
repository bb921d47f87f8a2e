"""Why land has its class for a crop, what would help, and how sure that is: one answer with all three."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from soilinfo.catalog.models import SCENARIOS, Catalog, SuitabilityClass
from soilinfo.catalog.what_ifs import WhatIf, as_text
from soilinfo.evaluate.transitions import Move, by_quality
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.jobs.effort import Effort, stretch, unheard
from soilinfo.jobs.evaluation.places import NATION, WAYS, Area, indexed, resolve_area
from soilinfo.jobs.planning.area import Answer, class_rows, share, suitability_within
from soilinfo.jobs.planning.binding import Binding
from soilinfo.jobs.planning.explained_land import Land, land_of
from soilinfo.jobs.planning.measures import single_measures
from soilinfo.jobs.planning.trial import Trial, prepare
from soilinfo.report.explanation import sentence
from soilinfo.report.phrases import Phrases
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

SUITABLE = (SuitabilityClass.S1, SuitabilityClass.S2)
"""The classes of ``released_to_s1_s2``."""


def explain(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    crop: str,
    area: Mapping[str, Any],
    effort: Effort | None = None,
) -> Answer:
    """What an area is for a crop, because of what; what would help; and how sure that is.

    ``area`` as in :func:`soilinfo.jobs.evaluation.places.resolve_area`; the nation when none is given.
    Worked out in strips of the grid, so of any size that ``effort`` allows. Every hectare is that of
    land-suitability, what-if and confidence. Raises UnknownNameError, GeometryError, InputError or
    LimitError.
    """
    effort = effort or Effort.at_once(catalog)
    if not any(area.get(way) is not None for way in WAYS):
        area = {"region": NATION}
    place = resolve_area(store, catalog, snapshot, area)
    index, advance = indexed(catalog, place, effort), effort.advance
    heard = stretch(advance, 0, 0.4)
    known = suitability_within(store, catalog, snapshot, place, index, crop, SCENARIOS[0], heard)
    actual = prepare(store, catalog, snapshot, crop, WhatIf())
    offered = single_measures(catalog, actual.crop, actual.criteria, actual.inputs)
    trials = {name: prepare(store, catalog, snapshot, crop, asked) for name, asked in offered.items()}
    land = land_of(store, actual, trials, index, stretch(advance, 0.4, 1))
    answer = known | reasons(store, catalog, actual, land, known, index, place)
    answer |= {"measures": _measures(catalog, trials, land, answer)}
    languages = catalog.services.languages
    return {"sentence": {each: sentence(Phrases(catalog, each), answer) for each in languages}} | answer


def explain_rows(
    store: Store, catalog: Catalog, snapshot: Snapshot, crop: str, place: Area, index: ZoneIndex
) -> Answer:
    """The reasons alone, with what levels of management would do, of an area that was indexed already."""
    actual = prepare(store, catalog, snapshot, crop, WhatIf())
    land = land_of(store, actual, {}, index, unheard)
    classes = _classes(catalog, land.moves(SCENARIOS[1]), float(index.area_ha[0]))
    known: Answer = {"crop": crop, "title": dict(actual.crop.title), "classes": classes, "confidence": None}
    known |= {"total_ha": round(float(index.area_ha[0]), 4)}
    return known | reasons(store, catalog, actual, land, known, index, place)


def reasons(
    store: Store,
    catalog: Catalog,
    actual: Trial,
    land: Land,
    known: Answer,
    index: ZoneIndex,
    place: Area,
) -> Answer:
    """The members of an explanation that the sums of an area (``land``) tell, by the classes ``known``."""
    found, total = land.moves(SCENARIOS[1]), float(index.area_ha[0])
    binding = Binding(catalog, actual, land)
    classes = [row | {"limiting": _limiting(catalog, binding, found, row)} for row in known["classes"]]
    prevailing = prevailing_class(known["classes"])
    cell = binding.cell(store, place.cell) if place.cell else []
    return {
        "prevailing": prevailing,
        "is_point": place.cell is not None,
        "classes": classes,
        "cell": cell,
        "management": [
            {"scenario": name, **_outcome(catalog, land.moves(name), prevailing, total)}
            for name in (SCENARIOS[1:] if prevailing else ())
        ],
        "missing": binding.missing(),
        "unrated": binding.unrated(),
    }


def prevailing_class(rows: Sequence[Answer]) -> str | None:
    """The class of most land; of equals the worse, lest too much be promised; None of no land."""
    most = max(rows, key=lambda row: (row["ha"], SuitabilityClass[row["class"]]))
    return most["class"] if most["ha"] > 0 else None


def _limiting(catalog: Catalog, binding: Binding, found: list[Move], row: Answer) -> list[Answer]:
    """The qualities that limit the land of one class, with the hectares of that class they limit."""
    code, rows = SuitabilityClass[row["class"]], []
    for bit, quality in enumerate(catalog.evaluation.qualities):
        area = sum(
            (one.hectares for one in found if one.before == code and one.limited_before >> bit & 1), 0.0
        )
        if area > 0:
            named = {"quality": quality.code, "title": dict(quality.title)}
            areas = {"ha": round(area, 4), "pct": share(area, row["ha"])}
            rows.append(named | areas | {"characteristics": binding.rows(bit, code, row["ha"])})
    return sorted(rows, key=lambda one: -one["ha"])


def _classes(catalog: Catalog, found: list[Move], total: float, when: str = "before") -> list[Answer]:
    """Hectares of each class before or after some moves."""
    areas: dict[int, float] = {}
    for move in found:
        code = getattr(move, when)
        areas[code] = areas.get(code, 0.0) + move.hectares
    return class_rows(catalog, areas, total)


# ---- what would help --------------------------------------------------------------------


def _outcome(catalog: Catalog, found: list[Move], prevailing: str | None, total: float) -> Answer:
    """What a measure or a level of management makes of the land, and of that of the prevailing class."""
    code = SuitabilityClass[prevailing] if prevailing else 0
    own = [move for move in found if code and move.before == code]
    return {
        "improved_ha": round(sum((move.hectares for move in found if move.gain > 0), 0.0), 4),
        "classes": _classes(catalog, found, total, "after"),
        "released": list(_released(catalog, found)),
        "released_to_s1_s2": list(_released(catalog, [move for move in found if move.after in SUITABLE])),
        "prevailing_becomes": [row for row in _becomes(own, code) if row["ha"] > 0],
        "prevailing_released": list(_released(catalog, own)),
        "still_limiting": list(_still(catalog, own, code)),
    }


def _released(catalog: Catalog, found: list[Move]) -> Iterator[Answer]:
    """The qualities that held back what moves to a better class, the most hectares first."""
    titles = {quality.code: dict(quality.title) for quality in catalog.evaluation.qualities}
    for code, (freed, _) in by_quality(found, list(titles)).items():
        if freed > 0:
            yield {"quality": code, "title": titles[code], "ha": round(freed, 4)}


def _measures(catalog: Catalog, trials: Mapping[str, Trial], land: Land, answer: Answer) -> list[Answer]:
    """Each measure alone, the one that betters most of the prevailing class first."""
    if answer["prevailing"] is None:
        return []
    rows = [
        {
            "measure": name,
            "title": dict(catalog.evaluation.measures[name].title),
            "adjust": as_text(trial.what_if.adjustments),
            "irrigated": trial.what_if.irrigated,
            "targets": _targets(catalog, trial.what_if),
            **_outcome(catalog, land.moves(name), answer["prevailing"], answer["total_ha"]),
        }
        for name, trial in trials.items()
    ]
    return sorted(rows, key=lambda row: -sum(each["ha"] for each in row["prevailing_becomes"]))


def _targets(catalog: Catalog, asked: WhatIf) -> list[Answer]:
    return [
        {
            "characteristic": each.property,
            "title": dict(catalog.property(each.property).title),
            "raise_to": each.raise_to,
            "improve": each.improve,
            "unit": catalog.property(each.property).unit,
        }
        for each in asked.adjustments
    ]


def _becomes(own: list[Move], code: int) -> Iterator[Answer]:
    """Hectares of the prevailing class by the better class that they become."""
    for better in range(code - 1, 0, -1):
        area = sum((move.hectares for move in own if move.after == better), 0.0)
        yield {"class": SuitabilityClass(better).name, "ha": round(area, 4)}


def _still(catalog: Catalog, own: list[Move], code: int) -> Iterator[Answer]:
    """The qualities that keep the land of the prevailing class in it after a measure, the most first."""
    left = [move for move in own if move.after == code]
    areas = {
        quality.code: sum((one.hectares for one in left if one.limited_after >> bit & 1), 0.0)
        for bit, quality in enumerate(catalog.evaluation.qualities)
    }
    titles = {quality.code: quality.title for quality in catalog.evaluation.qualities}
    for name, area in sorted(areas.items(), key=lambda one: -one[1]):
        if area > 0:
            yield {"quality": name, "title": dict(titles[name]), "ha": round(area, 4)}
