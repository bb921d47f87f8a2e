"""Values of rasters: answers a second, beside stock pygeoapi

A layer of numbers of 4,096 x 4,096 cells of 7.5 arc seconds: as a cube (soilinfo), and with the same values
as a float32 GeoTIFF in tiles of 512 (pygeoapi's rasterio provider) and a NetCDF (its xarray-edr provider),
as it applies no scale to packed integers. Two workers each, eight connections of wrk, every question another
of 64 windows of 1024 x 1024 cells or 512 points, asked in turn, of a server that was just started, and for
longer than usual where it needs that to answer 16; nobody keeps answers, files are in the page cache,
soilinfo keeps decoded cells as it does by default (256 MB a worker). Both answer the whole window: of GeoTIFF
4 MB without compression. *Refused*: answers that do not count, of soilinfo and of pygeoapi. *Same*:
the largest difference between the values of both, checked in the run; CoverageJSON of pygeoapi has NaN where
soilinfo has null.
"""

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import orjson
import rasterio
import xarray as xr
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.catalog.load import load as load_catalog
from soilinfo.grid import Grid
from soilinfo.jobs.ingestion.rasters import form_of, variable_of
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.ledger import Version
from tests.benchmarks.peers import start
from tests.benchmarks.peers.wrk import Load, load
from tests.country import ROOT

TITLE = "Values of rasters: answers a second, beside stock pygeoapi"
SECONDS = float(os.environ.get("SOILINFO_BENCH_SECONDS", "30"))
"""Of each figure."""
LEAST, LONGEST = 16, 600
"""Answers that make a figure, and seconds in which there must be so many."""
READY = 4
"""Answers before a figure is taken."""
GRID = Grid("EPSG:4326", 1 / 480, 110.0, -1.0, 4_096, 4_096)
LAYER, VERSION = "soc", "v1"
SIDE, WINDOWS, POINTS = 1_024, 64, 512

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case:
    """One kind of question: how each server is asked, what it answers, and how often more we want to."""

    title: str
    wanted: int
    own: Sequence[str]
    stock: Sequence[str]
    read: Callable[[bytes], Values]


def measure() -> list[Mapping[str, str]]:
    """One row for each kind of question."""
    with TemporaryDirectory() as directory:
        settings = Settings(store=Path(directory) / "store", config=ROOT / "config", db=None)
        values = _published(settings)
        resources = _stock(Path(directory), values)
        with start("pygeoapi", resources=resources) as theirs, start("soilinfo", settings=settings) as ours:
            apart = {case: _apart(case, ours, theirs) for case in CASES}
        stock = {case: _load(case.stock, "pygeoapi", resources=resources) for case in CASES}
        own = {case: _load(case.own, "soilinfo", settings=settings) for case in CASES}
    return [_row(case, own[case], stock[case], apart[case]) for case in CASES]


def _row(case: Case, own: Load, stock: Load, apart: float) -> Mapping[str, str]:
    return {
        "question": case.title,
        "soilinfo": f"{own.answered:,.1f}",
        "p50 / p99 ms": f"{own.p50:.1f} / {own.p99:.1f}",
        "pygeoapi": f"{stock.answered:,.2f}",
        "its p50 / p99 ms": f"{stock.p50:.1f} / {stock.p99:.1f}",
        "times": f"{own.answered / stock.answered:.1f}",
        "wanted": str(case.wanted),
        "refused": f"{own.failed} / {stock.failed}",
        "same": f"{apart:g}",
    }


def _load(paths: Sequence[str], name: str, **given: object) -> Load:
    """What a server answers in SECONDS, or in as much longer as it needs for LEAST answers.

    It is started anew each time: pygeoapi goes on with what nobody waits for any more.
    """
    seconds = SECONDS
    while seconds < LONGEST:
        with start(name, **given) as url:
            for path in paths[:READY]:
                _answer(url + path)
            found = load(url, paths, seconds, patience=LONGEST)
        if found.answered * found.seconds >= LEAST:
            return found
        seconds *= 4
    raise RuntimeError(f"{name} does not answer {LEAST} questions in {LONGEST} s: {paths[0]}")


def _apart(case: Case, ours: str, theirs: str) -> float:
    """The largest difference between the answers to some of the questions."""
    most = 0.0
    for own, stock in list(zip(case.own, case.stock, strict=True))[::17]:
        mine, other = (case.read(_answer(url)) for url in (ours + own, theirs + stock))
        np.testing.assert_array_equal(np.isnan(mine), np.isnan(other))
        most = max(most, float(np.nanmax(np.abs(mine - other), initial=0)))
    return most


def _answer(url: str) -> bytes:
    return httpx.get(url, timeout=300).raise_for_status().content


# ---- what is asked ----------------------------------------------------------------------


def _boxes() -> Iterator[str]:
    """Windows of whole cells, a little within their edges, so that nobody takes a row more."""
    west, _, _, north = GRID.bounds
    size, random = GRID.resolution, np.random.default_rng(1)
    for column, row in random.integers(0, GRID.width - SIDE, (WINDOWS, 2)):
        left, top = west + (column + 0.01) * size, north - (row + 0.01) * size
        reach = (SIDE - 0.02) * size
        yield f"{left:.9f},{top - reach:.9f},{left + reach:.9f},{top:.9f}"


