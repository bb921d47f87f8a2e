"""Conflict of land cover with suitability: hectares for each rule of land_use_conflict.yaml, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.choice import AVAILABLE, UNKNOWN, ConflictRule
from soilinfo.catalog.models import Catalog, Scenario, SuitabilityClass
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.product_direction import LAND_USE_CONFLICT
from soilinfo.catalog.products import products
from soilinfo.evaluate.choice import ELSEWHERE, NOT_JUDGED, class_under_use
from soilinfo.evaluate.zonal import histogram
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import is_read_rightly, keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.planning.available_land import Held, holds, unreadable
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

PIPELINE = "land_use_conflict/1"


@dataclass(frozen=True)
class Judged:
    """A rule whose inputs are all published: its number in the configuration and what it reads."""

    number: int
    id: str
    use: Held
    crops: Sequence[CubeLayer]
    scenario: Scenario
    contradicting: tuple[SuitabilityClass, ...]

    def read(self, window: Window) -> NDArray[np.uint8]:
        """What :func:`soilinfo.evaluate.choice.class_under_use` says of a window."""
        known, used = self.use(window)
        classes = np.stack([crop.read(self.scenario, window) for crop in self.crops]).astype(np.uint8)
        return class_under_use(used, known, classes)


def land_use_conflict(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``land_use_conflict`` and its tables, for the rules whose inputs are published.

    A rule is left out, with a finding, when its land cover or one of its crops is not there: with fewer
    crops more land would seem unsuitable for all of them.
    """
    if catalog.land_use_conflict is None:
        return {}
    rules = catalog.land_use_conflict.rules
    lacking = {rule.id: _lacking(store, catalog, rule, published) for rule in rules}
    report.findings.extend(_left_out(id, names) for id, names in lacking.items() if names)
    judged = [
        _judged(store, catalog, number, rule, published)
        for number, rule in enumerate(rules, start=1)
        if not lacking[rule.id]
    ]
    if not judged:
        return {}
    used = [rule for rule in rules if not lacking[rule.id]]
    names = {name for rule in used for name in (rule.layer, *map(suitability_of, rule.crops))}
    method = Method(
        PIPELINE,
        {name: published[name] for name in sorted(names)},
        {"rules": [rule.model_dump(mode="json", exclude={"title", "colour"}) for rule in used]},
    )
    product = products(catalog)[LAND_USE_CONFLICT]
    version = product_version(product, method, report.run)
    cubes = write_product(store, catalog, product, [version], partial(_cells, judged), report, progress)
    rows = partial(_rows, judged)
    return cubes | write_tables(store, catalog, product, method, published, rows, report, progress)


def _lacking(store: Store, catalog: Catalog, rule: ConflictRule, published: Mapping[str, str]) -> list[str]:
    crops = [suitability_of(crop) for crop in rule.crops]
    unread = [
        crop
        for crop in crops
        if crop not in published or not is_read_rightly(store, catalog, crop, published[crop])
    ]
    return [*unreadable(store, catalog, [rule], published), *unread]


def _left_out(rule: str, names: Sequence[str]) -> Finding:
    message = f"the rule '{rule}' is not judged: {', '.join(names)} not published"
    return Finding("input_missing", "warn", LAND_USE_CONFLICT, message, len(names), {"layers": list(names)})


def _judged(
    store: Store, catalog: Catalog, number: int, rule: ConflictRule, published: Mapping[str, str]
) -> Judged:
    crops = [suitability_of(crop) for crop in rule.crops]
    return Judged(
        number,
        rule.id,
        holds(store, catalog, rule, published[rule.layer]),
        [store.cube.open(name, published[name]) for name in crops],
        rule.scenario,
        tuple(SuitabilityClass[name] for name in rule.suitability),
    )


def _cells(
    rules: Sequence[Judged], window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[np.uint8]]]:
    """The first rule that the land contradicts; not judged where that is all that is known of it."""
    found = np.zeros(window.shape, np.uint8)
    results = [rule.read(window) for rule in rules]
    for result in results:
        found[result > 0] = AVAILABLE
    for result in results:
        found[result == NOT_JUDGED] = UNKNOWN
    for rule, result in reversed([*zip(rules, results, strict=True)]):
        found[np.isin(result, [int(one) for one in rule.contradicting])] = rule.number
    return {LAND_USE_CONFLICT: {"rule": found}}


def _rows(rules: Sequence[Judged], zones: Zones) -> pd.DataFrame:
    """A row for each unit and rule: the land under its use by the best class of its crops."""
    parts = []
    for rule in rules:
        areas = histogram(zones.index, rule.read, low=SuitabilityClass.S1, high=ELSEWHERE, nodata=0)
        hectares, nodata_ha = zones.gather(areas.area_ha), zones.gather(areas.nodata_ha)
        use_ha = hectares[:, :NOT_JUDGED].sum(axis=1)
        conflict_ha = sum((hectares[:, code - 1] for code in rule.contradicting), np.zeros_like(use_ha))
        classes = {f"{one.name.lower()}_ha": hectares[:, one - 1] for one in SuitabilityClass}
        parts.append(
            pd.DataFrame(
                {
                    "use_ha": use_ha,
                    "conflict_ha": conflict_ha,
                    "conflict_pct": 100 * conflict_ha / np.where(use_ha > 0, use_ha, np.nan),
                    **classes,
                    "not_judged_ha": hectares[:, NOT_JUDGED - 1],
                    "nodata_ha": nodata_ha,
                    "total_ha": hectares.sum(axis=1) + nodata_ha,
                }
            ).assign(rule=rule.id)
        )
    return keyed_rows(parts, ("rule",))
