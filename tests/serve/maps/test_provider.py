"""Maps as drawn for tiles: without reading where cells are decoded, and in colours that a palette holds."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.datastructures import QueryParams

from soilinfo.catalog.load import load
from soilinfo.catalog.styles import paint
from soilinfo.grid import Bounds, Grid
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.coverages.raster import Frame
from soilinfo.serve.maps.drawing import style_of
from soilinfo.serve.maps.provider import STEPS, MapProvider
from soilinfo.serve.published import published_collections
from soilinfo.settings import Settings
from soilinfo.store.home import open_store

FRAME = Frame("OGC:CRS84", (120.0, -7.4, 120.4, -7.0), 192, 192)
ASKED = QueryParams()
GRID = Grid("EPSG:4326", 1 / 480, 120.0, -7.0, 256, 256)


@pytest.fixture(scope="module")
def unread(nation: Settings) -> Iterator[dict[str, Collection]]:
    """What the small nation publishes, in a store of which no cell was read yet."""
    store = open_store(nation, keep=64 << 20)
    yield published_collections(Source(store, load(nation.config), store.ledger.current()))
    store.close()


def provider(collection: Collection) -> MapProvider:
    return MapProvider({"name": "", "type": "map", "data": collection})


def test_a_small_picture_is_at_hand_once_its_cells_were_read(unread: dict[str, Collection]):
    maps = provider(unread["ph_h2o"])
    assert maps.at_hand(FRAME, ASKED) is None
    read, at_hand = maps.query(FRAME, ASKED), maps.at_hand(FRAME, ASKED)
    assert at_hand is not None
    np.testing.assert_array_equal(at_hand.rgba, read.rgba)


@pytest.mark.parametrize(
    ("crs", "bounds", "side"),
    [("OGC:CRS84", FRAME.bounds, 257), ("EPSG:23830", (3e5, 9.2e6, 3.2e5, 9.22e6), 32)],
)
def test_what_takes_longer_is_never_at_hand(
    unread: dict[str, Collection], crs: str, bounds: Bounds, side: int
):
    maps, frame = provider(unread["soc"]), Frame(crs, bounds, side, side)
    maps.query(frame, ASKED)
    assert maps.at_hand(frame, ASKED) is None


def test_a_ramp_of_too_many_colours_for_a_palette_is_drawn_in_even_steps(
    unread: dict[str, Collection], tmp_path: Path
):
    known = unread["ph_h2o"]
    variable = known.store.cube.open("ph_h2o", known.version).variable("ph_h2o")
    store = open_store(Settings(store=tmp_path, config=known.catalog.directory))
    values = np.resize(np.arange(4.0, 9.01, 0.01).round(2), GRID.shape)
    with store.cube.writer("ph_h2o", "every", GRID, [variable], {}) as writer:
        (shard,) = GRID.shards()
        writer.write("ph_h2o", shard, np.rint(values / variable.scale).astype(variable.dtype))
    versions = {"ph_h2o": replace(known.versions["ph_h2o"], version="every")}
    collection = replace(known, source=replace(known.source, store=store), versions=versions)
    shown = provider(collection).query(Frame(GRID.crs, GRID.bounds, *GRID.shape), ASKED).rgba
    store.close()
    # What a step begins with may lie a rounding before it.
    steps = np.floor((values - 4) / 5 * (STEPS - 1) + 1e-6)
    np.testing.assert_array_equal(shown, paint(style_of(known, "ph_h2o"), 4 + steps / (STEPS - 1) * 5))
