"""The process overlay: many polygons in, one table out."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar

import orjson

from soilinfo.catalog.models import SCENARIOS
from soilinfo.errors import InputError
from soilinfo.ingest.polygons import UPLOAD, Offered, polygons_in
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.planning import overlay as jobs
from soilinfo.jobs.planning.overlay_documents import FORMS, document
from soilinfo.jobs.planning.overlay_themes import ABOUT, Asked, published_crops, published_properties
from soilinfo.serve.processes.area import AreaProcess, Inputs, Members, middle

TEXTS = ("layer", "crs", "encoding")
"""Inputs that tell how the file is to be read."""
FILE = {"oneOf": [{"type": "string", "format": "byte"}, {"type": "object"}]}


class Overlay(AreaProcess):
    """A table of the polygons of a file; see :func:`soilinfo.jobs.planning.overlay.overlay`."""

    id = "overlay"
    ways: ClassVar[tuple[str, ...]] = ()
    documents: ClassVar[Mapping[str, str]] = {form: media for form, (media, _) in FORMS.items()}
    members: ClassVar[Members] = {
        "snapshot": "integer",
        "scenario": "string",
        "about": "array",
        "polygons": "integer",
        "omitted": "integer",
        "columns": "array",
        "table": "object",
        "read": "array",
        "findings": "array",
    }

    def choices(self) -> dict[str, dict[str, Any]]:
        """The file (required), what the table is about, and how the file is to be read."""
        catalog, published = self.source.catalog, self.source.snapshot.layers
        scenario = {"type": "string", "enum": [*SCENARIOS], "default": "actual"}
        return {
            "polygons": self._input("polygons", FILE, least=1),
            "about": self._input("about", _several(ABOUT)),
            "crops": self._input("crops_of_overlay", _several(published_crops(catalog, published))),
            "scenario": self._input("scenario", scenario),
            "properties": self._input("properties", _several(published_properties(catalog, published))),
            "layer": self._input("layer_of_file", {"type": "string"}),
            "crs": self._input("crs", {"type": "string"}),
            "encoding": self._input("encoding", {"type": "string"}),
        }

    def cells(self, data: Inputs) -> int:
        """As many as take as long as the polygons do, so that many of them become a job."""
        super().cells(data)
        return jobs.cells_of_polygons(self.source.catalog, self._chosen(data)["offered"])

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:  # noqa: ARG002
        """The table as a JSON-ready dict."""
        source = self.source
        return jobs.overlay(source.store, source.catalog, source.snapshot, **chosen, effort=effort)

    def document(
        self,
        value: Mapping[str, Any],
        form: str,
        language: str,
        advance: Advance = unheard,  # noqa: ARG002
    ) -> bytes:
        """A workbook, CSV, GeoPackage or GeoJSON."""
        return document(self.source.catalog, self.source.snapshot, dict(value), form, language)

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        asked = Asked.of(
            about=_names("about", data),
            crops=_names("crops", data),
            properties=_names("properties", data),
            scenario=str(data.get("scenario", "actual")),
        )
        return {"offered": _offered(data), "asked": asked}

    def _input(self, text: str, schema: Mapping[str, Any], least: int = 0) -> dict[str, Any]:
        title = self.source.label(f"serve.process.{text}")
        return {"title": title, "schema": dict(schema), "minOccurs": least, "maxOccurs": 1}

    def _example(self) -> dict[str, Any]:
        west, south, east, north = middle(self.source.catalog.grid.bounds)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        feature = {"type": "Feature", "properties": {"name": "A1"}, "geometry": geometry}
        return {
            "polygons": {"type": "FeatureCollection", "features": [feature]},
            "about": ["suitability", "regions"],
        }


def _several(known: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": [*known]}, "uniqueItems": True}


def _names(name: str, data: Inputs) -> list[str]:
    given = data.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InputError(f"input '{name}' must be a list of names")
    return given


def _offered(data: Inputs) -> Offered:
    """The polygons of the file; InputError or LimitError where it cannot be used."""
    if "polygons" not in data:
        raise InputError("input 'polygons' is missing: a file in base64, or a GeoJSON FeatureCollection")
    told = {name: data.get(name) for name in TEXTS}
    for name, value in told.items():
        if value is not None and not isinstance(value, str):
            raise InputError(f"input '{name}' must be text")
    return polygons_in(_content(data["polygons"]), limits=UPLOAD, **told)


def _content(given: Any) -> bytes:
    if isinstance(given, dict):
        return orjson.dumps(given)
    if not isinstance(given, str):
        raise InputError("input 'polygons' must be a file in base64, or a GeoJSON FeatureCollection")
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"input 'polygons' is text, but not a file in base64: {error}") from error
