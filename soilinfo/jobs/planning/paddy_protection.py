"""The key figure of protected paddy land (in Indonesia LP2B over LBS) by unit, from a table of figures."""

from collections.abc import Iterator, Mapping
from functools import partial

import geopandas as gpd
import pandas as pd

from soilinfo.catalog.models import Catalog, Table
from soilinfo.catalog.names import NATION, table_of
from soilinfo.catalog.product_zoning import PADDY_PROTECTION
from soilinfo.catalog.zoning import PaddyProtection
from soilinfo.evaluate.paddy import NOT_MET, added_up, protection
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.summary import table_version, with_units
from soilinfo.jobs.runs.run import Event, Progress, RunReport
from soilinfo.jobs.runs.versions import keep_table
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

PIPELINE = "paddy_protection/1"


def paddy_protection(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write the table of protected paddy land for the level of its figures and those above it.

    Nothing is written where config asks for none, or the figures are not published.
    """
    rules = catalog.zoning.paddy_protection if catalog.zoning else None
    table = catalog.tables.get(rules.table) if rules else None
    if rules is None or table is None or table.unit_level is None or table.id not in published:
        return {}
    versions: dict[str, str] = {}
    for level, units, figures in _levels(store, catalog, published, rules, table):
        version = table_version(
            catalog,
            table_of(PADDY_PROTECTION, level),
            level,
            {table.id: published[table.id]},
            published,
            report.run,
            pipeline=PIPELINE,
            parameters=rules.model_dump(mode="json"),
            metadata={"product": PADDY_PROTECTION},
        )
        judged = protection(figures, rules.least_share).assign(edition=rules.edition)
        versions[version.layer] = version.version
        keep_table(store, version, partial(with_units, _by_position(judged, units), units))
        report.findings.extend(_too_little(version.layer, judged, rules))
        progress(Event(PADDY_PROTECTION, version.layer, "written", len(versions), len(catalog.levels)))
    return versions


def _levels(
    store: Store, catalog: Catalog, published: Mapping[str, str], rules: PaddyProtection, table: Table
) -> Iterator[tuple[str, gpd.GeoDataFrame, pd.DataFrame]]:
    """Each level from that of the figures upwards, with its units and their figures by code."""
    rows = store.vector.read(table.id, published[table.id], Query(geometry=False))
    columns = {table.unit_code: "code", rules.paddy: "paddy_ha", rules.protected: "protected_ha"}
    figures = rows.rename(columns=columns).set_index("code")[["paddy_ha", "protected_ha"]]
    level = table.unit_level
    while level is not None and level in published:
        units = store.vector.read(level, published[level])
        # A unit that the table has no row of is there too, without figures.
        figures = figures.reindex(units["code"])
        if level == table.unit_level:
            figures = figures.assign(units=1, units_missing=figures.isna().any(axis=1).astype(int))
        yield level, units, figures
        above = catalog.level(level).parent
        if above is None and level in catalog.levels:
            above, units = NATION, units.assign(parent_code=NATION)
        parents = figures.index.map(dict(zip(units["code"], units["parent_code"], strict=True)))
        level, figures = above, added_up(figures, parents)


def _by_position(judged: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    position = {code: at for at, code in enumerate(units["code"])}
    rows = judged.rename(index=position).sort_index()
    rows.attrs["key"] = ()
    return rows


def _too_little(layer: str, judged: pd.DataFrame, rules: PaddyProtection) -> Iterator[Finding]:
    """A note of the units that protect less than the least share."""
    below = judged[judged["verdict"] == NOT_MET]
    if len(below):
        codes = [str(code) for code in below.index]
        message = (
            f"{len(codes)} of {len(judged)} units protect less than {rules.least_share:.0%} of their paddy "
            f"land: {', '.join(codes[:10])}{' ...' if len(codes) > 10 else ''}"
        )
        yield Finding("paddy_below_least_share", "note", layer, message, len(codes), {"codes": codes})
