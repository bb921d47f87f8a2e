"""The administrative unit that a QGIS file is about, and which units lie in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from soilinfo.catalog.names import NATION
from soilinfo.grid import Bounds
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.serve.state import Publication
from soilinfo.store.vector import Query

_CODES = Query(fields=("code", "parent_code"), geometry=False)


@dataclass(frozen=True)
class Place:
    """One unit."""

    code: str
    name: str
    level: str
    bounds: Bounds
    """Degrees."""
    units: Mapping[str, tuple[str, ...]]
    """Level -> codes of the units that lie in it: itself, then those of the published levels below."""
    parents: Mapping[str, str]
    """Level -> the level that its units' ``parent_code`` is of."""

    def rows(self, level: str, *, parented: bool = True) -> str:
        """The condition that rows by units of a level are of this place.

        A server can answer an equality; a list is for the client to check. ``parented``: whether the rows
        have the column ``parent_code``.
        """
        above = self.parents.get(level, "")
        if parented and level != self.level and above in self.units:
            return _any_of("parent_code", self.units[above])
        return _any_of("code", self.units[level])


def _any_of(column: str, codes: tuple[str, ...]) -> str:
    quoted = [f"'{code.replace("'", "''")}'" for code in codes]
    return f"{column} = {quoted[0]}" if len(quoted) == 1 else f"{column} IN ({', '.join(quoted) or 'NULL'})"


def place_of(publication: Publication, code: str) -> Place | None:
    """The published unit of that code, None for the nation; UnknownNameError naming codes that exist."""
    store, catalog, snapshot = publication.store, publication.catalog, publication.snapshot
    level, found = region_of(store, catalog, snapshot, code)
    if level == NATION:
        return None
    west, south, east, north = found.total_bounds.tolist()
    units, parents = (
        {level: (code,)},
        {each.id: each.parent for each in catalog.levels.values() if each.parent},
    )
    for below, above in parents.items():
        if above in units and below in snapshot.layers:
            rows = store.vector.read(below, snapshot.layers[below], _CODES)
            units[below] = tuple(rows.loc[rows["parent_code"].isin(units[above]), "code"])
    bounds = (west, south, east, north)
    return Place(code, str(found["name"].iloc[0]), level, bounds, units, parents)
