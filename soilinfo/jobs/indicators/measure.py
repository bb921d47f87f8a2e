"""Indicators measured in every unit of a level: value, interval, affected land, and what they rest on.

From the layers themselves, never from tables; a level that is summed from another adds up that level's sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.catalog.indicators import Indicator, Threshold
from soilinfo.catalog.models import Catalog
from soilinfo.evaluate.indicators.affected import Limit, affected_interval
from soilinfo.evaluate.indicators.mean import mean_interval, mean_of
from soilinfo.evaluate.indicators.sums import Sums, sums_by_zone
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.findings import Finding
from soilinfo.jobs.effort import Advance, unheard
from soilinfo.jobs.evaluation.summary import is_read_rightly, keyed, with_units
from soilinfo.jobs.evaluation.zones import Zones, zones_of
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.indicators.findings import findings_of
from soilinfo.jobs.indicators.health import AFFECTED, health_rows, index_rows, why_no_index
from soilinfo.jobs.indicators.judged_land import land_findings, land_of
from soilinfo.jobs.indicators.land_degradation import DegradedLand, degradation_parts, degradation_rows
from soilinfo.jobs.indicators.layers import sources_of, why_none
from soilinfo.jobs.indicators.sources import Basis, Source
from soilinfo.store.home import Store
from soilinfo.units import convert

type Measured = Source | DegradedLand
"""What an indicator is measured by at one time."""
KEY = ("indicator", "year", "threshold")


@dataclass(frozen=True)
class MeasuredLevel:
    """The indicators of every unit of a level.

    ``rows``: one for each unit, indicator, year and threshold, with the columns of indicators_by_<level>;
    ``parts``: one for each unit and part of an index; ``land``: one for each unit, the hectares that land
    degradation is made of. ``used``: layer -> version. ``land_findings``: what of land degradation is not
    made; what else readers must know hangs on which of the ``bases`` are told. ``missing``: indicator ->
    why it is not told, by language.
    """

    level: str
    rows: pd.DataFrame
    parts: pd.DataFrame
    land: pd.DataFrame
    bases: tuple[Basis, ...]
    used: Mapping[str, str]
    land_findings: tuple[Finding, ...]
    missing: Mapping[str, Mapping[str, str]]


def measured(store: Store, catalog: Catalog, published: Mapping[str, str], level: str) -> MeasuredLevel:
    """The indicators of the units of a published level, from the layers of ``published`` (name -> version).

    Whoever wants several levels asks one :class:`Measurement` for each. Raises BlockedError as
    :func:`zones_of` does.
    """
    return Measurement(store, catalog, published).level(level)


@dataclass(frozen=True)
class Measurement:
    """The indicators of a configuration over one set of published layers; every layer is read once a level
    that others are summed from."""

    store: Store
    catalog: Catalog
    published: Mapping[str, str]
    _sums: dict[tuple[str, str, str], list[Sums]] = field(default_factory=dict)

    @cached_property
    def layers(self) -> Published:
        """The published rasters that mean what config says, on its grid."""
        known = (self.store.ledger.version(*each) for each in self.published.items())
        rasters = [one for one in known if one and one.kind == "raster"]
        return Published(
            self.store,
            self.catalog,
            {
                one.layer: one.version
                for one in rasters
                if is_read_rightly(self.store, self.catalog, one.layer, one.version)
            },
        )

    @cached_property
    def _found(self) -> dict[str, Sequence[Measured] | dict[str, str]]:
        kinds = ("mean", "class_share", "change", "land_degradation")
        wanted = (each for each in self.catalog.indicators.values() if each.kind in kinds)
        return {each.id: self._sources_of(each) for each in wanted}

    def _sources_of(self, indicator: Indicator) -> Sequence[Measured] | dict[str, str]:
        if indicator.kind != "land_degradation":
            return sources_of(self.layers, indicator)
        land = land_of(self.layers)
        return [DegradedLand(indicator.id, land)] if land else why_none(self.layers, indicator)

    @cached_property
    def sources(self) -> Mapping[str, Sequence[Measured]]:
        """Indicator -> its sources by time, of those that there are layers for."""
        return {name: found for name, found in self._found.items() if not isinstance(found, dict)}

    @cached_property
    def missing(self) -> Mapping[str, Mapping[str, str]]:
        """Indicator -> why it is not told, by language."""
        lacking = {name: found for name, found in self._found.items() if isinstance(found, dict)}
        return lacking | why_no_index(self.catalog, self.sources)

    @property
    def bases(self) -> tuple[Basis, ...]:
        """What the values of every indicator rest on."""
        return tuple(source.basis for sources in self.sources.values() for source in sources)

    @property
    def used(self) -> dict[str, str]:
        """Layer -> version, of everything that is read."""
        return {name: version for basis in self.bases for name, version in sorted(basis.layers.items())}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What readers of all the values must know."""
        return (*findings_of(self.catalog, self.bases), *self.land_findings)

    @property
    def land_findings(self) -> tuple[Finding, ...]:
        """What of land degradation is not made, where an indicator is about it."""
        wanted = any(each.kind == "land_degradation" for each in self.catalog.indicators.values())
        return tuple(land_findings(self.layers, land_of(self.layers))) if wanted else ()

    def level(self, level: str) -> MeasuredLevel:
        """The indicators of the units of a published level; BlockedError as :func:`zones_of` raises it."""
        zones = zones_of(self.store, self.catalog, self.published, level)
        rows = self.rows(zones)
        return MeasuredLevel(
            level,
            _of_units(rows, zones.units),
            _of_units(health_rows(self.catalog, rows), zones.units),
            _of_units(self._land(zones), zones.units),
            self.bases,
            self.used,
            self.land_findings,
            self.missing,
        )

    def rows(self, zones: Zones) -> pd.DataFrame:
        """Rows of all indicators by position of the unit; ``attrs["key"]`` tells those of a unit apart.

        Nothing is rounded: reports round once, by their own rules, and tables where they are written.
        """
        parts = [
            part
            for name, sources in self.sources.items()
            for source in sources
            for part in rows_of(self.catalog.indicator(name), source, self._summed(source, zones))
        ]
        if not parts:
            return pd.DataFrame()
        return keyed([*parts, *index_rows(self.catalog, parts)], KEY)

    def _land(self, zones: Zones) -> pd.DataFrame:
        """The hectares that land degradation is made of; empty where it is not measured."""
        sources = (source for sources in self.sources.values() for source in sources)
        parts = [
            degradation_parts(source, self._summed(source, zones)).assign(indicator=source.basis.indicator)
            for source in sources
            if isinstance(source, DegradedLand)
        ]
        return keyed(parts, ("indicator",)) if parts else pd.DataFrame()

    def _summed(self, source: Measured, zones: Zones) -> list[Sums]:
        key = zones.measured_on, source.basis.indicator, source.basis.year
        if key not in self._sums:
            self._sums[key] = sums_of(self.catalog, source, zones.index)
        return [each.gathered(zones.gather) for each in self._sums[key]]


