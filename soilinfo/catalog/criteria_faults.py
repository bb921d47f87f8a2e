"""What regional criteria and fallback tables say of crops, units and properties: every name must exist."""

import re
from collections.abc import Iterator, Mapping

from soilinfo.catalog.criteria_sets import RegionalCriteria
from soilinfo.catalog.files import Entry
from soilinfo.catalog.models import Criterion, Crop, Level
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.references import Parts, row_faults
from soilinfo.errors import Fault, UnknownNameError


def criteria_faults(parts: Parts) -> Iterator[Fault]:
    """Every fault between the further criteria sets and the rest of a configuration."""
    for entry, crop in parts.all("fallback_crops", Crop):
        for name, row in (crop.characteristics or {}).items():
            yield from row_faults(parts, entry, name, row)
    yield from _name_faults(parts)
    first: dict[tuple[str, str], str] = {}
    for entry, regional in parts.all("regional_criteria", RegionalCriteria):
        yield from _regional_faults(parts, entry, regional)
        other = first.setdefault((regional.crop, regional.region), entry.id)
        if other != entry.id and regional.crop and regional.region:
            yield entry.fault("region", f"'{other}' has criteria of '{regional.crop}' for this unit already")


def _name_faults(parts: Parts) -> Iterator[Fault]:
    """Results are named suitability_<crop>; suitability_by_... and suitability_of_... are tables."""
    for section in ("crops", "fallback_crops"):
        for id, crop in parts.entries[section].items():
            if id.startswith("of_") or (section == "fallback_crops" and id.startswith("by_")):
                yield crop.fault(
                    "", f"'{id}': its results, '{suitability_of(id)}', would be named as tables are"
                )


def _regional_faults(parts: Parts, entry: Entry, regional: RegionalCriteria) -> Iterator[Fault]:
    for error in parts.unknown("crop", "crops", [regional.crop]):
        yield entry.fault("crop", error)
    yield from _region_faults(parts, entry, regional.region)
    rows = regional.characteristics or {}
    for name, row in rows.items():
        if row is not None:
            yield from row_faults(parts, entry, name, row)
    own = parts.data("crops", regional.crop).get("characteristics")
    if isinstance(own, dict) and own:
        yield from _drop_faults(entry, regional.crop, {*own}, rows)


def _drop_faults(
    entry: Entry, crop: str, own: set[str], rows: Mapping[str, Criterion | None]
) -> Iterator[Fault]:
    """What stands against dropping rows of a crop: it has no such row, or none would be left."""
    dropped = {name for name, row in rows.items() if row is None}
    for name in sorted(dropped - own):
        error = UnknownNameError(f"row of '{crop}' to drop", name, own)
        yield entry.fault(f"characteristics.{name}", error)
    if not {*own, *rows} - dropped:
        yield entry.fault("characteristics", f"no row of '{crop}' is left")


def _region_faults(parts: Parts, entry: Entry, region: str | None) -> Iterator[Fault]:
    """A fault for a code that fits the codes of no level; where a level states no pattern, any may fit."""
    patterns = {named.id: level.code_pattern for named, level in parts.all("regions", Level)}
    if region and patterns and not any(each is None or re.search(each, region) for each in patterns.values()):
        forms = ", ".join(f"{level} {pattern}" for level, pattern in patterns.items())
        yield entry.fault("region", f"'{region}' is no code of any level ({forms})")
