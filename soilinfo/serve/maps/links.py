"""What the description of a collection says of its maps: links to tiles, styles and legend; its scale."""

from collections.abc import Iterator, Mapping
from typing import Any

from soilinfo.serve.answers import JSON, REL
from soilinfo.serve.collections import Collection
from soilinfo.serve.maps.addresses import legend_of, tiles_of
from soilinfo.serve.maps.tile_matrix_sets import DEGREE_M, PIXEL_M


def scale_denominator(collection: Collection) -> float:
    """The scale at which a cell is a pixel: GDAL's OGCAPI driver chooses tiles and the size of maps by it."""
    grid = collection.grid
    return grid.resolution * (DEGREE_M if grid.is_geographic else 1.0) / PIXEL_M


def links(collection: Collection, base_url: str) -> Iterator[Mapping[str, Any]]:
    """In the configuration's words: titles in every language. The map itself pygeoapi links to."""
    legend = f"{base_url}{legend_of(collection.id)}"
    for rel, media, href, key in (
        (f"{REL}/tilesets-map", JSON, f"{base_url}{tiles_of(collection.id)}", "tiles"),
        (f"{REL}/styles", JSON, f"{base_url}/collections/{collection.id}/styles", "styles"),
        (f"{REL}/legend", "image/png", f"{legend}?f=png", "legend"),
        (f"{REL}/legend", JSON, f"{legend}?f=json", "legend"),
    ):
        title = collection.source.label(f"serve.link.{key}")
        yield {"rel": rel, "type": media, "href": href, "title": title}
