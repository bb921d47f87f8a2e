"""From tonnes to whole sacks, level by level: the nation's sacks to provinces, theirs to regencies, and on.

Every unit's sacks are exactly those of its parts together, because parts divide what their parent got. Counts
are whole numbers of sacks; tonnes are made of them last, so no sum ever rounds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.apportion import Counts, apportion_groups
from soilinfo.evaluate.allocation.problem import Numbers, Problem, Shares, named

EXACT = 1e-12
"""Numbers that differ by less than this share of themselves are the same."""


@dataclass(frozen=True)
class Sacks:
    """An allocation in whole sacks.

    ``levels``: for each level, the widest first, a frame by code with ``sacks`` and ``allocated_t``.
    ``left_t``: what of the total is handed to nobody: less than a sack, or what caps leave over.
    """

    levels: Mapping[str, pd.DataFrame]
    left_t: float


def in_sacks(problem: Problem, shares: Shares, tree: pd.DataFrame, sack_kg: float) -> Sacks:
    """Shares rounded to sacks from the top down, by Webster's method among the parts of each unit.

    ``tree``: a row for each unit of the problem, index named by the finest level; a column for each level
    above, the widest first, with the codes there. A parent's share and bounds are the sums of its parts'.
    Caps are rounded down to whole sacks and floors up, but where no whole sack lies between the two the cap
    holds. Never more sacks than the shares sum to, nor than the caps of units with a share hold.

    Raises InputError for a unit that is not in ``tree`` or has no parent there, for one with two parents,
    for a sack of no weight, and when the floors in whole sacks are more than there is.
    """
    if not sack_kg > 0:
        raise InputError(f"a sack must weigh more than 0 kg, not {sack_kg}")
    codes, quotas = problem.units.index, shares.units["allocated_t"].to_numpy(float) * 1000 / sack_kg
    levels = _levels(tree, codes)
    total = int(_whole(quotas.sum()))
    low, high = _bounds(problem, quotas, sack_kg, total)
    if (least := int(low.sum())) > total:
        raise InputError(f"the floors come to {least:,} whole sacks, {least - total:,} more than there are")
    total = min(total, int(high.sum()))
    frames = {
        name: pd.DataFrame({"sacks": given, "allocated_t": given * sack_kg / 1000}, index)
        for name, index, given in _divided(levels, quotas, low, high, total)
    }
    return Sacks(frames, max(problem.total_t - total * sack_kg / 1000, 0.0))


def _divided(
    levels: pd.DataFrame, quotas: Numbers, low: Counts, high: Counts, total: int
) -> Iterator[tuple[str, pd.Index, Counts]]:
    """Name, codes and sacks of each level; arrays are those of the finest units."""
    given, parent = np.array([total]), np.zeros(len(levels), np.int64)
    for name, column in levels.items():
        unit, codes = pd.factorize(column, sort=True)
        sums = [np.bincount(unit, values, len(codes)) for values in (quotas, low, high)]
        group = np.zeros(len(codes), np.int64)
        group[unit] = parent
        given = apportion_groups(sums[0], sums[1].astype(np.int64), sums[2].astype(np.int64), group, given)
        yield str(name), pd.Index(codes, name="code"), given
        parent = unit


def _bounds(problem: Problem, quotas: Numbers, sack_kg: float, most: int) -> tuple[Counts, Counts]:
    """Floors and caps of the finest units in whole sacks, no cap above ``most``."""
    high = _whole(np.minimum(problem.upper * 1000 / sack_kg, most))
    low = np.minimum(-_whole(-problem.lower * 1000 / sack_kg), high)
    return low, np.where(quotas > 0, high, low)


def _whole(sacks: Numbers) -> Counts:
    """Rounded down; what misses a whole number by no more than floating point does is that number."""
    return np.floor(sacks + EXACT * np.abs(sacks)).astype(np.int64)


def _levels(tree: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    """The codes of each unit at every level, the widest first, the finest last; checked to be a tree."""
    if (unknown := codes.difference(tree.index)).size:
        raise InputError(f"of these units it is not known what they are part of: {named(unknown)}")
    levels = tree.loc[codes].assign(**{str(tree.index.name or "units"): codes})
    for wider, finer in zip(levels.columns, levels.columns[1:], strict=False):
        if (orphans := codes[levels[wider].isna()]).size:
            raise InputError(
                f"of these units it is not known which of the {wider} they are in: {named(orphans)}"
            )
        parents = levels[wider].groupby(levels[finer].to_numpy()).nunique()
        if (split := parents.index[parents > 1]).size:
            raise InputError(f"these of the {finer} are in more than one of the {wider}: {named(split)}")
    return levels
