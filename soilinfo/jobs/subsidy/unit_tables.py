"""Tables by administrative unit that follow from other tables: nothing is measured on the grid for them."""

from collections.abc import Callable, Mapping, Sequence

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import table_of
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.products import Method
from soilinfo.jobs.evaluation.summary import table_version, with_units
from soilinfo.jobs.runs.run import Event, Progress, RunReport
from soilinfo.jobs.runs.versions import keep_table
from soilinfo.store.home import Store


def write_unit_table(
    store: Store,
    catalog: Catalog,
    product: str,
    level: str,
    method: Method,
    published: Mapping[str, str],
    rows: Callable[[], pd.DataFrame],
    key: Sequence[str],
    report: RunReport,
    progress: Progress,
    findings: Sequence[Finding] = (),
) -> dict[str, str]:
    """Write and record the table of a product for one level, where it is not there yet.

    ``rows`` gives rows with the column ``code``, told apart within a unit by ``key``; those of other units
    than the level's are left out. ``findings`` are kept with the version, and told when it is new.
    Returns collection -> version.
    """
    name = table_of(product, level)
    version = table_version(
        catalog,
        name,
        level,
        method.inputs,
        published,
        report.run,
        pipeline=method.pipeline,
        parameters=method.parameters,
        metadata={"product": product, "crop": None, "notes": [dict(note) for note in method.notes]},
    )

    def of_units() -> gpd.GeoDataFrame:
        units = store.vector.read(level, published[level])
        return with_units(_by_position(rows(), units, key), units)

    if keep_table(store, version, of_units, findings):
        report.findings.extend(findings)
    progress(Event(product, name, "written", 1, 1))
    return {name: version.version}


def _by_position(rows: pd.DataFrame, units: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Rows indexed by the position of their unit, ordered by it and by their key."""
    position = {code: at for at, code in enumerate(units["code"])}
    rows = rows[rows["code"].isin(list(position))].sort_values(["code", *key])
    placed = rows.set_index(rows["code"].map(position)).drop(columns=["code"]).sort_index(kind="stable")
    placed.attrs["key"] = tuple(key)
    return placed
