"""A country report, and the regional report, in each of the forms that they are served in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from soilinfo.catalog.models import Catalog
from soilinfo.report.country.canonical import JSON, canonical
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.pdf import country_pdf
from soilinfo.report.country.schema import country_report_schema
from soilinfo.report.country.views import report_csv, report_xlsx
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.document import RegionalReport
from soilinfo.report.region.files import regional_json, regional_report_schema, regional_xlsx
from soilinfo.report.region.pdf import region_pdf
from soilinfo.report.workbook import XLSX
from soilinfo.serve.answers import Formats

ZIP = "application/zip"
COUNTRY_TYPES: Mapping[str, str] = {"csv": ZIP, "xlsx": XLSX, "pdf": PDF}
"""Media type of each form of a country report beside JSON; of ``csv`` a table each, in a ZIP."""
COUNTRY_FORMATS: Formats = {
    "json": (JSON,),
    "html": ("text/html",),
    **{form: (media,) for form, media in COUNTRY_TYPES.items()},
}
REGION_TYPES: Mapping[str, str] = {"xlsx": XLSX, "pdf": PDF}
"""Media type of each form of the regional report beside JSON."""
REGION_FORMATS: Formats = {
    "json": (JSON,),
    "html": ("text/html",),
    **{form: (media,) for form, media in REGION_TYPES.items()},
}
ATLAS_FORMATS: Formats = {"pdf": (PDF,)}
ENDINGS = {"csv": "csv.zip"}
SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "country-report": country_report_schema,
    "regional-report": regional_report_schema,
}
"""JSON Schema of each kind of file, by the last part of its address."""

_VIEWS: Mapping[str, Callable[[CountryReport, Phrases], bytes]] = {
    "csv": report_csv,
    "xlsx": report_xlsx,
    "pdf": country_pdf,
}


def country_file(catalog: Catalog, report: CountryReport, form: str, language: str) -> bytes:
    """A country report in a form; JSON is the same in every language."""
    if form == "json":
        return canonical(report)
    return _VIEWS[form](report, Phrases(catalog, language))


def region_file(
    catalog: Catalog, report: RegionalReport, reports: Sequence[CountryReport], form: str, language: str
) -> bytes:
    """The regional report in a form, made of ``reports``; JSON is the same in every language."""
    if form == "json":
        return regional_json(report)
    phrases = Phrases(catalog, language)
    return region_pdf(report, phrases, reports) if form == "pdf" else regional_xlsx(report, reports, phrases)


def sent(content: bytes, media: str, name: str, language: str = "") -> Response:
    """A file to be saved under its name."""
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    spoken = {"Content-Language": language} if language else {}
    return Response(content, media_type=media, headers=headers | spoken)