def _points() -> Iterator[str]:
    """Middles of cells."""
    west, _, _, north = GRID.bounds
    random = np.random.default_rng(2)
    for column, row in random.integers(GRID.width // 20, GRID.width, (POINTS, 2)) + 0.5:
        yield f"POINT({west + column * GRID.resolution:.9f} {north - row * GRID.resolution:.9f})"


def _tiff(content: bytes) -> Values:
    with MemoryFile(content) as memory, memory.open() as opened:
        return np.asarray(opened.read(1), np.float64)


def _json(content: bytes) -> Values:
    """The numbers of the one range; of a profile its only level."""
    (found,) = orjson.loads(re.sub(rb"\bNaN\b", b"null", content))["ranges"].values()
    return np.array([math.nan if value is None else value for value in found["values"]], np.float64)


COVERAGE, POSITION = f"/collections/{LAYER}/coverage", f"/collections/{LAYER}/position"
CASES = (
    Case(
        "GeoTIFF, 1024 x 1024",
        4,
        [f"{COVERAGE}?f=tiff&bbox={box}" for box in _boxes()],
        [f"{COVERAGE}?f=GTiff&bbox={box}" for box in _boxes()],
        _tiff,
    ),
    Case(
        "CoverageJSON, 1024 x 1024",
        50,
        [f"{COVERAGE}?f=json&bbox={box}" for box in _boxes()],
        [f"{COVERAGE}?f=json&bbox={box}" for box in _boxes()],
        _json,
    ),
    Case(
        "EDR position",
        10,
        [f"{POSITION}?coords={point}".replace(" ", "%20") for point in _points()],
        [
            f"{POSITION.replace(LAYER, 'points')}?f=json&coords={point}".replace(" ", "%20")
            for point in _points()
        ],
        _json,
    ),
)


# ---- what is served ---------------------------------------------------------------------


def _published(settings: Settings) -> NDArray[np.float32]:
    """The layer in one snapshot; its values, NaN where there are none."""
    catalog = load_catalog(settings.config)
    variable = variable_of(catalog, LAYER)
    with _opened(settings) as store:
        run = store.ledger.start_run("benchmark", "benchmark", {})
        with store.cube.writer(LAYER, VERSION, GRID, [variable], {}) as writer:
            for window in GRID.shards():
                writer.write(LAYER, window, _packed(window.shape, variable.dtype, variable.nodata))
        form = {"form": form_of(catalog, LAYER)}
        store.ledger.record(
            Version(LAYER, VERSION, "raster", "s", "0", "p", "t", form, {}, {}, run, datetime.now(UTC)), []
        )
        store.ledger.publish({LAYER: VERSION}, run=run, actor="benchmark", reason="")
        layer = store.cube.open(LAYER, VERSION)
        return layer.decode(LAYER, layer.read(LAYER)).astype(np.float32)


def _packed(shape: tuple[int, int], dtype: str, nodata: int) -> NDArray[np.integer]:
    """Smooth over some twenty cells with noise on top; a twentieth without data, in blocks."""
    random = np.random.default_rng(3)
    coarse = random.uniform(30, 600, (shape[0] // 16, shape[1] // 16))
    values = np.kron(coarse, np.ones((16, 16))) + random.normal(0, 12, shape)
    packed = np.clip(np.rint(values), 1, 700).astype(dtype)
    packed[: shape[0] // 20] = nodata
    return packed


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    yield store
    store.close()


def _stock(directory: Path, values: NDArray[np.float32]) -> Mapping[str, object]:
    """pygeoapi's resources over the same values, in the files that it reads."""
    tiff, netcdf = directory / "values.tif", directory / "values.nc"
    profile = {"driver": "GTiff", "dtype": "float32", "nodata": math.nan, "count": 1, "crs": GRID.crs}
    profile |= {"width": GRID.width, "height": GRID.height, "transform": rasterio.Affine(*GRID.transform)}
    tiled = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "DEFLATE"}
    with rasterio.open(tiff, "w", **profile, **tiled) as target:
        target.write(values, 1)
    described = {"units": "%", "long_name": LAYER}
    axes = {
        "lat": ("lat", GRID.y, {"units": "degrees_north"}),
        "lon": ("lon", GRID.x, {"units": "degrees_east"}),
    }
    frame = xr.Dataset({LAYER: (("lat", "lon"), values, described)}, axes)
    frame.to_netcdf(netcdf, engine="scipy")
    geotiff = {"name": "GTiff", "mimetype": "image/tiff; application=geotiff"}
    coverage = {"type": "coverage", "name": "rasterio", "data": str(tiff), "format": geotiff}
    position = {"type": "edr", "name": "xarray-edr", "data": str(netcdf), "x_field": "lon", "y_field": "lat"}
    position |= {"format": {"name": "netcdf", "mimetype": "application/x-netcdf"}}
    return {LAYER: _resource(coverage), "points": _resource(position)}


def _resource(provider: Mapping[str, object]) -> Mapping[str, object]:
    crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    return {
        "type": "collection",
        "title": LAYER,
        "description": LAYER,
        "keywords": [LAYER],
        "links": [],
        "extents": {"spatial": {"bbox": list(GRID.bounds), "crs": crs}},
        "providers": [provider],
    }
