"""All indicators of 514 regencies: beside reading the same layers and no more, and beside exactextract.

The regencies and the grid of `zonal`, and the indicators of the sample's configuration: means with and
without an interval, shares of classes, change of carbon, land degradation with its baseline, and an index of
soil health. The layers that they ask for are written as soilinfo stores them (types, scales, chunks and codec
of its own), of smooth made-up values; land covers and productivity are classes. *All indicators* are the rows
of `indicators_by_regencies`, by the code of `soilinfo evaluate`; a layer that several indicators need is read
by each. *Reading* decodes each layer once in the same windows and threads, and adds nothing up. One indicator
of each kind is also measured alone. exactextract is given pH and its weights from a GeoTIFF: it tells the
mean and five quantiles of each regency, and no interval; its means are in the run checked to be ours within
1e-6. Seconds of the clock and of the processor, best of three.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_zoning import REHABILITATION
from soilinfo.catalog.products import products
from soilinfo.catalog.zoning import EROSION
from soilinfo.evaluate.zonal import ZoneIndex, read_ahead
from soilinfo.grid import Grid, Window
from soilinfo.jobs.evaluation import products as product_cubes
from soilinfo.jobs.evaluation.zones import Zones
from soilinfo.jobs.indicators.judged_land import PEAT
from soilinfo.jobs.indicators.measure import Measurement
from soilinfo.jobs.ingestion.rasters import form_of, variable_of
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.jobs.runs.zone_index import index_of
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from soilinfo.store.layout import Variable
from tests.benchmarks import zonal
from tests.country import ROOT

TITLE = "All indicators of 514 regencies"
NODATA = zonal.NODATA["numbers"]
ONE = "ph_h2o"
KINDS = {
    ONE: "one mean with its interval",
    "soc_change": "one change",
    "sealing": "one share of classes, of three years",
    "land_degradation": "land degradation",
}
"""What is also measured alone, and what it is called."""
Read = Callable[[Window], NDArray[Any]]


def measure() -> list[Mapping[str, str]]:
    """One row per way: seconds of the clock and of the processor."""
    shapes = zonal._shapes()
    grid = Grid.covering("EPSG:4326", 1 / zonal.CELLS_PER_DEGREE, tuple(shapely.total_bounds(shapes)))
    numbers = zonal._layers(grid, shapes)["numbers"]
    catalog = load(ROOT / "config").model_copy(update={"grid": grid})
    with TemporaryDirectory() as directory:
        store = open_store(Settings(store=Path(directory), db=None))
        published = dict(_written(store, catalog, numbers))
        units = gpd.GeoDataFrame(geometry=shapes, crs=grid.crs)
        zones = Zones(units, index_of(store, grid, "regency", "1", units), None, "regency")
        told = Measurement(store, catalog, published).rows(zones)
        rows = [*_ours(store, catalog, published, zones)]
        store.close()
        file = zonal._filed(Path(directory), grid, "numbers", numbers)
        theirs, first, further = zonal._theirs(grid, shapes, file)
    _require_equal(told, theirs)
    size = f"{grid.window.cells / 1e6:.0f} Mpx, {len(told) // len(shapes)} rows a regency"
    return [
        *(_row(f"{way}, {size}" if at == 0 else way, seconds) for at, (way, seconds) in enumerate(rows)),
        _row("exactextract, mean and quantiles of a first layer", first),
        _row("exactextract, mean and quantiles of each further layer", further),
    ]


def _row(way: str, seconds: zonal.Seconds) -> Mapping[str, str]:
    return {"way": way, "CPU s": f"{seconds[0]:.2f}", "s": f"{seconds[1]:.2f}"}


def _require_equal(told: pd.DataFrame, theirs: pd.DataFrame) -> None:
    ours = told[(told["indicator"] == ONE) & told["is_first"]].sort_index()["value"]
    np.testing.assert_allclose(ours, theirs["weighted_mean0"] / 100, rtol=1e-6)


# ---- ways ---------------------------------------------------------------------------------


def _ours(
    store: Store, catalog: Catalog, published: Mapping[str, str], zones: Zones
) -> Iterator[tuple[str, zonal.Seconds]]:
    """Every way of ours and its seconds; a Measurement of its own each time, as it keeps its sums."""
    whole = Measurement(store, catalog, published)
    indices = [each for each in catalog.indicators.values() if each.kind == "index"]
    count = len(whole.sources) + len(indices)
    readers = [*_readers(store, whole.used)]
    yield (
        f"soilinfo, all {count} indicators, of {len(readers)} layers",
        _best(partial(_rows, store, catalog, published, zones)),
    )
    yield f"reading the {len(readers)} layers alone", _best(partial(_read_all, zones.index, readers))
    for name, called in KINDS.items():
        only = catalog.model_copy(update={"indicators": {name: catalog.indicator(name)}})
        used = Measurement(store, only, published).used
        own = [*_readers(store, used)]
        yield (
            f"soilinfo, {called} ({len(own)} layers)",
            _best(partial(_rows, store, only, published, zones)),
        )
        yield "reading these alone", _best(partial(_read_all, zones.index, own))


def _rows(store: Store, catalog: Catalog, published: Mapping[str, str], zones: Zones) -> pd.DataFrame:
    return Measurement(store, catalog, published).rows(zones)


def _best(work: Callable[[], object]) -> zonal.Seconds:
    return min((zonal._timed(work)[1] for _ in range(3)), key=lambda seconds: seconds[1])


def _readers(store: Store, used: Mapping[str, str]) -> Iterator[Read]:
    for name, version in used.items():
        yield partial(store.cube.open(name, version).read, EROSION if name == REHABILITATION else name)


def _read_all(index: ZoneIndex, readers: Sequence[Read]) -> int:
    return sum(_read_alone(index, read) for read in readers)


def _read_alone(index: ZoneIndex, read: Read) -> int:
    return sum(cells.size for cells, *_ in read_ahead(index, read))


# ---- layers -------------------------------------------------------------------------------


def _written(store: Store, catalog: Catalog, numbers: NDArray[np.int16]) -> Iterator[tuple[str, str]]:
    """Every layer that an indicator could be told by, recorded: name and version."""
    for at, name in enumerate(_wanted(catalog)):
        version = _recorded(store, name, {"form": form_of(catalog, name)})
        shift = 0 if name == ONE else at
        cells = partial(_values, numbers, shift, catalog.layer(name).statistic, _codes(catalog, name))
        _write(store, catalog.grid, name, version, variable_of(catalog, name), cells)
        yield name, version
    version = _recorded(store, REHABILITATION, {})
    erosion = product_cubes.variable_of(products(catalog)[REHABILITATION].variable(EROSION))
    cells = partial(_values, numbers, 0, "mean", None)
    _write(store, catalog.grid, REHABILITATION, version, erosion, cells)
    yield REHABILITATION, version


def _wanted(catalog: Catalog) -> list[str]:
    rules = catalog.land_degradation
    assert rules is not None, "the sample has rules of land degradation"
    judged = {name for period in rules.periods for name in period.layers}
    told = {source.property for each in catalog.indicators.values() for source in each.inputs} | {PEAT}
    return [name for name, layer in catalog.layers.items() if layer.property in told or name in judged]


def _recorded(store: Store, name: str, parameters: Mapping[str, Any]) -> str:
    run = store.ledger.start_run("benchmark", "benchmark", {})
    origin = Origin("made up", name, {})
    made = new_version(
        name, "raster", origin, pipeline="benchmark", parameters=parameters, metadata={}, run=run
    )
    store.ledger.record(made)
    return made.version


def _codes(catalog: Catalog, name: str) -> NDArray[np.int64] | None:
    """The codes of the classes of a layer; None of numbers."""
    table = catalog.property(catalog.layer(name).property).class_table
    return np.array([each.code for each in catalog.class_table(table).classes]) if table else None


def _values(
    numbers: NDArray[np.int16],
    shift: int,
    statistic: str,
    codes: NDArray[np.int64] | None,
    window: Window,
) -> NDArray[np.int64]:
    """Values that differ by a shift, standard deviations of a tenth; classes in belts; NODATA at sea."""
    cells = numbers[window.slices]
    values = cells.astype(np.int64) + shift
    if codes is not None:
        values = codes[values // 50 % len(codes)]
    elif statistic == "sd":
        values //= 10
    return np.where(cells == NODATA, NODATA, values)


def _write(store: Store, grid: Grid, name: str, version: str, variable: Variable, cells: Read) -> None:
    most = np.iinfo(variable.dtype).max - 1
    with store.cube.writer(name, version, grid, [variable], {}) as writer:
        for window in grid.shards():
            values = cells(window)
            packed = np.where(values == NODATA, variable.nodata, np.minimum(values, most))
            writer.write(variable.name, window, packed.astype(variable.dtype))
