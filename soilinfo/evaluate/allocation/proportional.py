"""In proportion to need, or to weighted need: the plain method, and that of priorities."""

from soilinfo.evaluate.allocation.problem import Problem, Shares, shares
from soilinfo.evaluate.allocation.water_filling import fill


def proportional(problem: Problem) -> Shares:
    """Each unit gets ``clip(level * weight * need, floor, cap)``, with one level for all.

    What bounds take from or give to some units is shared by the others in the same proportion. With unequal
    weights this is the method of priorities; a unit of weight or need 0 gets its floor. A unit never gets
    less of a greater total. What is left when every cap is reached is returned, not spread.
    """
    units = problem.units
    rate = units["weight"].to_numpy(float) * units["need_t"].to_numpy(float)
    level, allocated = fill(rate, problem.lower, problem.upper, problem.total_t)
    return shares(problem, allocated, level * rate, level)
