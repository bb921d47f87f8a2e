"""The administrative units of a plan: its finest level, and every published level above it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import NATION
from soilinfo.errors import InputError
from soilinfo.store.home import Store
from soilinfo.store.vector import Query

_FIELDS = Query(fields=("code", "name", "parent_code"), geometry=False)


@dataclass(frozen=True)
class UnitTree:
    """Units by level, and above which units each of the finest level stands."""

    names: Mapping[str, pd.Series]
    """Level, the coarsest first -> names by code."""
    paths: pd.DataFrame
    """Index: codes of the finest level, in order; a column for each level, the coarsest first, of codes."""
    versions: Mapping[str, str]

    @property
    def finest(self) -> str:
        """The level whose units share."""
        return str(self.paths.columns[-1])

    @property
    def above(self) -> pd.DataFrame:
        """The codes above each unit of the finest level (index, so named), the coarsest level first."""
        return self.paths.drop(columns=self.finest).rename_axis(self.finest)

    @property
    def shared(self) -> dict[str, str]:
        """The names of the units that share, by code."""
        return {str(code): str(name) for code, name in self.names[self.finest].items()}


def unit_tree(store: Store, catalog: Catalog, published: Mapping[str, str], finest: str) -> UnitTree:
    """The published units of a level and of those above it.

    InputError when the level is not published, or a unit lies in none of the level above.
    """
    if finest not in published:
        raise InputError(f"the level '{finest}' is not published; run `soilinfo ingest {finest}` first")
    level: str | None = finest
    units = {}
    while level is not None and level in published:
        units[level] = store.vector.read(level, published[level], _FIELDS).set_index("code").sort_index()
        level = _above(catalog, level)
    paths = _paths(units)
    order = list(paths.columns)
    return UnitTree(
        {each: units[each]["name"] for each in order}, paths, {each: published[each] for each in order}
    )


def _above(catalog: Catalog, level: str) -> str | None:
    """The level above; that of the nation above the coarsest one of config."""
    parent = catalog.level(level).parent
    return NATION if parent is None and level != NATION else parent


def _paths(units: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """``units`` by level, the finest first."""
    finest, *above = units
    paths = pd.DataFrame({finest: units[finest].index}, index=units[finest].index)
    below = finest
    for level in above:
        parents = paths[below].map(units[below]["parent_code"])
        paths[level] = NATION if level == NATION else parents
        lost = sorted(set(paths[level].index[~paths[level].isin(units[level].index)]))
        if lost:
            raise InputError(
                f"{len(lost)} unit(s) of '{finest}' lie in no unit of '{level}': {', '.join(lost[:10])}"
            )
        below = level
    return paths[paths.columns[::-1]]
