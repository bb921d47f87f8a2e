"""Two allocations side by side: who gains, who loses, and how much of the need each meets."""

from dataclasses import dataclass
from math import isfinite
from typing import get_args

import pandas as pd

from soilinfo.catalog.allocations import AllocationPlan, Method
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.allocation.comparison import Comparison
from soilinfo.evaluate.allocation.comparison import compare as compared
from soilinfo.jobs.subsidy.allocate import Allocation, Choices, allocate
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.records import allocation_of
from soilinfo.store.home import Store

NOTATION = "PLAN[:METHOD][:CHANGE]"
"""How an allocation is asked for that is to be worked out."""

MOST_MORE_PCT = 10_000
"""A hundred times more than planned is no plan any more, but a slip (ours)."""


@dataclass(frozen=True)
class Compared:
    """``by_fertilizer``: the comparison of each that both divide. ``names``: of units, by code."""

    by_fertilizer: dict[str, Comparison]
    names: "pd.Series[str]"


def compare(store: Store, catalog: Catalog, before: str, after: str) -> Compared:
    """Two allocations, each an id or a choice (see :func:`asked`).

    InputError where they are about other levels, or divide no fertilizer in common.
    """
    one, other = (asked(store, catalog, each) for each in (before, after))
    if one.finest != other.finest:
        raise InputError(f"'{before}' is about '{one.finest}', '{after}' about '{other.finest}'")
    both = [name for name in one.choices["total_t"] if name in other.choices["total_t"]]
    if not both:
        raise InputError(f"'{before}' and '{after}' divide no fertilizer in common")
    names = pd.concat([one.rows, other.rows]).drop_duplicates("code").set_index("code")["name"]
    found = {name: compared(_of(one, name), _of(other, name)) for name in both}
    return Compared(found, names)


def _of(allocation: Allocation, name: str) -> pd.DataFrame:
    rows = allocation.rows
    return rows[rows["fertilizer"] == name].set_index("code")


def asked(store: Store, catalog: Catalog, text: str) -> Allocation:
    """A kept allocation by its id, or one worked out now by NOTATION: 'subsidy_2026:max_min:-10'.

    CHANGE: by how many percent there is more of everything. UnknownNameError for an id, plan or method that
    there is not, InputError for a change that is no number.
    """
    kept = {record.id: record for record in store.allocations.records()}
    if text in kept:
        return allocation_of(store, kept[text])
    if ":" not in text and text not in catalog.allocations:
        raise UnknownNameError("allocation or plan", text, [*kept, *catalog.allocations])
    return allocate(store, catalog, *chosen(catalog, text))


def chosen(catalog: Catalog, text: str) -> tuple[AllocationPlan, Choices]:
    """The plan and what is chosen beside it, of NOTATION; errors as of :func:`asked`."""
    plan, *parts = text.split(":")
    return plan_of(catalog, plan), _choices(parts)


def _choices(parts: list[str]) -> Choices:
    """What follows a plan's name: a method (empty: the plan's), a change in percent, or both in order."""
    methods: tuple[Method, ...] = get_args(Method)
    method = next((each for each in methods if parts and parts[0] == each), None)
    is_named = method is not None or parts[:1] == [""]
    rest = parts[1:] if is_named else parts
    if not rest:
        return Choices(method)
    if not is_named and len(rest) > 1:
        raise UnknownNameError("method", rest[0], methods)
    if len(rest) > 1:
        raise InputError(f"'{':'.join(rest)}' is more than one change: a choice is {NOTATION}")
    try:
        return Choices(method, change_of(float(rest[0])))
    except ValueError as error:
        raise InputError(f"'{rest[0]}' is neither a method ({', '.join(methods)}) nor a number") from error


def change_of(percent: float) -> float:
    """A change of the totals in percent; InputError for one that is endless, too much, or leaves nothing."""
    if not isfinite(percent):
        raise InputError(f"a change of totals must be a number of percent, not {percent:g}")
    if percent > MOST_MORE_PCT:
        raise InputError(f"a change of {percent:g} % is too much; it must be at most {MOST_MORE_PCT:,}")
    if percent <= -100:
        raise InputError(f"a change of {percent:g} % leaves nothing to divide; it must be above -100")
    return percent
