"""Checks that hold layers of the national grid against each other and against their published versions.

Arrays are packed integers (y, x) as stored. What is seen in one window is added up over all windows, so
that a nation is judged in the memory of a few shards. Severities are defaults; config changes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Layer
from soilinfo.compiled import compiled
from soilinfo.findings import Finding

Packed = NDArray[np.integer]
Place = tuple[int, int]
"""Row and column."""


@dataclass(frozen=True)
class Tally:
    """How many cells were ``judged`` and ``odd``, and the worst of them: by how much it is off, and where."""

    judged: int
    odd: int
    worst: float
    at: Place


def tally(judged: NDArray[np.bool_], off: NDArray[np.floating], limit: float, origin: Place) -> Tally:
    """Judged cells that are off by more than ``limit``; ``origin`` is the window's first row and column."""
    off = np.where(judged, off, -np.inf)
    odd = off > limit
    row, col = divmod(int(off.argmax()), off.shape[1])
    return Tally(int(judged.sum()), int(odd.sum()), float(off[row, col]), (origin[0] + row, origin[1] + col))


def total(tallies: Iterable[Tally]) -> Tally:
    """The tallies of several windows as one."""
    parts = list(tallies)
    worst = max(parts, key=lambda part: part.worst)
    judged, odd = sum(part.judged for part in parts), sum(part.odd for part in parts)
    return Tally(judged, odd, worst.worst, worst.at)


@dataclass(frozen=True)
class Counts:
    """Cells with data by packed value: ``cells[i]`` of them hold ``low + i``; values are packed * scale."""

    low: int
    cells: NDArray[np.int64]
    scale: float

    @property
    def valid(self) -> int:
        """Cells with data."""
        return int(self.cells.sum())

    @property
    def values(self) -> NDArray[np.float64]:
        """The value of each entry of ``cells``."""
        return np.arange(self.low, self.low + len(self.cells), dtype=np.float64) * self.scale

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest value; there is at least one cell."""
        held = np.flatnonzero(self.cells)
        return float(self.values[held[0]]), float(self.values[held[-1]])

    @property
    def mean(self) -> float:
        """Mean of the cells."""
        return float(self.cells @ self.values / self.valid)

    @property
    def sd(self) -> float:
        """Standard deviation of the cells."""
        return float(np.sqrt(self.cells @ (self.values - self.mean) ** 2 / self.valid))

    def quantile(self, level: float) -> float:
        """The smallest value at which the cumulative share of cells reaches ``level``."""
        return float(self.values[np.searchsorted(self.cells.cumsum(), level * self.valid)])


def count_values(packed: Packed, nodata: int) -> tuple[int, NDArray[np.int64]]:
    """A packed value and, from it on, how many cells with data hold each: from the least of a type of up to
    16 bits, else from the least there is."""
    limits = np.iinfo(packed.dtype)
    # To find the ends of a small type's values would take longer than to have room for all of them.
    low, high = (limits.min, limits.max) if limits.bits <= 16 else _held(packed, nodata)
    counted = np.zeros(high - low + 1, np.int64)
    _count(packed, nodata, low, counted)
    return low, counted


@compiled
def _held(packed: Packed, nodata: int) -> tuple[int, int]:
    """The least and the greatest value with data; (0, -1) without any."""
    low, high, none = 0, -1, True
    for row in range(packed.shape[0]):
        for col in range(packed.shape[1]):
            value = int(packed[row, col])
            if value != nodata:
                low = value if none or value < low else low
                high = value if none or value > high else high
                none = False
    return low, high


@compiled
def _count(packed: Packed, nodata: int, low: int, counted: NDArray[np.int64]) -> None:
    for row in range(packed.shape[0]):
        for col in range(packed.shape[1]):
            value = np.int64(packed[row, col])
            if value != nodata:
                counted[value - low] += 1


# ---- a new version against the published one ---------------------------------------------------


@dataclass(frozen=True)
class Change:
    """Cells with data in both versions, how many of them changed and which most; gained and lost cells."""

    changed: Tally
    gained: int
    lost: int


def change_between(new: Packed, old: Packed, nodata: int, origin: Place) -> Change:
    """What changed in one window from the published version ``old`` to the candidate ``new``."""
    judged, changed, gained, lost, worst, row, col = _compare(new, old, nodata)
    return Change(Tally(judged, changed, float(worst), (origin[0] + row, origin[1] + col)), gained, lost)


@compiled
def _compare(new: Packed, old: Packed, nodata: int) -> tuple[int, int, int, int, int, int, int]:
    judged = changed = gained = lost = at_row = at_col = 0
    worst = -1
    for row in range(new.shape[0]):
        for col in range(new.shape[1]):
            here, before = int(new[row, col]), int(old[row, col])
            if before == nodata:
                gained += int(here != nodata)
            elif here == nodata:
                lost += 1
            else:
                judged += 1
                off = abs(here - before)
                changed += int(off > 0)
                if off > worst:
                    worst, at_row, at_col = off, row, col
    return judged, changed, gained, lost, worst, at_row, at_col


def all_changes(parts: Iterable[Change]) -> Change:
    """The changes of several windows as one."""
    each = list(parts)
    gained, lost = sum(part.gained for part in each), sum(part.lost for part in each)
    return Change(total(part.changed for part in each), gained, lost)


def implausible_jump(
    layer: Layer, change: Change, new: Counts, old: Counts, *, numeric: bool, place: list[float]
) -> Finding | None:
    """Warn when a new version lies further from the published one than the layer's ``jump`` allows."""
    found = _shares(change, old) | (_shifts(new, old) if numeric else {})
    over = {name: value for name, value in found.items() if value > getattr(layer.jump, _LIMIT[name])}
    if not over:
        return None
    reasons = ", ".join(f"{_WORDS[name]} {value:.3g}" for name, value in over.items())
    message = f"differs from the published version more than its 'jump' allows: {reasons}"
    limits: Mapping[str, Any] = layer.jump.model_dump()
    evidence = {"found": found, "allowed": limits, "place": place}
    return Finding("implausible_jump", "warn", layer.id, message, change.changed.odd, evidence)


