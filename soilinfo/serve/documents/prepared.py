"""The large documents that somebody asks for soon after a publication, made before they do."""

from soilinfo.serve.documents.collections import listed
from soilinfo.serve.records.catalogue import catalogue
from soilinfo.serve.state import Publication


def prepare(publication: Publication) -> None:
    """Make the list of collections and the catalogue in every language of the service; both are kept."""
    for language in publication.catalog.services.languages:
        listed(publication, language)
        catalogue(publication, language)
