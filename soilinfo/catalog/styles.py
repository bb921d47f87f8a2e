"""Colours and legend lines of every layer, derived once from the catalog.

QGIS files, PNG maps, COG colour tables and legends all read the same :class:`Style`, so a map
looks the same wherever it is opened.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog, ClassName, ClassTable, Ramp, SuitabilityClass
from soilinfo.catalog.text import label, languages, number, unit_text

SPREAD_COLOURS = ("#f7f4f9", "#d4b9da", "#c994c7", "#df65b0", "#ce1256", "#67001f")
"""ColorBrewer PuRd: how uncertain a value is must not look like the value itself."""
DIFFERENCE_COLOURS = ("#2166ac", "#92c5de", "#f7f7f7", "#f4a582", "#b2182b")
"""ColorBrewer RdBu: a map that lies too low is blue, one that lies too high red."""

NO_DATA_COLOUR = "#cccccc"
"""Land without data, on maps, previews and legends alike; no style has this grey."""
APART_COLOUR = "#8c8c8c"
"""Land whose value does not stand beside the others: hatched, where a map can be."""


@dataclass(frozen=True)
class StyleEntry:
    """One colour and its legend text by language; ``value`` is a class code, or a number of a ramp."""

    value: float
    colour: str
    label: Mapping[str, str]
    id: str = ""
    """What a class is called in tables and APIs; empty in a ramp."""


@dataclass(frozen=True)
class Style:
    """How a layer is drawn: distinct classes, or a ramp interpolated linearly between its entries."""

    kind: Literal["classes", "ramp"]
    title: Mapping[str, str]
    unit: str
    entries: tuple[StyleEntry, ...]
    colours_by: str = ""
    """The rule that names the colours; empty where they follow none."""


def style_of_layer(catalog: Catalog, layer_id: str) -> Style:
    """The style of a raster layer; UnknownNameError when there is no such layer."""
    layer = catalog.layer(layer_id)
    prop = catalog.property(layer.property)
    title = catalog.title_of(layer)
    if prop.kind == "class":
        return style_of_classes(catalog.class_table(prop.class_table or ""), title)
    assert prop.ramp is not None, "a numeric property has a ramp"
    assert prop.valid_range is not None, "a numeric property has a valid range"
    if layer.statistic == "sd":
        return style_of_numbers(
            catalog, title, _spread_ramp(prop.ramp), prop.unit, (0.0, math.inf), prop.decimals
        )
    return style_of_numbers(catalog, title, prop.ramp, prop.unit, prop.valid_range, prop.decimals)


def style_of_suitability(catalog: Catalog) -> Style:
    """The style of land suitability: S1, S2, S3, N by their stored codes."""
    rules = catalog.evaluation
    entries = tuple(
        StyleEntry(
            SuitabilityClass[name], rules.class_colours[name], _prefixed(name, rules.class_titles[name]), name
        )
        for name in get_args(ClassName)
    )
    return Style("classes", label("suitability.title", catalog.directory), "1", entries)


def colour_table(style: Style) -> dict[int, tuple[int, int, int]]:
    """Class code -> (red, green, blue) of a style of classes, as COGs store it."""
    return {int(entry.value): rgb(entry.colour) for entry in style.entries}


def rgb(colour: str) -> tuple[int, int, int]:
    """'#rrggbb' as (red, green, blue), each 0..255."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def paint(style: Style, values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Values (any shape) as RGBA, shape (..., 4): NaN and unknown class codes are transparent.

    A ramp ends in its first and last colour, which also stand for the values beyond.
    """
    anchors = np.array([entry.value for entry in style.entries], dtype=np.float64)
    colours = np.array([rgb(entry.colour) for entry in style.entries], dtype=np.float64)
    if style.kind == "classes":
        order = np.argsort(anchors)
        at = order[np.clip(np.searchsorted(anchors[order], values), 0, len(anchors) - 1)]
        known, channels = anchors[at] == values, colours[at]
    else:
        known = ~np.isnan(values)
        filled = np.where(known, values, anchors[0])
        channels = np.stack([np.interp(filled, anchors, channel) for channel in colours.T], axis=-1)
    shown = np.concatenate([np.rint(channels), np.full((*known.shape, 1), 255.0)], axis=-1)
    return np.where(known[..., None], shown, 0.0).astype(np.uint8)


def style_of_numbers(
    catalog: Catalog,
    title: Mapping[str, str],
    ramp: Ramp,
    unit: str,
    possible: tuple[float, float],
    decimals: int = 0,
) -> Style:
    """A ramp whose ends say so where ``possible`` values go beyond them."""
    low, high = possible
    values = np.linspace(ramp.low, ramp.high, len(ramp.colours))
    entries = tuple(
        StyleEntry(float(value), colour, _numbers(catalog, float(value), decimals))
        for value, colour in zip(values, ramp.colours, strict=True)
    )
    first, *middle, last = entries
    entries = (_marked("≤", first, low < ramp.low), *middle, _marked("≥", last, high > ramp.high))
    return Style("ramp", title, unit, entries, ramp.colours_by or "")


def style_of_classes(table: ClassTable, title: Mapping[str, str]) -> Style:
    """The style of a class table, under the title of what is drawn by it."""
    entries = tuple(StyleEntry(entry.code, entry.colour, entry.title, entry.id) for entry in table.classes)
    return Style("classes", title, "1", entries, table.colours_by or "")


def _marked(sign: str, entry: StyleEntry, beyond: bool) -> StyleEntry:
    label = {language: f"{sign} {words}" for language, words in entry.label.items()}
    return replace(entry, label=label) if beyond else entry


def _spread_ramp(ramp: Ramp) -> Ramp:
    """Standard deviations up to about a tenth of what the property's own ramp spans, in round steps."""
    steps = len(SPREAD_COLOURS) - 1
    return Ramp(low=0.0, high=steps * _round_up((ramp.high - ramp.low) / 10 / steps), colours=SPREAD_COLOURS)


