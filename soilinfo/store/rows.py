"""What the ledger keeps, as types, and how each lies in a row: instants as ISO 8601, documents as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from soilinfo.findings import Finding

Kind = Literal["raster", "suitability", "vector"]
RunStatus = Literal["running", "done", "blocked", "failed"]
Publication = Literal["publication", "release", "rollback"]
"""How a snapshot came about: by a run, by a person's release, by a rollback."""
DecisionKind = Literal["release", "pin", "unpin"]

_JSON = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True)
class Version:
    """One immutable version of a layer or collection, and all that it was made from."""

    layer: str
    version: str
    kind: Kind
    source: str
    source_sha256: str
    pipeline: str
    software: str
    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    """Layer -> version of everything it was derived from."""
    metadata: Mapping[str, Any]
    run: str
    created: datetime
    """UTC."""
    removed: datetime | None = None
    """When its files were removed; None while they are kept."""

    def is_like(self, other: "Version") -> bool:
        """True for versions of one source, or with the same cells, however they are described."""
        cells = self.metadata.get("cells_sha256")
        same_cells = cells is not None and cells == other.metadata.get("cells_sha256")
        return self.source_sha256 == other.source_sha256 or same_cells


@dataclass(frozen=True)
class Snapshot:
    """What is published at one moment: layer -> version. Id 0 and no layers: nothing yet."""

    id: int
    created: datetime | None
    actor: str
    reason: str
    run: str | None
    layers: Mapping[str, str]
    kind: Publication = "publication"


@dataclass(frozen=True)
class Serving:
    """A version that is or was served, and when."""

    layer: str
    version: str
    snapshot: int
    """The first snapshot that named it."""
    since: datetime
    until: datetime | None
    """When the last snapshot that named it was replaced; None while it is served."""
    removed: datetime | None
    """When its files were removed; None while they are kept."""


NOTHING = Snapshot(0, None, "", "", None, {})
"""The snapshot of a new store."""


@dataclass(frozen=True)
class Run:
    """One run of a pipeline."""

    id: str
    pipeline: str
    actor: str
    started: datetime
    finished: datetime | None
    status: RunStatus
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FindingRecord:
    """A finding as recorded.

    ``version`` of a blocked layer is the name that its version would have had, or None where the
    source could not be read.
    """

    finding: Finding
    version: str | None
    run: str
    created: datetime


@dataclass(frozen=True)
class Waiting:
    """A version that is not served before a person releases it."""

    layer: str
    version: str
    run: str
    """The run that made it wait first."""
    created: datetime


@dataclass(frozen=True)
class Quarantined:
    """An input that its own checks blocked, under the name that its version would have had."""

    layer: str
    version: str
    source: str
    source_sha256: str
    software: str
    run: str
    """The run whose findings say why."""
    created: datetime


@dataclass(frozen=True)
class Decision:
    """What a person decided about a version: release it, pin it (keep it for ever), unpin it."""

    number: int
    kind: DecisionKind
    layer: str
    version: str
    snapshot: int | None
    """The snapshot that a release published, or that was current when the decision was taken."""
    actor: str
    reason: str
    created: datetime


# ---- rows <-> types ----


def dumped(document: Mapping[str, Any]) -> str:
    """A document as JSON text, keys sorted."""
    return orjson.dumps(dict(document), option=_JSON).decode()


def version_row(version: Version) -> dict[str, Any]:
    """A version as parameters of its INSERT."""
    documents = {key: dumped(getattr(version, key)) for key in ("parameters", "inputs", "metadata")}
    created = version.created.astimezone(UTC).isoformat()
    row = {**vars(version), **documents, "created": created}
    del row["removed"]
    return row


def version_of(row: Mapping[str, Any]) -> Version:
    """A version of its row."""
    documents = {key: orjson.loads(row[key]) for key in ("parameters", "inputs", "metadata")}
    return Version(**{**row, **documents, **instants(row, "created", "removed")})


def run_of(row: Mapping[str, Any]) -> Run:
    """A run of its row."""
    return Run(**{**row, **instants(row, "started", "finished"), "summary": orjson.loads(row["summary"])})


def serving_of(row: Mapping[str, Any]) -> Serving:
    """When a version was served, of its row."""
    return Serving(**{**row, **instants(row, "since", "until", "removed")})


def finding_of(row: Mapping[str, Any]) -> FindingRecord:
    """A finding of its row."""
    finding = Finding(
        row["check_id"],
        row["severity"],
        row["layer"],
        row["message"],
        row["count"],
        orjson.loads(row["evidence"]),
    )
    return FindingRecord(finding, row["version"], row["run"], datetime.fromisoformat(row["created"]))


def dated[T](kind: type[T], row: Mapping[str, Any]) -> T:
    """A row whose only instant is ``created``, as its type."""
    return kind(**{**row, **instants(row, "created")})


def instants(row: Mapping[str, Any], *names: str) -> dict[str, datetime | None]:
    """Columns of a row as instants; an absent one is None."""
    return {name: datetime.fromisoformat(row[name]) if row[name] else None for name in names}
