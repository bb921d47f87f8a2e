"""What the rules of land degradation say of other entries: layers, their properties and classes, factors."""

from collections.abc import Collection, Iterator
from typing import Literal

from soilinfo.catalog.files import Entry
from soilinfo.catalog.land_degradation import LandDegradation, SubIndicators
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnknownNameError


def land_degradation_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between land_degradation.yaml and the rest of the configuration."""
    for entry, rules in parts.all("land_degradation", LandDegradation):
        for name, period in {"baseline": rules.baseline, "reporting": rules.reporting}.items():
            if period:
                yield from _period_faults(parts, entry, name, period)
        periods = [each for each in (rules.baseline, rules.reporting) if each]
        covers = [name for each in periods for name in each.land_cover or ()]
        dynamics = [each.productivity for each in periods if each.productivity]
        yield from _one_property(parts, entry, "land_cover", covers)
        yield from _one_property(parts, entry, "productivity", dynamics)
        yield from _cover_faults(entry, rules, _classes(parts, covers))
        yield from _dynamics_faults(entry, rules, _classes(parts, dynamics))
        yield from _factor_faults(entry, rules, _classes(parts, covers))


def _period_faults(parts: Parts, entry: Entry, key: str, period: SubIndicators) -> Iterator[Fault]:
    named = {
        "land_cover": (period.land_cover or (), "class"),
        "productivity": ((period.productivity,) if period.productivity else (), "class"),
        "soc": (period.soc or (), "numeric"),
        "soc_start": ((period.soc_start,) if period.soc_start else (), "numeric"),
    }
    for part, (names, kind) in named.items():
        for error in parts.unknown("layer", "layers", names):
            yield entry.fault(f"{key}.{part}", error)
        for name in names:
            found = parts.data("properties", _property(parts, name)).get("kind", "numeric")
            if _property(parts, name) and found != kind:
                wanted = "classes" if kind == "class" else "numbers"
                yield entry.fault(f"{key}.{part}", f"layer '{name}' needs a property of {wanted}")
    yield from _one_property(parts, entry, f"{key}.soc", period.soc or ())


def _one_property(parts: Parts, entry: Entry, key: str, layers: Collection[str]) -> Iterator[Fault]:
    """A fault where layers that are compared, or read by one table of meanings, are of several properties."""
    names = sorted({name for layer in layers if (name := _property(parts, layer))})
    if len(names) > 1:
        yield entry.fault(key, f"layers are of several properties: {', '.join(names)}")


def _property(parts: Parts, layer: str) -> str:
    return str(parts.data("layers", layer).get("property", ""))


def _classes(parts: Parts, layers: Collection[str]) -> set[str]:
    """The classes of the property of layers; empty when nothing is known of them."""
    named = (parts.data("properties", _property(parts, layer)) for layer in layers)
    return {name for property_ in named for name in parts.classes(property_, "id")}


def _cover_faults(entry: Entry, rules: LandDegradation, classes: set[str]) -> Iterator[Fault]:
    groups = rules.cover_groups or {}
    listed = [name for names in groups.values() for name in names]
    for name in listed:
        if classes and name not in classes:
            yield entry.fault("cover_groups", UnknownNameError("class", name, classes))
    for name in sorted(classes):
        if (times := listed.count(name)) != 1:
            message = f"class '{name}' must be of one land cover; it is of {times or 'none'}"
            yield entry.fault("cover_groups", message)
    for key, covers in _named_covers(rules).items():
        for name in covers:
            if groups and name not in groups:
                yield entry.fault(key, UnknownNameError("land cover", name, groups))


def _named_covers(rules: LandDegradation) -> dict[Literal["water", "transitions"], list[str]]:
    transitions = rules.transitions or {}
    after = [name for verdicts in transitions.values() for name in verdicts]
    return {"water": [*(rules.water or ())], "transitions": [*dict.fromkeys([*transitions, *after])]}


def _dynamics_faults(entry: Entry, rules: LandDegradation, classes: set[str]) -> Iterator[Fault]:
    told = rules.productivity or {}
    for name in told if classes else ():
        if name not in classes:
            yield entry.fault("productivity", UnknownNameError("class", name, classes))
    for name in sorted(classes - {*told}):
        yield entry.fault("productivity", f"missing: what class '{name}' means")


def _factor_faults(entry: Entry, rules: LandDegradation, classes: set[str]) -> Iterator[Fault]:
    groups, climates = rules.cover_groups or {}, rules.climates or {}
    tables = {f"climates.{name}.factors": each.factors for name, each in climates.items()}
    for key, factors in ({"land_use_factors": rules.land_use_factors or {}} | tables).items():
        for name in factors if classes else ():
            if name not in classes and name not in groups:
                error = UnknownNameError("land use or land cover", name, [*groups, *classes])
                yield entry.fault(key, error)
    if rules.climate not in climates:
        yield entry.fault("climate", UnknownNameError("climate with factors", str(rules.climate), climates))
        return
    for cover, uses in groups.items():
        lacking = [name for name in uses if name not in rules.factors and cover not in rules.factors]
        if lacking and cover not in (rules.water or ()):
            message = f"no factor for {', '.join(lacking)}, nor for {cover}"
            yield entry.fault("land_use_factors", message)
