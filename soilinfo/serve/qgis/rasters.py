"""Rasters as layers of QGIS: the versioned COGs, read by range requests, so that QGIS shows real values."""

from collections.abc import Iterator

from soilinfo.catalog.entries import Entry
from soilinfo.report.qgis.layers import MapLayer, remote_raster
from soilinfo.report.qgis.style import raster_renderer
from soilinfo.serve.qgis.part import Part


def raster(part: Part, entry: Entry) -> MapLayer:
    """The whole raster, of a part of the country too: a window of it costs no more."""
    assert entry.legend is not None, "a raster has a legend"
    site = part.site
    return MapLayer(
        id=entry.id,
        title=site.named_in_full(entry),
        provider="gdal",
        source=remote_raster(site.cog(entry.id)),
        crs=site.catalog.grid.crs,
        style=(raster_renderer(entry.legend),),
        about=site.about(entry),
        legend_nodes=1 if entry.legend.kind == "ramp" else len(entry.legend.lines),
        notes=part.notes(entry.layer),
        page=part.page(entry.collection),
    )


def rasters_of(part: Part, theme: str) -> Iterator[MapLayer]:
    """The rasters of a theme."""
    return (raster(part, entry) for entry in part.site.of_theme(theme) if entry.legend)
