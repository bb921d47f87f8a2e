"""Zonal statistics: 514 regencies over the nation's grid, beside exactextract.

The 514 regencies of Indonesia (Kemendagri 2025; repaired, and each outline cut into 2,000 pieces or more)
where the file is at hand, else 514 ragged ones made up; 11 wider areas that overlap them; a geographic grid
around them of `ZONAL_CELLS_PER_DEGREE` cells (480, or 7.5 arc seconds, unless set). Two layers, without
data at sea: pH x 100 in int16, smooth with noise, and 12 classes in uint8. *Numbers*: mean, standard
deviation, least, largest, five quantiles and area with data; *classes*: hectares of each. The peer is given
the raster of cell areas as weights, in memory, and the polygons as WKB; its further layer is a third of
what three more layers in the same call cost. *In memory*: the cells of both lie in memory; else the peer
reads a DEFLATE GeoTIFF of 512 x 512 tiles, and soilinfo the cube in its own chunks and codec. Means,
deviations, extremes and hectares of each class of all zones are in the run checked to be the peer's within
1e-6. Quantiles are of area, and of every 25th zone checked to be those of a sort of the peer's cells; its
own quantiles ignore the weights and interpolate. Processor time of all threads, and seconds of the clock;
ours best of three, the index once.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from exactextract.operation import Operation
from exactextract.raster import NumPyRasterSource, RasterioRasterSource
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

from soilinfo.evaluate.zonal import QUANTILES, Read, ZoneIndex, histogram, statistics
from soilinfo.grid import CHUNK, Grid
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable
from tests.extracted import edges, extracted
from tests.real import REAL

TITLE = "Zonal statistics: 514 regencies"
REGENCIES = REAL / "admin" / "kemendagri2025" / "kab.gpkg"
CELLS_PER_DEGREE = int(os.environ.get("ZONAL_CELLS_PER_DEGREE", "480"))
VERTICES = 2000
CLASSES = 12
NODATA = {"numbers": -32768, "classes": 0}
VARIABLES = {
    "numbers": Variable("numbers", "int16", NODATA["numbers"], 0.01),
    "classes": Variable("classes", "uint8", NODATA["classes"], overview="mode"),
}
LOW, HIGH = 300, 900
NAMES = {"mean": "weighted_mean", "sd": "weighted_stdev", "min": "min", "max": "max", "sum": "weighted_sum"}
"""Our statistic and the peer's; a sum is that of value times hectares."""
Layers = Mapping[str, NDArray[Any]]
Seconds = tuple[float, float]
"""Of the processor and of the clock."""


def measure() -> list[Mapping[str, str]]:
    """One row per way: seconds for the layer of numbers and the layer of classes."""
    shapes = _shapes()
    grid = Grid.covering("EPSG:4326", 1 / CELLS_PER_DEGREE, tuple(shapely.total_bounds(shapes)))
    layers = _layers(grid, shapes)
    with TemporaryDirectory() as directory:
        store = open_store(Settings(store=Path(directory), db=None))
        _written(store, grid, layers)
        units = gpd.GeoDataFrame(geometry=shapes, crs=grid.crs)
        index, built = _timed(lambda: index_of(store, grid, "regency", "1", units))
        index, loaded = _timed(lambda: index_of(store, grid, "regency", "1", units))
        print(_about(grid, shapes, layers, index), flush=True)
        ours = {name: _ours(index, partial(store.cube.open(name, "1").read, name), name) for name in layers}
        memory = {name: _ours(index, _reads(layers[name]), name) for name in layers}
        store.close()
        files = {
            name: _theirs(grid, shapes, _filed(Path(directory), grid, name, layers[name])) for name in layers
        }
    theirs = {name: _theirs(grid, shapes, _in_memory(grid, layers[name])) for name in layers}
    _require_equal(grid, shapes, layers, ours, theirs)
    size = f"{grid.window.cells / 1e6:.0f} Mpx, {len(index.spans.row) / 1e6:.1f} million spans"
    return [
        _row("exactextract, first layer, in memory", *(theirs[name][1] for name in layers)),
        _row("exactextract, each further layer, in memory", *(theirs[name][2] for name in layers)),
        _row("soilinfo, each layer, in memory", *(memory[name][1] for name in layers)),
        _row("exactextract, first layer, from GeoTIFF", *(files[name][1] for name in layers)),
        _row("exactextract, each further layer, from GeoTIFF", *(files[name][2] for name in layers)),
        _row("soilinfo, each layer, from the cube", *(ours[name][1] for name in layers)),
        _row(f"soilinfo, index made and kept ({size})", built, None),
        _row("soilinfo, kept index read", loaded, None),
    ]


