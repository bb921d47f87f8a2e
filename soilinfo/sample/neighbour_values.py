"""What the sample nation's neighbours report of their soils: drawn values, told by the definitions of config.

The land of a unit is taken as spread about its mean like a normal distribution; affected land is what of it
lies beyond a limit, and its interval is that of the mean moved by half the interval of the value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import erf, fsum, sqrt
from typing import Any

from soilinfo.catalog.definition import definition_sha256
from soilinfo.catalog.degradation_method import DegradationMethod, SubIndicator
from soilinfo.catalog.indicators import Indicator, IndicatorInput, Land, Threshold
from soilinfo.catalog.land_degradation import LandDegradation
from soilinfo.catalog.text import label
from soilinfo.report.country.document import ReportedIndicator, ReportedThreshold, Unit, Value
from soilinfo.report.country.rounding import rounded_ha, rounded_pct, rounded_value
from soilinfo.sample.noise import generator


@dataclass(frozen=True)
class Range:
    """Between what the means of units lie, half of their intervals, and how far their land spreads."""

    low: float
    high: float
    half: float
    spread: float


RANGES = {
    "soc_stock": Range(38, 96, 11, 22),
    "soc": Range(1.1, 3.6, 0.5, 0.9),
    "ph_h2o": Range(4.7, 6.8, 0.45, 0.7),
    "n_total": Range(0.09, 0.32, 0.05, 0.08),
    "p_available": Range(6, 28, 5, 9),
    "cec": Range(9, 31, 4.5, 8),
    "salinity_ec": Range(0.3, 2.6, 0.6, 1.1),
    "bulk_density": Range(1.0, 1.42, 0.1, 0.14),
    "erosion": Range(8, 75, 14, 35),
    "land_degradation": Range(9, 34, 0, 0),
}
"""By indicator; what has no range here, the neighbours say is missing."""
_MEASURED: tuple[SubIndicator, ...] = ("cover", "productivity", "factors")
METHOD = DegradationMethod(_MEASURED, _MEASURED)
"""By what the neighbours measure land degradation."""


@dataclass(frozen=True)
class Measured:
    """How a country measures: what all its maps have in common."""

    iso3: str
    year: int
    land: Land
    covered_pct: float
    own_depth: tuple[float, float] | None = None
    """Depth of its maps where it is another than the definitions'; its methods are then the last ones that
    the definitions allow, not the first."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Indicator -> the property that is measured for it, where another than the first."""


def reported(
    how: Measured, indicator: Indicator, rules: LandDegradation | None, units: Sequence[Unit]
) -> ReportedIndicator:
    """An indicator of config as a country reports it; the first of ``units`` is the nation.

    ``rules``: those of config for land degradation, which are of its definition.
    """
    used = None if indicator.kind == "land_degradation" else _input(how, indicator)
    limits = indicator.thresholds_of(used.property) if used else ()
    values = [_value(how, indicator, limits, unit) for unit in units[1:]]
    return ReportedIndicator(
        **{name: getattr(indicator, name) for name in _AS_DEFINED},
        definition_sha256=definition_sha256(indicator, rules),
        depth=(how.own_depth or indicator.depth) if indicator.depth else None,
        wanted_depth=indicator.depth,
        years=(how.year - (rules.years if rules and not used else 0), how.year),
        **_method(used, rules),
        land=how.land,
        uncertainty="missing_land" if indicator.kind == "land_degradation" else "correlated_sd",
        missing_rule=None if used or not rules else rules.missing,
        thresholds=tuple(_threshold(each) for each in limits),
        inputs=(indicator.id,),
        values=(_of_nation(units[0], values), *values),
    )


_AS_DEFINED = (
    *("id", "title", "definition", "uri", "edition", "kind", "unit"),
    *("themes", "sdg", "gsp_areas", "components"),
)


def _input(how: Measured, indicator: Indicator) -> IndicatorInput:
    """What the country has a map of: what is computed, or the first or the last input of the definition."""
    if indicator.formula and how.own_depth is None:
        method = label(f"indicator.method.{indicator.formula}")
        return IndicatorInput(
            property=indicator.id, method=method, method_group=f"{indicator.formula}_formula"
        )
    if measured := how.measures.get(indicator.id):
        return next(each for each in indicator.inputs if each.property == measured)
    return indicator.inputs[0 if how.own_depth is None else -1]


def _method(used: IndicatorInput | None, rules: LandDegradation | None) -> dict[str, Any]:
    """How an indicator is measured; land degradation by nothing but rules."""
    if used:
        return {name: getattr(used, name) for name in ("method", "method_group", "form")}
    return {"method": rules and METHOD.told(rules), "method_group": METHOD.group, "form": None}


