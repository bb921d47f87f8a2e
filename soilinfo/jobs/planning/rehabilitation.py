"""Rehabilitation of land: soil loss and the assessments that follow from it, with priorities by unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_zoning import EROSION_SCALE, REHABILITATION
from soilinfo.catalog.products import products
from soilinfo.catalog.text import label
from soilinfo.catalog.zoning import EROSION, NO_SCORE, Rehabilitation, Scoring
from soilinfo.evaluate.rehabilitation import soil_loss
from soilinfo.evaluate.zonal import Histogram, histogram, statistics
from soilinfo.evaluate.zoning import assess
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.planning.scored_land import Land, class_rows, land_of, not_made, score_findings
from soilinfo.jobs.planning.zoning import edition_note, rules_of
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

PIPELINE = "rehabilitation/2"
_MOST_LOSS = 5000
"""t/ha/yr up to which the mean of a unit tells losses apart: bounds the memory of its histogram."""


def rehabilitate(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``rehabilitation`` and its tables, where rehabilitation.yaml asks for it.

    Without a layer that the soil loss equation needs there is none of it, and a finding names the layer; an
    assessment that lacks a layer of its own is left without data.
    """
    rules = catalog.rehabilitation
    if rules is None:
        return {}
    scorings = rules.assessments.values()
    wanted = {name for each in scorings for name in (*each.needed, *each.wanted)} | {*rules.erosion.needed}
    land = land_of(store, catalog, published, wanted)
    if lacking := not_made(REHABILITATION, "soil loss", land, rules.erosion.needed):
        report.findings.append(lacking)
        return {}
    made, findings = _possible(rules, land)
    product = products(catalog)[REHABILITATION]
    method = _method(catalog, rules, land, made)
    version = product_version(product, method, report.run)
    cells = partial(_cells, rules, made, land)
    told = {REHABILITATION: findings}
    cubes = write_product(store, catalog, product, [version], cells, report, progress, told)
    based = replace(method, inputs={**method.inputs, **cubes})
    rows = partial(_rows, rules, made, store.cube.open(REHABILITATION, version.version), version.version)
    return cubes | write_tables(store, catalog, product, based, published, rows, report, progress)


def _possible(rules: Rehabilitation, land: Land) -> tuple[dict[str, Scoring], list[Finding]]:
    """The assessments that all layers are there for, and a finding for each of the others."""
    made, findings = {}, []
    for id, scoring in rules.assessments.items():
        needed = [name for name in scoring.needed if name != EROSION]
        if lacking := not_made(REHABILITATION, id, land, needed):
            findings.append(lacking)
        else:
            made[id] = scoring
    return made, [*findings, *score_findings(REHABILITATION, land, made)]


def _method(catalog: Catalog, rules: Rehabilitation, land: Land, made: Mapping[str, Scoring]) -> Method:
    parameters = {
        "erosion": rules.erosion.model_dump(mode="json", exclude={"source"}),
        "assessments": {id: rules_of(scoring) for id, scoring in made.items()},
        "priority": rules.priority.model_dump(mode="json"),
    }
    texts = label("soil_loss.note", catalog.directory)
    length = f"{rules.erosion.slope_length_m:g}"
    about = {language: text.format(length=length) for language, text in texts.items()}
    notes = (about, *(edition_note(catalog, scoring) for scoring in made.values()))
    return Method(PIPELINE, land.versions, parameters, notes)


def _cells(
    rules: Rehabilitation, made: Mapping[str, Scoring], land: Land, window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[Any]]]:
    values = land.read(window)
    loss = soil_loss(rules.erosion, values)
    classes = {id: assess(scoring, {**values, EROSION: loss}).classes for id, scoring in made.items()}
    stored = np.where(np.isnan(loss), NO_SCORE, np.rint(loss / EROSION_SCALE))
    return {REHABILITATION: {**classes, EROSION: stored.astype(np.int32)}}


# ---- tables -------------------------------------------------------------------------------


def _rows(
    rules: Rehabilitation, made: Mapping[str, Scoring], cube: CubeLayer, version: str, zones: Zones
) -> pd.DataFrame:
    """Hectares of each class of each assessment, the mean soil loss, and the unit's rank of urgency."""
    parts = {
        id: class_rows(zones, partial(cube.read, id), scoring.classes, "class_id", {})
        for id, scoring in made.items()
    }
    about = {"soil_loss_t_ha_yr": _mean_loss(cube, zones), **_urgency(rules, parts)}
    frames = [
        part.assign(assessment=id, edition=made[id].edition, version=version, **about)
        for id, classes in parts.items()
        for part in classes
    ]
    return keyed_rows(frames, ("assessment", "class_id"))


def _mean_loss(cube: CubeLayer, zones: Zones) -> NDArray[np.float64]:
    """Area-weighted mean soil loss of each unit in t/ha/yr, NaN without any; above 5000 counts as 5000."""

    def tonnes(window: Window) -> NDArray[np.int32]:
        stored = cube.read(EROSION, window)
        whole = np.minimum(np.rint(stored * EROSION_SCALE), _MOST_LOSS)
        return np.where(stored == NO_SCORE, NO_SCORE, whole).astype(np.int32)

    areas = histogram(zones.index, tonnes, low=0, high=_MOST_LOSS, nodata=NO_SCORE)
    summed = Histogram(0, zones.gather(areas.area_ha), zones.gather(areas.nodata_ha))
    return np.round(statistics(summed, 1.0)["mean"].to_numpy(), 2)


def _urgency(rules: Rehabilitation, parts: Mapping[str, list[pd.DataFrame]]) -> dict[str, Any]:
    """Hectares of the urgent classes, and the rank by them: 1 is the most, equals share the better rank."""
    about = rules.priority
    rated = parts.get(about.assessment, [])
    urgent = [part["area_ha"] for part in rated if part["class_id"].iloc[0] in about.classes]
    if not urgent:
        return {}
    hectares = pd.concat(urgent, axis=1).sum(axis=1)
    return {"priority_ha": hectares, "priority": hectares.rank(ascending=False, method="min").astype(int)}