def _row(name: str, numbers: Seconds, classes: Seconds | None) -> Mapping[str, str]:
    row = {"way": name}
    for kind, seconds in (("numbers", numbers), ("classes", classes)):
        texts = [f"{each:.2f}" for each in seconds] if seconds else ["", ""]
        row |= {f"{kind}: CPU s": texts[0], f"{kind}: s": texts[1]}
    return row


def _about(grid: Grid, shapes: Sequence[BaseGeometry], layers: Layers, index: ZoneIndex) -> str:
    vertices = shapely.get_num_coordinates(shapes[:514])
    data = np.count_nonzero(layers["classes"]) / 1e6
    return (
        f"{grid.window.cells / 1e6:.1f} Mpx, {data:.1f} of them with data; 514 regencies of "
        f"{vertices.min()} to {vertices.max()} vertices; {len(index.spans.row) / 1e6:.2f} million spans"
    )


def _timed(work: Callable[[], Any]) -> tuple[Any, Seconds]:
    start = process_time(), perf_counter()
    found = work()
    return found, (process_time() - start[0], perf_counter() - start[1])


# ---- ours -------------------------------------------------------------------------------


def _ours(index: ZoneIndex, read: Read, name: str) -> tuple[Any, Seconds]:
    """What we say of each zone, and the best of three times after the first."""
    work = partial(_numbers if name == "numbers" else _classes, index, read)
    timed = [_timed(work) for _ in range(4)]
    return timed[0][0], min(seconds for _, seconds in timed[1:])


def _numbers(index: ZoneIndex, read: Read) -> pd.DataFrame:
    return statistics(histogram(index, read, low=LOW, high=HIGH, nodata=NODATA["numbers"]), 1.0)


def _classes(index: ZoneIndex, read: Read) -> NDArray[np.float64]:
    return histogram(index, read, low=1, high=CLASSES, nodata=NODATA["classes"]).area_ha


def _reads(array: NDArray[Any]) -> Read:
    return lambda window: array[window.slices]


# ---- exactextract -----------------------------------------------------------------------


Sources = Callable[[int], list[Any]]
"""So many rasters of the same cells, as exactextract reads them."""


def _in_memory(grid: Grid, cells: NDArray[Any]) -> Sources:
    nodata = NODATA["numbers" if cells.dtype == np.int16 else "classes"]
    return lambda count: [
        NumPyRasterSource(cells, **edges(grid), nodata=nodata, name=f"layer{at}") for at in range(count)
    ]


def _filed(directory: Path, grid: Grid, name: str, cells: NDArray[Any]) -> Sources:
    """The same in a GeoTIFF, laid out and compressed as soilinfo's COGs are."""
    file = directory / f"{name}.tif"
    form = {"tiled": True, "blockxsize": CHUNK, "blockysize": CHUNK, "compress": "deflate", "predictor": 2}
    place = {
        "height": grid.height,
        "width": grid.width,
        "crs": grid.crs,
        "transform": rasterio.Affine(*grid.transform),
    }
    with rasterio.open(
        file, "w", "GTiff", count=1, dtype=cells.dtype, nodata=NODATA[name], zlevel=1, **form, **place
    ) as tiff:
        tiff.write(cells, 1)
    return lambda count: [RasterioRasterSource(rasterio.open(file), name=f"layer{at}") for at in range(count)]


def _theirs(
    grid: Grid, shapes: Sequence[BaseGeometry], sources: Sources
) -> tuple[pd.DataFrame, Seconds, Seconds]:
    """What exactextract says, and its times of a first layer and of each further one of the same call."""
    numbers = sources(1)[0].read_window(0, 0, 1, 1).dtype == np.int16
    work = partial(extracted, grid, shapes, operations=_number_operations if numbers else _shares)
    found, alone = _timed(lambda: work(sources(1)))
    _, four = _timed(lambda: work(sources(4)))
    return found, alone, ((four[0] - alone[0]) / 3, (four[1] - alone[1]) / 3)


def _number_operations(raster: Any, weights: Any, at: int) -> Iterator[Operation]:
    for name in NAMES.values():
        yield Operation(name, f"{name}{at}", raster, weights)
    for level in QUANTILES.values():
        yield Operation("quantile", f"q{level}_{at}", raster, None, {"q": level})


def _shares(raster: Any, weights: Any, at: int) -> Iterator[Operation]:
    yield Operation("unique", f"unique{at}", raster, weights)
    yield Operation("weighted_frac", f"share{at}", raster, weights)


# ---- equal ------------------------------------------------------------------------------


