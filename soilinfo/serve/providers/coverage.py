"""Coverages: a window of one or more bands of the cube as GeoTIFF or CoverageJSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pygeoapi.provider.base import BaseProvider

from soilinfo.errors import InputError, LimitError
from soilinfo.grid import Bounds, Grid
from soilinfo.serve.collections import Collection
from soilinfo.serve.parameters import one_of
from soilinfo.serve.providers import coveragejson, geotiff
from soilinfo.serve.providers.bands import CROP, bands, fields
from soilinfo.serve.providers.raster import Frame, frame_of, sample

POINT = 1e-6
"""Size in cells that a point is given, so that the cells it touches are found."""

FORMATS = {"tiff": geotiff, "json": coveragejson}
"""Encoders by the name used in ``f``."""


@dataclass(frozen=True)
class Selection:
    """What is asked of a coverage; ``bounds`` in the grid's CRS, ``size`` as (width, height) in pixels."""

    bounds: Bounds | None = None
    size: tuple[int | None, int | None] = (None, None)
    factor: float = 1.0
    properties: tuple[str, ...] = ()
    crops: tuple[str, ...] = ()


def axis_names(grid: Grid) -> tuple[str, str]:
    """Names of the x and the y axis of a grid in subsets."""
    return ("Lon", "Lat") if grid.is_geographic else ("E", "N")


def frame_for(grid: Grid, selection: Selection) -> Frame:
    """The picture that answers a selection.

    Unscaled: the cells that touch the bounds, be they a line or a point. Scaled: exactly the pixels
    asked for, over the bounds cut to the grid. InputError when the bounds lie outside the grid.
    """
    bounds = _widened(selection.bounds or grid.bounds, grid.resolution * POINT)
    window = grid.window_of(bounds)
    if window is None:
        extent = ",".join(f"{side:.10g}" for side in grid.bounds)
        raise InputError(f"the area asked for lies outside the coverage, which covers {extent} in {grid.crs}")
    whole = frame_of(grid, window)
    if selection.size == (None, None):
        width, height = (max(1, round(cells / selection.factor)) for cells in (whole.width, whole.height))
        return Frame(grid.crs, whole.bounds, width, height)
    return Frame(
        grid.crs,
        _cut(bounds, grid.bounds),
        selection.size[0] or whole.width,
        selection.size[1] or whole.height,
    )


def _widened(bounds: Bounds, size: float) -> Bounds:
    """Bounds that have an area: ``size`` is put around a point or beside a line."""
    west, south, east, north = bounds
    x, y = (size if west == east else 0), (size if south == north else 0)
    return west - x, south - y, east + x, north + y


def _cut(bounds: Bounds, to: Bounds) -> Bounds:
    west, south, east, north = bounds
    return max(west, to[0]), max(south, to[1]), min(east, to[2]), min(north, to[3])


class CoverageProvider(BaseProvider):  # type: ignore[misc]
    """pygeoapi's view of a raster or suitability collection; cheap, as it is built for every request."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        grid = self.collection.grid
        self.axes = [*axis_names(grid), *([CROP] if self.collection.kind == "suitability" else [])]
        self._fields = self.get_fields()
        self._coverage_properties = {
            "width": grid.width,
            "height": grid.height,
            "resx": grid.resolution,
            "resy": grid.resolution,
        }

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each property by name."""
        return {name: field.schema for name, field in fields(self.collection).items()}

    def query(self, selection: Selection, format_: str) -> bytes:
        """The selection encoded as ``format_`` (a key of FORMATS).

        Decoded values, no data as the encoding has it. LimitError when it has more cells than the
        services allow; InputError for unknown properties and crops or an area outside.
        """
        encoder = FORMATS[one_of("format", format_, FORMATS)]
        frame = frame_for(self.collection.grid, selection)
        chosen = bands(self.collection, selection.properties, selection.crops)
        self._check(frame, chosen)
        arrays = [
            sample(self.collection.store.cube.open(*band.cube), band.variable, frame) for band in chosen
        ]
        content: bytes = encoder.encode(self.collection, chosen, arrays, frame)
        return content

    def _check(self, frame: Frame, chosen: Sequence[object]) -> None:
        limit = self.collection.catalog.services.limits.coverage_cells
        cells = frame.width * frame.height * len(chosen)
        if cells > limit:
            raise LimitError(
                f"{frame.width} x {frame.height} cells in {len(chosen)} band(s) are {cells}, more than the "
                f"{limit} of one answer; ask for a smaller bbox, fewer bands or fewer pixels (scale-size, "
                "scale-factor), or download the whole layer (the collection's links with rel=enclosure)"
            )
