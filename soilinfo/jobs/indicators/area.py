"""An indicator of any area: what its value rests on, how sure it is, and how much hangs on its thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import label
from soilinfo.errors import InputError
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.findings import Finding
from soilinfo.jobs.effort import Advance, Effort, stretch
from soilinfo.jobs.evaluation.places import indexed, resolve_area
from soilinfo.jobs.indicators.findings import findings_of
from soilinfo.jobs.indicators.health import AFFECTED, index_rows, told_indices
from soilinfo.jobs.indicators.judged_land import land_findings
from soilinfo.jobs.indicators.land_degradation import DegradedLand
from soilinfo.jobs.indicators.measure import Measured, Measurement, rows_of, sums_of
from soilinfo.jobs.indicators.sources import UNDATED
from soilinfo.jobs.planning.area import Answer, extent, noted
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

INTERVAL_PCT = 90.0
"""Share of cases that intervals are to hold."""


def indicator_of_area(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    indicator: str,
    effort: Effort | None = None,
) -> Answer:
    """An indicator of an area at each time that there are layers of, the newest first.

    ``area`` as in :func:`resolve_area`; worked out in strips of the grid, so of any size that ``effort``
    allows. Raises UnknownNameError for an indicator or a region that does not exist, InputError where no
    layer tells the indicator, and GeometryError or LimitError for the area.
    """
    wanted = catalog.indicator(indicator)
    effort = effort or Effort.at_once(catalog)
    measurement = Measurement(store, catalog, snapshot.layers)
    sources = _sources(measurement, wanted)
    place = resolve_area(store, catalog, snapshot, area)
    index = indexed(catalog, place, effort)
    rows = _rows(catalog, wanted, sources, index, effort.advance)
    findings = [*place.findings, *_findings(catalog, sources)]
    return {
        **_definition(wanted),
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        "interval_pct": INTERVAL_PCT,
        "values": [_value(wanted, rows[rows["year"] == year]) for year in _years(rows)],
        "findings": [asdict(finding) for finding in findings],
    }


def _findings(catalog: Catalog, sources: Sequence[Measured]) -> Iterator[Finding]:
    yield from findings_of(catalog, [source.basis for source in sources])
    for source in sources:
        if isinstance(source, DegradedLand):
            yield from land_findings(source.land.published, source.land)


def _sources(measurement: Measurement, wanted: Indicator) -> list[Measured]:
    """What an indicator, or the parts of an index, are measured by; InputError where there is nothing."""
    if wanted.kind == "index" and told_indices(measurement.catalog, measurement.sources).count(wanted):
        return [source for part in wanted.parts for source in measurement.sources[part.indicator]]
    if wanted.id not in measurement.sources:
        raise InputError(f"'{wanted.id}' is not told: {measurement.missing[wanted.id]['en']}")
    return [*measurement.sources[wanted.id]]


def _rows(
    catalog: Catalog, wanted: Indicator, sources: Sequence[Measured], index: ZoneIndex, advance: Advance
) -> pd.DataFrame:
    """Rows of an indicator of the one zone of an index, by year and threshold."""
    frames: list[pd.DataFrame] = []
    for at, source in enumerate(sources):
        own = stretch(advance, at / len(sources), (at + 1) / len(sources))
        sums = sums_of(catalog, source, index, own)
        frames += rows_of(catalog.indicator(source.basis.indicator), source, sums)
    return pd.concat([*index_rows(catalog, frames)] if wanted.kind == "index" else frames)


def _years(rows: pd.DataFrame) -> list[str]:
    """The newest first, what has no date last."""
    return sorted({*rows["year"]} - {UNDATED}, reverse=True) + [UNDATED] * (UNDATED in {*rows["year"]})


def _definition(wanted: Indicator) -> Answer:
    depth = list(wanted.depth) if wanted.depth else None
    return {
        "indicator": wanted.id,
        "title": dict(wanted.title),
        "definition": dict(wanted.definition),
        "edition": wanted.edition,
        "unit": wanted.unit,
        "wanted_depth_cm": depth,
        "source": wanted.source,
    }


def _value(wanted: Indicator, rows: pd.DataFrame) -> Answer:
    """What is told of one year."""
    first = rows.iloc[0]
    depth = None if pd.isna(first["upper_cm"]) else [first["upper_cm"], first["lower_cm"]]
    layers = (each.partition("@") for each in first["layers"].split(", "))
    told = {
        **{name: first[name] for name in ("year", "period")},
        **{name: _number(first[name], 6) for name in ("value", "lower", "upper")},
        **extent(first["total_ha"], first["nodata_ha"]),
        "covered_pct": _number(first["covered_pct"], 3),
        "depth_cm": depth,
        **{name: first[name] for name in ("method_group", "form", "land", "uncertainty")},
        "layers": [{"layer": name, "version": version} for name, _, version in layers],
        "thresholds": [_threshold(wanted, row) for row in rows.to_dict("records")],
    }
    return noted(told)


def _threshold(wanted: Indicator, row: Mapping[Any, Any]) -> Answer:
    """Affected land by one threshold; of a share of classes without one, as what is counted is affected."""
    limit = next((each for each in wanted.thresholds if each.id == row["threshold"]), None)
    told = limit.model_dump(mode="json", exclude={"properties"}) if limit else {"id": row["threshold"]}
    rule = f"value.missing_rule.{row['threshold']}"
    return {
        **told,
        **({"title": label(rule)} if wanted.kind == "land_degradation" else {}),
        "counts": bool(row["is_first"]),
        **{name: _number(row[name], 4) for name in AFFECTED[:3]},
        AFFECTED[3]: _number(row[AFFECTED[3]], 3),
    }


def _number(value: float, decimals: int) -> float | None:
    return None if pd.isna(value) else round(float(value), decimals)
