"""How the vector tiles of a collection can be drawn: the looks of its features (soilinfo.report.looks)."""

from collections.abc import Mapping

from soilinfo.report import looks as drawing
from soilinfo.report.looks import Drawn, Look
from soilinfo.serve.collections import Collection
from soilinfo.serve.state import Publication
from soilinfo.serve.vector_tiles.drawn import attributes


def looks(publication: Publication, collection: Collection) -> list[Look]:
    """Every look of a collection, that to begin with first."""
    published, units = publication.snapshot.layers, publication.units.get(collection.id, ())
    return drawing.looks(Drawn(collection.id, attributes(collection), publication.catalog, published, units))


def title_of(collection: Collection, look: Look, language: str, rows: Mapping[str, str] | None = None) -> str:
    """What a look shows: its title, and what the rows drawn are of (``rows``, or those of the look)."""
    return drawing.title_of(collection.catalog, collection.id, look, language, rows)
