"""What ratings and nutrient statuses say of properties, class tables and layers."""

from collections.abc import Iterator

from soilinfo.catalog.files import Entry
from soilinfo.catalog.nutrient_status import Land, NutrientLimits, NutrientStatus
from soilinfo.catalog.ratings import ClassLimits, RatingEdition
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnknownNameError


def rating_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between ratings, nutrient statuses and the rest of the configuration."""
    for entry, edition in parts.all("ratings", RatingEdition):
        yield from _edition_faults(parts, entry, edition)
    for entry, status in parts.all("nutrient_status", NutrientStatus):
        yield from _status_faults(parts, entry, status)


def _edition_faults(parts: Parts, entry: Entry, edition: RatingEdition) -> Iterator[Fault]:
    for error in parts.unknown("class table", "classes", [edition.classes]):
        yield entry.fault("classes", error)
    for error in parts.unknown("property", "properties", edition.not_found):
        yield entry.fault("not_found", error)
    for name, rating in (edition.ratings or {}).items():
        key = f"ratings.{name}"
        for error in parts.unknown("property", "properties", [name]):
            yield entry.fault(key, error)
        for error in parts.unknown("class table", "classes", [rating.classes]):
            yield entry.fault(f"{key}.classes", error)
        yield from _limit_faults(parts, entry, key, name, rating, rating.classes or edition.classes)


def _status_faults(parts: Parts, entry: Entry, status: NutrientStatus) -> Iterator[Fault]:
    for error in parts.unknown("class table", "classes", [status.classes]):
        yield entry.fault("classes", error)
    for error in unknown_commodities(parts, [status.commodity]):
        yield entry.fault("commodity", error)
    if status.land:
        yield from land_faults(parts, entry, "land", status.land)
    for nutrient, limits in (status.nutrients or {}).items():
        key = f"nutrients.{nutrient}"
        for error in parts.unknown("property", "properties", [limits.property]):
            yield entry.fault(f"{key}.property", error)
        yield from _limit_faults(parts, entry, key, limits.property, limits, status.classes)
        yield from _method_faults(parts, entry, key, limits)


def _limit_faults(
    parts: Parts, entry: Entry, key: str, name: str, limits: ClassLimits, classes: str
) -> Iterator[Fault]:
    """Edges must be numbers of the property, in its own unit, and part the classes of the table."""
    prop = parts.data("properties", name)
    if prop.get("kind") == "class":
        yield entry.fault(key, f"'{name}' is a class property: it has no numbers")
    elif prop and limits.unit != (unit := str(prop.get("unit", "1"))):
        message = (
            f"edges are in '{unit}', not in '{limits.unit}'; what is measured in another form or by another"
        )
        yield entry.fault(f"{key}.unit", f"{message} method is another property")
    table = parts.entries["classes"].get(str(classes))
    count = len(parts.classes({"class_table": classes}, "id"))
    if table and count and len(limits.edges) + 1 != count:
        parted = len(limits.edges) + 1
        yield entry.fault(f"{key}.edges", f"they part {parted} classes; '{classes}' has {count}")


def _method_faults(parts: Parts, entry: Entry, key: str, limits: NutrientLimits) -> Iterator[Fault]:
    method = parts.data("properties", limits.property).get("method")
    if method and limits.method.casefold() not in str(method).casefold():
        message = f"the edges are for '{limits.method}', but '{limits.property}' is measured by: {method}"
        yield entry.fault(f"{key}.method", f"{message}. Write a file with the limits of that method")


def land_faults(parts: Parts, entry: Entry, key: str, land: Land) -> Iterator[Fault]:
    """A layer that is not there is a fault unless a property is called so: the country may lack its map."""
    described = parts.data("layers", land.layer)
    name = described.get("property", land.layer)
    if not described and not parts.data("properties", land.layer) and "properties" not in parts.unread:
        for error in parts.unknown("layer", "layers", [land.layer]):
            yield entry.fault(f"{key}.layer", error)
    prop = parts.data("properties", name)
    if prop and prop.get("kind") != "class":
        yield entry.fault(f"{key}.layer", f"'{land.layer}' has numbers; land is told by classes")
    known = parts.classes(prop, "id", "group") if prop else set()
    for each in land.classes:
        if known and each not in known:
            yield entry.fault(f"{key}.classes", UnknownNameError("class", each, known))


def unknown_commodities(parts: Parts, names: list[str]) -> Iterator[UnknownNameError]:
    """An error for each name that subsidy.yaml does not list; none in a country without one."""
    known = parts.data("subsidy", "").get("commodities")
    if not isinstance(known, dict):
        return
    for name in names:
        if name is not None and name not in known:
            yield UnknownNameError("commodity", name, known)
