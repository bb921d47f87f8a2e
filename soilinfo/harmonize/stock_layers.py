"""What a profile tells of its carbon, layer by layer, as changes of stocks need it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from soilinfo.errors import InputError
from soilinfo.harmonize.depth import ROUNDING_CM
from soilinfo.harmonize.leads import led_to
from soilinfo.harmonize.observed import Elements, elements_of, listed, observed_in
from soilinfo.harmonize.stock import PARTS, UNITS, from_the_same, in_unit
from soilinfo.harmonize.stock_change import Layers
from soilinfo.harmonize.ways import Led, Rules, Way

STONES = PARTS[2]


@dataclass(frozen=True)
class Sampled:
    """The layers of one sampling, and how what is told of them was come by."""

    layers: Layers
    ways: Mapping[str, Way]
    """How carbon, density and coarse fragments were come by; without what was not told."""
    procedures: str
    """Those that carbon was observed by, as far as they are known."""
    no_stones: bool
    """Whether config takes as no stones what nobody told of them."""

    def gaps(self, depth_cm: float) -> list[tuple[str, float, float]]:
        """What is not known above a depth: the property, and from where to where (cm)."""
        return [
            (name, top, bottom)
            for part, name in enumerate(PARTS)
            for top, bottom in self.layers.gaps(part, depth_cm)
        ]


def sampled(
    profile: pd.DataFrame, elements: pd.DataFrame, observations: pd.DataFrame, rules: Rules
) -> Sampled:
    """The layers of a profile (one row), by the rules that harmonized stocks are made by.

    InputError, naming what is missing, where no layer has a carbon content, a density or, unless config takes
    them as none, coarse fragments; and where layers overlap.
    """
    known = elements_of(profile["id"], elements)
    observed = observed_in(known, observations, rules.harmonization.censored)
    found = {name: led_to(name, known, observed, rules, 1) for name in PARTS}
    leads = {name: led for name, led in found.items() if led and np.isfinite(led.estimate.value).any()}
    assumed = rules.harmonization.stock_without_coarse_fragments == "as_none"
    needed = {*PARTS} - ({STONES} if assumed else set())
    if lacking := [name for name in PARTS if name in needed and name not in leads]:
        raise InputError(
            f"profile '{profile['id'].iloc[0]}' has no {' and no '.join(lacking)}, nor anything that leads "
            f"there: a stock of carbon needs {', '.join(PARTS)}"
        )
    layers = _layers(leads, known, rules)
    _check_apart(layers, str(profile["id"].iloc[0]))
    bare = np.isnan(layers.value[2]) & assumed
    layers.value[2, bare] = 0.0
    soc = leads[PARTS[0]]
    at = np.zeros(len(known.id), np.int64)
    return Sampled(
        layers,
        {name: led.ways[led.chosen[0]] for name, led in leads.items()},
        str(listed(at, soc.procedures, 1, once=True)[0]),
        bool((bare & np.isfinite(layers.value[:2]).all(axis=0)).any()),
    )


def _layers(leads: Mapping[str, Led], elements: Elements, rules: Rules) -> Layers:
    unknown = [np.full(len(elements.id), np.nan)] * 3
    parts = [
        in_unit(leads[name], name, unit, rules) if name in leads else unknown
        for name, unit in zip(PARTS, UNITS, strict=True)
    ]
    value, sd, sd_common = (np.array(each) for each in zip(*parts, strict=True))
    opposed = bool(from_the_same(leads[PARTS[0]], leads[PARTS[1]])[0])
    return Layers(elements.upper, elements.lower, elements.organic, value, sd, sd_common, opposed)


def _check_apart(layers: Layers, id: str) -> None:
    known = np.flatnonzero(np.isfinite(layers.value[:2]).all(axis=0))
    upper, lower = layers.upper[known], layers.lower[known]
    over = np.flatnonzero(upper[1:] < lower[:-1] - ROUNDING_CM)
    if len(over):
        at = over[0]
        raise InputError(
            f"layers of profile '{id}' overlap: {upper[at]:g}-{lower[at]:g} cm and "
            f"{upper[at + 1]:g}-{lower[at + 1]:g} cm; which of them is right cannot be told"
        )
