"""Protected paddy land beside all paddy land: the share of each unit, and whether it is enough."""

from collections.abc import Sequence

import pandas as pd

MET, NOT_MET, UNKNOWN, NO_PADDY = "met", "not_met", "unknown", "no_paddy"
"""Verdicts: enough is protected, too little is, a figure is missing, there is nothing to protect."""


def protection(figures: pd.DataFrame, least_share: float) -> pd.DataFrame:
    """The figures with ``protected_share`` (0..1), ``least_share`` and ``verdict`` of each unit.

    ``figures``: a row a unit with ``paddy_ha`` and ``protected_ha``, NaN where not known. A unit without one
    of the two has no share: missing is not zero. A share just as large as the least one is enough.
    """
    known = figures["paddy_ha"].notna() & figures["protected_ha"].notna()
    share = (figures["protected_ha"] / figures["paddy_ha"]).where(known & (figures["paddy_ha"] > 0))
    verdict = pd.Series(UNKNOWN, index=figures.index, dtype=object)
    verdict[known & (figures["paddy_ha"] == 0)] = NO_PADDY
    verdict[share >= least_share] = MET
    verdict[share < least_share] = NOT_MET
    return figures.assign(protected_share=share.round(4), least_share=least_share, verdict=verdict)


def added_up(figures: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Hectares, ``units`` and ``units_missing`` (units that lack a figure) put together, indexed by group.

    A group has no sum of a figure that one of its units lacks.
    """
    by_group = figures.groupby(list(groups))
    return by_group.sum(min_count=1).where(by_group.count().eq(by_group.size(), axis=0))
