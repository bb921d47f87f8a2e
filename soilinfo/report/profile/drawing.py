"""What a depth plot shows of one property of one profile, in the unit of the property."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.depth import LAMBDA, ROUNDING_CM, spline_of

STEPS = 24
"""Points of the curve in each horizon and each gap."""

WHOLE_PCT = 99.5
"""What is told as 100 %."""


@dataclass(frozen=True)
class Horizon:
    """One horizon or layer: what was observed of it, and what that is in terms of the property drawn.

    ``value``: None where nothing was observed. ``observed``: the value before an equation, None where there
    was no equation or its unit is another one. ``qualifier``: '<' or '>' of a limit of detection.
    """

    upper_cm: float
    lower_cm: float
    code: str = ""
    value: float | None = None
    sd: float | None = None
    observed: float | None = None
    qualifier: str = ""
    is_organic: bool = False


@dataclass(frozen=True)
class Mean:
    """The harmonized value of a depth interval; ``state`` and ``covered_pct`` as in harmonized_profiles.

    ``value``: None where there is none. ``sd``: None where it is not known, which is not zero.
    """

    upper_cm: float
    lower_cm: float
    state: str
    value: float | None = None
    sd: float | None = None
    covered_pct: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether all of it was sampled, as far as a rounded share can tell."""
        return self.covered_pct >= WHOLE_PCT


@dataclass(frozen=True)
class Drawing:
    """One property of one profile, ready to be drawn."""

    profile: str
    """What the profile is called; '' for one that somebody wrote down."""
    property_id: str
    """In the catalog; its title, unit and decimals are those of the catalog."""
    horizons: Sequence[Horizon]
    means: Sequence[Mean] = ()
    curves: Sequence[NDArray[np.float64]] = ()
    """Of each stretch of the spline its points (n, 2): depth in cm, value."""
    smoothing: float | None = None
    """Lambda of the spline; None where none was fitted."""
    bedrock_cm: float | None = None
    observed: Sequence[str] = ()
    """What was observed, where that is another property or several."""
    equations: Sequence[str] = ()
    source: str = ""
    """Whose data, and which version of them."""

    @property
    def parts(self) -> list[Horizon | Mean]:
        """All that is drawn from one depth to another."""
        return [*self.horizons, *self.shown]

    @property
    def has_values(self) -> bool:
        """Whether there is something to draw by horizon, too: a stock is of a depth, and not of a horizon."""
        return any(each.value is not None for each in self.horizons)

    @property
    def deepest_cm(self) -> float:
        """How far down the plot goes: to the end of the last horizon or of the last interval shown."""
        return max([each.lower_cm for each in self.parts], default=0.0)

    @property
    def shown(self) -> Sequence[Mean]:
        """The intervals down to the first below which there are no more values: the rest is only said."""
        valued = [at for at, mean in enumerate(self.means) if mean.value is not None]
        return self.means[: valued[-1] + 2] if valued else self.means

    @property
    def has_bedrock(self) -> bool:
        """Whether the plot reaches bedrock."""
        return self.bedrock_cm is not None and self.bedrock_cm < self.deepest_cm

    def soil_to(self, mean: Mean) -> float:
        """How far down an interval there is soil: to its end, or to bedrock within it."""
        rock = self.bedrock_cm
        return rock if rock is not None and mean.upper_cm < rock < mean.lower_cm else mean.lower_cm

    @property
    def unsampled(self) -> list[tuple[float, float]]:
        """Depths (upper, lower) without a value, down to the end of the plot or to bedrock.

        Those without a horizon where none has a value.
        """
        found, at, end = [], 0.0, min(self.deepest_cm, self.bedrock_cm or self.deepest_cm)
        for each in sorted(self.horizons, key=lambda each: each.upper_cm):
            if each.value is not None or not self.has_values:
                found += [(at, each.upper_cm)] if each.upper_cm > at else []
                at = max(at, each.lower_cm)
        return [*found, (at, end)] if end > at else found

    @property
    def values(self) -> list[float]:
        """Every value that the plot has room for, those that standard deviations reach included."""
        with_sd = [(each.value, each.sd or 0.0) for each in self.parts]
        reached = [value + side * sd for value, sd in with_sd if value is not None for side in (-1, 1)]
        observed = [each.observed for each in self.horizons if each.observed is not None]
        return [*reached, *observed, *(float(value) for curve in self.curves for value in curve[:, 1])]


def curves_of(horizons: Sequence[Horizon], smoothing: float = LAMBDA) -> list[NDArray[np.float64]]:
    """The equal-area spline through the horizons with a value, organic and mineral ones apart, as points.

    None where horizons overlap: which of them is right cannot be told.
    """
    known = sorted((each for each in horizons if each.value is not None), key=lambda each: each.upper_cm)
    if any(below.upper_cm < above.lower_cm - ROUNDING_CM for above, below in pairwise(known)):
        return []
    return [_curve([*run], smoothing) for _, run in groupby(known, key=lambda each: each.is_organic)]


def _curve(run: Sequence[Horizon], smoothing: float) -> NDArray[np.float64]:
    ends = np.array([(each.upper_cm, each.lower_cm) for each in run])
    values = np.array([each.value for each in run], float)
    spline = spline_of(ends[:, 0], ends[:, 1], values, smoothing)
    depths = np.unique(np.concatenate([*_steps(ends)]))
    return np.column_stack([depths, spline.at(depths)])


def _steps(ends: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    bounds = np.unique(ends)
    for upper, lower in pairwise(bounds):
        yield np.linspace(upper, lower, STEPS + 1)


def side_by_side(means: Sequence[Mean]) -> list[Mean]:
    """Those intervals, from the top down, that do not overlap: of 0-5, 0-30, 5-15 first and last."""
    kept: list[Mean] = []
    for mean in sorted(means, key=lambda each: (each.upper_cm, each.lower_cm)):
        if not kept or mean.upper_cm >= kept[-1].lower_cm:
            kept.append(mean)
    return kept
