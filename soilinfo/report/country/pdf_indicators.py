"""The pages of a country report about indicators: a map, values, thresholds, how it was measured."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import Content, ReportedIndicator, ReportedThreshold, Unit, Value
from soilinfo.report.country.parts import part_title, part_titles, verdict_title
from soilinfo.report.country.pdf_land import Land, sparse, unit_or_title, values_map
from soilinfo.report.country.threshold_words import threshold_words
from soilinfo.report.figures.intervals import Plot, Spot, interval_plot
from soilinfo.report.figures.numbers import areas, depth, figure, interval, measured, share, years
from soilinfo.report.figures.paper import Drawings, Sheet
from soilinfo.report.phrases import NOTHING, Phrases

FILLS = {"degraded_ha": "hatched #a8332a", "stable_ha": "#f3e3b3", "improved_ha": "#4d9221"}
"""Kinds of land of land degradation, and their fills."""


def indicator_page(
    content: Content, indicator: ReportedIndicator, land: Land, phrases: Phrases, drawings: Drawings
) -> Sheet:
    """What the page of one indicator says."""
    nation, values = nation_of(indicator), land.values(indicator)
    return {
        "title": phrases.named(indicator.title),
        "definition": phrases.named(indicator.definition),
        "headline": list(headline(phrases, indicator, nation)),
        "wide": land.is_wide,
        "map": values_map(land, indicator, phrases, drawings),
        "plot": None
        if indicator.kind == "land_degradation"
        else _plot(phrases, indicator, land.units, values),
        "shares": _shares(phrases, land.units, values) if indicator.kind == "land_degradation" else None,
        "measure": _measure(phrases, content, indicator, values),
        "unknown": ", ".join(_unknown(land.units, values).values()),
        "sparse": _sparse(phrases, land.units, values),
        "thresholds": _thresholds(phrases, indicator, nation),
        "parts": [*_parts(phrases, content, nation)],
        "facts": [
            [label, words]
            for label, words in (*_rules(phrases, indicator, nation), *_facts(phrases, indicator))
            if words not in ("", NOTHING)
        ],
    }


def nation_of(indicator: ReportedIndicator) -> Value | None:
    """What it says of the nation."""
    return next((value for value in indicator.values if value.level == NATION), None)


# ---- in words ---------------------------------------------------------------------------


def headline(phrases: Phrases, indicator: ReportedIndicator, value: Value | None) -> Iterator[str]:
    """The nation's value, how sure it is, how much land it is of, and how much of that is affected."""
    if value is None or value.value is None:
        yield phrases.say("reports.paper.no_value")
        return
    ends = interval(phrases, value.lower, value.upper)
    yield f"{figure(phrases, value.value, indicator.unit)} ({ends})"
    yield phrases.say("reports.paper.known_of", percent=share(phrases, value.covered_pct))
    if value.affected_ha is not None:
        yield affected(phrases, indicator, value)


def affected(phrases: Phrases, indicator: ReportedIndicator, value: Value) -> str:
    """How much land is affected, and from where on; of classes, such as clayey soils, how much is theirs."""
    of_classes = indicator.kind == "class_share"
    words = phrases.say(
        "reports.paper.of_classes" if of_classes else "reports.paper.affected",
        ha=phrases.hectares(value.affected_ha),
        percent=share(phrases, value.affected_pct),
    )
    ends = areas(phrases, value.affected_lower_ha, value.affected_upper_ha)
    told = [threshold_words(phrases, each) for each in indicator.thresholds[:1]]
    return "; ".join([words, *([ends] if ends else []), *told])


# ---- by unit ----------------------------------------------------------------------------


def _plot(
    phrases: Phrases, indicator: ReportedIndicator, units: Sequence[Unit], values: Mapping[str, Value]
) -> Plot | None:
    spots = [_spot(unit, values[unit.code]) for unit in units if unit.code not in _unknown(units, values)]
    spots.sort(key=lambda spot: -(spot.value or 0.0))
    lines = {
        threshold_words(phrases, each): each.value
        for each in indicator.thresholds[:1]
        if each.unit == indicator.unit
    }
    return interval_plot(phrases, spots, lines)


def _spot(unit: Unit, value: Value) -> Spot:
    return Spot(unit.name, value.value, value.lower, value.upper)


def _measure(
    phrases: Phrases, content: Content, indicator: ReportedIndicator, values: Mapping[str, Value]
) -> str:
    """What a plot shows: the unit, and what its lines are where it has any."""
    unit = unit_or_title(indicator, phrases)
    if all(value.lower is None or value.upper is None for value in values.values()):
        return unit
    percent = phrases.value(content.header.interval_pct, 1)
    return phrases.say("reports.paper.with_interval", unit=unit, percent=percent)


def _sparse(phrases: Phrases, units: Sequence[Unit], values: Mapping[str, Value]) -> str:
    """The units of whose land less than half has data, each with its share."""
    thin = sparse(values)
    return ", ".join(
        f"{unit.name} ({share(phrases, thin[unit.code])})" for unit in units if unit.code in thin
    )


