"""A year's sacks over its months."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from soilinfo.errors import InputError

MONTHS = 12


def monthly(sacks: "pd.Series[int]", shares: Sequence[float], *, after: int = 0) -> pd.DataFrame:
    """Whole sacks (code, month) that sum to ``sacks`` of each unit.

    ``shares``: of the twelve months, in any scale. ``after``: the last month that is past; the columns are
    the later ones, and ``sacks`` what is left for them. The running sum is rounded, not each month, so what a
    unit has got by the end of any month is within half a sack of its share by then. Raises InputError for
    other than twelve shares, for negative ones, or when all later ones are 0.
    """
    if len(shares) != MONTHS or min(shares) < 0:
        raise InputError(f"there must be {MONTHS} shares of months, 0 or more, not {list(shares)}")
    if not 0 <= after < MONTHS:
        raise InputError(f"the last month past must be 0 to {MONTHS - 1}, not {after}")
    later = np.array(shares[after:], np.float64)
    if later.sum() <= 0:
        raise InputError(f"no month after {after} has a share")
    by_then = later.cumsum() / later.sum()
    released = np.floor(np.outer(sacks, by_then) + 0.5).astype(np.int64)
    released[:, by_then >= by_then[-1]] = sacks.to_numpy()[:, np.newaxis]
    columns = pd.RangeIndex(after + 1, MONTHS + 1, name="month")
    return pd.DataFrame(np.diff(released, axis=1, prepend=0), sacks.index, columns)
