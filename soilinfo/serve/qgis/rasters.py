"""Rasters as layers of QGIS: the versioned COGs, read by range requests, so that QGIS shows real values."""

from collections.abc import Iterator

from soilinfo.catalog.entries import Entry
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.rasters import raster_layer, remote
from soilinfo.serve.qgis.part import Part


def raster(part: Part, entry: Entry) -> MapLayer:
    """The whole raster, of a part of the country too: a window of it costs no more."""
    assert entry.legend is not None, "a raster has a legend"
    site = part.site
    return raster_layer(
        entry.id,
        site.named_in_full(entry),
        remote(site.cog(entry.id)),
        site.catalog.grid.crs,
        entry.legend,
        site.about(entry),
        notes=part.notes(entry.layer),
        page=part.page(entry.collection),
    )


def rasters_of(part: Part, theme: str) -> Iterator[MapLayer]:
    """The rasters of a theme."""
    return (raster(part, entry) for entry in part.site.of_theme(theme) if entry.legend)
