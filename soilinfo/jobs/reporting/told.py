"""Measured indicators as a country report tells them: one value a unit, of the newest year of its period."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from soilinfo.catalog.definition import definition_sha256
from soilinfo.catalog.indicator_layers import UNDATED
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_indicators import INDICATORS
from soilinfo.catalog.text import label
from soilinfo.findings import Finding
from soilinfo.jobs.indicators.findings import findings_of
from soilinfo.jobs.indicators.measure import MeasuredLevel
from soilinfo.jobs.indicators.sources import Basis
from soilinfo.report.country.document import Missing, ReportedIndicator, ReportedThreshold, Value
from soilinfo.report.country.rounding import rounded_ha, rounded_pct, rounded_value

type Parts = dict[str, dict[str, float | None]]
"""Unit -> name of a part -> number."""

_HECTARES = ("affected_ha", "affected_lower_ha", "affected_upper_ha")


@dataclass(frozen=True)
class Told:
    """The indicators of a configuration as they were measured in every level, the nation first."""

    catalog: Catalog
    levels: Sequence[MeasuredLevel]
    period: tuple[int, int]
    """First and last year; what was measured later is of another report."""

    @cached_property
    def wanted(self) -> list[Indicator]:
        """The indicators that report.yaml names, or all, by id."""
        report = self.catalog.report
        ids = report.indicators if report and report.indicators is not None else self.catalog.indicators
        return [self.catalog.indicator(id_) for id_ in sorted(ids)]

    def reported(self) -> tuple[ReportedIndicator, ...]:
        """Those of which there is a value of the period."""
        return tuple(self._reported(each, year) for each in self.wanted if (year := self._year(each.id)))

    def missing(self) -> tuple[Missing, ...]:
        """Those of which there is none, and why."""
        lacking = [each for each in self.wanted if not self._year(each.id)]
        return tuple(Missing(id=each.id, reason=self._why(each)) for each in lacking)

    def used(self) -> dict[str, str]:
        """Layer -> version, of all that is told."""
        rows = [
            self._rows(self.levels[0], each.id, year) for each in self.wanted if (year := self._year(each.id))
        ]
        return {name: version for frame in rows for name, version in _layers(frame).items()}

    def findings(self) -> Iterator[Finding]:
        """What readers must know of what is told; nothing of what is measured and not told."""
        yield from findings_of(self.catalog, self._bases)
        yield from _older(self._bases, self.period)
        if any(each.kind == "land_degradation" for each in self.wanted):
            yield from self.levels[0].land_findings

    @cached_property
    def _bases(self) -> list[Basis]:
        """What is told rests on these; an index on those of its parts."""
        told = [each for each in self.wanted if self._year(each.id)]
        names = {each.id for each in told} | {part.indicator for each in told for part in each.parts}
        bases = self.levels[0].bases
        return [each for each in bases if each.indicator in names and each.year == self._year(each.indicator)]

    def _year(self, indicator: str) -> str | None:
        """The newest year of an indicator's values within the period, else that of those without a date."""
        years = self._years.get(indicator, set())
        dated = [year for year in years if year != UNDATED and int(year) <= self.period[1]]
        return max(dated, default=UNDATED if UNDATED in years else None)

    @cached_property
    def _years(self) -> dict[str, set[str]]:
        """Indicator -> the years that it was measured for."""
        rows = self.levels[0].rows
        return {str(name): {*part["year"]} for name, part in rows.groupby("indicator")} if len(rows) else {}

    def _why(self, indicator: Indicator) -> Mapping[str, str]:
        known = self.levels[0].missing.get(indicator.id)
        if known:
            return known
        why = "after" if indicator.id in self._years else indicator.kind
        return label(f"reported.missing.{why}", self.catalog.directory)

    @staticmethod
    def _rows(level: MeasuredLevel, indicator: str, year: str) -> pd.DataFrame:
        rows = level.rows
        return rows[(rows["indicator"] == indicator) & (rows["year"] == year)].sort_values(
            "code", kind="stable"
        )

    def _reported(self, indicator: Indicator, year: str) -> ReportedIndicator:
        rows = self._rows(self.levels[0], indicator.id, year)
        first = rows.iloc[0]
        bases = (each for each in self.levels[0].bases if (each.indicator, each.year) == (indicator.id, year))
        basis, rules = next(bases, None), self.catalog.land_degradation
        return ReportedIndicator(
            **{name: getattr(indicator, name) for name in _SAME},
            definition_sha256=definition_sha256(indicator, rules),
            depth=None if pd.isna(first["upper_cm"]) else (first["upper_cm"], first["lower_cm"]),
            wanted_depth=indicator.depth,
            years=_years(first["period"]),
            method=basis.method if basis else None,
            method_group=first["method_group"] or None,
            form=first["form"] or None,
            land=None if first["land"] == "unknown" else first["land"],
            uncertainty=first["uncertainty"],
            missing_rule=rules.missing if rules and indicator.kind == "land_degradation" else None,
            thresholds=tuple(_thresholds(indicator, {*rows["threshold"]})),
            inputs=tuple(sorted(_layers(rows))),
            values=tuple(self._values(indicator.id, year)),
        )

    def _values(self, indicator: str, year: str) -> Iterator[Value]:
        for level in self.levels:
            rows = self._rows(level, indicator, year)
            others = _alternatives(rows[~rows["is_first"]])
            parts = _scores(level.parts, indicator) | _hectares(level.land, indicator)
            for row in rows[rows["is_first"]].to_dict("records"):
                yield _value(level.level, row, others.get(row["code"], {}), parts.get(row["code"], {}))


