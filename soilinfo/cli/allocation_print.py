"""What the commands about allocations print: tables for a person, JSON lines off a terminal."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pandas as pd

from soilinfo.console import print_findings, print_table, say
from soilinfo.jobs.subsidy.allocate import Allocation
from soilinfo.jobs.subsidy.compare import Compared
from soilinfo.store.allocations import AllocationEvent, AllocationRecord

MOST_SHOWN = 20
"""Units that gain or lose most, of those that a comparison lists on a terminal."""
CHANGES = ("code", "name", "fertilizer", "before_t", "after_t", "change_t", "change_pct", "outcome")
EVENTS = ("state", "created", "actor", "note", "snapshot")


def print_allocation(done: Allocation) -> None:
    """What it was divided by, the totals of each fertilizer, what is to be checked."""
    chosen = done.choices
    change = f", totals {chosen['total_change_pct']:+g} %" if chosen["total_change_pct"] else ""
    say(f"{done.plan.id} by '{chosen['method']}'{change}", plan=done.plan.id, method=chosen["method"])
    _print_rows({"fertilizer": name, **sums} for name, sums in done.totals.items())
    print_findings(done.findings)


def print_draft(record: AllocationRecord) -> None:
    """That it is kept, and by which id."""
    say(f"kept as draft {record.id}", allocation=record.id, state=record.state, parent=record.parent)


def print_records(records: Iterable[AllocationRecord]) -> None:
    """A row for each allocation."""
    _print_rows(
        {
            "allocation": record.id,
            "year": record.year,
            "state": record.state,
            "created": f"{record.created:%Y-%m-%d %H:%M}",
            "by": record.actor,
            "method": record.choices["method"],
            "parent": record.parent or "",
        }
        for record in records
    )


def print_history(events: Iterable[AllocationEvent]) -> None:
    """A row for each thing that was done, EVENTS of it."""
    told = (asdict(event) | {"created": f"{event.created:%Y-%m-%d %H:%M}"} for event in events)
    _print_rows({name: event[name] for name in EVENTS} for event in told)


def print_units(rows: pd.DataFrame) -> None:
    """A row for each unit and fertilizer."""
    known = rows.astype(object).where(rows.notna(), None)
    _print_rows({str(name): row[name] for name in row} for row in known.to_dict("records"))


def print_comparison(found: Compared) -> None:
    """The totals of each fertilizer, and the units whose tonnes change, the largest change first."""
    _print_rows({"fertilizer": name, **asdict(each.totals)} for name, each in found.by_fertilizer.items())
    parts = [each.units.assign(fertilizer=name) for name, each in found.by_fertilizer.items()]
    rows = pd.concat(parts).rename_axis("code").reset_index()
    rows["name"] = rows["code"].map(found.names)
    changed = rows[rows["outcome"] != "same"]
    order = changed["change_t"].abs().sort_values(ascending=False, kind="stable").index
    units = changed.loc[order, list(CHANGES)]
    print_units(units.head(MOST_SHOWN) if sys.stdout.isatty() else units)


def _print_rows(rows: Iterable[dict[str, Any]]) -> None:
    """Rows with numbers to the kilogram, or as exactly in percent; on a terminal as texts for a person."""
    rounded = [
        {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]
    if sys.stdout.isatty():
        rounded = [{name: _text(value) for name, value in row.items()} for row in rounded]
    print_table(rounded)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
