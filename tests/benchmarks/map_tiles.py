"""Map tiles: answers a second, beside TiTiler

A layer of classes and one of numbers, 12,288 x 8,192 cells of 7.5 arc seconds each, as a cube and as the COG
that soilinfo makes of it, which TiTiler reads; two workers each, eight connections of wrk, PNGs of 256 x 256
pixels in WebMercatorQuad, nobody keeps answers. *Native*: level 10, whose pixels are a little smaller than
cells; *overview*: level 7. *Cold*: every tile of the level in turn (of level 10 some 3,000), and soilinfo
keeps no decoded cell (`SOILINFO_CACHE_MB=0`); TiTiler opens its file for each tile in any case. *Warm*: the
300 tiles of a place, asked before; soilinfo keeps decoded cells as it does by default (256 MB a worker).
Files are in the page cache. TiTiler draws classes by the COG's own colour table, numbers by a colour map of
256 steps of the same ramp. *Equal pixels*: of 40 tiles, and how far apart colours are at most, in steps of
that colour map (classes: 0, or some other colour).
"""

import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import httpx
import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.load import load as load_catalog
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.styles import colour_table, paint, style_of_layer
from soilinfo.grid import Grid
from soilinfo.jobs.ingestion.rasters import form_of, variable_of
from soilinfo.serve.maps.tile_matrix_sets import WEB_MERCATOR
from soilinfo.settings import Settings
from soilinfo.store.cog import write_cog
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Version
from tests.benchmarks.peers import start
from tests.benchmarks.peers.wrk import Load, load
from tests.country import ROOT
from tests.serve.maps.pictures import pixels

TITLE = "Map tiles: answers a second, beside TiTiler"
SECONDS = float(os.environ.get("SOILINFO_BENCH_SECONDS", "30"))
"""Of each figure."""
GRID = Grid("EPSG:4326", 1 / 480, 100.0, 2.0, 12_288, 8_192)
CLASSES, NUMBERS = "drainage", "ph_h2o"
NATIVE, OVERVIEW = 10, 7
READY, PLACE, CHECKED = 10, 300, 40
VERSION = "v1"

Place = tuple[int, int, int]
"""Level, row and column of a tile."""


@dataclass(frozen=True)
class Case:
    """What is asked of both servers: tiles of a layer at a level."""

    layer: str
    level: int
    cold: bool

    @property
    def title(self) -> str:
        kind = "classes" if self.layer == CLASSES else "numbers"
        level = "native" if self.level == NATIVE else "overview"
        return f"{kind}, {level}, {'cold' if self.cold else 'warm'}"

    def tiles(self) -> list[Place]:
        found = inside(self.level)
        random.Random(1).shuffle(found)
        return found if self.cold else sorted(found)[:PLACE]


def measure() -> list[Mapping[str, str]]:
    """One row for each layer, level and state of the caches."""
    catalog = load_catalog(ROOT / "config")
    cases = [
        Case(layer, level, cold)
        for cold in (True, False)
        for layer in (CLASSES, NUMBERS)
        for level in (NATIVE, OVERVIEW)
    ]
    with TemporaryDirectory() as directory:
        settings = Settings(store=Path(directory), config=ROOT / "config", db=None)
        files = _published(settings, catalog)
        peers = {layer: _colours_of(catalog, layer) | {"url": file} for layer, file in files.items()}
        loads: dict[tuple[Case, str], Load] = {}
        with start("titiler") as url:
            for case in cases:
                loads[case, "TiTiler"] = _load(
                    url, [_titiler(tile, peers[case.layer]) for tile in case.tiles()]
                )
        for cold in (True, False):
            own = settings.model_copy(update={"cache_mb": 0}) if cold else settings
            with start("soilinfo", settings=own) as url:
                for case in (each for each in cases if each.cold is cold):
                    loads[case, "soilinfo"] = _load(url, [_own(tile, case.layer) for tile in case.tiles()])
        with start("titiler") as theirs, start("soilinfo", settings=settings) as ours:
            told = {case: _compared(catalog, case, ours, theirs, peers) for case in cases if not case.cold}
    return [_row(case, loads, told) for case in cases]


def _row(
    case: Case, loads: Mapping[tuple[Case, str], Load], told: Mapping[Case, tuple[float, float]]
) -> Mapping[str, str]:
    own, theirs = loads[case, "soilinfo"], loads[case, "TiTiler"]
    equal, apart = told[Case(case.layer, case.level, cold=False)]
    return {
        "tiles": case.title,
        "soilinfo": f"{own.rate:,.0f}",
        "p50 / p99 ms": f"{own.p50:.1f} / {own.p99:.1f}",
        "TiTiler": f"{theirs.rate:,.0f}",
        "its p50 / p99 ms": f"{theirs.p50:.1f} / {theirs.p99:.1f}",
        "times": f"{own.rate / theirs.rate:.1f}",
        "equal pixels": f"{100 * equal:.2f} %",
        "steps apart": f"{apart:.1f}",
        "failed": f"{own.failed} / {theirs.failed}",
    }


def _load(url: str, paths: Sequence[str]) -> Load:
    # Each worker compiles what it needs for its first tile, where no one has before.
    for path in paths[:READY]:
        httpx.get(url + path, timeout=300).raise_for_status()
    load(url, paths, SECONDS / 10)
    return load(url, paths[::-1], SECONDS)


# ---- how each server is asked -----------------------------------------------------------


