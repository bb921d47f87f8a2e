"""Versions made ready for tiles: the same from both homes, once, and gone with their version."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from soilinfo.errors import UnknownNameError
from soilinfo.store.geopackage import GeoPackages
from soilinfo.store.home import Store
from soilinfo.store.tiled import files as tiled
from soilinfo.store.tiled.cut import MARGIN, cut
from soilinfo.store.tiled.files import TileFiles
from soilinfo.store.tiled.generalise import DEEPEST
from soilinfo.store.vector import VectorStore
from tests.mvt import read
from tests.store.frames import CROPS, regencies, suitability

BONE = (12, 2100, 3412)
"""A tile of regency 73.08 alone, with its western border."""


@pytest.fixture
def files(vector: VectorStore, tmp_path: Path) -> TileFiles:
    return TileFiles(tmp_path / "tiles", vector)


def rows(files: TileFiles, collection: str, place: tuple[int, int, int]) -> list[dict[str, object]]:
    tile = cut(files.open(collection, "v1"), collection, place)
    return [feature.properties for feature in read(tile)[collection]] if tile else []


def known(frame: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {name: value for name, value in row.items() if not pd.isna(value)}
        for row in frame.drop(columns="geometry").astype(object).to_dict("records")
    ]


def test_the_attributes_of_a_tile_are_those_of_the_features(files: TileFiles):
    found = sorted(rows(files, "regency", (0, 0, 0)), key=lambda row: str(row["code"]))
    placed = regencies().dropna(subset="geometry").sort_values("code")
    assert found == known(placed)


def test_rows_that_share_a_shape_are_features_of_their_own(files: TileFiles):
    found = rows(files, "suitability", BONE)
    assert sorted(str(row["id"]) for row in found) == [f"73.08.{crop}" for crop in CROPS]
    expected = {row["id"]: row for row in known(suitability())}
    assert all(row == expected[row["id"]] for row in found)


@pytest.mark.parametrize("collection", ["regency", "suitability"])
def test_both_homes_give_the_same_tiles_however_they_are_read(
    files: TileFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, collection: str
):
    files.open(collection, "v1")
    monkeypatch.setattr(tiled, "_BLOCK", 2)
    others = GeoPackages(tmp_path / "vector")
    others.write("regency", "v1", regencies(), id_field="code")
    others.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
    embedded = TileFiles(tmp_path / "others", others)
    for place in ((0, 0, 0), BONE, (DEEPEST, 8445, 13655)):
        ours, theirs = (cut(each.open(collection, "v1"), collection, place) for each in (files, embedded))
        assert ours == theirs
    others.close()


def test_only_what_is_chosen_is_drawn_with_the_columns_asked_for(files: TileFiles):
    tiled = files.open("suitability", "v1")
    tile = cut(tiled, "l", BONE, ("crop", "id"), np.asarray(tiled.ids == "73.08.maize"))
    assert [feature.properties for feature in read(tile)["l"]] == [{"crop": "maize", "id": "73.08.maize"}]


def test_a_tile_in_which_nothing_lies_is_empty(files: TileFiles):
    tiled = files.open("regency", "v1")
    assert cut(tiled, "l", (10, 0, 0)) == b""
    assert cut(tiled, "l", BONE, chosen=np.zeros(len(tiled.ids), bool)) == b""


def test_what_reaches_out_of_a_tile_is_cut_at_its_margin(files: TileFiles):
    (feature,) = read(cut(files.open("regency", "v1"), "l", (DEEPEST, 8401, 13651)))["l"]
    (whole,) = feature.paths
    reach = (-MARGIN, 4096 + MARGIN)
    assert {*whole} == {(x, y) for x in reach for y in reach}


def test_a_hole_in_an_area_is_a_hole_in_its_tile(files: TileFiles):
    tile = cut(files.open("regency", "v1"), "l", (6, 32, 53))
    found = {feature.properties["code"]: feature.areas for feature in read(tile)["l"]}
    exterior, hole = found["11.01"]
    assert exterior > -hole > 0


def test_a_version_is_made_ready_once_however_many_ask(files: TileFiles, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    make = TileFiles._make
    monkeypatch.setattr(TileFiles, "_make", lambda *args: (made.append(args[1]), make(*args)))
    asking = [threading.Thread(target=files.open, args=("regency", "v1")) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert made == ["regency"]
    assert [*files.on_disk()] == [("regency", "v1")]
    assert files.written("regency", "v1") is not None


def test_a_version_that_is_not_there_is_named(files: TileFiles):
    with pytest.raises(UnknownNameError, match="regency/v9"):
        files.open("regency", "v9")
    assert [*files.on_disk()] == []


def test_a_collection_without_places_has_empty_tiles(tmp_path: Path):
    vector = GeoPackages(tmp_path / "vector")
    vector.write("placeless", "v1", regencies().iloc[4:], id_field="code")
    assert cut(TileFiles(tmp_path / "tiles", vector).open("placeless", "v1"), "l", (0, 0, 0)) == b""
    vector.close()


def test_the_files_go_with_their_version(store: Store):
    store.vector.write("regency", "v1", regencies(), id_field="code")
    store.tiles.open("regency", "v1")
    assert "tiles/regency/v1" in {str(each) for each in store.unrecorded()}
    store.remove("regency", "v1")
    assert [*store.tiles.on_disk()] == []
