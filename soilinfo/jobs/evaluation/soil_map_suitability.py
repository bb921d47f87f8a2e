"""Land evaluation of soil maps: every component on every place of a polygon, told as shares of the polygon.

The same compiled criteria are used as for the cells of the nation; what is known of a component and what of a
place says :mod:`soilinfo.jobs.evaluation.soil_map_survey`.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from soilinfo.catalog.models import Catalog, Crop
from soilinfo.catalog.names import components_of_map, suitability_of, suitability_of_map
from soilinfo.evaluate.components import CLASSES, class_areas, in_words, is_missing, subclasses
from soilinfo.evaluate.tables import PEAT
from soilinfo.jobs.evaluation.criteria import Regional, parameters_of, regional_criteria
from soilinfo.jobs.evaluation.inputs import choose_inputs, too_little_known
from soilinfo.jobs.evaluation.soil_map_areas import write_areas
from soilinfo.jobs.evaluation.soil_map_survey import Ground, Survey, from_rasters, own_properties
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "soil_map_suitability/2"
FIRST_COLUMNS = ("id", "polygon", "unit_code", "name", "area_ha", "crop", "scenario")


def evaluate_soil_maps(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Evaluate every published soil map for every crop that is published by the criteria of config.

    Returns collection -> version of ``suitability_of_<soil map>`` and its tables by administrative unit.
    """
    maps = [name for name in catalog.soil_maps if name in published and components_of_map(name) in published]
    versions: dict[str, str] = {}
    for done, name in enumerate(maps, start=1):
        survey = _survey(store, catalog, published, name)
        if survey.crops:
            version = _evaluated(survey, report.run)
            versions[version.layer] = version.version
            versions |= write_areas(survey, version, report.run)
        progress(Event("evaluate", name, "written", done, len(maps)))
    return versions


def _survey(store: Store, catalog: Catalog, published: Mapping[str, str], name: str) -> Survey:
    """A soil map with the crops that enough is known about, which may be none."""
    soil_map = catalog.soil_map(name)
    inputs, _ = choose_inputs(store, catalog, replace(store.ledger.current(), layers=published))
    of_places = from_rasters(catalog, soil_map, inputs)
    known = [*own_properties(soil_map), *of_places]
    crops, regional = _published_crops(store, catalog, published)
    crops = [crop for crop in crops if too_little_known(catalog, crop, known) is None]
    asked = {PEAT}.union(*(each.characteristics for each in (*crops, *(one.crop for one in regional))))
    rasters = {each: inputs[each] for each in of_places if each in asked}
    return Survey(store, catalog, published, soil_map, crops, regional, rasters)


def _evaluated(survey: Survey, run: str) -> Version:
    """The recorded version of one soil map's evaluation, written where it is not there yet."""
    version, vector = _version(survey, run), survey.store.vector
    if not vector.exists(version.layer, version.version):
        polygons = survey.polygons
        ground = survey.ground(polygons.geometry, np.arange(len(polygons)))
        frame = pd.concat([_crop_rows(survey, ground, crop) for crop in survey.crops])
        frame = gpd.GeoDataFrame(frame.reset_index(drop=True), crs=polygons.crs)
        vector.write(version.layer, version.version, frame, id_field="id", shape_field="polygon")
    remember(survey.store, version)
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


