"""What is known in each cell of a rectangle or an area."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.text import DEFAULT_LANGUAGE
from soilinfo.errors import InputError
from soilinfo.evaluate.zonal import build_index
from soilinfo.serve.coverages import geotiff, netcdf
from soilinfo.serve.coverages.bands import Band
from soilinfo.serve.coverages.raster import frame_of
from soilinfo.serve.edr import coveragejson, rows
from soilinfo.serve.edr.asked import Question
from soilinfo.serve.edr.domains import Slice, Stack, slices, stacks
from soilinfo.serve.edr.observed import Parameter, Sheet
from soilinfo.serve.edr.samples import (
    Cells,
    Values,
    cells_within,
    check_size,
    json_array,
    on_grid,
    packed,
    values_in,
)
from soilinfo.serve.systems import System, moved
from soilinfo.serve.texts import joined

Content = bytes | memoryview
FILES: Mapping[str, Callable[..., Content]] = {"GeoTIFF": geotiff.encode, "NetCDF": netcdf.encode}
"""Encoders of files, which have a band for each parameter, depth and time."""


def in_area(question: Question, shape: BaseGeometry, system: System) -> Content | None:
    """What is known in the cells that an area in degrees has a part in; None when it lies beyond the grid."""
    placed, window = on_grid(question.grid, shape)
    if window is None:
        return None
    check_size(question.collection, question.parameters, window)
    cells = cells_within(build_index([placed], question.grid))
    return None if cells is None else in_cells(question, cells, system)


def in_cells(question: Question, cells: Cells, system: System) -> Content:
    """What is known in each cell; RefusedError when there are too many."""
    check_size(question.collection, question.parameters, cells.window)
    if question.format in FILES:
        return _file(question, cells, system)
    x, y = _centres(question, cells, system)
    if question.format == "CoverageJSON":
        coverages = [
            coveragejson.grid(stack, _arrays(question, stack, cells), x, y, system)
            for stack in stacks(question.parameters)
        ]
        return coveragejson.document(coverages, question.parameters, question.about)
    places = np.column_stack([each.ravel() for each in np.meshgrid(x, y)])
    asked = places if cells.outside is None else places[~cells.outside.ravel()]
    return rows.csv(
        [rows.columns(each, _values(question, each, cells), asked) for each in slices(question.parameters)]
    )


def _arrays(question: Question, stack: Stack, cells: Cells) -> dict[Parameter, bytes]:
    """The values of a stack as JSON arrays, (depth, y, x)."""
    return {
        parameter: json_array(question.collection, sheets, cells, parameter.is_coded)
        for parameter, sheets in stack.sheets.items()
    }


def _values(question: Question, of: Slice, cells: Cells) -> dict[Parameter, Values]:
    return {each: values_in(question.collection, sheet, cells) for each, sheet in of.sheets.items()}


def _centres(question: Question, cells: Cells, system: System) -> tuple[Values, Values]:
    """Centres of columns and of rows in a system whose axes are the grid's."""
    frame = frame_of(question.grid, cells.window)
    across = np.column_stack([frame.x, np.full(frame.width, frame.y[0])])
    down = np.column_stack([np.full(frame.height, frame.x[0]), frame.y])
    columns, lines = (moved(each, System(question.grid.crs), system) for each in (across, down))
    return columns[:, 0], lines[:, 1]


def _file(question: Question, cells: Cells, system: System) -> Content:
    if system.is_geographic != question.grid.is_geographic:
        raise InputError(
            f"a {question.format} has the cells of the grid, whose crs is {question.grid.crs}: leave out crs"
        )
    sheets = [(each, sheet) for each in question.parameters for sheet in each.sheets]
    bands = [_band(parameter, sheet) for parameter, sheet in sheets]
    arrays = [packed(question.collection, sheet, cells) for _, sheet in sheets]
    encode = FILES[question.format]
    return encode(question.collection, bands, arrays, frame_of(question.grid, cells.window))


def _band(parameter: Parameter, sheet: Sheet) -> Band:
    """A band of one sheet, called by what tells it from the parameter's others."""
    depth = "{:g}–{:g} cm".format(*sheet.depth) if sheet.depth else None
    level = " ".join(filter(None, (depth, sheet.time)))
    name = parameter.name if len(parameter.sheets) == 1 else re.sub(r"\W+", "_", f"{parameter.name} {level}")
    title = joined(parameter.field.title, {DEFAULT_LANGUAGE: level} if level else {})
    return Band(name, title, parameter.field, sheet.cube, sheet.variable)
