"""The last step of the harmonization: published maps against profiles, by region and place by place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.agreement import MapAgreement
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import HARMONIZED, MAP_AGREEMENT, MAP_RESIDUALS
from soilinfo.findings import Finding
from soilinfo.jobs.harmonization.held import held_versions
from soilinfo.jobs.harmonization.map_findings import map_findings
from soilinfo.jobs.harmonization.map_pairs import Map, Places, maps
from soilinfo.jobs.harmonization.map_tables import (
    Regions,
    agreement_frame,
    agreement_rows,
    national,
    residual_rows,
)
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "map_agreement/2"
"""Name of the method; raising the number makes every version anew."""
SHAPES = {MAP_AGREEMENT: "code", MAP_RESIDUALS: "profile_id"}
"""Collection -> column whose equal values share one geometry."""


def compare_maps(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write and record how far maps agree with profiles; collection -> version, old and new.

    Nothing is made without harmonized profiles or without maps of what these tell. Findings about a map are
    recorded with the map's own version, by the run that compared it.
    """
    asked = maps(store, catalog, published) if HARMONIZED in published else []
    if not asked:
        return {}
    agreed, residuals = (_version(catalog, asked, published, name, report.run) for name in SHAPES)
    known = store.ledger.version(agreed.layer, agreed.version)
    if known is None or not all(store.vector.exists(name, known.version) for name in known.metadata["made"]):
        tables, findings = _compare(store, catalog, published, asked, progress)
        made = [name for name, frame in tables.items() if len(frame)]
        for layer, found in findings.items() if known is None else ():
            store.ledger.record_findings(report.run, layer, published[layer], found)
            report.findings.extend(found)
        for version in (
            residuals,
            replace(agreed, metadata={"made": made, "national": national(tables[MAP_AGREEMENT])}),
        ):
            if version.layer in made:
                _write(store, version, tables[version.layer])
        known = store.ledger.version(agreed.layer, agreed.version)
    return {
        one.layer: one.version for one in (agreed, residuals) if known and one.layer in known.metadata["made"]
    }


def _version(
    catalog: Catalog, asked: Sequence[Map], published: Mapping[str, str], name: str, run: str
) -> Version:
    """The record of a table, named by all that decides what it says."""
    held = held_versions(catalog, published)
    inputs = {HARMONIZED: published[HARMONIZED]}
    inputs |= {layer: published[layer] for one in asked for layer in one.names}
    inputs |= {layer: version for one in held.values() for layer, version in [next(iter(one.items()))]}
    if level := _level(catalog, published):
        inputs[level] = published[level]
    told = {"privacy", "projects", "calibrates"}
    parameters: dict[str, Any] = {
        "rules": _rules(catalog).model_dump(mode="json"),
        "maps": {one.layer.id: [list(part) for part in one.parts] for one in asked},
        "datasets": {each: catalog.dataset(each).model_dump(mode="json", include=told) for each in held},
    }
    origin = Origin(f"{len(asked)} map(s) and soil profiles", fingerprint(parameters=parameters), inputs)
    return new_version(name, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)


def _write(store: Store, version: Version, frame: gpd.GeoDataFrame) -> None:
    if not store.vector.exists(version.layer, version.version):
        field = SHAPES[version.layer]
        store.vector.write(version.layer, version.version, frame, id_field="id", shape_field=field)
    remember(store, version)


def _rules(catalog: Catalog) -> MapAgreement:
    return catalog.harmonization.map_agreement if catalog.harmonization else MapAgreement()


def _level(catalog: Catalog, published: Mapping[str, str]) -> str | None:
    """The coarsest level that is published."""
    return next((level for level in catalog.levels if level in published), None)


def _regions(
    store: Store, catalog: Catalog, published: Mapping[str, str], profiles: gpd.GeoDataFrame
) -> Regions:
    level = _level(catalog, published)
    if level is None:
        none = gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs=4326)
        return Regions(catalog, None, none, profiles)
    return Regions(catalog, level, store.vector.read(level, published[level]), profiles)


def _compare(
    store: Store, catalog: Catalog, published: Mapping[str, str], asked: Sequence[Map], progress: Progress
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, list[Finding]]]:
    """Both tables, and the findings by layer."""
    places = Places(store, catalog, published)
    regions = _regions(store, catalog, published, places.profiles)
    rows: list[dict[str, Any]] = []
    residuals: list[gpd.GeoDataFrame] = []
    findings: dict[str, list[Finding]] = {}
    for done, one in enumerate(asked, start=1):
        compared = places.compared(one)
        own = list(agreement_rows(catalog, one, compared, regions, _rules(catalog)))
        rows += own
        residuals.append(residual_rows(catalog, one, compared))
        if found := map_findings(own, _rules(catalog)):
            findings[one.layer.id] = found
        progress(Event("compare maps", one.layer.id, "written", done, len(asked)))
    tables = {
        MAP_AGREEMENT: agreement_frame(rows, regions),
        MAP_RESIDUALS: gpd.GeoDataFrame(pd.concat(residuals, ignore_index=True), crs=4326),
    }
    return tables, findings
