"""One table: from its source to a new version in the vector store, each row with the shape of its unit."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog, Table
from soilinfo.errors import SourceError
from soilinfo.findings import blocks
from soilinfo.ingest.checks.table import TableEvidence, judge_table
from soilinfo.ingest.sheets import read_cells
from soilinfo.ingest.table import read_rows
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.jobs.runs.freshness import INGESTED
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

PIPELINE = f"{INGESTED}/1"
"""Name of the method; raising the number makes every version anew."""


def ingest_table(
    store: Store, catalog: Catalog, name: str, published: Mapping[str, str], run: str, reading: Reading
) -> Outcome:
    """Bring one table into the vector store, unless a check blocks it.

    ``published``: level -> version as this run would publish them; the table is made anew when that of
    its level changes. Raises SourceError when the source cannot be used at all, or the level is not
    published.
    """
    table = catalog.table(name)
    path = reading.path(table.source)
    parameters = {"table": table.model_dump(mode="json", exclude=_ASIDE)}
    origin = Origin(table.source, reading.sha256(path), _level_of(table, published))
    version = new_version(name, "vector", origin, pipeline=PIPELINE, parameters=parameters, run=run)
    old = store.ledger.version(name, version.version)
    if old is not None and store.vector.exists(name, version.version):
        return Outcome(name, old, known=True)
    if known := store.ledger.known_blocked(version):
        return Outcome(name, None, known, known=True, refused=version)
    cells = read_cells(path, table)
    rows = read_rows(cells, table)
    units = _units(store, origin.inputs)
    names = {} if units is None else dict(zip(units["code"], units["name"], strict=True))
    findings = tuple(judge_table(TableEvidence(name, table, cells, rows, names)))
    if blocks(findings):
        return Outcome(name, None, findings, refused=version)
    frame = _with_shapes(_with_ids(rows.frame, table), table, units)
    reading.require_unchanged()
    # It is there already when a run was killed before it could record it.
    if not store.vector.exists(name, version.version):
        store.vector.write(name, version.version, frame, id_field="id", shape_field=table.unit_code)
    return Outcome(name, replace(version, metadata={"rows": len(frame)}), findings)


_ASIDE = {"title", "description", "release", "most_lost_pct"}
"""Parts of a table's configuration that change nothing of its rows."""


def _level_of(table: Table, published: Mapping[str, str]) -> dict[str, str]:
    """The level that a table is about and its version; nothing for a table of no level."""
    if table.unit_level is None:
        return {}
    if table.unit_level not in published:
        raise SourceError(f"{table.source}: its level '{table.unit_level}' is not published yet")
    return {table.unit_level: published[table.unit_level]}


def _units(store: Store, level: Mapping[str, str]) -> gpd.GeoDataFrame | None:
    fields = Query(fields=("code", "name"))
    return next((store.vector.read(name, version, fields) for name, version in level.items()), None)


def _with_ids(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The rows that have a key, each once, with an id made of it: '73.08.maize'."""
    keyed = frame.dropna(subset=list(table.key)).drop_duplicates(list(table.key))
    ids = keyed[list(table.key)].astype(str).agg(".".join, axis=1)
    return keyed.assign(id=ids)[["id", *frame.columns]].reset_index(drop=True)


def _with_shapes(frame: pd.DataFrame, table: Table, units: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """The rows with the shapes of their units; rows of no known unit, and of no level, have none."""
    shapes = [None] * len(frame)
    if units is not None and table.unit_code is not None:
        known = dict(zip(units["code"], units.geometry, strict=True))
        frame = frame.dropna(subset=[table.unit_code])
        shapes = [known.get(code) for code in frame[table.unit_code]]
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs="EPSG:4326"))
