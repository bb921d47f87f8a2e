"""Whole sacks in proportion to shares, exactly adding up: Webster's divisor method within bounds.

A divisor method never gives a unit less when there is more to divide (house monotone), which largest
remainders do; of the divisor methods Webster's (Sainte-Laguë) alone favours neither large units nor small
ones (Balinski and Young 2001, *Fair Representation*, 2nd edition). Bounds keep it a divisor method: a unit
starts at its lower bound and takes no more sacks after its upper one.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import named

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]

TIE = 1e-13
"""Quotients that differ by less than this share of themselves are equal."""


def apportion(
    shares: "pd.Series[float]", total: int, lower: "pd.Series[int]", upper: "pd.Series[int]"
) -> "pd.Series[int]":
    """Whole numbers that sum to ``total``, in proportion to ``shares`` between the bounds of each unit.

    All indexed by code; ``shares`` not negative, in any unit of measure. The next sack always goes to the
    unit with the largest ``share / (sacks + 1/2)`` of those below their upper bound. Of equal quotients the
    larger share comes first, then the lower code: never the order of rows. A unit without a share keeps its
    lower bound. Raises InputError when bounds cross or ``total`` cannot be reached between them.
    """
    ordered = shares.sort_index()
    low, high = (bound.reindex(ordered.index).to_numpy(np.int64) for bound in (lower, upper))
    if (crossed := ordered.index[low > high]).size:
        raise InputError(f"the lower bound is above the upper one: {named(crossed)}")
    found = apportion_groups(
        ordered.to_numpy(np.float64), low, high, np.zeros(len(ordered), np.int64), np.array([total])
    )
    return pd.Series(found, ordered.index).reindex(shares.index)


def apportion_groups(shares: Numbers, lower: Counts, upper: Counts, group: Counts, totals: Counts) -> Counts:
    """:func:`apportion` for many groups at once: ``totals`` (group) over the units of each.

    ``shares``, ``lower``, ``upper`` and ``group`` (unit), where ``group`` numbers the group that a unit
    belongs to, from 0 on. Between equal units the one that stands first goes first.
    """
    count = len(totals)
    upper = np.where(shares > 0, upper, lower)
    _check(lower, upper, group, totals)
    below, above = _multipliers(shares, lower, upper, group, totals)
    sacks = _rounded(shares * below[group], lower, upper)
    open_ = totals - np.bincount(group, sacks, count).astype(np.int64)
    # Between the two multipliers lie nothing but equal quotients: at most one sack for each unit.
    tied = np.flatnonzero(_rounded(shares * above[group], lower, upper) > sacks)
    tied = tied[np.lexsort((tied, -shares[tied], group[tied]))]
    place = np.arange(len(tied)) - np.searchsorted(group[tied], group[tied])
    sacks[tied[place < open_[group[tied]]]] += 1
    return sacks


def _multipliers(
    shares: Numbers, lower: Counts, upper: Counts, group: Counts, totals: Counts
) -> tuple[Numbers, Numbers]:
    """Two multipliers of shares for each group, by bisection: rounding gives too little with the first, and
    enough with the second, which is larger by no more than TIE; or both are one that gives just enough."""

    def given(multiplier: Numbers) -> Numbers:
        return np.bincount(group, _rounded(shares * multiplier[group], lower, upper), len(totals))

    below, above = np.zeros(len(totals)), _enough(given, shares, group, totals)
    while (above - below > TIE * above).any():
        middle = (below + above) / 2
        found = given(middle)
        below = np.where(found <= totals, middle, below)
        above = np.where(found >= totals, middle, above)
    return below, above


def _enough(given: Callable[[Numbers], Numbers], shares: Numbers, group: Counts, totals: Counts) -> Numbers:
    """A multiplier for each group that gives enough: 0 where lower bounds alone do."""
    multiplier = np.zeros(len(totals))
    sums = np.bincount(group, shares, len(totals))
    while (short := given(multiplier) < totals).any():
        first = np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)
        multiplier = np.where(short, np.maximum(2 * multiplier, first), multiplier)
    return multiplier


def _rounded(quotas: Numbers, lower: Counts, upper: Counts) -> Counts:
    return np.clip(np.floor(quotas + 0.5), lower, upper).astype(np.int64)


def _check(lower: Counts, upper: Counts, group: Counts, totals: Counts) -> None:
    least, most = (np.bincount(group, bound, len(totals)) for bound in (lower, upper))
    for total, low, high in zip(totals, least, most, strict=True):
        if not low <= total <= high:
            raise InputError(
                f"{total:,} sacks cannot be divided between bounds that sum to {low:,.0f} and {high:,.0f}"
            )
