"""An indicator of any area: what its value rests on, how sure it is, and how much hangs on its thresholds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from soilinfo.catalog.indicator_layers import UNDATED
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import label
from soilinfo.errors import InputError
from soilinfo.evaluate.indicators.sums import Sums
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.findings import Finding
from soilinfo.intervals import INTERVAL_PCT
from soilinfo.jobs.effort import Advance, Effort, stretch
from soilinfo.jobs.evaluation.places import indexed, resolve_area
from soilinfo.jobs.indicators.findings import findings_of
from soilinfo.jobs.indicators.health import AFFECTED, health_rows, index_rows, told_indices
from soilinfo.jobs.indicators.judged_land import land_findings
from soilinfo.jobs.indicators.land_degradation import DegradedLand, degradation_parts
from soilinfo.jobs.indicators.measure import Measured, Measurement, rows_of, sums_of
from soilinfo.jobs.planning.area import Answer, extent, noted
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

type Summed = Sequence[tuple[Measured, list[Sums]]]
"""The sources of an indicator, each with its sums in the one zone of an area."""
VERDICTS = ("degraded", "stable", "improved", "not_judged", "water")


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
    summed = _summed(catalog, sources, index, effort.advance)
    rows = _rows(catalog, wanted, summed)
    findings = [*place.findings, *_findings(catalog, sources)]
    return {
        **_definition(wanted),
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        "interval_pct": INTERVAL_PCT,
        "values": [_value(wanted, rows[rows["year"] == year]) for year in _years(rows)],
        "parts": list(_parts(catalog, wanted, summed)),
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


def _summed(catalog: Catalog, sources: Sequence[Measured], index: ZoneIndex, advance: Advance) -> Summed:
    each = 1 / len(sources)
    return [
        (source, sums_of(catalog, source, index, stretch(advance, at * each, (at + 1) * each)))
        for at, source in enumerate(sources)
    ]


def _frames(catalog: Catalog, summed: Summed) -> list[pd.DataFrame]:
    frames = (rows_of(catalog.indicator(source.basis.indicator), source, sums) for source, sums in summed)
    return [frame for each in frames for frame in each]


def _rows(catalog: Catalog, wanted: Indicator, summed: Summed) -> pd.DataFrame:
    """Rows of an indicator of the one zone of an index, by year and threshold."""
    frames = _frames(catalog, summed)
    rows = pd.concat([*index_rows(catalog, frames)] if wanted.kind == "index" else frames)
    return rows[rows["indicator"] == wanted.id]


def _parts(catalog: Catalog, wanted: Indicator, summed: Summed) -> Iterator[Answer]:
    """What an index is weighted from; the hectares that land degradation is made of; nothing of others."""
    if wanted.kind == "index":
        frames = _frames(catalog, summed)
        health = health_rows(catalog, pd.concat([*frames, *index_rows(catalog, frames)]))
        for row in health[health["health_index"] == wanted.id].to_dict("records"):
            yield _score(catalog, row)
    for source, sums in summed:
        if isinstance(source, DegradedLand):
            hectares = degradation_parts(source, sums).iloc[0]
            yield from (_hectares(catalog, str(name), each) for name, each in hectares.items())


def _score(catalog: Catalog, row: Mapping[Any, Any]) -> Answer:
    part = catalog.indicator(row["indicator"])
    known = {name: _number(row[name], 6) for name in ("value", "score", "weight")}
    return {"part": part.id, "title": dict(part.title), "year": row["year"], "unit": row["unit"], **known}


def _hectares(catalog: Catalog, name: str, area: float) -> Answer:
    part = name.removesuffix("_ha")
    key = f"value.verdict.{part}" if part in VERDICTS else f"column.{name}"
    return {"part": part, "title": label(key, catalog.directory), "area_ha": _number(area, 4)}


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
