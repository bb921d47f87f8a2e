"""The depth plot of one property of one profile, as SVG.

Depth runs down. On the left the soil as it was described; beside it what was observed of each horizon, with
the spline that goes through; on the right the means of the depth intervals with their standard deviations.
Intervals that were sampled in part are hatched; what was not sampled is neither zero nor empty, nor is
bedrock.
"""

from collections.abc import Iterator
from itertools import chain
from math import inf

from soilinfo.report.phrases import Phrases
from soilinfo.report.profile import marks
from soilinfo.report.profile.drawing import Drawing, Horizon, Mean
from soilinfo.report.profile.frame import LETTER, TITLE, TITLE_LINE, WIDTH, Frame, frame_of, titled
from soilinfo.report.profile.legend import below
from soilinfo.report.profile.marks import box_at, line_along, plain, text_at
from soilinfo.report.profile.words import about, figures, name_of

SVG = "image/svg+xml"
_FONT = "font-family='system-ui, Segoe UI, Roboto, Noto Sans, Helvetica, Arial, sans-serif'"
_SMALL = 11
_LINE = 12.5
"""Pixels from one number to the next."""
_DEPTH_MARKS = 10
"""At most about so many numbers along the depth."""


def depth_plot(drawing: Drawing, phrases: Phrases, width: int = WIDTH) -> bytes:
    """The plot, ``width`` pixels wide (320 to 900) and as high as its depths ask for, in UTF-8.

    It scales with its page. InputError for another width, and for a profile without any depth.
    """
    title = titled(name_of(drawing, phrases), width)
    frame = frame_of(drawing, width, len(title))
    body = chain(
        _head(title, drawing, frame, phrases),
        _depths(frame, phrases),
        _column(drawing, frame),
        _observed(drawing, frame) if drawing.has_values else (),
        _means(drawing, frame, phrases),
    )
    legend, height = below(drawing, frame, phrases, frame.bottom + 24)
    name, said = f"plot-{drawing.property_id}", about(drawing, phrases)
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height:.0f}' width='{width}' "
        f"height='{height:.0f}' role='img' aria-labelledby='{name} {name}-about' {_FONT}>",
        f"<title id='{name}'>{plain(name_of(drawing, phrases))}</title>",
        f"<desc id='{name}-about'>{plain(said)}</desc>",
        marks.PATTERNS,
        f"<rect width='{width}' height='{height:.0f}' fill='#ffffff'/>",
        *body,
        *legend,
        "</svg>",
    ]
    return "\n".join(parts).encode()


def _head(title: list[str], drawing: Drawing, frame: Frame, phrases: Phrases) -> Iterator[str]:
    """The title, and what the two panels show."""
    for at, words in enumerate(title):
        yield text_at(10, 20 + at * TITLE_LINE, words, font_size=TITLE, font_weight=600)
    panels = ((frame.left, "horizons"), (frame.right, "means"))
    for left, name in panels if drawing.has_values else panels[1:]:
        words = _fitting(phrases.say(f"profile.plot.{name}"), frame.panel + 90 * (name == "means"))
        yield text_at(left, frame.top - 28, words, font_weight=600)
        yield box_at(left, frame.top, frame.panel, frame.height, "#ffffff")
        yield from _values(left, frame, phrases) if drawing.values else ()


def _fitting(words: str, room: float) -> str:
    """As much of a text as there is room for."""
    most = int(room / LETTER)
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _values(left: float, frame: Frame, phrases: Phrases) -> Iterator[str]:
    """The numbers above a panel, and lines down from them."""
    free = -inf
    for value in frame.values.ticks:
        x, words = left + frame.along(value), phrases.value(value, 6)
        yield line_along([(x, frame.top - 4), (x, frame.bottom)], marks.GRID)
        half = len(words) * LETTER / 2
        if x - half >= free:
            yield text_at(x, frame.top - 8, words, "middle", font_size=_SMALL, fill=marks.FAINT)
            free = x + half + LETTER / 2


def _depths(frame: Frame, phrases: Phrases) -> Iterator[str]:
    """Numbers of depth along the left, and what they are."""
    step = next(
        each for each in (5, 10, 20, 25, 50, 100, 200, 500, 1000) if frame.deepest_cm / each <= _DEPTH_MARKS
    )
    for depth in range(0, int(frame.deepest_cm) + 1, step):
        y = frame.y(depth)
        yield line_along([(frame.column - 4, y), (frame.column, y)], marks.FAINT)
        yield text_at(
            frame.column - 7, y + 4, phrases.number(depth, 0), "end", font_size=_SMALL, fill=marks.FAINT
        )
    x, y = 13, frame.top + frame.height / 2
    turned = f"rotate(-90 {x} {y:.1f})"
    yield text_at(
        x,
        y,
        phrases.say("profile.plot.depth"),
        "middle",
        font_size=_SMALL,
        fill=marks.FAINT,
        transform=turned,
    )