def sums_of(catalog: Catalog, source: Measured, index: ZoneIndex, advance: Advance = unheard) -> list[Sums]:
    """The sums of a source in the zones of an index, by the thresholds of its indicator."""
    if isinstance(source, DegradedLand):
        return source.sums(index, advance)
    limits = source.limits(catalog.indicator(source.basis.indicator))
    return sums_by_zone(index, source.read, source.nodata, source.edges(limits), advance)


def rows_of(indicator: Indicator, source: Measured, sums: Sequence[Sums]) -> list[pd.DataFrame]:
    """A frame for each threshold, one row per zone; one frame where there is no threshold."""
    told = _told(indicator, source.basis, len(sums[0].valid_ha))
    if isinstance(source, DegradedLand):
        return [each.assign(**told) for each in degradation_rows(source, sums)]
    middle, *bounds = sums
    common = _values(indicator, source, middle, bounds) | told
    limits, thresholds = source.limits(indicator), source.thresholds(indicator)
    return [
        pd.DataFrame(common | _threshold(each, first=at == 0) | _affected(limits, at, middle, bounds))
        for at, each in enumerate(thresholds or (None,))
    ]


def _values(
    indicator: Indicator, source: Source, middle: Sums, bounds: Sequence[Sums]
) -> dict[str, NDArray[np.float64]]:
    lower, upper = mean_interval(middle, bounds, source.step)
    values = {"value": mean_of(middle, source.step), "lower": lower, "upper": upper}
    total = middle.valid_ha + middle.nodata_ha
    with np.errstate(divide="ignore", invalid="ignore"):
        covered = 100 * middle.valid_ha / total
    return {name: convert(each, source.unit, indicator.unit) for name, each in values.items()} | {
        "total_ha": total,
        "valid_ha": middle.valid_ha,
        "nodata_ha": middle.nodata_ha,
        "covered_pct": covered,
    }


def _told(indicator: Indicator, basis: Basis, units: int) -> dict[str, Any]:
    """What is the same in every unit."""
    upper, lower = basis.depth or (np.nan, np.nan)
    told = {
        "indicator": indicator.id,
        "year": basis.year,
        "period": basis.period,
        "unit": indicator.unit,
        "upper_cm": upper,
        "lower_cm": lower,
        "method_group": basis.method_group,
        "form": basis.form,
        "land": basis.land or "unknown",
        "uncertainty": basis.uncertainty,
        "edition": indicator.edition,
        "layers": ", ".join(f"{name}@{version}" for name, version in basis.layers.items()),
    }
    return {name: [value] * units for name, value in told.items()}


def _threshold(threshold: Threshold | None, *, first: bool) -> dict[str, object]:
    if threshold is None:
        return {"threshold": "", "threshold_value": np.nan, "threshold_unit": "", "is_first": True}
    return {
        "threshold": threshold.id,
        "threshold_value": threshold.value,
        "threshold_unit": threshold.unit,
        "is_first": first,
    }


def _affected(
    limits: Sequence[Limit], at: int, middle: Sums, bounds: Sequence[Sums]
) -> dict[str, NDArray[np.float64]]:
    unknown = np.full(len(middle.valid_ha), np.nan)
    if not limits:
        return dict.fromkeys(
            ("affected_ha", "affected_lower_ha", "affected_upper_ha", "affected_pct"), unknown
        )
    least, most = affected_interval(limits[at], middle, bounds, at)
    affected = np.where(middle.valid_ha > 0, limits[at].affected_ha(middle, at), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * affected / middle.valid_ha
    return dict(zip(AFFECTED, (affected, least, most, share), strict=True))


def _of_units(rows: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows with code, name and parent of their unit, without its shape."""
    return pd.DataFrame(with_units(rows, units).drop(columns="geometry")) if len(rows) else rows
