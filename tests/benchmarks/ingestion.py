"""Ingestion: from a raster file to a checked Zarr pyramid and its COG, beside GDAL's own tools.

One layer of 8,640 x 7,200 cells of 2.5 arc seconds, 44 % of them land with ragged coasts and noise in the
third digit; the source is a DEFLATE GeoTIFF. *Warped*: UTM, 83 m, bilinear. *Copied*: the same cells as the
grid. The peers are `gdalwarp -of COG -multi -wo NUM_THREADS=ALL_CPUS -wm 1024` and `gdal_translate -of COG`,
both with all threads, DEFLATE level 1, predictor, and average overviews, as soilinfo's COG has. They write
the type of their source: float32, or pH x 100 in int16. soilinfo always writes pH x 100 in int16, and
besides the COG it surveys and checks the source, writes the Zarr version with its pyramid, syncs all to disk
and publishes it in the ledger (*Zarr alone*: survey, Zarr and pyramid). *Four layers* are ingested in one
run, as a night has them; the peer does its layers one after the other, each with all threads. Each run is a
process of its own, peers and soilinfo in turn, three rounds, medians; processor time and peak memory are of
the whole process. Time is that of the work: a start of Python (its processor time is counted) comes once a
night.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import rasterio
import yaml
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer

from tests.country import write_country

TITLE = "Ingestion: one layer of 62 Mpx"
LAYER, ROUNDS = "ph_h2o", 3
NIGHT = 4
"""Layers of a night, each of another depth."""
BOUNDS, CELL = (110.0, -5.0, 116.0, 0.0), 1 / 1440
WIDTH, HEIGHT = 8640, 7200
UTM, METRES = "EPSG:32749", 83.0
STRIP = 512
COG = ["-of", "COG", "-co", "COMPRESS=DEFLATE", "-co", "LEVEL=1", "-co", "PREDICTOR=YES"]
COG += ["-co", "NUM_THREADS=ALL_CPUS", "-co", "OVERVIEW_RESAMPLING=AVERAGE"]
WARP = ["-t_srs", "EPSG:4326", "-te", *map(str, BOUNDS), "-ts", str(WIDTH), str(HEIGHT), "-r", "bilinear"]
WARP += ["-multi", "-wo", "NUM_THREADS=ALL_CPUS", "-wm", "1024"]


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, processor seconds, peak memory and bytes written."""

    seconds: float
    cpu: float
    memory: int
    written: int


def measure() -> list[Mapping[str, str]]:
    """One row per source and way: speed, its ratio to the peer's, processor time, memory, bytes."""
    rows = []
    with TemporaryDirectory() as scratch:
        for case in ("warped", "copied"):
            for dtype in ("float32", "int16"):
                source = Path(scratch) / f"{case}-{dtype}-0.tif"
                for number in range(NIGHT):
                    write_source(_sibling(source, number), dtype, utm=case == "warped", seed=number)
                rows += _rows(f"{case}, {dtype}", _rounds(source, case))
                for number in range(NIGHT):
                    _sibling(source, number).unlink()
    return rows


def _sibling(source: Path, number: int) -> Path:
    return source.with_name(source.name.replace("-0.", f"-{number}."))


def _rounds(source: Path, case: str) -> dict[str, list[Cost]]:
    """Way -> its costs; the first is the peer."""
    ways = {_peer_name(case): lambda target: _peer(case, source, target)}
    for way in WAYS:
        ways[f"soilinfo, {way}"] = lambda target, way=way: _own(way, source, target)
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            with TemporaryDirectory(dir=source.parent) as target:
                costs[name].append(run(Path(target)))
    return costs


def _rows(case: str, costs: Mapping[str, list[Cost]]) -> list[Mapping[str, str]]:
    peer, *_ = costs.values()
    layers = {name: NIGHT if "four" in name else 1 for name in costs}
    speed = {
        name: layers[name] * WIDTH * HEIGHT / 1e6 / median(one.seconds for one in runs)
        for name, runs in costs.items()
    }
    return [
        {
            "source": case,
            "way": name,
            "Mpx/s": f"{speed[name]:.1f}",
            "x GDAL": f"{_ratio(peer, runs, layers[name]):.2f}",
            "CPU s": f"{median(one.cpu for one in runs):.1f}",
            "peak MB": f"{max(one.memory for one in runs) / 1e6:.0f}",
            "written MB": f"{runs[0].written / 1e6:.0f}",
        }
        for name, runs in costs.items()
    ]


def _ratio(peer: list[Cost], runs: list[Cost], layers: int) -> float:
    """How many times as fast as the peer doing as many layers."""
    return median(layers * a.seconds / b.seconds for a, b in zip(peer, runs, strict=True))


# ---- the contenders -------------------------------------------------------------------------


def _peer_name(case: str) -> str:
    tool = "gdalwarp" if case == "warped" else "gdal_translate"
    version = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    return f"{tool} {version.removeprefix('GDAL ').partition(',')[0]}, COG"


def _peer(case: str, source: Path, target: Path) -> Cost:
    tool = ["gdalwarp", *WARP] if case == "warped" else ["gdal_translate"]
    return _cost([*tool, "-q", *COG, str(source), str(target / "peer.tif")], target)


