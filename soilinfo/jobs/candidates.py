"""Candidates: layers written by a run and not yet published, held against each other and the published ones.

The checks themselves are pure (:mod:`soilinfo.ingest.checks.comparison`); here their cells are read, shard
by shard and in threads, so that a nation of 180 million cells needs the memory of a few shards.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import combinations
from os import cpu_count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.evaluate.zonal import ZoneIndex, build_index, histogram
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks import comparison
from soilinfo.ingest.checks.comparison import Counts, Packed, Place, Tally
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.jobs.rasters import Outcome, is_outdated
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store

TEXTURE = ("sand", "silt", "clay")
ORDER = ("q05", "q50", "q95")
HOLE_CELLS = 250_000
"""Most cells of the overview in which the largest hole of a layer is looked for."""


def judge_candidates(
    store: Store, catalog: Catalog, outcomes: Sequence[Outcome], served: Mapping[str, str]
) -> list[Outcome]:
    """The outcomes of a run with the findings that only a comparison of layers gives; a layer that one of
    them blocks has no version any more.

    ``served``: layer -> version as published before the run. Versions that the store knew already were
    judged when they were new.
    """
    table = Offered(store, catalog, _offered(store, catalog, outcomes, served), served)
    return [_judged(table, outcome) if _is_new(catalog, outcome) else outcome for outcome in outcomes]


def _is_new(catalog: Catalog, outcome: Outcome) -> bool:
    return outcome.version is not None and not outcome.known and outcome.name in catalog.layers


def _offered(
    store: Store, catalog: Catalog, outcomes: Sequence[Outcome], served: Mapping[str, str]
) -> dict[str, str]:
    """Layer or level -> version as the run would publish them, without layers of an outdated form."""
    known = {name: store.ledger.version(name, version) for name, version in served.items()}
    usable = {
        name: version.version
        for name, version in known.items()
        if version
        and (name in catalog.levels or (name in catalog.layers and not is_outdated(catalog, version)))
    }
    return usable | {one.name: one.version.version for one in outcomes if one.version}


def _judged(table: "Offered", outcome: Outcome) -> Outcome:
    assert outcome.version is not None, "only written candidates are judged"
    layer = table.catalog.layer(outcome.name)
    found = with_severity(list(table.findings(layer)), layer.severity)
    metadata = {**outcome.version.metadata, "cells_sha256": table.profile(outcome.name).digest}
    version = None if blocks(found) else replace(outcome.version, metadata=metadata)
    return replace(outcome, version=version, findings=(*outcome.findings, *found))


@dataclass(frozen=True)
class Profile:
    """One pass over a layer: a digest of all its packed cells, and how many hold which value."""

    digest: str
    counts: Counts


class Offered:
    """The layers that a run would publish, and what one pass over each of them has shown."""

    def __init__(
        self, store: Store, catalog: Catalog, versions: Mapping[str, str], served: Mapping[str, str]
    ) -> None:
        self.store, self.catalog, self.versions, self.served = store, catalog, versions, served
        self.profile = cache(self._profile)

    def findings(self, layer: Layer) -> Iterator[Finding]:
        """What the comparisons find about one candidate."""
        checks = (_jump, _expected, _identical, _texture, _uncertainty, _quantiles, _coverage)
        for check in checks:
            yield from check(self, layer)

    def open(self, name: str) -> CubeLayer:
        """The offered version of a layer."""
        return self.store.cube.open(name, self.versions[name])

    def place(self, at: Place) -> list[float]:
        """Longitude and latitude of the middle of a cell of the national grid."""
        return place_of(self.catalog.grid, at)

    def alike(self, layer: Layer, **differing: str) -> str | None:
        """The offered layer of the same property, statistic, depth and time but for what differs."""
        wanted = layer.model_copy(update=differing)
        keys = ("property", "statistic", "depth", "time")
        for name in self.versions:
            other = self.catalog.layers.get(name)
            if other and all(getattr(other, key) == getattr(wanted, key) for key in keys):
                return name
        return None

    def over(
        self, names: Sequence[str], look: Callable[[Sequence[NDArray[np.float64]], Window], Tally]
    ) -> Tally:
        """A tally over the decoded values (NaN: no data) of several layers, shard by shard."""
        layers = {name: self.open(name) for name in names}

        def one(window: Window) -> Tally:
            return look([cube.decode(name, cube.read(name, window)) for name, cube in layers.items()], window)

        return comparison.total(in_threads(one, self.catalog.grid))

    def digest(self, name: str) -> str:
        """The digest of a layer's cells: as recorded when it was a candidate, else from its cells."""
        version = self.store.ledger.version(name, self.versions[name])
        recorded = version.metadata.get("cells_sha256") if version else None
        return str(recorded) if recorded else self.profile(name).digest

    def _profile(self, name: str) -> Profile:
        return profile(self.open(name), name)

    @cached_property
    def territory(self) -> list[Any]:
        """The shapes of the top administrative level in the grid's CRS; empty when none is offered."""
        tops = [name for name, level in self.catalog.levels.items() if level.parent is None]
        for name in tops:
            if name in self.versions:
                units = self.store.vector.read(name, self.versions[name])
                return list(units.geometry.to_crs(self.catalog.grid.crs))
        return []

    @cached_property
    def territory_index(self) -> ZoneIndex:
        """Which cells of the national grid the territory covers."""
        return build_index(self.territory, self.catalog.grid)


