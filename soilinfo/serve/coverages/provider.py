"""Coverages: a window of one or more bands of the cube as GeoTIFF, NetCDF or CoverageJSON."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pygeoapi.provider.base import BaseProvider

from soilinfo.serve.answers import RefusedError
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages import coveragejson, geotiff, netcdf
from soilinfo.serve.coverages.bands import CROP, Band, bands, fields
from soilinfo.serve.coverages.frames import Framed, frame_for
from soilinfo.serve.coverages.raster import Frame, place, placed
from soilinfo.serve.coverages.selection import Selection, axis_names, native
from soilinfo.serve.parameters import one_of
from soilinfo.store.layout import Packed

FORMATS = {"json": coveragejson, "tiff": geotiff, "netcdf": netcdf}
"""Encoders by the name used in ``f``."""


class Encoded(NamedTuple):
    """A file, and the picture of the ground that is in it."""

    content: bytes
    frame: Frame


class CoverageProvider(BaseProvider):  # type: ignore[misc]
    """pygeoapi's view of a raster or suitability collection; cheap, as it is built for every request."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self.collection: Collection = provider_def["data"]
        grid = self.collection.grid
        self.axes = [*axis_names(native(grid)), *([CROP] if self.collection.kind == "suitability" else [])]
        self._fields = self.get_fields()
        self._coverage_properties = {
            "width": grid.width,
            "height": grid.height,
            "resx": grid.resolution,
            "resy": grid.resolution,
        }

    def get_fields(self) -> dict[str, Any]:
        """JSON Schema of each property by name, in the order of the bands."""
        known = fields(self.collection).items()
        return {
            name: {**field.schema, "x-ogc-propertySeq": at} for at, (name, field) in enumerate(known, start=1)
        }

    def query(self, selection: Selection, format_: str) -> Encoded:
        """The selection encoded as ``format_`` (a key of FORMATS).

        Decoded values, no data as the encoding has it. RefusedError when it has more cells than the services
        allow (413) or an area outside (404); InputError for unknown properties and crops.
        """
        encoder = FORMATS[one_of("format", format_, FORMATS)]
        framed = frame_for(self.collection.grid, selection)
        chosen = bands(self.collection, selection.properties, selection.crops)
        self._check(framed.frame, chosen)
        arrays = self._read(chosen, framed)
        content = encoder.encode(self.collection, chosen, arrays, framed.frame, selection.sliced)
        return Encoded(content, framed.frame)

    def _read(self, chosen: Sequence[Band], framed: Framed) -> list[Packed]:
        """The packed cells of each band; all of a collection lie on one grid."""
        cubes = [self.collection.store.cube.open(*band.cube) for band in chosen]
        if framed.window:
            return [cube.read(band.variable, framed.window) for cube, band in zip(cubes, chosen, strict=True)]
        placing = place(cubes[0], framed.frame)
        return [
            placed(cube, band.variable, placing, framed.frame)
            for cube, band in zip(cubes, chosen, strict=True)
        ]

    def _check(self, frame: Frame, chosen: Sequence[object]) -> None:
        limit = self.collection.catalog.services.limits.coverage_cells
        cells = frame.width * frame.height * len(chosen)
        if cells > limit:
            raise RefusedError(
                413,
                "ContentTooLarge",
                f"{frame.width:,} x {frame.height:,} cells in {len(chosen)} band(s) are {cells:,}, more than "
                f"the {limit:,} of one answer; ask for a smaller bbox, fewer bands or fewer pixels "
                "(scale-size, scale-factor), or download the whole layer (links with rel=enclosure)",
            )
