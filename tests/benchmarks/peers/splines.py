"""Depth means by PyPI's mpspline, in the peers' environment: ``python splines.py PROFILES.npz OUT.npz``.

PROFILES.npz: offsets, upper, lower, value; OUT.npz: the means (profile, interval), and the processor seconds
that they took, with the profiles laid out as the package wants them before the clock starts.
"""

import logging
import sys
from itertools import pairwise
from time import process_time

import numpy as np
from mpspline import mpspline


def main(source: str, target: str) -> None:
    given = np.load(source)
    columns = [given[name].tolist() for name in ("upper", "lower", "value")]
    profiles = [
        {"cokey": str(first), "horizons": [horizon(*row) for row in rows(columns, first, last)]}
        for first, last in pairwise(given["offsets"].tolist())
    ]
    logging.disable()  # it warns of each profile deeper than 2 m
    start = process_time()
    found = mpspline(profiles, var_name=["value"], lam=0.1, output_type="wide", strict=True)
    seconds = process_time() - start
    means = found[[name for name in found.columns if name.startswith("value_")]].to_numpy(float)
    np.savez(target, means=means, seconds=seconds)


def rows(columns: list[list[float]], first: int, last: int) -> list[tuple[float, ...]]:
    return list(zip(*(column[first:last] for column in columns), strict=True))


def horizon(upper: float, lower: float, value: float) -> dict[str, float | str]:
    return {"hzname": "", "upper": upper, "lower": lower, "value": value}


if __name__ == "__main__":
    main(*sys.argv[1:])
