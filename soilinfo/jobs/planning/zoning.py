"""Zoning of the nation: score and zone of every cell, what decided it, and hectares of each zone by unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product import NODATA, Text
from soilinfo.catalog.product_zoning import ZONING
from soilinfo.catalog.products import products
from soilinfo.catalog.text import label
from soilinfo.catalog.zoning import Scoring, Zoning
from soilinfo.evaluate.zoning import Assessment, assess
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.planning.scored_land import Land, class_rows, land_of, not_made, score_findings
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

PIPELINE = "zoning/2"


def zone_nation(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``zoning`` and its tables, where zoning.yaml asks for it.

    Without a layer for a factor there is no zoning, and a finding says which is lacking: rain is never
    divided by anything but rainy days.
    """
    rules = catalog.zoning
    if rules is None:
        return {}
    land = land_of(store, catalog, published, {*rules.needed, *rules.wanted})
    if lacking := not_made(ZONING, "zoning", land, rules.needed):
        report.findings.append(lacking)
        return {}
    product = products(catalog)[ZONING]
    method = _method(catalog, rules, land)
    version = product_version(product, method, report.run)
    told = {ZONING: score_findings(ZONING, land, {ZONING: rules})}
    cells = partial(_cells, rules, land)
    cubes = write_product(store, catalog, product, [version], cells, report, progress, told)
    based = replace(method, inputs={**method.inputs, **cubes})
    rows = partial(_rows, rules, store.cube.open(ZONING, version.version), version.version)
    return cubes | write_tables(store, catalog, product, based, published, rows, report, progress)


def _method(catalog: Catalog, rules: Zoning, land: Land) -> Method:
    crosswalk = catalog.soil_crosswalks.get(rules.soil_crosswalk or "")
    parameters = {
        "rules": rules_of(rules),
        "crosswalk": crosswalk.model_dump(mode="json", exclude={"title", "source"}) if crosswalk else None,
    }
    return Method(PIPELINE, land.versions, parameters, (edition_note(catalog, rules),))


def rules_of(scoring: Scoring) -> dict[str, Any]:
    """All of a scoring that decides about a cell."""
    shown = {"title", "colour", "note"}
    every: Any = {"__all__": shown}
    return scoring.model_dump(
        mode="json",
        exclude={
            "title": True,
            "source": True,
            "paddy_protection": True,
            "factors": every,
            "classes": every,
            "overrides": every,
        },
    )


def edition_note(catalog: Catalog, scoring: Scoring) -> Text:
    """Which rules were followed, and how far their source can be trusted, in every language."""
    texts = label("zone.note", catalog.directory)
    facts = {"edition": scoring.edition, "read_as": scoring.source.read_as}
    return {language: text.format(**facts) for language, text in texts.items()}


def _cells(
    rules: Zoning, land: Land, window: Window, _layers: Sequence[str]
) -> dict[str, dict[str, NDArray[Any]]]:
    return {ZONING: packed(assess(rules, land.read(window)))}


def packed(found: Assessment) -> dict[str, NDArray[Any]]:
    """An assessment as the product stores it: what decided is no data where nothing is decided."""
    nothing = found.classes == 0
    return {
        "zone": found.classes,
        "score": found.score,
        "override": np.where(nothing, NODATA, found.override).astype(np.uint8),
        "unchecked": np.where(nothing, NODATA, found.unchecked).astype(np.uint8),
    }


# ---- tables -------------------------------------------------------------------------------


def _rows(rules: Zoning, cube: CubeLayer, version: str, zones: Zones) -> pd.DataFrame:
    """Hectares of each zone and unit; those of overrides, and those zoned without checking every override."""
    zone = partial(cube.read, "zone")
    further = {
        "override_ha": partial(_where, cube, "override"),
        "unchecked_ha": partial(_where, cube, "unchecked"),
    }
    parts = class_rows(zones, zone, rules.classes, "zone", further)
    return keyed_rows([part.assign(edition=rules.edition, version=version) for part in parts], ("zone",))


def _where(cube: CubeLayer, variable: str, window: Window) -> NDArray[np.uint8]:
    """The zone where another variable is neither 0 nor no data, 0 elsewhere."""
    also = cube.read(variable, window)
    return np.where((also > 0) & (also != NODATA), cube.read("zone", window), 0).astype(np.uint8)
