"""What the processes over an area share: how the area is given, how inputs are checked and described."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ValidationError
from pygeoapi.process.base import BaseProcessor

from soilinfo.catalog.text import DEFAULT_LANGUAGE, languages, number, texts
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.grid import Bounds
from soilinfo.jobs.effort import Advance, Effort, unheard
from soilinfo.jobs.evaluation.places import WAYS, cells_of, geometry_of, resolve_area
from soilinfo.serve.collections import Source
from soilinfo.serve.systems import CRS84, WGS84, system_named
from soilinfo.serve.texts import Text, joined

Inputs = Mapping[str, Any]

OUTPUT = "result"
"""Id of the one output that every process here has."""

JsonType = Literal["array", "boolean", "integer", "null", "number", "object", "string"]

Members = Mapping[str, JsonType | list[JsonType]]
NUMBER: list[JsonType] = ["number", "null"]
"""A number, or null where there are no data."""


class AreaProcess(BaseProcessor):  # type: ignore[misc]
    """A process with an area and a few named choices as inputs; answered at once, or as a job."""

    id: ClassVar[str]
    version: ClassVar[str] = "1.0.0"
    members: ClassVar[Members]
    """Members of the result and their JSON types; each has a text ``output.<name>`` or ``column.<name>``."""
    ways: ClassVar[tuple[str, ...]] = WAYS
    """How the area may be given; none where a process is about the whole country."""
    documents: ClassVar[Mapping[str, str]] = {}
    """Media type, by the ``f`` that asks for it, of what :meth:`document` makes of an answer."""
    as_job: ClassVar[bool] = True
    """Whether it may be answered as a job: worked out in strips of the grid, so of a larger area too."""

    def __init__(self, processor_def: Mapping[str, Any]) -> None:
        self.source: Source = processor_def["data"]
        super().__init__(dict(processor_def), self._describe())

    def choices(self) -> dict[str, dict[str, Any]]:
        """Description of each input besides the area."""
        raise NotImplementedError

    def run(self, area: Mapping[str, Any], chosen: Inputs, effort: Effort) -> dict[str, Any]:
        """The result for one area, every choice given or at its default."""
        raise NotImplementedError

    def cells(self, data: Inputs) -> int:
        """Cells of the grid that a question is about; InputError when its inputs cannot be used."""
        source = self.source
        with of_inputs():
            area, _ = self._area(data), self._chosen(data)
            if not self.ways:
                return source.catalog.grid.window.cells
            return cells_of(source.catalog, resolve_area(source.store, source.catalog, source.snapshot, area))

    def read(self, data: Inputs) -> dict[str, Any]:
        """The inputs as they are kept: of an area no more than where it is."""
        with of_inputs():
            return {**data, **self._area(data)}

    def answer(self, data: Inputs, effort: Effort) -> dict[str, Any]:
        """Check the inputs and run; InputError says what is wrong and what exists."""
        with of_inputs():
            return self.run(self._area(data), self._chosen(data), effort)

    def document(
        self, value: Mapping[str, Any], form: str, language: str, advance: Advance = unheard
    ) -> bytes:
        """An answer as one of :attr:`documents`; what takes long tells ``advance`` how far it is."""
        raise NotImplementedError

    def _area(self, data: Inputs) -> dict[str, Any]:
        known = (*self.ways, *self.choices())
        for name in data:
            if name not in known:
                raise UnknownNameError("input", name, known)
        return {name: _READERS[name](data[name]) for name in self.ways if name in data}

    def _chosen(self, data: Inputs) -> dict[str, Any]:
        return {name: _choice(name, data, described["schema"]) for name, described in self.choices().items()}

    def _describe(self) -> dict[str, Any]:
        text = joined(
            self.source.label(f"serve.{self.id}.description"),
            self.source.label("serve.process.area") if len(self.ways) > 1 else {},
            self._size(),
        )
        return {
            "id": self.id,
            "version": self.version,
            "title": self.source.label(f"serve.{self.id}"),
            "description": text,
            "keywords": [],
            "links": [],
            "jobControlOptions": ["sync-execute", *(["async-execute", "dismiss"] if self.as_job else [])],
            "outputTransmission": ["value", *(["reference"] if self.as_job else [])],
            "inputs": self._area_inputs() | self.choices(),
            "outputs": {
                OUTPUT: {
                    "title": self.source.label("serve.process.result"),
                    "schema": {"type": "object", "properties": self._members()},
                }
            },
            "example": {"inputs": self._example()},
        }

    def _size(self) -> Text:
        """How large a question may be, in words."""
        if not self.as_job:
            return {}
        limits, directory = self.source.catalog.services.limits, self.source.catalog.directory
        cells, most = (
            {language: number(count, 0, language, directory) for language in languages(directory)}
            for count in (limits.process_cells, limits.job_cells)
        )
        return self.source.label("serve.process.jobs", cells=cells, most=most)

    def _members(self) -> dict[str, dict[str, Any]]:
        """The members of the result, each with its meaning."""
        known = texts(DEFAULT_LANGUAGE)
        keys = {
            name: f"output.{name}" if f"output.{name}" in known else f"column.{name}" for name in self.members
        }
        return {
            name: {**_typed(kind), "title": self.source.label(keys[name])}
            for name, kind in self.members.items()
        }

    def _area_inputs(self) -> dict[str, dict[str, Any]]:
        code = self.source.example_region
        examples = {"region": {"example": code}} if code else {}
        return {
            name: optional(self.source.label(f"serve.process.{name}"), schema | examples.get(name, {}))
            for name, schema in AREA_SCHEMAS.items()
            if name in self.ways
        }

    def _example(self) -> dict[str, Any]:
        west, south, east, north = middle(self.source.catalog.grid.bounds)
        choices = {name: described["schema"].get("enum", []) for name, described in self.choices().items()}
        firsts = {name: names[0] for name, names in choices.items() if names}
        return ({"bbox": [west, south, east, north]} if "bbox" in self.ways else {}) | firsts


def _typed(kind: JsonType | list[JsonType]) -> dict[str, Any]:
    """A type as Processes 1.0 has it, whose schemas are those of OpenAPI 3.0."""
    if isinstance(kind, str):
        return {"type": kind}
    return {"type": kind[0], "nullable": True}


@contextmanager
def of_inputs() -> Iterator[None]:
    """A name within the inputs is not an address: that there is none is a fault of the request."""
    try:
        yield
    except UnknownNameError as error:
        raise InputError(str(error)) from None


AREA_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    "region": {"type": "string"},
    "geometry": {"type": "object", "format": "geojson-geometry"},
}


def valid[M: BaseModel](model: type[M], data: Mapping[str, Any]) -> M:
    """The inputs as a model has them; InputError that names the first that does not fit."""
    try:
        return model.model_validate({**data})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise InputError(f"input '{name}': {first['msg']}") from None


def optional(title: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
    """An input that may be left out."""
    return {"title": dict(title), "schema": dict(schema), "minOccurs": 0, "maxOccurs": 1}


def choice(title: Mapping[str, str], names: list[str], default: str | None = None) -> dict[str, Any]:
    """An input that is one of ``names``; required unless it has a default."""
    schema: dict[str, Any] = {"type": "string"} | ({"enum": names} if names else {})
    if default is None:
        return {"title": dict(title), "schema": schema, "minOccurs": 1, "maxOccurs": 1}
    return optional(title, schema | {"default": default})


def _choice(name: str, data: Inputs, schema: Mapping[str, Any]) -> str:
    value, known = data.get(name, schema.get("default")), schema.get("enum", [])
    if value is None:
        raise InputError(f"input '{name}' is missing; it is one of: {', '.join(known)}")
    if value not in known:
        raise UnknownNameError(name, value, known)
    return str(value)


def _bbox(value: Any) -> list[float]:
    """A plain array of four numbers, or OGC's {"bbox": [...], "crs": CRS84}."""
    corners = value.get("bbox") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and system_named(str(value.get("crs", "CRS84"))) != CRS84:
        raise InputError(f"input 'bbox' must be in CRS84 (longitude, latitude), not in {value['crs']}")
    if (
        not isinstance(corners, list)
        or len(corners) != 4
        or not {type(each) for each in corners} <= {int, float}
    ):
        raise InputError("input 'bbox' must be four numbers: [west, south, east, north]")
    return [float(each) for each in corners]


