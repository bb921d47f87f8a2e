"""Whether two countries' values of one indicator may stand side by side; if not, every reason why.

What is not known is not the same: an unknown depth, method, land or time keeps two values apart. The verdict
of two countries is the same whichever is named first, their words change places.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.reporting import Region
from soilinfo.catalog.text import in_language
from soilinfo.report.region.conversion import NoConversionError, by_equation, by_unit, equivalence
from soilinfo.report.region.document import Conversion, NoteCode, Reason, ReasonCode, Verdict
from soilinfo.report.region.values import Told
from soilinfo.report.region.words import Speech, Words
from soilinfo.units import UNITS

SPANS = ("change", "land_degradation")
"""Kinds of indicators that are about what lies between two years: both ends must fit."""
FREE_OF_THRESHOLDS = ("mean", "change")
"""Kinds whose value does not hang on thresholds: if only these differ, the values are of one definition."""

type Sides = tuple[Words, Words]
type Found = tuple[ReasonCode | NoteCode, Sides]


@dataclass(frozen=True)
class Rules:
    """By what is compared: the region's configuration, the equations that it names, its languages."""

    region: Region
    equations: Mapping[str, Equation]
    speech: Speech
    overlapping: frozenset[frozenset[str]] = field(default_factory=frozenset)
    """Pairs of countries whose outlines overlap."""
    methods: Mapping[str, Words] = field(default_factory=dict)
    """What groups of methods are called; others are told by their ids."""


def compare(rules: Rules, a: Told, b: Told) -> Verdict:
    """The verdict of two countries that both report an indicator."""
    found = [each for check in _CHECKS for each in check(rules, a, b)]
    conversion, refused = _converted(rules, a, b)
    found += refused
    comparable = not found
    notes = [*_notes(rules, a, b), *_of_conversion(rules, conversion, a, b)] if comparable else []
    return Verdict(
        a=a.iso3,
        b=b.iso3,
        kind="not" if found else "with_conversion" if conversion else "comparable",
        affected=comparable and conversion is None and _same_threshold(a, b) and _has_affected(a, b),
        reasons=tuple(_reason(rules, a, b, each) for each in found),
        notes=tuple(_reason(rules, a, b, each) for each in notes),
        conversion=conversion if comparable else None,
    )


def unreported(
    rules: Rules, countries: tuple[str, str], reported: tuple[Told | None, Told | None]
) -> Verdict:
    """The verdict of two countries of which one or both have no value of an indicator."""
    a, b = countries
    words = tuple(rules.speech.label(_reported(each)) for each in reported)
    text = _sentence(rules.speech, "not_reported", countries, (words[0], words[1]))
    reason = Reason(code="not_reported", a=words[0], b=words[1], text=text)
    return Verdict(a=a, b=b, kind="not", affected=False, reasons=(reason,), notes=(), conversion=None)


def _reported(each: Told | None) -> str:
    if each is None:
        return "regional.not_reported"
    return "regional.reported" if each.value.value is not None else "regional.no_data"


# ---- what keeps apart -------------------------------------------------------------------


