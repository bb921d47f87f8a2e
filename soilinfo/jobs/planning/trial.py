"""Land suitability under a what-if, ready to be evaluated on any window: a tile, a regency, the nation.

The same criteria, kernel and published layers answer as in the evaluation of the nation. What the
what-if adjusts is adjusted cell by cell before it is rated; the rows it edits stand in place of the
crop's own, in every region.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.asking import edited_findings
from soilinfo.catalog.models import Catalog, Crop, LandEvaluation
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.errors import InputError
from soilinfo.evaluate.adjust import (
    OUTCOMES,
    SULFIDIC,
    Adjusted,
    Effect,
    Hazards,
    Step,
    adjust,
    hazards_of,
    overlaid,
    steps_of,
)
from soilinfo.evaluate.improvement import within_reach
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.evaluate.tables import DRAINAGE, PEAT, Meaning, rated_classes
from soilinfo.evaluate.transitions import kinds_of_move
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.jobs.evaluation.criteria import Criteria, Regional, compile_criteria, regional_criteria
from soilinfo.jobs.evaluation.inputs import Input, choose_inputs, crop_findings, meanings, too_little_known
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


@dataclass(frozen=True)
class Trial:
    """One crop under one what-if, compiled; ``inputs``: the layer of each property that is read."""

    what_if: WhatIf
    crop: Crop
    criteria: Criteria
    steps: tuple[Step, ...]
    regional: tuple[tuple[Regional, tuple[Step, ...]], ...]
    """The steps where a region's own row says what is better, the coarsest level first."""
    hazards: Hazards
    inputs: Mapping[str, Input]
    findings: tuple[Finding, ...]

    def evaluate(
        self, window: Window, packed: Mapping[str, NDArray[Any]]
    ) -> tuple[Evaluation, tuple[Effect, ...]]:
        """Suitability in a window, in the scenario of the what-if, and what each adjustment did there.

        ``packed``: stored integers (y, x) of every property of ``inputs``.
        """
        after, effects = self._adjusted(self.criteria.grid, window, packed)
        return self.criteria.evaluate(window, after, (self.what_if.scenario,)), effects

    def classes(self, grid: Grid, window: Window, packed: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
        """The classes alone, in a window of ``grid``: the nation's own, or that of an overview."""
        after, _ = self._adjusted(grid, window, packed)
        scenario, criteria = self.what_if.scenario, replace(self.criteria, grid=grid)
        result = criteria.evaluate(window, after, (scenario,), limiting=False)
        return np.asarray(result.classes[scenario][0])

    def _adjusted(self, grid: Grid, window: Window, packed: Mapping[str, NDArray[Any]]) -> Adjusted:
        adjusted = adjust(self.steps, self.hazards, packed)
        for unit, steps in self.regional:
            mask = unit.mask(grid, window)
            if mask.any():
                adjusted = overlaid(mask, adjust(steps, self.hazards, packed), adjusted)
        return adjusted


def prepare(store: Store, catalog: Catalog, snapshot: Snapshot, crop: str, what_if: WhatIf) -> Trial:
    """The what-if for a crop over the published layers.

    UnknownNameError for a crop, InputError when too little is known of it, when an adjusted property has
    no layer, when rain is to be raised without irrigation, or what nowhere gets better by being raised.
    """
    edits = edited_findings(catalog, catalog.crop(crop), what_if)
    table = _edited(catalog.crop(crop), what_if)
    inputs, findings = choose_inputs(store, catalog, snapshot)
    if doubt := too_little_known(catalog, table, inputs):
        raise InputError(doubt.message)
    known = meanings(catalog, sorted(inputs))
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, {crop})
    edited = [replace(each, crop=_edited(each.crop, what_if)) for each in regional]
    _refuse(catalog, [table, *(each.crop for each in edited)], what_if, known)
    criteria = compile_criteria(catalog, [table], edited, known)
    hazards = hazards_of(catalog.evaluation, known)
    adjusted, rule = {each.property for each in what_if.adjustments}, catalog.evaluation.boundary_rule
    improves = any(each.improve is not None for each in what_if.adjustments)
    read = {*criteria.inputs, *adjusted, *(hazards.properties if DRAINAGE in adjusted else ())}
    return Trial(
        what_if,
        table,
        criteria,
        steps_of(what_if.adjustments, table, known, rule),
        tuple((each, steps_of(what_if.adjustments, each.crop, known, rule)) for each in edited if improves),
        hazards,
        {name: inputs[name] for name in sorted(read)},
        (
            *findings,
            *unplaced,
            *edits,
            *crop_findings(catalog, table, inputs, criteria.tables.unused[crop]),
            *_doubts(catalog.evaluation, table, what_if, inputs),
        ),
    )


