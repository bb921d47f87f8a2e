"""What changed between two versions of a layer, a crop's suitability or an administrative level."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, SuitabilityClass
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.change import Change, State, states
from soilinfo.evaluate.zonal import Read, ZoneIndex, histogram
from soilinfo.grid import Grid, Window
from soilinfo.jobs.runs.regions import compare_regions
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

Row = dict[str, Any]
DECIMALS = 4
"""Decimals of hectares in rows: a square metre."""


@dataclass(frozen=True)
class Compared:
    """Two versions of one layer, ``before`` and ``after``."""

    before: Version
    after: Version


def chosen(store: Store, layer: str, a: str | None = None, b: str | None = None) -> Compared:
    """The versions that ``a`` and ``b`` name: a snapshot's number, or a version.

    By default the one published before and the published one; with ``a`` alone, that one and the
    published one. InputError when there is nothing to compare, or when the files of one are gone.
    """
    served = store.ledger.current().layers.get(layer)
    after = _version(store, layer, b or served)
    before = _version(store, layer, a or _previous(store, layer, after.version))
    return Compared(before, after)


def _previous(store: Store, layer: str, version: str) -> str | None:
    """What was served before the version was first."""
    served = [snapshot.layers.get(layer) for snapshot in store.ledger.every_snapshot()]
    older = served[served.index(version) :] if version in served else served
    return next((each for each in older if each not in (version, None)), None)


def _version(store: Store, layer: str, name: str | None) -> Version:
    known = {each.version: each for each in store.ledger.versions(layer)}
    if not known:
        names = {each.layer for each in store.ledger.versions()}
        raise UnknownNameError("layer or collection", layer, names)
    if name is None:
        raise InputError(f"of '{layer}' only one version was ever published; name two: {', '.join(known)}")
    if name not in known and name.isdigit():
        name = store.ledger.snapshot(int(name)).layers.get(layer, f"of snapshot {name}")
    if name not in known:
        raise UnknownNameError(f"version of '{layer}'", name, known)
    if removed := known[name].removed:
        raise InputError(f"the files of version '{name}' of '{layer}' were removed on {removed:%Y-%m-%d}")
    return known[name]


def diff(
    store: Store, catalog: Catalog, versions: Compared, *, level: str | None = None, top: int = 10
) -> Iterator[Row]:
    """Rows that say what changed; ``section`` tells one kind of row from another.

    'cells': cells and hectares that changed, were gained (had no data before) or lost. 'classes',
    'transitions': hectares by class. 'statistics', 'differences': of values, area-weighted. 'units':
    the ``top`` units of a ``level`` (the finest published by default) by changed hectares. Of a level
    itself: 'regions'. ``part`` names the scenario of a suitability. InputError for versions that
    cannot be compared: of other grids, steps or class tables.
    """
    if versions.after.kind == "vector":
        yield from compare_regions(store, versions.before, versions.after)
        return
    before, after = (store.cube.open(each.layer, each.version) for each in (versions.before, versions.after))
    _check_comparable(versions, before, after)
    units = _units(store, catalog, after.grid, level)
    for part in _parts(versions.after):
        rows = _raster(part, versions.after, before, after)
        yield from ({"section": row.pop("section"), "part": part, **row} for row in rows)
        if units:
            for row in _by_unit(units, before, after, part, top):
                yield {"section": "units", "part": part, **row}


def _parts(version: Version) -> tuple[str, ...]:
    """Variables to compare: those that say a class or a value."""
    if "product" in version.metadata:
        return tuple(version.parameters["form"])
    return SCENARIOS if version.kind == "suitability" else (version.layer,)


def _check_comparable(versions: Compared, before: CubeLayer, after: CubeLayer) -> None:
    names = f"'{versions.before.version}' and '{versions.after.version}' of '{versions.after.layer}'"
    if before.grid != after.grid:
        raise InputError(f"versions {names} lie on different grids: {before.grid} and {after.grid}")
    if set(_parts(versions.before)) != set(_parts(versions.after)):
        raise InputError(f"versions {names} have different variables")
    for part in _parts(versions.after):
        old, new = before.variable(part), after.variable(part)
        if (old.scale, old.nodata, old.dtype) != (new.scale, new.nodata, new.dtype):
            raise InputError(f"versions {names} are stored in different steps: {old.scale} and {new.scale}")
        if _codes(versions.before, part) != _codes(versions.after, part):
            raise InputError(f"versions {names} have different class tables")


def _codes(version: Version, part: str) -> Mapping[int, str]:
    """Class id by code; empty for numbers."""
    if "product" in version.metadata:
        return {code: name for name, code in version.parameters["form"][part]["codes"].items()}
    if version.kind == "suitability":
        return {each.value: each.name for each in SuitabilityClass}
    classes = version.parameters["form"]["classes"] or {}
    return {code: name for name, (code, _) in classes.items()}


# ---- the whole raster -------------------------------------------------------------------


def _raster(part: str, version: Version, before: CubeLayer, after: CubeLayer) -> Iterator[Row]:
    variable, codes = after.variable(part), _codes(version, part)
    change = Change(variable.nodata, classes=bool(codes))
    for window in after.grid.shards():
        change.add(before.read(part, window), after.read(part, window), _hectares(after.grid, window))
    for state in (State.SAME, State.CHANGED, State.GAINED, State.LOST):
        area_ha = round(float(change.area_ha[state]), DECIMALS)
        yield {
            "section": "cells",
            "what": state.name.lower(),
            "cells": int(change.cells[state]),
            "ha": area_ha,
        }
    yield from _class_rows(change, codes) if codes else _value_rows(change, variable.scale)


def _hectares(grid: Grid, window: Window) -> NDArray[np.float64]:
    """Hectares of each cell of a window, (y, 1) on a geographic grid, else (y, x)."""
    rows, columns = window.slices
    if grid.is_geographic:
        return grid.row_areas()[rows, np.newaxis]
    y, x = np.mgrid[rows, columns]
    return grid.cell_areas(y, x)


def _class_rows(change: Change, codes: Mapping[int, str]) -> Iterator[Row]:
    for code, name in codes.items():
        before, after = change.before.hectares(code), change.after.hectares(code)
        hectares = {"before_ha": before, "after_ha": after, "change_ha": after - before}
        rounded = {key: round(value, DECIMALS) for key, value in hectares.items()}
        yield {"section": "classes", "class": name, **rounded}
    names = {**codes, change.nodata: "no data"}
    for old, new, area_ha in change.transitions():
        named = {"from": names.get(old, str(old)), "to": names.get(new, str(new))}
        yield {"section": "transitions", **named, "ha": round(area_ha, DECIMALS)}


def _value_rows(change: Change, scale: float) -> Iterator[Row]:
    before, after = change.before.statistics(scale), change.after.statistics(scale)
    for name, value in before.items():
        yield {"section": "statistics", "statistic": name, "before": value, "after": after[name]}
    for name, value in change.difference.statistics(scale).items():
        yield {"section": "differences", "statistic": name, "difference": value}


# ---- by administrative unit -------------------------------------------------------------


@dataclass(frozen=True)
class _Units:
    names: list[tuple[str, str]]
    """(code, name) of each unit."""
    index: ZoneIndex


def _units(store: Store, catalog: Catalog, grid: Grid, level: str | None) -> _Units | None:
    """The units to add up by; None when no level is published and none was asked for."""
    layers = store.ledger.current().layers
    published = [name for name in catalog.levels if name in layers]
    if level is not None and level not in published:
        raise UnknownNameError("published level", level, published)
    if not published:
        return None
    name = level or published[-1]
    frame = store.vector.read(name, layers[name])
    named = list(zip(frame["code"], frame["name"], strict=True))
    return _Units(named, index_of(store, grid, name, layers[name], frame))


def _by_unit(units: _Units, before: CubeLayer, after: CubeLayer, part: str, top: int) -> Iterable[Row]:
    read = partial(
        _state_of, partial(before.read, part), partial(after.read, part), before.variable(part).nodata
    )
    found = histogram(units.index, read, low=1, high=len(State) - 1, nodata=State.NOTHING).area_ha
    touched = found[:, State.CHANGED - 1 :]
    order = np.argsort(-touched.sum(axis=1), kind="stable")
    for at in [at for at in order if touched[at].any()][:top]:
        changed, gained, lost = (round(float(area_ha), DECIMALS) for area_ha in touched[at])
        code, name = units.names[at]
        yield {"code": code, "name": name, "changed_ha": changed, "gained_ha": gained, "lost_ha": lost}


def _state_of(before: Read, after: Read, nodata: int, window: Window) -> NDArray[np.uint8]:
    return states(before(window), after(window), nodata)
