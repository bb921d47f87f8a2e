"""How many classes management can gain for what one characteristic is now.

A level of management gains some classes for a characteristic (evaluation.yaml, improvement). Two means act
one way only, so that they gain nothing where the better classes lie the other way: irrigation adds water, it
takes none from land with too much rain; and on protected peat drainage is never improved toward drier
(PP 57/2016, art. 23). One rule for both: no class is gained beyond the best that lies that way.
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.crops import SCENARIOS, Crop, LandEvaluation, Way
from soilinfo.evaluate.criteria import Classes

_UNRATED = 9
"""In place of a class that is missing: worse than all."""


def gains(crop: Crop, name: str, rules: LandEvaluation, classes: Classes) -> NDArray[np.int64]:
    """Classes gained (scenario, value) by one characteristic of a crop.

    ``classes``: 1..4 of each value, in the order of the values; others are of values that are not rated,
    for which nothing is gained.
    """
    levels = np.array([0, *rules.improvement.get(name, (0, 0, 0))])
    assert len(levels) == len(SCENARIOS), "actual, and the levels of management"
    most = within_reach(classes)
    if name in rules.irrigation_only:
        most = within_reach(classes, rules.irrigation_only[name]) if crop.irrigated else np.zeros_like(most)
    gained: NDArray[np.int64] = np.minimum(levels[:, np.newaxis], most)
    return gained


def within_reach(classes: Classes, way: Way | None = None) -> NDArray[np.int64]:
    """How many classes better than each value are others: all, or only those of the values one way on.

    ``classes`` as in :func:`gains`. Without ``way`` S1 is taken to be within reach.
    """
    rated = np.where((classes >= 1) & (classes <= 4), classes, _UNRATED).astype(np.int64)
    if way is None:
        best = np.ones_like(rated)
    elif way == "raises":
        best = np.minimum.accumulate(rated[::-1])[::-1]
    else:
        best = np.minimum.accumulate(rated)
    return np.where(rated == _UNRATED, 0, rated - best)
