"""What choice.yaml, available_land.yaml and land_use_conflict.yaml say of crops, layers and classes."""

from collections.abc import Iterator

from soilinfo.catalog.choice import MOST_CROPS, AvailableLand, Choice, LandUseConflict, LayerCondition
from soilinfo.catalog.files import Entry
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnknownNameError


def choice_faults(parts: Parts) -> Iterator[Fault]:
    """Every name in these files that nothing has."""
    for entry, choice in parts.all("choice", Choice):
        for key in ("crops", "weights", "colours"):
            for error in parts.unknown("crop", "crops", getattr(choice, key) or ()):
                yield entry.fault(key, error)
        if len(choice.crops or parts.entries["crops"]) > MOST_CROPS:
            yield entry.fault("crops", f"at most {MOST_CROPS} crops can be compared; name fewer")
    for entry, land in parts.all("available_land", AvailableLand):
        for at, step in enumerate(land.steps or ()):
            yield from _condition_faults(parts, entry, f"steps.{at}", step)
    for entry, conflict in parts.all("land_use_conflict", LandUseConflict):
        for at, rule in enumerate(conflict.rules or ()):
            yield from _condition_faults(parts, entry, f"rules.{at}", rule)
            for error in parts.unknown("crop", "crops", rule.crops):
                yield entry.fault(f"rules.{at}.crops", error)


def _condition_faults(parts: Parts, entry: Entry, key: str, condition: LayerCondition) -> Iterator[Fault]:
    for error in parts.unknown("layer", "layers", [condition.layer]):
        yield entry.fault(f"{key}.layer", error)
    prop = parts.data("properties", parts.data("layers", condition.layer).get("property"))
    if not prop:
        return
    if (prop.get("kind") == "class") != bool(condition.any_of):
        has = "classes" if prop.get("kind") == "class" else "numbers"
        yield entry.fault(key, f"the layer '{condition.layer}' has {has}")
    known = parts.classes(prop, "id")
    for name in condition.any_of:
        if known and name not in known:
            yield entry.fault(f"{key}.any_of", UnknownNameError("class", name, known))
