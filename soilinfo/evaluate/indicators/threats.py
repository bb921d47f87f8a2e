"""Ranks of threats as experts give them: means, places, spread, agreement, and what most of them say.

Exact or in a fixed order, so that the same statements give the same numbers everywhere.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from statistics import stdev

import numpy as np


@dataclass(frozen=True)
class Vote:
    """What most say: the word, None where several are said as often; how many say it, and of how many."""

    word: str | None
    count: int
    of: int
    tied: tuple[str, ...] = ()
    """The words said as often, sorted."""


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return fsum(values) / len(values) if values else None


def spread(values: Sequence[float]) -> float | None:
    """The standard deviation of a sample (n - 1); None of fewer than two values."""
    return stdev(values) if len(values) > 1 else None


def places(values: Sequence[float | None], *, largest_first: bool = False) -> list[float | None]:
    """The place of each value among those there are, 1 for the smallest (or largest).

    Those alike share the mean of their places; None stays None and takes none.
    """
    known = [at for at, value in enumerate(values) if value is not None]
    sign = -1.0 if largest_first else 1.0
    found: list[float | None] = [None] * len(values)
    for at, place in zip(known, shared_places([sign * float(values[at] or 0) for at in known]), strict=True):
        found[at] = place
    return found


def shared_places(values: Sequence[float]) -> list[float]:
    """The place of each value, 1 for the smallest; those alike share the mean of their places.

    As ``scipy.stats.rankdata``, which takes half a second to load that every command would wait for.
    """
    ordered = sorted(values)
    return [bisect_left(ordered, each) + (ordered.count(each) + 1) / 2 for each in values]


def concordance(ranks: Sequence[Sequence[float]]) -> float | None:
    """Kendall's W of complete rankings, one of each expert: 0 no agreement, 1 all alike; corrected for ties.

    ``W = 12 S / (m2 (n3 - n) - m T)`` of m experts and n threats; S: squared deviations of the threats' sums
    of ranks from their mean, T: the sum of ``t3 - t`` over all groups of t tied ranks (Kendall 1948, Rank
    Correlation Methods). Ranks are taken as an order only. None of fewer than two experts or threats, and
    where every expert ties all.
    """
    m, n = len(ranks), len(ranks[0]) if ranks else 0
    if m < 2 or n < 2:
        return None
    ordered = np.array([shared_places(own) for own in ranks])
    sums = ordered.sum(axis=0)
    squared = fsum((sums - m * (n + 1) / 2) ** 2)
    ties = sum(count**3 - count for own in ranks for count in Counter(own).values())
    most = m**2 * (n**3 - n) - m * ties
    return 12 * squared / most if most else None


def vote(words: Sequence[str | None]) -> Vote | None:
    """What most of those say who say anything; None of nobody."""
    said = Counter(word for word in words if word is not None)
    if not said:
        return None
    most = max(said.values())
    first, *others = sorted(word for word, count in said.items() if count == most)
    return Vote(None if others else first, most, said.total(), (first, *others) if others else ())
