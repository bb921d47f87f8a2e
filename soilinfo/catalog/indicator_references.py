"""What indicators say of other entries: properties, units, classes, parts of an index."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.files import Entry
from soilinfo.catalog.indicator_layers import derived_unit
from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.units import factor_offset


def indicator_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between indicators and the rest of the configuration.

    A lent indicator may name a property that this country does not have: it is not told then.
    """
    indices = {id for id, entry in parts.entries["indicators"].items() if entry.data.get("kind") == "index"}
    for entry, indicator in parts.all("indicators", Indicator):
        yield from _input_faults(parts, entry, indicator)
        yield from _threshold_faults(entry, indicator)
        yield from _part_faults(parts, entry, indicator, indices)


def _input_faults(parts: Parts, entry: Entry, indicator: Indicator) -> Iterator[Fault]:
    for at, source in enumerate(indicator.inputs or ()):
        key, unit = f"inputs.{at}.property", derived_unit(source.property)
        if unit is None:
            unknown = list(parts.unknown("property", "properties", [source.property]))
            if not entry.lent:
                yield from (entry.fault(key, error) for error in unknown)
            unit = parts.data("properties", source.property).get("unit")
        if unit is not None and indicator.kind == "mean":
            yield from _unit_faults(entry, key, str(unit), indicator.unit)
        if indicator.kind == "class_share":
            yield from _class_faults(parts, entry, indicator, parts.data("properties", source.property))


def _class_faults(
    parts: Parts, entry: Entry, indicator: Indicator, property_: Mapping[str, object]
) -> Iterator[Fault]:
    known = parts.classes(property_, "id", "group")
    for name in indicator.classes if known and not entry.lent else ():
        if name not in known:
            yield entry.fault("classes", UnknownNameError("class or group", name, known))


def _threshold_faults(entry: Entry, indicator: Indicator) -> Iterator[Fault]:
    for at, threshold in enumerate(indicator.thresholds or ()):
        key = f"thresholds.{at}.unit"
        yield from _unit_faults(entry, key, threshold.unit, indicator.unit)
        known = [source.property for source in indicator.inputs]
        for name in threshold.properties:
            if name not in known:
                yield entry.fault(f"thresholds.{at}.properties", UnknownNameError("input", name, known))


def _unit_faults(entry: Entry, key: str, unit: str, other: str) -> Iterator[Fault]:
    try:
        factor_offset(unit, other)
    except UnitError as error:
        yield entry.fault(key, error)


def _part_faults(parts: Parts, entry: Entry, indicator: Indicator, indices: set[str]) -> Iterator[Fault]:
    """Parts that do not exist, and an index of indices, which could go round in a circle."""
    for at, part in enumerate(indicator.parts or ()):
        key = f"parts.{at}.indicator"
        for error in parts.unknown("indicator", "indicators", [part.indicator]):
            yield entry.fault(key, error)
        if part.indicator in indices:
            yield entry.fault(key, f"'{part.indicator}' is an index itself; an index is made of indicators")
