"""Indices of soil health, where a country configures one: its parts beside the whole."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pandas as pd

from soilinfo.catalog.indicator_layers import UNDATED
from soilinfo.catalog.indicators import Indicator, Part
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language, label
from soilinfo.evaluate.indicators.index import score, weighted

HEALTH_KEY = ("health_index", "indicator")
AFFECTED = ("affected_ha", "affected_lower_ha", "affected_upper_ha", "affected_pct")
_AREAS = ("total_ha", "valid_ha", "nodata_ha", "covered_pct")


def index_rows(catalog: Catalog, parts: Sequence[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """A frame for each index all of whose parts are measured, one row per zone.

    Its land, and how much of that has data, is that of the part of which the least share has: parts may be
    of less land than others, as one of degradation is without water.
    """
    measured = {str(part["indicator"].iloc[0]) for part in parts}
    for index in told_indices(catalog, measured):
        yield _index(index, _newest(index, parts))


def health_rows(catalog: Catalog, rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each unit, index and part: the value of the part, its score and its weight, and the index."""
    frames = []
    for index in told_indices(catalog, {*rows.get("indicator", ())}):
        whole = rows[rows["indicator"] == index.id]
        found = _newest(index, [part for _, part in rows.groupby(["indicator", "year"], sort=False)])
        for part, values in zip(index.parts, found, strict=True):
            frames.append(_part(index, part, values, whole))
    if not frames:
        return pd.DataFrame()
    health = pd.concat(frames)
    health.attrs["key"] = HEALTH_KEY
    return health


def told_indices(catalog: Catalog, measured: Collection[str]) -> list[Indicator]:
    """The indices of a configuration of which every part is measured; without one they would be others."""
    indices = (each for each in catalog.indicators.values() if each.kind == "index")
    return [each for each in indices if {part.indicator for part in each.parts} <= {*measured}]


def why_no_index(catalog: Catalog, measured: Collection[str]) -> dict[str, dict[str, str]]:
    """Index -> which of its parts are not measured, by language; of those that are not told."""
    told = told_indices(catalog, measured)
    indices = [each for each in catalog.indicators.values() if each.kind == "index" and each not in told]
    return {each.id: _lacking(catalog, each, measured) for each in indices}


def _lacking(catalog: Catalog, index: Indicator, measured: Collection[str]) -> dict[str, str]:
    lacking = [part.indicator for part in index.parts if part.indicator not in measured]
    titles = [catalog.indicator(name).title for name in lacking]
    return {
        language: text.format(parts=", ".join(in_language(title, language) for title in titles))
        for language, text in label("indicator.missing.index", catalog.directory).items()
    }


def _newest(index: Indicator, parts: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """The newest values of each part of an index, in its order, by its first threshold."""
    newest: dict[str, pd.DataFrame] = {}
    for frame in parts:
        first = frame[frame["is_first"]]
        if len(first):
            newest[str(first["indicator"].iloc[0])] = first  # sources come oldest first
    return [newest[part.indicator] for part in index.parts if part.indicator in newest]


def _part(index: Indicator, part: Part, values: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    told = values[["indicator", "year", "value", "unit", "layers"]]
    return told.assign(
        health_index=index.id,
        score=score(values["value"], part.worst, part.best),
        weight=part.weight,
        index_score=whole["value"].reindex(values.index),
        edition=index.edition,
    )


def _index(index: Indicator, found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    scores = [
        score(each["value"], part.worst, part.best) for part, each in zip(index.parts, found, strict=True)
    ]
    unknown = dict.fromkeys(("lower", "upper", "threshold_value", "upper_cm", "lower_cm"), np.nan)
    years = [str(each["year"].iloc[0]) for each in found]
    layers = dict.fromkeys(name for each in found for name in each["layers"].iloc[0].split(", "))
    return _least_known(found).assign(
        **unknown,
        **dict.fromkeys(AFFECTED, np.nan),
        value=weighted(scores, [part.weight for part in index.parts]),
        indicator=index.id,
        year=max((year for year in years if year != UNDATED), default=UNDATED),
        period="",
        unit=index.unit,
        method_group="index",
        form="",
        land=_shared(found, "land"),
        uncertainty="unknown",
        edition=index.edition,
        layers=", ".join(layers),
        threshold="",
        threshold_unit="",
        is_first=True,
    )


def _least_known(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The areas of each unit by the part that the least share of its land has, of which it may have less."""
    areas = np.stack([each[[*_AREAS]].to_numpy() for each in found])
    least = areas[:, :, _AREAS.index("covered_pct")].argmin(axis=0)
    return pd.DataFrame(areas[least, np.arange(len(least))], found[0].index, [*_AREAS])


def _shared(found: Sequence[pd.DataFrame], column: str) -> str:
    """What the parts have in common, or 'unknown'."""
    values = {str(each[column].iloc[0]) for each in found}
    return values.pop() if len(values) == 1 else "unknown"
