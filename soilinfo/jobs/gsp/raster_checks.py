"""Tests of one raster of a product: what it is called, how it lies, what its cells hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.errors import RasterioIOError

from soilinfo.catalog.gsp_names import LayerName
from soilinfo.errors import SourceError
from soilinfo.jobs.gsp.rasters import TAG, known_values, read_cells, read_values, sha256_of
from soilinfo.report.gsp.manifest import Manifest
from soilinfo.report.gsp.quality import State, Verdict
from soilinfo.units import convert

_ALIKE = 1e-9
_CELL = 1e-4
"""Share of a cell by which a corner may miss its place."""
_SLACK = 1e-6
OFF = 10.0
"""How many times beyond the quartiles of the world's soils a median shows another unit. Ours."""
BLOCK = 512
"""Cells along the side of a raster from which on overviews are needed."""


@dataclass(frozen=True)
class Raster:
    """A raster of a product as it lies on disk; ``unit``: of its numbers."""

    path: Path
    name: LayerName
    unit: str
    crs: str
    transform: Affine
    shape: tuple[int, int]
    dtype: str
    nodata: float | None
    overviews: tuple[int, ...]
    tags: dict[str, str] = field(repr=False)
    structure: dict[str, str] = field(repr=False)

    @property
    def file(self) -> str:
        """Its file's name."""
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """Its hash."""
        return sha256_of(self.path)

    @property
    def values(self) -> NDArray[np.float32]:
        """Its cells, NaN where there is no data; read each time, as a nation's do not all fit in memory."""
        return read_values(self.path)

    @property
    def is_uncertainty(self) -> bool:
        """True of a raster of uncertainties."""
        return self.name.statistic == "sd"


def open_raster(path: Path, name: LayerName, unit: str) -> Raster:
    """A raster's description; SourceError when GDAL cannot open it."""
    try:
        with rasterio.open(path) as dataset:
            return Raster(
                path,
                name,
                unit,
                dataset.crs.to_string() if dataset.crs else "",
                dataset.transform,
                dataset.shape,
                dataset.dtypes[0],
                dataset.nodata,
                tuple(dataset.overviews(1)),
                dataset.tags(),
                dataset.tags(ns="IMAGE_STRUCTURE"),
            )
    except RasterioIOError as error:
        raise SourceError(f"{path.name}: {error}") from error


def verdicts(raster: Raster, manifest: Manifest | None) -> Iterator[Verdict]:
    """Every test of one raster; SourceError where its cells cannot be read."""
    cells = read_cells(raster.path)
    values = known_values(cells, raster.nodata)
    yield _own_name(raster)
    yield _verdict("crs", raster, raster.crs == "EPSG:4326", found=raster.crs or "none", asked="EPSG:4326")
    yield from _grid(raster, manifest)
    is_float = raster.dtype in ("float32", "float64")
    yield _verdict("dtype", raster, is_float or bool(raster.name.map.classes), found=raster.dtype)
    nodata = raster.name.product.nodata
    yield _verdict("nodata_declared", raster, raster.nodata == nodata, found=raster.nodata, asked=nodata)
    yield _nodata_used(raster, cells, values)
    yield from _values(raster, values)
    yield _cog(raster)


def _verdict(test: str, raster: Raster, good: bool, **evidence: Any) -> Verdict:
    state: State = "passed" if good else "failed"
    return Verdict(test, state, raster.file, evidence)


def _own_name(raster: Raster) -> Verdict:
    """A file of ours says in a tag what it is; another's does not, and then its name is all there is."""
    said = raster.tags.get(TAG)
    if said is None:
        return Verdict("own_name", "not_run", raster.file, {"tag": "the file does not say what it is"})
    return _verdict("own_name", raster, said == raster.file, said=said)


def _grid(raster: Raster, manifest: Manifest | None) -> Iterator[Verdict]:
    across, down = raster.transform.a, -raster.transform.e
    asked = raster.name.product.grid.degrees
    square = isclose(across, asked, rel_tol=_ALIKE * 1000) and isclose(down, asked, rel_tol=_ALIKE * 1000)
    upright = raster.transform.b == raster.transform.d == 0
    yield _verdict("cell_size", raster, square and upright, found=[across, down], asked=asked)
    place = [raster.transform.c, raster.transform.f]
    if manifest:
        grid = manifest.grid
        expected, size = [grid.west, grid.north], list(grid.shape)
        meets = all(abs(a - b) <= _CELL * asked for a, b in zip(place, expected, strict=True))
        good = meets and list(raster.shape) == size
        yield _verdict(
            "grid", raster, good, corner=place, expected=expected, cells=list(raster.shape), of=size
        )
        return
    offsets = [
        abs((edge - start) / asked) % 1
        for edge, start in zip(place, raster.name.product.grid.origin, strict=True)
    ]
    aligned = all(min(part, 1 - part) <= 10 * _CELL for part in offsets)
    evidence = {"corner": place, "cells_off": [min(part, 1 - part) for part in offsets]}
    yield Verdict("grid", "passed" if aligned else "warned", raster.file, evidence)


