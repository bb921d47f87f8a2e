"""Every address of maps, their tiles and legends; the list of styles stands with those of features."""

from soilinfo.serve.maps import legends, picture, tiles, tilesets, wmts

ROUTES = [
    *picture.ROUTES,
    *legends.ROUTES,
    *tiles.ROUTES,
    *tilesets.ROUTES,
    *wmts.ROUTES,
]
