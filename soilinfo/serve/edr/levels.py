"""Which depths and times are asked for: ``z`` and ``datetime``, and the sheets that they choose.

OGC 19-086r6, requirements /req/edr/z-response and /req/core/rc-time-response.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from soilinfo.errors import InputError
from soilinfo.serve.edr.observed import Depth, Parameter, Parameters, Sheet
from soilinfo.serve.instants import Span, interval, period
from soilinfo.serve.parameters import number

MOST_LEVELS = 1_000
"""Longest list of levels: no soil is described in as many."""
REPEATED = re.compile(r"R([0-9]{1,4})/([^/]+)/([^/]+)")
"""So many levels from one on, a step apart: R20/100/50."""


def levels(text: str) -> tuple[Depth, ...]:
    """``z`` as intervals in cm below the surface, a single level as one without thickness.

    A level, ``top/bottom``, a list of levels or ``Rn/first/step``; InputError for anything else.
    """
    repeated = REPEATED.fullmatch(text.strip())
    if repeated:
        first, step = _number(repeated[2]), _number(repeated[3])
        count = int(repeated[1])
        if not 0 < count <= MOST_LEVELS:
            raise InputError(f"'z' can be a list of 1 to {MOST_LEVELS} levels, not of {count}")
        return tuple((first + n * step, first + n * step) for n in range(count))
    if "/" in text:
        ends = [_number(part) for part in text.split("/")]
        if len(ends) != 2 or ends[0] > ends[1]:
            raise InputError(f"'z' must be top/bottom in cm below the surface, the top first, not '{text}'")
        return ((ends[0], ends[1]),)
    parts = text.split(",")
    if len(parts) > MOST_LEVELS:
        raise InputError(f"'z' can be a list of 1 to {MOST_LEVELS} levels, not of {len(parts)}")
    return tuple((level, level) for level in map(_number, parts))


def _number(text: str) -> float:
    try:
        return number(text)
    except ValueError:
        raise InputError(
            f"'z' must be a depth in cm (15), an interval (0/30), a list (5,15,30) or R3/5/10, not '{text}'"
        ) from None


def overlaps(depth: Depth, asked: Depth) -> bool:
    """True for depths that have more than a border in common; a single level lies in both it borders on."""
    if asked[0] == asked[1]:
        return depth[0] <= asked[0] <= depth[1]
    return depth[0] < asked[1] and asked[0] < depth[1]


def chosen(known: Parameters, names: Iterable[str], z: str | None, when: str | None) -> list[Parameter]:
    """The parameters of these names (all of them without), each with the sheets asked for only.

    With ``z`` what has no depth is left out; what has no time belongs to every ``datetime``. InputError
    when a parameter asked for by name, or every one, has nothing there, naming what there is.
    """
    named = [known[name] for name in names]
    found = named or list(known.values())
    if z is not None:
        depths = levels(z)
        found = _kept(found, bool(named), "z", z, _depths, lambda sheet: _lies_in(sheet, depths))
    if when is not None:
        asked = period(when)
        found = _kept(found, bool(named), "datetime", when, _times, lambda sheet: _is_of(sheet, asked))
    return found


def _kept(
    found: list[Parameter],
    named: bool,
    parameter: str,
    text: str,
    there: Callable[[Iterable[Sheet]], list[str]],
    wanted: Callable[[Sheet], bool],
) -> list[Parameter]:
    kept = [replace(each, sheets=tuple(filter(wanted, each.sheets))) for each in found]
    lacking = [each for each, left in zip(found, kept, strict=True) if not left.sheets]
    if lacking and (named or len(lacking) == len(found)):
        known = ", ".join(there(sheet for each in lacking for sheet in each.sheets)) or "none"
        of = f" of {', '.join(each.name for each in lacking)}" if named else ""
        raise InputError(f"there is nothing{of} at {parameter}={text}; there are: {known}")
    return [each for each in kept if each.sheets]


def _lies_in(sheet: Sheet, depths: Iterable[Depth]) -> bool:
    depth = sheet.depth
    return depth is not None and any(overlaps(depth, asked) for asked in depths)


def _is_of(sheet: Sheet, asked: Span) -> bool:
    if sheet.time is None:
        return True
    first, last = interval(sheet.time)
    return first <= asked[1] and asked[0] <= last


def _depths(sheets: Iterable[Sheet]) -> list[str]:
    """The depths of sheets as ``z`` would name them, from the top down."""
    known = sorted({sheet.depth for sheet in sheets if sheet.depth})
    return [f"{top:g}/{bottom:g}" for top, bottom in known]


def _times(sheets: Iterable[Sheet]) -> list[str]:
    return sorted({sheet.time for sheet in sheets if sheet.time})
