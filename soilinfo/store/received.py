"""Reports of other countries that a region's host received: what came, where it is not as before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from soilinfo.store import clock
from soilinfo.store.database import Database, Execute, statements
from soilinfo.store.rows import instants

_SQL = statements("reports")


@dataclass(frozen=True)
class ReceivedReport:
    """What came of asking for a country's report, without the report itself."""

    number: int
    iso3: str
    origin: str
    """Address or file that it was asked from."""
    status: str
    """How it came, or the code of what kept it from coming."""
    reason: Mapping[str, Any]
    """What the text of such a code is filled with."""
    etag: str
    sha256: str | None
    """Of the whole file; None where none came."""
    fetched: datetime


class ReceivedReports:
    """The received reports of one database; every public method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        iso3: str,
        *,
        origin: str,
        status: str,
        content: bytes | None = None,
        etag: str = "",
        reason: Mapping[str, Any] | None = None,
    ) -> ReceivedReport:
        """Keep what came of asking; ``content`` only where it is not what is kept already.

        What is the same as the last time is not kept twice: that is returned, and nobody has to take it up.
        """
        values = {"iso3": iso3, "origin": origin, "status": status, "etag": etag}
        digest = None if content is None else sha256(content).hexdigest()
        said = json.dumps(dict(reason or {}))
        with self._database.write() as execute:
            last = _last(execute, iso3, whole=False)
            same = last and (last.origin, last.status, last.reason) == (origin, status, json.loads(said))
            if last and same and content is None:
                return last
            number = execute(_SQL["next_received"])[0]["number"]
            fetched = clock.now().isoformat()
            execute(
                _SQL["add_received"],
                number=number,
                sha256=digest,
                content=content,
                fetched=fetched,
                reason=said,
                **values,
            )
        return ReceivedReport(
            number, reason=reason or {}, sha256=digest, fetched=datetime.fromisoformat(fetched), **values
        )

    def last(self, iso3: str) -> ReceivedReport | None:
        """What came when a country's report was asked for last, None where it never was."""
        with self._database.read() as execute:
            return _last(execute, iso3, whole=False)

    def kept(self, iso3: str) -> tuple[ReceivedReport, bytes] | None:
        """The last report of a country that came whole, with its bytes; None where none did."""
        with self._database.read() as execute:
            found = _last(execute, iso3, whole=True)
            if found is None:
                return None
            return found, bytes(execute(_SQL["received_content"], number=found.number)[0]["content"])


def _last(execute: Execute, iso3: str, *, whole: bool) -> ReceivedReport | None:
    rows = execute(_SQL["last_received"], iso3=iso3, whole=whole)
    return _received_of(rows[0]) if rows else None


def _received_of(row: Mapping[str, Any]) -> ReceivedReport:
    return ReceivedReport(**{**row, "reason": json.loads(row["reason"]), **instants(row, "fetched")})
