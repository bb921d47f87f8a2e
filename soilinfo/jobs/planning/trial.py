"""Land suitability under a what-if, ready to be evaluated on any window: a tile, a regency, the nation.

The same criteria, kernel and published layers answer as in the evaluation of the nation. What the
what-if adjusts is adjusted cell by cell before it is rated; the rows it edits stand in place of the
crop's own, in every region.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Crop
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.errors import InputError
from soilinfo.evaluate.adjust import (
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
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.evaluate.tables import DRAINAGE, PEAT
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
    no layer, or when rain is to be raised without irrigation.
    """
    table = _edited(catalog.crop(crop), what_if)
    inputs, findings = choose_inputs(store, catalog, snapshot)
    if doubt := too_little_known(catalog, table, inputs):
        raise InputError(doubt.message)
    _refuse(catalog, table, what_if, inputs)
    known = meanings(catalog, sorted(inputs))
    regional, unplaced = regional_criteria(store, catalog, snapshot.layers, {crop})
    edited = [replace(each, crop=_edited(each.crop, what_if)) for each in regional]
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
            *crop_findings(catalog, table, inputs, criteria.tables.unused[crop]),
            *_doubts(table, what_if, inputs),
        ),
    )


def _edited(crop: Crop, what_if: WhatIf) -> Crop:
    rows = {**crop.characteristics, **what_if.criteria}
    return crop.model_copy(update={"characteristics": rows, "irrigated": crop.irrigated or what_if.irrigated})


def _refuse(catalog: Catalog, crop: Crop, what_if: WhatIf, inputs: Mapping[str, Input]) -> None:
    for adjustment in what_if.adjustments:
        name = adjustment.property
        if name not in inputs:
            raise InputError(
                f"'{name}' cannot be adjusted: no layer of it is published; there are: "
                + ", ".join(sorted(inputs))
            )
        raised = adjustment.raise_to is not None and name in catalog.evaluation.irrigation_only
        if raised and not crop.irrigated:
            raise InputError(
                f"'{name}' is raised only by irrigation: ask with irrigated: true; times and add describe "
                "another climate"
            )


def _doubts(crop: Crop, what_if: WhatIf, inputs: Mapping[str, Input]) -> Iterator[Finding]:
    """What a reader must know of the adjustments: rows that are not there, hazards that nobody mapped."""
    layer, adjusted = suitability_of(crop.id), sorted({each.property for each in what_if.adjustments})
    for name in adjusted:
        if name not in crop.characteristics:
            message = f"the table of '{crop.id}' has no row for '{name}': adjusting it changes no class"
            yield Finding("adjusted_without_row", "warn", layer, message)
    for name, harm in ((PEAT, "where peat is protected"), (SULFIDIC, "where sulfidic material lies")):
        if DRAINAGE in adjusted and name not in inputs:
            message = f"no layer of '{name}' is published: drainage was improved without knowing {harm}"
            yield Finding("unchecked_drainage", "warn", layer, message)
