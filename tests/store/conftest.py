"""Both homes of collections, with two collections in them."""

from contextlib import ExitStack

import geopandas as gpd
import numpy as np
import pytest
import shapely

from soilinfo.settings import Settings
from soilinfo.store.frames import INDEXED_FROM
from soilinfo.store.home import open_store
from tests.store.frames import regencies, suitability


@pytest.fixture(scope="module", params=["embedded", "postgis"])
def vector(request, tmp_path_factory):
    """Both homes with two collections, shared by the tests that only read."""
    with ExitStack() as stack:
        on_postgis = request.param == "postgis"
        db = stack.enter_context(request.getfixturevalue("postgres").database()) if on_postgis else None
        store = open_store(Settings(store=tmp_path_factory.mktemp("store"), db=db))
        store.vector.write("regency", "v1", regencies(), id_field="code")
        store.vector.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
        yield store.vector
        store.close()


@pytest.fixture(scope="module")
def large(vector):
    """Either home, with a collection that is large enough for indexes, and what it holds."""
    numbers = np.arange(INDEXED_FROM)
    points = shapely.points(100 + numbers % 100 / 100, -5 + numbers // 100 / 100)
    columns = {
        "code": [f"{number:06d}" for number in numbers],
        "kind": np.array(["a", "b", "c"])[numbers % 3],
        "number": numbers * 7919 % 1000,
        # Longer than an index of PostgreSQL can hold.
        "remark": [None, "x" * 9_000, *[None] * (INDEXED_FROM - 2)],
    }
    frame = gpd.GeoDataFrame(columns, geometry=points, crs=4326)
    vector.write("large", "v1", frame, id_field="code")
    return vector, frame
