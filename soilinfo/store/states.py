"""What people decide upon step by step: drafted, submitted, approved, in this order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from soilinfo.errors import InputError
from soilinfo.store.database import Execute
from soilinfo.store.snapshots import SQL

State = Literal["draft", "submitted", "approved"]
STATES: tuple[State, ...] = ("draft", "submitted", "approved")
"""In the order in which they are had."""


class Step(Protocol):
    """A step of a history: the state that it led to, and when."""

    @property
    def state(self) -> State:
        """The state since then."""
        ...

    @property
    def created(self) -> datetime:
        """When it was taken."""
        ...


def check_next(past: Sequence[Step], id_: str, state: State) -> None:
    """InputError when another state than this one follows a history."""
    if STATES[len(past) : len(past) + 1] != (state,):
        raise InputError(
            f"'{id_}' is {past[-1].state}, so it cannot become {state}; "
            f"the states are {', '.join(STATES)}, in this order"
        )


def removed_of(execute: Execute, inputs: Mapping[str, str]) -> list[str]:
    """'<layer> <version>' of each of these versions whose files were removed, or that were never recorded."""
    found = (
        (layer, version, execute(SQL["version"], layer=layer, version=version))
        for layer, version in inputs.items()
    )
    return [f"{layer} {version}" for layer, version, rows in found if not rows or rows[0]["removed"]]
