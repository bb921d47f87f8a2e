"""What stands below a depth plot: the meaning of each mark that it has, then its equations and source."""

from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap

from soilinfo.report.phrases import Phrases
from soilinfo.report.profile import marks
from soilinfo.report.profile.drawing import Drawing
from soilinfo.report.profile.frame import LETTER, Frame
from soilinfo.report.profile.marks import box_at, text_at

LINE = 17.0
"""Pixels from one line to the next."""
_SWATCH, _BETWEEN = 22.0, 16.0

Mark = Callable[[float, float], str]
"""Draws a mark with its left end and its middle at a place."""


def _swatch(fill: str) -> Mark:
    return lambda x, y: box_at(x, y - 5, 16, 10, fill, marks.FAINT)


MARKS: Mapping[str, Mark] = {
    "organic": _swatch(marks.ORGANIC),
    "observed": lambda x, y: marks.dot_at(x + 8, y),
    "beyond": lambda x, y: marks.beyond_at(x + 8, y, -1),
    "converted": lambda x, y: marks.diamond_at(x + 8, y),
    "curve": lambda x, y: marks.line_along([(x, y), (x + 16, y)], marks.CURVE, 2.5),
    "mean": _swatch(marks.MEAN),
    "partly": _swatch("url(#partly)"),
    "sd": lambda x, y: marks.whisker(x, x + 16, y),
    "unsampled": _swatch("url(#unsampled)"),
    "bedrock": _swatch("url(#bedrock)"),
}
"""Every mark by the name of its text, in the order of the legend."""


def below(drawing: Drawing, frame: Frame, phrases: Phrases, y: float) -> tuple[list[str], float]:
    """The parts from ``y`` downwards, and where they end."""
    parts = []
    x = left = 10.0
    for name, mark in legend_of(drawing).items():
        words = phrases.say(f"profile.plot.{name}")
        room = _SWATCH + len(words) * LETTER
        if x > left and x + room > frame.width - left:
            x, y = left, y + LINE
        parts += [mark(x, y), text_at(x + _SWATCH, y + 4, words)]
        x += room + _BETWEEN
    for line in _lines(drawing, frame, phrases):
        y += LINE
        parts.append(text_at(left, y + 4, line, fill=marks.FAINT))
    return parts, y + LINE


def legend_of(drawing: Drawing) -> dict[str, Mark]:
    """The marks that a drawing has, by the names of their texts."""
    horizons = [each for each in drawing.horizons if each.value is not None]
    states, converted = {each.state for each in drawing.shown}, bool(drawing.equations)
    valued = [each for each in drawing.shown if each.value is not None]
    has = {
        "organic": any(each.is_organic for each in drawing.horizons),
        "observed": any(each.observed is not None or not (converted or each.qualifier) for each in horizons),
        "beyond": any(each.qualifier for each in horizons),
        "converted": converted and bool(horizons),
        "curve": bool(drawing.curves),
        "mean": any(each.is_whole for each in valued),
        "partly": any(not each.is_whole for each in valued),
        "sd": any(each.sd is not None for each in drawing.parts),
        "unsampled": "unsampled" in states or bool(drawing.unsampled),
        "bedrock": "bedrock" in states or drawing.has_bedrock,
    }
    return {name: mark for name, mark in MARKS.items() if has[name]}


def _lines(drawing: Drawing, frame: Frame, phrases: Phrases) -> Iterator[str]:
    """Equations, smoothing and source as lines that fit."""
    for sentence in _sentences(drawing, phrases):
        yield from wrap(sentence, int((frame.width - 20) / LETTER))


def _sentences(drawing: Drawing, phrases: Phrases) -> Iterator[str]:
    valued = [each for each in drawing.shown if each.value is not None]
    if drawing.equations and (valued or drawing.has_values):
        titles = [phrases.named(phrases.catalog.property(name).title) for name in drawing.observed]
        by = " > ".join(drawing.equations)
        yield phrases.say("profile.plot.by", property=phrases.listed(titles), equations=by)
    if valued and not drawing.has_values:
        yield phrases.say("profile.plot.by_interval")
    if any(each.sd is None for each in valued):
        yield f"± ?: {phrases.say('profile.no_sd')}"
    if drawing.smoothing is not None:
        yield phrases.say("profile.plot.smoothing", smoothing=phrases.value(drawing.smoothing, 4))
    if drawing.source:
        yield drawing.source
