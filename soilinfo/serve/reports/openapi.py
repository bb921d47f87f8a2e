"""Country reports, and the region, in the OpenAPI document."""

from soilinfo.catalog.models import Catalog
from soilinfo.jobs.planning.atlas import DEFAULT_PAPER
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.country.canonical import JSON
from soilinfo.report.factsheet.sheet import PDF
from soilinfo.serve.answers import SCHEMA
from soilinfo.serve.documents.openapi_parts import Part, get, parameter, parameters
from soilinfo.serve.reports.files import ATLAS_FORMATS, COUNTRY_TYPES, REGION_TYPES, SCHEMAS

HTML = "text/html"


def paths(catalog: Catalog) -> Part:
    """The addresses of reports; those of a region only where this node is its host."""
    described = parameters(("lang",), ("json", "html"))
    which = parameter("reportId", {"type": "string"}, where="path")
    forms = parameters((), ("json", "html", *COUNTRY_TYPES), [which, _language(catalog)])
    schema = parameter("schemaId", {"type": "string", "enum": [*SCHEMAS]}, where="path")
    return {
        "/reports": get("Country reports that were submitted or approved", described, JSON, HTML),
        "/reports/{reportId}": get("A country report", forms, JSON, HTML, *COUNTRY_TYPES.values()),
        "/schemas/{schemaId}": get("JSON Schema of a kind of file", [schema, *described], SCHEMA, HTML),
        **(_region(catalog) if catalog.region else {}),
    }


def _language(catalog: Catalog) -> Part:
    """Of a file: no other language stands for one that there is not."""
    spoken = parameter("lang", {"type": "string", "enum": [*catalog.services.languages]})
    return {**spoken, "description": "Language of the file; one that is not spoken here is refused"}


def _region(catalog: Catalog) -> Part:
    described = parameters(("lang",), ("json", "html"))
    forms = parameters((), ("json", "html", *REGION_TYPES), [_language(catalog)])
    paper = parameter("paper", {"type": "string", "enum": [*PAPERS], "default": DEFAULT_PAPER})
    sheets = parameters((), ATLAS_FORMATS, [paper, _language(catalog)])
    return {
        "/region": get("How the region's countries stand", described, JSON, HTML),
        "/region/report": get("The regional report", forms, JSON, HTML, *REGION_TYPES.values()),
        "/region/atlas": get("The regional atlas", sheets, PDF),
    }
