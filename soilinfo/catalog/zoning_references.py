"""What scorings and crosswalks say of other entries: properties, units, classes and soils must exist."""

from collections.abc import Iterator, Mapping

from soilinfo.catalog.condition import Condition
from soilinfo.catalog.files import Entry
from soilinfo.catalog.references import Parts
from soilinfo.catalog.zoning import (
    EROSION,
    LOSS_UNIT,
    SOIL,
    Factor,
    Rehabilitation,
    Scoring,
    SoilCrosswalk,
    Zoning,
)
from soilinfo.errors import Fault, UnknownNameError

DERIVED = (SOIL, EROSION)
"""Inputs that are no properties."""


def zoning_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between zoning.yaml, the crosswalks and the rest of the configuration."""
    for entry, zoning in parts.all("zoning", Zoning):
        yield from scoring_faults(parts, entry, "", zoning)
        for error in parts.unknown("soil crosswalk", "soil_crosswalks", [zoning.soil_crosswalk]):
            yield entry.fault("soil_crosswalk", error)
        yield from _unscored(parts, zoning)
    for entry, rehabilitation in parts.all("rehabilitation", Rehabilitation):
        yield from _rehabilitation_faults(parts, entry, rehabilitation)


def _rehabilitation_faults(parts: Parts, entry: Entry, rules: Rehabilitation) -> Iterator[Fault]:
    for id, scoring in (rules.assessments or {}).items():
        yield from scoring_faults(parts, entry, f"assessments.{id}.", scoring)
    if rules.erosion:
        for error in parts.unknown("property", "properties", [rules.erosion.land_cover]):
            yield entry.fault("erosion.land_cover", error)
        cover = rules.erosion.land_cover, tuple(rules.erosion.cover or ())
        yield from _class_faults(parts, entry, "erosion.cover", *cover)
    if rules.priority and rules.assessments:
        yield from _priority_faults(entry, rules)


def _priority_faults(entry: Entry, rules: Rehabilitation) -> Iterator[Fault]:
    about = rules.assessments.get(rules.priority.assessment)
    if about is None:
        error = UnknownNameError("assessment", rules.priority.assessment, rules.assessments)
        yield entry.fault("priority.assessment", error)
        return
    known = {each.id for each in about.classes}
    for name in rules.priority.classes:
        if name not in known:
            yield entry.fault("priority.classes", UnknownNameError("class", name, known))


def scoring_faults(parts: Parts, entry: Entry, key: str, scoring: Scoring) -> Iterator[Fault]:
    """Every fault of one scoring, which stands at the dotted key ``key`` of its file."""
    for at, factor in enumerate(scoring.factors or ()):
        yield from _factor_faults(parts, entry, f"{key}factors.{at}", factor)
    for at, each in enumerate(scoring.classes or ()):
        yield from _condition_faults(parts, entry, f"{key}classes.{at}.when", each.when)
    for at, override in enumerate(scoring.overrides or ()):
        yield from _condition_faults(parts, entry, f"{key}overrides.{at}.when", override.when)


def _factor_faults(parts: Parts, entry: Entry, key: str, factor: Factor) -> Iterator[Fault]:
    named = [name for name in factor.inputs if name not in DERIVED]
    for error in parts.unknown("property", "properties", named):
        yield entry.fault(f"{key}.property", error)
    units = [unit for name in factor.inputs if (unit := _unit(parts, name))]
    own = " / ".join(units)
    if factor.edges and len(units) == len(factor.inputs) and factor.unit != own:
        yield entry.fault(f"{key}.unit", f"edges are in '{own}', not in '{factor.unit}'")
    yield from _class_faults(parts, entry, f"{key}.classes", factor.property, factor.classes)


def _unit(parts: Parts, name: str) -> str | None:
    """The unit of an input's numbers; None for a property that there is not, and for soils."""
    prop = parts.data("properties", name)
    return LOSS_UNIT if name == EROSION else str(prop.get("unit", "1")) if prop else None


def _condition_faults(
    parts: Parts, entry: Entry, key: str, conditions: Mapping[str, Condition]
) -> Iterator[Fault]:
    for name, condition in conditions.items():
        for error in parts.unknown("property", "properties", [name] if name not in DERIVED else []):
            yield entry.fault(f"{key}.{name}", error)
        has_classes = name == SOIL or parts.data("properties", name).get("kind") == "class"
        if has_classes != bool(condition.any_of) and (name in DERIVED or parts.data("properties", name)):
            wanted = "any_of, as it has classes" if has_classes else "bounds, as it has numbers"
            yield entry.fault(f"{key}.{name}", f"needs {wanted}")
        yield from _class_faults(parts, entry, f"{key}.{name}.any_of", name, condition.any_of)


def _class_faults(
    parts: Parts, entry: Entry, key: str, name: str, classes: Mapping[str, int] | tuple[str, ...]
) -> Iterator[Fault]:
    """A fault for each class that the property's table does not have; names of soils are free."""
    known = parts.classes(parts.data("properties", name), "id", "group")
    for each in classes:
        if known and each not in known:
            yield entry.fault(key, UnknownNameError("class", each, known))


def _unscored(parts: Parts, zoning: Zoning) -> Iterator[Fault]:
    """A fault for each soil that a crosswalk leads to and that the scoring has no score for."""
    scored = {name for factor in zoning.factors or () if factor.property == SOIL for name in factor.classes}
    for entry, crosswalk in parts.all("soil_crosswalks", SoilCrosswalk):
        if entry.id == zoning.soil_crosswalk:
            for name, soil in (crosswalk.names or {}).items():
                if soil not in scored:
                    yield entry.fault(f"names.{name}", UnknownNameError("soil with a score", soil, scored))
