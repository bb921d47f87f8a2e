"""Ingestion: sources named in config/ become new immutable versions, published as one snapshot."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import cpu_count
from typing import Any

from soilinfo import __version__
from soilinfo.catalog.load import source_path
from soilinfo.catalog.models import Catalog, Layer, Level, Property
from soilinfo.catalog.styles import colour_table, style_of_layer
from soilinfo.errors import SourceError, UnknownNameError
from soilinfo.findings import Finding, blocks
from soilinfo.ingest.checks import RasterEvidence, judge_raster
from soilinfo.ingest.raster import (
    NODATA,
    Reader,
    Survey,
    inspect,
    pack,
    packed_type,
    property_of,
    survey,
    warp,
)
from soilinfo.ingest.vector import administrative_units, read_source
from soilinfo.jobs.run import Event, Progress, RunReport, file_sha256, fingerprint, recorded
from soilinfo.store.cog import write_cog
from soilinfo.store.cube import Variable
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

RASTER_PIPELINE = "raster/1"
VECTOR_PIPELINE = "vector/1"
"""Names of the methods; raising the number makes every version anew."""


@dataclass(frozen=True)
class Outcome:
    """What became of one source: ``version`` is None when it was blocked.

    ``known`` says that the ledger had this very version already and nothing was written.
    """

    name: str
    version: Version | None
    findings: tuple[Finding, ...] = ()
    known: bool = False


def ingest(
    store: Store, catalog: Catalog, names: Sequence[str] | None = None, *, actor: str, progress: Progress
) -> RunReport:
    """Ingest the named layers and levels (all of them by default) and publish what passed its checks.

    A source that is missing, unreadable or fails a blocking check keeps its published version;
    the others go on. Everything that passed becomes visible in one ledger transaction.
    Raises UnknownNameError for a name that config does not have.
    """
    tasks = _tasks(store, catalog, names)
    with recorded(store, "ingest", actor, {"names": list(names or [])}) as report:
        served = store.ledger.current().layers
        for outcome in _work(tasks, report.run, progress):
            _record(store, report, outcome, served)
        if report.published:
            snapshot = store.ledger.publish(
                report.published,
                run=report.run,
                actor=actor,
                reason=_reason(report.published),
            )
            report.snapshot = snapshot.id
    return report


def _reason(published: Mapping[str, str]) -> str:
    names = sorted(published)
    return "ingest " + (", ".join(names) if len(names) <= 4 else f"{len(names)} layers and levels")


Task = tuple[str, Callable[[str], Outcome]]


def _tasks(store: Store, catalog: Catalog, names: Sequence[str] | None) -> list[Task]:
    known = [*catalog.levels, *catalog.layers]
    for name in names or ():
        if name not in known:
            raise UnknownNameError("layer or level", name, known)
    chosen = [name for name in known if not names or name in names]
    return [(name, _task(store, catalog, name)) for name in chosen]


def _task(store: Store, catalog: Catalog, name: str) -> Callable[[str], Outcome]:
    if name in catalog.levels:
        return lambda run: ingest_level(store, catalog, name, run)
    return lambda run: ingest_raster(store, catalog, name, run)


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
        return Outcome(name, None, (Finding("unreadable_source", "block", name, str(error)),))


def _event(outcome: Outcome, name: str, done: int, total: int) -> Event:
    if outcome.version is None:
        reasons = "; ".join(finding.message for finding in outcome.findings if finding.severity == "block")
        return Event("ingest", name, "blocked", done, total, reasons)
    return Event("ingest", name, "unchanged" if outcome.known else "written", done, total)


def _record(store: Store, report: RunReport, outcome: Outcome, served: Mapping[str, str]) -> None:
    report.findings.extend(outcome.findings)
    if outcome.version is None:
        report.blocked.append(outcome.name)
        store.ledger.record_findings(report.run, outcome.name, None, outcome.findings)
        return
    if not outcome.known:
        store.ledger.record(outcome.version, outcome.findings)
    if served.get(outcome.name) == outcome.version.version:
        report.unchanged.append(outcome.name)
    else:
        report.published[outcome.name] = outcome.version.version


# ---- rasters ----------------------------------------------------------------------------


def ingest_raster(store: Store, catalog: Catalog, name: str, run: str) -> Outcome:
    """Bring one raster layer onto the national grid as cube and COG twin, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    source = inspect(source_path(catalog, layer), layer.band)
    version = _raster_version(catalog, name, run)
    if (old := store.ledger.version(name, version.version)) is not None:
        return Outcome(name, old, known=True)
    classes = catalog.class_table(prop.class_table) if prop.class_table else None
    reader = Reader(source, layer, prop, classes)
    seen = survey(reader, catalog.grid)
    findings = judge_raster(RasterEvidence(name, layer, prop, classes, source, seen))
    if blocks(findings):
        return Outcome(name, None, tuple(findings))
    version = replace(version, metadata=_metadata(catalog, name, seen, source.crs))
    _write_raster(store, catalog, name, version, reader)
    return Outcome(name, version, tuple(findings))


