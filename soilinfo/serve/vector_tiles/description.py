"""What the description of a collection says of its vector tiles and styles."""

from collections.abc import Iterator

from soilinfo.catalog.text import texts
from soilinfo.serve.answers import JSON, REL, STYLE
from soilinfo.serve.bridge import Document
from soilinfo.serve.collections import Collection
from soilinfo.serve.documents.wording import Link
from soilinfo.serve.state import Publication
from soilinfo.serve.vector_tiles.drawn import is_drawn, style_of, tiles_of
from soilinfo.serve.vector_tiles.looks import looks, title_of


def amended(document: Document, publication: Publication, collection: Collection, language: str) -> Document:
    """The description with links to the vector tiles of a collection, if it has any."""
    if not is_drawn(collection):
        return document
    return document | {"links": [*document["links"], *_links(publication, collection, language)]}


def _links(publication: Publication, collection: Collection, language: str) -> Iterator[Link]:
    base, words = publication.base_url, texts(language, publication.catalog.directory)
    title, tiles = words["serve.link.vector_tiles"], f"{base}{tiles_of(collection.id)}"
    yield {"rel": f"{REL}/tilesets-vector", "type": JSON, "title": title, "href": tiles}
    for look in looks(publication, collection):
        href = f"{base}{style_of(collection.id, look.id)}?f=mbs"
        title = title_of(collection, look, language)
        yield {"rel": "stylesheet", "type": STYLE, "title": title, "href": href}