def _column(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """The horizons with their codes, one below the other, as one sees them in the pit."""
    width = frame.left - frame.column - 4
    yield box_at(frame.column, frame.top, width, frame.height, "url(#unsampled)")
    yield from _rock(drawing, frame, frame.column, width)
    for each in drawing.horizons:
        top, bottom = frame.y(each.upper_cm), frame.y(each.lower_cm)
        fill = marks.ORGANIC if each.is_organic else marks.SOIL
        yield box_at(frame.column, top, width, bottom - top, fill, marks.FAINT)
        if bottom - top >= 11:
            ink = "#ffffff" if each.is_organic else marks.INK
            words = _fitting(each.code, width + 2)
            yield text_at(
                frame.column + width / 2, (top + bottom) / 2 + 4, words, "middle", font_size=_SMALL, fill=ink
            )


def _rock(drawing: Drawing, frame: Frame, left: float, width: float) -> Iterator[str]:
    if drawing.bedrock_cm is not None and drawing.has_bedrock:
        top = frame.y(drawing.bedrock_cm)
        yield box_at(left, top, width, frame.bottom - top, "url(#bedrock)")


def _observed(drawing: Drawing, frame: Frame) -> Iterator[str]:
    """What was observed of each horizon as a box as wide as its value, then the spline, then the values."""
    for upper, lower in drawing.unsampled:
        top = frame.y(upper)
        yield box_at(frame.left, top, frame.panel, frame.y(lower) - top, "url(#unsampled)")
    yield from _rock(drawing, frame, frame.left, frame.panel)
    known = [each for each in drawing.horizons if each.value is not None]
    for each in known:
        top, bottom = frame.y(each.upper_cm), frame.y(each.lower_cm)
        fill = marks.ORGANIC if each.is_organic else marks.SOIL
        start, length = frame.bar(each.value or 0.0)
        yield box_at(frame.left + start, top, length, bottom - top, fill, marks.FAINT)
    for curve in drawing.curves:
        points = [(frame.left + frame.along(value), frame.y(depth)) for depth, value in curve.tolist()]
        # In a print in grey, an organic layer is as dark as the curve.
        yield line_along(points, marks.HALO, 5)
        yield line_along(points, marks.CURVE, 2.5)
    for each in known:
        yield from _marked(each, frame, is_converted=bool(drawing.equations))
    yield box_at(frame.left, frame.top, frame.panel, frame.height, "none", marks.FAINT)


def _marked(horizon: Horizon, frame: Frame, *, is_converted: bool) -> Iterator[str]:
    """The value of a horizon; of a converted one what was observed, too, and how far that moved it."""
    y, value = frame.y((horizon.upper_cm + horizon.lower_cm) / 2), horizon.value or 0.0
    x = frame.left + frame.along(value)
    if horizon.sd is not None:
        reach = frame.along(frame.values.low + horizon.sd)
        yield marks.whisker(x - reach, x + reach, y)
    if horizon.observed is not None:
        before = frame.left + frame.along(horizon.observed)
        yield line_along([(before, y), (x, y)], marks.INK, 1.2, "2 2")
        yield marks.dot_at(before, y)
    if horizon.qualifier:
        yield marks.beyond_at(x, y, -1 if horizon.qualifier == "<" else 1)
    else:
        yield marks.diamond_at(x, y) if is_converted else marks.dot_at(x, y)


def _means(drawing: Drawing, frame: Frame, phrases: Phrases) -> Iterator[str]:
    """A bar for each interval with its standard deviation, and the numbers beside it."""
    free = frame.top
    yield from _rock(drawing, frame, frame.right, frame.panel)
    for mean in drawing.shown:
        top, bottom, soil = map(frame.y, (mean.upper_cm, mean.lower_cm, drawing.soil_to(mean)))
        yield from _bar(mean, frame, top, soil)
        yield line_along([(frame.right, bottom), (frame.width - 8, bottom)], marks.GRID)
        lines = figures(mean, drawing, phrases)
        if bottom - top < _LINE * len(lines):
            lines = [" ".join(lines)]
        # Of thin intervals each number is moved down until it does not lie on the one above.
        first = max((top + soil) / 2 - (len(lines) - 1) * _LINE / 2, free)
        for at, words in enumerate(lines):
            yield text_at(frame.width - 8, first + at * _LINE + 4, words, "end", font_size=_SMALL)
        free = first + len(lines) * _LINE
    yield box_at(frame.right, frame.top, frame.panel, frame.height, "none", marks.FAINT)


def _bar(mean: Mean, frame: Frame, top: float, bottom: float) -> Iterator[str]:
    if mean.value is None:
        fill = {"bedrock": "url(#bedrock)", "unsampled": "url(#unsampled)"}.get(mean.state, "none")
        yield box_at(frame.right, top, frame.panel, bottom - top, fill)
        return
    fill = marks.MEAN if mean.is_whole else "url(#partly)"
    start, length = frame.bar(mean.value)
    yield box_at(frame.right + start, top, length, bottom - top, fill, marks.CONVERTED)
    if mean.sd is not None:
        x, reach = frame.right + frame.along(mean.value), frame.along(frame.values.low + mean.sd)
        yield marks.whisker(x - reach, x + reach, (top + bottom) / 2)