def _version(survey: Survey, run: str) -> Version:
    catalog, name = survey.catalog, survey.soil_map.id
    used = {each: survey.published[each] for each in (name, components_of_map(name))}
    used |= {one.layer: one.version for one in survey.rasters.values()}
    used |= {each.level: each.version for each in survey.regional}
    criteria = {
        crop.id: fingerprint(criteria=parameters_of(catalog, crop, survey.regional))[:16]
        for crop in survey.crops
    }
    metadata = {
        "soil_map": name,
        "boundary_rule": catalog.evaluation.boundary_rule,
        "layers": {prop: one.layer for prop, one in survey.rasters.items()},
        "crops": {crop.id: _origins(survey, crop) for crop in survey.crops},
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


def _origins(survey: Survey, crop: Crop) -> dict[str, list[str]]:
    """Where each characteristic of a crop is from, and which of them nothing is known of."""
    names, own = sorted(crop.characteristics), own_properties(survey.soil_map)
    return {
        "from_components": [name for name in names if name in own],
        "from_rasters": [name for name in names if name in survey.rasters],
        "unused": [name for name in names if name not in own and name not in survey.rasters],
    }


# ---- rows -------------------------------------------------------------------------------


def _crop_rows(survey: Survey, ground: Ground, crop: Crop) -> gpd.GeoDataFrame:
    """A row for each polygon and scenario: shares of the classes, and of what they were made."""
    polygons = survey.polygons.reset_index(drop=True)
    common = polygons[["unit_code", "name", "area_ha", "geometry"]].assign(
        polygon=polygons["id"],
        crop=crop.id,
        missing=_missing(survey, ground, crop),
        boundary_rule=survey.catalog.evaluation.boundary_rule,
        **survey.criteria(crop, ground, np.arange(len(polygons)), len(polygons)),
        **{name: ", ".join(names) for name, names in _origins(survey, crop).items()},
    )
    parts = []
    for scenario, areas in survey.areas(crop, ground):
        rows = pd.concat([common, _shares(survey, ground, areas)], axis=1)
        parts.append(rows.assign(id=polygons["id"] + f".{crop.id}.{scenario}", scenario=scenario))
    rows = pd.concat(parts)
    ordered = [*FIRST_COLUMNS, *(name for name in rows if name not in FIRST_COLUMNS)]
    return gpd.GeoDataFrame(rows[ordered], crs=polygons.crs)


def _shares(survey: Survey, ground: Ground, areas: pd.DataFrame) -> pd.DataFrame:
    """``s1_pct`` .. ``n_pct``, ``nodata_pct``, ``subclasses`` in words and ``shares`` as JSON, by polygon."""
    zones = len(ground.area_ha)
    pct = ground.percent(class_areas(areas, zones).T, np.arange(zones)).T
    columns = {f"{name}_pct": np.round(pct[:, at], 5) for at, name in enumerate(CLASSES)}
    columns["nodata_pct"] = np.round(np.maximum(100 - pct.sum(axis=1), 0), 5)
    parts = _parts(survey, ground, areas)
    words = [in_words([(each["subclass"], each["pct"]) for each in part]) for part in parts]
    texts = [json.dumps(part, ensure_ascii=False) for part in parts]
    return pd.DataFrame(columns | {"subclasses": words, "shares": texts})


def _parts(survey: Survey, ground: Ground, areas: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """By polygon the share of each soil in each subclass: the largest soil first, of it the largest share."""
    qualities = [quality.code for quality in survey.catalog.evaluation.qualities]
    parts = survey.composition.assign(rank=np.arange(len(survey.composition)))
    ordered = areas.merge(parts.rename(columns={"polygon": "zone"}), on=["zone", "soil"])
    ordered = ordered.sort_values(["rank", "area_ha"], ascending=[True, False], kind="stable")
    names = subclasses(ordered["class"].to_numpy(), ordered["limiting"].to_numpy(), qualities)
    pct = np.round(ground.percent(ordered["area_ha"].to_numpy(), ordered["zone"].to_numpy()), 3)
    soils = survey.soils.iloc[ordered["soil"]]
    told = (each.tolist() for each in (ordered["zone"], soils["component"], soils["soil_name"], pct))
    found: list[list[dict[str, Any]]] = [[] for _ in range(len(ground.area_ha))]
    for zone, component, soil, share, name in zip(*told, names, strict=True):
        found[zone].append({"component": component, "soil": soil, "subclass": name, "pct": share})
    return found


def _missing(survey: Survey, ground: Ground, crop: Crop) -> list[str]:
    """By polygon the used characteristics unknown of one of its components, or everywhere in it."""
    lists: list[list[str]] = [[] for _ in range(len(ground.area_ha))]
    parts, met = survey.composition, ground.conditions
    soil_values = survey.soil_values(crop)
    for name in sorted(survey.of_soils.keys() & crop.characteristics.keys()):
        unknown = is_missing(soil_values[name], survey.of_soils[name])
        for polygon in np.unique(parts["polygon"][unknown[parts["soil"]]]):
            lists[polygon].append(name)
    for name in sorted(survey.of_places.keys() & crop.characteristics.keys()):
        known = ~is_missing(met.values[name], survey.of_places[name])
        for polygon in np.setdiff1d(np.arange(len(lists)), met.zone[known[met.condition]]):
            lists[polygon].append(name)
    return [", ".join(names) for names in lists]