class Difference(NamedTuple):
    """What a map says less what was observed, from ``low`` to below ``high``; None without an end."""

    low: float | None
    high: float | None
    colour: str
    label: Mapping[str, str]


def differences(catalog: Catalog, layer: str) -> Iterator[Difference]:
    """Steps on both sides of no difference, of a fortieth and three of what a map's own colours span."""
    entries = style_of_layer(catalog, layer).entries
    unit = catalog.property(catalog.layer(layer).property).unit
    step = _round_up((entries[-1].value - entries[0].value) / 40)
    ends = (None, -3 * step, -step, step, 3 * step, None)
    for (low, high), colour in zip(pairwise(ends), DIFFERENCE_COLOURS, strict=True):
        yield Difference(low, high, colour, _between(catalog, low, high, unit))


def _between(catalog: Catalog, low: float | None, high: float | None, unit: str) -> dict[str, str]:
    """What numbers a step holds, as each language writes it."""
    where = catalog.directory
    texts = [_numbers(catalog, end, 6) if end is not None else None for end in (low, high)]
    found = {}
    for language in languages(where):
        lower, upper = (text[language].replace("-", "−") if text else "" for text in texts)
        told = f"{lower} … {upper}" if lower and upper else f"≥ {lower}" if lower else f"< {upper}"
        found[language] = f"{told} {unit_text(unit, language, where)}".strip()
    return found


def _round_up(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(round(factor * power, 12) for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))


def _numbers(catalog: Catalog, value: float, decimals: int) -> dict[str, str]:
    """A number as each language writes it, without needless zeros."""
    exact = round(value, decimals)
    needed = next((places for places in range(decimals) if round(value, places) == exact), decimals)
    where = catalog.directory
    return {language: number(value, needed, language, where) for language in languages(where)}


def _prefixed(name: str, title: Mapping[str, str]) -> dict[str, str]:
    return {language: f"{name}: {words}" for language, words in title.items()}
