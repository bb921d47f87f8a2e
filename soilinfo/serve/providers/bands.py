"""The bands of a coverage: what each is called, where it lies in the cube, what its numbers mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from soilinfo.catalog.models import SCENARIOS, ClassName, Property, SuitabilityClass
from soilinfo.serve.collections import Collection, Source
from soilinfo.serve.parameters import one_of
from soilinfo.serve.texts import Text
from soilinfo.units import unit

SUITABILITY_VARIABLES = (*SCENARIOS, *(f"limiting_{scenario}" for scenario in SCENARIOS), "lacking")
DEFAULT_VARIABLE = "actual"


class Category(NamedTuple):
    """One class: stored code, id, text."""

    code: int
    id: str
    title: Text


@dataclass(frozen=True)
class Field:
    """One property of a coverage; ``unit`` is soilinfo's symbol, empty categories mean a quantity."""

    name: str
    title: Text
    unit: str | None
    categories: tuple[Category, ...] = ()

    @property
    def ucum(self) -> str | None:
        """The unit as a UCUM code."""
        return unit(self.unit).ucum if self.unit else None

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of one value, as served by /schema and /queryables."""
        if self.categories:
            codes = [category.code for category in self.categories]
            return {"title": dict(self.title), "type": "integer", "enum": codes}
        described: dict[str, Any] = {"title": dict(self.title), "type": "number"}
        return described | ({"x-ogc-unit": self.ucum} if self.unit else {})


@dataclass(frozen=True)
class Band:
    """A field read from one cube version; ``title`` tells it from the other bands of an answer."""

    name: str
    title: Text
    field: Field
    cube: tuple[str, str]
    """(layer, version)."""
    variable: str


def fields(collection: Collection) -> dict[str, Field]:
    """Every property of a raster or suitability collection, by name."""
    if collection.kind == "raster":
        return {collection.id: _layer_field(collection)}
    return {name: _suitability_field(collection.source, name) for name in SUITABILITY_VARIABLES}


def bands(collection: Collection, properties: Sequence[str] = (), crops: Sequence[str] = ()) -> list[Band]:
    """The bands of an answer: one for each property asked and, for suitability, each crop.

    Without ``properties`` the layer itself, or current suitability; without ``crops`` all of them.
    InputError names what exists when something asked does not.
    """
    known = fields(collection)
    default = collection.id if collection.kind == "raster" else DEFAULT_VARIABLE
    chosen = [known[one_of("property", name, known)] for name in properties or (default,)]
    if collection.kind == "raster":
        cube = (collection.id, collection.version)
        return [Band(field.name, field.title, field, cube, field.name) for field in chosen]
    names = [one_of("crop", crop, collection.versions) for crop in crops or collection.versions]
    return [_crop_band(collection, crop, field, alone=len(chosen) == 1) for field in chosen for crop in names]


def _crop_band(collection: Collection, crop: str, field: Field, *, alone: bool) -> Band:
    version = collection.versions[crop]
    name = crop if alone else f"{crop}.{field.name}"
    title = collection.catalog.crop(crop).title
    return Band(name, title, field, (version.layer, version.version), field.name)


def _layer_field(collection: Collection) -> Field:
    described: Property = collection.catalog.property(collection.layer.property)
    if described.class_table is None:
        return Field(collection.id, collection.title, described.unit)
    classes = collection.catalog.class_table(described.class_table).classes
    categories = tuple(Category(entry.code, entry.id, entry.title) for entry in classes)
    return Field(collection.id, collection.title, None, categories)


def _suitability_field(source: Source, name: str) -> Field:
    if name not in SCENARIOS:
        return Field(name, source.label(f"serve.variable.{name}"), "1")
    titles = source.catalog.evaluation.class_titles
    classes = tuple(
        Category(SuitabilityClass[name].value, name, titles[name]) for name in get_args(ClassName)
    )
    return Field(name, source.label(f"scenario.{name}"), None, classes)
