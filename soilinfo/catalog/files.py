"""Configuration files as raw mappings: YAML read strictly, a fault for whatever is not as it should be.

A :class:`Reading` collects the faults of all files, so that a person mends them in one go.
"""

import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from os.path import relpath
from pathlib import Path
from typing import Any

import yaml

from soilinfo.errors import Fault


class _StrictLoader(yaml.CSafeLoader):
    """YAML in which a repeated key is remembered as a fault and a date stays the text it is."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (as PyYAML declares it)
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self.repeated: list[tuple[str, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping as PyYAML makes it, the last of repeated keys standing; each is noted with its line."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                self.repeated.append((name, key.start_mark.line + 1))
            seen.add(name)
        return super().construct_mapping(node, deep)


@lru_cache(maxsize=1024)
def _parsed(content: bytes) -> tuple[bytes, tuple[tuple[str, int], ...]]:
    """A file's data, pickled so that each reader has its own, and the keys it repeats with their lines.

    Parsing is most of the time of a load, and a server or worker loads the same files again and again.
    """
    loader = _StrictLoader(content)
    data = loader.get_single_data()
    return pickle.dumps(data, pickle.HIGHEST_PROTOCOL), tuple(loader.repeated)


@dataclass(frozen=True)
class Entry:
    """One thing configured: its raw data, and where it stands: file, and key when it shares the file."""

    section: str
    id: str
    file: str
    data: dict[str, Any]
    prefix: str = ""
    readable: bool = True
    """False when a fault already says that there is no mapping to check."""
    lent: bool = False
    """True of a file in a folder of the base: what it names may be something that this country lacks."""

    def fault(self, key: str, message: object) -> Fault:
        """A fault of this entry at a dotted key within it."""
        return Fault(self.file, ".".join(part for part in (self.prefix, key) if part), str(message))


Entries = Mapping[str, Mapping[str, Entry]]
"""Entries by section and id; a section that is one file has the single id ''."""


@dataclass
class Reading:
    """The files of one directory as they are read, with the faults met so far."""

    directory: Path
    faults: list[Fault] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Sections whose file could not be read, so that nothing can be said of the names in them."""
    files: set[Path] = field(default_factory=set)
    base: Path | None = None
    """The directory that lends to this one, if any."""
    left_out: set[Path] = field(default_factory=set)
    """Files that it lends and this one does without."""

    def name(self, path: Path) -> str:
        """A path as people know it: relative to the configuration directory."""
        return Path(relpath(path, self.directory)).as_posix()

    def mapping(self, path: Path) -> dict[Any, Any] | None:
        """A file's top-level mapping, ``{}`` when empty; None, and faults, when it is no such thing."""
        self.files.add(path)
        try:
            pickled, repeated = _parsed(path.read_bytes())
        except (OSError, yaml.YAMLError) as error:
            self.faults.append(Fault(self.name(path), "", _reason(error)))
            return None
        data = pickle.loads(pickled)
        for key, line in repeated:
            self.faults.append(Fault(self.name(path), key, f"line {line}: key repeated"))
        if not isinstance(data, dict | None):
            self.faults.append(Fault(self.name(path), "", f"a mapping is needed, not {_kind(data)}"))
            return None
        return data or {}

    def one(self, section: str, path: Path) -> dict[str, Entry]:
        """The single entry of a file such as grid.yaml."""
        data = self.mapping(path)
        if data is None:
            self.unread.add(section)
            return {}
        return {"": Entry(section, "", self.name(path), data)}

    def many(self, section: str, path: Path) -> dict[str, Entry]:
        """The entries of a file that maps ids to entries, such as properties.yaml."""
        data = self.mapping(path)
        if data is None:
            self.unread.add(section)
        named = {str(id): entry for id, entry in (data or {}).items()}
        return {id: self._entry(section, id, path, entry, id) for id, entry in named.items()}

    def folder(self, section: str, directories: list[Path]) -> dict[str, Entry]:
        """The entries of a folder's files, a file of a later directory replacing one of the same name."""
        every = (path for directory in directories for path in sorted(directory.glob("*.yaml")))
        paths = {path.stem: path for path in every if path not in self.left_out}
        return {id: self._entry(section, id, path, self.mapping(path)) for id, path in _in_order(paths)}

    def _entry(self, section: str, id: str, path: Path, data: object, prefix: str = "") -> Entry:
        if isinstance(data, dict):
            return Entry(section, id, self.name(path), data, prefix, lent=path.parent.parent == self.base)
        if prefix:
            self.faults.append(Fault(self.name(path), prefix, f"a mapping is needed, not {_kind(data)}"))
        return Entry(section, id, self.name(path), {}, prefix, readable=False)

    def strays(self) -> Iterator[Fault]:
        """A fault for each YAML file that nothing read: a misspelt file name would pass unseen."""
        for path in sorted(self.directory.rglob("*.y*ml")):
            if path not in self.files:
                yield Fault(self.name(path), "", "soilinfo reads no file of this name (see config/README.md)")


def _in_order(paths: Mapping[str, Path]) -> list[tuple[str, Path]]:
    """Files by name as people count: share_3_8 before share_15_25."""

    def counted(name: str) -> list[str | int]:
        """Texts and numbers take turns, a text first, so that names always compare."""
        return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]

    return sorted(paths.items(), key=lambda item: counted(item[0]))


def _kind(data: object) -> str:
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(data), f"'{data}'")


def _reason(error: Exception) -> str:
    """A read error in one line, with the line of the file where YAML stopped."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: not YAML: {error.problem or error.context}"
    return f"not readable: {' '.join(str(error).split())}"
