"""What the files of products say of properties, their units and their classes."""

from collections.abc import Iterator

from soilinfo.catalog.files import Entry
from soilinfo.catalog.gsp import GspMap, GspProduct
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.units import factor_offset


def gsp_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between products and properties.

    A lent product may name a property that this country does not have: its map is left out then. Not so the
    classes of a mask, without which everything would be masked.
    """
    for entry, product in parts.all("gsp", GspProduct):
        for name, each in (product.maps or {}).items():
            yield from _map_faults(parts, entry, f"maps.{name}", each)
        for at, one in enumerate(product.exclusions or ()):
            yield from _property_faults(parts, entry, f"exclusions.{at}", one.property, one.unit)
        if product.mask:
            yield from _property_faults(parts, entry, "mask.property", product.mask.property, None)
            known = parts.classes(parts.data("properties", product.mask.property), "id", "group")
            for at, name in enumerate(product.mask.any_of if known else ()):
                if name not in known:
                    yield entry.fault(f"mask.any_of.{at}", UnknownNameError("class or group", name, known))


def _map_faults(parts: Parts, entry: Entry, key: str, each: GspMap) -> Iterator[Fault]:
    for at, source in enumerate(each.inputs):
        unit = source.from_unit or each.unit
        yield from _property_faults(parts, entry, f"{key}.inputs.{at}", source.property, unit)
    if each.read_as:
        yield from _property_faults(parts, entry, f"{key}.read_as", each.read_as, each.unit)


def _property_faults(parts: Parts, entry: Entry, key: str, name: str, unit: str | None) -> Iterator[Fault]:
    """The property exists, and its unit converts to ``unit``."""
    unknown = list(parts.unknown("property", "properties", [name]))
    if not entry.lent:
        yield from (entry.fault(key, error) for error in unknown)
    own = parts.data("properties", name).get("unit")
    if unknown or unit is None or own is None:
        return
    try:
        factor_offset(str(own), unit)
    except UnitError as error:
        yield entry.fault(key, error)
