"""The bands of a coverage: what each is called, where it lies in the cube, what its numbers mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args
from weakref import WeakKeyDictionary

from soilinfo.catalog.models import SCENARIOS, ClassName, Layer, SuitabilityClass
from soilinfo.catalog.product import ProductVariable
from soilinfo.serve.collections import Collection, Source, in_words
from soilinfo.serve.parameters import one_of
from soilinfo.serve.texts import Text, joined, spoken
from soilinfo.units import unit

LIMITING = "limiting_"
SUITABILITY_VARIABLES = (*SCENARIOS, *(f"{LIMITING}{scenario}" for scenario in SCENARIOS), "lacking")
CROP = "crop"
"""Name of the dimension of suitability."""


class Category(NamedTuple):
    """One class: stored code, id, text and colour (#rrggbb, where it is drawn)."""

    code: int
    id: str
    title: Text
    colour: str = ""


@dataclass(frozen=True)
class Field:
    """One property of a coverage; ``unit`` is soilinfo's symbol, empty categories mean a quantity.

    Categories are the values of a class, or the bits that a value is the sum of.
    """

    name: str
    title: Text
    unit: str | None
    categories: tuple[Category, ...] = ()
    flags: tuple[Category, ...] = ()
    description: Text = field(default_factory=dict)

    @property
    def ucum(self) -> str | None:
        """The unit as a UCUM code."""
        return unit(self.unit).ucum if self.unit else None

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of one value, as served by /schema and /queryables."""
        described: dict[str, Any] = {"title": dict(self.title)}
        if self.description:
            described["description"] = dict(self.description)
        if self.categories:
            codes = [category.code for category in self.categories]
            meanings = [_constant(category) for category in self.categories]
            return described | {"type": "integer", "enum": codes, "oneOf": meanings}
        if self.flags:
            bits = [_constant(flag) for flag in self.flags]
            return described | {"type": "integer", "minimum": 0, "x-soilinfo-flags": bits}
        return described | {"type": "number"} | ({"x-ogc-unit": self.ucum} if self.unit else {})


def _constant(category: Category) -> dict[str, Any]:
    """A value with its meaning, in JSON Schema's words and its id."""
    return {"const": category.code, "title": dict(category.title), "x-soilinfo-id": category.id}


@dataclass(frozen=True)
class Band:
    """A field read from one cube version; ``title`` tells it from the other bands of an answer."""

    name: str
    title: Text
    field: Field
    cube: tuple[str, str]
    """(layer, version)."""
    variable: str


_known: WeakKeyDictionary[Collection, Mapping[str, Field]] = WeakKeyDictionary()
"""Fields that were put into words already; they go with their collection."""


def fields(collection: Collection) -> Mapping[str, Field]:
    """Every property of a raster or suitability collection, by name."""
    if collection not in _known:
        _known[collection] = _fields(collection)
    return _known[collection]


def _fields(collection: Collection) -> dict[str, Field]:
    if collection.product:
        return {each.name: _product_field(each) for each in collection.product.variables}
    if collection.layer:
        return {collection.id: _layer_field(collection, collection.layer)}
    return {name: _suitability_field(collection.source, name) for name in SUITABILITY_VARIABLES}


def bands(collection: Collection, properties: Sequence[str] = (), crops: Sequence[str] = ()) -> list[Band]:
    """The bands of an answer: one for each property asked and, for suitability, each crop.

    Without ``properties`` all of them, as the collection lists them; without ``crops`` the first one,
    as in a map: a client that knows nothing of crops gets just the fields that are described.
    InputError names what exists when something asked does not.
    """
    known = fields(collection)
    chosen = [known[one_of("property", name, known)] for name in properties or known]
    if collection.kind == "raster":
        cube = (collection.id, collection.version)
        return [Band(field.name, field.title, field, cube, field.name) for field in chosen]
    names = [one_of(CROP, crop, collection.versions) for crop in crops or [*collection.versions][:1]]
    return [
        _crop_band(
            collection, crop, field, _name(crop, field.name, several=(len(names) > 1, len(chosen) > 1))
        )
        for field in chosen
        for crop in names
    ]


def _name(crop: str, field: str, *, several: tuple[bool, bool]) -> str:
    """What tells a band from the others: its crop, its field, or both."""
    match several:
        case (True, True):
            return f"{crop}.{field}"
        case (True, False):
            return crop
        case _:
            return field


def _crop_band(collection: Collection, crop: str, field: Field, name: str) -> Band:
    version = collection.versions[crop]
    title = joined(collection.catalog.crop(crop).title, field.title, field.description)
    return Band(name, title, field, (version.layer, version.version), field.name)


def _product_field(variable: ProductVariable) -> Field:
    if not variable.codes:
        return Field(variable.name, variable.title, variable.unit)
    entries = variable.style.entries
    classes = tuple(Category(int(entry.value), entry.id, entry.label, entry.colour) for entry in entries)
    return Field(variable.name, variable.title, None, classes)


def _layer_field(collection: Collection, layer: Layer) -> Field:
    described, facts = collection.catalog.property(layer.property), in_words(collection.source, layer)
    if described.class_table is None:
        return Field(collection.id, collection.title, described.unit, description=facts)
    classes = collection.catalog.class_table(described.class_table).classes
    categories = tuple(Category(entry.code, entry.id, entry.title, entry.colour) for entry in classes)
    return Field(collection.id, collection.title, None, categories, description=facts)


def _suitability_field(source: Source, name: str) -> Field:
    if name.startswith(LIMITING):
        return _limiting_field(source, name)
    if name not in SCENARIOS:
        return Field(name, source.label(f"serve.variable.{name}"), "1")
    titles, colours = source.catalog.evaluation.class_titles, source.catalog.evaluation.class_colours
    classes = tuple(
        Category(SuitabilityClass[name].value, name, titles[name], colours[name])
        for name in get_args(ClassName)
    )
    return Field(name, source.label(f"scenario.{name}"), None, classes)


def _limiting_field(source: Source, name: str) -> Field:
    """A sum of bits: which land qualities decide the class."""
    qualities = source.catalog.evaluation.qualities
    flags = tuple(Category(1 << bit, each.code, each.title) for bit, each in enumerate(qualities))
    title = source.label(f"serve.variable.{name}")
    listed = {
        language: ", ".join(f"{flag.code} {flag.id} {spoken(flag.title, language)}" for flag in flags)
        for language in title
    }
    return Field(name, title, None, flags=flags, description=source.label("serve.variable.bits", bits=listed))
