"""One number for a whole area: the mean of its cells, and how much of the area it is known for."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from soilinfo.errors import InputError
from soilinfo.evaluate.kinds import as_histogram, hectares_by_kind
from soilinfo.evaluate.zonal import ZoneIndex, build_index, statistics
from soilinfo.jobs.effort import Effort, unheard
from soilinfo.serve.edr import coveragejson, geojson, rows
from soilinfo.serve.edr.asked import Question
from soilinfo.serve.edr.domains import Slice, slices
from soilinfo.serve.edr.forms import MEAN_OF_AREA
from soilinfo.serve.edr.observed import Parameter, Sheet
from soilinfo.serve.edr.places import DEGREES
from soilinfo.serve.edr.samples import on_grid
from soilinfo.serve.systems import System, moved


def mean_of_area(
    question: Question, shape: BaseGeometry, about: Mapping[str, str], system: System
) -> bytes | None:
    """The mean of each parameter in an area in degrees, weighted by true cell areas, and how much of the
    area it is known for; None when the area lies beyond the grid. ``system``: of the outline answered.

    Of how uncertain values are, it is the mean as well: not how uncertain their mean is. Classes have no
    mean: asked for by name they are an InputError. TooManyCellsError for an area too large.
    """
    placed, window = on_grid(question.grid, shape)
    if window is None:
        return None
    measured = _measured(question)
    sheets = sum(len(each.sheets) for each in measured)
    Effort.at_once(question.collection.catalog).check(window.cells * sheets)
    index = build_index([placed], question.grid)
    named = {name: [text] for name, text in about.items()}
    tables = [
        (each, {**named, **rows.levels(each), **_means(question, each, index)}) for each in slices(measured)
    ]
    if question.format == "CSV":
        return rows.csv([table for _, table in tables])
    shown = shapely.transform(shape, lambda xy: system.ordered(moved(xy, DEGREES, system)))
    outline, label = shapely.geometry.mapping(shown), about.get("name", MEAN_OF_AREA)
    features = geojson.areas(tables, outline, label, question.address)
    described = coveragejson.parameters(measured, question.about)
    return geojson.collection(features, question.links, parameters=described)


def _measured(question: Question) -> list[Parameter]:
    """The parameters that are quantities."""
    classed = [each.name for each in question.parameters if each.is_coded]
    measured = [each for each in question.parameters if each.name not in classed]
    if not measured or (question.named and classed):
        raise InputError(
            f"{', '.join(classed)}: classes have no mean; leave out statistic, or ask the process "
            "zonal-statistics for their hectares"
        )
    return measured


def _means(question: Question, of: Slice, index: ZoneIndex) -> rows.Columns:
    found: rows.Columns = {}
    for parameter, sheet in of.sheets.items():
        mean, covered_pct = _mean(question, sheet, index)
        found |= {parameter.name: np.array([mean]), f"{parameter.name}_covered_pct": np.array([covered_pct])}
    return found


def _mean(question: Question, sheet: Sheet, index: ZoneIndex) -> tuple[float, float]:
    """Mean in the parameter's unit (NaN of nothing), and percent of the area that it is known for."""
    cube = question.collection.store.cube.open(*sheet.cube)
    stored = cube.variable(sheet.variable)
    hectares = hectares_by_kind(index, partial(cube.read, sheet.variable), unheard)
    row = statistics(as_histogram(hectares, stored.nodata, float(index.outside_ha[0])), stored.scale).iloc[0]
    return round(float(row["mean"]), 6), round(float(row["covered_pct"]), 3)