def _region(value: Any) -> str:
    if not isinstance(value, str):
        raise InputError("input 'region' must be the code of a region, as text in quotes")
    return value


def _geometry(value: Any) -> dict[str, Any]:
    """The coordinates of GeoJSON."""
    if not isinstance(value, dict) or "type" not in value:
        raise InputError("input 'geometry' must be a GeoJSON Polygon, MultiPolygon or Point, or one Feature")
    if "crs" in value and not _is_lonlat(value["crs"]):
        raise InputError(
            f"input 'geometry' must be in CRS84 (longitude, latitude), as all GeoJSON is; its crs is "
            f"{value['crs']}"
        )
    found = geometry_of(value)
    return {"type": found["type"], "coordinates": found.get("coordinates")}


def _is_lonlat(crs: Any) -> bool:
    """Whether a crs member of old GeoJSON names degrees; in GeoJSON longitude always came first."""
    named = crs.get("properties") if isinstance(crs, Mapping) else None
    return isinstance(named, Mapping) and system_named(str(named.get("name"))) in (CRS84, WGS84)


_READERS = {"bbox": _bbox, "region": _region, "geometry": _geometry}


def middle(bounds: Bounds) -> tuple[float, float, float, float]:
    """A small rectangle in the middle of larger bounds."""
    west, south, east, north = bounds
    x, y, side = (west + east) / 2, (south + north) / 2, min(east - west, north - south) / 20
    return round(x - side, 4), round(y - side, 4), round(x + side, 4), round(y + side, 4)