def kinds_of_change(
    before: Trial, after: Trial, read: Callable[[Window], Mapping[str, NDArray[Any]]]
) -> Callable[[Window], Iterator[NDArray[np.integer]]]:
    """A reader of the kinds of move (:func:`kinds_of_move`) in a window, then of what each adjustment did.

    That is told by a bit for each of OUTCOMES. ``read`` gives the inputs of both trials.
    """
    first, second = before.what_if.scenario, after.what_if.scenario

    def kinds(window: Window) -> Iterator[NDArray[np.integer]]:
        packed = read(window)
        (was, _), (will_be, effects) = (one.evaluate(window, packed) for one in (before, after))
        yield kinds_of_move(
            (was.classes[first][0], will_be.classes[second][0]),
            (was.limiting[first][0], will_be.limiting[second][0]),
        )
        for effect in effects:
            bits = np.zeros(window.shape, np.int64)
            for bit, outcome in enumerate(OUTCOMES):
                if outcome in effect.cells:
                    bits |= effect.cells[outcome].astype(np.int64) << bit
            yield bits

    return kinds


def _edited(crop: Crop, what_if: WhatIf) -> Crop:
    edited = {**crop.characteristics, **what_if.criteria}
    rows = {name: row for name, row in edited.items() if row is not None}
    return crop.model_copy(update={"characteristics": rows, "irrigated": crop.irrigated or what_if.irrigated})


def _refuse(catalog: Catalog, tables: Sequence[Crop], what_if: WhatIf, known: Mapping[str, Meaning]) -> None:
    """``tables``: the crop's own, then those of regions."""
    for adjustment in what_if.adjustments:
        name = adjustment.property
        if name not in known:
            raise InputError(
                f"'{name}' cannot be adjusted: no layer of it is published; there are: "
                + ", ".join(sorted(known))
            )
        if adjustment.raise_to is None:
            continue
        if name in catalog.evaluation.irrigation_only and not tables[0].irrigated:
            raise InputError(
                f"'{name}' is raised only by irrigation: ask with irrigated: true; times and add describe "
                "another climate"
            )
        rows = [table.characteristics[name] for table in tables if name in table.characteristics]
        rule = catalog.evaluation.boundary_rule
        rated = [rated_classes(row, known[name], rule) for row in rows]
        if rated and not any(within_reach(each, "raises").any() for each in rated):
            raise InputError(
                f"'{name}' is not raised: no land is better for '{tables[0].id}' where it is higher"
            )


def _doubts(
    rules: LandEvaluation, crop: Crop, what_if: WhatIf, inputs: Mapping[str, Input]
) -> Iterator[Finding]:
    """What a reader must know of the what-if: rows that are not there, hazards that nobody mapped, irrigation
    that changes nothing."""
    layer, adjusted = suitability_of(crop.id), {each.property for each in what_if.adjustments}
    for name in sorted(adjusted):
        if name not in crop.characteristics:
            message = f"the table of '{crop.id}' has no row for '{name}': adjusting it changes no class"
            yield Finding("adjusted_without_row", "warn", layer, message)
    for name, harm in ((PEAT, "where peat is protected"), (SULFIDIC, "where sulfidic material lies")):
        if DRAINAGE in adjusted and name not in inputs:
            message = f"no layer of '{name}' is published: drainage was improved without knowing {harm}"
            yield Finding("unchecked_drainage", "warn", layer, message)
    if what_if.irrigated and what_if.scenario == "actual" and adjusted.isdisjoint(rules.irrigation_only):
        message = (
            "irrigation is management: in the scenario 'actual' it changes no class; ask for a potential one"
        )
        yield Finding("irrigated_without_management", "warn", layer, message)
