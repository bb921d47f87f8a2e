"""Ingestion: sources named in config/ become new immutable versions, published as one snapshot."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from os import cpu_count

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.soil_profiles import by_held_name
from soilinfo.errors import SourceError, StoreError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.jobs.ingestion.judgement import judge
from soilinfo.jobs.ingestion.levels import ingest_level
from soilinfo.jobs.ingestion.mapunits import ingest_soil_map
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.rasters import ingest_raster
from soilinfo.jobs.ingestion.settle import Settling
from soilinfo.jobs.ingestion.soil_profiles import ingest_soil_profiles
from soilinfo.jobs.ingestion.sources import Reading, Sources
from soilinfo.jobs.ingestion.tables import ingest_table
from soilinfo.jobs.runs.publication import publish
from soilinfo.jobs.runs.run import Event, Progress, RunReport, recorded
from soilinfo.jobs.runs.source_names import SourceNames
from soilinfo.jobs.runs.versions import remember
from soilinfo.jobs.runs.workers import workers
from soilinfo.store.home import Store

_log = logging.getLogger(__name__)


def ingest(
    store: Store,
    catalog: Catalog,
    names: Sequence[str] | None = None,
    *,
    actor: str,
    progress: Progress,
    scheduler: str | None = None,
) -> RunReport:
    """Ingest the named layers and levels (all of them by default) and publish what passed its checks.

    A source that is missing, unreadable or fails a blocking check keeps its published version;
    the others go on. A version that a rollback withdrew is held back until it is named, so that a
    nightly run does not undo a person's decision; one that config wants a person to release waits.
    Everything else that passed becomes visible in one ledger transaction, with its findings. Raises
    UnknownNameError for a name that config does not have; that of a dataset of soil profiles stands for
    what is held of it. ``scheduler``: address of a Dask cluster
    that works on the rasters instead of this process's threads (see ``workers``).
    """
    held = {dataset.id: name for name, dataset in by_held_name(catalog.soil_profiles).items()}
    names = [held.get(name, name) for name in names or ()]
    chosen = _chosen(catalog, names)
    work = _Work(Sources(store, catalog), SourceNames(store, catalog), progress, store)
    with (
        workers(scheduler) as executor,
        recorded(store, "ingest", actor, {"names": names}, catalog) as report,
    ):
        tasks = [(name, _task(store, catalog, name, executor)) for name in chosen]
        settling = Settling(store, report)
        settling.forget(catalog)
        outcomes = work.of(tasks, report.run)
        settling.settle(judge(store, catalog, outcomes, names))
        shown = {**store.ledger.current().layers, **report.published}
        outcomes = work.of(_table_tasks(store, catalog, names, shown), report.run)
        settling.settle(judge(store, catalog, outcomes, names))
        publish(store, report, actor=actor, reason=_reason(report.published))
    return report


def _reason(published: Mapping[str, str]) -> str:
    if not published:
        return "findings of the last ingestion"
    names = sorted(published)
    return "ingest " + (", ".join(names) if len(names) <= 4 else f"{len(names)} layers and levels")


Task = Callable[[str, Reading], Outcome]
"""(run, what it reads) -> outcome."""


def _chosen(catalog: Catalog, names: Sequence[str]) -> list[str]:
    known = [*catalog.levels, *catalog.layers, *catalog.soil_maps, *by_held_name(catalog.soil_profiles)]
    for name in names:
        if name not in known and name not in catalog.tables:
            there_are = [*known, *catalog.tables, *catalog.soil_profiles]
            raise UnknownNameError("layer, level, soil map, table or dataset", name, there_are)
    return [name for name in known if not names or name in names]


def _table_tasks(
    store: Store, catalog: Catalog, names: Sequence[str], shown: Mapping[str, str]
) -> list[tuple[str, Task]]:
    """Tables come last: their rows are about the units of levels as this run publishes them (``shown``).

    A level that is named brings the tables about its units along.
    """
    chosen = [
        name
        for name, table in catalog.tables.items()
        if not names or name in names or table.unit_level in names
    ]
    return [(name, partial(ingest_table, store, catalog, name, shown)) for name in chosen]


def _task(store: Store, catalog: Catalog, name: str, executor: Executor) -> Task:
    if name in catalog.levels:
        return partial(ingest_level, store, catalog, name)
    if name in catalog.soil_maps:
        return partial(ingest_soil_map, store, catalog, name)
    if dataset := by_held_name(catalog.soil_profiles).get(name):
        return partial(ingest_soil_profiles, store, catalog, dataset)
    return partial(ingest_raster, store, catalog, name, executor)


@dataclass(frozen=True)
class _Work:
    """The tasks of one run, which share its sources."""

    sources: Sources
    names: SourceNames
    progress: Progress
    store: Store
    ends: list[StoreError] = field(default_factory=list)
    """What ended the run: a thread may take up its next task before anybody can cancel that."""

    def of(self, tasks: Sequence[tuple[str, Task]], run: str) -> list[Outcome]:
        """The outcomes of the tasks, in their order; what ends the run lets no further task begin."""
        # GDAL, zstd and zlib release the interpreter lock, so threads use every core.
        with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
            futures = {pool.submit(self._guarded, name, task, run): name for name, task in tasks}
            try:
                for done, future in enumerate(as_completed(futures), start=1):
                    self.progress(_event(future.result(), futures[future], done, len(tasks)))
            finally:
                for future in futures:
                    future.cancel()
        return [future.result() for future in futures]

    def _guarded(self, name: str, task: Task, run: str) -> Outcome:
        """What fails for one source blocks its own layer, not the run; findings tell no path or password.

        A store or a cluster that does not answer ends the run: no other layer could be written either.
        """
        if self.ends:
            raise self.ends[0]
        try:
            outcome = self._whole(task, run)
        except SourceError as error:
            outcome = Outcome(name, None, (Finding(error.check, "block", name, str(error)),))
        except StoreError as error:
            self.ends.append(error)
            raise
        except Exception as error:
            _log.exception("'%s' was not ingested: soilinfo met what it does not expect", name)
            outcome = Outcome(name, None, (_unexpected(name, error),))
        return self._kept(replace(outcome, findings=tuple(map(self.names.told, outcome.findings))))

    def _kept(self, outcome: Outcome) -> Outcome:
        """An outcome whose versions are recorded: should the run end now, the next one need not make them."""
        for version in (outcome.version, *outcome.further):
            if version is not None:
                findings = outcome.findings if version is outcome.version else ()
                remember(self.store, version, findings)
        return outcome

    def _whole(self, task: Task, run: str) -> Outcome:
        """What comes of a task; where that is nothing, half of an upload may be why, and is then told."""
        reading = Reading(self.sources)
        try:
            outcome = task(run, reading)
        except Exception:
            reading.require_unchanged()
            raise
        if outcome.version is None:
            reading.require_unchanged()
        return outcome


def _unexpected(name: str, error: Exception) -> Finding:
    what = f"{type(error).__name__}: {error}"
    message = f"not ingested, as soilinfo met what it does not expect ({what}); its log tells where"
    return Finding("internal_error", "block", name, message)


def _event(outcome: Outcome, name: str, done: int, total: int) -> Event:
    if outcome.version is None:
        reasons = "; ".join(finding.message for finding in outcome.findings if finding.severity == "block")
        return Event("ingest", name, "blocked", done, total, reasons)
    return Event("ingest", name, "unchanged" if outcome.known else "written", done, total)
