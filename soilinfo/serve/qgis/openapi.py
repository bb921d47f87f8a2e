"""Addresses of QGIS files in the OpenAPI document."""

from collections.abc import Iterator

from soilinfo.report.qgis import archive, definition, project
from soilinfo.serve.documents.openapi_parts import Part, get, parameter


def paths(country: str) -> Iterator[tuple[str, Part]]:
    """Path and operation of each kind of file."""
    text = {"type": "string"}
    language = {"$ref": "#/components/parameters/lang"}
    asked = [language, parameter("region", text), parameter("theme", text)]
    yield f"/qgis/{country}.qgs", get("Project of QGIS", asked, project.MEDIA_TYPE)
    yield f"/qgis/{country}.qgz", get("Project of QGIS, packed", asked, archive.MEDIA_TYPE)
    named = parameter("collection", text, where="path")
    yield "/qgis/{collection}.qlr", get("Layers of QGIS", [named, language], definition.MEDIA_TYPE)
    yield "/qgis/soilinfo_overlay.py", get("Processing script of the overlay", [language], "text/x-python")
