"""What an explanation is made of: the cells of an area read strip by strip, and summed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS
from soilinfo.evaluate.reasons import Rating, add_up, cells_by_strip, ratings
from soilinfo.evaluate.suitability import Evaluation
from soilinfo.evaluate.transitions import Move, kinds_of_move, moves_of
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.jobs.effort import Advance
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.planning.trial import Trial
from soilinfo.store.home import Store

Sums = dict[int, float]
"""Hectares by a whole number."""


@dataclass(frozen=True)
class Land:
    """Sums of one crop's land in an area.

    ``values``: by (whose criteria hold, characteristic, class) the hectares of each stored integer, of the
    cells of that class that the characteristic alone would give it; of class 0 those of all cells to which
    it gives none, as it is not known there or not rated. ``moved``: moves from the land as it is, by level
    of management or measure. ``ratings``: those of each criteria set in use, see :meth:`Criteria.used`.
    """

    ratings: Mapping[int, Mapping[str, Rating]]
    values: dict[tuple[int, str, int], Sums] = field(default_factory=dict)
    moved: dict[str, Sums] = field(default_factory=dict)

    def moves(self, way: str) -> list[Move]:
        """What a level of management or a measure makes of the land, the largest move first."""
        return moves_of(self.moved.get(way, {}))


def land_of(
    store: Store, actual: Trial, measures: Mapping[str, Trial], index: ZoneIndex, advance: Advance
) -> Land:
    """The sums of an area (``index``) in the memory of one strip.

    ``actual``: the crop as the land is, which answers for every level of management too; ``measures``: what
    is tried beside it. ``advance`` hears the share done.
    """
    crop, criteria = actual.crop.id, actual.criteria
    tables = [criteria.tables, *(own for unit, own in criteria.regional if unit.crop.id == crop)]
    rated = {
        held: {each.characteristic: each for each in ratings(own, crop)} for held, own in enumerate(tables)
    }
    land = Land(rated)
    inputs = dict(actual.inputs)
    for trial in measures.values():
        inputs |= trial.inputs
    read = reader(store, inputs)
    for window, at, hectares in cells_by_strip(index):
        advance(float((window.row - index.window.row) / max(index.window.height, 1)))
        packed = read(window)
        levels = criteria.evaluate(window, packed, SCENARIOS)
        held = criteria.used(crop, window).reshape(-1)[at]
        cells = {name: packed[name].reshape(-1)[at] for name in criteria.inputs}
        _add_values(land, cells, levels.classes["actual"][0].reshape(-1)[at], held, hectares)
        for level in SCENARIOS[1:]:
            _add_moves(land, level, (levels, levels), ("actual", level), at, hectares)
        for name, trial in measures.items():
            after = trial.evaluate(window, packed)[0]
            _add_moves(land, name, (levels, after), ("actual", trial.what_if.scenario), at, hectares)
    return land


def _add_values(
    land: Land,
    cells: Mapping[str, NDArray[np.integer]],
    classes: NDArray[np.uint8],
    held: NDArray[np.uint8],
    hectares: NDArray[np.float64],
) -> None:
    """Add the values that give cells (cell) their class, and those that give them none."""
    for who, rated in land.ratings.items():
        own = held == who
        if not own.any():
            continue
        for name, rating in rated.items():
            ranks = rating.of(cells[name])
            told = own & ((ranks == 0) | (ranks == classes) & (classes > 1))
            for code in np.unique(ranks[told]):
                here = told & (ranks == code)
                add_up(land.values.setdefault((who, name, int(code)), {}), cells[name][here], hectares[here])


def _add_moves(
    land: Land,
    way: str,
    results: tuple[Evaluation, Evaluation],
    scenarios: tuple[str, str],
    at: NDArray[np.int64],
    hectares: NDArray[np.float64],
) -> None:
    """Add what became of cells between two results, each in its scenario."""
    pairs = tuple(zip(results, scenarios, strict=True))
    classes = [each.classes[name][0].reshape(-1)[at] for each, name in pairs]  # type: ignore[index]
    limits = [each.limiting[name][0].reshape(-1)[at] for each, name in pairs]  # type: ignore[index]
    kinds = kinds_of_move((classes[0], classes[1]), (limits[0], limits[1]))
    add_up(land.moved.setdefault(way, {}), kinds, hectares)
