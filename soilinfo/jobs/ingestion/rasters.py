"""One raster layer: from its source to a new version in cube and COG, and how a version must be read."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from soilinfo.catalog.models import Catalog, ClassTable, Layer, Property
from soilinfo.catalog.styles import colour_table, style_of_layer
from soilinfo.findings import Finding, blocks
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster, judge_source
from soilinfo.ingest.examples import located
from soilinfo.ingest.files import source_files
from soilinfo.ingest.raster import is_copied
from soilinfo.ingest.source import NODATA, Reader, inspect, packed_type, property_of
from soilinfo.ingest.survey import Survey
from soilinfo.jobs.ingestion.outcome import Outcome
from soilinfo.jobs.ingestion.profiles import Profile, profile
from soilinfo.jobs.ingestion.shards import survey_source, write_shards
from soilinfo.jobs.ingestion.sources import Reading
from soilinfo.jobs.ingestion.terrain import parameters as terrain_parameters
from soilinfo.jobs.ingestion.terrain import slopes_of, source_layer
from soilinfo.jobs.ingestion.tiles import judge_tiles, raster_of, tile_paths
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.jobs.runs.versions import Origin, new_version
from soilinfo.store.cog import write_cog
from soilinfo.store.files import require_space
from soilinfo.store.home import Store
from soilinfo.store.layout import Variable
from soilinfo.store.ledger import Snapshot, Version

PIPELINE = "raster/2"
"""Name of the method; raising the number makes every version anew."""


def ingest_raster(
    store: Store, catalog: Catalog, name: str, executor: Executor, run: str, reading: Reading
) -> Outcome:
    """Bring one raster layer onto the national grid as cube and COG twin, unless a check blocks it.

    ``executor`` does the parts of the work; its tasks open source and version by their paths.
    Raises SourceError when the source cannot be used at all.
    """
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    paths = tile_paths(reading, layer)
    content = reading.sha256(paths)
    source = inspect(*raster_of(store, layer, paths))
    version = _version(catalog, name, content, run)
    old = store.ledger.version(name, version.version)
    if old is not None and store.has_raster(name, version.version):
        return Outcome(name, old, known=True)
    if known := store.ledger.known_blocked(version):
        return Outcome(name, None, known, known=True, refused=version)
    classes = _classes(catalog, prop)
    doubts = judge_tiles(catalog, source_layer(layer), paths)
    if layer.terrain and not blocks(doubts):
        made = slopes_of(store, catalog, layer, source, content, executor, reading.require_unchanged)
        doubts, layer, source = [*doubts, *made.findings], made.layer, made.source
    evidence = RasterEvidence(name, layer, prop, classes, source)
    reasons = doubts if blocks(doubts) else [*doubts, *judge_source(evidence)]
    if blocks(reasons):
        return Outcome(name, None, tuple(reasons), refused=version)
    require_space(store.directory, _bytes_needed(catalog, name, paths), f"'{name}'")
    reader = Reader(source, layer, prop, classes)
    try:
        seen, findings, cells = _Building(
            store, catalog, name, version.version, reader, executor, reading
        ).cube()
    except _BlockedLayer as blocked:
        return Outcome(name, None, (*doubts, *blocked.findings), refused=version)
    metadata = _metadata(catalog, name, seen, source.crs) | {"cells_sha256": cells.digest}
    version = replace(version, metadata=metadata)
    _write_cog(store, catalog, name, version.version)
    return Outcome(name, version, (*doubts, *findings), profile=cells)


def _bytes_needed(catalog: Catalog, name: str, paths: Sequence[str]) -> int:
    """About the most that a version takes on the disk: cube and COG are each as large as their source, at
    least (of a coarse source) a quarter of their cells without compression, at most all of these."""
    sources = {file for path in paths for file in source_files(path)}
    item = np.dtype(variable_of(catalog, name).dtype).itemsize
    cells = catalog.grid.window.cells * item
    return 2 * min(max(sum(file.stat().st_size for file in sources), cells // 4), cells)


def _version(catalog: Catalog, name: str, content: str, run: str) -> Version:
    layer = catalog.layer(name)
    classes = _classes(catalog, catalog.property(layer.property))
    parameters = {
        "layer": layer.model_dump(mode="json", exclude={"release"}),
        "form": form_of(catalog, name),
        "legend": classes.model_dump(mode="json", exclude={"order", "colours_by"}) if classes else None,
    } | terrain_parameters(catalog, layer)
    origin = Origin(layer.source if isinstance(layer.source, str) else "; ".join(layer.source), content, {})
    return new_version(name, "raster", origin, pipeline=PIPELINE, parameters=parameters, run=run)


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


def _classes(catalog: Catalog, prop: Property) -> ClassTable | None:
    return catalog.class_table(prop.class_table) if prop.class_table else None


# ---- what stored integers mean ----------------------------------------------------------


def form_of(catalog: Catalog, name: str) -> dict[str, Any]:
    """All of the configuration that gives a layer's stored integers their place and meaning."""
    layer = catalog.layer(name)
    prop = property_of(layer, catalog.property(layer.property))
    classes = _classes(catalog, prop)
    grid = catalog.grid
    return {
        "property": prop.model_dump(mode="json", include={"id", "unit", "valid_range", "decimals", "kind"}),
        "classes": {entry.id: [entry.code, entry.group] for entry in classes.classes} if classes else None,
        "grid": [grid.crs, grid.resolution, grid.west, grid.north, grid.width, grid.height],
    }