_SAME = (
    *("id", "title", "definition", "uri", "edition", "kind", "unit"),
    *("themes", "sdg", "gsp_areas", "components"),
)
"""What a report tells of an indicator as its definition has it."""


def _older(bases: Sequence[Basis], period: tuple[int, int]) -> Iterator[Finding]:
    """That indicators are told by layers of which none is of the period; of undated ones nobody knows."""
    older = {
        each.indicator: each.period
        for each in bases
        if each.year != UNDATED and int(each.year) < period[0]  # the last year of its layers
    }
    for name, measured in older.items():
        message = (
            f"{name} was measured in {measured}, before the period {period[0]}-{period[1]}, "
            "and never within it"
        )
        evidence = {"indicator": name, "years": _years(measured), "period": period}
        yield Finding("older_than_period", "warn", INDICATORS, message, 1, evidence)


def _value(
    level: str, row: Mapping[Any, Any], alternatives: dict[str, float | None], parts: dict[str, float | None]
) -> Value:
    hectares = {name: rounded_ha(row[name]) for name in _HECTARES}
    return Value(
        level=level,
        code=row["code"],
        **{name: rounded_value(row[name]) for name in ("value", "lower", "upper")},
        total_ha=rounded_ha(row["total_ha"]) or 0.0,
        nodata_ha=rounded_ha(row["nodata_ha"]) or 0.0,
        covered_pct=rounded_pct(row["covered_pct"]),
        **hectares,
        affected_pct=rounded_pct(row["affected_pct"]),
        alternatives=alternatives,
        parts=parts,
    )


def _alternatives(rows: pd.DataFrame) -> Parts:
    """Unit -> threshold, or rule for land of which something is missing -> affected hectares."""
    found: Parts = {}
    for code, threshold, hectares in rows[["code", "threshold", "affected_ha"]].itertuples(index=False):
        found.setdefault(code, {})[threshold] = rounded_ha(hectares)
    return found


def _scores(parts: pd.DataFrame, indicator: str) -> Parts:
    """Unit -> part of an index -> its score."""
    found: Parts = {}
    rows = parts[parts["health_index"] == indicator] if len(parts) else parts
    for row in rows.to_dict("records"):
        found.setdefault(row["code"], {})[row["indicator"]] = rounded_value(row["score"])
    return found


def _hectares(land: pd.DataFrame, indicator: str) -> Parts:
    """Unit -> what its degraded land is made of -> hectares."""
    rows = land[land["indicator"] == indicator] if len(land) else land
    kinds = [str(column) for column in land if str(column).endswith("_ha") and column != "official_area_ha"]
    return {row["code"]: {kind: rounded_ha(row[kind]) for kind in kinds} for row in rows.to_dict("records")}


def _thresholds(indicator: Indicator, applied: set[str]) -> Iterator[ReportedThreshold]:
    for each in indicator.thresholds:
        if each.id in applied:
            yield ReportedThreshold(**{name: getattr(each, name) for name in ReportedThreshold.model_fields})


def _layers(rows: pd.DataFrame) -> dict[str, str]:
    """Layer -> version, of the rows of an indicator."""
    named = (each.partition("@") for each in rows.iloc[0]["layers"].split(", "))
    return {name: version for name, _, version in named}


def _years(period: str) -> tuple[int, int] | None:
    begin, _, end = period.partition("/")
    return (int(begin[:4]), int((end or begin)[:4])) if period else None
