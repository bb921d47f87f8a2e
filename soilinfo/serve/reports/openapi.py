"""Country reports, and the region, in the OpenAPI document."""

from soilinfo.catalog.models import Catalog
from soilinfo.report.country.canonical import JSON
from soilinfo.serve.answers import SCHEMA
from soilinfo.serve.documents.openapi_parts import Part, get, parameter, parameters
from soilinfo.serve.reports.files import COUNTRY_TYPES, SCHEMAS

HTML = "text/html"


def paths(catalog: Catalog) -> Part:  # noqa: ARG001
    """The addresses of reports; those of a region only where this node is its host."""
    described = parameters(("lang",), ("json", "html"))
    which = parameter("reportId", {"type": "string"}, where="path")
    forms = parameters(("lang",), ("json", "html", *COUNTRY_TYPES), [which])
    schema = parameter("schemaId", {"type": "string", "enum": [*SCHEMAS]}, where="path")
    return {
        "/reports": get("Country reports that were submitted or approved", described, JSON, HTML),
        "/reports/{reportId}": get("A country report", forms, JSON, HTML, *COUNTRY_TYPES.values()),
        "/schemas/{schemaId}": get("JSON Schema of a kind of file", [schema, *described], SCHEMA, HTML),
    }
