"""How maps show the indicators of a region: in the classes of the atlas, what does not compare apart."""

from collections.abc import Iterator

from soilinfo.catalog.styles import APART_COLOUR, NO_DATA_COLOUR
from soilinfo.catalog.text import in_language, languages, unit_text
from soilinfo.report.look import Drawn, Expression, Look, Rule, Text, equals
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.scheme import Scheme


def region(drawn: Drawn) -> Iterator[Look]:
    """A look of each indicator; none of what is no table of a region."""
    for scheme in drawn.schemes:
        rules = *_classes(drawn, scheme), *_apart(drawn, scheme)
        rows = {"indicator": scheme.indicator}
        yield Look(scheme.indicator, _title(drawn, scheme), rules, rows=rows, is_titled=True)


def _title(drawn: Drawn, scheme: Scheme) -> Text:
    where, named = drawn.catalog.directory, {}
    for language in languages(where):
        unit = unit_text(scheme.unit, language, where) if scheme.unit else ""
        named[language] = in_language(scheme.title, language) + (f" ({unit})" if unit else "")
    return named


def _classes(drawn: Drawn, scheme: Scheme) -> Iterator[Rule]:
    """Those of the countries that compare, and their land without data."""
    own, known = equals("on_map", "classes"), ["has", "value"]
    for (low, high), colour, text in _steps(drawn, scheme):
        within = [
            [sign, ["get", "value"], end] for sign, end in ((">=", low), ("<", high)) if end is not None
        ]
        yield Rule(text, colour, ["all", own, known, *within])
    yield Rule(drawn.label("map.no_data"), NO_DATA_COLOUR, ["all", own, ["!", known]])


def _steps(drawn: Drawn, scheme: Scheme) -> Iterator[tuple[tuple[float | None, float | None], str, Text]]:
    """Ends, colour and label of each class; the outer ones are open, as on paper."""
    if scheme.steps is None:
        return
    spoken = languages(drawn.catalog.directory)
    labels = {each: scheme.steps.labels(Phrases(drawn.catalog, each)) for each in spoken}
    inner = scheme.edges[1:-1]
    ends = zip((None, *inner), (*inner, None), strict=True)
    for at, (between, colour) in enumerate(zip(ends, scheme.steps.colours, strict=True)):
        yield between, colour, {each: labels[each][at] for each in spoken}


def _apart(drawn: Drawn, scheme: Scheme) -> Iterator[Rule]:
    """A line for each country that does not stand beside the others, and why."""
    nothing = drawn.label("board.not_reported")
    for iso3, why in scheme.apart.items():
        yield Rule(_named(drawn, iso3, why), APART_COLOUR, _rows("apart", iso3), hatched=True)
    for iso3 in scheme.not_reported:
        yield Rule(_named(drawn, iso3, nothing), NO_DATA_COLOUR, _rows("not_reported", iso3))


def _rows(on_map: str, iso3: str) -> Expression:
    return ["all", equals("on_map", on_map), equals("iso3", iso3)]


def _named(drawn: Drawn, iso3: str, told: Text) -> Text:
    """'Bhutan: not comparable: depth'; by its code, where it is no member any more."""
    members = drawn.catalog.region.members if drawn.catalog.region else ()
    title = next((each.title for each in members if each.iso3 == iso3), drawn.same(iso3))
    spoken = languages(drawn.catalog.directory)
    return {each: f"{in_language(title, each)}: {in_language(told, each)}" for each in spoken}