def _raster_version(catalog: Catalog, name: str, run: str) -> Version:
    layer = catalog.layer(name)
    prop = catalog.property(layer.property)
    parameters = {
        "layer": layer.model_dump(mode="json", exclude={"severity"}),
        "property": prop.model_dump(
            mode="json", include={"unit", "valid_range", "decimals", "kind", "class_table"}
        ),
        "classes": catalog.class_table(prop.class_table).code_of if prop.class_table else None,
        "grid": _grid_parameters(catalog),
    }
    return _version(name, "raster", source_path(catalog, layer), RASTER_PIPELINE, parameters, run)


def _version(name: str, kind: Any, path: str, pipeline: str, parameters: dict[str, Any], run: str) -> Version:
    sha256 = file_sha256(path)
    return Version(
        layer=name,
        version=fingerprint(source=sha256, pipeline=pipeline, parameters=parameters),
        kind=kind,
        source=path,
        source_sha256=sha256,
        pipeline=pipeline,
        software=f"soilinfo {__version__}",
        parameters=parameters,
        inputs={},
        metadata={},
        run=run,
        created=datetime.now(UTC),
    )


def _grid_parameters(catalog: Catalog) -> dict[str, Any]:
    grid = catalog.grid
    return {"crs": grid.crs, "resolution": grid.resolution, "bounds": grid.bounds}


def _metadata(catalog: Catalog, name: str, seen: Survey, source_crs: str) -> dict[str, Any]:
    layer = catalog.layer(name)
    return {
        "property": layer.property,
        "statistic": layer.statistic,
        "depth_cm": layer.depth,
        "time": layer.time,
        "source_crs": source_crs,
        "source_cells": {"inside_grid": seen.cells, "valid": seen.valid},
        "source_range": [seen.low, seen.high] if seen.low <= seen.high else None,
    }


def variable_of(catalog: Catalog, name: str) -> Variable:
    """How a raster layer is stored: integer type, scale, no data, overview rule, CF attributes."""
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    dtype = packed_type(prop)
    attributes = {
        "long_name": catalog.title_of(layer)["en"],
        "units": prop.unit,
        "soilinfo_property": layer.property,
        "soilinfo_statistic": layer.statistic,
    }
    if layer.depth:
        attributes["depth_cm"] = f"{layer.depth[0]:g}-{layer.depth[1]:g}"
    if layer.time:
        attributes["time"] = layer.time
    overview = "mode" if prop.kind == "class" else "average"
    return Variable(name, dtype, NODATA[dtype], prop.scale, overview, attributes)  # type: ignore[arg-type]


def _write_raster(store: Store, catalog: Catalog, name: str, version: Version, reader: Reader) -> None:
    layer, variable = catalog.layer(name), variable_of(catalog, name)
    attributes = {
        "title": catalog.title_of(layer)["en"],
        "licence": layer.licence,
        "source": layer.attribution,
    }
    with store.cube.writer(name, version.version, catalog.grid, [variable], attributes) as writer:
        for window in catalog.grid.shards():
            writer.write(name, window, pack(warp(reader, catalog.grid, window), reader.property))
    write_layer_cog(store, catalog, name, version.version)


def write_layer_cog(store: Store, catalog: Catalog, name: str, version: str) -> None:
    """The COG twin of one ingested layer: the same packed values, with unit, legend and provenance."""
    layer = catalog.layer(name)
    prop: Property = catalog.property(layer.property)
    classes = catalog.class_table(prop.class_table) if prop.class_table else None
    write_cog(
        store.cube.open(name, version),
        name,
        store.cog_path(name, version),
        tags=_tags(catalog, layer, version),
        colours=colour_table(style_of_layer(catalog, name)) if classes else None,
        category_names={entry.code: entry.title["en"] for entry in classes.classes} if classes else None,
        unit=prop.unit,
    )


def _tags(catalog: Catalog, layer: Layer, version: str) -> dict[str, str]:
    tags = {
        "TITLE": catalog.title_of(layer)["en"],
        "VERSION": version,
        "LICENCE": layer.licence,
        "ATTRIBUTION": layer.attribution,
        "LINEAGE": layer.lineage,
        "SYNTHETIC": "yes" if layer.synthetic else "no",
    }
    return {key: value for key, value in tags.items() if value}


# ---- administrative units ---------------------------------------------------------------


def ingest_level(store: Store, catalog: Catalog, name: str, run: str) -> Outcome:
    """Bring one administrative level into the vector store, repaired, unless a check blocks it.

    Raises SourceError when the source cannot be used at all.
    """
    level = catalog.level(name)
    path = source_path(catalog, level)
    frame = read_source(path, level.source_layer)
    version = _level_version(name, level, path, run)
    if (old := store.ledger.version(name, version.version)) is not None:
        return Outcome(name, old, known=True)
    units, findings = administrative_units(frame, name, level)
    if blocks(findings):
        return Outcome(name, None, tuple(findings))
    store.vector.write(name, version.version, units, id_field="code")
    version = replace(version, metadata={"units": len(units), "code_system": level.code_system})
    return Outcome(name, version, tuple(findings))


def _level_version(name: str, level: Level, path: str, run: str) -> Version:
    parameters = {"level": level.model_dump(mode="json", exclude={"severity", "title", "singular"})}
    return _version(name, "vector", path, VECTOR_PIPELINE, parameters, run)