def _threshold(limit: Threshold) -> ReportedThreshold:
    return ReportedThreshold(**{name: getattr(limit, name) for name in ReportedThreshold.model_fields})


def _value(how: Measured, indicator: Indicator, limits: Sequence[Threshold], unit: Unit) -> Value:
    draw = generator(f"{how.iso3} {indicator.id} {unit.code}").uniform
    span = RANGES[indicator.id]
    known_ha = unit.area_ha * (how.covered_pct + draw(-4.0, 4.0)) / 100
    mean = draw(span.low, span.high)
    if indicator.kind == "land_degradation":
        return _degraded(unit, known_ha, mean)
    return _mean(unit, known_ha, mean, span, limits)


def _mean(unit: Unit, known_ha: float, mean: float, span: Range, limits: Sequence[Threshold]) -> Value:
    shares = [_beyond(each, mean, span) for each in limits]
    bounds = sorted(
        _beyond(each, mean + moved, span) for each in limits[:1] for moved in (-span.half, span.half)
    )
    hectares = [rounded_ha(known_ha * share) for share in shares]
    least, most = map(rounded_ha, [known_ha * share for share in bounds] or (None, None))
    return _of_unit(
        unit,
        known_ha,
        value=rounded_value(mean),
        lower=rounded_value(max(mean - span.half, 0.0)),
        upper=rounded_value(mean + span.half),
        affected_ha=hectares[0] if hectares else None,
        affected_lower_ha=least,
        affected_upper_ha=most,
        affected_pct=rounded_pct(100 * shares[0]) if shares else None,
        alternatives=dict(zip((each.id for each in limits[1:]), hectares[1:], strict=True)),
    )


def _beyond(limit: Threshold, mean: float, span: Range) -> float:
    """Share of land that lies on the affected side of a limit."""
    below = (1 + erf((limit.value - mean) / span.spread / sqrt(2))) / 2
    return below if limit.side == "below" else 1 - below


def _degraded(unit: Unit, known_ha: float, share_pct: float) -> Value:
    """Land without data may be degraded or not, which is the interval."""
    degraded_ha, missing_ha = known_ha * share_pct / 100, unit.area_ha - known_ha
    parts = {
        "degraded_ha": rounded_ha(degraded_ha),
        "stable_ha": rounded_ha((known_ha - degraded_ha) * 0.9),
        "improved_ha": rounded_ha((known_ha - degraded_ha) * 0.1),
    }
    return _of_unit(
        unit,
        known_ha,
        value=rounded_value(share_pct),
        lower=rounded_value(100 * degraded_ha / unit.area_ha),
        upper=rounded_value(100 * (degraded_ha + missing_ha) / unit.area_ha),
        affected_ha=rounded_ha(degraded_ha),
        affected_lower_ha=rounded_ha(degraded_ha),
        affected_upper_ha=rounded_ha(degraded_ha + missing_ha),
        affected_pct=rounded_pct(share_pct),
        parts=parts,
    )


def _of_unit(unit: Unit, known_ha: float, **told: object) -> Value:
    shared = {
        "level": unit.level,
        "code": unit.code,
        "total_ha": unit.area_ha,
        "nodata_ha": rounded_ha(unit.area_ha - known_ha),
        "covered_pct": rounded_pct(100 * known_ha / unit.area_ha),
    }
    return Value.model_validate(shared | told)


def _of_nation(nation: Unit, parts: Sequence[Value]) -> Value:
    """The mean of its units by their land with data, and the sum of their hectares."""
    known = [each.total_ha - each.nodata_ha for each in parts]
    known_ha = fsum(known)

    def mean(name: str) -> float | None:
        """Each unit of a value weighs as much as its land with data."""
        values = [getattr(each, name) for each in parts]
        return rounded_value(fsum(v * ha for v, ha in zip(values, known, strict=True)) / known_ha)

    affected = {name: _sum([getattr(each, name) for each in parts]) for name in _HECTARES}
    share = None if affected["affected_ha"] is None else 100 * affected["affected_ha"] / known_ha
    told = {name: mean(name) for name in ("value", "lower", "upper")} | affected
    summed = {
        name: {key: _sum([getattr(each, name)[key] for each in parts]) for key in getattr(parts[0], name)}
        for name in ("alternatives", "parts")
    }
    return _of_unit(nation, known_ha, affected_pct=rounded_pct(share), **told, **summed)


_HECTARES = ("affected_ha", "affected_lower_ha", "affected_upper_ha")


def _sum(hectares: Sequence[float | None]) -> float | None:
    known = [each for each in hectares if each is not None]
    return rounded_ha(fsum(known)) if len(known) == len(hectares) else None