def _own(tile: Place, layer: str) -> str:
    level, row, column = tile
    return f"/collections/{layer}/map/tiles/WebMercatorQuad/{level}/{row}/{column}?f=png"


def _titiler(tile: Place, asked: Mapping[str, str]) -> str:
    level, row, column = tile
    return f"/tiles/WebMercatorQuad/{level}/{column}/{row}.png?{urlencode(asked)}"


def _colours_of(catalog: Catalog, layer: str) -> dict[str, str]:
    """TiTiler's parameters for the colours of a layer; those of classes are in its file."""
    if layer == CLASSES:
        return {}
    scale = variable_of(catalog, layer).scale
    entries = style_of_layer(catalog, layer).entries
    low, high = (round(entries[at].value / scale) for at in (0, -1))
    steps = {str(at): colour.tolist() for at, colour in enumerate(_steps(catalog, layer))}
    return {"rescale": f"{low},{high}", "colormap": json.dumps(steps, separators=(",", ":"))}


def _steps(catalog: Catalog, layer: str) -> NDArray[np.uint8]:
    """The ramp in 256 steps, RGBA."""
    style = style_of_layer(catalog, layer)
    return paint(style, np.linspace(style.entries[0].value, style.entries[-1].value, 256))


def inside(level: int) -> list[Place]:
    """Every tile of a level that lies in the grid."""
    half = WEB_MERCATOR.corner[1]
    west, south, east, north = GRID.bounds
    mercator = lambda latitude: np.arcsinh(np.tan(np.radians(latitude))) / np.pi * half  # noqa: E731
    bounds = west / 180 * half, mercator(south), east / 180 * half, mercator(north)
    found = WEB_MERCATOR.limits(bounds, level)
    rows, columns = (
        range(found.first_row + 1, found.last_row),
        range(found.first_column + 1, found.last_column),
    )
    return [(level, row, column) for row in rows for column in columns]


# ---- are they the same? -----------------------------------------------------------------


def _compared(
    catalog: Catalog, case: Case, ours: str, theirs: str, peers: Mapping[str, Mapping[str, str]]
) -> tuple[float, float]:
    """(share of equal pixels, largest difference in steps of the colour map) of some tiles."""
    equal, apart = [], 0.0
    step = 1.0 if case.layer == CLASSES else _largest_step(catalog, case.layer)
    with httpx.Client(timeout=60) as client:
        for tile in random.Random(2).sample(inside(case.level), min(CHECKED, len(inside(case.level)))):
            mine = pixels(client.get(ours + _own(tile, case.layer)).raise_for_status().content)
            other = pixels(client.get(theirs + _titiler(tile, peers[case.layer])).raise_for_status().content)
            seen = (mine[..., 3] > 0) & (other[..., 3] > 0)
            difference = np.abs(mine.astype(int) - other)[..., :3].max(axis=-1)
            equal.append(np.mean((difference == 0) | ((mine[..., 3] == 0) & (other[..., 3] == 0))))
            apart = max(apart, float(difference[seen].max(initial=0)) / step)
    return float(np.mean(equal)), apart


def _largest_step(catalog: Catalog, layer: str) -> float:
    steps = _steps(catalog, layer).astype(int)
    return float(np.abs(np.diff(steps, axis=0)).max())


# ---- what is served ---------------------------------------------------------------------


def _published(settings: Settings, catalog: Catalog) -> dict[str, str]:
    """Both layers in one snapshot; the path of the COG of each."""
    with _opened(settings) as store:
        run = store.ledger.start_run("benchmark", "benchmark", {})
        for name in (CLASSES, NUMBERS):
            _write(store, catalog, name)
            parameters = {"form": form_of(catalog, name)}
            version = Version(
                name, VERSION, "raster", "s", "0", "p", "t", parameters, {}, {}, run, datetime.now(UTC)
            )
            store.ledger.record(version, [])
        store.ledger.publish(
            dict.fromkeys((CLASSES, NUMBERS), VERSION), run=run, actor="benchmark", reason=""
        )
        return {name: str(store.cog_place(name, VERSION)) for name in (CLASSES, NUMBERS)}


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    yield store
    store.close()


def _write(store: Store, catalog: Catalog, name: str) -> None:
    """Smooth over some twenty cells; numbers with noise on top; a twentieth without data, in blocks."""
    random_, variable = np.random.default_rng(1), variable_of(catalog, name)
    low, high = _range(catalog, name)
    with store.cube.writer(name, VERSION, GRID, [variable], {}) as writer:
        for window in GRID.shards():
            coarse = random_.uniform(low, high, (window.height // 16, window.width // 16))
            values = np.kron(coarse, np.ones((16, 16)))
            if name == NUMBERS:
                values += random_.normal(0, (high - low) / 100, window.shape)
            packed = np.clip(np.rint(values), low, high).astype(variable.dtype)
            packed[: window.height // 20] = variable.nodata
            writer.write(name, window, packed)
    colours = colour_table(style_of_layer(catalog, name)) if name == CLASSES else None
    with store.cog(name, VERSION) as target:
        write_cog(store.cube.open(name, VERSION), name, target, tags={}, colours=colours)


def _range(catalog: Catalog, name: str) -> tuple[int, int]:
    """Stored integers that occur: the colours' range of a number, the codes of a class."""
    values = [
        entry.value / variable_of(catalog, name).scale for entry in style_of_layer(catalog, name).entries
    ]
    return round(min(values)), round(max(values))
