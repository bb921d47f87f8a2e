"""What a property says of its class table: it must exist, and go the way that is relied on."""

from collections.abc import Iterator

from soilinfo.catalog.models import Property
from soilinfo.catalog.properties import DRAINAGE
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault


def property_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between properties and class tables."""
    for entry, prop in parts.all("properties", Property):
        for error in parts.unknown("class table", "classes", [prop.class_table]):
            yield entry.fault("class_table", error)
        if entry.id == DRAINAGE:
            yield from _order_faults(parts, prop)


def _order_faults(parts: Parts, drainage: Property) -> Iterator[Fault]:
    """By the order of codes a class is drier than another, which protected peat never becomes."""
    table = parts.entries["classes"].get(str(drainage.class_table))
    if table and table.readable and table.data.get("order") != "dry_to_wet":
        message = (
            "codes must rise from the driest class to the wettest, as by them protected peat is kept from "
            "being drained: number the classes so and state order: dry_to_wet"
        )
        yield table.fault("order", message)
