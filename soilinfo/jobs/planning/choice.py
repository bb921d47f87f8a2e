"""Commodity direction: the best crop of every cell and unit, and how many crops suit it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.choice import NO_CROP
from soilinfo.catalog.models import Catalog, SuitabilityClass
from soilinfo.catalog.names import suitability_of, table_of
from soilinfo.catalog.product import NODATA
from soilinfo.catalog.product_direction import DIRECTION, SUITABLE_CROPS, compared_crops, crop_codes
from soilinfo.catalog.products import products
from soilinfo.evaluate.choice import at_least, choose, flags, ranks
from soilinfo.evaluate.zonal import ZoneIndex, flagged_area, histogram
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.criteria import criteria_within, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.inputs import choose_inputs, reader
from soilinfo.jobs.evaluation.products import Method, product_version, write_product, write_tables
from soilinfo.jobs.evaluation.summary import keyed_rows
from soilinfo.jobs.evaluation.zones import Zones, zones_of
from soilinfo.jobs.planning.comparison import Comparison, compare, covered, told
from soilinfo.jobs.runs.run import Progress, RunReport
from soilinfo.store.home import Store

PIPELINE = "direction/2"


def direction(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the product ``direction`` and its tables, where choice.yaml asks for it.

    What is served stays where the new class of a compared crop is held back: it would be chosen by criteria
    that a person has withdrawn.
    """
    crops = [catalog.crop(crop) for crop in compared_crops(catalog) if suitability_of(crop) in published]
    level = next((level for level in catalog.levels if level in published), None)
    held = {suitability_of(crop.id) for crop in crops} & set(report.held)
    if held:
        return {name: version for name, version in published.items() if _is_direction(name)}
    if catalog.choice is None or level is None or not crops:
        return {}
    inputs, _ = choose_inputs(store, catalog, replace(store.ledger.current(), layers=published))
    land = zones_of(store, catalog, published, level).index
    asked = {name: one for name, one in inputs.items() if any(name in crop.characteristics for crop in crops)}
    regional, _ = regional_criteria(store, catalog, published, {crop.id for crop in crops})
    comparison = compare(catalog, catalog.choice, crops, regional, inputs, covered(store, land, asked))
    if not comparison.basis.used:
        report.findings.append(_incomparable(comparison))
        return {}
    made = products(catalog)
    method = _method(catalog, comparison, {level: published[level]})
    version = product_version(made[DIRECTION], method, report.run)
    cells = partial(_cells, comparison, reader(store, comparison.inputs), crop_codes(catalog))
    told = {DIRECTION: [_compared_on(comparison)]}
    cubes = write_product(store, catalog, made[DIRECTION], [version], cells, report, progress, told)
    whole = {suitability_of(crop.id): published[suitability_of(crop.id)] for crop in crops}
    rows: dict[str, Callable[..., pd.DataFrame]] = {
        DIRECTION: partial(_direction_rows, whole),
        SUITABLE_CROPS: _number_rows,
    }
    tables: dict[str, str] = {}
    for id, build in rows.items():
        based = replace(method, inputs={**method.inputs, **cubes, **whole})
        frame = partial(build, store, catalog, comparison, version.version)
        tables |= write_tables(store, catalog, made[id], based, published, frame, report, progress)
    return cubes | tables


def _is_direction(name: str) -> bool:
    return name == DIRECTION or name.startswith((table_of(DIRECTION, ""), table_of(SUITABLE_CROPS, "")))


def _method(catalog: Catalog, comparison: Comparison, land: Mapping[str, str]) -> Method:
    shapes = {each.level: each.version for each in comparison.regional}
    return Method(
        PIPELINE,
        {**{one.layer: one.version for one in comparison.inputs.values()}, **land, **shapes},
        {
            "choice": comparison.choice.model_dump(mode="json", exclude={"colours"}),
            "crops": [parameters_of(catalog, crop, comparison.regional) for crop in comparison.crops],
            "compared_on": comparison.basis.used,
        },
        told(catalog, comparison.basis),
    )


