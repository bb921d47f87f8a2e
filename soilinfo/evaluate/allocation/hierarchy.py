"""From tonnes to whole sacks, and their sums at every level of the hierarchy.

The sacks are divided once, among the finest units; every unit above has exactly those of its parts together.
Dividing them level by level would keep each province within a sack of its share, but it takes sacks away from
units when there is more to divide, because the shares that provinces are rounded by shift as bounds are
reached (tests/evaluate/allocation/test_hierarchy.py has an example). Divided once, by what each unit would
want regardless of its bounds, no unit at any level gets a sack less of a greater total.

Counts are whole numbers of sacks; tonnes are made of them last, so no sum ever rounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.evaluate.allocation.apportion import apportion
from soilinfo.evaluate.allocation.problem import Problem, Shares
from soilinfo.evaluate.allocation.sacks import KG, tonnes_of, whole_sacks
from soilinfo.findings import some

UNIT_FERTILIZER = ["code", "fertilizer"]
"""What tells the rows of an allocation apart."""


@dataclass(frozen=True)
class Sacks:
    """An allocation in whole sacks.

    ``units``: a frame by code with ``sacks`` and ``allocated_t``. ``left_t``: what of the total is handed to
    nobody: less than a sack, or what caps leave over.
    """

    units: pd.DataFrame
    left_t: float


def in_sacks(problem: Problem, shares: Shares, sack_kg: float) -> Sacks:
    """Shares rounded to sacks by Webster's method.

    Caps are rounded down to whole sacks and floors up, but where no whole sack lies between the two the cap
    holds. Never more sacks than the shares sum to, nor than the caps of units that want any hold.

    Raises InputError for a sack of no weight, and when the floors in whole sacks are more than there is.
    """
    if not sack_kg > 0:
        raise InputError(f"a sack must weigh more than 0 kg, not {sack_kg}")
    total = int(whole_sacks(shares.units["allocated_t"].to_numpy(float).sum(), sack_kg))
    bounds = _bounds(problem, shares, sack_kg, total)
    if (least := int(bounds["low"].sum())) > total:
        raise InputError(f"the floors come to {least:,} whole sacks, {least - total:,} more than there are")
    total = min(total, int(bounds["high"].sum()))
    sacks = apportion(shares.units["wanted_t"], total, bounds["low"], bounds["high"])
    units = pd.DataFrame({"sacks": sacks, "allocated_t": tonnes_of(sacks, sack_kg)}).rename_axis("code")
    return Sacks(units, max(problem.total_t - total * sack_kg / KG, 0.0))


def _bounds(problem: Problem, shares: Shares, sack_kg: float, most: int) -> pd.DataFrame:
    """Floors and caps in whole sacks (``low``, ``high``), no cap above ``most``; who wants nothing gets the
    floor."""
    high = whole_sacks(np.minimum(problem.upper, most * sack_kg / KG), sack_kg)
    low = np.minimum(-whole_sacks(-problem.lower, sack_kg), high)
    wanting = shares.units["wanted_t"].to_numpy() > 0
    return pd.DataFrame({"low": low, "high": np.where(wanting, high, low)}, problem.units.index)


def by_level(rows: pd.DataFrame, tree: pd.DataFrame, summed: Sequence[str]) -> Mapping[str, pd.DataFrame]:
    """Sums of columns at every level, the widest first, and last the rows of the finest units themselves.

    ``rows``: by UNIT_FERTILIZER. ``tree``: a row for each unit, index named by the finest level;
    a column for each level above, the widest first, with the codes there. A sum is of what is known, NaN
    where nothing is. Raises InputError for a unit that is not in ``tree`` or has no parent there, and for one
    with two parents.
    """
    _check_tree(tree, pd.Index(rows["code"].unique()))
    wider = {
        str(level): rows.assign(code=rows["code"].map(codes))
        .groupby(UNIT_FERTILIZER)[list(summed)]
        .sum(min_count=1)
        .reset_index()
        for level, codes in tree.items()
    }
    return {**wider, str(tree.index.name): rows}


def _check_tree(tree: pd.DataFrame, codes: pd.Index) -> None:
    if (unknown := codes.difference(tree.index)).size:
        raise InputError(f"of these units it is not known what they are part of: {some(unknown)}")
    finer, above = str(tree.index.name), tree.loc[codes]
    for wider in map(str, reversed(tree.columns)):
        if (orphans := above.index[above[wider].isna()]).size:
            raise InputError(
                f"of these {finer} it is not known which of the {wider} they are in: {some(orphans)}"
            )
        above = above.drop_duplicates().set_index(wider)
        if (split := above.index[above.index.duplicated()]).size:
            raise InputError(f"these of the {wider} are in more than one of what lies above: {some(split)}")
        finer = wider
