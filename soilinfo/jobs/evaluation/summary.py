"""Tables by administrative unit: hectares and shares per class, statistics of properties.

Areas are true on the ellipsoid and stand beside the official hectares. A level that is
``summed_from`` another adds up that level's areas, so that province and regencies never disagree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from math import ceil, floor
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog
from soilinfo.catalog.names import suitability_of, table_of
from soilinfo.evaluate.suitability import dominant_limiting
from soilinfo.evaluate.zonal import (
    Histogram,
    Read,
    ZoneIndex,
    flagged_area,
    histogram,
    statistics,
)
from soilinfo.jobs.evaluation.criteria import criteria_within
from soilinfo.jobs.evaluation.zones import Zones, needed_level, zones_of
from soilinfo.jobs.ingestion.meaning import is_misread
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, keep_table, new_version
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

PIPELINE = "summary/2"
CLASSES = ("s1", "s2", "s3", "n")


def summarise(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write and record the tables of every published level that are not there yet.

    Returns collection -> version of all tables, new and old.
    """
    tables = [
        (table_of(kind, level), level, build, _wanted(store, kind, published, catalog))
        for level in catalog.every_level()
        if level in published
        for kind, build in TABLES.items()
    ]
    zones = cache(partial(zones_of, store, catalog, published))
    versions: dict[str, str] = {}
    for done, (name, level, build, inputs) in enumerate(tables, start=1):
        if not inputs:
            continue
        version = table_version(catalog, name, level, inputs, published, report.run)
        versions[name] = version.version
        keep_table(store, version, partial(_table, store, catalog, build, inputs, zones, level))
        progress(Event("summarise", name, "written", done, len(tables)))
    return versions


def _table(
    store: Store,
    catalog: Catalog,
    build: "Build",
    inputs: Mapping[str, str],
    zones: Callable[[str], Zones],
    level: str,
) -> gpd.GeoDataFrame:
    measured = zones(level)
    return with_units(build(store, catalog, inputs, measured), measured.units)


def _wanted(store: Store, kind: str, published: Mapping[str, str], catalog: Catalog) -> dict[str, str]:
    """Published layers that a kind of table is about; those on another grid than config's, or that config
    would misread, are left out."""
    if kind == "suitability":
        names = [suitability_of(crop) for crop in catalog.every_crop()]
    else:
        classes = kind == "classes"
        names = [
            name
            for name, layer in catalog.layers.items()
            if bool(catalog.property(layer.property).class_table) == classes
        ]
    found = {name: published[name] for name in names if name in published}
    return {
        name: version for name, version in found.items() if is_read_rightly(store, catalog, name, version)
    }


def is_read_rightly(store: Store, catalog: Catalog, name: str, version: str) -> bool:
    """Whether a published cube lies on config's grid and means what config says."""
    known = store.ledger.version(name, version)
    assert known is not None, "a published version is recorded"
    return store.cube.open(name, version).grid == catalog.grid and not is_misread(catalog, known)


def table_version(
    catalog: Catalog,
    name: str,
    level: str,
    inputs: Mapping[str, str],
    published: Mapping[str, str],
    run: str,
    *,
    pipeline: str = PIPELINE,
    parameters: Mapping[str, Any] = MappingProxyType({}),
    metadata: Mapping[str, Any] = MappingProxyType({}),
) -> Version:
    """The record of a table by the units of a level, derived from ``inputs`` and the level's own version.

    Raises BlockedError when the level that this one is summed from is not published.
    """
    measured = catalog.level(level).summed_from or level
    used = {**inputs, level: published[level], measured: needed_level(published, measured, level)}
    # A rollback of a table with rules of its own is about these; any other only sums up its inputs.
    content = {"parameters": parameters} if parameters else {"inputs": used}
    return new_version(
        name,
        "vector",
        Origin(f"derived from {len(used)} published layers", fingerprint(**content), used),
        pipeline=pipeline,
        parameters={**parameters, "level": level, "measured_on": measured},
        metadata={**metadata, "level": level},
        run=run,
    )