def _compared_on(comparison: Comparison) -> Finding:
    basis = comparison.basis
    message = (
        f"{len(comparison.crops)} crops are compared on {len(basis.used)} characteristics: "
        f"{', '.join(basis.used)}; left out, as not known everywhere for all of them: "
        f"{', '.join(left.characteristic for left in basis.left_out) or 'none'}"
    )
    evidence = {"used": list(basis.used), "left_out": [left.characteristic for left in basis.left_out]}
    return Finding("compared_on", "note", DIRECTION, message, len(basis.used), evidence)


def _incomparable(comparison: Comparison) -> Finding:
    crops = ", ".join(crop.id for crop in comparison.crops)
    message = f"no characteristic is known everywhere for all of {crops}; name fewer crops in choice.yaml"
    return Finding("nothing_in_common", "warn", DIRECTION, message, 0)


def _cells(
    comparison: Comparison,
    read: Callable[[Window], dict[str, NDArray[Any]]],
    codes: Mapping[str, int],
    window: Window,
    _layers: Sequence[str],
) -> dict[str, dict[str, NDArray[Any]]]:
    found = comparison.evaluated(window, read(window))
    chosen = choose(
        found.actual,
        found.potential,
        found.whole,
        codes=[codes[crop.id] for crop in comparison.crops],
        weights=list(comparison.weights),
        suitable=comparison.suitable,
    )
    return {
        DIRECTION: {
            "best_crop": chosen.best,
            "best_class": chosen.best_class,
            "best_potential": chosen.best_potential,
            "best_whole": chosen.best_whole,
            "suitable_crops": chosen.suitable,
            "competing": chosen.competing,
        }
    }


# ---- tables -------------------------------------------------------------------------------


def _direction_rows(
    whole: Mapping[str, str],
    store: Store,
    catalog: Catalog,
    comparison: Comparison,
    version: str,
    zones: Zones,
) -> pd.DataFrame:
    """``whole``: the published versions of the classes by the crops' whole tables."""
    crops, codes = [crop.id for crop in comparison.crops], crop_codes(catalog)
    best = histogram(
        zones.index,
        partial(store.cube.open(DIRECTION, version).read, "best_crop"),
        low=1,
        high=NO_CROP,
        nodata=0,
    )
    best_ha = zones.gather(best.area_ha)
    facts = {
        "no_crop_ha": best_ha[:, NO_CROP - 1],
        "nodata_ha": zones.gather(best.nodata_ha),
        "total_ha": zones.gather(best.valid_ha + best.nodata_ha),
    }
    flagged_ha = zones.gather(_flagged(store, comparison, zones.index))
    rows = ranking(
        crops,
        best_ha=best_ha[:, [codes[crop] - 1 for crop in crops]],
        suitable_ha=flagged_ha[:, : len(crops)],
        as_good_ha=flagged_ha[:, len(crops) :],
        whole_suitable_ha=np.stack(
            [_suitable_ha(store, comparison, zones, *one) for one in whole.items()], 1
        ),
        weights=comparison.weights,
        facts=facts | {"left_out": ", ".join(left.characteristic for left in comparison.basis.left_out)},
    )
    return _with_criteria(store, comparison, whole, zones, rows)


def _suitable_ha(
    store: Store, comparison: Comparison, zones: Zones, layer: str, version: str
) -> NDArray[np.float64]:
    """Hectares of each unit that suit a crop by its whole table, in the published classes."""
    read = partial(store.cube.open(layer, version).read, "actual")
    areas = histogram(zones.index, read, low=1, high=len(SuitabilityClass), nodata=0)
    return zones.gather(areas.area_ha[:, [each - 1 for each in comparison.suitable]].sum(axis=1))