def data_lost(layer: Layer, lost: int, published: int, place: list[float] | None) -> Finding | None:
    """Block a version that leaves more of the published cells without data than ``most_lost_pct`` allows."""
    pct = 100 * lost / published if published else 0.0
    if pct <= layer.most_lost_pct:
        return None
    message = (
        f"{lost} of the {published} cells that have data as published would have none ({pct:.4g} %), more "
        f"than {layer.most_lost_pct:g} %"
    )
    evidence = {"lost_pct": round(pct, 3), "most_lost_pct": layer.most_lost_pct, "place": place}
    return Finding("data_lost", "block", layer.id, message, lost, evidence)


def not_compared(layer_id: str, published: str) -> Finding:
    """Note that the published version has another grid, unit, scale or legend, so that no change is told."""
    message = (
        f"not compared with the published version {published}: config has changed its grid, unit, scale "
        "or legend since"
    )
    return Finding("not_compared", "note", layer_id, message, evidence={"published": published})


_LIMIT = {
    "changed_pct": "changed_pct",
    "gained_pct": "gained_pct",
    "lost_pct": "lost_pct",
    "mean_shift": "mean_shift",
    **{f"{name}_shift": "quantile_shift" for name in ("q05", "q50", "q95")},
}
_WORDS = {
    "changed_pct": "cells changed %",
    "gained_pct": "cells gained %",
    "lost_pct": "cells lost %",
    "mean_shift": "shift of the mean in published standard deviations",
    **{f"{name}_shift": f"shift of {name} in published q95 - q05" for name in ("q05", "q50", "q95")},
}


def _shares(change: Change, old: Counts) -> dict[str, float]:
    counted = {"changed_pct": change.changed.odd, "gained_pct": change.gained, "lost_pct": change.lost}
    return {name: 100 * cells / old.valid for name, cells in counted.items()}


def _shifts(new: Counts, old: Counts) -> dict[str, float]:
    # A published map of one value has no spread; its stored step stands in for it.
    spread = max(old.quantile(0.95) - old.quantile(0.05), old.scale)
    levels = {"q05_shift": 0.05, "q50_shift": 0.5, "q95_shift": 0.95}
    shifts = {name: abs(new.quantile(at) - old.quantile(at)) / spread for name, at in levels.items()}
    return {"mean_shift": abs(new.mean - old.mean) / max(old.sd, old.scale)} | shifts


# ---- one layer by itself, and layers against each other ----------------------------------------


def expected_range(layer: Layer, counts: Counts, unit: str, place: list[float] | None) -> Finding | None:
    """Warn of values, possible in themselves, outside the range that the layer's config states for it."""
    if layer.expected_range is None:
        return None
    low, high = layer.expected_range
    outside = int(counts.cells[(counts.values < low) | (counts.values > high)].sum())
    if not outside:
        return None
    message = (
        f"{outside} of {counts.valid} cells lie outside the {low:g} to {high:g} {unit} that config "
        f"expects of this layer (found {counts.range[0]:g} to {counts.range[1]:g})"
    )
    evidence = {"expected_range": [low, high], "found": list(counts.range), "place": place}
    return Finding("expected_range", "warn", layer.id, message, outside, evidence)