def _unknown(units: Sequence[Unit], values: Mapping[str, Value]) -> dict[str, str]:
    """Names by code of the units without a value."""
    known = {code for code, value in values.items() if value.value is not None}
    return {unit.code: unit.name for unit in units if unit.code not in known}


def _shares(phrases: Phrases, units: Sequence[Unit], values: Mapping[str, Value]) -> Sheet | None:
    """Degraded, stable, improved land and that without data, of each unit."""
    rows = [_share(phrases, unit, values[unit.code]) for unit in units if unit.code in values]
    legend = [{"fill": fill, "label": verdict_title(phrases, key)} for key, fill in FILLS.items()]
    legend.append({"fill": "nodata", "label": phrases.say("map.no_data")})
    return {"rows": rows, "legend": legend} if rows else None


def _share(phrases: Phrases, unit: Unit, value: Value) -> Sheet:
    hectares = {fill: value.parts.get(key) or 0.0 for key, fill in FILLS.items()}
    hectares["nodata"] = value.nodata_ha
    whole = sum(hectares.values()) or 1.0
    parts = [{"fill": fill, "share": round(ha / whole, 6)} for fill, ha in hectares.items() if ha > 0]
    return {"name": unit.name, "parts": parts, "text": share(phrases, value.affected_pct)}


# ---- tables -----------------------------------------------------------------------------


def _thresholds(phrases: Phrases, indicator: ReportedIndicator, value: Value | None) -> Sheet | None:
    """How much land is affected by each threshold, the one that counts first."""
    if not indicator.thresholds or value is None:
        return None
    columns = ("threshold", "source", "beyond_ha", "of_known")
    return {
        "columns": [phrases.say(f"reports.paper.{key}") for key in columns],
        "rows": [_threshold(phrases, each, at, value) for at, each in enumerate(indicator.thresholds)],
    }


def _threshold(phrases: Phrases, threshold: ReportedThreshold, at: int, value: Value) -> list[str]:
    hectares = value.alternatives.get(threshold.id) if at else value.affected_ha
    known = value.total_ha - value.nodata_ha
    percent = 100 * hectares / known if hectares is not None and known else None
    counts = f" ({phrases.say('reports.paper.counts')})" if at == 0 else ""
    # Titles tell their limit in parentheses, which the words after them tell exactly.
    title = f"{phrases.short(threshold.title)}: {threshold_words(phrases, threshold)}{counts}"
    return [title, threshold.source, phrases.hectares(hectares), share(phrases, percent)]


def _parts(phrases: Phrases, content: Content, value: Value | None) -> Iterator[tuple[str, str]]:
    """What the nation's value is made of: scores of an index by indicator, hectares of land degradation."""
    titles = part_titles(phrases, content)
    for key, part in (value.parts if value else {}).items():
        text = phrases.hectares(part) if key.endswith("_ha") else figure(phrases, part)
        yield part_title(phrases, titles, key), text


def _rules(phrases: Phrases, indicator: ReportedIndicator, value: Value | None) -> Iterator[tuple[str, str]]:
    """By which rule for what is missing land is judged, and how much is degraded by the other ones."""
    if indicator.missing_rule is None:
        return
    yield phrases.say("reports.missing_rule"), phrases.say(f"value.missing_rule.{indicator.missing_rule}")
    others = value.alternatives if value else {}
    told = (
        f"{phrases.say(f'value.missing_rule.{rule}')}: {phrases.hectares(ha)} ha"
        for rule, ha in others.items()
    )
    yield phrases.say("reports.missing_rule.others"), "; ".join(told)


def _facts(phrases: Phrases, indicator: ReportedIndicator) -> Iterator[tuple[str, str]]:
    say = phrases.say
    asked = indicator.wanted_depth
    differs = asked is not None and asked != indicator.depth
    wanted = f" {say('reports.wanted_depth', depth=depth(asked))}" if differs else ""
    known = depth(indicator.depth) if indicator.depth else say("reports.paper.undated")
    yield say("reports.depth"), known + wanted if indicator.depth or differs else ""
    yield say("reports.years"), years(indicator.years) if indicator.years else say("reports.paper.undated")
    yield say("reports.method"), measured(phrases, indicator.method, indicator.form)
    yield say("reports.land"), phrases.say(f"value.land.{indicator.land}") if indicator.land else ""
    yield say("reports.uncertainty"), phrases.say(f"value.uncertainty.{indicator.uncertainty}")
    yield say("reports.inputs"), ", ".join(indicator.inputs)
    yield say("reports.paper.edition"), f"{indicator.edition} · {indicator.definition_sha256[:12]}"
    yield say("reports.paper.uri"), indicator.uri or ""
    yield "SDG", ", ".join(indicator.sdg)
    yield say("reports.gsp_areas"), ", ".join(map(str, indicator.gsp_areas))


def in_columns(plot: Plot, columns: int) -> list[Plot]:
    """A plot cut into as many beside each other, on the same axis; fewer where rows are few."""
    rows = plot["rows"]
    if len(rows) < 2 * columns:
        return [plot]
    return [{**plot, "rows": [*part]} for part in batched(rows, -(-len(rows) // columns))]
