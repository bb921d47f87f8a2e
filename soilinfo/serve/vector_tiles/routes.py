"""Every address of vector tiles and their styles."""

from soilinfo.serve.vector_tiles import styles, tiles, tilesets

ROUTES = [*tiles.ROUTES, *tilesets.ROUTES, *styles.ROUTES]
"""They stand before those of maps, whose list of styles has the same address."""
