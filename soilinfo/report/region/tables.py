"""A regional report as tables with outlines: what collections of features, maps and workbooks show of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import pandas as pd
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.columns import WORDS
from soilinfo.catalog.indicator_layers import UNDATED
from soilinfo.catalog.names import (
    NATION,
    REGION,
    REGIONAL_COMPARABILITY,
    REGIONAL_INDICATORS,
    REGIONAL_THREATS,
)
from soilinfo.catalog.text import in_language
from soilinfo.report.country.document import (
    CountryReport,
    ReportedIndicator,
    Unit,
    Value,
)
from soilinfo.report.region.classes import shown_level
from soilinfo.report.region.document import RegionalIndicator, RegionalReport, Verdict
from soilinfo.report.region.scheme import OnMap, Scheme

SHAPES: Mapping[str, str] = {
    REGIONAL_INDICATORS: "unit_code",
    REGIONAL_COMPARABILITY: "pair",
    REGIONAL_THREATS: "subregion",
}
"""Table -> column whose equal values share one outline."""

type Shapes = Mapping[str, BaseGeometry]


def tables(
    report: RegionalReport,
    reports: Sequence[CountryReport],
    schemes: Mapping[str, Scheme],
    languages: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """Each table by its name, with ``id`` and ``geometry`` (shapes in EPSG:4326) in one row per thing told.

    ``reports``: those that ``report`` was made of, which have the outlines and the values of units below the
    nation; ``schemes``: how each indicator is drawn; ``languages``: in which there is a column of words. A
    table without rows is left out.
    """
    outlines = {each.content.header.iso3: _outlines(each) for each in reports}
    nations = {iso3: shapes[NATION] for iso3, shapes in outlines.items()}
    made = {
        REGIONAL_INDICATORS: (_indicators(report, reports, schemes), _by_unit(outlines)),
        REGIONAL_COMPARABILITY: (_comparability(report), _by_pair(nations)),
        REGIONAL_THREATS: (_threats(report), _by_subregion(report, nations)),
    }
    frames = {name: _frame(rows, shapes, SHAPES[name], languages) for name, (rows, shapes) in made.items()}
    return {name: frame for name, frame in frames.items() if len(frame)}


def _frame(
    rows: Iterator[dict[str, Any]], shapes: Shapes, key: str, languages: Sequence[str]
) -> pd.DataFrame:
    return pd.DataFrame([_spoken(row, languages) | {"geometry": shapes[row[key]]} for row in rows])


def _spoken(row: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """A row with its words as a column of each language; '' where it has none to say."""
    if "words" not in row:
        return row
    words = {
        f"{WORDS}{each}": "; ".join(in_language(one, each) for one in row["words"]) for each in languages
    }
    return {name: value for name, value in row.items() if name != "words"} | words


# ---- indicators -------------------------------------------------------------------------


def _indicators(
    report: RegionalReport, reports: Sequence[CountryReport], schemes: Mapping[str, Scheme]
) -> Iterator[dict[str, Any]]:
    subregions = {each.iso3: each.subregion for each in report.members}
    comparable = {each.id: _comparable(each) for each in report.indicators}
    for country in reports:
        iso3 = country.content.header.iso3
        whose = {"iso3": iso3, "subregion": subregions[iso3]}
        units = {(each.level, each.code): each for each in country.content.units if each.geometry}
        for indicator in country.content.indicators:
            beside = ",".join(comparable[indicator.id].get(iso3, ()))
            made_of = {"comparable_with": beside, "report": country.id, "report_state": country.state}
            for value in indicator.values:
                if (value.level, value.code) in units:
                    unit = units[value.level, value.code]
                    drawn = _drawn(country, value, schemes[indicator.id])
                    yield _indicator(whose, unit, indicator, value) | made_of | drawn
        if units:
            yield from (_nothing(whose, country, each) for each in report.indicators if _lacks(each, iso3))


def _drawn(country: CountryReport, value: Value, scheme: Scheme) -> dict[str, Any]:
    """How maps show a row, and why its country does not stand beside the others."""
    is_shown = value.level == shown_level(country)
    why = scheme.apart.get(country.content.header.iso3)
    on_map: OnMap = "no" if not is_shown else "apart" if why else "classes"
    return {"on_map": on_map, "words": [why] if why else []}


def _lacks(indicator: RegionalIndicator, iso3: str) -> bool:
    return any(each.iso3 == iso3 for each in indicator.not_reported)


def _nothing(
    whose: Mapping[str, str], country: CountryReport, indicator: RegionalIndicator
) -> dict[str, Any]:
    """The row of a country that does not report an indicator, so that its land is not taken for sea."""
    said = next(each.reason for each in indicator.not_reported if each.iso3 == whose["iso3"])
    code, on_map = f"{whose['iso3']}.{NATION}", "not_reported"
    told = {"report": country.id, "report_state": country.state, "on_map": on_map}
    words = {"words": [said] if said else []}
    place = {"id": f"{code}.{indicator.id}", **whose, "unit_code": code, "level": NATION}
    name = country.content.header.country["en"]
    return place | {"name": name, "indicator": indicator.id, "year": UNDATED} | told | words


def _indicator(
    whose: Mapping[str, str], unit: Unit, indicator: ReportedIndicator, value: Value
) -> dict[str, Any]:
    code = _unit_code(whose["iso3"], unit)
    year = str(indicator.years[1]) if indicator.years else UNDATED
    first = indicator.thresholds[0] if indicator.thresholds else None
    upper_cm, lower_cm = indicator.depth or (None, None)
    return {
        "id": f"{code}.{indicator.id}.{year}",
        **whose,
        "unit_code": code,
        "level": unit.level,
        "name": unit.name,
        "indicator": indicator.id,
        "year": year,
        "value": value.value,
        "lower": value.lower,
        "upper": value.upper,
        "unit": indicator.unit,
        "total_ha": value.total_ha,
        "nodata_ha": value.nodata_ha,
        "covered_pct": value.covered_pct,
        "threshold_value": first.value if first else None,
        "threshold_unit": first.unit if first else None,
        "threshold_side": first.threshold_side if first else None,
        "affected_ha": value.affected_ha,
        "affected_lower_ha": value.affected_lower_ha,
        "affected_upper_ha": value.affected_upper_ha,
        "affected_pct": value.affected_pct,
        "upper_cm": upper_cm,
        "lower_cm": lower_cm,
        "method_group": indicator.method_group,
        "form": indicator.form,
        "land": indicator.land,
        "uncertainty": indicator.uncertainty,
        "edition": indicator.edition,
    }


def _comparable(indicator: RegionalIndicator) -> dict[str, list[str]]:
    """With whom each country's value stands side by side, converted or not."""
    found: dict[str, list[str]] = {}
    for each in indicator.verdicts:
        if each.kind != "not":
            found.setdefault(each.a, []).append(each.b)
            found.setdefault(each.b, []).append(each.a)
    return found


