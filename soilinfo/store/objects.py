"""Shelves on S3-compatible object storage: what takes a rename on a disk takes a last object here.

Credentials and endpoint come from the environment, as the storage's own tools read them
(``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``, ``AWS_ENDPOINT_URL``; for a server of
the institute's own without TLS also ``AWS_ALLOW_HTTP=true``). The client library repeats what failed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url
from zarr.storage import ObjectStore as ZarrStore

from soilinfo.errors import StoreError

WHOLE = ".whole"
"""The object that is written last into a group: without it the group is not there."""


@dataclass(frozen=True)
class ObjectPlace:
    """An object, or a group of objects, by its URL; may be handed to another process."""

    url: str

    def __truediv__(self, name: str) -> "ObjectPlace":
        return ObjectPlace(f"{self.url}/{name}")

    def zarr(self, *, read_only: bool) -> "ZarrStore[ObjectStore]":
        """The group as zarr opens it."""
        return ZarrStore(_bucket(self.url), read_only=read_only)

    @property
    def size(self) -> int | None:
        """Bytes of the object, None when it is not there."""
        parent, _, name = self.url.rpartition("/")
        with answered(self.url):
            try:
                return int(obstore.head(_bucket(parent), name)["size"])
            except FileNotFoundError:
                return None

    def read(self, first: int, last: int) -> bytes:
        """Bytes ``first`` up to but not including ``last`` of the object."""
        parent, _, name = self.url.rpartition("/")
        with answered(self.url):
            return bytes(obstore.get_range(_bucket(parent), name, start=first, end=last))


@cache
def _bucket(url: str) -> ObjectStore:
    """A client whose keys start at ``url``; one for each process and prefix, as connections are kept."""
    store: ObjectStore = from_url(url)
    return store


@contextmanager
def answered(url: str) -> Iterator[None]:
    """Explain as a StoreError that the storage did not do what it was asked."""
    try:
        yield
    except (BaseError, PermissionError) as error:
        reason = str(error).strip().splitlines()[0]
        raise StoreError(f"object storage at {url} does not answer: {reason}") from error


class ObjectGroups:
    """A shelf of groups of objects (Zarr): a group is whole when its last object lies there."""

    def __init__(self, root: str) -> None:
        self.root = root

    def place(self, layer: str, name: str) -> ObjectPlace:
        """The group's prefix."""
        return ObjectPlace(f"{self.root}/{layer}/{name}")

    def has(self, layer: str, name: str) -> bool:
        """True when the last object is there."""
        return (self.place(layer, name) / WHOLE).size is not None

    @contextmanager
    def finished(self, layer: str, name: str) -> Iterator[ObjectPlace]:
        """The group's own prefix, whole on clean exit; an object is durable once the storage took it."""
        if self.has(layer, name):
            raise StoreError(f"{layer}/{name} exists already; a version is never overwritten")
        self.remove(layer, name)
        try:
            with answered(self.root):
                yield self.place(layer, name)
                obstore.put(_bucket(self.root), f"{layer}/{name}/{WHOLE}", b"")
        except BaseException:
            self.remove(layer, name)
            raise

    def names(self) -> Iterator[tuple[str, str]]:
        """(layer, version) of every whole group."""
        for key in sorted(_keys(self.root, "")):
            layer, name, *rest = key.split("/")
            if rest == [WHOLE]:
                yield layer, name

    def remove(self, layer: str, name: str) -> None:
        """Remove every object of a group, the last one first, so that it is never half there."""
        keys = sorted(_keys(self.root, f"{layer}/{name}"), key=lambda key: not key.endswith(f"/{WHOLE}"))
        with answered(self.root):
            for key in keys[:1]:
                obstore.delete(_bucket(self.root), key)
            if keys[1:]:
                obstore.delete(_bucket(self.root), keys[1:])

    def remove_partials(self) -> list[str]:
        """Remove every group without its last object."""
        whole = set(self.names())
        begun = {tuple(key.split("/")[:2]) for key in _keys(self.root, "")}
        unfinished = sorted(begun - whole)
        for layer, name in unfinished:
            self.remove(layer, name)
        return ["/".join(names) for names in unfinished]


class ObjectFiles:
    """A shelf of single objects: one appears whole, as the storage takes it."""

    def __init__(self, root: str) -> None:
        self.root = root

    def place(self, layer: str, name: str) -> ObjectPlace:
        """The object."""
        return ObjectPlace(f"{self.root}/{layer}/{name}")

    def has(self, layer: str, name: str) -> bool:
        """True when it is there."""
        return self.place(layer, name).size is not None

    @contextmanager
    def finished(self, layer: str, name: str) -> Iterator[Path]:
        """A file on this machine, sent on clean exit."""
        if self.has(layer, name):
            raise StoreError(f"{layer}/{name} exists already; a version is never overwritten")
        with TemporaryDirectory(prefix="soilinfo-") as directory:
            file = Path(directory) / name
            yield file
            with answered(self.root):
                obstore.put(_bucket(self.root), f"{layer}/{name}", file)

    def names(self) -> Iterator[tuple[str, str]]:
        """(layer, file name) of every object two names deep."""
        for key in sorted(_keys(self.root, "")):
            layer, _, name = key.partition("/")
            if name and "/" not in name:
                yield layer, name

    def remove(self, layer: str, name: str) -> None:
        """Remove one object."""
        with answered(self.root):
            obstore.delete(_bucket(self.root), f"{layer}/{name}")

    def remove_partials(self) -> list[str]:
        """Nothing: an object is never partial."""
        return []


def _keys(root: str, prefix: str) -> Iterator[str]:
    """Keys below a prefix of whole names, relative to the root."""
    with answered(root):
        for page in obstore.list(_bucket(root), prefix or None):
            yield from (entry["path"] for entry in page)
