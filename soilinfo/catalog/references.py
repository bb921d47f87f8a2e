"""What one configuration entry says of another: every name must exist, every unit must convert.

A name declared by an entry that has faults of its own still counts as declared, so that one
mistake is told once and hides no other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from soilinfo.catalog.files import Entries, Entry
from soilinfo.catalog.mapunits import PropertyColumn
from soilinfo.catalog.models import (
    ELEVATION,
    Criterion,
    Crop,
    LandEvaluation,
    Layer,
    Level,
    Model,
    SoilMap,
    Table,
)
from soilinfo.catalog.names import (
    FINDINGS,
    HELD,
    PROFILE_COLLECTIONS,
    REGIONAL_COLLECTIONS,
    SUITABILITY,
    TABLES,
    components_of_map,
    suitability_of,
    table_of,
)
from soilinfo.catalog.services import Services
from soilinfo.catalog.what_ifs import SavedWhatIf, WhatIf, what_stands_against
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.findings import (
    CANDIDATE_CHECKS,
    MAPUNIT_CHECKS,
    RASTER_CHECKS,
    TABLE_CHECKS,
    TILE_CHECKS,
    VECTOR_CHECKS,
)
from soilinfo.units import UNITS, factor_offset

RESERVED = (HELD, suitability_of(""), *(table_of(kind, "") for kind in TABLES))
"""Beginnings of the names of derived collections, which no layer, level or crop may have."""


@dataclass(frozen=True)
class Parts:
    """All entries, the value of each without its faulty parts, and the sections that could not be read.

    What an entry says of others is read from its value; what others rely on is read from its raw
    data, so that a fault in one place of a class table does not hide those of the layers that use it.
    """

    entries: Entries
    values: Mapping[tuple[str, str], Model]
    unread: Collection[str]
    languages: Collection[str]

    def all[M: Model](self, section: str, model: type[M]) -> Iterator[tuple[Entry, M]]:
        """The entries of a section with their values."""
        for id, entry in self.entries[section].items():
            value = self.values.get((section, id))
            if isinstance(value, model):
                yield entry, value

    def data(self, section: str, id: object) -> Mapping[str, Any]:
        """The raw data of an entry; empty when it does not exist or could not be read."""
        entry = self.entries[section].get(str(id))
        return entry.data if entry else {}

    def unknown(self, kind: str, section: str, names: Iterable[str | None]) -> Iterator[UnknownNameError]:
        """An error for each name that the section does not declare; none when it could not be read."""
        known = self.entries[section]
        for name in names:
            if name is not None and name not in known and section not in self.unread:
                yield UnknownNameError(kind, name, known)

    def classes(self, prop: Mapping[str, Any], *keys: str) -> set[str]:
        """The ids, groups ... of the class table of a class property; empty when nothing is known of them."""
        table = self.data("classes", prop.get("class_table"))
        return {str(item[key]) for item in _items(table, "classes") for key in keys if key in item}


def reference_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between entries of a configuration."""
    for entry, layer in parts.all("layers", Layer):
        yield from _layer_faults(parts, entry, layer)
    for entry, level in parts.all("regions", Level):
        yield from _level_faults(parts, entry, level)
    for entry, soil_map in parts.all("soil_maps", SoilMap):
        yield from _soil_map_faults(parts, entry, soil_map)
    for entry, table in parts.all("tables", Table):
        yield from _table_faults(parts, entry, table)
    for entry, crop in parts.all("crops", Crop):
        for name, row in (crop.characteristics or {}).items():
            yield from row_faults(parts, entry, name, row)
    for entry, saved in parts.all("what_ifs", SavedWhatIf):
        for error in parts.unknown("crop", "crops", [saved.crop]):
            yield entry.fault("crop", error)
        yield from what_if_faults(parts, entry, saved)
    for entry, rules in parts.all("evaluation", LandEvaluation):
        yield from _rule_faults(parts, entry, rules)
    for entry, services in parts.all("services", Services):
        for error in _unlisted("language", services.languages, parts.languages):
            yield entry.fault("languages", error)
    yield from _name_faults(parts)


def _layer_faults(parts: Parts, entry: Entry, layer: Layer) -> Iterator[Fault]:
    yield from _severity_faults(entry, layer.severity, (*RASTER_CHECKS, *TILE_CHECKS, *CANDIDATE_CHECKS))
    yield from _value_faults(parts, entry, "", layer)
    if layer.terrain:
        for error in parts.unknown("property", "properties", [ELEVATION]):
            yield entry.fault("terrain", error)
        if elevation := parts.data("properties", ELEVATION):
            yield from _unit_faults(entry, "terrain.unit", layer.terrain.unit, elevation.get("unit", "1"))


