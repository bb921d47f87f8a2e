"""Whole sacks in proportion to shares, exactly adding up: Webster's divisor method within bounds.

A divisor method never gives a unit less when there is more to divide (house monotone), which largest
remainders do; of the divisor methods Webster's (Sainte-Laguë) alone favours neither large units nor small
ones (Balinski and Young 2001, *Fair Representation*, 2nd edition). Bounds keep it a divisor method: a unit
starts at its lower bound and takes no more sacks after its upper one.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Numbers
from soilinfo.findings import some

Counts = NDArray[np.int64]

TIE = 1e-14
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
    low, high = (np.asarray(bound.reindex(ordered.index), np.int64) for bound in (lower, upper))
    if (crossed := ordered.index[low > high]).size:
        raise InputError(f"the lower bound is above the upper one: {some(crossed)}")
    values = np.asarray(ordered, np.float64)
    high = np.where(values > 0, high, low)
    if not low.sum() <= total <= high.sum():
        raise InputError(
            f"{total:,} sacks cannot be divided between bounds that sum to {low.sum():,} and {high.sum():,}"
        )
    sacks = pd.Series(np.asarray(_apportioned(values, total, low, high), int), ordered.index)
    return sacks.reindex(shares.index)


def _apportioned(shares: Numbers, total: int, low: Counts, high: Counts) -> Counts:
    """Sacks of units in the order of their codes."""
    below, above = _multipliers(shares, total, low, high)
    # Just within TIE of each other floating point decides which of equal quotients are reached: step outside.
    # Between the two multipliers then lie nothing but equal quotients, at most one sack for each unit.
    sacks = _rounded(shares * (below * (1 - TIE)), low, high)
    tied = np.flatnonzero(_rounded(shares * (above * (1 + TIE)), low, high) > sacks)
    first = tied[np.argsort(-shares[tied], kind="stable")][: total - int(sacks.sum())]
    sacks[first] += 1
    return sacks


def _multipliers(shares: Numbers, total: int, low: Counts, high: Counts) -> tuple[float, float]:
    """Two multipliers of shares, by bisection: rounding gives too little with the first, and enough with the
    second, which is larger by no more than TIE; or both are one that gives just enough."""
    below = above = 0.0
    while _rounded(shares * above, low, high).sum() < total:
        above = max(2 * above, total / float(shares.sum()))
    while above - below > TIE * above:
        middle = (below + above) / 2
        found = _rounded(shares * middle, low, high).sum()
        below = middle if found <= total else below
        above = middle if found >= total else above
    return below, above


def _rounded(quotas: Numbers, low: Counts, high: Counts) -> Counts:
    return np.clip(np.floor(quotas + 0.5), low, high).astype(np.int64)
