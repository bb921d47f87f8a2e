"""How sure the classes of land suitability are, where it is known how sure the inputs are.

The value of an uncertain property in a cell is taken as normal around its mapped value, cut off at
the ends of its valid range. The class that the property alone allows (the worst of all rows on it)
is a step function of that value, read from the compiled tables, so that boundary rule, overlaps,
gaps and ``worst_class`` are exactly those of the evaluation; a value counts to the packed step that
it is rounded to. The law of the minimum (FAO 1976) then gives, for the class ``k`` or better,

* under independence of the properties' errors the product of their probabilities ``P_j``;
* whatever their dependence, between ``max(0, sum P_j - n + 1)`` and ``min P_j`` (Fréchet 1935).

Properties without a known uncertainty count as certain, so every probability is conditional on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Scenario
from soilinfo.evaluate import confidence_kernel as kernel
from soilinfo.evaluate.kernel import ALL, BITS, CROPS_PER_WORD, SEVEN
from soilinfo.evaluate.suitability import evaluate
from soilinfo.evaluate.tables import Tables

STEPS = 200
"""Probabilities are stored in so many steps: half percents."""
NO_DATA = 255
"""Stored where there is no probability."""
Q95 = NormalDist().inv_cdf(0.95)
"""Standard deviations from the mean to the 95th percentile."""


VARIABLES = ("p_s1", "p_s2", "p_s3", "p_n", "confidence", "confidence_low", "confidence_high")
"""Probabilities by class, that of the assigned class, and its bounds whatever the dependence."""


@dataclass(frozen=True)
class Confidence:
    """Probabilities of a window, 0..1, NaN where there is no class or the uncertainty is not known.

    ``probabilities`` (crop, variable, y, x), in the order of VARIABLES.
    """

    crops: tuple[str, ...]
    probabilities: NDArray[np.float32]

    @property
    def classes(self) -> NDArray[np.float32]:
        """Of S1, S2, S3, N (crop, class, y, x), under independence."""
        return self.probabilities[:, : kernel.CLASSES]

    @property
    def assigned(self) -> NDArray[np.float32]:
        """Of the class that the evaluation gives (crop, y, x), under independence."""
        return self.probabilities[:, kernel.CLASSES]

    @property
    def bounds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The least and the most that the probability of the assigned class can be, for any dependence."""
        return self.probabilities[:, kernel.CLASSES + 1], self.probabilities[:, kernel.CLASSES + 2]

    def packed(self) -> NDArray[np.uint8]:
        """Probabilities as stored (crop, variable, y, x): half percents, NO_DATA where there is none.

        Those of each class or a better one are rounded and the classes' are their differences, so they
        add up to 100 % and none is off by more than half a percent.
        """
        crops, variables = self.probabilities.shape[:2]
        out = np.empty(self.probabilities.shape, np.uint8)
        flat = zip(*(array.reshape(crops, variables, -1) for array in (self.probabilities, out)), strict=True)
        for probabilities, own in flat:
            kernel.pack(probabilities, STEPS, NO_DATA, own)
        return out


def spread_of_quantiles(q05: NDArray[np.floating], q95: NDArray[np.floating]) -> NDArray[np.floating]:
    """Standard deviation of the normal distribution that has these two quantiles; NaN stays NaN."""
    return (q95 - q05) / (2 * Q95)


def confidence(
    tables: Tables,
    inputs: Mapping[str, NDArray[np.integer]],
    spreads: Mapping[str, NDArray[np.floating]],
    scenario: Scenario = "actual",
) -> Confidence:
    """Probabilities of the classes of every crop of ``tables`` on one window.

    ``inputs`` as :func:`soilinfo.evaluate.suitability.evaluate` takes them. ``spreads``: standard
    deviation (y, x) of each uncertain numeric property, in its packed steps; 0 is a certain value,
    NaN an unknown one. Whether peat is protected is decided by its mapped thickness. Raises
    InputError when an input is missing or of another shape.
    """
    given = evaluate(_without(tables, spreads), inputs, scenarios=(scenario,), limiting=False)
    classes = given.classes[scenario]
    out = np.full((len(tables.crops), len(VARIABLES), classes[0].size), np.nan, np.float32)
    for crop, name in enumerate(tables.crops):
        used = [prop for prop in spreads if limits(tables, name, prop, scenario)]
        edges, ranks = _side_by_side([pieces(tables, name, prop, scenario) for prop in used])
        kernel.class_probabilities(
            classes[crop].reshape(-1),
            _stacked(inputs, used, classes[crop].size).astype(np.int32),
            _stacked(spreads, used, classes[crop].size).astype(np.float32),
            edges,
            ranks,
            out[crop],
        )
    return Confidence(tables.crops, out.reshape(*out.shape[:2], *classes.shape[1:]))


def limits(tables: Tables, crop: str, prop: str, scenario: Scenario = "actual") -> bool:
    """Whether a numeric property gives a crop a class worse than S1 somewhere in its valid range."""
    return bool((pieces(tables, crop, prop, scenario)[1] > 1).any())


def pieces(
    tables: Tables, crop: str, prop: str, scenario: Scenario
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The class that a numeric property alone allows a crop, by pieces of its packed range.

    Edges (piece + 1) lie half a step between the integers, so that whatever is rounded to an integer
    is in its piece; classes (piece) are 1..4.
    """
    word, shift = divmod(tables.crops.index(crop), CROPS_PER_WORD)
    low, bits = 0, np.full(1, SEVEN)
    for factor, lookup in enumerate(tables.factors):
        if lookup.name == prop:
            row = tables.rows[word, SCENARIOS.index(scenario), factor]
            low, bits = lookup.low, bits & (row >> np.uint64(BITS * shift))[lookup.bands[:-1]]
    ranks = kernel.CLASSES - np.bitwise_count(bits).astype(np.int64)
    begins = np.flatnonzero(np.insert(np.diff(ranks) != 0, 0, True))
    return low + np.append(begins, len(ranks)) - 0.5, ranks[begins]


def _without(tables: Tables, properties: Mapping[str, object]) -> Tables:
    """The same tables, but that these properties limit nothing; where they lack there is no class still."""
    rows = tables.rows.copy()
    rows[..., [factor.name in properties for factor in tables.factors], :] = ALL
    return replace(tables, rows=rows)


def _side_by_side(
    found: list[tuple[NDArray[np.float64], NDArray[np.int64]]],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Edges and classes of several properties as one array each; pieces without any width fill it up."""
    widest = max((len(ranks) for _, ranks in found), default=1)
    edges = [np.pad(own, (0, widest + 1 - len(own)), mode="edge") for own, _ in found]
    ranks = [np.pad(own, (0, widest - len(own)), mode="edge") for _, own in found]
    return np.reshape(edges, (len(found), widest + 1)), np.reshape(ranks, (len(found), widest)).astype(
        np.int64
    )


def _stacked(arrays: Mapping[str, NDArray[Any]], names: list[str], cells: int) -> NDArray[Any]:
    """The named arrays as rows (name, cell)."""
    return np.reshape([arrays[name] for name in names], (len(names), cells))
