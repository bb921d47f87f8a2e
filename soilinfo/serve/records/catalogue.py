"""The catalogue of one publication: all its records, made when somebody first asks for them."""

from collections.abc import Mapping
from functools import lru_cache

from soilinfo.serve.records.country_reports import country_reports
from soilinfo.serve.records.datasets import datasets
from soilinfo.serve.records.record import Document, document
from soilinfo.serve.records.services import processes, reports
from soilinfo.serve.state import ADDRESSES, Publication

LANGUAGES = 2
"""In which catalogues are kept for each address; a third one is made anew whenever it is asked for."""


@lru_cache(maxsize=ADDRESSES * LANGUAGES)
def catalogue(publication: Publication, language: str) -> Mapping[str, Document]:
    """Every record by its id, by type and id: what is published, its versions, the processes, the reports."""
    records = (
        *datasets(publication, language),
        *processes(publication, language),
        *reports(publication, language),
        *country_reports(publication, language),
    )
    ordered = sorted(records, key=lambda record: (record.type, record.id))
    return {record.id: document(record, publication.catalog, language) for record in ordered}