def is_outdated(catalog: Catalog, version: Version) -> bool:
    """True when the configuration has changed so that the version's integers would be misread."""
    recorded = fingerprint(form=version.parameters.get("form"))
    return recorded != fingerprint(form=form_of(catalog, version.layer))


def outdated(store: Store, catalog: Catalog, snapshot: Snapshot) -> list[str]:
    """Published raster layers that config now describes otherwise: to be ingested anew before use."""
    known = [name for name in catalog.layers if name in snapshot.layers]
    versions = [store.ledger.version(name, snapshot.layers[name]) for name in known]
    return [version.layer for version in versions if version and is_outdated(catalog, version)]


# ---- writing ----------------------------------------------------------------------------


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


class _BlockedLayer(Exception):  # noqa: N818 - an answer on its way, not an error
    """A check blocked what was being written, so that nothing of it stays."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings


@dataclass(frozen=True)
class _Building:
    """A version of a layer on its way into the cube."""

    store: Store
    catalog: Catalog
    name: str
    version: str
    reader: Reader
    executor: Executor
    reading: Reading

    def cube(self) -> tuple[Survey, tuple[Finding, ...], Profile]:
        """Write the cube, if it is not there, and judge the source; _BlockedLayer leaves nothing.

        Cells that are copied are surveyed while they are written, which spares a second reading. A
        source to be resampled is judged first: its cells are others than those written.
        """
        grid, cube = self.catalog.grid, self.store.cube
        exists, copied = cube.exists(self.name, self.version), is_copied(self.reader, grid)
        if exists or not copied:
            seen = survey_source(self.executor, self.reader, grid)
            findings = self._judged(seen)
        if exists:
            cells = profile(cube.open(self.name, self.version), self.name)
        else:
            layout = variable_of(self.catalog, self.name)
            with cube.writer(self.name, self.version, grid, [layout], self._attributes()) as writer:
                written, cells = write_shards(self.executor, writer, self.reader, grid, layout)
                if copied:
                    seen, findings = written, self._judged(written)
                self.reading.require_unchanged()
        return seen, findings, cells

    def _judged(self, seen: Survey) -> tuple[Finding, ...]:
        reader = self.reader
        evidence = RasterEvidence(
            self.name, reader.layer, reader.property, reader.classes, reader.source, seen
        )
        findings = tuple(located(judge_raster(evidence), reader, self.catalog.grid))
        if blocks(findings):
            raise _BlockedLayer(findings)
        return findings

    def _attributes(self) -> dict[str, str]:
        layer = self.reader.layer
        return {
            "title": self.catalog.title_of(layer)["en"],
            "licence": layer.licence,
            "source": layer.attribution,
        }


def _write_cog(store: Store, catalog: Catalog, name: str, version: str) -> None:
    if store.has_cog(name, version):
        return
    with store.cog(name, version) as target:
        write_cog(store.cube.open(name, version), name, target, **description(catalog, name, version))


def description(catalog: Catalog, name: str, version: str) -> dict[str, Any]:
    """Tags, colours, class names and unit of the COG of a layer, as :func:`write_cog` takes them."""
    layer = catalog.layer(name)
    prop = catalog.property(layer.property)
    classes = _classes(catalog, prop)
    return {
        "tags": _tags(catalog, layer, version),
        "colours": colour_table(style_of_layer(catalog, name)) if classes else None,
        "category_names": {entry.code: entry.title["en"] for entry in classes.classes} if classes else None,
        "unit": prop.unit,
    }


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
