"""Moving what was due and not redeemed to where it is asked for, in the course of a year; a rule of ours."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import EXACT_T, Problem, Shares
from soilinfo.evaluate.allocation.sacks import Counts, tonnes_of, whole_sacks
from soilinfo.findings import some


@dataclass(frozen=True)
class Progress:
    """How far the year has gone, by code: the whole ``sacks`` that a unit has of it, ``redeemed_t`` so far
    (NaN where that is not known), and ``due_t``, what it had to redeem by now."""

    sacks: "pd.Series[int]"
    redeemed_t: "pd.Series[float]"
    due_t: "pd.Series[float]"


def reallocation(problem: Problem, progress: Progress, sack_kg: float) -> Problem:
    """The same sacks, to be divided anew by any method: floors and caps are those of moving them.

    Those who lag keep all but the whole sacks that were due and are not redeemed; those who redeemed all that
    was due keep what they have and may have more, up to the problem's caps. Where these cannot take it all
    they are filled, and those who lag share the rest of what they had. Frozen units, those of whom it is not
    known what they redeemed, and those who want nothing neither give nor take. Raises InputError, naming the
    units, where more was redeemed than allocated.
    """
    units = problem.units
    year = pd.DataFrame(
        {"had": progress.sacks, "redeemed_t": progress.redeemed_t, "due_t": progress.due_t}
    ).reindex(units.index)
    allocated_t = tonnes_of(year["had"], sack_kg)
    if (above := units.index[year["redeemed_t"] > allocated_t + EXACT_T]).size:
        told = [f"{unit} ({year['redeemed_t'][unit]:,.3f} of {allocated_t[unit]:,.3f} t)" for unit in above]
        raise InputError(f"more was redeemed than was allocated: {some(told)}")
    wants = year["redeemed_t"].notna() & ~problem.frozen & (units["need_t"] * units["weight"] > 0)
    had = year["had"].to_numpy(np.int64)
    behind_t = (year["due_t"] - year["redeemed_t"]).clip(lower=0.0).where(wants, 0.0)
    lag = whole_sacks(behind_t.to_numpy(), sack_kg)
    most = np.where(wants, np.maximum(_caps(problem, allocated_t, sack_kg), had), had)
    low, high = _bounds(had, lag, most)
    bounds = {"floor_t": low, "cap_t": high}
    tonnes = {name: tonnes_of(pd.Series(sacks, units.index), sack_kg) for name, sacks in bounds.items()}
    return replace(problem, units=units.assign(**tonnes), total_t=float(allocated_t.sum()))


def settled(problem: Problem, shares: Shares, sacks: "pd.Series[int]", sack_kg: float) -> Shares:
    """Shares of a reallocation of ``problem``, with what kept each unit from having just its share.

    ``cap`` where that is the problem's own cap; ``lag`` where it gave up what was due; ``kept`` where it has
    what it had (``sacks``).
    """
    units = shares.units
    had = sacks.reindex(units.index)
    given = whole_sacks(units["allocated_t"].to_numpy(), sack_kg)
    caps = _caps(problem, tonnes_of(had, sack_kg), sack_kg)
    free = ~units["bound"].isin(["floor", "cap"])
    bound = np.select([free, given >= caps, given < had], [units["bound"], "cap", "lag"], "kept")
    return replace(shares, units=units.assign(bound=bound))


def _caps(problem: Problem, allocated_t: "pd.Series[float]", sack_kg: float) -> Counts:
    """The problem's caps in whole sacks; nobody can have more than all have together."""
    return whole_sacks(problem.units["cap_t"].clip(upper=allocated_t.sum()).to_numpy(), sack_kg)


def _bounds(had: Counts, lag: Counts, most: Counts) -> tuple[Counts, Counts]:
    """The least and the most sacks of each unit."""
    lags, kept = lag > 0, had - lag
    if (most - had)[~lags].sum() < lag.sum():
        return np.where(lags, kept, most), np.where(lags, had, most)
    return kept, np.where(lags, kept, most)
