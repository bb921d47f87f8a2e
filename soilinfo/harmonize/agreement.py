"""How far a map agrees with what was observed at points: errors, concordance, and how sure the map is.

An error is what the map says less what was observed: a positive bias is a map that lies too high. Pairs
are taken as a simple random sample of the land compared; where profiles lie along roads, or the map was made
from them, the numbers say less, which nothing here can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.agreement import MapAgreement
from soilinfo.intervals import INTERVAL_PCT

Floats = NDArray[np.float64]
Interval = tuple[float, float]
"""Upper and lower depth in cm."""


@dataclass(frozen=True)
class Pairs:
    """What a map says of some places and what was observed there; arrays (pair,) in one unit.

    ``mapped`` and ``observed`` are known, all others NaN where they are not. ``sd`` is the map's stated
    standard deviation, ``low`` and ``high`` its 90 % prediction interval. ``observed_sd`` is the whole
    standard deviation of an observed value, ``conversion_sd`` the part of it that conversions added.
    """

    mapped: Floats
    observed: Floats
    sd: Floats
    low: Floats
    high: Floats
    observed_sd: Floats
    conversion_sd: Floats

    def at(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Some of the pairs."""
        return type(self)(**{name: values[chosen] for name, values in vars(self).items()})

    @property
    def error(self) -> Floats:
        """What the map says less what was observed."""
        return self.mapped - self.observed


@dataclass(frozen=True)
class Agreement:
    """How ``n`` pairs agree; NaN where a number has no meaning, as of a constant map or an unknown error.

    ``bias`` (mean error), ``mae``, ``rmse`` in the unit of the values. ``ccc``: concordance of Lin (1989),
    Biometrics 45, 255-268, with moments over n. ``mec``: model efficiency of Janssen and Heuberger (1995),
    Ecological Modelling 83, 55-66; below 0 the mean of the observations would be the better map. ``r2``:
    squared correlation.

    Of the ``n_interval`` pairs whose map states how sure it is: ``sd_mean`` the mean stated standard
    deviation, ``coverage_pct`` the share of observations within the 90 % interval, and mean and standard
    deviation of error / sd, which should be 0 and 1; errors of the observations themselves are part of all.

    ``observed_error_pct`` and ``conversion_error_pct``: share of the mean squared error that the stated
    errors of the observed values, and those of their conversions, explain; of the pairs whose errors are
    known (``n_observed_sd``, ``n_conversion_sd``).
    """

    n: int
    bias: float = np.nan
    mae: float = np.nan
    rmse: float = np.nan
    ccc: float = np.nan
    mec: float = np.nan
    r2: float = np.nan
    n_interval: int = 0
    sd_mean: float = np.nan
    coverage_pct: float = np.nan
    standardised_mean: float = np.nan
    standardised_sd: float = np.nan
    n_observed_sd: int = 0
    observed_error_pct: float = np.nan
    n_conversion_sd: int = 0
    conversion_error_pct: float = np.nan


