"""Whose maps they are: a place that holds versions belongs to the one ledger that knows them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from soilinfo.errors import StoreError
from soilinfo.store.files import write_whole

OWNER = "owner.json"
"""The file or object that says so."""


@dataclass(frozen=True)
class Owner:
    """A ledger, known by the instant at which its tables were made, and where a person finds it."""

    ledger: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}, made {self.ledger}"

    def dumped(self) -> str:
        """As text, for :func:`owner_of`."""
        return json.dumps(asdict(self))


def owner_of(text: str | bytes, place: str) -> Owner:
    """The owner that the text found at ``place`` names; StoreError when it names none."""
    try:
        said = json.loads(text)
        return Owner(str(said["ledger"]), str(said["where"]))
    except (ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{place} does not say whose maps these are: {error}") from error


def claim_directory(directory: Path, ledger: Owner, holds_maps: Callable[[], bool]) -> None:
    """Make a store's directory that of one ledger; to be called by the one writer.

    Raises StoreError when it holds the maps of another ledger: this one knows none of them, and would
    serve, judge and collect beside them as if they were nobody's.
    """
    file = directory / OWNER
    try:
        owner = owner_of(file.read_bytes(), str(file)) if file.exists() else None
        if owner and owner.ledger != ledger.ledger and holds_maps():
            raise StoreError(
                f"the maps in {directory} belong to another ledger ({owner}), not to this one ({ledger}); "
                "name its database in SOILINFO_DB (unset: the directory's own ledger.sqlite), or another "
                f"directory in SOILINFO_STORE; if that ledger is lost for good, remove {file}"
            )
        if owner is None or owner.ledger != ledger.ledger:
            write_whole(file, ledger.dumped())
    except OSError as error:
        raise StoreError(f"{file} cannot be read or written: {error.strerror}") from error
