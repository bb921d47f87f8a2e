"""One soil map: from its sources to a new version of two collections, polygons and components."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.mapunits import SoilMap, unit_colours
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import components_of_map
from soilinfo.findings import blocks
from soilinfo.ingest.checks.mapunits import SoilMapEvidence, judge_soil_map
from soilinfo.ingest.mapunits import (
    components_of,
    polygons_of,
    published_components,
    published_polygons,
    read_iso28258,
    read_table,
    typed,
    unit_soils,
)
from soilinfo.ingest.vector import read_source, repair
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "soil_map/1"
"""Name of the method; raising the number makes every version anew."""


def ingest_soil_map(store: Store, catalog: Catalog, name: str, run: str, reading: Reading) -> Outcome:
    """Bring one soil map into the vector store as two collections, unless a check blocks it.

    Both have the same version and are published together. Raises SourceError when a source cannot
    be used at all.
    """
    version, table = _versions(catalog, name, run, reading)
    old = store.ledger.version(name, version.version)
    if old is not None and all(store.vector.exists(one.layer, one.version) for one in (version, table)):
        return Outcome(name, old, known=True, further=(table,))
    if known := store.ledger.known_blocked(version):
        return Outcome(name, None, known, known=True, refused=version)
    seen = _evidence(catalog, name, reading)
    findings = tuple(judge_soil_map(seen))
    if blocks(findings):
        return Outcome(name, None, findings, refused=version)
    reading.require_unchanged()
    soils = unit_soils(seen.rows)
    _write(store, version, published_polygons(_named(seen), seen.geometry, seen.repairs, seen.area_ha, soils))
    _write(store, table, published_components(seen.rows))
    version = replace(version, metadata=_metadata(seen, soils))
    return Outcome(name, version, findings, further=(table,))


def _write(store: Store, version: Version, frame: gpd.GeoDataFrame) -> None:
    # One of the two is there already when a run was killed between them, or its record lost.
    if not store.vector.exists(version.layer, version.version):
        store.vector.write(version.layer, version.version, frame, id_field="id")


def _evidence(catalog: Catalog, name: str, reading: Reading) -> SoilMapEvidence:
    soil_map = catalog.soil_map(name)
    polygons, as_read = _read(soil_map, reading)
    properties = {each.property: catalog.property(each.property) for each in soil_map.properties}
    geometry, repairs = repair(polygons.geometry.to_numpy())
    rows = typed(as_read, soil_map, properties)
    return SoilMapEvidence(name, soil_map, properties, polygons, geometry, tuple(repairs), as_read, rows)


def _read(soil_map: SoilMap, reading: Reading) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    if soil_map.iso28258 is not None:
        return read_iso28258(reading.path(soil_map.iso28258.source), soil_map)
    assert soil_map.tables is not None, "a soil map has one of two forms"
    drawn, described = soil_map.tables.polygons, soil_map.tables.components
    polygons = polygons_of(read_source(reading.path(drawn.source), drawn.source_layer), drawn)
    table = read_table(reading.path(described.source), described.source_layer)
    return polygons, components_of(table, described)


def _named(seen: SoilMapEvidence) -> gpd.GeoDataFrame:
    """The polygons, those of no soil named as config does where the source has no name for them."""
    titles = {code: label["en"] for code, label in seen.soil_map.non_soil.items()}
    name = seen.polygons["name"].fillna(seen.polygons["unit_code"].map(titles))
    return seen.polygons.assign(name=name)


def _metadata(seen: SoilMapEvidence, soils: pd.DataFrame) -> dict[str, Any]:
    """The legend: code, name, soils and colour of each unit on the map."""
    named = _named(seen).drop_duplicates("unit_code").sort_values("unit_code")
    first = dict(zip(named["unit_code"], named["unit_code"].map(soils["first_soil"]).fillna(""), strict=True))
    colours = unit_colours(first, seen.soil_map.colours)
    legend = [
        {
            "code": row.unit_code,
            "name": row.name,
            "soils": soils["soils"].get(row.unit_code),
            "colour": colours[row.unit_code],
        }
        for row in named.reset_index(drop=True).itertuples(index=False)
    ]
    return {"polygons": len(seen.polygons), "legend": legend}


def _versions(catalog: Catalog, name: str, run: str, reading: Reading) -> tuple[Version, Version]:
    """The records of polygons and components: same sources, same parameters, same name."""
    soil_map = catalog.soil_map(name)
    properties = {each.property: catalog.property(each.property) for each in soil_map.properties}
    parameters = {
        "soil_map": soil_map.model_dump(mode="json", exclude={"title", "release", "most_lost_pct"}),
        "properties": {id: prop.model_dump(mode="json", exclude=_SHOWN) for id, prop in properties.items()},
    }
    sources = [part.source for part in _parts(soil_map)]
    files = [reading.sha256(reading.path(source)) for source in sources]
    origin = Origin("; ".join(sources), fingerprint(files=files), {})
    polygons, components = (
        new_version(layer, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
        for layer in (name, components_of_map(name))
    )
    return polygons, components


_SHOWN = {"title", "description", "ramp"}
"""Parts of a property that change how it looks, not what is stored."""


def _parts(soil_map: SoilMap) -> list[Any]:
    if soil_map.iso28258 is not None:
        return [soil_map.iso28258]
    assert soil_map.tables is not None, "a soil map has one of two forms"
    return [soil_map.tables.polygons, soil_map.tables.components]
