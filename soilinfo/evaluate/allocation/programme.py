"""A linear programme: the most worth, and among equally good solutions the nearest to a target.

Solved by HiGHS (Huangfu and Hall 2018, *Mathematical Programming Computation* 10: 119-142) through scipy.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack

from soilinfo.errors import SoilinfoError
from soilinfo.evaluate.allocation.problem import Numbers

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

DUAL_SLACK = 1e-7
"""Reduced costs and duals below this, of worths of 1 at most, are zero: the tolerance of HiGHS."""


@dataclass(frozen=True)
class Programme:
    """The most ``worth @ amount`` with ``rows @ amount <= limit`` and ``0 <= amount <= room``.

    ``worth``, ``room`` and ``target`` (class); ``rows`` (row, class) and ``limit`` (row).
    """

    worth: Numbers
    room: Numbers
    target: Numbers
    rows: csr_array
    limit: Numbers


def solve(programme: Programme) -> Numbers:
    """The amounts (class) of most worth; of several such solutions one that is nearest to the target.

    Nearest: with the least relative departure of the class that departs most, plus the sum of departures
    relative to the sum of targets. What is left equal then is decided by the order of classes.
    """
    if not len(programme.worth):
        return np.zeros(0)
    scale = float(np.abs(programme.worth).max()) or 1.0
    found = _highs(-programme.worth / scale, programme.rows, programme.limit, programme.room)
    amounts: Numbers = np.clip(found.x, 0, programme.room)
    tied = np.abs(found.lower.marginals + found.upper.marginals) <= DUAL_SLACK
    if tied.sum() < 2:
        return amounts
    amounts[tied] = _nearest(programme, amounts, tied, np.abs(found.ineqlin.marginals) > DUAL_SLACK)
    return amounts


def _nearest(
    programme: Programme, amounts: Numbers, tied: NDArray[np.bool_], tight: NDArray[np.bool_]
) -> Numbers:
    """Amounts of the ``tied`` classes nearest to their targets, on the face of equally good solutions.

    By complementary slackness that face is where every class with a reduced cost keeps its amount and every
    row with a dual (``tight``) stays at its limit. Variables: amount and departure of each class, and the
    largest relative departure.
    """
    target, room = programme.target[tied], programme.room[tied]
    scale = np.where(target > 0, target, room)
    rows = programme.rows[:, tied]
    limit = programme.limit - programme.rows[:, ~tied] @ amounts[~tied]
    # Rows that must stay at their limit stay where the first solution has them, free of rounding.
    limit[tight] = rows[tight] @ amounts[tied]
    count = len(room)
    one, none = eye_array(count), coo_array((count, 1))
    departures = vstack(
        [
            hstack([one, -one, none]),
            hstack([-one, -one, none]),
            hstack([coo_array((count, count)), one, coo_array(-scale[:, np.newaxis])]),
        ]
    )
    widened = hstack([rows, coo_array((rows.shape[0], count + 1))]).tocsr()
    found = _highs(
        np.concatenate([np.zeros(count), np.full(count, 1 / scale.sum()), [1.0]]),
        vstack([widened[~tight], departures]).tocsr(),
        np.concatenate([limit[~tight], target, -target, np.zeros(count)]),
        np.concatenate([room, np.full(count + 1, np.inf)]),
        widened[tight],
        limit[tight],
    )
    nearest: Numbers = np.clip(found.x[:count], 0, room)
    return nearest


def _highs(
    cost: Numbers,
    rows: csr_array,
    limit: Numbers,
    upper: Numbers,
    equal_rows: csr_array | None = None,
    equal: Numbers | None = None,
) -> "OptimizeResult":
    """The least cost with every variable from 0 to ``upper``; SoilinfoError with the reason of HiGHS."""
    from scipy.optimize import linprog  # half a second to load, which no other command should wait for

    bounds = np.column_stack([np.zeros_like(upper), upper])
    # Presolving many columns with few rows takes ten times as long as the solution itself.
    options = {"presolve": False}
    found = linprog(cost, rows, limit, equal_rows, equal, bounds, method="highs", options=options)
    if found.status != 0:
        raise SoilinfoError(f"the linear programme was not solved: {found.message}")
    return found
