"""The first page: a tile for each theme, doors for those who come, and what the last publication changed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from soilinfo.catalog.entries import THEMES, Entry
from soilinfo.serve.pages.regions import groups, made
from soilinfo.serve.reports.served import served
from soilinfo.serve.site.site import Site
from soilinfo.serve.state import pinned
from soilinfo.store.ledger import Snapshot

QUALITY = "quality"
"""What checks found has a door instead of a tile."""


class Tile(NamedTuple):
    """One theme: what is published of it, and the first raster of it, None where there is none."""

    theme: str
    entries: list[Entry]
    shown: Entry | None


def front(site: Site) -> dict[str, Any]:
    """The context of the first page.

    ``tiles``, ``groups`` of regions and what is ``made`` of one, ``changed`` entries, the ids of
    ``offered`` processes, and whether the nation has ``reported``.
    """
    publication = pinned()
    before = publication.store.ledger.snapshots(2)
    return {
        "tiles": tiles(site),
        "groups": groups(site),
        "made": made(publication.api.manager.processes),
        "changed": changed(site, before),
        "offered": [*publication.api.manager.processes],
        "reported": bool(served(publication.store)),
    }


def tiles(site: Site) -> list[Tile]:
    """A tile for each theme of which something is published, those with a map before tables."""
    of_theme = {theme: site.of_theme(theme) for theme in THEMES if theme != QUALITY}
    found = [Tile(theme, entries, _shown(entries)) for theme, entries in of_theme.items() if entries]
    return sorted(found, key=lambda tile: tile.shown is None)


def changed(site: Site, snapshots: Iterable[Snapshot]) -> list[Entry]:
    """What has another version than in the one before, of ``snapshots``; nothing where that is not there."""
    before = next((each for each in snapshots if each.id < site.snapshot.id), None)
    if before is None:
        return []
    return [
        entry
        for entry in site.entries.values()
        if before.layers.get(entry.layer) != site.published[entry.layer] and not entry.variable
    ]


def _shown(entries: Iterable[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.legend), None)
