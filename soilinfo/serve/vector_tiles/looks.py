"""How the vector tiles of a collection can be drawn: the looks of its features (soilinfo.report.looks)."""

from collections.abc import Mapping

from soilinfo.report import look as drawing
from soilinfo.report.look import Drawn, Look
from soilinfo.report.looks import looks as looks_of
from soilinfo.report.region.scheme import Scheme, schemes_of
from soilinfo.serve.collections import Collection
from soilinfo.serve.state import Publication
from soilinfo.serve.vector_tiles.drawn import attributes


def looks(publication: Publication, collection: Collection) -> list[Look]:
    """Every look of a collection, that to begin with first."""
    published, units = publication.snapshot.layers, publication.units.get(collection.id, ())
    columns, drawn_by = attributes(collection), schemes(collection)
    return looks_of(Drawn(collection.id, columns, publication.catalog, published, units, drawn_by))


def schemes(collection: Collection) -> tuple[Scheme, ...]:
    """How the indicators of a region are drawn, as its version says; none of any other collection."""
    (version,) = collection.versions.values()
    return schemes_of(version.metadata)


def title_of(collection: Collection, look: Look, language: str, rows: Mapping[str, str] | None = None) -> str:
    """What a look shows: its title, and what the rows drawn are of (``rows``, or those of the look)."""
    return drawing.title_of(collection.catalog, collection.id, look, language, rows)
