"""The tables of a country report, a row at a time: what its views as XLSX and CSV hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from soilinfo.report.country.document import (
    CountryReport,
    ReportedIndicator,
    ReportedThreat,
    ReportedThreshold,
    Unit,
)
from soilinfo.report.country.finding_words import findings_told
from soilinfo.report.country.parts import part_title, part_titles
from soilinfo.report.phrases import Phrases
from soilinfo.report.workbook import Cell

Row = dict[str, Cell]
Rows = Callable[[CountryReport, Phrases], Iterator[Row]]

_VALUE = (
    *("value", "lower", "upper", "total_ha", "nodata_ha", "covered_pct"),
    *("affected_ha", "affected_lower_ha", "affected_upper_ha", "affected_pct"),
)
_JUDGED = {
    "condition": "condition",
    "trend": "trend",
    "confidence_condition": "sureness",
    "confidence_trend": "sureness",
}
"""Column -> the scale of its words in the locale files."""


def _indicators(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each in report.content.indicators:
        first = next(iter(each.thresholds), None)
        yield {
            **_named(each, phrases),
            "definition": phrases.named(each.definition),
            "uri": each.uri,
            "edition": each.edition,
            "definition_sha256": each.definition_sha256,
            "kind": each.kind,
            "unit": each.unit,
            "upper_cm": each.depth and each.depth[0],
            "lower_cm": each.depth and each.depth[1],
            "first_year": each.years and each.years[0],
            "last_year": each.years and each.years[1],
            "method": phrases.named(each.method) if each.method else None,
            "method_group": each.method_group,
            "form": each.form,
            "land": phrases.say(f"value.land.{each.land or 'unknown'}"),
            "uncertainty": phrases.say(f"value.uncertainty.{each.uncertainty}"),
            **_limit(first, phrases),
            "missing_rule": each.missing_rule and phrases.say(f"value.missing_rule.{each.missing_rule}"),
            "layers": ", ".join(each.inputs),
            "themes": ", ".join(each.themes),
            "sdg": ", ".join(each.sdg),
            "gsp_areas": ", ".join(map(str, each.gsp_areas)),
            "components": ", ".join(each.components),
        }


def _limit(threshold: ReportedThreshold | None, phrases: Phrases) -> Row:
    known: Row = dict.fromkeys(("threshold", "threshold_value", "threshold_source"))
    if threshold is None:
        return known
    told: Row = {"threshold_value": threshold.value, "threshold_source": threshold.source}
    return {**known, "threshold": phrases.named(threshold.title), **told}


def _named(each: ReportedIndicator | ReportedThreat, phrases: Phrases) -> Row:
    key = "indicator" if isinstance(each, ReportedIndicator) else "threat"
    return {key: each.id, "title": phrases.named(each.title)}


def _values(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    names = _names(report)
    for each in report.content.indicators:
        for value in each.values:
            numbers: Row = {name: getattr(value, name) for name in _VALUE}
            place = _place(names[value.level, value.code])
            yield {**_named(each, phrases), **place, "unit": each.unit, **numbers}


def _names(report: CountryReport) -> Mapping[tuple[str, str], Unit]:
    return {(each.level, each.code): each for each in report.content.units}


def _place(unit: Unit) -> Row:
    return {"level": unit.level, "code": unit.code, "name": unit.name}


def _sensitivity(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    """Affected land by each further threshold, degraded land by each further rule for what is missing."""
    names = _names(report)
    for each in report.content.indicators:
        thresholds = {one.id: one for one in each.thresholds}
        for value in each.values:
            for id_, hectares in value.alternatives.items():
                place = _place(names[value.level, value.code])
                limit = {**_limit(thresholds.get(id_), phrases), "threshold_id": id_}
                if each.missing_rule:
                    limit["threshold"] = phrases.say(f"value.missing_rule.{id_}")
                yield {**_named(each, phrases), **place, **limit, "affected_ha": hectares}


def _parts(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    names, titles = _names(report), part_titles(phrases, report.content)
    for each in report.content.indicators:
        for value in each.values:
            for part, number in value.parts.items():
                place = _place(names[value.level, value.code])
                yield {
                    **_named(each, phrases),
                    **place,
                    "part": part_title(phrases, titles, part),
                    "value": number,
                }


def _threats(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each in report.content.threats:
        numbers: Row = {name: getattr(each, name) for name in _THREAT_NUMBERS}
        notes = " ".join(map(phrases.named, each.notes))
        mapped = {"mapped_by": each.mapped_by, "mapped_ha": each.mapped_ha}
        yield {**_named(each, phrases), **numbers, **mapped, **_judged(each, phrases), "notes": notes}


_THREAT_NUMBERS = ("rank", "mean_rank", "agreement", "area_rank", "area_ha", "share_pct")


def _judged(each: object, phrases: Phrases) -> Row:
    said = {column: getattr(each, column) for column in _JUDGED}
    return {column: word and phrases.say(f"value.{_JUDGED[column]}.{word}") for column, word in said.items()}


def _experts(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each in report.content.threats:
        for one in each.experts:
            said: Row = {"expert": one.expert, "rank": one.rank, "area_ha": one.area_ha}
            yield {**_named(each, phrases), **said, **_judged(one, phrases), "evidence": one.evidence}


def _inventory(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each in report.content.inventory:
        yield {
            "id": each.id,
            "question": phrases.named(each.question),
            "answer": phrases.named(each.choice) if each.choice else each.answer,
            "unit": each.unit,
            "year": each.year,
            "evidence": each.evidence,
            "gsp_area": each.gsp_area,
            "component": each.component,
        }


def _practices(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    titles = {each.id: phrases.named(each.title) for each in report.content.threats}
    for each in report.content.practices:
        threats = ", ".join(titles.get(id_, id_) for id_ in each.threats)
        yield {**each.model_dump(), "threats": threats}


def _missing(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each in report.content.missing:
        yield {"indicator": each.id, "reason": phrases.named(each.reason)}


def _units(report: CountryReport, _phrases: Phrases) -> Iterator[Row]:
    for each in report.content.units:
        areas: Row = {"area_ha": each.area_ha, "official_area_ha": each.official_area_ha}
        yield {**_place(each), "parent_code": each.parent, **areas}


def _findings(report: CountryReport, phrases: Phrases) -> Iterator[Row]:
    for each, words in zip(report.content.findings, findings_told(report.content, phrases), strict=True):
        severity, about, text = words
        yield {"check": each.check, "severity": severity, "about": about, "message": text}


def _as_written(part: str) -> Rows:
    """Rows of a part of the content that has nothing to be said in another language."""
    return lambda report, _phrases: (each.model_dump() for each in getattr(report.content, part))


ROWS: Final[Mapping[str, Rows]] = {
    "indicators": _indicators,
    "values": _values,
    "sensitivity": _sensitivity,
    "parts": _parts,
    "missing": _missing,
    "threats": _threats,
    "experts": _experts,
    "inventory": _inventory,
    "practices": _practices,
    "laboratories": _as_written("laboratories"),
    "units": _units,
    "inputs": _as_written("inputs"),
    "findings": _findings,
}
"""The tables by id, in the order in which a person reads them."""


def rows_of(report: CountryReport, table: str, phrases: Phrases) -> Sequence[Row]:
    """The rows of a table, column -> value; words in the language of ``phrases``."""
    return list(ROWS[table](report, phrases))
