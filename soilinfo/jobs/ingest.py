"""Ingestion: sources named in config/ become new immutable versions, published as one snapshot."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from os import cpu_count

from soilinfo.catalog.models import Catalog
from soilinfo.errors import SourceError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.jobs.candidates import judge_candidates
from soilinfo.jobs.levels import ingest_level, with_parents
from soilinfo.jobs.mapunits import ingest_soil_map
from soilinfo.jobs.publication import publish
from soilinfo.jobs.rasters import Outcome, ingest_raster
from soilinfo.jobs.run import Event, Progress, RunReport, recorded
from soilinfo.jobs.settle import Settling
from soilinfo.jobs.tables import ingest_table
from soilinfo.jobs.workers import workers
from soilinfo.store.home import Store


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
    UnknownNameError for a name that config does not have. ``scheduler``: address of a Dask cluster
    that works on the rasters instead of this process's threads (see ``workers``).
    """
    chosen = _chosen(catalog, names)
    with (
        workers(scheduler) as executor,
        recorded(store, "ingest", actor, {"names": list(names or [])}) as report,
    ):
        tasks = [(name, _task(store, catalog, name, executor)) for name in chosen]
        served = store.ledger.current().layers
        outcomes = judge_candidates(store, catalog, _work(tasks, report.run, progress), served)
        offered = {**served, **{one.name: one.version.version for one in outcomes if one.version}}
        judged = [with_parents(store, catalog, outcome, offered) for outcome in outcomes]
        settling = Settling(store, catalog, report, served, named=bool(names))
        for outcome, verdict in zip(outcomes, judged, strict=True):
            settling.settle(outcome, verdict)
        shown = {**served, **report.published}
        for outcome in _work(_table_tasks(store, catalog, names, shown), report.run, progress):
            settling.settle(outcome, outcome)
        publish(store, report, actor=actor, reason=_reason(report.published))
    return report


def _reason(published: Mapping[str, str]) -> str:
    if not published:
        return "findings of the last ingestion"
    names = sorted(published)
    return "ingest " + (", ".join(names) if len(names) <= 4 else f"{len(names)} layers and levels")


Task = tuple[str, Callable[[str], Outcome]]


def _chosen(catalog: Catalog, names: Sequence[str] | None) -> list[str]:
    known = [*catalog.levels, *catalog.layers, *catalog.soil_maps]
    for name in names or ():
        if name not in known and name not in catalog.tables:
            raise UnknownNameError("layer, level, soil map or table", name, [*known, *catalog.tables])
    return [name for name in known if not names or name in names]


def _table_tasks(
    store: Store, catalog: Catalog, names: Sequence[str] | None, shown: Mapping[str, str]
) -> list[Task]:
    """Tables come last: their rows are about the units of levels as this run publishes them (``shown``)."""
    chosen = [name for name in catalog.tables if not names or name in names]
    return [(name, partial(ingest_table, store, catalog, name, shown)) for name in chosen]


def _task(store: Store, catalog: Catalog, name: str, executor: Executor) -> Callable[[str], Outcome]:
    if name in catalog.levels:
        return lambda run: ingest_level(store, catalog, name, run)
    if name in catalog.soil_maps:
        return lambda run: ingest_soil_map(store, catalog, name, run)
    return lambda run: ingest_raster(store, catalog, name, run, executor)


def _work(tasks: Sequence[Task], run: str, progress: Progress) -> list[Outcome]:
    # GDAL, zstd and zlib release the interpreter lock, so threads use every core.
    with ThreadPoolExecutor(max_workers=cpu_count() or 1) as pool:
        futures = [(name, pool.submit(_guarded, name, task, run)) for name, task in tasks]
        outcomes = []
        for done, (name, future) in enumerate(futures, start=1):
            outcomes.append(future.result())
            progress(_event(outcomes[-1], name, done, len(tasks)))
        return outcomes


def _guarded(name: str, task: Callable[[str], Outcome], run: str) -> Outcome:
    """A source that cannot be read blocks its own layer, not the run."""
    try:
        return task(run)
    except SourceError as error:
        return Outcome(name, None, (Finding(error.check, "block", name, str(error)),))


def _event(outcome: Outcome, name: str, done: int, total: int) -> Event:
    if outcome.version is None:
        reasons = "; ".join(finding.message for finding in outcome.findings if finding.severity == "block")
        return Event("ingest", name, "blocked", done, total, reasons)
    return Event("ingest", name, "unchanged" if outcome.known else "written", done, total)