def _nodata_used(raster: Raster, cells: NDArray[Any], values: NDArray[np.float32]) -> Verdict:
    """No data is the declared value and nothing else: neither NaN nor infinity."""
    others = int((~np.isfinite(cells)).sum()) if cells.dtype.kind == "f" else 0
    known = int(np.isfinite(values).sum())
    evidence = {"cells_nan_or_infinite": others, "cells_known": known, "cells": cells.size}
    return Verdict("nodata_used", "passed" if others == 0 and known else "failed", raster.file, evidence)


def _values(raster: Raster, values: NDArray[np.float32]) -> Iterator[Verdict]:
    """Values within what is possible (else failed) and usual (else told)."""
    known = values[np.isfinite(values)].astype(np.float64)
    wanted = raster.name.map
    if known.size == 0:
        return
    in_its_unit = not raster.is_uncertainty or wanted.uncertainty == "sd"
    if wanted.unit and raster.unit != wanted.unit and in_its_unit:
        known = np.asarray(convert(known, raster.unit, wanted.unit))
    if raster.is_uncertainty:
        yield from _spread(raster, known)
        return
    if wanted.classes:
        strange = sorted({float(code) for code in np.unique(known)} - set(wanted.classes))
        yield _verdict("range", raster, not strange, unknown_codes=strange)
        return
    yield _within("range", raster, known, wanted.possible, "failed")
    if wanted.usual:
        yield _within("usual_range", raster, known, wanted.usual, "warned")
    if wanted.usual_quartiles:
        yield _unit(raster, known, wanted.usual_quartiles)
    if known.min() == known.max():
        yield Verdict("varies", "warned", raster.file, {"value": float(known[0]), "cells": known.size})


def _spread(raster: Raster, known: NDArray[np.float64]) -> Iterator[Verdict]:
    """An uncertainty is not negative, is not none at all, and is no larger than that of any value can be.

    The SD of anything between a and b is at most (b - a) / 2 (Popoviciu 1935).
    """
    found = [float(known.min()), float(known.max())]
    yield _verdict("uncertainty_not_negative", raster, found[0] >= 0, found=found)
    low, high = raster.name.map.possible
    most = (high - low) / 2 if raster.name.map.uncertainty == "sd" else np.inf
    good = 0 < found[1] <= most * (1 + _SLACK)
    yield _verdict("uncertainty_size", raster, good, found=found, most=most)


def _unit(raster: Raster, known: NDArray[np.float64], quartiles: tuple[float, float]) -> Verdict:
    """The median is not so far from the soils of the world that the unit must be another."""
    median, (low, high) = float(np.median(known)), quartiles
    good = low / OFF <= median <= high * OFF
    limits = [low / OFF, high * OFF]
    return _verdict("unit", raster, good, median=median, allowed=limits, unit=raster.name.map.unit)


def _within(
    test: str, raster: Raster, known: NDArray[np.float64], limits: tuple[float, float], worst: State
) -> Verdict:
    # A number of 32 bits may miss a limit by its own rounding.
    slack = _SLACK * max(abs(limits[0]), abs(limits[1]))
    outside = int(((known < limits[0] - slack) | (known > limits[1] + slack)).sum())
    evidence = {
        "found": [float(known.min()), float(known.max())],
        "allowed": list(limits),
        "unit": raster.name.map.unit,
        "cells_outside": outside,
        "of": known.size,
    }
    return Verdict(test, worst if outside else "passed", raster.file, evidence)


def _cog(raster: Raster) -> Verdict:
    """A Cloud Optimized GeoTIFF, compressed, with overviews where it is large enough to need them."""
    layout, compression = raster.structure.get("LAYOUT"), raster.structure.get("COMPRESSION")
    needed = max(raster.shape) > BLOCK
    good = layout == "COG" and compression == "DEFLATE" and (bool(raster.overviews) or not needed)
    return _verdict(
        "cog", raster, good, layout=layout, compression=compression, overviews=list(raster.overviews)
    )
