"""Land as the rules of land_degradation.yaml judge it: the published layers that they name, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.land_degradation import LandDegradation, MissingRule, SubIndicators
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_land_degradation import LAND_DEGRADATION, SUB_INDICATORS
from soilinfo.evaluate.indicators.change import relative_change
from soilinfo.evaluate.indicators.land_degradation import (
    MISSING,
    NOT_JUDGED,
    WATER,
    Cells,
    Meanings,
    Period,
    PeriodCells,
    period_of,
    status_of,
)
from soilinfo.evaluate.indicators.sums import Steps
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.gsp.layers import Published

RULES: tuple[MissingRule, ...] = ("all_known", "known_degrades", "known_only")
PEAT = "peat_thickness"
"""The property that tells peat."""

Key = tuple[str, str]
"""(period, part) of a verdict: ("status", rule), ("status", "peat"), ("baseline", "assessment"), ("baseline",
"soc") ..."""


@dataclass(frozen=True)
class Land:
    """The published layers that land degradation is told by; those that are not there are left out."""

    published: Published
    rules: LandDegradation
    meanings: Meanings
    layers: Mapping[str, str]
    """Name -> version of every layer that is read."""
    lacking: tuple[str, ...]
    """Layers that the rules name and that are not published."""
    peat: str | None

    @property
    def periods(self) -> dict[str, SubIndicators]:
        """The periods that any layer is there for, by name."""
        named = {"baseline": self.rules.baseline, "reporting": self.rules.reporting}
        return {name: each for name, each in named.items() if each and self._has_any(each)}

    def _has_any(self, period: SubIndicators) -> bool:
        pairs = (pair for pair in (period.land_cover, period.soc) if pair)
        return period.productivity in self.layers or any({*pair} <= {*self.layers} for pair in pairs)

    def verdicts(self, window: Window) -> dict[Key, Cells]:
        """Every verdict in a window, WATER where the land of the last land cover is water."""
        thick = self._values(self.peat, window) if self.peat else None
        peat = np.zeros(window.shape, bool) if thick is None else thick >= self.rules.peat_thickness_cm
        periods = {
            name: period_of(self.meanings, self._cells(each, window), each.length, peat)
            for name, each in self.periods.items()
        }
        verdicts = dict(_of_periods(periods, self.rules.missing, peat))
        water = self._water(window)
        for cells in verdicts.values():
            cells[water] = WATER
        return verdicts

    def _cells(self, period: SubIndicators, window: Window) -> PeriodCells:
        covers = self._pair(period.land_cover, window)
        productivity = period.productivity if period.productivity in self.layers else None
        return PeriodCells(
            window.shape,
            covers,
            self._packed(productivity, window) if productivity else None,
            self._change(period.soc, window),
            self._stocked(period.soc_start, window),
        )

    def _pair(
        self, names: tuple[str, str] | None, window: Window
    ) -> tuple[NDArray[Any], NDArray[Any]] | None:
        if not names or not {*names} <= {*self.layers}:
            return None
        return self._packed(names[0], window), self._packed(names[1], window)

    def _change(self, names: tuple[str, str] | None, window: Window) -> Steps | None:
        pair = self._pair(names, window)
        if names is None or pair is None:
            return None
        before, after = (self._nodata(name) for name in names)
        return relative_change(*pair, before, after)

    def _stocked(self, name: str | None, window: Window) -> NDArray[np.bool_] | None:
        if name is None or name not in self.layers:
            return None
        packed = self._packed(name, window)
        return np.asarray((packed != self._nodata(name)) & (packed > 0))

    def _water(self, window: Window) -> NDArray[np.bool_]:
        """Water at the end of the last period of which there are land covers."""
        pairs = [each.land_cover for each in self.periods.values() if each.land_cover]
        last = next((pair[1] for pair in reversed(pairs) if {*pair} <= {*self.layers}), None)
        return self.meanings.water[self._packed(last, window)] if last else np.zeros(window.shape, bool)

    def _packed(self, name: str, window: Window) -> NDArray[Any]:
        return self.published.store.cube.open(name, self.layers[name]).read(name, window)

    def _values(self, name: str, window: Window) -> NDArray[np.float64]:
        cube = self.published.store.cube.open(name, self.layers[name])
        return cube.decode(name, cube.read(name, window))

    def _nodata(self, name: str) -> int:
        return self.published.store.cube.open(name, self.layers[name]).variable(name).nodata


def _of_periods(
    periods: Mapping[str, Period], missing: MissingRule, peat: NDArray[np.bool_]
) -> Iterator[tuple[Key, Cells]]:
    baseline, reporting = periods.get("baseline"), periods["reporting"]
    by_rule = {rule: status_of(baseline, reporting, rule) for rule in RULES}
    yield from ((("status", rule), cells) for rule, cells in by_rule.items())
    on_peat = np.where(by_rule[missing] == MISSING, np.uint8(NOT_JUDGED), by_rule[missing])
    yield ("status", "peat"), np.where(peat, on_peat, np.uint8(MISSING))
    for name, period in periods.items():
        yield (name, "assessment"), period.assessment(missing)
        yield from (((name, part), cells) for part, cells in zip(SUB_INDICATORS, period.parts, strict=True))


def land_of(published: Published) -> Land | None:
    """The land that the rules of a configuration can judge; None without rules, or without any layer of the
    period that is reported."""
    rules, catalog = published.catalog.land_degradation, published.catalog
    if rules is None:
        return None
    named = {name: None for period in rules.periods for name in period.layers}
    layers = {name: published.versions[name] for name in named if name in published.versions}
    if peat := published.find(PEAT, None):
        layers[peat] = published.versions[peat]
    lacking = tuple(name for name in named if name not in layers)
    land = Land(published, rules, meanings_of(catalog, rules), layers, lacking, peat)
    return land if "reporting" in land.periods else None


def meanings_of(catalog: Catalog, rules: LandDegradation) -> Meanings:
    """What the classes of the layers mean that the rules name."""

    def table(name: str) -> str:
        return catalog.property(catalog.layer(name).property).class_table or ""

    covers = [pair[0] for period in rules.periods if (pair := period.land_cover)]
    dynamics = [name for period in rules.periods if (name := period.productivity)]
    return Meanings.of(
        rules,
        catalog.class_table(table(covers[0])) if covers else None,
        catalog.class_table(table(dynamics[0])) if dynamics else None,
    )


def land_findings(published: Published, land: Land | None) -> Iterator[Finding]:
    """What of land degradation is not made, and why."""
    rules = published.catalog.land_degradation
    if rules and land is None:
        message = "land degradation is not made: no layer of the period that is reported is published"
        yield Finding("no_land_layers", "warn", LAND_DEGRADATION, message)
    elif land and land.lacking:
        message = f"sub-indicators are missing, as these layers are not published: {', '.join(land.lacking)}"
        yield Finding(
            "sub_indicators_lacking",
            "warn",
            LAND_DEGRADATION,
            message,
            len(land.lacking),
            {"lacking": [*land.lacking]},
        )
    if land and "baseline" not in land.periods:
        message = "no baseline: land that was degraded before the period and is stable since counts as stable"
        yield Finding("no_baseline", "warn", LAND_DEGRADATION, message)
