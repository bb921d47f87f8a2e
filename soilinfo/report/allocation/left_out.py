"""Why a unit gets nothing of a fertilizer and takes no part in its division: what is not known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from soilinfo.report.allocation.explanation import commodity, fertilizer
from soilinfo.report.explanation import lowered
from soilinfo.report.phrases import Phrases

Reason = Literal["no_row", "no_request", "no_need"]
"""A table has no row of the unit; what it asks for is not known; what it needs is not known."""


@dataclass(frozen=True)
class LeftOut:
    """A unit that has no part in a fertilizer, and why."""

    code: str
    name: str
    fertilizer: str
    reason: Reason
    table: str = ""
    """That has no row of the unit, or does not tell all that it asks for."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Why the need is not known, by commodity (a ``value.note``)."""


def sentence_of(phrases: Phrases, left: LeftOut) -> str:
    """'Lubuk Wangi gets no urea: the table Requests has no row of it.'"""
    notes = [
        f"{commodity(phrases, name)} ({lowered(phrases.called('note', note))})"
        for name, note in left.notes.items()
    ]
    why = phrases.say(
        f"allocation.left_out.{left.reason}",
        table=phrases.called("layer", left.table),
        needs=phrases.listed(notes),
    )
    return phrases.say(
        "allocation.gets.none", unit=left.name, fertilizer=fertilizer(phrases, left.fertilizer), why=why
    )
