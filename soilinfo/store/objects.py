"""Shelves on S3-compatible object storage: what takes a rename on a disk takes a last object here.

A group of objects cannot be renamed, so a writer and a collector of garbage that do not know of each
other (one of them lost its lock) must not make a whole of what is half removed. Each first gives its own
sign and then looks for the other's: the writer puts ``.whole`` and then looks whether its ``.writing`` is
still there; the collector removes ``.writing`` and then looks whether there is a ``.whole``. Whichever
comes second sees the first and gives way.

Credentials and endpoint come from the environment, as the storage's own tools read them
(``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION``, ``AWS_ENDPOINT_URL``; for a server of
the institute's own without TLS also ``AWS_ALLOW_HTTP=true``). The client library repeats what failed.
"""

import json
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore, from_url
from zarr.storage import ObjectStore as ZarrStore

from soilinfo.errors import StoreError
from soilinfo.store.owner import OWNER, Owner, owner_of

WHOLE = ".whole"
"""The object that is written last into a group and lists all others with their sizes: without it, or
without one of those, the group is not there."""
WRITING = ".writing"
"""End of the name of the object beside a group that is written first, and removed once the group is whole:
the sign of its writer. Zarr warns of what it does not know inside a group."""
_OF_A_GROUP = re.compile(r"(?:.*/)?(?:\.whole|zarr\.json|c/.+)")
"""Objects of a Zarr group: what else lies below the root is a person's, and is left alone."""


@dataclass(frozen=True)
class ObjectPlace:
    """An object, or a group of objects, by its URL; may be handed to another process."""

    url: str

    def __truediv__(self, name: str) -> "ObjectPlace":
        return ObjectPlace(f"{self.url}/{name}")

    def zarr(self, *, read_only: bool) -> "ZarrStore[ObjectStore]":
        """The group as zarr opens it."""
        return ZarrStore(bucket(self.url), read_only=read_only)

    @property
    def size(self) -> int | None:
        """Bytes of the object, None when it is not there."""
        parent, _, name = self.url.rpartition("/")
        with answered(self.url):
            try:
                return int(obstore.head(bucket(parent), name)["size"])
            except FileNotFoundError:
                return None

    @property
    def written(self) -> datetime | None:
        """When the object, or the last one of the group, was put; None when it is not there."""
        parent, _, name = self.url.rpartition("/")
        with answered(self.url):
            for key in (name, f"{name}/{WHOLE}"):
                with suppress(FileNotFoundError):
                    return obstore.head(bucket(parent), key)["last_modified"]
        return None

    def read(self, first: int, last: int) -> bytes:
        """Bytes ``first`` up to but not including ``last`` of the object."""
        parent, _, name = self.url.rpartition("/")
        with answered(self.url):
            return bytes(obstore.get_range(bucket(parent), name, start=first, end=last))


@cache
def bucket(url: str) -> ObjectStore:
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


def claim(root: str, store: Owner) -> None:
    """Make a prefix the home of one store: the one with that ledger.

    Raises StoreError when it is another store's: each would take the other's maps for garbage.
    """
    owner = _owner(root)
    if owner is None:
        # Of two that find nobody here, the storage lets one put its name.
        with answered(root), suppress(AlreadyExistsError):
            obstore.put(bucket(root), OWNER, store.dumped().encode(), mode="create")
        owner = _owner(root)
    if owner is None or owner.ledger != store.ledger:
        raise StoreError(
            f"{root} is the home of another store ({owner or 'not known'}); give this one a prefix of its "
            "own in SOILINFO_OBJECTS"
        )


def _owner(root: str) -> Owner | None:
    with answered(root):
        try:
            return owner_of(bytes(obstore.get(bucket(root), OWNER).bytes()), f"{root}/{OWNER}")
        except FileNotFoundError:
            return None


