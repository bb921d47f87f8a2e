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


@dataclass(frozen=True)
class Confidence:
    """Probabilities of a window, 0..1, NaN where there is no class or the uncertainty is not known.

    ``classes`` (crop, class, y, x): of S1, S2, S3, N, under independence. ``assigned``, ``lowest`` and
    ``highest`` (crop, y, x): of the class that the evaluation gives, under independence and the bounds
    for any dependence.
    """

    crops: tuple[str, ...]
    classes: NDArray[np.float32]
    assigned: NDArray[np.float32]
    lowest: NDArray[np.float32]
    highest: NDArray[np.float32]


def spread_of_quantiles(q05: NDArray[np.float64], q95: NDArray[np.float64]) -> NDArray[np.float64]:
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
    out = np.full((len(tables.crops), kernel.CLASSES + 3, classes[0].size), np.nan, np.float32)
    for crop, name in enumerate(tables.crops):
        used = [prop for prop in spreads if limits(tables, name, prop, scenario)]
        edges, ranks = _side_by_side([pieces(tables, name, prop, scenario) for prop in used])
        kernel.class_probabilities(
            classes[crop].reshape(-1),
            _stacked([inputs[prop] for prop in used], np.int32, classes[crop].size),
            _stacked([spreads[prop] for prop in used], np.float32, classes[crop].size),
            edges,
            ranks,
            out[crop],
        )
    shaped = out.reshape(*out.shape[:2], *classes.shape[1:])
    return Confidence(tables.crops, shaped[:, : kernel.CLASSES], *shaped[:, kernel.CLASSES :].swapaxes(0, 1))


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


def packed(result: Confidence) -> dict[str, NDArray[np.uint8]]:
    """Probabilities as stored, arrays (crop, y, x) of half percents by name; NO_DATA where there is none.

    Those of "this class or better" are rounded and the classes' are their differences: so they add up
    to 100 %, and none is off by more than half a percent.
    """
    unknown = np.isnan(result.assigned)
    below = np.rint(STEPS * np.nan_to_num(result.classes).cumsum(axis=1)).astype(np.uint8)
    below[:, -1] = STEPS
    classes = np.diff(below, axis=1, prepend=np.uint8(0)).swapaxes(0, 1)
    names = ("p_s1", "p_s2", "p_s3", "p_n")
    bounds = {
        "confidence": result.assigned,
        "confidence_low": result.lowest,
        "confidence_high": result.highest,
    }
    steps = {name: np.rint(STEPS * np.nan_to_num(values)) for name, values in bounds.items()}
    stored = {**dict(zip(names, classes, strict=True)), **steps}
    return {name: np.where(unknown, NO_DATA, values).astype(np.uint8) for name, values in stored.items()}


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


def _stacked[T: np.generic](arrays: list[NDArray[np.generic]], dtype: type[T], cells: int) -> NDArray[T]:
    return np.array([array.reshape(-1) for array in arrays], dtype).reshape(len(arrays), cells)
