"""/collections/{collection}/legend: the colours of a map and what they mean, as JSON, PNG or SVG."""

from functools import lru_cache
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from soilinfo.catalog.legends import Legend, LegendLine
from soilinfo.catalog.styles import Style
from soilinfo.catalog.text import in_language, unit_text
from soilinfo.report.legend.picture import legend_picture
from soilinfo.serve import parameters
from soilinfo.serve.answers import JSON, Formats, json_answer, negotiated
from soilinfo.serve.asking import asked_collection
from soilinfo.serve.collections import RASTERS, Collection
from soilinfo.serve.language import language_of
from soilinfo.serve.maps.addresses import legend_of
from soilinfo.serve.maps.drawing import Drawing, asked_params, choices, drawing
from soilinfo.serve.maps.live import style_of_change
from soilinfo.serve.state import pinned

LEGEND_FORMATS: Formats = {"json": (JSON,), "png": ("image/png",), "svg": ("image/svg+xml",)}


def legend(request: Request) -> Response:
    """/collections/{collection}/legend and /collections/{collection}/styles/{style}/legend"""
    publication = pinned()
    collection = asked_collection(publication, request, RASTERS)
    known = (*choices(collection), *parameters.DOCUMENT)
    params = asked_params(request.query_params, request.path_params.get("style"), collection, known)
    shown, language = drawing(collection, params), language_of(request, publication.catalog)
    format_ = negotiated(request, LEGEND_FORMATS)
    if "compare" in params:
        return _answer(shown, style_of_change(collection.source), language, format_)
    return legend_answer(shown, language, format_)


def legend_answer(shown: Drawing, language: str, format_: str) -> Response:
    """The legend of a map in a language and a format (a key of LEGEND_FORMATS)."""
    return _answer(shown, shown.colours, language, format_)


def _answer(shown: Drawing, style: Style, language: str, format_: str) -> Response:
    changed = () if style == shown.colours else (in_language(style.title, language),)
    title, lines = ": ".join([shown.title(language), *changed]), legend_in(style, shown.collection, language)
    if format_ == "json":
        return json_answer(document(title, lines, style, shown.collection))
    content = _picture(title, lines, language, format_)
    return Response(content, media_type=LEGEND_FORMATS[format_][0])


def legend_in(style: Style, collection: Collection, language: str) -> Legend:
    """The lines of a style in one language."""
    unit = unit_text(style.unit, language, collection.catalog.directory)
    lines = (LegendLine(line.value, in_language(line.label, language), line.colour) for line in style.entries)
    return Legend(style.kind, unit, tuple(lines))


def document(title: str, legend: Legend, style: Style, collection: Collection) -> dict[str, Any]:
    """A legend as JSON: ``value`` is a class's stored code, or a number of a ramp in its ``unit``."""
    ids = (entry.id for entry in style.entries)
    entries = [
        {"value": line.value, "label": line.label, "colour": line.colour} | ({"id": id_} if id_ else {})
        for line, id_ in zip(legend.lines, ids, strict=True)
    ]
    unit = {"unit": legend.unit} if legend.unit else {}
    rule = {"colours_by": style.colours_by} if style.colours_by else {}
    source = {"source": collection.attribution}
    return {"title": title, "kind": legend.kind, **unit, **rule, **source, "entries": entries}


@lru_cache(maxsize=256)
def _picture(title: str, legend: Legend, language: str, format_: Literal["png", "svg"]) -> bytes:
    heading = f"{title} ({legend.unit})" if legend.unit and not title.endswith(legend.unit) else title
    lines = [{"label": line.label, "colour": line.colour} for line in legend.lines]
    ticks = [line.label for line in legend.ticks] if legend.kind == "ramp" else []
    return legend_picture(heading, legend.kind, lines, ticks, language, format_)


ROUTES = [Route(legend_of("{collection}", style), legend) for style in (None, "{style}")]
