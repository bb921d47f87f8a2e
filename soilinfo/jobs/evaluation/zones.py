"""The units of an administrative level as the zones that areas are measured on."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.errors import BlockedError
from soilinfo.evaluate.zonal import ZoneIndex, added_up
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.store.home import Store


@dataclass(frozen=True)
class Zones:
    """The units of one level, the index of the level they are measured on, and whom each belongs to.

    ``groups`` maps each indexed unit to its unit in ``units``; None where they are the same. ``measured_on``:
    the level that is indexed.
    """

    units: gpd.GeoDataFrame
    index: ZoneIndex
    groups: NDArray[np.int64] | None
    measured_on: str = ""

    def gather(self, areas: NDArray[np.float64]) -> NDArray[np.float64]:
        """Areas (indexed unit, ...) added up to (unit, ...)."""
        if self.groups is None:
            return areas
        return added_up(areas, self.groups, len(self.units))


def needed_level(published: Mapping[str, str], measured: str, level: str) -> str:
    """The published version of the level that ``level`` is summed from; BlockedError without one."""
    if measured not in published:
        raise BlockedError(
            f"level '{level}' is summed from '{measured}', which is not published; ingest it first"
        )
    return published[measured]


def zones_of(store: Store, catalog: Catalog, published: Mapping[str, str], level: str) -> Zones:
    """The units of a published level with the index that measures them.

    Raises BlockedError for orphans, and when the level that this one is summed from is not published.
    """
    units = store.vector.read(level, published[level])
    measured = catalog.level(level).summed_from
    if measured is None:
        return Zones(units, index_of(store, catalog.grid, level, published[level], units), None, level)
    parts = store.vector.read(measured, needed_level(published, measured, level))
    index = index_of(store, catalog.grid, measured, published[measured], parts)
    if level not in catalog.levels:  # the nation, to which every unit belongs
        return Zones(units, index, np.zeros(len(parts), dtype=np.int64), measured)
    position = {code: at for at, code in enumerate(units["code"])}
    orphans = sorted(set(parts["parent_code"]) - set(position))
    if orphans:
        raise BlockedError(
            f"units of '{measured}' name parents that '{level}' lacks: {', '.join(map(str, orphans))}"
        )
    groups = np.array([position[code] for code in parts["parent_code"]], dtype=np.int64)
    return Zones(units, index, groups, measured)
