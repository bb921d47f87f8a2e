"""The list of an export's files: what each is, what it was made from, and what is not there and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from soilinfo.errors import InputError
from soilinfo.grid import Grid

FILE = "manifest.json"


@dataclass(frozen=True)
class FileEntry:
    """One raster of an export."""

    file: str
    sha256: str
    map: str
    statistic: str
    depth: tuple[float, float]
    unit: str
    mapset: str
    layers: Mapping[str, str] = field(default_factory=dict)
    """Layer -> version of what it was made from."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """Property, method, chemical form, formula."""


@dataclass(frozen=True)
class LeftOut:
    """A map that is not made, or whose uncertainty is not, and why."""

    map: str
    depth: tuple[float, float]
    statistic: str
    reason: str


@dataclass(frozen=True)
class Manifest:
    """What an export holds."""

    product: str
    edition: str
    coding: str
    country: str
    year: int
    grid: Grid
    depths: tuple[tuple[float, float], ...]
    snapshot: int
    published: str
    mask: str
    """How the mask was made, or why there is none."""
    exclusions: Sequence[str]
    files: tuple[FileEntry, ...]
    left_out: tuple[LeftOut, ...]
    """Maps and uncertainties that are not there, each with its reason."""
    inputs: Mapping[str, Mapping[str, str]]
    """Layer -> version, source and sha256 of it."""
    records: Mapping[str, str]
    """Metadata record -> its sha256."""

    def text(self) -> str:
        """As JSON, the same for the same export."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def entry(self, file: str) -> FileEntry | None:
        """What is said of a file; None of one that is not in it."""
        return next((each for each in self.files if each.file == file), None)


def read_manifest(directory: Path) -> Manifest | None:
    """The manifest of a directory; None where there is none. InputError for a file that is no manifest."""
    path = directory / FILE
    if not path.is_file():
        return None
    try:
        return TypeAdapter(Manifest).validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"{path} is no manifest of an export: {where}: {first['msg']}") from error
