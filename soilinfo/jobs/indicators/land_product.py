"""The step of an evaluation that judges land: the product ``land_degradation`` and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_land_degradation import LAND_DEGRADATION, PARTS, variable_of
from soilinfo.catalog.products import products
from soilinfo.catalog.text import label
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.indicators.judged_land import Key, Land, land_findings, land_of
from soilinfo.jobs.indicators.land_degradation import DegradedLand, Hectares, percent
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store

PIPELINE = "land_degradation/1"


def judge_land(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``land_degradation`` and its tables, where land_degradation.yaml asks for it.

    Without any layer of the period that is reported there is none of it, and a finding says so.
    """
    layers = Measurement(store, catalog, published).layers
    land = land_of(layers)
    findings = [*land_findings(layers, land)]
    if land is None:
        report.findings.extend(findings)
        return {}
    product, method = products(catalog)[LAND_DEGRADATION], _method(land)
    version = product_version(product, method, report.run)
    told = {LAND_DEGRADATION: findings}
    cells = partial(_cells, land)
    cubes = write_product(store, catalog, product, [version], cells, report, progress, told)
    based = replace(method, inputs={**method.inputs, **cubes})
    rows = partial(_rows, DegradedLand(LAND_DEGRADATION, land), version.version)
    return cubes | write_tables(store, catalog, product, based, published, rows, report, progress)


def _method(land: Land) -> Method:
    rules, directory = land.rules, land.published.catalog.directory
    texts = label("degradation.note", directory)
    missing = label(f"value.missing_rule.{rules.missing}", directory)
    about = {
        language: text.format(
            rule=missing[language],
            change=f"{rules.soc_change_pct:g}",
            years=rules.carbon_transition.years,
            peat=f"{rules.peat_thickness_cm:g}",
        )
        for language, text in texts.items()
    }
    parameters = {"rules": rules.model_dump(mode="json", exclude={"notes"})}
    return Method(PIPELINE, land.layers, parameters, (about, *rules.notes))


def _cells(
    land: Land, window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[np.integer[Any]]]]:
    codes, keys, none = land.codes(window), _keys(land), np.zeros(1 << 16, np.uint8)
    verdicts = {part: land.verdicts.get(keys[part], none) for part in PARTS}
    return {LAND_DEGRADATION: {variable_of(part): each[codes] for part, each in verdicts.items()}}


def _keys(land: Land) -> dict[str, Key]:
    """What the verdicts of each part of the raster are called."""
    whole: dict[str, Key] = {"status": ("status", land.rules.missing), "baseline": ("baseline", "assessment")}
    return {part: whole.get(part, ("reporting", part)) for part in PARTS}


def _rows(degraded: DegradedLand, version: str, zones: Zones) -> pd.DataFrame:
    """Hectares of each verdict of each part; shares are of all land but water."""
    sums = [each.gathered(zones.gather) for each in degraded.sums(zones.index)]
    found = degraded.hectares(sums)
    told = {"missing_rule": degraded.rule, "edition": degraded.land.rules.edition, "version": version}
    frames = [
        frame.assign(part=part, period=period, **told)
        for part, period, key in _parts(degraded.land)
        if key in found
        for frame in _of_verdicts(found[key])
    ]
    return keyed_rows(frames, ("part", "verdict"))


def _parts(land: Land) -> Iterator[tuple[str, str, Key]]:
    """Each part of the table, the years that it is about, and its key."""
    whole = f"{land.rules.periods[0].years[0]}/{land.rules.reporting.years[1]}"
    yield "status", whole, ("status", land.rules.missing)
    yield "peat", whole, ("status", "peat")
    for name, period in land.periods.items():
        years = f"{period.years[0]}/{period.years[1]}"
        yield name, years, (name, "assessment")
        for part in PARTS[2:]:
            yield f"{name}_{part}", years, (name, part)


def _of_verdicts(found: Hectares) -> Iterator[pd.DataFrame]:
    for verdict, hectares in found.by_verdict().items():
        yield pd.DataFrame(
            {
                "area_ha": hectares,
                "share_pct": percent(hectares, found.land),
                "nodata_ha": found.nodata,
                "total_ha": found.land,
                "water_ha": found.water,
            }
        ).assign(verdict=verdict)
