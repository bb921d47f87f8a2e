"""What changed between two versions of an administrative level: units, their names, their areas."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from soilinfo.errors import InputError
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query

FIELDS = ("code", "name", "area_ha")
LEAST_HA = 0.01
"""Change of area that is more than rounding: 100 square metres."""


def compare_regions(store: Store, before: Version, after: Version) -> Iterator[dict[str, Any]]:
    """A row for each unit that was added, removed, renamed or whose area changed.

    InputError for a collection that is no administrative level.
    """
    old, new = _units(store, before), _units(store, after)
    for code in sorted({*old.index, *new.index}):
        if code not in old.index:
            yield _row("added", code, name=new.loc[code, "name"], after_ha=new.loc[code, "area_ha"])
        elif code not in new.index:
            yield _row("removed", code, name=old.loc[code, "name"], before_ha=old.loc[code, "area_ha"])
        else:
            yield from _compared(code, old.loc[code], new.loc[code])


def _units(store: Store, version: Version) -> pd.DataFrame:
    fields = store.vector.fields(version.layer, version.version)
    if missing := [name for name in FIELDS if name not in fields]:
        raise InputError(
            f"'{version.layer}' cannot be compared: it has no {', '.join(missing)}; "
            "layers, suitability and administrative levels can"
        )
    query = Query(fields=FIELDS, geometry=False)
    return pd.DataFrame(store.vector.read(version.layer, version.version, query)).set_index("code")


def _compared(code: str, old: "pd.Series[Any]", new: "pd.Series[Any]") -> Iterator[dict[str, Any]]:
    if old["name"] != new["name"]:
        yield _row("renamed", code, name=new["name"], old_name=old["name"])
    if abs(new["area_ha"] - old["area_ha"]) > LEAST_HA:
        yield _row("area", code, name=new["name"], before_ha=old["area_ha"], after_ha=new["area_ha"])


def _row(what: str, code: str, **facts: Any) -> dict[str, Any]:
    known = {"name": "", "old_name": "", "before_ha": None, "after_ha": None} | facts
    areas = {
        key: None if known[key] is None else round(float(known[key]), 4) for key in ("before_ha", "after_ha")
    }
    return {"section": "regions", "what": what, "code": code, **known, **areas}
