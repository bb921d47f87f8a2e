"""The zone index of a boundary version on a grid: made once, kept in the store, removed with the version."""

import logging
from dataclasses import asdict

import geopandas as gpd

from soilinfo.errors import StoreError
from soilinfo.evaluate.zonal import ZoneIndex, build_index
from soilinfo.grid import Grid
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.store.home import Store

METHOD = "zones/2"
_log = logging.getLogger(__name__)


def index_of(store: Store, grid: Grid, level: str, version: str, units: gpd.GeoDataFrame) -> ZoneIndex:
    """The index of all units of a level's version, in their order; made and kept where there is none yet.

    One that cannot be kept is as good for this answer: a warning is logged, and the next one makes it again.
    Raises GeometryError for units that are no valid polygons, StoreError for a kept index that is damaged.
    """
    key = fingerprint(grid=asdict(grid), method=METHOD)[:16]
    if kept := store.zones.read(level, version, key):
        return ZoneIndex.from_arrays(kept)
    index = build_index(list(grid.placed(units.geometry.to_numpy())), grid)
    try:
        store.zones.keep(level, version, key, index.arrays())
    except StoreError as error:
        _log.warning("the zone index of '%s' is made anew each time, as it is not kept: %s", level, error)
    return index