def _definition(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if a.value.definition_sha256 != b.value.definition_sha256 and _defined(a) != _defined(b):
        yield "definition", (_edition(rules, a), _edition(rules, b))


def _defined(each: Told) -> tuple[object, ...]:
    """What makes the value; of kinds whose parts or classes a report does not tell, the whole definition.

    No texts: who translates a definition does not change it.
    """
    of, value = each.indicator, each.value
    if of.kind not in FREE_OF_THRESHOLDS:
        return of.kind, value.definition_sha256
    return of.kind, value.edition, of.uri, value.wanted_depth


def _edition(rules: Rules, each: Told) -> Words:
    digits = each.value.definition_sha256[:8]
    return rules.speech.label("regional.edition", edition=each.value.edition, digits=digits)


def _unit(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if a.value.unit != b.value.unit and _quantity(a.value.unit) != _quantity(b.value.unit):
        yield "unit", (rules.speech.same(a.value.unit), rules.speech.same(b.value.unit))


def _quantity(unit: str) -> str:
    """What a unit measures; one that is not in the table measures itself."""
    return UNITS[unit].quantity if unit in UNITS else unit


def _depth(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    known = a.value.depth is not None and b.value.depth is not None
    needed = a.value.wanted_depth is not None or b.value.wanted_depth is not None
    if a.value.depth != b.value.depth or (needed and not known):
        yield "depth", (rules.speech.span(a.value.depth, "cm"), rules.speech.span(b.value.depth, "cm"))


def _method(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    groups = {a.value.method_group, b.value.method_group}
    unknown = None in groups and _is_any(FREE_OF_THRESHOLDS, a, b)
    if unknown or (len(groups) > 1 and equivalence(rules.region, a, b) is None):
        yield "method", (_method_words(rules, a), _method_words(rules, b))


def _method_words(rules: Rules, each: Told) -> Words:
    method, group = each.value.method, each.value.method_group
    if method is None or group is None:
        return method or rules.speech.unknown
    called = rules.methods.get(group) or rules.speech.same(group)
    return {language: _with(text, in_language(called, language)) for language, text in method.items()}


def _with(method: str, group: str) -> str:
    """A method with its group, where its own words do not say that."""
    return method if group in method else f"{method} ({group})"


def _form(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if a.value.form != b.value.form and equivalence(rules.region, a, b) is None:
        yield "form", (rules.speech.code("form", a.value.form), rules.speech.code("form", b.value.form))


def _years(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if _apart(a, b) > rules.region.year_window:
        yield "years", (_span_of_years(rules, a), _span_of_years(rules, b))


def _apart(a: Told, b: Told) -> float:
    """Years between two values, of spans the larger of those between their beginnings and their ends."""
    one, other = a.value.years, b.value.years
    if one is None or other is None:
        return float("inf")
    if _is_any(SPANS, a, b):
        return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
    return max(0, one[0] - other[1], other[0] - one[1])


def _is_long(rules: Rules, each: Told) -> bool:
    """Whether what a value is of took longer than values may lie apart; a change takes its time."""
    years = each.value.years
    return (
        each.indicator.kind not in SPANS
        and years is not None
        and years[1] - years[0] > rules.region.year_window
    )


def _is_any(kinds: tuple[str, ...], a: Told, b: Told) -> bool:
    return a.indicator.kind in kinds or b.indicator.kind in kinds


def _span_of_years(rules: Rules, each: Told) -> Words:
    return rules.speech.span(each.value.years)


def _coverage(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    least = rules.region.least_covered_pct
    if any(each.value.covered_pct is None or each.value.covered_pct < least for each in (a, b)):
        yield "coverage", (_covered(rules, a), _covered(rules, b))


def _covered(rules: Rules, each: Told) -> Words:
    return rules.speech.quantity(each.value.covered_pct, 1, "%")


def _land(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if a.value.land != b.value.land or a.value.land is None:
        yield "land", (rules.speech.code("land", a.value.land), rules.speech.code("land", b.value.land))


_CHECKS: tuple[Callable[[Rules, Told, Told], Iterator[Found]], ...] = (
    *(_definition, _unit, _depth, _method, _form, _years, _coverage, _land),
)


def _converted(rules: Rules, a: Told, b: Told) -> tuple[Conversion | None, list[Found]]:
    """What stands for one of the two values, where it needs to; and why nothing can, where it cannot."""
    way = equivalence(rules.region, a, b)
    if way is None:
        return by_unit(a, b), []
    try:
        return by_equation(rules.equations[way.equation.equation], way.source, way.target), []
    except NoConversionError as error:
        words = rules.speech.label(f"regional.no_conversion.{error.reason}", equation=way.equation.equation)
        nothing = rules.speech.label("regional.nothing_to_convert")
        return None, [("equation", (words, nothing) if way.source is a else (nothing, words))]


# ---- what readers must know -------------------------------------------------------------


def _notes(rules: Rules, a: Told, b: Told) -> Iterator[Found]:
    if not _same_threshold(a, b):
        yield "threshold", (_threshold(rules, a), _threshold(rules, b))
    if _interval(a) != _interval(b):
        yield "uncertainty", (_uncertainty(rules, a), _uncertainty(rules, b))
    if a.header.boundary.source != b.header.boundary.source:
        yield "boundary", (_boundary(rules, a), _boundary(rules, b))
    if _is_long(rules, a) or _is_long(rules, b):
        yield "long_period", (_span_of_years(rules, a), _span_of_years(rules, b))
    if frozenset((a.iso3, b.iso3)) in rules.overlapping:
        yield "overlap", (_area(rules, a), _area(rules, b))
    if a.header.synthetic or b.header.synthetic:
        yield "synthetic", (_real(rules, a), _real(rules, b))


def _of_conversion(rules: Rules, conversion: Conversion | None, a: Told, b: Told) -> Iterator[Found]:
    if conversion is None or conversion.equation is None:
        return
    sides = _method_words(rules, a), _method_words(rules, b)
    if rules.equations[conversion.equation].form != "linear":
        yield "mean_converted", sides
    if conversion.error is None:
        yield "unknown_error", sides


def _same_threshold(a: Told, b: Told) -> bool:
    return _beyond(a) == _beyond(b)


def _beyond(each: Told) -> tuple[object, ...] | None:
    of = each.value.threshold
    return None if of is None else (of.value, of.unit, of.side, of.inclusive)


def _has_affected(a: Told, b: Told) -> bool:
    return a.value.affected_ha is not None and b.value.affected_ha is not None


def _threshold(rules: Rules, each: Told) -> Words:
    return each.value.threshold.title if each.value.threshold else rules.speech.label("regional.none")


def _interval(each: Told) -> tuple[str, float]:
    return each.value.uncertainty, each.header.interval_pct


def _uncertainty(rules: Rules, each: Told) -> Words:
    kind, share = rules.speech.code("uncertainty", each.value.uncertainty), each.header.interval_pct
    return {language: f"{text} ({share:g} %)" for language, text in kind.items()}


def _boundary(rules: Rules, each: Told) -> Words:
    return rules.speech.same(each.header.boundary.source)


def _area(rules: Rules, each: Told) -> Words:
    return rules.speech.quantity(each.value.total_ha, 0, "ha")


def _real(rules: Rules, each: Told) -> Words:
    return rules.speech.label("regional.synthetic" if each.header.synthetic else "regional.real")


def _reason(rules: Rules, a: Told, b: Told, found: Found) -> Reason:
    code, words = found
    return Reason(
        code=code,
        a=words[0],
        b=words[1],
        text=_sentence(rules.speech, code, (a.iso3, b.iso3), words),
    )


def _sentence(speech: Speech, code: str, countries: tuple[str, str], words: Sides) -> Words:
    """'Other depths: XSN 0–30 cm, XNB 0–5 cm'."""
    what = speech.label(f"value.reason.{code}")
    a, b = (
        {language: f"{iso3} {text}" for language, text in each.items()}
        for iso3, each in zip(countries, words, strict=True)
    )
    return speech.label("regional.reason", what=what, a=a, b=b)
