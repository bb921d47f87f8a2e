"""Depth and time of a coverage, where they are known: a layer is of one interval of each."""

import re
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr.levels import overlaps
from soilinfo.serve.instants import interval, period, rfc3339
from soilinfo.serve.parameters import numbers

DEPTH, TIME = "depth", "time"
"""Names of these axes in ``subset``."""
_APART = re.compile(r':(?=\s*(?:["*]|\d{4}(?:-|\s*$)))')
"""What parts two times: a colon that begins a quoted or open end or a year, as hours have colons too."""


def depth_of(collection: Collection) -> tuple[float, float] | None:
    """Top and bottom in cm below the surface."""
    return collection.layer.depth if collection.layer else None


def time_of(collection: Collection) -> tuple[datetime, datetime] | None:
    """First and last instant of the phenomenon time."""
    layer = collection.layer
    return interval(layer.time) if layer and layer.time else None


def axes_of(collection: Collection) -> list[str]:
    """Those of the two axes that a coverage has."""
    known = {DEPTH: depth_of(collection), TIME: time_of(collection)}
    return [name for name, extent in known.items() if extent]


def check_extents(params: QueryParams, subset: dict[str, str], collection: Collection) -> None:
    """RefusedError (404) when another depth or time is asked for than the coverage has, naming that one.

    InputError when they are asked for twice or cannot be read.
    """
    depth, time = depth_of(collection), time_of(collection)
    if depth and DEPTH in subset and not overlaps(depth, _depths(subset[DEPTH], depth)):
        raise _outside(f"{DEPTH}({subset[DEPTH]})", f"of {depth[0]:g} to {depth[1]:g} cm")
    asked = _asked_time(params, subset)
    if asked is None:
        return
    if time is None:
        raise InputError(f"it is not known of what time '{collection.id}' is; ask without 'datetime'")
    begin, end = period(asked)
    if time[1] < begin or end < time[0]:
        raise _outside(asked, f"of {rfc3339(time[0])} to {rfc3339(time[1])}")


def described(collection: Collection) -> dict[str, Any]:
    """The depth and the time as the axes ``z`` (its middle) and ``t`` (its beginning) of CoverageJSON."""
    axes: dict[str, Any] = {}
    if depth := depth_of(collection):
        axes["z"] = {"values": [sum(depth) / 2], "bounds": [*depth]}
    if time := time_of(collection):
        begin, end = map(rfc3339, time)
        axes["t"] = {"values": [begin], "bounds": [begin, end]}
    return axes


def _asked_time(params: QueryParams, subset: dict[str, str]) -> str | None:
    """The time asked for as ``datetime`` writes it; the latest (*) is the only one there is."""
    if TIME not in subset:
        return params.get("datetime")
    if "datetime" in params:
        raise InputError(f"give either 'datetime' or subset={TIME}(...), not both")
    ends = [".." if end == "*" else end for end in (part.strip(' "') for part in _APART.split(subset[TIME]))]
    return "../.." if ends == [".."] else "/".join(ends)


def _depths(text: str, whole: tuple[float, float]) -> tuple[float, float]:
    low, parted, high = (part.strip() for part in text.partition(":"))
    ends = (low, high if parted else low)
    top, bottom = (
        end if part == "*" else numbers(DEPTH, part, 1)[0] for part, end in zip(ends, whole, strict=True)
    )
    if top > bottom:
        raise InputError(f"'{DEPTH}' must have its upper end first, not '{text}'")
    return top, bottom


def _outside(asked: str, there: str) -> RefusedError:
    return RefusedError(404, "NotFound", f"there is nothing at {asked}: the coverage is {there}")
