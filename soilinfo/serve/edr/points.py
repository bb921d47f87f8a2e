"""What is known at points."""

from collections.abc import Iterable, Iterator

import numpy as np

from soilinfo.serve.edr import coveragejson, geojson, rows
from soilinfo.serve.edr.asked import Question
from soilinfo.serve.edr.domains import Slice, slices, stacks
from soilinfo.serve.edr.observed import Parameter, Sheet
from soilinfo.serve.edr.places import DEGREES
from soilinfo.serve.edr.samples import Values, cell_at, values_at
from soilinfo.serve.systems import XY, System, moved


def at_points(question: Question, degrees: XY, system: System) -> bytes | None:
    """What is known at points: null where nothing is; None when all of them lie beyond the grid."""
    grid = question.grid
    placed = moved(degrees, DEGREES, System(grid.crs))
    if not any(cell_at(grid, x, y) for x, y in placed):
        return None
    shown = moved(degrees, DEGREES, system)
    if question.format == "CoverageJSON":
        coverages = list(_coverages(question, placed, shown, system))
        return coveragejson.document(coverages, question.parameters, question.about)
    tables = [
        (each, rows.columns(each, _values(question, each, placed), shown))
        for each in slices(question.parameters)
    ]
    if question.format == "CSV":
        return rows.csv([table for _, table in tables])
    described = coveragejson.parameters(question.parameters, question.about)
    features = geojson.points(tables, system, question.address)
    return geojson.collection(features, question.links, parameters=described)


def _coverages(question: Question, placed: XY, shown: XY, system: System) -> Iterator[coveragejson.Part]:
    """Every stack at each point; ``placed``: in the grid's CRS, ``shown``: in ``system``."""
    known = [
        (stack, {of: _profile(question, sheets, placed) for of, sheets in stack.sheets.items()})
        for stack in stacks(question.parameters)
    ]
    for number, xy in enumerate(shown.tolist()):
        for stack, values in known:
            here = {of: found[:, number] for of, found in values.items()}
            yield coveragejson.profile(stack, here, xy, system)


def _values(question: Question, of: Slice, placed: XY) -> dict[Parameter, Values]:
    return {each: values_at(question.collection, sheet, placed) for each, sheet in of.sheets.items()}


def _profile(question: Question, sheets: Iterable[Sheet | None], placed: XY) -> Values:
    """Values of a parameter, shape (depth, point)."""
    return np.stack([values_at(question.collection, sheet, placed) for sheet in sheets])