def agreement(pairs: Pairs, least: int = 1) -> Agreement:
    """How pairs agree; fewer than ``least`` are only counted, and so are parts of them that are fewer."""
    n = len(pairs.mapped)
    if n < max(least, 1):
        return Agreement(n)
    error = pairs.error
    known = np.isfinite(pairs.observed_sd), np.isfinite(pairs.conversion_sd)
    return Agreement(
        n,
        bias=float(error.mean()),
        mae=float(np.abs(error).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        ccc=concordance(pairs.mapped, pairs.observed),
        mec=efficiency(pairs.mapped, pairs.observed),
        r2=squared_correlation(pairs.mapped, pairs.observed),
        n_observed_sd=int(known[0].sum()),
        observed_error_pct=_explained(error, pairs.observed_sd, known[0], least),
        n_conversion_sd=int(known[1].sum()),
        conversion_error_pct=_explained(error, pairs.conversion_sd, known[1], least),
        **_sureness(pairs.at(np.isfinite(pairs.low) & np.isfinite(pairs.high)), least),
    )


def concordance(mapped: Floats, observed: Floats) -> float:
    """Concordance correlation coefficient (Lin 1989): 1 where all pairs lie on the line of equal values."""
    off = (mapped.mean() - observed.mean()) ** 2
    covariance = ((mapped - mapped.mean()) * (observed - observed.mean())).mean()
    return _ratio(2 * covariance, mapped.var() + observed.var() + off)


def efficiency(mapped: Floats, observed: Floats) -> float:
    """Model efficiency coefficient (Janssen and Heuberger 1995): 1 less the error over the variance."""
    share = _ratio(((mapped - observed) ** 2).sum(), ((observed - observed.mean()) ** 2).sum())
    return 1 - share


def squared_correlation(mapped: Floats, observed: Floats) -> float:
    """Square of Pearson's correlation."""
    covariance = ((mapped - mapped.mean()) * (observed - observed.mean())).mean()
    return _ratio(covariance**2, mapped.var() * observed.var())


def _ratio(part: float, whole: float) -> float:
    """NaN where the whole is nothing, as of values that are all the same."""
    return float(part / whole) if whole > 0 else np.nan


def _explained(error: Floats, sd: Floats, known: NDArray[np.bool_], least: int) -> float:
    """Percent of the mean squared error that a standard deviation explains, of pairs where it is known."""
    if known.sum() < max(least, 1):
        return np.nan
    return 100 * _ratio((sd[known] ** 2).mean(), (error[known] ** 2).mean())


def _sureness(pairs: Pairs, least: int) -> dict[str, Any]:
    """What pairs say of the interval that the map states; all of them have one."""
    n = len(pairs.mapped)
    if n < max(least, 1):
        return {"n_interval": n}
    inside = (pairs.low <= pairs.observed) & (pairs.observed <= pairs.high)
    is_sure = pairs.sd == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        standardised = np.where(is_sure, np.nan, pairs.error / pairs.sd)
    known = standardised[~is_sure]
    return {
        "n_interval": n,
        "sd_mean": float(pairs.sd.mean()),
        "coverage_pct": float(100 * inside.mean()),
        "standardised_mean": float(known.mean()) if known.size else np.nan,
        "standardised_sd": float(known.std(ddof=1)) if known.size > 1 else np.nan,
    }


# ---- depths that can be compared ---------------------------------------------------------


def tiling(wanted: Interval, known: Sequence[Interval]) -> tuple[Interval, ...]:
    """The known intervals that make up the wanted one, from the top down; () where they do not.

    The wanted interval itself comes first, then whole intervals that adjoin each other: nothing is cut.
    """
    if wanted in known:
        return (wanted,)
    upper, lower = wanted
    for part in sorted(known, key=lambda one: -one[1]):
        if part[0] == upper and part[1] < lower and (rest := tiling((part[1], lower), known)):
            return (part, *rest)
    return ()


def integrated(values: Floats, parts: Sequence[Interval]) -> Floats:
    """Mean over adjoining intervals: values (pair, part) weighted by thickness; NaN where one is unknown.

    For standard deviations it is that of errors that go together in all parts, which is never too small.
    """
    thickness = np.array([lower - upper for upper, lower in parts])
    return np.asarray(values @ (thickness / thickness.sum()))


# ---- what is worth a warning -------------------------------------------------------------


def is_biased(found: Agreement, rules: MapAgreement) -> bool:
    """Whether the bias is larger than config lets pass, and than chance makes it (two standard errors)."""
    if not found.n_interval or found.n < 2:
        return False
    chance = 2 * np.sqrt(max(found.rmse**2 - found.bias**2, 0.0) / (found.n - 1))
    return bool(abs(found.bias) > max(rules.most_bias_sd * found.sd_mean, chance))


def is_unsure(found: Agreement, rules: MapAgreement) -> bool:
    """Whether the 90 % interval holds fewer or more observations than config lets pass, and than chance makes
    it (two standard errors of the share)."""
    if not found.n_interval:
        return False
    share = INTERVAL_PCT / 100
    chance = 200 * np.sqrt(share * (1 - share) / found.n_interval)
    low, high = rules.coverage_pct
    off = abs(found.coverage_pct - INTERVAL_PCT)
    return bool(not low <= found.coverage_pct <= high and off > chance)
