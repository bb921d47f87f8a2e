"""Land evaluation of soil maps: every component of every polygon, told as shares of the polygon.

A component has its own properties; what its table has not (climate, slope) is that of the published
raster in the polygon. The same compiled criteria are used as for the cells of the nation.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import batched
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, Crop
from soilinfo.catalog.names import components_of_map, suitability_of, suitability_of_map
from soilinfo.evaluate.components import (
    CLASSES,
    KEY,
    at_depth,
    cells_of,
    class_shares,
    in_words,
    is_missing,
    prevailing_cells,
    subclasses,
)
from soilinfo.evaluate.regional import overlay
from soilinfo.evaluate.suitability import Evaluation, compile_tables, evaluate
from soilinfo.evaluate.tables import Meaning, Packing
from soilinfo.evaluate.zonal import build_index, histogram
from soilinfo.jobs.evaluation.criteria import Regional, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.inputs import TOPSOIL, Input, choose_inputs, meanings, too_little_known
from soilinfo.jobs.evaluation.places import to_grid
from soilinfo.jobs.evaluation.soil_map_areas import write_areas
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "soil_map_suitability/1"
FIRST_COLUMNS = ("id", "polygon", "unit_code", "name", "area_ha", "crop", "scenario")
POLYGONS_AT_A_TIME = 1000
"""Bounds the memory of the histograms of rasters in polygons to some 100 MB."""


@dataclass(frozen=True)
class Land:
    """A soil map as land to be evaluated: its polygons, their components as cells, and what is known of them.

    ``rows``: the table of components; ``own``: properties that it has; ``rasters``: packed integer of
    each polygon by property that only a raster has; ``known``: what packed integers mean.
    """

    polygons: gpd.GeoDataFrame
    rows: pd.DataFrame
    cells: pd.DataFrame
    own: tuple[str, ...]
    rasters: Mapping[str, NDArray[np.int64]]
    known: Mapping[str, Meaning]

    def inputs(self, crop: Crop, names: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """Packed integers (1, cell) of the named properties at the depths that a crop's rows are about."""
        return {name: self._values(crop, name)[np.newaxis] for name in names}

    def _values(self, crop: Crop, name: str) -> NDArray[np.int64]:
        if name not in self.own:
            return np.asarray(self.rasters[name][self.cells["polygon"]])
        row = crop.characteristics.get(name)
        packed = at_depth(self.rows, name, self.known[name], (row and row.depth) or TOPSOIL)
        return np.asarray(packed.loc[pd.MultiIndex.from_frame(self.cells[KEY])], np.int64)


