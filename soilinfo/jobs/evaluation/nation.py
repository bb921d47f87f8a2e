"""The nation as one unit above all levels: the outline that its rows in the tables by region have."""

from collections.abc import Mapping

import geopandas as gpd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.catalog.text import in_language
from soilinfo.jobs.runs.run import Event, Progress, RunReport, fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version, remember
from soilinfo.store.home import Store

PIPELINE = "nation/1"
"""Name of the method; raising the number makes every version anew."""


def nation(
    store: Store, catalog: Catalog, published: Mapping[str, str], report: RunReport, progress: Progress
) -> dict[str, str]:
    """Write and record the level of one unit, the union of the coarsest level that is published.

    None where no level is, or where config has a level of that name itself.
    """
    top = next((level for level in catalog.levels if level in published), None)
    if top is None or NATION in catalog.levels:
        return {}
    used, name = {top: published[top]}, in_language(catalog.country.title, catalog.services.languages[0])
    parameters = {"name": name}
    origin = Origin(f"derived from {top}", fingerprint(inputs=used, **parameters), used)
    version = new_version(
        NATION,
        "vector",
        origin,
        pipeline=PIPELINE,
        parameters=parameters,
        metadata={"units": 1, "code_system": catalog.level(NATION).code_system},
        run=report.run,
    )
    if not store.vector.exists(NATION, version.version):
        unit = _one(store.vector.read(top, published[top]), name)
        store.vector.write(NATION, version.version, unit, id_field="code")
    remember(store, version)
    progress(Event("nation", NATION, "written", 1, 1))
    return {NATION: version.version}


def _one(units: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    """Units as one; its official area is missing where that of any of them is."""
    facts = {
        "code": NATION,
        "name": name,
        "parent_code": None,
        "area_ha": units["area_ha"].sum(),
        "official_area_ha": units["official_area_ha"].sum(skipna=False),
        "repair": "",
    }
    return gpd.GeoDataFrame(
        [facts], geometry=[units.geometry.union_all(method="disjoint_subset")], crs=units.crs
    )
