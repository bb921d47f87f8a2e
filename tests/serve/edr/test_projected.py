"""A country whose grid is in metres: asked in degrees, answered in cells of its own."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import orjson
import pytest
import shapely
from covjson_pydantic.coverage import Coverage
from numpy.typing import NDArray
from pyproj import Transformer
from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.grid import Grid
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.edr.asked import Question
from soilinfo.serve.edr.cells import in_area
from soilinfo.serve.edr.observed import parameters_of
from soilinfo.serve.edr.places import DEGREES, system_of, systems
from soilinfo.serve.edr.points import at_points
from soilinfo.serve.state import Publication
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store

GRID = Grid("EPSG:32750", 1000.0, 700_000.0, 9_300_000.0, 60, 50)
VALUES = np.arange(GRID.width * GRID.height, dtype=np.int16).reshape(GRID.shape)
"""Stored steps of a hundredth, of every cell another."""
ROW, COLUMN = 10, 12


@pytest.fixture
def projected(published: dict[str, Collection], nation_store: Store, tmp_path: Path) -> Iterator[Collection]:
    """The collection of pH, its one version on a grid of UTM."""
    like = published["ph_h2o"]
    variable = nation_store.cube.open("ph_h2o", like.version).variables["ph_h2o"]
    store = open_store(Settings(store=tmp_path / "store", db=None))
    with store.cube.writer("ph_h2o", "utm", GRID, [variable], {}) as writer:
        writer.write("ph_h2o", GRID.window, VALUES.astype(variable.dtype))
    source = Source(store, like.catalog, like.source.snapshot)
    yield replace(like, source=source, versions={"ph_h2o": replace(like.versions["ph_h2o"], version="utm")})
    store.close()


def question(collection: Collection, format_: str) -> Question:
    return Question(
        publication=Publication(collection.source, {}, "http://127.0.0.1", ""),
        collection=collection,
        address="http://127.0.0.1",
        params=QueryParams(""),
        parameters=tuple(parameters_of(collection).values()),
        named=False,
        format=format_,
    )


def place() -> NDArray[np.float64]:
    """Longitude and latitude of the middle of a cell."""
    east, north = GRID.x[COLUMN], GRID.y[ROW]
    return np.array([Transformer.from_crs(GRID.crs, "OGC:CRS84", always_xy=True).transform(east, north)])


def test_a_point_in_degrees_has_the_value_of_its_cell(projected: Collection):
    content = at_points(question(projected, "CoverageJSON"), place(), DEGREES)
    (value,) = orjson.loads(content or b"")["ranges"]["ph_h2o"]["values"]
    assert value == VALUES[ROW, COLUMN] / 100


def test_an_area_in_degrees_is_answered_in_the_cells_of_the_grid(projected: Collection):
    ((longitude, latitude),) = place()
    around = shapely.box(longitude - 0.005, latitude - 0.005, longitude + 0.005, latitude + 0.005)
    (own,) = systems(projected, cells=True)
    assert own.name == GRID.crs
    document = bytes(in_area(question(projected, "CoverageJSON"), around, own) or b"")
    Coverage.model_validate_json(document)
    axes = orjson.loads(document)["domain"]["axes"]
    assert (axes["x"]["start"], axes["y"]["start"]) == (GRID.x[COLUMN - 1], GRID.y[ROW - 1])
    table = bytes(in_area(question(projected, "CSV"), around, own) or b"").decode()
    values = [round(100 * float(row["ph_h2o"])) for row in csv.DictReader(StringIO(table))]
    assert values == VALUES[ROW - 1 : ROW + 2, COLUMN - 1 : COLUMN + 2].ravel().tolist()


def test_cells_that_would_lose_their_rows_are_not_offered(projected: Collection):
    params = QueryParams({"crs": "EPSG:3857"})
    with pytest.raises(InputError, match="EPSG/0/32750"):
        system_of(params, projected, cells=True)
    assert system_of(params, projected, cells=False)
