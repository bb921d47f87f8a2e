"""Raising all units together until what there is is used up: the exact solution by sorting.

Each unit gets ``clip(level * rate, lower, upper)``. What all get together is piecewise linear and never
falls as the level rises; it bends where a unit leaves its lower bound or reaches its upper one. Sorting
those levels gives the piece in which the total lies, and within it the level is one division. (Water-filling;
Bertsekas and Gallager 1992, *Data Networks*, section 6.5, for max-min fairness with bounds.)
"""

import numpy as np

from soilinfo.evaluate.allocation.problem import Numbers


def fill(rate: Numbers, lower: Numbers, upper: Numbers, total: float) -> tuple[float, Numbers]:
    """The level at which ``clip(level * rate, lower, upper)`` sums to ``total``, and those amounts.

    All arrays (unit), ``rate`` and ``lower`` not negative, ``lower <= upper``, ``upper`` may be infinite. A
    unit of rate 0 keeps its lower bound. When no level reaches the total, the level is the one at which the
    last unit is full (0 when no unit has a rate), and the amounts sum to less; below the sum of the lower
    bounds they sum to more.
    """
    rising = rate > 0
    room = float((upper[rising] - lower[rising]).sum())
    rise = max(total - float(lower.sum()), 0.0)
    if rise >= room:
        stops = upper[rising] / rate[rising]
        return float(stops.max(initial=0.0)), np.where(rising, upper, lower)
    level = _level(rate[rising], lower[rising], upper[rising], rise)
    return level, np.clip(level * rate, lower, upper)


def _level(rate: Numbers, lower: Numbers, upper: Numbers, rise: float) -> float:
    """The level at which units, all with a rate, have risen by ``rise``, which is less than they can."""
    starts, stops = lower / rate, upper / rate
    bends, slopes = np.concatenate([starts, stops]), np.concatenate([rate, -rate])
    order = np.argsort(bends, kind="stable")[: np.isfinite(bends).sum()]
    bends, slopes = bends[order], slopes[order].cumsum()
    risen = np.maximum.accumulate(np.append(0.0, (slopes[:-1] * np.diff(bends)).cumsum()))
    bend = bends[max(int(np.searchsorted(risen, rise, side="right")) - 1, 0)]
    # Within the piece the sums are taken anew: the running ones carry the errors of every piece before.
    moving, full = (starts <= bend) & (stops > bend), stops <= bend
    if not moving.any():
        return float(bend)
    fixed = lower[~moving & ~full].sum() + upper[full].sum()
    return float((rise + lower.sum() - fixed) / rate[moving].sum())
