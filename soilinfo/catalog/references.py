"""What one configuration entry says of another: every name must exist, every unit must convert.

A name declared by an entry that has faults of its own still counts as declared, so that one
mistake is told once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from soilinfo.catalog.files import Entries, Entry
from soilinfo.catalog.models import (
    ClassTable,
    Criterion,
    Crop,
    LandEvaluation,
    Layer,
    Level,
    Model,
    Property,
    Services,
)
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.units import factor_offset

RESERVED = ("suitability_", "properties_by_")
"""Beginnings of the names of derived collections, which no layer or level may have."""


@dataclass(frozen=True)
class Parts:
    """All entries, the checked value of each that fits its type, and the sections that could not be read."""

    entries: Entries
    values: Mapping[tuple[str, str], Model]
    unread: Collection[str]
    languages: Collection[str]

    def value[M: Model](self, section: str, id: str, model: type[M]) -> M | None:
        """The checked entry, or None when it has faults or does not exist."""
        value = self.values.get((section, id))
        return value if isinstance(value, model) else None

    def all[M: Model](self, section: str, model: type[M]) -> Iterator[tuple[Entry, M]]:
        """The checked entries of a section."""
        for id, entry in self.entries[section].items():
            if (value := self.value(section, id, model)) is not None:
                yield entry, value

    def unknown(self, kind: str, section: str, names: Iterable[str | None]) -> Iterator[UnknownNameError]:
        """An error for each name that the section does not declare; none when it could not be read."""
        known = self.entries[section]
        for name in names:
            if name is not None and name not in known and section not in self.unread:
                yield UnknownNameError(kind, name, known)


def reference_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between entries of a configuration."""
    for entry, prop in parts.all("properties", Property):
        for error in parts.unknown("class table", "classes", [prop.class_table]):
            yield entry.fault("class_table", error)
    for entry, layer in parts.all("layers", Layer):
        yield from _layer_faults(parts, entry, layer)
    for entry, level in parts.all("regions", Level):
        yield from _level_faults(parts, entry, level)
    for entry, crop in parts.all("crops", Crop):
        for name, row in crop.characteristics.items():
            yield from _row_faults(parts, entry, name, row)
    for entry, rules in parts.all("evaluation", LandEvaluation):
        yield from _rule_faults(parts, entry, rules)
    for entry, services in parts.all("services", Services):
        for language in services.languages:
            if language not in parts.languages:
                yield entry.fault("languages", UnknownNameError("language", language, parts.languages))
    yield from _name_faults(parts)


def _layer_faults(parts: Parts, entry: Entry, layer: Layer) -> Iterator[Fault]:
    for error in parts.unknown("property", "properties", [layer.property]):
        yield entry.fault("property", error)
    prop = parts.value("properties", layer.property, Property)
    if prop is None:
        return
    if prop.kind == "numeric":
        yield from _unit_faults(entry, "unit", layer.unit, prop.unit)
        if layer.codes is not None:
            yield entry.fault("codes", f"'{prop.id}' is numeric: only a class property has codes")
    elif layer.unit is not None:
        yield entry.fault("unit", f"'{prop.id}' is a class property: it has no unit")
    table = parts.value("classes", prop.class_table or "", ClassTable)
    for code, name in (layer.codes or {}).items():
        if table is not None and name not in table.code_of:
            yield entry.fault(f"codes.{code}", UnknownNameError("class", name, table.code_of))


def _unit_faults(entry: Entry, key: str, unit: str | None, target: str) -> Iterator[Fault]:
    if unit is None:
        yield entry.fault(key, f"missing: the unit of the source's numbers, one that converts to '{target}'")
        return
    try:
        factor_offset(unit, target)
    except UnitError as error:
        yield entry.fault(key, error)


