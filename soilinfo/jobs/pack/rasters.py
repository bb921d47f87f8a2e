"""The rasters of a pack: parts of the published versions as GeoTIFFs, cell for cell those of the store."""

from pathlib import Path
from typing import Any

from soilinfo.catalog.models import Catalog
from soilinfo.errors import StoreError
from soilinfo.grid import Bounds
from soilinfo.jobs.ingestion import rasters as ingested
from soilinfo.jobs.runs import cogs
from soilinfo.report.pack.contents import Raster
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import CubeLayer
from soilinfo.store.cut import cut
from soilinfo.store.home import Store


def write_raster(
    store: Store, catalog: Catalog, raster: Raster, version: str, bounds: Bounds, target: Path
) -> bool:
    """Write the part of a raster around ``bounds`` (CRS of the grid); False where none of it lies there.

    Raises StoreError when the disk does not take it.
    """
    layer = store.cube.open(raster.layer, version)
    part = cut(layer, bounds)
    if part is None:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_cog(part, raster.variable, target, **_description(catalog, layer, raster, version))
    except OSError as error:
        raise StoreError(f"{target.name} cannot be written: {error.strerror or error}") from error
    return True


def _description(catalog: Catalog, layer: CubeLayer, raster: Raster, version: str) -> dict[str, Any]:
    if raster.layer in catalog.layers:
        return ingested.description(catalog, raster.layer, version)
    return cogs.description(catalog, layer, (raster.layer, version), raster.variable)
