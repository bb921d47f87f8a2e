"""How long old versions are kept: everything served within ``keep_days``, and what people still need."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from soilinfo.catalog.models import Catalog
from soilinfo.jobs.runs.run import Event, Progress, RunReport, recorded
from soilinfo.store import clock
from soilinfo.store.files import remove
from soilinfo.store.home import Files, Store
from soilinfo.store.ledger import Version
from soilinfo.store.states import State

Key = tuple[str, str]
"""(layer, version)."""


def prune(store: Store, catalog: Catalog, actor: str, progress: Progress) -> RunReport:
    """Remove the files of versions that nobody needs any more, old reports and jobs, and what was brought or
    made for sources that no run used; the ledger keeps the record. Also versions that it does not know.

    A step of a pipeline. What a reader of the last ``keep_days`` may hold an address of stays.
    """
    with recorded(store, "prune", actor, {"keep_days": catalog.services.retention.keep_days}) as report:
        versions = removable(store, catalog)
        store.ledger.set_removed((version.layer, version.version) for version in versions)
        for done, version in enumerate(versions, start=1):
            store.remove(version.layer, version.version)
            report.removed.append(f"{version.layer}/{version.version}")
            progress(Event("prune", version.layer, "removed", done, len(versions), version.version))
        report.removed += store.remove_files(removable_unrecorded(store, catalog))
        report.removed += _remove_reports(store, catalog, but=report.run)
        report.removed += _remove_unused(store, catalog)
        kept_for = timedelta(days=catalog.services.retention.job_days)
        report.removed += [f"jobs/{job}" for job in store.queue.forget(kept_for)]
    return report


def removable(store: Store, catalog: Catalog) -> list[Version]:
    """Versions whose files may go.

    Kept is what any snapshot of the last ``keep_days`` serves, what was made since, the newest of
    each layer, what is pinned or waits, what was allocated by or reported to others, what people still see
    who open the database, and all that these were derived from.
    """
    versions = store.ledger.versions()
    known = {(version.layer, version.version): version for version in versions}
    needed = {
        *_served(store, _kept_for(catalog)),
        *store.ledger.pinned(),
        *store.ledger.shown(),
        *((each.layer, each.version) for each in store.ledger.waiting()),
        *_allocated(store, "submitted", "approved"),
        *_reported(store),
        *_newest(versions),
        *(key for key, version in known.items() if clock.age(version.created) < _kept_for(catalog)),
    }
    # Of a draft its tables are kept, but not for ever all that it could be made of anew.
    kept = {*_with_inputs(needed, known), *_allocated(store, "draft")}
    return [version for key, version in known.items() if key not in kept and not version.removed]


def removable_unrecorded(store: Store, catalog: Catalog) -> list[Files]:
    """Files of versions that the ledger does not know, and that were finished before the time given.

    Until then the ledger that knows them may be put back.
    """
    return store.unrecorded(older_than=_kept_for(catalog))


def _kept_for(catalog: Catalog) -> timedelta:
    return timedelta(days=catalog.services.retention.keep_days)


def _served(store: Store, kept_for: timedelta) -> set[Key]:
    """All that was served at any moment of the time given."""
    found: set[Key] = set()
    snapshots = store.ledger.every_snapshot()
    for newer, snapshot in pairwise([None, *snapshots]):
        ended = newer.created if newer else None
        if snapshot and (ended is None or clock.age(ended) < kept_for):
            found |= set(snapshot.layers.items())
    return found


def _allocated(store: Store, *states: State) -> set[Key]:
    """The tables of allocations in these states."""
    records = store.allocations.records()
    return {key for record in records if record.state in states for key in record.tables.items()}


def _reported(store: Store) -> set[Key]:
    """What country reports that others may hold were made of: they are recomputed from it."""
    records = store.country_reports.records()
    return {key for each in records if each.state != "draft" for key in each.inputs.items()}


def _newest(versions: Iterable[Version]) -> set[Key]:
    """The newest version of each layer: what its source holds now, served or held back."""
    first: dict[str, Key] = {}
    for version in versions:
        first.setdefault(version.layer, (version.layer, version.version))
    return set(first.values())


def _with_inputs(needed: Iterable[Key], known: dict[Key, Version]) -> set[Key]:
    kept: set[Key] = set()
    open_ = list(needed)
    while open_:
        key = open_.pop()
        if key in known and key not in kept:
            kept.add(key)
            open_ += known[key].inputs.items()
    return kept


def _remove_reports(store: Store, catalog: Catalog, *, but: str) -> list[str]:
    kept = {run.id for run in store.ledger.runs_since(clock.now() - _kept_for(catalog))} | {but}
    old = [path for path in sorted(store.reports.glob("*")) if path.name not in kept]
    for path in old:
        remove(path)
    return [f"reports/{path.name}" for path in old]


def _remove_unused(store: Store, catalog: Catalog) -> list[str]:
    """Remove what no run of the time given used: files of other machines, slopes of terrain, mosaics."""
    kept_for = _kept_for(catalog).total_seconds()
    made = [path for home in ("sources", "terrain", "mosaic") for path in (store.directory / home).glob("*")]
    old = [path for path in sorted(made) if clock.now().timestamp() - path.stat().st_mtime > kept_for]
    for path in old:
        remove(path)
    return [str(path.relative_to(store.directory)) for path in old]