# ---- pairs ------------------------------------------------------------------------------


def _comparability(report: RegionalReport) -> Iterator[dict[str, Any]]:
    for indicator in report.indicators:
        for verdict in indicator.verdicts:
            yield _pair(indicator.id, verdict)


def _pair(indicator: str, verdict: Verdict) -> dict[str, Any]:
    made = verdict.conversion
    pair = _pair_code(verdict.a, verdict.b)
    return {
        "id": f"{pair}.{indicator}",
        "pair": pair,
        "iso3_a": verdict.a,
        "iso3_b": verdict.b,
        "indicator": indicator,
        "comparability": verdict.kind,
        "affected_compares": verdict.affected,
        "reasons": ",".join(each.code for each in verdict.reasons),
        "notes": ",".join(each.code for each in verdict.notes),
        "words": [each.text for each in (*verdict.reasons, *verdict.notes)],
        "converted": made.iso3 if made else None,
        "equation": made.equation if made else None,
        "equation_error": made.error if made else None,
        "value": made.value if made else None,
        "lower": made.lower if made else None,
        "upper": made.upper if made else None,
        "unit": made.unit if made else None,
    }


# ---- threats ----------------------------------------------------------------------------


def _threats(report: RegionalReport) -> Iterator[dict[str, Any]]:
    for each in report.threats:
        subregion = each.subregion or REGION
        yield {
            "id": f"{subregion}.{each.id}",
            "subregion": subregion,
            "threat": each.id,
            "area_ha": each.area_ha,
            "area_rank": each.area_rank,
            "area_countries": ",".join(each.area_countries),
            "mean_rank": each.mean_rank,
            "rank": each.rank,
            "rank_countries": ",".join(each.rank_countries),
        }


# ---- outlines ---------------------------------------------------------------------------


def _outlines(report: CountryReport) -> dict[str, BaseGeometry]:
    """Outline by code of a unit, of the nation by NATION; a nation without one is where its units are."""
    iso3 = report.content.header.iso3
    drawn = {
        NATION if each.level == NATION else _unit_code(iso3, each): _shape(each.geometry)
        for each in report.content.units
        if each.geometry
    }
    return {NATION: MultiPolygon([]) if not drawn else shapely.union_all(list(drawn.values()))} | drawn


def _shape(outline: Mapping[str, Any]) -> BaseGeometry:
    return shapely.from_geojson(orjson.dumps(outline))


def _by_unit(outlines: Mapping[str, Shapes]) -> dict[str, BaseGeometry]:
    return {
        f"{iso3}.{NATION}" if code == NATION else code: shape
        for iso3, shapes in outlines.items()
        for code, shape in shapes.items()
    }


def _by_pair(nations: Shapes) -> dict[str, BaseGeometry]:
    codes = list(nations)
    return {
        _pair_code(a, b): shapely.union_all([nations[a], nations[b]])
        for at, a in enumerate(codes)
        for b in codes[at + 1 :]
    }


def _by_subregion(report: RegionalReport, nations: Shapes) -> dict[str, BaseGeometry]:
    within = {
        subregion: [
            nations[each.iso3]
            for each in report.members
            if each.subregion == subregion and each.iso3 in nations
        ]
        for subregion in report.header.subregions
    }
    return {REGION: shapely.union_all(list(nations.values()))} | {
        subregion: shapely.union_all(shapes) for subregion, shapes in within.items()
    }


def _unit_code(iso3: str, unit: Unit) -> str:
    return f"{iso3}.{NATION}" if unit.level == NATION else f"{iso3}.{unit.level}.{unit.code}"


def _pair_code(a: str, b: str) -> str:
    return f"{a}.{b}"