def _own(way: str, source: Path, target: Path) -> Cost:
    """A run of ``main`` in a process of its own, over a configuration made for it."""
    config = write_country(target / "country", cells=24)
    grid = {"arc_seconds": CELL * 3600, "bounds": list(BOUNDS)}
    (config / "grid.yaml").write_text(yaml.safe_dump(grid), "utf-8")
    described = yaml.safe_load((config / "layers" / f"{LAYER}.yaml").read_text("utf-8"))
    for number, name in enumerate(_names()):
        own = {"source": str(_sibling(source, number)), "depth": [number * 30, number * 30 + 30]}
        (config / "layers" / f"{name}.yaml").write_text(yaml.safe_dump(described | own), "utf-8")
    store = target / "store"
    return _cost([sys.executable, "-m", __name__, way, str(config), str(store)], store)


def _names() -> list[str]:
    """The layers of a night."""
    return [LAYER, *(f"{LAYER}_{number}" for number in range(1, NIGHT))]


def _cost(command: list[str], written: Path) -> Cost:
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - start
    assert process.returncode == 0, f"{command} failed: {said}"
    files = [path for path in written.rglob("*") if path.suffix != ".sqlite" and path.is_file()]
    return Cost(
        seconds=json.loads(said)["seconds"] if said.strip() else seconds,
        cpu=used.ru_utime + used.ru_stime,
        memory=used.ru_maxrss * 1024,
        written=sum(path.stat().st_size for path in files),
    )


def main(way: str, config: Path, store: Path) -> None:
    """Ingest the layer once and print the seconds that it took."""
    import soilinfo.jobs.ingest  # noqa: F401 - imports are part of the start of Python
    from soilinfo.catalog.load import load
    from soilinfo.settings import Settings
    from soilinfo.store.home import open_store

    catalog, home = load(config), open_store(Settings(store=store, db=None))
    start = perf_counter()
    WAYS[way](home, catalog)
    print(json.dumps({"seconds": perf_counter() - start}))
    home.close()


def _publish(home: object, catalog: object, names: Sequence[str] = (LAYER,)) -> None:
    from soilinfo.jobs.ingest import ingest
    from soilinfo.jobs.runs.run import silent

    report = ingest(home, catalog, names, actor="benchmark", progress=silent)  # type: ignore[arg-type]
    assert set(names) == set(report.published), report.findings


def _night(home: object, catalog: object) -> None:
    _publish(home, catalog, _names())


def _zarr(home: object, catalog: object) -> None:
    from soilinfo.ingest.source import Reader, inspect, property_of
    from soilinfo.jobs.ingestion.rasters import variable_of
    from soilinfo.jobs.ingestion.shards import survey_source, write_shards
    from soilinfo.jobs.runs.workers import workers

    layer = catalog.layer(LAYER)  # type: ignore[attr-defined]
    prop = property_of(layer, catalog.property(layer.property))  # type: ignore[attr-defined]
    reader, grid = Reader(inspect(layer.source), layer, prop, None), catalog.grid  # type: ignore[attr-defined]
    variable = variable_of(catalog, LAYER)  # type: ignore[arg-type]
    cube = home.cube  # type: ignore[attr-defined]
    with workers() as executor, cube.writer(LAYER, "v1", grid, [variable], {}) as writer:
        survey_source(executor, reader, grid)
        write_shards(executor, writer, reader, grid, variable)


WAYS = {"Zarr and COG": _publish, "Zarr alone": _zarr, "Zarr and COG, four layers": _night}


# ---- the source -----------------------------------------------------------------------------


def write_source(path: Path, dtype: str, *, utm: bool, seed: int) -> None:
    """pH on islands, in UTM or on the cells of the grid; -9999 is the sea."""
    west, south, east, north = BOUNDS
    width, height, size, crs = WIDTH, HEIGHT, CELL, "EPSG:4326"
    if utm:
        crs, size = UTM, METRES
        west, south, east, north = Transformer.from_crs(4326, UTM, always_xy=True).transform_bounds(*BOUNDS)
        width, height = round((east - west) / size), round((north - south) / size)
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "DEFLATE", "zlevel": 1}
    place = {"crs": crs, "transform": Affine(size, 0, west, 0, -size, north), "nodata": -9999}
    form = {"driver": "GTiff", "width": width, "height": height, "count": 1, "dtype": dtype}
    random = np.random.default_rng(seed)
    with rasterio.open(path, "w", **form, **place, **tiles, predictor=3 if dtype == "float32" else 2) as file:
        if dtype == "int16":
            file.scales = (0.01,)
        for row in range(0, height, STRIP):
            rows = np.arange(row, min(row + STRIP, height))
            cells = _islands(np.arange(width) / width * 6, rows[:, np.newaxis] / height * 5, random)
            stored = np.where(np.isnan(cells), -9999, cells.round(3) if dtype == "float32" else cells * 100)
            file.write(stored.astype(dtype), 1, window=rasterio.windows.Window(0, row, width, len(rows)))


def _islands(
    x: NDArray[np.float64], y: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    land = (
        np.sin(x * 2.1 + np.sin(y * 3)) + np.cos(y * 2.7 + x * 0.4) + 0.25 * np.sin(x * 23) * np.cos(y * 31)
    )
    values = 5.5 + 1.2 * np.sin(x * 9) * np.cos(y * 7) + 0.4 * np.sin(x * 97) * np.cos(y * 53)
    return np.where(land > 0.15, values + random.normal(0, 0.05, land.shape), np.nan)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