def _value_faults(parts: Parts, entry: Entry, key: str, source: Layer | PropertyColumn) -> Iterator[Fault]:
    """What a source says of its values, at the beginning ``key`` of a dotted key: property, unit, codes."""
    for error in parts.unknown("property", "properties", [source.property]):
        yield entry.fault(f"{key}property", error)
    prop = parts.data("properties", source.property)
    if prop.get("kind") == "class":
        if source.unit is not None:
            yield entry.fault(f"{key}unit", f"'{source.property}' is a class property: it has no unit")
        ids = parts.classes(prop, "id")
        for code, name in (source.codes or {}).items():
            for error in _unlisted("class", [name], ids):
                yield entry.fault(f"{key}codes.{code}", error)
    elif prop:
        yield from _unit_faults(entry, f"{key}unit", source.unit, prop.get("unit", "1"))
        if source.codes is not None:
            message = f"'{source.property}' is numeric: only a class property has codes"
            yield entry.fault(f"{key}codes", message)


def _soil_map_faults(parts: Parts, entry: Entry, soil_map: SoilMap) -> Iterator[Fault]:
    yield from _severity_faults(entry, soil_map.severity, MAPUNIT_CHECKS)
    where = "iso28258" if soil_map.iso28258 else "tables.components"
    for at, column in enumerate(soil_map.properties):
        yield from _value_faults(parts, entry, f"{where}.properties.{at}.", column)


def _severity_faults(entry: Entry, severity: Iterable[str], checks: Collection[str]) -> Iterator[Fault]:
    for check in severity or ():
        for error in _unlisted("check", [check], checks):
            yield entry.fault(f"severity.{check}", error)


def _unit_faults(entry: Entry, key: str, unit: str | None, target: object) -> Iterator[Fault]:
    if str(target) not in UNITS:
        return
    if unit is None:
        yield entry.fault(key, f"missing: the unit of the source's numbers, one that converts to '{target}'")
        return
    try:
        factor_offset(unit, str(target))
    except UnitError as error:
        yield entry.fault(key, error)


def _level_faults(parts: Parts, entry: Entry, level: Level) -> Iterator[Fault]:
    for key, name in (("parent", level.parent), ("summed_from", level.summed_from)):
        for error in parts.unknown("level", "regions", [name]):
            yield entry.fault(key, error)
    below = parts.data("regions", level.summed_from)
    if below and below.get("parent") != entry.id:
        yield entry.fault("summed_from", f"the parent of '{level.summed_from}' is not '{entry.id}'")
    if entry.id in _ancestors(parts, level.parent):
        yield entry.fault("parent", f"'{entry.id}' is its own ancestor")
    yield from _unit_faults(entry, "area_unit", level.area_unit, "ha")
    yield from _severity_faults(entry, level.severity, VECTOR_CHECKS)


def _table_faults(parts: Parts, entry: Entry, table: Table) -> Iterator[Fault]:
    for error in parts.unknown("level", "regions", [table.unit_level]):
        yield entry.fault("unit_level", error)
    columns = table.columns or {}
    named = {"key": table.key or (), "unit_code": [table.unit_code], "unit_name": [table.unit_name]}
    named["time_column"] = [table.time_column]
    for key, names in named.items():
        for error in _unlisted("column", filter(None, names), columns):
            yield entry.fault(key, error)
    if (table.unit_level is None) != (table.unit_code is None):
        yield entry.fault("unit_code", "unit_level and unit_code are stated together, or neither")
    for name, column in columns.items():
        if (column.unit is not None) != (column.type in ("integer", "number")):
            message = f"'{column.type}': every number has a unit ('1' for counts), and nothing else has one"
            yield entry.fault(f"columns.{name}.unit", message)
        if column.least is not None and column.unit is None:
            yield entry.fault(f"columns.{name}.least", f"'{column.type}': only a number has a least value")
        if name in ("id", "geometry", "geom", "fid", "ogc_fid"):
            yield entry.fault(f"columns.{name}", f"'{name}' is a name that soilinfo itself uses")
    yield from _severity_faults(entry, table.severity, TABLE_CHECKS)


def _ancestors(parts: Parts, parent: object) -> list[object]:
    """A level's parent and the levels above it, nearest first; a level met twice ends the list."""
    above: list[object] = []
    while parent is not None and parent not in above:
        above.append(parent)
        parent = parts.data("regions", parent).get("parent")
    return above


def what_if_faults(parts: Parts, entry: Entry, what_if: WhatIf) -> Iterator[Fault]:
    """Every fault between a what-if and the properties and rules that it names."""
    rules = _fitting(parts, "evaluation", "")
    for at, adjustment in enumerate(what_if.adjustments or ()):
        for error in parts.unknown("property", "properties", [adjustment.property]):
            yield entry.fault(f"adjustments.{at}.property", error)
        prop = _fitting(parts, "properties", adjustment.property)
        classes = len(parts.classes(parts.data("properties", adjustment.property), "id"))
        usable = prop.get("kind") == "class" or prop.get("valid_range")
        if usable and (reason := what_stands_against(adjustment, prop, classes, rules)):
            yield entry.fault(f"adjustments.{at}", reason)
    for name, row in (what_if.criteria or {}).items():
        if row is not None:
            yield from row_faults(parts, entry, name, row, table="criteria")


