"""How sheets stand together in an answer: as stacks, one coverage each, or as slices, one row each.

Parameters that share time and depths share a coverage: pH and its standard deviation stand side by side, a
slope, which has no depth, stands by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from soilinfo.serve.edr.observed import Depth, Parameter, Sheet


@dataclass(frozen=True)
class Stack:
    """Parameters of the same time and the same depths: a sheet of each for each depth, None for none."""

    depths: tuple[Depth, ...]
    """From the top down; empty for what has no depth, of which there is one sheet."""
    time: str | None
    sheets: Mapping[Parameter, tuple[Sheet | None, ...]]


@dataclass(frozen=True)
class Slice:
    """Everything of one depth and time."""

    depth: Depth | None
    time: str | None
    sheets: Mapping[Parameter, Sheet]


def stacks(parameters: Iterable[Parameter]) -> list[Stack]:
    """Parameters by time and depths, the latest first, what has no time last.

    What says how uncertain a value is has the depths of the value, also where it is not known for them.
    """
    families: dict[str, list[Parameter]] = {}
    for each in parameters:
        families.setdefault(each.of or each.name, []).append(each)
    grouped: dict[tuple[str, tuple[Depth, ...]], dict[Parameter, tuple[Sheet | None, ...]]] = {}
    for family in families.values():
        sheets = [sheet for each in family for sheet in each.sheets]
        for time, is_deep in dict.fromkeys((sheet.time, sheet.depth is not None) for sheet in sheets):
            depths = tuple(sorted({sheet.depth for sheet in sheets if sheet.time == time and sheet.depth}))
            there = depths if is_deep else (None,)
            found = {each: _at(each, time, there) for each in family}
            known = {each: own for each, own in found.items() if any(own)}
            grouped.setdefault((time or "", depths if is_deep else ()), {}).update(known)
    ordered = sorted(grouped, key=lambda key: (key[0], len(key[1])), reverse=True)
    return [Stack(depths, time or None, grouped[time, depths]) for time, depths in ordered]


def _at(parameter: Parameter, time: str | None, depths: Iterable[Depth | None]) -> tuple[Sheet | None, ...]:
    own = {sheet.depth: sheet for sheet in parameter.sheets if sheet.time == time}
    return tuple(own.get(depth) for depth in depths)


def slices(parameters: Iterable[Parameter]) -> list[Slice]:
    """Sheets by time and depth: the latest first, from the top down, what has no time or depth last."""
    grouped: dict[tuple[str | None, Depth | None], dict[Parameter, Sheet]] = {}
    for parameter in parameters:
        for sheet in parameter.sheets:
            grouped.setdefault((sheet.time, sheet.depth), {})[parameter] = sheet
    downwards = sorted(grouped, key=lambda key: (key[1] is None, key[1] or ()))
    ordered = sorted(downwards, key=lambda key: key[0] or "", reverse=True)
    return [Slice(depth, time, grouped[time, depth]) for time, depth in ordered]
