"""Units to divide fertilizer among: by hand, and at random for what must hold whatever the numbers."""

from collections.abc import Sequence
from math import inf

import pandas as pd
from hypothesis import strategies as st

from soilinfo.evaluate.allocation.problem import Problem

LETTERS = "abcdefgh"


def problem(
    total_t: float,
    need_t: Sequence[float],
    *,
    floor_t: Sequence[float] | float = 0.0,
    cap_t: Sequence[float] | float = inf,
    weight: Sequence[float] | float = 1.0,
    **more: Sequence[float],
) -> Problem:
    """Units a, b, c ... with these needs."""
    columns = {"need_t": need_t, "floor_t": floor_t, "cap_t": cap_t, "weight": weight, **more}
    return Problem(pd.DataFrame(columns, index=list(LETTERS[: len(need_t)]), dtype=float), total_t)


def by_code(values: Sequence[float]) -> "pd.Series[float]":
    return pd.Series(values, index=list(LETTERS[: len(values)]))


amounts = st.integers(0, 40).map(lambda quarters: quarters / 4)
"""Coarse on purpose: equal numbers, zeros and ties are where mistakes hide."""


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any problem that can be solved: floors below caps, their sum at most the total; some caps endless."""
    count = draw(st.integers(1, len(LETTERS)))
    need, floor, room = (draw(st.lists(amounts, min_size=count, max_size=count)) for _ in range(3))
    endless = draw(st.lists(st.sampled_from([0.0, 0.0, 0.0, inf]), min_size=count, max_size=count))
    weight = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=count, max_size=count))
    cap = [low + more + far for low, more, far in zip(floor, room, endless, strict=True)]
    total = sum(floor) + draw(amounts) * draw(st.sampled_from([0.1, 1.0, 8.0]))
    return problem(total, need, floor_t=floor, cap_t=cap, weight=weight)
