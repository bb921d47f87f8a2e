"""Max-min fair on the share of need that is met: nobody's share can rise but at the cost of a smaller one."""

from soilinfo.evaluate.allocation.problem import Problem, Shares, shares
from soilinfo.evaluate.allocation.water_filling import fill


def max_min(problem: Problem) -> Shares:
    """The lexicographic max-min of ``allocated / need`` within floors and caps; weights do not count.

    The smallest share of need met is as large as it can be, then the second smallest, and so on. With bounds
    on single units this is water-filling: all shares rise together, and a unit stays behind where its cap
    holds it (Bertsekas and Gallager 1992, *Data Networks*, section 6.5). So it is what :func:`proportional`
    gives when every weight is 1; the two differ by the weights alone. A unit without need gets its floor.
    """
    need = problem.units["need_t"].to_numpy(float)
    level, allocated = fill(need, problem.lower, problem.upper, problem.total_t)
    return shares(problem, allocated, level * need, level)
