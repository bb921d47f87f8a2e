"""Values as rows: one for each point (or cell, or area), depth and time."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from soilinfo.serve.edr.domains import Slice
from soilinfo.serve.edr.observed import Parameter
from soilinfo.serve.edr.samples import Values
from soilinfo.serve.systems import XY

Columns = dict[str, Any]
"""Name -> values of every row: numbers as a float array with NaN, texts as a list with None."""


def columns(of: Slice, values: Mapping[Parameter, Values], xy: XY) -> Columns:
    """A row for each place at ``xy``, shape (place, 2), with its ``values``; classes by their ids."""
    found = {each.name: named(each, array) for each, array in values.items()}
    return {"x": xy[:, 0], "y": xy[:, 1], **levels(of, len(xy)), **found}


def levels(of: Slice, places: int = 1) -> Columns:
    """Depth and time of each row of so many places, where they are known."""
    found: Columns = {}
    if of.depth:
        names = ("depth_top_cm", "depth_bottom_cm")
        found |= {name: np.full(places, end) for name, end in zip(names, of.depth, strict=True)}
    return found | ({"time": [of.time] * places} if of.time else {})


def named(parameter: Parameter, values: Values) -> Any:
    """The values of a parameter as rows have them: classes by their ids, numbers as they are."""
    categories = parameter.field.categories
    if not categories:
        return values
    ids: dict[float, str] = {each.code: each.id for each in categories}
    return [ids.get(code) for code in values.tolist()]


def csv(tables: Sequence[Columns]) -> bytes:
    """Rows of several stacks one below the other, a column empty where a row has none."""
    names = dict.fromkeys(name for table in tables for name in table)
    whole = pa.concat_tables([_table(table) for table in tables], promote_options="default")
    sink = pa.BufferOutputStream()
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(whole.select(list(names)), sink, options)
    return bytes(sink.getvalue())


def _table(columns: Columns) -> pa.Table:
    return pa.table({name: _array(values) for name, values in columns.items()})


def _array(values: NDArray[np.float64] | list[str | None]) -> pa.Array:
    # NaN is written as nothing, as it is in a list.
    return pa.array(values, pa.string()) if isinstance(values, list) else pa.array(values, from_pandas=True)
