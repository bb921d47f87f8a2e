"""The criteria linter: what a crop's requirement table leaves open, told instead of hidden.

Published tables have holes, overlaps and categories without a class. None of them stops an
evaluation (the boundary rule and the no-class rule settle each), but a user must be able to see
which results rest on a rule of ours and which on the print.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import inf
from typing import Literal, NamedTuple, cast

from soilinfo.catalog.models import (
    Catalog,
    ClassTable,
    Criterion,
    Crop,
    Interval,
    LandEvaluation,
    Property,
    SuitabilityClass,
)
from soilinfo.catalog.what_ifs import WhatIf
from soilinfo.findings import Finding, Severity
from soilinfo.units import factor_offset


class Band(NamedTuple):
    """One interval of one class, unbounded sides as infinities."""

    low: float
    high: float
    name: str


class Overlap(NamedTuple):
    """An interval that two classes claim."""

    low: float
    high: float
    classes: tuple[str, str]


Decider = Literal["print", "rule: both classes hold it", "rule: no class holds it"]
"""What decides the class of an edge: the printed signs, or only the boundary rule, and why."""


class Edge(NamedTuple):
    """A value at which one band ends and another begins, and what decides its class."""

    value: float
    decided_by: Decider


class _Seen(NamedTuple):
    """One thing seen in a row, before it is told of its crop."""

    check: str
    severity: Severity
    text: str
    evidence: Mapping[str, object]
    times: int = 1


def lint_all(catalog: Catalog) -> list[Finding]:
    """Every finding about every table (crops, fallbacks, regional criteria, saved what-ifs) and measure."""
    regional = [
        replace(finding, message=f"{criteria.id}: {finding.message}")
        for criteria in catalog.regional_criteria.values()
        for finding in lint(criteria.applied_to(catalog.crop(criteria.crop)), catalog)
        if finding.evidence["characteristic"] in criteria.characteristics
    ]
    saved = [
        replace(finding, message=f"{what_if.id}: {finding.message}")
        for what_if in catalog.what_ifs.values()
        if what_if.crop and what_if.criteria
        for finding in lint(
            catalog.crop(what_if.crop).model_copy(update={"characteristics": _rows(what_if)}), catalog
        )
    ]
    tables = catalog.every_crop().values()
    of_crops = (finding for crop in tables for finding in lint(crop, catalog))
    return [*of_crops, *regional, *saved, *_unserved(catalog.evaluation)]


def _unserved(rules: LandEvaluation) -> Iterator[Finding]:
    """A note of what management improves by no measure that has a name: explanations offer none for it."""
    served = {name for measure in rules.measures.values() for name in measure.serves}
    if names := [name for name, gains in rules.improvement.items() if any(gains) and name not in served]:
        message = f"management improves {', '.join(names)}, but no measure serves them"
        yield Finding("improved_without_measure", "note", "evaluation", message, len(names), {"names": names})


def _rows(what_if: WhatIf) -> dict[str, Criterion]:
    return {name: row for name, row in what_if.criteria.items() if row is not None}


def lint(crop: Crop, catalog: Catalog) -> list[Finding]:
    """Every finding about one crop's table, in the order of its rows.

    'block' marks a contradiction of the table with itself, 'warn' values that the table gives no
    class or two, 'note' class edges whose class only the boundary rule decides.
    """
    return [
        Finding(
            check=f"criteria_{seen.check}",
            severity=seen.severity,
            layer=f"suitability_{crop.id}",
            message=f"{crop.id}, {name}: {seen.text}",
            count=seen.times,
            evidence={"characteristic": name, **seen.evidence},
        )
        for name, row in crop.characteristics.items()
        for seen in _row(name, row, catalog)
    ]


def _row(name: str, row: Criterion, catalog: Catalog) -> Iterator[_Seen]:
    prop = catalog.property(name)
    worst = max(row.bands, key=lambda each: SuitabilityClass[each])
    if SuitabilityClass[worst] > SuitabilityClass[row.worst_class]:
        text = f"a band of class {worst}, beyond the worst class {row.worst_class}"
        yield _Seen("beyond_worst_class", "block", text, {"class": worst})
    if row.kind == "category":
        yield from _categories(row, catalog.class_table(prop.class_table or ""))
    else:
        yield from _intervals(row, prop)


# ---- numeric rows -----------------------------------------------------------------------


def bands_of(row: Criterion) -> list[Band]:
    """The intervals of a numeric row, in its unit, sorted by their lower ends."""
    bands = [
        Band(-inf if low is None else low, inf if high is None else high, name)
        for name, intervals in row.bands.items()
        for low, high in cast("tuple[Interval, ...]", intervals)
    ]
    return sorted(bands, key=lambda band: (band.low, band.high))


def gaps(bands: Sequence[Band], domain: tuple[float, float]) -> list[Interval]:
    """The parts of ``domain`` (low, high) that no band covers; a gap up to its end is open: (25, None)."""
    covered, end = domain
    found: list[Interval] = []
    for band in [*sorted(bands), Band(end, inf, "")]:
        if band.low > covered:
            found.append((covered, band.low if band.low < end else None))
        covered = max(covered, band.high)
    return found


def overlaps(bands: Sequence[Band]) -> list[Overlap]:
    """The intervals, wider than a single value, that two classes both claim."""
    pairs = [
        Overlap(max(one.low, other.low), min(one.high, other.high), (one.name, other.name))
        for one, other in combinations(bands, 2)
        if one.name != other.name
    ]
    return [pair for pair in pairs if pair.low < pair.high]


def edges(bands: Sequence[Band]) -> list[Edge]:
    """The values at which a band of one class ends and one of another begins, each value once.

    A band without a lower or upper end is printed with < or >, so it does not hold its edge; one
    with both ends holds them. The print decides when exactly one of the two bands holds the
    edge; where several pairs meet at one value, an undecided pair counts.
    """
    meeting: dict[float, list[int]] = {}
    for below in bands:
        for above in bands:
            if below.high == above.low and below.name != above.name:
                holders = (below.low > -inf) + (above.high < inf)
                meeting.setdefault(below.high, []).append(holders)
    return [Edge(value, _decided_by(holders)) for value, holders in sorted(meeting.items())]


def _decided_by(holders: Sequence[int]) -> Decider:
    if 2 in holders:
        return "rule: both classes hold it"
    return "print" if 1 in holders else "rule: no class holds it"


def _intervals(row: Criterion, prop: Property) -> Iterator[_Seen]:
    unit, bands = row.unit, bands_of(row)
    possible = [band for band in bands if band.low <= band.high]
    for low, high, name in [band for band in bands if band.low > band.high]:
        text = f"the band {low:g} to {high:g} {unit} of {name} is impossible"
        yield _Seen("impossible_band", "block", text, {"interval": [low, high], "class": name})
    for gap in gaps(possible, _domain(row, prop)):
        text = f"no class for {_text(gap)} {unit}"
        yield _Seen("gap", "warn", text, {"interval": list(gap), "unit": unit})
    for low, high, classes in overlaps(possible):
        shared = _open(low), _open(high)
        text = f"{' and '.join(classes)} both claim {_text(shared)} {unit}"
        yield _Seen("overlap", "warn", text, {"interval": list(shared), "unit": unit, "classes": classes})
    yield from _undecided(edges(possible), unit)


def _undecided(found: Iterable[Edge], unit: str | None) -> Iterator[_Seen]:
    left = {f"{edge.value:g}": edge.decided_by for edge in found if edge.decided_by != "print"}
    if left:
        text = f"only the boundary rule decides at {', '.join(left)} {unit}"
        yield _Seen("edge", "note", text, {"edges": left, "unit": unit}, len(left))


def _domain(row: Criterion, prop: Property) -> tuple[float, float]:
    """The property's possible values in the row's unit."""
    factor, offset = factor_offset(prop.unit, row.unit or prop.unit)
    low, high = prop.valid_range or (-inf, inf)
    return low * factor + offset, high * factor + offset


def _open(end: float) -> float | None:
    return None if abs(end) == inf else end


def _text(interval: Interval) -> str:
    low, high = interval
    if high is None:
        return f"above {low:g}"
    return f"below {high:g}" if low is None else f"{low:g} to {high:g}"


# ---- category rows ----------------------------------------------------------------------


def _categories(row: Criterion, table: ClassTable) -> Iterator[_Seen]:
    classes_of: dict[str, list[str]] = {}
    for name, categories in row.bands.items():
        for category in categories:
            classes_of.setdefault(str(category), []).append(name)
    for category, classes in classes_of.items():
        if len(classes) > 1:
            text = f"'{category}' stands in {' and '.join(classes)}"
            yield _Seen("category_in_two_classes", "warn", text, {"category": category, "classes": classes})
    for category in unlisted(row, table):
        yield _Seen("unlisted", "warn", f"no class for '{category}'", {"category": category})


def unlisted(row: Criterion, table: ClassTable) -> list[str]:
    """The categories that a row gives no class: groups where the table has them, else class ids."""
    named = {str(category) for names in row.bands.values() for category in names}
    left = [entry for entry in table.classes if not {entry.id, entry.group} & named]
    partly = {entry.group for entry in table.classes if entry not in left}
    names = [entry.group if entry.group and entry.group not in partly else entry.id for entry in left]
    return list(dict.fromkeys(names))