def with_units(rows: pd.DataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows by unit position joined with code, name, parent, official hectares and shape."""
    facts = units[["code", "name", "parent_code", "official_area_ha", "geometry"]].iloc[rows.index]
    joined = pd.concat([facts.reset_index(drop=True), rows.reset_index(drop=True)], axis=1)
    keys = [joined[key].map(_in_id) for key in rows.attrs["key"]]
    joined.insert(0, "id", joined["code"].str.cat(keys, sep="."))
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=units.crs)


def _in_id(value: Any) -> str:
    """A part of an id, by which rows are in order: numbers have two digits."""
    return value if isinstance(value, str) else f"{value:02d}"


# ---- suitability ------------------------------------------------------------------------


def _suitability(store: Store, catalog: Catalog, inputs: Mapping[str, str], zones: Zones) -> pd.DataFrame:
    qualities = [quality.code for quality in catalog.evaluation.qualities]
    parts = []
    for name, version in inputs.items():
        layer, known = store.cube.open(name, version), store.ledger.version(name, version)
        assert known is not None, "a published version is recorded"
        partial_ha = _partial_hectares(zones, partial(layer.read, "lacking"))
        regional = criteria_within(store, known, zones.units)
        for scenario in SCENARIOS:
            rows = _class_areas(zones, partial(layer.read, scenario))
            limits = zones.gather(
                flagged_area(zones.index, partial(layer.read, f"limiting_{scenario}"), len(qualities))
            )
            best = dominant_limiting(limits, qualities)
            parts.append(
                rows.assign(
                    partial_ha=partial_ha,
                    limiting=pd.Series([quality for quality, _ in best], dtype=object),
                    limiting_ha=np.array([hectares for _, hectares in best]),
                    crop=known.metadata["crop"],
                    scenario=scenario,
                    criteria_set=known.metadata["criteria_set"],
                    edition=known.metadata["edition"],
                    boundary_rule=known.metadata["boundary_rule"],
                    regional_criteria=regional,
                    unused=", ".join(known.metadata["unused"]),
                    version=version,
                )
            )
    return keyed_rows(parts, ("crop", "scenario"))


def _class_areas(zones: Zones, read: Read) -> pd.DataFrame:
    """Hectares and shares of S1..N and of no data per unit; shares are of the whole unit."""
    areas = histogram(zones.index, read, low=1, high=4, nodata=0)
    hectares = np.column_stack([zones.gather(areas.area_ha), zones.gather(areas.nodata_ha)])
    total = hectares.sum(axis=1)
    names = (*CLASSES, "nodata")
    columns = {f"{name}_ha": column for name, column in zip(names, hectares.T, strict=True)}
    with np.errstate(invalid="ignore"):
        shares = {f"{name}_pct": 100 * column / total for name, column in zip(names, hectares.T, strict=True)}
    return pd.DataFrame(columns | shares | {"total_ha": total})


def _partial_hectares(zones: Zones, read: Read) -> NDArray[np.float64]:
    lacking = histogram(zones.index, read, low=1, high=254, nodata=255)
    return zones.gather(lacking.valid_ha)


# ---- properties -------------------------------------------------------------------------


def _properties(store: Store, catalog: Catalog, inputs: Mapping[str, str], zones: Zones) -> pd.DataFrame:
    parts = []
    for name, version in inputs.items():
        areas = _summed(zones, value_histogram(store, name, version, zones.index))
        unit = catalog.property(catalog.layer(name).property).unit
        rows = statistics(areas, store.cube.open(name, version).variable(name).scale)
        total_ha = areas.valid_ha + areas.nodata_ha
        parts.append(rows.assign(total_ha=total_ha, layer=name, unit=unit, version=version))
    return keyed_rows(parts, ("layer",))


def value_histogram(store: Store, name: str, version: str, index: ZoneIndex) -> Histogram:
    """Hectares of each stored value of a published layer of numbers, by zone of an index."""
    layer, known = store.cube.open(name, version), store.ledger.version(name, version)
    assert known is not None, "a published version is recorded"
    variable, (low, high) = layer.variable(name), _stored_range(known)
    first, last = floor(low / variable.scale) - 1, ceil(high / variable.scale) + 1
    return histogram(index, partial(layer.read, name), low=first, high=last, nodata=variable.nodata)


def _stored_range(version: Version) -> tuple[float, float]:
    """What a layer's values lie between: its source's range within the valid one; (0, 0) without data."""
    low, high = version.metadata["source_range"] or (0.0, 0.0)
    least, most = version.parameters["form"]["property"]["valid_range"]
    return max(low, least), min(high, most)


def _summed(zones: Zones, areas: Histogram) -> Histogram:
    return Histogram(areas.low, zones.gather(areas.area_ha), zones.gather(areas.nodata_ha))


# ---- classes ----------------------------------------------------------------------------


def _classes(store: Store, catalog: Catalog, inputs: Mapping[str, str], zones: Zones) -> pd.DataFrame:
    parts = []
    for name, version in inputs.items():
        table = catalog.class_table(catalog.property(catalog.layer(name).property).class_table or "")
        read = partial(store.cube.open(name, version).read, name)
        areas = _summed(zones, histogram(zones.index, read, low=1, high=254, nodata=0))
        total_ha = areas.valid_ha + areas.nodata_ha
        for entry in table.classes:
            area_ha = areas.area_ha[:, entry.code - 1]
            with np.errstate(invalid="ignore"):
                share = 100 * area_ha / total_ha
            parts.append(
                pd.DataFrame(
                    {
                        "area_ha": area_ha,
                        "share_pct": share,
                        "nodata_ha": areas.nodata_ha,
                        "total_ha": total_ha,
                    }
                ).assign(layer=name, class_id=entry.id, version=version)
            )
    return keyed_rows(parts, ("layer", "class_id"))


def keyed_rows(parts: Iterable[pd.DataFrame], key: Sequence[str]) -> pd.DataFrame:
    """Parts one below the other as a table holds them: keyed, areas to a tenth of a square metre."""
    return rounded_areas(keyed(parts, key))


def keyed(parts: Iterable[pd.DataFrame], key: Sequence[str]) -> pd.DataFrame:
    """Parts one below the other, indexed by unit position, key first."""
    rows = pd.concat(parts)
    rows = rows[[*key, *(name for name in rows.columns if name not in key)]]
    rows.attrs["key"] = tuple(key)
    return rows


def rounded_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows, hectares and shares with five decimals."""
    areas = [name for name in rows.columns if name.endswith(("_ha", "_pct"))]
    rounded = rows.round(dict.fromkeys(areas, 5))
    rounded.attrs = rows.attrs
    return rounded


Build = Callable[[Store, Catalog, Mapping[str, str], Zones], pd.DataFrame]
TABLES: dict[str, Build] = {"suitability": _suitability, "properties": _properties, "classes": _classes}
"""Table by its name: what `<table>_by_<level>` holds, one row per unit and key."""
