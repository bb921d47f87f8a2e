"""What every output of an allocation is written from, and the sums that stand below its tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import fsum
from typing import Any

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan
from soilinfo.catalog.names import NATION
from soilinfo.findings import Finding
from soilinfo.report.phrases import Phrases

APPROVED = "approved"
"""The state of an allocation that its documents are not marked as unfinished in."""
KG_PLACES = 3
"""Decimals of a tonne that show its kilograms: sums are exact to them."""


@dataclass(frozen=True)
class Document:
    """One allocation of a year.

    ``levels``: by level, the coarsest first, a row for each unit and fertilizer with ``code``, ``name``,
    ``fertilizer``, ``need_t``, ``allocated_t``, ``need_met_pct`` and further sums; the finest one has the
    whole chain (``area_ha``, ``weight``, ``floor_t``, ``cap_t``, ``share_t``, ``bound``, ``sacks``).
    ``months``: a row for each unit, fertilizer and month (1 to 12) with ``allocated_t``. Missing is NaN.
    """

    id: str
    plan: AllocationPlan
    """As it was when the allocation was made."""
    fertilizers: tuple[str, ...]
    """Those that are divided, in the order in which they are told."""
    method: str
    state: str
    created: datetime
    levels: Mapping[str, pd.DataFrame]
    months: pd.DataFrame
    findings: Sequence[Finding]
    choices: Mapping[str, Any]
    """What was chosen beside the plan."""
    rules: Mapping[str, Any]
    """The rules of config that it was made by: ``currency``, ``eligibility``, ``doses`` by commodity (with
    their ``title``), ``fertilizers`` by id (with their ``price``). Empty of one that does not keep them."""
    inputs: Mapping[str, str]
    """Version of each layer and table that it was made of."""
    rests_on: Sequence[tuple[str, str]] = ()
    """(layer, version) of what these were made of in turn, down to the soil layers."""
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By level, names by code of all units: also of those that nothing is known of, which have no row."""

    @property
    def finest(self) -> str:
        """The level whose units share; those above have their sums."""
        return [*self.levels][-1]

    @property
    def names(self) -> dict[str, str]:
        """Of the units of every level, by code."""
        return {code: name for names in self.units.values() for code, name in names.items()}

    def units_of(self, phrases: Phrases, level: str) -> Mapping[str, str]:
        """Names by code of the units of a level; the nation's own is that of the language."""
        country = phrases.named(phrases.catalog.country.title)
        return {NATION: country} if level == NATION else self.units[level]

    def heading(self, phrases: Phrases) -> str:
        """Its title, which tells the year, and its id."""
        return f"{phrases.named(self.plan.title)} ({self.id})"

    def mark(self, phrases: Phrases) -> str:
        """What every page says until the allocation is approved; empty from then on."""
        return "" if self.state == APPROVED else phrases.say(f"value.state.{self.state}").upper()


@dataclass(frozen=True)
class Total:
    """Sums over units: tonnes needed and allocated, and the percent of the need that is met."""

    need_t: float
    allocated_t: float

    @property
    def need_met_pct(self) -> float | None:
        """None where nothing is needed."""
        return 100 * self.allocated_t / self.need_t if self.need_t else None


def total_of(frame: pd.DataFrame, fertilizer: str) -> Total:
    """Sums of one fertilizer over the rows of a level."""
    rows = frame[frame["fertilizer"] == fertilizer]
    return Total(tonnes(rows["need_t"]), tonnes(rows["allocated_t"]))


def tonnes_known(values: Sequence[float]) -> float | None:
    """Their sum as of :func:`tonnes`; None where none of them is known."""
    return tonnes(values) if any(value == value for value in values) else None


def tonnes(values: Iterable[float]) -> float:
    """The sum of tonnes, exact to the kilogram; what is missing counts as nothing."""
    return round(fsum(value for value in values if value == value), KG_PLACES)


def by_unit(
    frame: pd.DataFrame, column: str, codes: Iterable[str], fertilizers: Iterable[str]
) -> pd.DataFrame:
    """One column of a level with a row for each unit (index: code) and a column for each fertilizer.

    In the order of ``codes``; NaN where a unit has no row of a fertilizer.
    """
    wide = frame.pivot(index="code", columns="fertilizer", values=column)
    return wide.reindex(index=list(codes), columns=list(fertilizers))


def known(value: Any) -> float | None:
    """A number, None where it is missing; asked of every cell of a nation, so without the help of pandas."""
    return None if value is None or value != value else float(value)