def in_threads[T](look: Callable[[Window], T], grid: Grid) -> list[T]:
    """What ``look`` sees in every shard of a grid, in the order of the shards."""
    # zstd, numpy and hashing release the interpreter lock.
    with ThreadPoolExecutor(max_workers=cpu_count()) as pool:
        return list(pool.map(look, grid.shards()))


def profile(cube: CubeLayer, name: str) -> Profile:
    """The profile of one version; equal cells on equal grids have equal digests, whatever their name."""
    variable = cube.variable(name)

    def one(window: Window) -> tuple[bytes, NDArray[np.int64]]:
        packed = np.ascontiguousarray(cube.read(name, window))
        return hashlib.sha256(packed).digest(), comparison.count_values(packed, variable.nodata)

    parts = in_threads(one, cube.grid)
    form = f"{variable.dtype} {variable.scale} {cube.grid}".encode()
    digest = hashlib.sha256(form + b"".join(part for part, _ in parts)).hexdigest()
    cells = np.sum([counted for _, counted in parts], axis=0)
    return Profile(digest, Counts(int(np.iinfo(variable.dtype).min), cells, variable.scale))


def place_of(grid: Grid, at: Place) -> list[float]:
    """Longitude and latitude of the middle of a cell, to 6 decimals."""
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    x = grid.west + (at[1] + 0.5) * grid.resolution
    y = grid.north - (at[0] + 0.5) * grid.resolution
    return [round(float(degrees), 6) for degrees in to_degrees.transform(x, y)]


def first_place(table: Offered, name: str, low: float, high: float) -> list[float] | None:
    """The first cell of a layer whose value lies outside ``low .. high``."""
    cube = table.open(name)
    for window in cube.grid.shards():
        values = cube.decode(name, cube.read(name, window))
        odd = np.argwhere((values < low) | (values > high))
        if len(odd):
            return table.place((window.row + int(odd[0, 0]), window.col + int(odd[0, 1])))
    return None


# ---- the checks: each reads what it needs and asks its pure counterpart -------------------------


def _jump(table: Offered, layer: Layer) -> Iterator[Finding]:
    old_version = table.served.get(layer.id)
    version = table.store.ledger.version(layer.id, old_version) if old_version else None
    if version is None or is_outdated(table.catalog, version):
        return
    new, old = table.open(layer.id), table.store.cube.open(layer.id, version.version)
    nodata = new.variable(layer.id).nodata

    def one(window: Window) -> comparison.Change:
        origin = (window.row, window.col)
        return comparison.change_between(
            new.read(layer.id, window), old.read(layer.id, window), nodata, origin
        )

    before, after = profile(old, layer.id).counts, table.profile(layer.id).counts
    if before.valid and after.valid:
        change = comparison.all_changes(in_threads(one, new.grid))
        numeric = table.catalog.property(layer.property).kind == "numeric"
        place = table.place(change.changed.at)
        yield from _if_any(
            comparison.implausible_jump(layer, change, after, before, numeric=numeric, place=place)
        )


def _expected(table: Offered, layer: Layer) -> Iterator[Finding]:
    if layer.expected_range is None:
        return
    unit = table.catalog.property(layer.property).unit
    place = first_place(table, layer.id, *layer.expected_range)
    yield from _if_any(comparison.expected_range(layer, table.profile(layer.id).counts, unit, place))


def _identical(table: Offered, layer: Layer) -> Iterator[Finding]:
    mine = table.profile(layer.id)
    held = np.count_nonzero(mine.counts.cells)
    if held < 2:  # maps of one value are equal without being the same file; constant_layer tells of them
        return
    others = [name for name in table.versions if name in table.catalog.layers and name != layer.id]
    same = [name for name in others if table.digest(name) == mine.digest]
    if same:
        place = first_place(table, layer.id, np.inf, -np.inf) or []
        yield from _if_any(comparison.identical_layers(layer.id, mine.counts.valid, same, place))


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


def _coverage(table: Offered, layer: Layer) -> Iterator[Finding]:
    if layer.least_coverage_pct is None or not table.territory:
        return
    cube, index = table.open(layer.id), table.territory_index
    areas = histogram(index, partial(_has_data, cube, layer.id), low=1, high=1, nodata=0)
    covered_pct = 100 * float(areas.valid_ha.sum() / index.area_ha.sum())
    place = _largest_hole(table, cube, layer.id) if covered_pct < layer.least_coverage_pct else None
    yield from _if_any(comparison.coverage(layer, covered_pct, place))


def _has_data(cube: CubeLayer, name: str, window: Window) -> Packed:
    return np.not_equal(cube.read(name, window), cube.variable(name).nodata).astype(np.uint8)


def _largest_hole(table: Offered, cube: CubeLayer, name: str) -> list[float] | None:
    overview = next(
        (one for one in cube.overviews if cube.grid_of(one).window.cells <= HOLE_CELLS), cube.overviews[-1]
    )
    grid = cube.grid_of(overview)
    spans = build_index(table.territory, grid).spans
    hole = np.zeros(grid.shape, bool)
    for row, column, length, _ in zip(*spans, strict=True):
        hole[row, column : column + length] = True
    hole &= cube.read(name, overview=overview) == cube.variable(name).nodata
    return place_of(grid, comparison.deepest(hole)) if hole.any() else None


def _if_any(finding: Finding | None) -> Iterator[Finding]:
    if finding is not None:
        yield finding
