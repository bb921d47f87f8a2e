"""The harmonized table: properties of profiles at common depths, each value with the way that led to it."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from soilinfo.catalog.equations import Equation
from soilinfo.harmonize import black_soils
from soilinfo.harmonize.at_depths import at_depths
from soilinfo.harmonize.black_soils import BLACK_SOIL
from soilinfo.harmonize.classes import FRACTIONS, TEXTURE, texture
from soilinfo.harmonize.depth import Intervals
from soilinfo.harmonize.dominant import but_of, dominant
from soilinfo.harmonize.graded import graded, rule_of
from soilinfo.harmonize.leads import led_to
from soilinfo.harmonize.observed import elements_of, listed, observed_in
from soilinfo.harmonize.stock import PARTS, STOCK, carbon_density
from soilinfo.harmonize.table import COLUMNS, Told, in_sum, rows_of
from soilinfo.harmonize.ways import Led, Rules

BATCH = 5_000
"""Profiles that are harmonized together: more need more memory on the way, and are no faster."""


def harmonized(
    profiles: pd.DataFrame, elements: pd.DataFrame, observations: pd.DataFrame, rules: Rules
) -> pd.DataFrame:
    """Every property that config wants, of every profile that it is known of, at every interval.

    ``profiles``: id, dataset, project, date, bedrock_cm, version; ``elements`` and ``observations`` as they
    were ingested. A profile of which nothing leads to a property has no row of it. A row of an interval that
    nobody sampled has no value, and its state says whether it lies in bedrock. ``value`` is the mean of the
    part that is covered, of a stock its sum. ``sd``: errors of measurement are independent between horizons,
    those of an equation the same for all horizons of a profile; unknown where one of them is.
    """
    found = [
        frame
        for some in _batches(profiles, elements, observations)
        for made in [_Table(*some, rules)]
        for name in rules.harmonization.properties
        for frame in made.rows(name)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _batches(*frames: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]]:
    """Profiles, and what is known of them, so many at a time: what they share is looked at together."""
    profiles, *known = frames
    at = [pd.Index(profiles["id"]).get_indexer(pd.Index(frame["profile_id"])) // BATCH for frame in known]
    for start in range(0, len(profiles), BATCH):
        elements, observations = (frame[of == start // BATCH] for frame, of in zip(known, at, strict=True))
        yield profiles.iloc[start : start + BATCH], elements, observations


class _Table:
    """One harmonization at work: what its properties share."""

    def __init__(
        self, profiles: pd.DataFrame, elements: pd.DataFrame, observations: pd.DataFrame, rules: Rules
    ) -> None:
        self.profiles, self.rules = profiles, rules
        self.observations = observations
        self.elements = elements_of(profiles["id"], elements)
        self.observed = observed_in(self.elements, observations, rules.harmonization.censored)
        self.intervals = [*rules.harmonization.intervals, *rules.harmonization.further_intervals]
        self._known: dict[str, Led | None] = {}

    def rows(self, name: str) -> Iterator[pd.DataFrame]:
        """The rows of a property: of profiles that its class was observed of, then of those led to it."""
        seen = self._dominant(name)
        told = self._made(name)
        if seen is not None and told is not None:
            told = but_of(told, seen.at.profile)
        for one in (seen, told):
            if one is not None:
                yield rows_of(name, one, self.profiles, self._intervals(name), self.rules)

    def _made(self, name: str) -> Told | None:
        made = {TEXTURE: self._texture, STOCK: self._stock, BLACK_SOIL: self._black_soil}
        if name in made:
            return made[name]()
        rule = rule_of(name, self.rules.equations)
        return self._graded(rule) if rule else self._told(self._led(name))

    def _graded(self, rule: Equation) -> Told | None:
        """Classes of the means of another property."""
        told = self._told(self._led(rule.from_property))
        return None if told is None else graded(told, rule, self.rules.unit(rule.from_property))

    def _dominant(self, name: str) -> Told | None:
        if self.rules.properties[name].kind != "class" or name == BLACK_SOIL:
            return None
        return dominant(name, self.elements, self.observations, len(self.profiles), self._intervals(name))

    def _intervals(self, name: str) -> Intervals:
        """The intervals that a property is told at."""
        return [black_soils.INTERVAL] if name == BLACK_SOIL else self.intervals

    def _led(self, name: str) -> Led | None:
        """A property in every element that something leads to; found once."""
        if name not in self._known:
            found = led_to(name, self.elements, self.observed, self.rules, len(self.profiles))
            self._known[name] = found
        return self._known[name]

    def _told(self, led: Led | None, name: str = "") -> Told | None:
        if led is None:
            return None
        found = at_depths(led, self.elements, self._intervals(name), self.rules.harmonization.smoothing)
        used = np.isfinite(led.estimate.value)
        of = self.elements.profile[used]
        procedures = listed(of, led.procedures[used], len(led.chosen), once=True)
        return Told(found, led.ways, led.chosen[found.profile], procedures[found.profile])

    def _stock(self) -> Told | None:
        """Stocks: of what is covered the sum of carbon per volume."""
        soc, density, coarse = map(self._led, PARTS)
        if soc is None or density is None:
            return None
        told = self._told(carbon_density(soc, density, coarse, self.elements, self.rules))
        return None if told is None else in_sum(told)

    def _texture(self) -> Told | None:
        """Classes of the fractions at each interval."""
        leads = {name: self._led(name) for name in FRACTIONS}
        told = {name: self._told(led) for name, led in leads.items()}
        return texture(_without_none(leads), _without_none(told))

    def _black_soil(self) -> Told | None:
        """Categories of black soils, by the horizons of the uppermost decimetres."""
        leads = _without_none({name: self._led(name) for name in black_soils.PARTS})
        told = self._told(black_soils.described(leads, self.elements, self.rules), BLACK_SOIL)
        if told is None:
            return None
        bedrock = self.profiles["bedrock_cm"].to_numpy(float)
        return black_soils.categorised(told, leads, self.elements, bedrock, self.rules)


def _without_none[T](found: Mapping[str, T | None]) -> dict[str, T]:
    return {name: each for name, each in found.items() if each is not None}
