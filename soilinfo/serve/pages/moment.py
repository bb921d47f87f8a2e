"""Which versions the map shows: those of now, or of the publication that a link names.

A link that a person keeps says ``made``, the publication that it was made of: what was changed since is
told. With ``snapshot`` the map shows what that publication had, as long as it is kept.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from starlette.datastructures import QueryParams

from soilinfo.catalog.entries import Entry
from soilinfo.errors import UnknownNameError
from soilinfo.serve import parameters
from soilinfo.serve.answers import RefusedError
from soilinfo.serve.past import collection_at
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.ledger import Snapshot

MADE, SNAPSHOT = "made", "snapshot"


class Moment(NamedTuple):
    """What is shown of each layer, and what is to be told of it."""

    versions: Mapping[str, str]
    """Version by published name."""
    number: int
    """Of the publication that the address names, 0 for none."""
    then: Snapshot | None = None
    """That publication, where there is one."""
    is_past: bool = False
    """True when the map shows it, and not the one of now."""
    changed: tuple[Entry, ...] = ()
    """What it has in another version than now."""
    lost: tuple[Entry, ...] = ()
    """What was published then and cannot be shown any more."""

    @property
    def is_unknown(self) -> bool:
        """True when the address names a publication that there never was."""
        return bool(self.number) and self.then is None


def moment(site: Site, params: QueryParams, shown: Iterable[Entry]) -> Moment:
    """The versions of what is shown; InputError for a number of a publication that is none."""
    is_past = SNAPSHOT in params
    number = parameters.integer(params, SNAPSHOT if is_past else MADE, 0, low=1)
    if not number or number == site.snapshot.id:
        return Moment(site.published, 0)
    then = _snapshot(number)
    if then is None:
        return Moment(site.published, number)
    changed = tuple(each for each in shown if then.layers.get(each.layer) != site.published[each.layer])
    lost = tuple(each for each in changed if not _is_kept(each, then))
    versions = {**site.published, **then.layers} if is_past else site.published
    return Moment(versions, number, then, is_past, changed, lost)


def _snapshot(number: int) -> Snapshot | None:
    """A publication up to the one that answers; None where there was none of that number."""
    source = pinned().source
    if number > source.snapshot.id:
        return None
    try:
        return source.store.ledger.snapshot(number)
    except UnknownNameError:
        return None


def _is_kept(entry: Entry, then: Snapshot) -> bool:
    """Whether a layer can still be shown as it was."""
    version = then.layers.get(entry.layer)
    if version is None:
        return False
    try:
        collection_at(pinned().source, entry.collection, version)
    except (UnknownNameError, RefusedError):
        return False
    return True