def evaluate_soil_maps(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Evaluate every published soil map for every crop that is published by the criteria of config.

    Returns collection -> version of ``suitability_of_<soil map>`` and its tables by administrative unit.
    """
    maps = [name for name in catalog.soil_maps if name in published and components_of_map(name) in published]
    versions: dict[str, str] = {}
    for done, name in enumerate(maps, start=1):
        version = _evaluated(store, catalog, published, name, report)
        if version is not None:
            versions[version.layer] = version.version
            versions |= write_areas(store, catalog, {**published, **versions}, version, report.run)
        progress(Event("evaluate", name, "written", done, len(maps)))
    return versions


def _evaluated(
    store: Store, catalog: Catalog, published: Mapping[str, str], name: str, report: RunReport
) -> Version | None:
    """The recorded version of one soil map's evaluation; None when no crop can be evaluated on it."""
    rasters, _ = choose_inputs(store, catalog, replace(store.ledger.current(), layers=published))
    own = {each.property for each in catalog.soil_map(name).properties}
    rasters = {prop: one for prop, one in rasters.items() if prop not in own}
    known = [*own, *rasters]
    crops, regional = _published_crops(store, catalog, published)
    crops = [crop for crop in crops if too_little_known(catalog, crop, known) is None]
    if not crops:
        return None
    version = _version(catalog, published, name, crops, regional, rasters, report.run)
    if not store.vector.exists(version.layer, version.version):
        land = _land(store, catalog, published, name, rasters)
        frame = pd.concat([_crop_rows(catalog, land, crop, regional) for crop in crops])
        frame = gpd.GeoDataFrame(frame.reset_index(drop=True), crs=land.polygons.crs)
        store.vector.write(version.layer, version.version, frame, id_field="id", shape_field="polygon")
    remember(store, version)
    return version


def _published_crops(
    store: Store, catalog: Catalog, published: Mapping[str, str]
) -> tuple[list[Crop], list[Regional]]:
    """Crops whose published result is by the criteria and rules of config, and their regional tables.

    A result that a rollback brought back is by others; evaluating soil maps by those of config would
    publish what was withdrawn.
    """
    named = {crop: suitability_of(crop) for crop in catalog.every_crop()}
    versions = {
        crop: store.ledger.version(name, published[name]) for crop, name in named.items() if name in published
    }
    regional, _ = regional_criteria(store, catalog, published, versions.keys())
    crops = [
        catalog.crop(crop)
        for crop, version in versions.items()
        if version and version.parameters == parameters_of(catalog, catalog.crop(crop), regional)
    ]
    return crops, regional


def _version(
    catalog: Catalog,
    published: Mapping[str, str],
    name: str,
    crops: Sequence[Crop],
    regional: Sequence[Regional],
    rasters: Mapping[str, Input],
    run: str,
) -> Version:
    own = {each.property for each in catalog.soil_map(name).properties}
    both = (name, components_of_map(name))
    used = {each: published[each] for each in both} | {one.layer: one.version for one in rasters.values()}
    used |= {each.level: each.version for each in regional}
    criteria = {crop.id: fingerprint(criteria=parameters_of(catalog, crop, regional))[:16] for crop in crops}
    metadata = {
        "soil_map": name,
        "boundary_rule": catalog.evaluation.boundary_rule,
        "layers": {prop: one.layer for prop, one in rasters.items()},
        "crops": {crop.id: _origins(crop, own, rasters) for crop in crops},
    }
    return new_version(
        suitability_of_map(name),
        "vector",
        Origin(f"derived from {len(used)} published layers", fingerprint(inputs=used), used),
        pipeline=PIPELINE,
        parameters={"soil_map": name, "crops": criteria},
        metadata=metadata,
        run=run,
    )


def _origins(crop: Crop, own: Collection[str], rasters: Collection[str]) -> dict[str, list[str]]:
    """Where each characteristic of a crop is from, and which of them nothing is known of."""
    names = sorted(crop.characteristics)
    return {
        "from_components": [name for name in names if name in own],
        "from_rasters": [name for name in names if name in rasters],
        "unused": [name for name in names if name not in own and name not in rasters],
    }


# ---- what is known of the land ----------------------------------------------------------


def _land(
    store: Store, catalog: Catalog, published: Mapping[str, str], name: str, rasters: Mapping[str, Input]
) -> Land:
    polygons = store.vector.read(name, published[name])
    rows = pd.DataFrame(store.vector.read(components_of_map(name), published[components_of_map(name)]))
    own = tuple(sorted({each.property for each in catalog.soil_map(name).properties}))
    known = meanings(catalog, sorted({*own, *rasters}))
    of_polygons = _rasters_in(store, catalog, polygons, rasters, known)
    return Land(polygons, rows, cells_of(polygons, rows), own, of_polygons, known)


def _rasters_in(
    store: Store,
    catalog: Catalog,
    polygons: gpd.GeoDataFrame,
    rasters: Mapping[str, Input],
    known: Mapping[str, Meaning],
) -> dict[str, NDArray[np.int64]]:
    """What each polygon has of each raster: the median, or the largest class."""
    found: dict[str, list[NDArray[np.int64]]] = {name: [] for name in rasters}
    for shapes in batched(polygons.geometry, POLYGONS_AT_A_TIME):
        index = build_index([to_grid(shape, catalog.grid) for shape in shapes], catalog.grid)
        for name, one in rasters.items():
            cube, meaning = store.cube.open(one.layer, one.version), known[name]
            low, high = (meaning.low, meaning.high) if isinstance(meaning, Packing) else (1, 254)
            nodata = cube.variable(one.layer).nodata
            areas = histogram(index, partial(cube.read, one.layer), low=low, high=high, nodata=nodata)
            found[name].append(prevailing_cells(areas, meaning))
    return {name: np.concatenate(parts) for name, parts in found.items()}


# ---- rows -------------------------------------------------------------------------------


def _crop_rows(catalog: Catalog, land: Land, crop: Crop, regional: Sequence[Regional]) -> gpd.GeoDataFrame:
    """A row for each polygon and scenario: shares of the classes, and of what they were made."""
    result, tables = _classes(catalog, land, crop, regional)
    facts = land.polygons[["unit_code", "name", "area_ha", "geometry"]].reset_index(drop=True)
    criteria = pd.DataFrame([_criteria(each) for each in tables])
    about = {name: ", ".join(names) for name, names in _origins(crop, land.own, land.rasters).items()}
    ids = land.polygons["id"].reset_index(drop=True)
    parts = [
        pd.concat([facts, _shares(catalog, land, result, scenario), criteria], axis=1).assign(
            id=ids + f".{crop.id}.{scenario}",
            polygon=ids,
            crop=crop.id,
            scenario=scenario,
            missing=_missing(land, crop),
            boundary_rule=catalog.evaluation.boundary_rule,
            **about,
        )
        for scenario in SCENARIOS
    ]
    rows = pd.concat(parts)
    ordered = [*FIRST_COLUMNS, *(name for name in rows if name not in FIRST_COLUMNS)]
    return gpd.GeoDataFrame(rows[ordered], crs=land.polygons.crs)


def _classes(
    catalog: Catalog, land: Land, crop: Crop, regional: Sequence[Regional]
) -> tuple[Evaluation, list[Crop]]:
    """The evaluation of all cells, and the table that each polygon was evaluated by.

    A unit's own criteria hold for the polygons whose inner point lies in it.
    """
    points = [to_grid(point, catalog.grid) for point in land.polygons.geometry.representative_point()]
    tables = [crop] * len(points)
    result = _evaluation(catalog, land, crop)
    for each in regional:
        if each.crop.id == crop.id:
            inside = np.array([each.shape.covers(point) for point in points], np.bool_)
            mask = inside[land.cells["polygon"].to_numpy()]
            overlay(result, _evaluation(catalog, land, each.crop), mask[np.newaxis])
            tables = [each.crop if own else before for own, before in zip(inside, tables, strict=True)]
    return result, tables


def _evaluation(catalog: Catalog, land: Land, crop: Crop) -> Evaluation:
    tables = compile_tables([crop], catalog.evaluation, land.known)
    return evaluate(tables, land.inputs(crop, tables.inputs))


def _criteria(crop: Crop) -> dict[str, str]:
    return {"criteria_set": crop.criteria_set, "edition": crop.edition}


def _shares(catalog: Catalog, land: Land, result: Evaluation, scenario: Any) -> pd.DataFrame:
    """``s1_pct`` .. ``n_pct``, ``nodata_pct``, ``subclasses`` in words and ``shares`` as JSON, by polygon."""
    qualities = [quality.code for quality in catalog.evaluation.qualities]
    classes, limiting = result.classes[scenario][0, 0], result.limiting[scenario][0, 0]
    pct = class_shares(land.cells, classes, len(land.polygons))
    columns = {f"{name}_pct": np.round(pct[:, at], 5) for at, name in enumerate((*CLASSES, "nodata"))}
    parts: list[list[dict[str, Any]]] = [[] for _ in range(len(land.polygons))]
    names = subclasses(classes, limiting, qualities)
    told = (land.cells[name].tolist() for name in ("polygon", "component", "soil_name", "share_pct"))
    for polygon, component, soil, share, name in zip(*told, names, strict=True):
        parts[polygon].append({"component": component, "soil": soil, "subclass": name, "pct": share})
    words = [in_words([(each["subclass"], each["pct"]) for each in part]) for part in parts]
    texts = [json.dumps(part, ensure_ascii=False) for part in parts]
    return pd.DataFrame(columns | {"subclasses": words, "shares": texts})


def _missing(land: Land, crop: Crop) -> list[str]:
    """By polygon the characteristics that are used but unknown of one of its components."""
    lists: list[list[str]] = [[] for _ in range(len(land.polygons))]
    used = sorted(name for name in crop.characteristics if name in land.known)
    for name, packed in land.inputs(crop, used).items():
        unknown = is_missing(packed[0], land.known[name])
        for polygon in np.unique(land.cells["polygon"].to_numpy()[unknown]):
            lists[polygon].append(name)
    return [", ".join(names) for names in lists]
