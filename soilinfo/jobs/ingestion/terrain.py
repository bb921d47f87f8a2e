"""Layers of terrain: slope made from an elevation model, as a raster that is ingested as any other.

The elevation model is judged as any layer of elevation would be, before a slope is made from it.
"""

import json
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray

from soilinfo.catalog.models import ELEVATION, Catalog, Layer, Terrain
from soilinfo.errors import StoreError
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Grid, Window
from soilinfo.ingest import placement
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster, judge_source
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.terrain import Steepness, impossible_slopes
from soilinfo.ingest.examples import located
from soilinfo.ingest.source import GDAL_ERRORS, Reader, Source, inspect
from soilinfo.ingest.survey import Survey
from soilinfo.ingest.terrain import Slopes, slopes
from soilinfo.jobs.ingestion.shards import survey_source
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.store.files import finished
from soilinfo.store.home import Store

METHOD = "horn/2"
"""Name of the method; raising the number makes every slope anew."""
_NODATA = -32768
_MEAN_SCALE = 0.1
_SIDE = 256
_STEEPNESS = "STEEPNESS"
"""Tag of a raster of slopes: what its first band holds, so that no layer reads it for that."""

_making = threading.Lock()
"""Layers of one elevation model share its survey and its raster: the first makes them, the others wait."""
_surveys: dict[str, Survey] = {}
"""What elevation models hold that this process has read, by the name of the raster made from each."""


@dataclass(frozen=True)
class Made:
    """What became of an elevation model: its findings and, unless one blocks it, the raster of slopes and
    how ``layer`` is to be read from it."""

    findings: tuple[Finding, ...]
    layer: Layer
    source: Source


def source_layer(layer: Layer) -> Layer:
    """What the source of a layer is: the layer itself or, of terrain, elevation in the unit config states."""
    if layer.terrain is None:
        return layer
    heights = {"property": ELEVATION, "unit": layer.terrain.unit, "statistic": "mean"}
    return layer.model_copy(update=heights)


def parameters(catalog: Catalog, layer: Layer) -> dict[str, Any]:
    """What a version of a layer of terrain depends on besides the layer itself; empty for other layers."""
    if layer.terrain is None:
        return {}
    elevation = catalog.property(ELEVATION).model_dump(mode="json", include={"unit", "valid_range"})
    return {"elevation": elevation, "method": METHOD}


def slopes_of(
    store: Store,
    catalog: Catalog,
    layer: Layer,
    elevation: Source,
    content: str,
    executor: Executor,
    require_unchanged: Callable[[], None],
) -> Made:
    """The raster of slopes on the national grid made from an elevation model, for a layer of terrain.

    ``content``: the hash of the model's files; ``require_unchanged`` raises SourceError when they are not
    those any more. The raster stays in the store for the other layers of the model, and for later runs,
    until heights or parameters change. Raises StoreError when the disk does not take it, SourceError when
    the model cannot be read.
    """
    reader = Reader(elevation, source_layer(layer), catalog.property(ELEVATION), None)
    name = _name(catalog, layer, elevation.band, content)

    def survey() -> Survey:
        if name not in _surveys:
            seen = survey_source(executor, reader, catalog.grid)
            require_unchanged()
            _surveys[name] = seen
        return _surveys[name]

    with _making:
        found = _judged(catalog, reader, survey)
        if blocks(found):
            return Made(tuple(found), layer, elevation)
        target = store.directory / "terrain" / f"{name}.tif"
        if not target.exists():
            with finished(target) as partial:
                _write(partial, catalog.grid, reader)
                require_unchanged()
        target.touch()  # what is not used any more is pruned
    return _made(layer, target, found)


def _name(catalog: Catalog, layer: Layer, band: int, content: str) -> str:
    """Of the raster made from an elevation model: equal for all layers that are bands of it."""
    assert layer.terrain is not None, "only a layer of terrain is made from heights"
    grid = catalog.grid
    return fingerprint(
        content=content,
        band=band,
        terrain=layer.terrain.model_dump(mode="json", exclude={"slope_class"}),
        nodata=layer.nodata,
        grid=[grid.crs, grid.resolution, grid.west, grid.north, grid.width, grid.height],
        **parameters(catalog, layer),
    )[:16]