def identical_layers(layer_id: str, cells: int, others: Iterable[str], place: list[float]) -> Finding | None:
    """Block a layer whose every cell is that of another layer: one of the two is the wrong file."""
    names = sorted(others)
    if not names:
        return None
    message = f"is cell for cell the same as {', '.join(names)}"
    return Finding("identical_layers", "block", layer_id, message, cells, {"layers": names, "place": place})


def texture_sum(layer: Layer, sums: Tally, place: list[float], names: Iterable[str]) -> Finding | None:
    """Warn where sand, silt and clay do not add up to 100 % of the fine earth."""
    if not sums.odd:
        return None
    message = (
        f"{' + '.join(names)} lie more than {layer.texture_sum_tolerance:g} from 100 in {sums.odd} of "
        f"{sums.judged} cells, at most {sums.worst:.3g} off"
    )
    evidence = {"judged": sums.judged, "furthest_from_100": sums.worst, "place": place}
    return Finding("texture_sum", "warn", layer.id, message, sums.odd, evidence)


def uncertainty_missing(layer_id: str, mean_id: str, missing: Tally, place: list[float]) -> Finding | None:
    """Warn where the map has a value and its standard deviation is missing."""
    if not missing.odd:
        return None
    message = f"{missing.odd} of {missing.judged} cells of '{mean_id}' have a value and no standard deviation"
    return Finding("uncertainty_missing", "warn", layer_id, message, missing.odd, {"place": place})


def uncertainty_too_large(
    layer_id: str, mean_id: str, spread: Tally, width: float, place: list[float]
) -> Finding | None:
    """Warn where a standard deviation is larger than the whole range of the map it belongs to."""
    if not spread.odd:
        return None
    message = (
        f"{spread.odd} cells have a standard deviation above {width:g}, the whole range of "
        f"'{mean_id}'; the largest is {spread.worst:g}"
    )
    evidence = {"range": width, "largest": spread.worst, "place": place}
    return Finding("uncertainty_too_large", "warn", layer_id, message, spread.odd, evidence)


def quantiles_cross(
    layer_id: str, pair: tuple[str, str], crossed: Tally, place: list[float]
) -> Finding | None:
    """Block quantiles that cross: a lower one above a higher one is no distribution."""
    if not crossed.odd:
        return None
    message = (
        f"'{pair[0]}' lies above '{pair[1]}' in {crossed.odd} of {crossed.judged} cells, "
        f"by up to {crossed.worst:g}"
    )
    evidence = {"layers": list(pair), "largest": crossed.worst, "place": place}
    return Finding("quantiles_cross", "block", layer_id, message, crossed.odd, evidence)


def mean_outside_quantiles(
    layer_id: str, pair: tuple[str, str], outside: Tally, place: list[float]
) -> Finding | None:
    """Warn where the mean lies beyond q05 or q95: rare in a skewed distribution, usual for mixed-up files."""
    if not outside.odd:
        return None
    message = f"'{pair[0]}' lies above '{pair[1]}' in {outside.odd} of {outside.judged} cells"
    evidence = {"layers": list(pair), "largest": outside.worst, "place": place}
    return Finding("mean_outside_quantiles", "warn", layer_id, message, outside.odd, evidence)


def coverage(layer: Layer, covered_pct: float, place: list[float] | None) -> Finding | None:
    """Warn when less of the national territory has data than the layer's ``least_coverage_pct``."""
    least = layer.least_coverage_pct
    if least is None or covered_pct >= least:
        return None
    message = f"{covered_pct:.1f} % of the national territory have data, less than the {least:g} % expected"
    evidence = {"covered_pct": round(covered_pct, 3), "least_coverage_pct": least, "place": place}
    return Finding("coverage", "warn", layer.id, message, evidence=evidence)


def deepest(mask: NDArray[np.bool_]) -> Place:
    """A cell in the midst of the widest part of a mask that is somewhere true."""
    inner = np.pad(mask, 1)
    while True:
        shrunk = inner.copy()
        for axis in (0, 1):
            shrunk &= np.roll(shrunk, 1, axis) & np.roll(shrunk, -1, axis)
        if not shrunk.any():
            row, col = np.argwhere(inner)[0]
            return int(row) - 1, int(col) - 1
        inner = shrunk
