"""A GeoPackage to hand out: shapes stored once, rows on them, the same bytes for the same collections."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import box

from soilinfo.errors import StoreError
from soilinfo.store.handout import Handout, write_handout

WRITTEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
AREAS = gpd.GeoDataFrame({"code": ["1", "2"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:4326")
ROWS = pd.DataFrame({"code": ["1", "1", "2"], "crop": ["maize", "rice", "maize"], "s1_ha": [1.5, None, 0.0]})
COLLECTIONS = [
    Handout("regencies", "Regencies", AREAS),
    Handout("suitability_by_regencies", "Land suitability", ROWS, "regencies", styles={"en": "<qgis/>"}),
]


def test_rows_are_shown_on_the_shapes_that_they_share(tmp_path: Path):
    path = tmp_path / "unit.gpkg"
    write_handout(path, COLLECTIONS, WRITTEN)
    rows = pyogrio.read_dataframe(path, layer="suitability_by_regencies")
    assert [*rows["crop"]] == ["maize", "rice", "maize"]
    assert pd.isna(rows["s1_ha"][1]), "missing is not zero"
    assert [shape.bounds[0] for shape in rows.geometry] == [0, 0, 1]
    with sqlite3.connect(path) as connection:
        contents = dict(connection.execute("SELECT table_name, identifier FROM gpkg_contents"))
        changed = {*connection.execute("SELECT last_change FROM gpkg_contents")}
    connection.close()
    assert contents["suitability_by_regencies"] == "Land suitability"
    assert changed == {("2026-03-01T12:00:00.000Z",)}


def test_the_same_collections_give_the_same_bytes(tmp_path: Path):
    write_handout(tmp_path / "one.gpkg", COLLECTIONS, WRITTEN)
    write_handout(tmp_path / "two.gpkg", COLLECTIONS, WRITTEN)
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_what_cannot_be_written_is_told(tmp_path: Path):
    with pytest.raises(StoreError, match=r"unit\.gpkg cannot be written"):
        write_handout(tmp_path / "nowhere" / "unit.gpkg", COLLECTIONS, WRITTEN)
