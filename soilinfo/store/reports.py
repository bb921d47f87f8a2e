"""Country reports of this nation: drafted, submitted, approved, and never changed.

A record says what a report was made of; its state is that of the last event of its history. The database
itself refuses to change or remove either (see the triggers).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from soilinfo.errors import InputError, UnknownNameError
from soilinfo.store import clock
from soilinfo.store.database import Database, Execute, statements
from soilinfo.store.rows import dated, dumped
from soilinfo.store.states import State, check_next, removed_of

_SQL = statements("reports")


@dataclass(frozen=True)
class ReportRecord:
    """One country report, as it was drafted; ``id`` is '<series>-<number>'."""

    id: str
    series: str
    """'<ISO3>-<first year>-<last year>'."""
    number: int
    software: str
    inputs: Mapping[str, str]
    """Layer or table -> version."""
    content_sha256: str
    state: State
    actor: str
    """Who drafted it."""
    created: datetime


@dataclass(frozen=True)
class ReportEvent:
    """What was done about a report, by whom and why."""

    report: str
    number: int
    state: State
    actor: str
    note: str
    created: datetime


class Reports:
    """The country reports of one database; every public method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draft(
        self,
        series: str,
        content: bytes,
        *,
        sha256: str,
        inputs: Mapping[str, str],
        software: str,
        actor: str,
        note: str = "",
    ) -> ReportRecord:
        """Keep a new report, or return the newest of its series when that says the same, whatever its state.

        What an older one said can be said again: a country may go back on a correction.
        """
        with self._database.write() as execute:
            newest = execute(_SQL["newest_of_series"], series=series)
            if newest and newest[0]["content_sha256"] == sha256:
                return _record(execute, newest[0]["id"])
            number = execute(_SQL["next_number"], series=series)[0]["number"]
            id_ = f"{series}-{number}"
            values = {"series": series, "number": number, "software": software, "content": content}
            execute(_SQL["add_report"], id=id_, inputs=dumped(inputs), content_sha256=sha256, **values)
            _add_event(execute, id_, "draft", actor, note)
            return _record(execute, id_)

    def submit(self, id_: str, *, actor: str, note: str = "") -> ReportRecord:
        """Put a draft before who approves.

        InputError when it is no draft any more, or when a version that it was made of was removed: nobody
        could recompute it.
        """
        with self._database.write() as execute:
            _check_there(execute, _record(execute, id_))
            _add_event(execute, id_, "submitted", actor, note)
            return _record(execute, id_)

    def approve(self, id_: str, *, actor: str, note: str = "") -> ReportRecord:
        """Approve what was submitted.

        InputError when it was not, or when a version that it was made of was removed since.
        """
        with self._database.write() as execute:
            _check_there(execute, _record(execute, id_))
            _add_event(execute, id_, "approved", actor, note)
            return _record(execute, id_)

    def record(self, id_: str) -> ReportRecord:
        """One report, or UnknownNameError naming those that exist."""
        with self._database.read() as execute:
            return _record(execute, id_)

    def records(self) -> list[ReportRecord]:
        """Every report, by country and period, newest first."""
        with self._database.read() as execute:
            return _records(execute)

    def content(self, id_: str) -> bytes:
        """What a report says, as it was drafted; UnknownNameError when there is none."""
        with self._database.read() as execute:
            _record(execute, id_)
            return bytes(execute(_SQL["content"], id=id_)[0]["content"])

    def history(self, id_: str) -> list[ReportEvent]:
        """What was done about a report, oldest first; UnknownNameError when there is none."""
        with self._database.read() as execute:
            _record(execute, id_)
            return _history(execute, id_)


def _records(execute: Execute, id_: str | None = None) -> list[ReportRecord]:
    return [_record_of(row) for row in execute(_SQL["reports"], id=id_)]


def _record(execute: Execute, id_: str) -> ReportRecord:
    found = _records(execute, id_)
    if not found:
        raise UnknownNameError("country report", id_, [record.id for record in _records(execute)])
    return found[0]


def _record_of(row: Mapping[str, Any]) -> ReportRecord:
    return dated(ReportRecord, {**row, "inputs": orjson.loads(row["inputs"])})


def _history(execute: Execute, id_: str) -> list[ReportEvent]:
    return [dated(ReportEvent, row) for row in execute(_SQL["events"], id=id_)]


def _add_event(execute: Execute, id_: str, state: State, actor: str, note: str) -> None:
    history = _history(execute, id_)
    check_next(history, id_, state)
    created = clock.not_before(history[-1].created if history else None).isoformat()
    values = {"number": len(history) + 1, "state": state, "actor": actor, "note": note}
    execute(_SQL["add_event"], report=id_, created=created, **values)


def _check_there(execute: Execute, record: ReportRecord) -> None:
    if gone := removed_of(execute, record.inputs):
        raise InputError(
            f"'{record.id}' was made of versions that are removed by now: {', '.join(gone)}; draft it anew"
        )