def _with_criteria(
    store: Store, comparison: Comparison, whole: Mapping[str, str], zones: Zones, rows: pd.DataFrame
) -> pd.DataFrame:
    """The rows with the criteria of their crop, and those that regions have of their own."""
    sets = {}
    for crop, (layer, version) in zip(comparison.crops, whole.items(), strict=True):
        known = store.ledger.version(layer, version)
        assert known is not None, "a published version is recorded"
        regional = criteria_within(store, known, zones.units)
        sets[crop.id] = (crop.criteria_set, crop.edition, known.metadata["boundary_rule"], regional)
    told = [sets[crop] for crop in rows["crop"]]
    return rows.assign(
        criteria_set=[one[0] for one in told],
        edition=[one[1] for one in told],
        boundary_rule=[one[2] for one in told],
        regional_criteria=[one[3][at] for at, one in zip(rows.index, told, strict=True)],
    )


def _flagged(store: Store, comparison: Comparison, index: ZoneIndex) -> NDArray[np.float64]:
    """Hectares (zone, crop) suitable for each crop, and then those on which it is as good as the best."""
    read = reader(store, comparison.inputs)

    def marked(window: Window) -> NDArray[np.int64]:
        found = comparison.evaluated(window, read(window))
        return flags(found.actual, found.potential, found.whole, comparison.suitable)

    return flagged_area(index, marked, 2 * len(comparison.crops))


def ranking(
    crops: Sequence[str],
    *,
    best_ha: NDArray[np.float64],
    suitable_ha: NDArray[np.float64],
    as_good_ha: NDArray[np.float64],
    whole_suitable_ha: NDArray[np.float64],
    weights: NDArray[np.float64],
    facts: Mapping[str, Any],
) -> pd.DataFrame:
    """A row for each unit and crop of areas (unit, crop): crops ranked by their weighted suitable hectares.

    Indexed by unit position. ``whole_suitable_ha``: suitable by a crop's whole table. ``best_crop`` is
    the crop that is the best of the largest part of the unit.
    """
    weighted_ha = suitable_ha * weights
    rank, share = ranks(weighted_ha), np.where(facts["total_ha"] > 0, facts["total_ha"], np.nan)
    first = [
        crops[at] if area > 0 else None for at, area in zip(best_ha.argmax(1), best_ha.max(1), strict=True)
    ]
    parts = [
        pd.DataFrame(
            {
                "rank": rank[:, at],
                "suitable_ha": suitable_ha[:, at],
                "suitable_pct": 100 * suitable_ha[:, at] / share,
                "weight": weights[at],
                "weighted_ha": weighted_ha[:, at],
                "best_ha": best_ha[:, at],
                "best_pct": 100 * best_ha[:, at] / share,
                "as_good_ha": as_good_ha[:, at],
                "whole_suitable_ha": whole_suitable_ha[:, at],
                "best_crop": pd.Series(first, dtype=object),
                **facts,
            }
        ).assign(crop=crop)
        for at, crop in enumerate(crops)
    ]
    return keyed_rows(parts, ("crop",))


def _number_rows(
    store: Store, _catalog: Catalog, comparison: Comparison, version: str, zones: Zones
) -> pd.DataFrame:
    read = partial(store.cube.open(DIRECTION, version).read, SUITABLE_CROPS)
    areas = histogram(zones.index, read, low=0, high=len(comparison.crops), nodata=NODATA)
    area_ha, nodata_ha = at_least(zones.gather(areas.area_ha)), zones.gather(areas.nodata_ha)
    total_ha = zones.gather(areas.valid_ha) + nodata_ha
    parts = [
        pd.DataFrame(
            {
                "area_ha": area_ha[:, number - 1],
                "share_pct": 100 * area_ha[:, number - 1] / np.where(total_ha > 0, total_ha, np.nan),
                "nodata_ha": nodata_ha,
                "total_ha": total_ha,
            }
        ).assign(at_least=f"{number:02d}")
        for number in range(1, len(comparison.crops) + 1)
    ]
    return keyed_rows(parts, ("at_least",))