def _level_faults(parts: Parts, entry: Entry, level: Level) -> Iterator[Fault]:
    for key, name in (("parent", level.parent), ("summed_from", level.summed_from)):
        for error in parts.unknown("level", "regions", [name]):
            yield entry.fault(key, error)
    below = parts.value("regions", level.summed_from or "", Level)
    if below is not None and below.parent != level.id:
        yield entry.fault("summed_from", f"the parent of '{below.id}' is '{below.parent}', not '{level.id}'")
    if level.id in _ancestors(parts, level):
        yield entry.fault("parent", f"'{level.id}' is its own ancestor")
    yield from _unit_faults(entry, "area_unit", level.area_unit, "ha")


def _ancestors(parts: Parts, level: Level) -> list[str]:
    """Ids of the levels above, nearest first; a level met twice ends the list."""
    above: list[str] = []
    while level.parent is not None and level.parent not in above:
        above.append(level.parent)
        level = parts.value("regions", level.parent, Level) or level
    return above


def _row_faults(parts: Parts, entry: Entry, name: str, row: Criterion) -> Iterator[Fault]:
    key = f"characteristics.{name}"
    for error in parts.unknown("property", "properties", [name]):
        yield entry.fault(key, error)
    rules = parts.value("evaluation", "", LandEvaluation)
    prop = parts.value("properties", name, Property)
    if rules is not None:
        for error in _unlisted("quality", [row.quality], [quality.code for quality in rules.qualities]):
            yield entry.fault(f"{key}.quality", error)
    if prop is None:
        return
    if rules is not None and name not in rules.improvement:
        yield entry.fault(key, f"evaluation.yaml says nothing of '{name}' in improvement")
    if (prop.kind == "numeric") != (row.kind == "numeric"):
        yield entry.fault(f"{key}.kind", f"'{row.kind}' does not fit the {prop.kind} property '{name}'")
    elif row.kind == "numeric":
        yield from _unit_faults(entry, f"{key}.unit", row.unit, prop.unit)
    else:
        yield from _category_faults(parts, entry, key, prop, row)


def _category_faults(parts: Parts, entry: Entry, key: str, prop: Property, row: Criterion) -> Iterator[Fault]:
    table = parts.value("classes", prop.class_table or "", ClassTable)
    if table is None:
        return
    named = {f"bands.{name}": band for name, band in row.bands.items()} | {"unlisted": row.unlisted}
    for where, names in named.items():
        for error in _unlisted("class", names, table.vocabulary):
            yield entry.fault(f"{key}.{where}", error)


def _rule_faults(parts: Parts, entry: Entry, rules: LandEvaluation) -> Iterator[Fault]:
    for key, names in (("improvement", rules.improvement), ("may_lack", rules.may_lack)):
        for error in parts.unknown("property", "properties", names):
            yield entry.fault(key, error)
    for error in _unlisted("characteristic in improvement", rules.irrigation_only, rules.improvement):
        yield entry.fault("irrigation_only", error)
    for name, gains in rules.improvement.items():
        if not 0 <= gains[0] <= gains[1] <= gains[2] <= 3:
            message = f"{list(gains)}: gains rise from low to high, between 0 and 3"
            yield entry.fault(f"improvement.{name}", message)


def _name_faults(parts: Parts) -> Iterator[Fault]:
    """A layer and a level are both collections of one snapshot: no name twice, none of a derived one."""
    layers, levels = parts.entries["layers"], parts.entries["regions"]
    for entry in [*layers.values(), *levels.values()]:
        if entry.id.startswith(RESERVED):
            yield entry.fault(
                "", f"'{entry.id}': names of derived collections begin so ({', '.join(RESERVED)})"
            )
    for id in layers.keys() & levels.keys():
        yield layers[id].fault("", f"the name '{id}' is already that of a level of regions.yaml")


def _unlisted(kind: str, names: Iterable[Any], known: Iterable[str]) -> Iterator[UnknownNameError]:
    known = sorted(known)
    for name in names:
        if name not in known:
            yield UnknownNameError(kind, name, known)
