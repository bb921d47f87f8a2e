"""Why land suits a crop as it does, in plain sentences.

The sentences are made of the area table of a unit (classes, limiting quality) and of the unit's
median of each characteristic beside the crop's requirement; no cell is looked at again. A median
says what is usual in the unit, not what is true of every cell, and the sheet says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.measures import MEASURES
from soilinfo.catalog.models import Catalog, ClassEntry, Criterion, Crop, LandEvaluation, SuitabilityClass
from soilinfo.evaluate.criteria import rate
from soilinfo.report.factsheet.facts import Row
from soilinfo.report.phrases import Phrases
from soilinfo.units import convert

CLASSES = tuple(SuitabilityClass.__members__)
MOST_NAMED = 2
"""Characteristics that a sentence names."""
LEAST_CHANGE = 0.5
"""Percent of a unit: less than this is no change that a page without decimals could show."""


class Measured(NamedTuple):
    """What a unit has: medians and ends (5 and 95 % of the area) by property, and the class of most land."""

    medians: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]
    classes: Mapping[str, ClassEntry]


@dataclass(frozen=True)
class Cause:
    """One characteristic that keeps a unit from S1 for a crop."""

    characteristic: str
    rank: int
    text: str


@dataclass(frozen=True)
class Reasons:
    """Writes the sentences of one unit."""

    catalog: Catalog
    phrases: Phrases
    measured: Measured

    def sentence(self, actual: Row, potential: Row | None) -> str:
        """What a crop's land is, what limits it, and what medium management would make of it."""
        crop, say = self.catalog.crop(actual["crop"]), self.phrases.say
        shares = _shares(actual)
        if not sum(shares.values()) > 0:
            return say("factsheet.reason.none")
        best = max(CLASSES, key=lambda name: shares[name])
        # Where a region's criteria were used, the limits of the crop's own table may not have counted.
        explained = actual["limiting"] and not actual.get("regional_criteria")
        causes = self.causes(crop, actual["limiting"]) if explained else []
        facts = {
            "share": self.phrases.percent(shares[best]),
            "class": best,
            "title": self.phrases.named(self.catalog.evaluation.class_titles[best]),  # type: ignore[index]
            "limit": self._limit(actual["limiting"], causes),
        }
        key = "free" if not actual["limiting"] else "best" if best == "S1" else "limited"
        sentences = [say(f"factsheet.reason.{key}", **facts)]
        if potential is not None and actual["limiting"]:
            sentences.append(self._improved(actual, potential, crop, causes))
        return " ".join(sentences)

    def causes(self, crop: Crop, quality: str) -> list[Cause]:
        """The characteristics of a quality that are below S1 at what is usual in the unit, worst first.

        Where none is, those that are so at one of their ends: in some places.
        """
        rows = {name: row for name, row in crop.characteristics.items() if row.quality == quality}
        usual = [cause for name, row in rows.items() for cause in self._usual(name, row)]
        found = usual or [cause for name, row in rows.items() for cause in self._in_places(name, row)]
        return sorted(found, key=lambda cause: -cause.rank)[:MOST_NAMED]

    def _usual(self, name: str, criterion: Criterion) -> Iterator[Cause]:
        if criterion.kind == "numeric":
            yield from self._numeric(name, criterion, [self.measured.medians.get(name)])
        elif name in self.measured.classes:
            entry = self.measured.classes[name]
            text = f"{self._title(name)}: {_lower(self.phrases.named(entry.title))}"
            rank = _rank_of_class(criterion, entry, self.catalog.evaluation)
            if rank > SuitabilityClass.S1:
                yield Cause(name, rank, text)

    def _in_places(self, name: str, criterion: Criterion) -> Iterator[Cause]:
        if criterion.kind == "numeric":
            for cause in self._numeric(name, criterion, self.measured.ends.get(name, ())):
                yield replace(cause, text=self.phrases.say("factsheet.in_places", cause=cause.text))

    def _numeric(self, name: str, criterion: Criterion, values: Iterable[float | None]) -> Iterator[Cause]:
        """The worst of some values of a characteristic, if it is below S1."""
        known = [self._in_criterion_unit(name, criterion, value) for value in values if value is not None]
        ranks = [_rank_of_number(name, criterion, value, self.catalog) for value in known]
        rank, value = max(zip(ranks, known, strict=True), default=(0, 0.0))
        if rank > SuitabilityClass.S1:
            yield Cause(name, rank, self._against_s1(name, criterion, value))

    def _in_criterion_unit(self, name: str, criterion: Criterion, value: float) -> float:
        unit = self.catalog.property(name).unit
        values: NDArray[np.floating] = np.array([value])
        return round(float(convert(values, unit, criterion.unit or unit)[0]), 9)

    def _against_s1(self, name: str, criterion: Criterion, value: float) -> str:
        """'soil pH in water 4.9, below 5.8'; without the comparison where the table prints no S1.

        An edge itself may be worse than S1: what it belongs to is the boundary rule's to say.
        """
        described, say = self.catalog.property(name), self.phrases.say
        unit = criterion.unit or described.unit
        most = described.decimals if unit == described.unit else 2
        stated = f"{self._title(name)} {self.phrases.quantity(value, most, unit)}"
        edge = _nearest_edge(criterion, value)
        if edge is None:
            return stated
        side = "below" if value < edge else "above" if value > edge else "at"
        return f"{stated}, {say(f'factsheet.{side}', edge=self.phrases.value(edge, 4))}"

    def _title(self, name: str) -> str:
        return _lower(self.phrases.short(self.catalog.property(name).title))

    def _limit(self, quality: str | None, causes: list[Cause]) -> str:
        titles = {one.code: one.title for one in self.catalog.evaluation.qualities}
        if quality is None:
            return ""
        why = "; ".join(cause.text for cause in causes)
        return self.phrases.short(titles[quality]) + (f" ({why})" if why else "")

    def _improved(self, actual: Row, potential: Row, crop: Crop, causes: list[Cause]) -> str:
        say, percent = self.phrases.say, self.phrases.percent
        now, then = _shares(actual), _shares(potential)
        gained = [
            say("factsheet.share", share=percent(then[name]), **{"class": name})
            for name in ("S1", "S2")
            if then[name] > 0
        ]
        if all(abs(then[name] - now[name]) < LEAST_CHANGE for name in CLASSES):
            return say("factsheet.reason.same")
        if not gained:
            return say("factsheet.reason.still")
        measures = self.measures(crop, causes)
        by = f" ({self.phrases.listed(measures)})" if measures else ""
        return say("factsheet.reason.improved", measures=by, shares=self.phrases.listed(gained))

    def measures(self, crop: Crop, causes: list[Cause]) -> list[str]:
        """What medium management does about the causes, each once; nothing where it can do nothing."""
        rules = self.catalog.evaluation
        able = [cause.characteristic for cause in causes if _improves(crop, cause.characteristic, rules)]
        names = dict.fromkeys(MEASURES[name] for name in able if name in MEASURES)
        return [self.phrases.say(f"measure.{name}") for name in names]


