"""Maps of land suitability under a what-if, computed from the cube when they are asked for.

Only the crop asked is evaluated, by the cells that the picture shows: those of the overview that fits
its pixels, so that a map of the whole nation rates averaged inputs, where the published map shows the
most frequent class. What was compiled for a question is kept for its next tile; the store keeps the cells
for the next threshold.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from starlette.datastructures import QueryParams

from soilinfo.catalog.asking import SAVED, question, scenario_or_saved
from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.styles import Style, StyleEntry, paint, style_of_suitability
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.transitions import gained
from soilinfo.jobs.planning.trial import Trial, prepare
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.coverages.raster import Frame, place
from soilinfo.serve.kept import kept_with_it
from soilinfo.serve.maps.image import Colours, Image
from soilinfo.serve.parameters import WHAT_IF, boolean, document, one_of

CHANGES: Mapping[int, str] = {
    3: "#2d004b",
    2: "#6a51a3",
    1: "#a58fd0",
    0: "#fffbe6",
    -1: "#fdb863",
    -2: "#d9730d",
    -3: "#7f3b08",
}
"""Classes gained, after ColorBrewer PuOr: purple is better, orange is worse. Apart from each other and from
the pale blue of the sea for the colour-blind too, as no two lie on one line of confusion."""


def asks_what_if(params: QueryParams) -> bool:
    """Whether a request for a map asks for more than what is published."""
    return any(name in params for name in WHAT_IF)


def live_image(collection: Collection, params: QueryParams, frame: Frame) -> Image:
    """The classes under the what-if of the query parameters.

    With ``compare`` (a scenario, or a saved what-if) the classes gained against it. Background where
    there is no class, or nothing to compare. InputError for what cannot be used.
    """
    source, crop = collection.source, params.get("crop") or next(iter(collection.versions))
    one_of("crop", crop, collection.versions)
    trials = [_asked(source, crop, orjson.dumps(_raw(params), option=orjson.OPT_SORT_KEYS).decode())]
    if "compare" in params:
        trials.append(_compared(source, crop, params["compare"]))
    read = {name: one for each in trials for name, one in each.inputs.items()}
    layers = {name: source.store.cube.open(one.layer, one.version) for name, one in read.items()}
    first = next(iter(layers.values()))
    placing = place(first, frame)
    if placing is None:
        return Image(np.zeros((frame.height, frame.width), np.uint16), _class_colours(source))
    packed = {
        name: layers[name].read(one.layer, placing.window, placing.overview) for name, one in read.items()
    }
    grid = first.grid_of(placing.overview)
    classes = [placing.picked(each.classes(grid, placing.window, packed), 0) for each in trials]
    if len(classes) == 1:
        return Image(classes[0].astype(np.uint16), _class_colours(source))
    return Image.of(paint(style_of_change(source), gained(classes[1], classes[0])))


def style_of_change(source: Source) -> Style:
    """How classes gained against another map are drawn."""
    entries = tuple(
        StyleEntry(gain, colour, source.label(f"change.{gain}")) for gain, colour in CHANGES.items()
    )
    return Style("classes", source.label("change.title"), "1", entries)


@kept_with_it(1)
def _class_colours(source: Source) -> Colours:
    """RGBA of each stored class, no data first."""
    codes = np.array([np.nan, *map(float, SuitabilityClass)])
    return paint(style_of_suitability(source.catalog), codes)


def _raw(params: QueryParams) -> dict[str, Any]:
    """The query parameters as a question, their texts read as far as that needs no catalog."""
    names = {"adjust": "adjustments", "scenario": "scenario", SAVED: SAVED}
    raw: dict[str, Any] = {key: params[name] for name, key in names.items() if name in params}
    if "irrigated" in params:
        raw["irrigated"] = boolean(params, "irrigated", False)
    if "criteria" in params:
        raw["criteria"] = document("'criteria'", params["criteria"])
    return raw


@kept_with_it(64)
def _asked(source: Source, crop: str, raw: str) -> Trial:
    """The compiled question; ``raw`` is JSON, by which it is known again."""
    try:
        what_if = question(source.catalog, crop, orjson.loads(raw))
        return prepare(source.store, source.catalog, source.snapshot, crop, what_if)
    except UnknownNameError as error:
        raise InputError(str(error)) from None


@kept_with_it(64)
def _compared(source: Source, crop: str, name: str) -> Trial:
    try:
        what_if = scenario_or_saved(source.catalog, crop, name)
    except UnknownNameError as error:
        raise InputError(str(error)) from None
    return prepare(source.store, source.catalog, source.snapshot, crop, what_if)
