"""Colours of a configuration that somebody hardly tells apart, found so that a map is safe by default."""

from collections.abc import Iterator

from soilinfo.catalog.colour_vision import Alike, alike
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.products import products
from soilinfo.catalog.styles import Style, style_of_classes, style_of_layer, style_of_suitability
from soilinfo.catalog.text import DEFAULT_LANGUAGE, in_language
from soilinfo.findings import Finding

CLASSES_APART = 5.0
"""The least distance (OKLab, times 100) of two classes, which lie anywhere in a map and in its legend."""
STEPS_APART = 2.0
"""The least distance of neighbours in a ramp, which runs on between them; others are as far as classes."""
_SEEN_BY = {
    "normal": "everybody",
    "protan": "who lacks the cones for red",
    "deutan": "who lacks the cones for green",
    "tritan": "who lacks the cones for blue",
}


def colour_findings(catalog: Catalog) -> list[Finding]:
    """A note for each style with colours that somebody takes for each other, but for those of a rule."""
    return [finding for name, style in styles(catalog).items() for finding in _judged(name, style)]


def styles(catalog: Catalog) -> dict[str, Style]:
    """Every style of a configuration by what it is of: class tables, ramps, suitability, products."""
    tables = {table.id: style_of_classes(table, table.title) for table in catalog.class_tables.values()}
    layers = {name: style_of_layer(catalog, name) for name in catalog.layers}
    ramps = {name: style for name, style in layers.items() if style.kind == "ramp"}
    made = {
        f"{product.id}.{variable.name}": variable.style
        for product in products(catalog).values()
        for variable in product.variables
    }
    return {**tables, **ramps, "suitability": style_of_suitability(catalog), **made}


def taken_for_each_other(style: Style) -> list[Alike]:
    """Every two entries of a style that somebody hardly tells apart, the hardest first.

    Entries of the very same colour are meant to be one for the eye.
    """
    colours = [entry.colour for entry in style.entries]
    close = (pair for pair in alike(colours, CLASSES_APART) if colours[pair.first] != colours[pair.second])
    ramp = style.kind == "ramp"
    found = (pair for pair in close if not (ramp and _is_a_step(pair)))
    return sorted(found, key=lambda pair: pair.distance)


def _is_a_step(pair: Alike) -> bool:
    return pair.second - pair.first == 1 and pair.distance >= STEPS_APART


def _judged(name: str, style: Style) -> Iterator[Finding]:
    pairs = [] if style.colours_by else taken_for_each_other(style)
    if pairs:
        first, second, vision, distance = pairs[0]
        named = [_named(style, each) for each in (first, second)]
        message = (
            f"the colours of '{named[0]}' and '{named[1]}' are hardly told apart by {_SEEN_BY[vision]} "
            f"(distance {distance:.1f}, least {CLASSES_APART:g}); move them apart, or name the rule that "
            "they follow in colours_by"
        )
        evidence = {"pairs": [[_named(style, pair.first), _named(style, pair.second)] for pair in pairs]}
        yield Finding("colours_alike", "note", name, message, len(pairs), evidence)


def _named(style: Style, at: int) -> str:
    entry = style.entries[at]
    return entry.id or in_language(entry.label, DEFAULT_LANGUAGE)
