"""Rasters as layers of QGIS, wherever their files lie. Pure functions."""

from urllib.parse import urlencode

from soilinfo.catalog.entries import About
from soilinfo.catalog.legends import Legend
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import raster_renderer


def raster_layer(
    id: str,
    title: str,
    source: str,
    crs: str,
    legend: Legend,
    about: About,
    *,
    notes: str = "",
    page: str = "",
) -> MapLayer:
    """A raster in the colours of its legend: one bar for numbers, a line each for classes."""
    return MapLayer(
        id=id,
        title=title,
        provider="gdal",
        source=source,
        crs=crs,
        style=(raster_renderer(legend),),
        about=about,
        legend_nodes=1 if legend.kind == "ramp" else len(legend.lines),
        notes=notes,
        page=page,
    )


def remote(address: str) -> str:
    """What GDAL reads a GeoTIFF of a web server by, told that nothing lies beside it.

    Otherwise it asks for forty files (.aux.xml, .IMD, _RPC.TXT, ...) before a layer is open.
    """
    return f"/vsicurl?{urlencode({'empty_dir': 'yes', 'use_head': 'no', 'url': address})}"
