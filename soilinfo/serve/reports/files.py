"""A country report, and the regional report, in each of the forms that they are served in."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from soilinfo.catalog.models import Catalog
from soilinfo.report.country.canonical import JSON, canonical
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.schema import country_report_schema
from soilinfo.report.phrases import Phrases
from soilinfo.serve.answers import Formats

ZIP = "application/zip"
COUNTRY_TYPES: Mapping[str, str] = {}
"""Media type of each form of a country report beside JSON; of ``csv`` a table each, in a ZIP."""
COUNTRY_FORMATS: Formats = {
    "json": (JSON,),
    "html": ("text/html",),
    **{form: (media,) for form, media in COUNTRY_TYPES.items()},
}
ENDINGS = {"csv": "csv.zip"}
SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"country-report": country_report_schema}
"""JSON Schema of each kind of file, by the last part of its address."""

_VIEWS: Mapping[str, Callable[[CountryReport, Phrases], bytes]] = {}


def country_file(catalog: Catalog, report: CountryReport, form: str, language: str) -> bytes:
    """A country report in a form; JSON is the same in every language."""
    if form == "json":
        return canonical(report)
    return _VIEWS[form](report, Phrases(catalog, language))


def sent(content: bytes, media: str, name: str, language: str = "") -> Response:
    """A file to be saved under its name."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    spoken = {"Content-Language": language} if language else {}
    return Response(content, media_type=media, headers=headers | spoken)
