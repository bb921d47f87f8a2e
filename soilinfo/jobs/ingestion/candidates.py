"""Candidates: layers written by a run and not yet published, held against each other and the published ones.

The checks themselves are pure (:mod:`soilinfo.ingest.checks.comparison`); here their cells are read, shard
by shard and in threads, so that a nation of 180 million cells needs the memory of a few shards.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Layer
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.ingest.checks import comparison
from soilinfo.ingest.checks.comparison import Tally
from soilinfo.jobs.ingestion.coasts import coverage, outside
from soilinfo.jobs.ingestion.offered import Offered, first_place
from soilinfo.jobs.ingestion.profiles import in_threads
from soilinfo.store.cube import CubeLayer
from soilinfo.store.ledger import Version

Look = Callable[[Offered, Layer], Iterator[Finding]]
TEXTURE = ("sand", "silt", "clay")
ORDER = ("q05", "q50", "q95")


# ---- the checks: each reads what it needs and asks its pure counterpart -------------------------


def _change(table: Offered, layer: Layer) -> Iterator[Finding]:
    published = _published(table, layer)
    if published is None:
        return
    if layer.id not in table.served:
        yield comparison.not_compared(layer.id, published)
        return
    old_version = table.served[layer.id]
    before, after = table.profile(layer.id, old_version).counts, table.profile(layer.id).counts
    if not before.valid:
        return
    change, lost_at = _compared(table, layer.id, old_version)
    yield from _if_any(comparison.data_lost(layer, change.lost, before.valid, lost_at))
    if after.valid:
        numeric = table.catalog.property(layer.property).kind == "numeric"
        place = table.place(change.changed.at)
        yield from _if_any(
            comparison.implausible_jump(layer, change, after, before, numeric=numeric, place=place)
        )


def _published(table: Offered, layer: Layer) -> str | None:
    """The published version, comparable or not, that the candidate would replace."""
    served = table.store.ledger.current().layers.get(layer.id)
    return None if served == table.versions[layer.id].version else served


def _compared(table: Offered, name: str, published: Version) -> tuple[comparison.Change, list[float] | None]:
    """The change from the published version to the offered one, and a place that lost its data."""
    new, old = table.open(name), table.store.cube.open(name, published.version)
    nodata = new.variable(name).nodata

    def one(window: Window) -> comparison.Change:
        origin = (window.row, window.col)
        return comparison.change_between(new.read(name, window), old.read(name, window), nodata, origin)

    change = comparison.all_changes(in_threads(one, new.grid))
    return change, _lost_place(table, name, old) if change.lost else None


def _lost_place(table: Offered, name: str, old: CubeLayer) -> list[float] | None:
    new, nodata = table.open(name), old.variable(name).nodata
    for window in new.grid.shards():
        lost = np.argwhere((old.read(name, window) != nodata) & (new.read(name, window) == nodata))
        if len(lost):
            return table.place((window.row + int(lost[0, 0]), window.col + int(lost[0, 1])))
    return None


def _expected(table: Offered, layer: Layer) -> Iterator[Finding]:
    if layer.expected_range is None:
        return
    unit = table.catalog.property(layer.property).unit
    place = first_place(table, layer.id, *layer.expected_range)
    yield from _if_any(comparison.expected_range(layer, table.profile(layer.id).counts, unit, place))


def _identical(table: Offered, layer: Layer) -> Iterator[Finding]:
    counts = table.profile(layer.id).counts
    if np.count_nonzero(counts.cells) < 2:
        return  # maps of one value are equal without being the same file; constant_layer tells of them
    others = [name for name in table.versions if name in table.catalog.layers and name != layer.id]
    same = [
        name
        for name in others
        if table.digest(name) == table.digest(layer.id) or _same_band(table, layer, table.catalog.layer(name))
    ]
    if same:
        place = first_place(table, layer.id, np.inf, -np.inf) or []
        yield from _if_any(comparison.identical_layers(layer.id, counts.valid, same, place))


def _same_band(table: Offered, one: Layer, other: Layer) -> bool:
    """Two layers of numbers from one band of one file; one of classes may read a band by two legends."""
    if one.terrain or other.terrain or one.band != other.band:
        return False
    kinds = {table.catalog.property(layer.property).kind for layer in (one, other)}
    sources = {table.versions[layer.id].source_sha256 for layer in (one, other)}
    return kinds == {"numeric"} and len(sources) == 1


def _texture(table: Offered, layer: Layer) -> Iterator[Finding]:
    if layer.property not in TEXTURE or layer.statistic != "mean":
        return
    names = [table.alike(layer, property=fraction) for fraction in TEXTURE]
    if None in names:
        return
    known = [name for name in names if name]

    def off(values: Sequence[NDArray[np.float64]], window: Window) -> Tally:
        away = np.abs(sum(values) - 100.0)
        return comparison.tally(
            np.isfinite(away), away, layer.texture_sum_tolerance + 1e-9, (window.row, window.col)
        )

    sums = table.over(known, off)
    yield from _if_any(comparison.texture_sum(layer, sums, table.place(sums.at), known))


def _uncertainty(table: Offered, layer: Layer) -> Iterator[Finding]:
    """For a standard deviation, and for a mean whose standard deviation is offered."""
    sd = table.alike(layer, statistic="sd")
    mean = table.alike(layer, statistic="mean")
    if layer.statistic not in ("sd", "mean") or sd is None or mean is None:
        return
    counts = table.profile(mean).counts
    if not counts.valid:
        return
    missing = table.over([mean, sd], _missing)
    yield from _if_any(comparison.uncertainty_missing(layer.id, mean, missing, table.place(missing.at)))
    width = counts.range[1] - counts.range[0]
    large = table.over([sd], partial(_above, limit=width))
    yield from _if_any(comparison.uncertainty_too_large(layer.id, mean, large, width, table.place(large.at)))


def _missing(values: Sequence[NDArray[np.float64]], window: Window) -> Tally:
    mean, sd = values
    return comparison.tally(np.isfinite(mean), np.isnan(sd).astype(np.float64), 0.5, (window.row, window.col))


def _above(values: Sequence[NDArray[np.float64]], window: Window, *, limit: float) -> Tally:
    return comparison.tally(np.isfinite(values[0]), values[0], limit, (window.row, window.col))


def _higher(values: Sequence[NDArray[np.float64]], window: Window) -> Tally:
    difference = values[0] - values[1]
    return comparison.tally(np.isfinite(difference), difference, 1e-9, (window.row, window.col))


def _quantiles(table: Offered, layer: Layer) -> Iterator[Finding]:
    if layer.statistic == "sd":
        return
    group = {name: table.alike(layer, statistic=name) for name in (*ORDER, "mean")}
    pairs = [*combinations(ORDER, 2), ("q05", "mean"), ("mean", "q95")]
    for lower, upper in pairs:
        low, high = group[lower], group[upper]
        if low is None or high is None or layer.id not in (low, high):
            continue
        crossed = table.over([low, high], _higher)
        check = comparison.mean_outside_quantiles if "mean" in (lower, upper) else comparison.quantiles_cross
        yield from _if_any(check(layer.id, (low, high), crossed, table.place(crossed.at)))


def _if_any(finding: Finding | None) -> Iterator[Finding]:
    if finding is not None:
        yield finding


ALONE: tuple[Look, ...] = (_change, _expected)
"""Checks of a layer by itself and against its own published version, whatever is served beside it."""

BESIDE: tuple[Look, ...] = (_identical, _texture, _uncertainty, _quantiles, coverage, outside)
"""Checks of a layer beside the others."""
