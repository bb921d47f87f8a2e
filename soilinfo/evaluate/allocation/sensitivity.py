"""How far each unit's tonnes move when its need is other than the most likely one."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.findings import some

QUANTILES = {"low_t": 0.05, "median_t": 0.5, "high_t": 0.95}


def sensitivity(
    problem: Problem, drawn: Iterable[Problem], method: Callable[[Problem], Shares]
) -> pd.DataFrame:
    """The range of each unit's tonnes over problems of the same units with other needs, by one method.

    Columns ``allocated_t`` (with the problem's own need), ``least_t``, ``most_t``, and the QUANTILES. When
    all needs rise or fall together nothing moves: shares are relative. So give problems in which the need of
    each unit varies for itself, as :func:`drawn_needs` makes it. InputError without any.
    """
    found = [method(each).units["allocated_t"].to_numpy(float) for each in drawn]
    if not found:
        raise InputError("no needs were given to compare")
    tonnes = np.stack(found)
    quantiles = np.quantile(tonnes, list(QUANTILES.values()), axis=0)
    return pd.DataFrame(
        {
            "allocated_t": method(problem).units["allocated_t"],
            "least_t": tonnes.min(axis=0),
            "most_t": tonnes.max(axis=0),
            **dict(zip(QUANTILES, quantiles, strict=True)),
        },
        index=problem.units.index,
    )


def drawn_needs(
    need_t: pd.DataFrame, probability: pd.DataFrame, *, draws: int = 200, seed: int = 0
) -> Iterator["pd.Series[float]"]:
    """Needs (tonnes by code) drawn at random: in each unit, for itself, one of its possible needs.

    ``need_t`` (code, case): the need in each case, such as a status; ``probability`` of the same shape, 0..1,
    each row summing to 1. Errors of soil maps are alike among neighbours, which this does not know: it tells
    what doubt about single units does, not what an error of the whole map would. Raises InputError, naming
    the units, where probabilities do not sum to 1 or a need that can occur is missing.
    """
    order = probability.sort_index()
    chance, need = order.to_numpy(np.float64), need_t.reindex_like(order).to_numpy(np.float64)
    if (wrong := order.index[~np.isclose(chance.sum(axis=1), 1, atol=1e-6)]).size:
        raise InputError(f"probabilities do not sum to 1 of {some(wrong)}")
    if (missing := order.index[(np.isnan(need) & (chance > 0)).any(axis=1)]).size:
        raise InputError(f"a need that may occur is missing of {some(missing)}")
    return _draws(need, chance, order.index, draws, np.random.default_rng(seed))


def _draws(
    need: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    chance: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    index: pd.Index,
    draws: int,
    random: np.random.Generator,
) -> Iterator["pd.Series[float]"]:
    reached, rows = chance.cumsum(axis=1), np.arange(len(index))
    for _ in range(draws):
        case = (random.random(len(index))[:, np.newaxis] * reached[:, -1:] >= reached).sum(axis=1)
        yield pd.Series(need[rows, case], index)