def _judged(catalog: Catalog, reader: Reader, survey: Callable[[], Survey]) -> list[Finding]:
    """The findings over an elevation model, as over any source of elevation; one may be refused unread."""
    seen = RasterEvidence(reader.layer.id, reader.layer, reader.property, None, reader.source)
    found = judge_source(seen)
    if not blocks(found):
        found = located(judge_raster(replace(seen, survey=survey())), reader, catalog.grid)
    return [replace(each, message=f"elevation model: {each.message}") for each in found]


def _made(layer: Layer, target: Path, found: Sequence[Finding]) -> Made:
    """A layer's band of the raster; what config says of the source's cells is not said of these."""
    assert layer.terrain is not None, "only a layer of terrain is made from heights"
    with rasterio.open(target) as file:
        steepness = Steepness(**json.loads(file.tags()[_STEEPNESS]))
    steep = impossible_slopes(layer, steepness)
    band = 1 + (layer.terrain.slope_class or 0)
    read = layer.model_copy(update={"band": band, "nodata": (), "resolution": None})
    findings = (*found, *with_severity([steep] if steep else [], layer.severity))
    return Made(findings, read, inspect(str(target), band))


# ---- the raster -----------------------------------------------------------------------------


def _write(path: Path, grid: Grid, reader: Reader) -> None:
    """Write mean slope (band 1) and the share of each class (further bands), block by block.

    GDAL may tell of a full disk late or never, so every cell is read again from the finished file.
    """
    terrain = reader.layer.terrain
    assert terrain is not None, "only a layer of terrain is made from heights"
    windows = list(placement.blocks_of(grid.window, _SIDE, _SIDE))
    try:
        with rasterio.open(path, "w", **_profile(grid, terrain)) as file:
            file.scales = (_MEAN_SCALE, *[1.0] * (file.count - 1))
            steepness, written = Steepness(), 0
            for window in windows:
                made = slopes(reader, grid, window, terrain.edges)
                cells = _bands(made)
                written = zlib.crc32(cells, written)
                if not np.isnan(made.mean).all():
                    file.write(cells, window=_there(window))
                    steepness += _steepness(made, grid, window)
            file.update_tags(**{_STEEPNESS: json.dumps(asdict(steepness))})
        whole = _checksum(path, windows) == written
    except GDAL_ERRORS as error:
        raise StoreError(f"the slopes of '{reader.layer.id}' cannot be written: {error}") from error
    if not whole:
        raise StoreError(f"the slopes of '{reader.layer.id}' are not on the disk as they were written")


def _profile(grid: Grid, terrain: Terrain) -> dict[str, Any]:
    return {
        "driver": "GTiff",
        "width": grid.width,
        "height": grid.height,
        "count": len(terrain.edges) + 2,
        "dtype": "int16",
        "crs": grid.crs,
        "transform": Affine(*grid.transform),
        "nodata": _NODATA,
        "tiled": True,
        "blockxsize": _SIDE,
        "blockysize": _SIDE,
        "interleave": "band",
        "compress": "deflate",
        "sparse_ok": True,
        "bigtiff": "if_safer",
    }


def _there(window: Window) -> rasterio.windows.Window:
    return rasterio.windows.Window(window.col, window.row, window.width, window.height)


def _checksum(path: Path, windows: Iterable[Window]) -> int:
    """Of the cells of a file, window by window."""
    found = 0
    with rasterio.open(path) as file:
        for window in windows:
            found = zlib.crc32(file.read(window=_there(window)), found)
    return found


def _bands(made: Slopes) -> NDArray[np.int16]:
    """Slopes of a window as stored: (bands, rows, columns)."""
    measured = ~np.isnan(made.mean)
    mean = np.where(measured, np.rint(np.nan_to_num(made.mean) / _MEAN_SCALE), _NODATA)
    # Steeper than int16 holds is as steep as can be: 3,276 percent.
    stored = np.stack([np.minimum(mean, 32767).astype(np.int16), *made.shares])
    stored[1:, ~measured] = _NODATA
    return stored


def _steepness(made: Slopes, grid: Grid, window: Window) -> Steepness:
    """Of a window with data."""
    row, col = np.unravel_index(np.nanargmax(made.mean), made.mean.shape)
    place = grid.place(window.row + int(row), window.col + int(col))
    measured = made.mean[~np.isnan(made.mean)]
    return Steepness(len(measured), float(measured.sum()), float(measured.max()), place)
