"""What datasets of profiles, procedures, equations and the harmonization say of each other."""

from collections.abc import Iterable, Iterator

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.files import Entry
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.procedures import Procedure
from soilinfo.catalog.references import Parts
from soilinfo.catalog.soil_profiles import SoilProfiles, ValueColumn
from soilinfo.errors import Fault, UnitError, UnknownNameError
from soilinfo.findings import PROFILE_CHECKS
from soilinfo.units import factor_offset


def profile_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between these files and the rest of the configuration."""
    for entry, dataset in parts.all("soil_profiles", SoilProfiles):
        yield from _dataset_faults(parts, entry, dataset)
    for entry, procedure in parts.all("procedures", Procedure):
        for text, name in procedure.observes.items():
            yield from _unknown_property(parts, entry, f"observes.{text}", name)
    for entry, equation in parts.all("equations", Equation):
        yield from _equation_faults(parts, entry, equation)
    for entry, rules in parts.all("harmonization", Harmonization):
        yield from _rule_faults(parts, entry, rules)
        yield from _incomparable_faults(parts, entry, rules)


def _dataset_faults(parts: Parts, entry: Entry, dataset: SoilProfiles) -> Iterator[Fault]:
    for check in dataset.severity:
        if check not in PROFILE_CHECKS:
            yield entry.fault(f"severity.{check}", UnknownNameError("check", check, PROFILE_CHECKS))
    for error in parts.unknown("layer", "layers", dataset.calibrates or ()):
        yield entry.fault("calibrates", error)
    if dataset.horizons:
        for at, column in enumerate(dataset.horizons.values):
            yield from _column_faults(parts, entry, f"horizons.values.{at}", column)
    if dataset.values:
        for text, column in dataset.values.properties.items():
            yield from _column_faults(parts, entry, f"values.properties.{text}", column)
    if dataset.glosis:
        for heading, name in dataset.glosis.properties.items():
            yield from _unknown_property(parts, entry, f"glosis.properties.{heading}", name)


def _column_faults(parts: Parts, entry: Entry, key: str, column: ValueColumn) -> Iterator[Fault]:
    yield from _unknown_property(parts, entry, f"{key}.property", column.property)
    for error in parts.unknown("procedure", "procedures", [column.procedure]):
        yield entry.fault(f"{key}.procedure", error)
    prop = parts.data("properties", column.property)
    if prop.get("kind") == "class":
        if column.unit is not None:
            yield entry.fault(f"{key}.unit", f"'{column.property}' is a class property: it has no unit")
    elif prop and column.unit is None:
        yield entry.fault(f"{key}.unit", "a number needs its unit: nothing is guessed")
    elif prop and column.unit is not None:
        yield from _unit_fault(entry, f"{key}.unit", column.unit, str(prop.get("unit", "1")))


def _equation_faults(parts: Parts, entry: Entry, equation: Equation) -> Iterator[Fault]:
    here, there = (equation.from_property, equation.from_unit), (equation.to_property, equation.to_unit)
    for name in equation.further_properties:
        yield from _unknown_property(parts, entry, "further_properties", name)
    for side, (name, unit) in (("from", here), ("to", there)):
        yield from _unknown_property(parts, entry, f"{side}_property", name)
        prop = parts.data("properties", name)
        # A unit that is none is told of already.
        if prop and unit is not None:
            yield from _unit_fault(entry, f"{side}_unit", unit, str(prop.get("unit", "1")))
    if equation.classes:
        yield from _class_faults(parts, entry, equation)


def _class_faults(parts: Parts, entry: Entry, equation: Equation) -> Iterator[Fault]:
    """A rule of edges leads to all classes of its property's table, in their order."""
    prop = parts.data("properties", equation.to_property)
    table = parts.data("classes", prop.get("class_table"))
    there = [str(each.get("id", "")) for each in table.get("classes", ())]
    if prop and prop.get("kind") != "class":
        yield entry.fault("classes", f"'{equation.to_property}' is a number, and has no classes")
    elif there and [*equation.classes] != there:
        yield entry.fault(
            "classes", f"must be those of '{equation.to_property}', in order: {', '.join(there)}"
        )


def _rule_faults(parts: Parts, entry: Entry, rules: Harmonization) -> Iterator[Fault]:
    for name, equations in (rules.properties or {}).items():
        key = f"properties.{name}"
        yield from _unknown_property(parts, entry, key, name)
        for error in parts.unknown("equation", "equations", equations):
            yield entry.fault(key, error)
        yield from _path_faults(parts, entry, key, name, equations)


def _incomparable_faults(parts: Parts, entry: Entry, rules: Harmonization) -> Iterator[Fault]:
    """No equation may lead from one method to another that does not compare."""
    for at, each in enumerate(rules.incomparable or ()):
        for method, names in each.methods.items():
            for name in names:
                yield from _unknown_property(parts, entry, f"incomparable.{at}.methods.{method}", name)
        for other, equation in parts.all("equations", Equation):
            if each.part(equation.from_property, equation.to_property):
                message = f"'{equation.from_property}' is never converted to '{equation.to_property}'"
                yield other.fault("to_property", f"{message}: harmonization.yaml says why")


def _path_faults(
    parts: Parts, entry: Entry, key: str, name: str, equations: Iterable[str]
) -> Iterator[Fault]:
    """Each equation must lead to the property, and no two of them from the same one."""
    sources: dict[str, str] = {}
    for id in equations:
        equation = parts.data("equations", id)
        source = str(equation.get("from_property", ""))
        if equation.get("form") == "rule":
            yield entry.fault(
                key, f"'{id}' is a rule of several properties: it is applied without being named"
            )
        elif equation and equation.get("to_property") != name:
            yield entry.fault(key, f"'{id}' leads to '{equation.get('to_property')}', not to '{name}'")
        elif source and source in sources:
            yield entry.fault(key, f"'{id}' and '{sources[source]}' both lead from '{source}': choose one")
        sources.setdefault(source, id)


def _unknown_property(parts: Parts, entry: Entry, key: str, name: str) -> Iterator[Fault]:
    for error in parts.unknown("property", "properties", [name]):
        yield entry.fault(key, error)


def _unit_fault(entry: Entry, key: str, unit: str, target: str) -> Iterator[Fault]:
    try:
        factor_offset(unit, target)
    except UnitError as error:
        yield entry.fault(key, error)