class ObjectGroups:
    """A shelf of groups of objects (Zarr): a group is whole when all that its last object lists lie there."""

    def __init__(self, root: str) -> None:
        self.root = root

    def place(self, layer: str, name: str) -> ObjectPlace:
        """The group's prefix."""
        return ObjectPlace(f"{self.root}/{layer}/{name}")

    def has(self, layer: str, name: str) -> bool:
        """True when the last object is there, and all that it lists in their full size."""
        text = self._text(_whole(layer, name))
        if not text:
            return False
        listed: dict[str, int] = json.loads(text)
        return listed.items() <= self._sizes(layer, name).items()

    @contextmanager
    def finished(self, layer: str, name: str) -> Iterator[ObjectPlace]:
        """The group's own prefix, whole on clean exit; an object is durable once the storage took it.

        Raises StoreError, and leaves no group, when another writer or collector was at it meanwhile.
        """
        if self.has(layer, name):
            raise StoreError(f"{layer}/{name} exists already; a version is never overwritten")
        self.remove(layer, name)
        sign = secrets.token_hex(8)
        self._put(_writing(layer, name), sign)
        try:
            with answered(self.root):
                yield self.place(layer, name)
            self._finish(layer, name, sign)
        except BaseException as error:
            self._give_up(layer, name, sign, error)
            raise

    def _give_up(self, layer: str, name: str, sign: str, error: BaseException) -> None:
        """Remove what is written, unless another is writing the group by now, or has finished it."""
        signed = self._text(_writing(layer, name))
        if signed == sign or (signed is None and not self.has(layer, name)):
            self.remove(layer, name)
        if signed != sign and isinstance(error, Exception):
            raise self._taken_away(layer, name) from error

    def _finish(self, layer: str, name: str, sign: str) -> None:
        self._require_own(layer, name, sign)
        self._put(_whole(layer, name), json.dumps(self._sizes(layer, name)))
        try:
            self._require_own(layer, name, sign)
        except StoreError:
            self._delete([_whole(layer, name)])
            raise
        self._delete([_writing(layer, name)])

    def _require_own(self, layer: str, name: str, sign: str) -> None:
        if self._text(_writing(layer, name)) != sign:
            raise self._taken_away(layer, name)

    def _taken_away(self, layer: str, name: str) -> StoreError:
        return StoreError(
            f"{self.root}/{layer}/{name} was removed by another process while it was written; "
            "nothing of it was published; run it again"
        )

    def names(self) -> Iterator[tuple[str, str]]:
        """(layer, version) of every group with its last object."""
        for key in sorted(sizes_below(self.root, "")):
            layer, _, rest = key.partition("/")
            name, _, last = rest.partition("/")
            if last == WHOLE:
                yield layer, name

    def remove(self, layer: str, name: str) -> None:
        """Remove every object of a group, the signs first, so that it is never half there."""
        for sign in (_writing(layer, name), _whole(layer, name)):
            if self._text(sign) is not None:
                self._delete([sign])
        self._delete(list(sizes_below(self.root, f"{layer}/{name}")))

    def remove_partials(self) -> list[str]:
        """Remove every group without its last object."""
        begun = {group for key in sizes_below(self.root, "") if (group := _group_of(key))}
        unfinished = sorted(begun - set(self.names()))
        return [f"{layer}/{name}" for layer, name in unfinished if self._collect(layer, name)]

    def _collect(self, layer: str, name: str) -> bool:
        """Remove an unfinished group; False when its writer has finished it after all."""
        self._delete([_writing(layer, name)])
        if self._text(_whole(layer, name)) is not None:
            return False
        self.remove(layer, name)
        return True

    def _sizes(self, layer: str, name: str) -> dict[str, int]:
        """Bytes of each object of a group by its key, but for the last object."""
        group = f"{layer}/{name}"
        sizes = {key.removeprefix(f"{group}/"): size for key, size in sizes_below(self.root, group).items()}
        return {key: size for key, size in sizes.items() if key != WHOLE}

    def _put(self, key: str, text: str) -> None:
        with answered(self.root):
            obstore.put(bucket(self.root), key, text.encode())

    def _text(self, key: str) -> str | None:
        with answered(self.root):
            try:
                return bytes(obstore.get(bucket(self.root), key).bytes()).decode()
            except FileNotFoundError:
                return None

    def _delete(self, keys: Sequence[str]) -> None:
        if keys:
            with answered(self.root):
                obstore.delete(bucket(self.root), keys)


def _whole(layer: str, name: str) -> str:
    return f"{layer}/{name}/{WHOLE}"


def _writing(layer: str, name: str) -> str:
    return f"{layer}/{name}{WRITING}"


def _group_of(key: str) -> tuple[str, str] | None:
    """Layer and name of the group that an object belongs to; None for what is a person's."""
    layer, _, rest = key.partition("/")
    name, inside, last = rest.partition("/")
    if inside:
        return (layer, name) if _OF_A_GROUP.fullmatch(last) else None
    return (layer, name.removesuffix(WRITING)) if name.endswith(WRITING) else None


def sizes_below(root: str, prefix: str) -> dict[str, int]:
    """Bytes of every object below a prefix of whole names, by its key relative to the root."""
    with answered(root):
        return {
            entry["path"]: int(entry["size"])
            for page in obstore.list(bucket(root), prefix or None)
            for entry in page
        }
