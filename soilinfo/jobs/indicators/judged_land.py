"""Land as the rules of land_degradation.yaml judge it: the published layers that they name, cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.degradation_method import DegradationMethod, SubIndicator
from soilinfo.catalog.indicator_layers import last_year, layers_by_time
from soilinfo.catalog.land_degradation import LandDegradation, MissingRule, SubIndicators
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_land_degradation import LAND_DEGRADATION, SUB_INDICATORS
from soilinfo.evaluate.indicators.affected import exactly
from soilinfo.evaluate.indicators.land_codes import (
    Codes,
    Period,
    PeriodCells,
    Reached,
    codes_of,
    judged,
    status_of,
)
from soilinfo.evaluate.indicators.land_degradation import (
    MISSING,
    NOT_JUDGED,
    WATER,
    Cells,
    Meanings,
    one_out_all_out,
)
from soilinfo.findings import Finding
from soilinfo.grid import Window
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.indicators.changes import change_of
from soilinfo.store.cube import CubeLayer

RULES: tuple[MissingRule, ...] = ("all_known", "known_degrades", "known_only")
PEAT = "peat_thickness"
"""The property that tells peat."""
CARBON = ("soc_stock", "soc")
"""The properties that two maps of carbon may be of."""

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

    @property
    def method(self) -> DegradationMethod:
        """By what it is measured: the sub-indicators that there are layers of."""
        periods = self.periods
        baseline = self.measured(periods["baseline"]) if "baseline" in periods else ()
        return DegradationMethod(self.measured(periods["reporting"]), baseline)

    def measured(self, period: SubIndicators) -> tuple[SubIndicator, ...]:
        """The sub-indicators of a period that there are layers of."""
        covered, mapped = (
            pair is not None and {*pair} <= {*self.layers} for pair in (period.land_cover, period.soc)
        )
        there: dict[SubIndicator, bool] = {
            "cover": covered,
            "productivity": period.productivity in self.layers,
            "maps": mapped,
            "factors": covered and not mapped,
        }
        return tuple(name for name, is_there in there.items() if is_there)

    @cached_property
    def verdicts(self) -> dict[Key, Cells]:
        """Every verdict, by the codes of the cells; WATER where the land of the last land cover is water."""
        means = judged()
        periods = {name: means.periods[name] for name in self.periods}
        verdicts = dict(_of_periods(periods, self.rules.missing, means.peat))
        return {key: np.where(means.water, np.uint8(WATER), each) for key, each in verdicts.items()}

    def codes(self, window: Window) -> Codes:
        """What the layers say of each cell of a window; every layer is read once."""
        packed = {name: self._cube(name).read(name, window) for name in self.layers}
        cells = {name: self._cells(each, packed) for name, each in self.periods.items()}
        peat = self._reached(self.peat, exactly(self.rules.peat_thickness_cm), packed)
        return codes_of(self.meanings, window.shape, cells["reporting"], cells.get("baseline"), peat)

    def _cells(self, period: SubIndicators, packed: Mapping[str, NDArray[Any]]) -> PeriodCells:
        return PeriodCells(
            period.length,
            _pair(period.land_cover, packed),
            packed.get(period.productivity or ""),
            self._change(period.soc, packed),
            self._reached(period.soc_start, Fraction(0), packed),
        )

    def _change(
        self, names: tuple[str, str] | None, packed: Mapping[str, NDArray[Any]]
    ) -> NDArray[np.integer] | None:
        """Relative change of carbon between two layers of it; None without them."""
        pair = _pair(names, packed)
        if names is None or pair is None:
            return None
        before, after = (self._cube(name).variable(name) for name in names)
        return change_of(before, after)(*pair)

    def _reached(
        self, name: str | None, least: Fraction, packed: Mapping[str, NDArray[Any]]
    ) -> Reached | None:
        """Where a layer has ``least`` in its own unit, or more; more than nothing of none."""
        if name is None or name not in packed:
            return None
        variable = self._cube(name).variable(name)
        return Reached(packed[name], variable.nodata, max(ceil(least / exactly(variable.scale)), 1))

    def _cube(self, name: str) -> CubeLayer:
        return self.published.store.cube.open(name, self.layers[name])


def _pair(
    names: tuple[str, str] | None, packed: Mapping[str, NDArray[Any]]
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    return (packed[names[0]], packed[names[1]]) if names and {*names} <= {*packed} else None


def _of_periods(
    periods: Mapping[str, Period], missing: MissingRule, peat: NDArray[np.bool_]
) -> Iterator[tuple[Key, Cells]]:
    baseline, reporting = periods.get("baseline"), periods["reporting"]
    by_rule = {rule: status_of(baseline, reporting, rule) for rule in RULES}
    yield from ((("status", rule), cells) for rule, cells in by_rule.items())
    on_peat = np.where(by_rule[missing] == MISSING, np.uint8(NOT_JUDGED), by_rule[missing])
    yield ("status", "peat"), np.where(peat, on_peat, np.uint8(MISSING))
    for name, period in periods.items():
        yield (name, "assessment"), one_out_all_out(period.parts, missing)
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
        """Id of the class table of a layer; '' where its property has none."""
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
    if land:
        yield from _unused_maps(land)
    if land and "baseline" not in land.periods:
        message = "no baseline: land that was degraded before the period and is stable since counts as stable"
        yield Finding("no_baseline", "warn", LAND_DEGRADATION, message)


def _unused_maps(land: Land) -> Iterator[Finding]:
    """The periods whose carbon factors tell though maps of it are there, which may say something else."""
    for period in land.periods.values():
        maps = _maps_of(land.published, period) if "factors" in land.measured(period) else ()
        if maps:
            years = "-".join(map(str, period.years))
            message = (
                f"carbon of {years} is judged by factors of land use, though these maps of it are published: "
                f"{', '.join(maps)}; their change is another one (soc: in land_degradation.yaml takes them)"
            )
            evidence = {"years": period.years, "layers": [*maps]}
            yield Finding("carbon_maps_unused", "warn", LAND_DEGRADATION, message, len(maps), evidence)


def _maps_of(published: Published, period: SubIndicators) -> tuple[str, ...]:
    """Published maps of carbon of the first and the last year of a period; none without both."""
    for property_ in CARBON:
        dated = layers_by_time(published.catalog, published.versions, property_)
        by_year = {last_year(time): name for time, name in dated.items()}
        first, last = (by_year.get(str(year)) for year in period.years)
        if first and last:
            return (first, last)
    return ()