def _fitting(parts: Parts, section: str, id: str) -> Mapping[str, Any]:
    """What of an entry fits its type, of whose rest a fault is told already; raw data where none was read."""
    return dict(parts.values.get((section, id), ())) or parts.data(section, id)


def row_faults(
    parts: Parts, entry: Entry, name: str, row: Criterion, table: str = "characteristics"
) -> Iterator[Fault]:
    """Every fault between one row of criteria, in the mapping ``table`` of an entry, and what it names."""
    key = f"{table}.{name}"
    for error in parts.unknown("property", "properties", [name]):
        yield entry.fault(key, error)
    rules, prop = parts.data("evaluation", ""), parts.data("properties", name)
    for error in _unlisted(
        "quality", [row.quality], {str(item.get("code")) for item in _items(rules, "qualities")}
    ):
        yield entry.fault(f"{key}.quality", error)
    improvement = rules.get("improvement", {})
    if prop and rules and isinstance(improvement, dict) and name not in improvement:
        yield entry.fault(key, f"evaluation.yaml says nothing of '{name}' in improvement")
    kind = "category" if prop.get("kind") == "class" else "numeric"
    if prop and kind != row.kind:
        yield entry.fault(f"{key}.kind", f"'{row.kind}' does not fit the property '{name}': {kind}")
    elif row.kind == "numeric":
        yield from _unit_faults(entry, f"{key}.unit", row.unit, prop.get("unit", "1") if prop else None)
    else:
        yield from _category_faults(entry, key, row, parts.classes(prop, "id", "group"))


def _category_faults(entry: Entry, key: str, row: Criterion, vocabulary: set[str]) -> Iterator[Fault]:
    named = {f"bands.{name}": band for name, band in row.bands.items()} | {"unlisted": row.unlisted}
    for where, names in named.items():
        for error in _unlisted("class", names, vocabulary):
            yield entry.fault(f"{key}.{where}", error)


def _rule_faults(parts: Parts, entry: Entry, rules: LandEvaluation) -> Iterator[Fault]:
    improvement = rules.improvement or {}
    for key in ("improvement", "may_lack", "climate", "hazard_absent"):
        for error in parts.unknown("property", "properties", getattr(rules, key) or ()):
            yield entry.fault(key, error)
    measures = {f"measures.{id}.serves": each.serves for id, each in (rules.measures or {}).items()}
    for key, names in {"irrigation_only": rules.irrigation_only, **measures}.items():
        for error in _unlisted("characteristic in improvement", names, improvement):
            yield entry.fault(key, error)
    for name in rules.hazard_absent or ():
        if parts.data("properties", name).get("kind") == "class":
            yield entry.fault(f"hazard_absent.{name}", f"'{name}' is a class property: it has no numbers")
    for name, gains in improvement.items():
        if not 0 <= gains[0] <= gains[1] <= gains[2] <= 3:
            message = f"{list(gains)}: gains rise from low to high, between 0 and 3"
            yield entry.fault(f"improvement.{name}", message)


def _name_faults(parts: Parts) -> Iterator[Fault]:
    """Layers, levels and what is derived of them share the names of one snapshot: none may be had twice."""
    layers, levels, crops = (parts.entries[section] for section in ("layers", "regions", "crops"))
    soil_maps = parts.entries["soil_maps"]
    for entry in [*layers.values(), *levels.values(), *crops.values(), *soil_maps.values()]:
        derived = (SUITABILITY, FINDINGS, *PROFILE_COLLECTIONS, *REGIONAL_COLLECTIONS)
        if entry.id in derived or entry.id.startswith(RESERVED):
            begin = ", ".join(RESERVED)
            yield entry.fault("", f"'{entry.id}': names of derived collections begin so ({begin})")
    for id, crop in crops.items():
        if suitability_of(id).startswith(table_of(SUITABILITY, "")):
            yield crop.fault("", f"'{id}': its results, '{suitability_of(id)}', would be named as tables are")
    for id in layers.keys() & levels.keys():
        yield layers[id].fault("", f"the name '{id}' is already that of a level of regions.yaml")
    for id, table in parts.entries["tables"].items():
        if id in layers or id in levels:
            yield table.fault("", f"the name '{id}' is already that of a layer or level")
    for id, entry in soil_maps.items():
        for name in {id, components_of_map(id)} & {*layers, *levels}:
            yield entry.fault("", f"the name '{name}' is already that of a layer or level")
        if components_of_map(id) in soil_maps:
            yield entry.fault("", f"the name '{components_of_map(id)}' is already that of a soil map")


def _unlisted(kind: str, names: Iterable[Any], known: Collection[str]) -> Iterator[UnknownNameError]:
    """An error for each name that is not known; none when nothing is known."""
    for name in names:
        if known and name not in known:
            yield UnknownNameError(kind, name, known)


def _items(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The mappings in a list of raw data; empty when there is no such list."""
    items = data.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
