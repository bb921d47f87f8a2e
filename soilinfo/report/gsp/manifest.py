"""The list of an export's files: what each is, what it was made from, and what is not there and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from soilinfo.errors import InputError

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
class Manifest:
    """What an export holds."""

    product: str
    edition: str
    coding: str
    country: str
    year: int
    grid: Mapping[str, Any]
    """crs, resolution, west, north, width, height."""
    depths: tuple[tuple[float, float], ...]
    snapshot: int
    published: str
    mask: str
    """How the mask was made, or why there is none."""
    exclusions: Sequence[str]
    files: tuple[FileEntry, ...]
    left_out: tuple[Mapping[str, Any], ...]
    """Maps and uncertainties that are not there, each with its reason."""
    inputs: Mapping[str, Mapping[str, str]]
    """Layer -> version, source and sha256 of it."""

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
        data = json.loads(path.read_text("utf-8"))
        files = tuple(FileEntry(**{**each, "depth": tuple(each["depth"])}) for each in data.pop("files"))
        depths = tuple((float(top), float(bottom)) for top, bottom in data.pop("depths"))
        left_out = tuple(data.pop("left_out"))
        return Manifest(**data, files=files, depths=depths, left_out=left_out)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{path} is no manifest of an export: {error}") from error
