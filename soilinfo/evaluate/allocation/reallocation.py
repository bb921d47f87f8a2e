"""Moving what was not redeemed to where it is asked for, in the course of the year."""

from dataclasses import replace

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.problem import Problem, named


def reallocation(
    problem: Problem,
    allocated_t: "pd.Series[float]",
    redeemed_t: "pd.Series[float]",
    request_t: "pd.Series[float]",
) -> Problem:
    """The same units and the same tonnes, to be divided anew by any method.

    All indexed by code. What was redeemed is the floor, what was requested a cap besides the problem's own;
    the total is what was allocated; frozen units stay frozen. Raises InputError, naming the units, where a
    number is missing, and where more was redeemed than was allocated, or than may be had at all.
    """
    units = problem.units
    given = pd.DataFrame({"allocated": allocated_t, "redeemed": redeemed_t, "request": request_t})
    given = given.reindex(units.index)
    for name, values in given.items():
        if (missing := units.index[values.isna()]).size:
            raise InputError(f"{name} tonnes are missing, which is not zero, of {named(missing)}")
    cap_t = np.minimum(units["cap_t"], given["request"])
    for what, most in (("was allocated", given["allocated"]), ("may be had: request and cap", cap_t)):
        if (above := units.index[given["redeemed"] > most]).size:
            raise InputError(f"more was redeemed than {what}: {named(above)}")
    return replace(
        problem,
        units=units.assign(floor_t=given["redeemed"], cap_t=cap_t),
        total_t=float(given["allocated"].sum()),
    )
