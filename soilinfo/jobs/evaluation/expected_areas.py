"""Expected hectares of each class, with intervals: of administrative units, and of one area."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, Crop, Scenario
from soilinfo.evaluate.confidence import VARIABLES
from soilinfo.evaluate.expected_areas import CLASSES, ExpectedAreas, expected_areas, probability_areas
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.grid import Window
from soilinfo.intervals import INTERVAL_PCT
from soilinfo.jobs.effort import Advance, along, unheard
from soilinfo.jobs.evaluation.criteria import regional_criteria
from soilinfo.jobs.evaluation.doubt import doubt_of, told
from soilinfo.jobs.evaluation.inputs import Input, reader
from soilinfo.jobs.evaluation.spreads import choose_spreads, spread_reader
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot


def rows_of_units(store: Store, versions: Mapping[str, str], zones: Zones) -> pd.DataFrame:
    """A row per unit and crop, from published probabilities (layer -> version)."""
    parts = []
    for layer, version in versions.items():
        known = store.ledger.version(layer, version)
        assert known is not None, "a published version is recorded"
        areas = probability_areas(zones.index, partial(_stored, store, layer, version))
        gathered = areas.gathered(zones.gather)
        parts.append(
            pd.DataFrame(_columns(expected_areas(gathered))).assign(
                nodata_ha=gathered.nodata_ha,
                total_ha=gathered.confidence_ha.sum(axis=1) + gathered.nodata_ha,
                crop=known.metadata["crop"],
                uncertain=", ".join(known.parameters["uncertain"]),
                conditional_on=", ".join(known.parameters["conditional_on"]),
                version=version,
            )
        )
    return keyed_rows(parts, ("crop",))


def _stored(store: Store, layer: str, version: str, window: Window) -> dict[str, NDArray[Any]]:
    cube = store.cube.open(layer, version)
    return {name: cube.read(name, window) for name in VARIABLES[: len(CLASSES) + 1]}


def _columns(areas: ExpectedAreas) -> dict[str, NDArray[np.float64]]:
    """Expected hectares of each class, its range, both intervals, and the mean confidence, by unit."""
    columns = {"confidence_pct": 100 * areas.confidence}
    for at, name in enumerate(CLASSES):
        columns[f"expected_{name}_ha"] = areas.expected_ha[:, at]
        columns[f"{name}_low_ha"], columns[f"{name}_high_ha"] = areas.range_ha[:, :, at]
        for way, ends in (("independent", areas.independent_ha), ("correlated", areas.correlated_ha)):
            columns[f"{name}_{way}_low_ha"], columns[f"{name}_{way}_high_ha"] = ends[:, :, at]
    return columns


def confidence_of_area(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    index: ZoneIndex,
    crop: Crop,
    inputs: Mapping[str, Input],
    scenario: Scenario,
    advance: Advance = unheard,
) -> dict[str, Any] | None:
    """What the answer about one area says of its certainty; None when nothing is known to be uncertain.

    Worked out in strips of the grid, after each of which ``advance`` hears the share done.
    """
    spreads = choose_spreads(store, catalog, snapshot, inputs)
    regional, _ = regional_criteria(store, catalog, snapshot.layers, {crop.id})
    doubt = doubt_of(catalog, crop, regional, inputs, spreads)
    if doubt is None:
        return None
    read, read_spreads = reader(store, doubt.inputs), spread_reader(store, doubt.spreads)
    hear = along(advance, index.window)

    def probabilities(window: Window) -> dict[str, NDArray[Any]]:
        hear(window)
        stored = doubt.probabilities(window, read(window), read_spreads(window), scenario).packed()[0]
        return dict(zip(VARIABLES, stored, strict=True))

    areas = probability_areas(index, probabilities)
    found = expected_areas(areas)
    mean = float(found.confidence[0])
    return {
        "confidence_pct": None if np.isnan(mean) else round(100 * mean, 3),
        "nodata_ha": round(float(areas.nodata_ha[0]), 4),
        "interval_pct": INTERVAL_PCT,
        "classes": [_class(found, at, name) for at, name in enumerate(CLASSES)],
        "uncertain": [
            {"characteristic": name, "layers": sorted(each.layers)}
            for name, each in sorted(doubt.spreads.items())
        ],
        "conditional_on": doubt.conditional_on,
        "notes": [dict(note) for note in told(catalog, doubt)],
    }


def _class(areas: ExpectedAreas, at: int, name: str) -> dict[str, Any]:
    ends = {
        "range_ha": areas.range_ha,
        "independent_ha": areas.independent_ha,
        "correlated_ha": areas.correlated_ha,
    }
    return {
        "class": name.upper(),
        "expected_ha": round(float(areas.expected_ha[0, at]), 4),
        **{way: [round(float(end), 4) for end in found[:, 0, at]] for way, found in ends.items()},
    }