def _require_equal(
    grid: Grid, shapes: Sequence[BaseGeometry], layers: Layers, ours: Mapping[str, Any], theirs: Any
) -> None:
    found, expected = ours["numbers"][0], theirs["numbers"][0]
    found = found.assign(sum=(found["mean"] * found["valid_ha"]).fillna(0.0))
    for name, their in NAMES.items():
        np.testing.assert_allclose(found[name], expected[f"{their}0"], rtol=1e-6, err_msg=name)
    classes, shares = np.zeros((len(shapes), CLASSES)), theirs["classes"][0]
    for zone, (codes, parts) in enumerate(zip(shares["unique0"], shares["share0"], strict=True)):
        classes[zone, np.asarray(codes, int) - 1] = parts
    known_ha = (expected["weighted_sum0"] / expected["weighted_mean0"]).fillna(0.0).to_numpy()[:, np.newaxis]
    np.testing.assert_allclose(ours["classes"][0], classes * known_ha, rtol=1e-6, atol=1e-6)
    for zone in range(0, len(shapes), 25):
        values, areas = _cells(grid, shapes[zone], layers["numbers"])
        assert found.loc[zone, list(QUANTILES)].to_list() == _quantiles(values, areas), f"zone {zone}"


def _cells(grid: Grid, shape: BaseGeometry, layer: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Values and hectares of the cells that exactextract finds in a shape."""
    names = ("values", "coverage", "weights")

    def operations(raster: Any, weights: Any, _: int) -> Iterator[Operation]:
        return (Operation(name, name, raster, weights) for name in names)

    found = extracted(grid, [shape], _in_memory(grid, layer)(1), operations).iloc[0]
    return np.asarray(found["values"]), found["coverage"] * found["weights"]


def _quantiles(values: NDArray[Any], areas: NDArray[np.float64]) -> list[float]:
    """The smallest value at which the share of area reaches each level."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(areas[order]) / areas.sum() + 1e-12
    return [float(values[order][np.searchsorted(share, level)]) for level in QUANTILES.values()]


# ---- zones and layers -------------------------------------------------------------------


def _shapes() -> list[BaseGeometry]:
    regencies = _regencies() if REGENCIES.is_file() else _made_up()
    cut = [shapely.segmentize(shape, shape.length / VERTICES) for shape in regencies]
    return [*cut, *(shape.envelope.buffer(0.2).intersection(_frame(cut)) for shape in cut[::50])]


def _frame(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    return shapely.box(*shapely.total_bounds(shapes))


def _regencies() -> list[BaseGeometry]:
    outlines = gpd.read_file(REGENCIES).geometry
    return [shapely.make_valid(shape, method="structure", keep_collapsed=False) for shape in outlines]


def _made_up() -> list[BaseGeometry]:
    """Ragged round regencies in rows across the nation's frame."""
    random, turns = np.random.default_rng(1), np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    made = []
    for at in range(514):
        x, y = 96 + at % 40 * 1.1, 5 - at // 40 * 1.2
        radius = 0.4 + 0.1 * np.sin(turns * random.integers(3, 9)) + random.uniform(-0.001, 0.001, VERTICES)
        made.append(
            shapely.Polygon(np.column_stack([x + radius * np.cos(turns), y + radius * np.sin(turns)]))
        )
    return made


def _layers(grid: Grid, shapes: Sequence[BaseGeometry]) -> Layers:
    """Numbers and classes on land, with holes of no data."""
    land = rasterize(shapes[:514], grid.shape, transform=grid.transform, all_touched=True, dtype="uint8")
    numbers = np.full(grid.shape, NODATA["numbers"], np.int16)
    random = np.random.default_rng(1)
    x = np.arange(grid.width)
    for row in range(0, grid.height, CHUNK):
        part, y = slice(row, row + CHUNK), np.arange(row, min(row + CHUNK, grid.height))[:, np.newaxis]
        noise = random.integers(-20, 21, (len(y), grid.width), dtype=np.int16)
        values = (600 + 200 * np.sin(x / 90) * np.cos(y / 70)).astype(np.int16) + noise
        known = (land[part] > 0) & ((x // 37 + y // 41) % 20 != 0)
        numbers[part] = np.where(known, values, NODATA["numbers"])
    classes = np.where(numbers == NODATA["numbers"], 0, (numbers - LOW) // 50 + 1).astype(np.uint8)
    return {"numbers": numbers, "classes": classes}


def _written(store: Store, grid: Grid, layers: Layers) -> None:
    for name, cells in layers.items():
        with store.cube.writer(name, "1", grid, [VARIABLES[name]], {}) as writer:
            for window in grid.shards():
                writer.write(name, window, cells[window.slices])
