"""Where the raster of a layer is: one file, or a VRT over the tiles that config names."""

from collections.abc import Sequence
from pathlib import Path

from soilinfo.catalog.models import Catalog, Layer
from soilinfo.errors import SourceError, StoreError
from soilinfo.findings import Finding
from soilinfo.ingest.checks.mosaic import tile_gaps, tile_types_differ, tiles_disagree
from soilinfo.ingest.checks.raster import RasterEvidence
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.values import picture, several_bands
from soilinfo.ingest.mosaic import mosaic, seams, vrt
from soilinfo.ingest.source import property_of
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.store.files import write_whole
from soilinfo.store.home import Store


def tile_paths(reading: Reading, layer: Layer) -> list[str]:
    """The files of a layer's source, those of a pattern by name.

    Raises SourceError for a pattern that no file fits.
    """
    patterns = [layer.source] if isinstance(layer.source, str) else layer.source
    paths: list[str] = []
    for pattern in patterns:
        path = reading.path(pattern)
        found = sorted(map(str, Path(path).parent.glob(Path(path).name))) if "*" in path else [path]
        if not found:
            raise SourceError(f"{path}: no file fits this pattern")
        paths += found
    return paths


def raster_of(store: Store, layer: Layer, paths: Sequence[str]) -> tuple[str, int]:
    """What GDAL is to open for a layer, and its band: its file, or a VRT over its tiles in the store.

    Raises StoreError when the disk does not take the VRT.
    """
    if len(paths) == 1:
        return paths[0], layer.band
    target = store.directory / "mosaic" / f"{layer.id}.vrt"
    text = vrt(mosaic(paths, layer.band), layer)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text)
    except OSError as error:
        raise StoreError(f"mosaic/{target.name} cannot be written: {error.strerror or error}") from error
    return str(target), 1


def judge_tiles(catalog: Catalog, layer: Layer, paths: Sequence[str]) -> list[Finding]:
    """The findings over a source of several tiles, which hold what ``layer`` says; none for one file."""
    if len(paths) == 1:
        return []
    prop = property_of(layer, catalog.property(layer.property))
    classes = catalog.class_table(prop.class_table) if prop.class_table else None
    whole = mosaic(paths, layer.band)
    first = RasterEvidence(layer.id, layer, prop, classes, whole.tiles[0].source)
    found = (
        several_bands(first),
        picture(first),
        tiles_disagree(layer, prop, whole, seams(whole, layer, prop, classes)),
        tile_types_differ(layer, whole),
        tile_gaps(layer, whole),
    )
    return with_severity([finding for finding in found if finding], layer.severity)