def _shares(row: Row) -> dict[str, float]:
    """Percent of the unit by class; nothing of a unit without area."""
    return {name: row[f"{name.lower()}_pct"] or 0.0 for name in CLASSES}


def _improves(crop: Crop, name: str, rules: LandEvaluation) -> bool:
    """Whether the medium level of management gains a class for a characteristic of this crop."""
    dry = name in rules.irrigation_only and not crop.irrigated
    return not dry and rules.improvement.get(name, (0, 0, 0))[1] > 0


def _rank_of_class(criterion: Criterion, entry: ClassEntry, rules: LandEvaluation) -> int:
    """Class 1..4 of a category by its id, then by its group; 0 where the table does not list it."""
    by_id, by_group = rate(criterion, [entry.id, entry.group or ""], rules.boundary_rule)
    return int(by_id or by_group)


def _rank_of_number(name: str, criterion: Criterion, value: float, catalog: Catalog) -> int:
    rules, unit = catalog.evaluation, catalog.property(name).unit
    absent = rules.hazard_absent.get(name)
    if absent is not None and value == convert(np.array([absent]), unit, criterion.unit or unit)[0]:
        return int(SuitabilityClass.S1)
    return int(rate(criterion, [value], rules.boundary_rule)[0])


def _nearest_edge(criterion: Criterion, value: float) -> float | None:
    """The end of the S1 bands that is nearest to a value; None where the table prints no S1."""
    edges = [
        edge
        for interval in criterion.bands.get("S1", ())
        for edge in interval
        if edge is not None and not isinstance(edge, str)
    ]
    return min(edges, key=lambda edge: abs(edge - value), default=None)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
