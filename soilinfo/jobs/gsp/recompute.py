"""Make the maps of an export again from the very versions that its manifest names, and compare the cells."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.gsp import GspMap
from soilinfo.catalog.models import Catalog
from soilinfo.errors import SourceError
from soilinfo.jobs.gsp.layers import Published
from soilinfo.jobs.gsp.maps import Made, Making
from soilinfo.jobs.gsp.rasters import read_values
from soilinfo.report.gsp.manifest import FileEntry, Manifest, read_manifest
from soilinfo.report.gsp.quality import Quality, Verdict
from soilinfo.store.home import Store
from soilinfo.units import convert


def with_recomputed(quality: Quality, store: Store, catalog: Catalog, directory: Path) -> Quality:
    """The same report with a verdict more for each raster: whether its inputs give it again."""
    manifest = read_manifest(directory)
    if manifest is None:
        found = [Verdict("recomputed", "not_run", "", {"fault": "no manifest names the inputs"})]
    else:
        found = list(_compared(manifest, store, catalog, directory))
    return replace(quality, verdicts=(*quality.verdicts, *found))


def _compared(manifest: Manifest, store: Store, catalog: Catalog, directory: Path) -> Iterator[Verdict]:
    product = catalog.gsp_product(manifest.product)
    versions = {layer: each["version"] for layer, each in manifest.inputs.items()}
    gone = [f"{name} {version}" for name, version in versions.items() if not store.cube.exists(name, version)]
    if gone or product.edition != manifest.edition:
        why = {
            "versions_no_longer_kept": gone,
            "edition": product.edition,
            "made_by_edition": manifest.edition,
        }
        yield Verdict("recomputed", "not_run", "", why)
        return
    making = Making(Published(store, catalog, versions), product, manifest.depths)
    if making.grid != manifest.grid:
        yield Verdict("recomputed", "not_run", "", {"grid": "the national grid is another by now"})
        return
    yield from _outside(making.kept(), manifest, directory)
    for made in making.every():
        if isinstance(made, Made):
            yield from _of(made, manifest, product.maps[made.map], directory)


def _outside(kept: NDArray[np.bool_], manifest: Manifest, directory: Path) -> Iterator[Verdict]:
    """No file has a value on land that the product is not about."""
    for entry in manifest.files:
        values = _held(directory, entry)
        if values is not None and values.shape == kept.shape:
            outside = int((np.isfinite(values) & ~kept).sum())
            evidence = {"cells_outside": outside, "cells_of_land": int(kept.sum())}
            yield Verdict("mask_coverage", "failed" if outside else "passed", entry.file, evidence)


def _of(made: Made, manifest: Manifest, wanted: GspMap, directory: Path) -> Iterator[Verdict]:
    for entry in manifest.files:
        if (entry.map, entry.depth) != (made.map, made.depth):
            continue
        held = _held(directory, entry)
        values = made.values if entry.statistic == "mean" else made.uncertainty
        if values is not None and held is not None:
            percent = entry.statistic == "sd" and wanted.uncertainty == "percent"
            if wanted.unit and not percent:
                values = convert(values, wanted.unit, entry.unit).astype(np.float32)
            yield _verdict(entry, values, held)


def _held(directory: Path, entry: FileEntry) -> NDArray[np.float32] | None:
    """The cells of a file of the manifest; None of one that cannot be read, which the check tells."""
    try:
        return read_values(directory / entry.file)
    except SourceError:
        return None


def _verdict(entry: FileEntry, made: NDArray[np.float32], held: NDArray[np.float32]) -> Verdict:
    if made.shape != held.shape:
        return Verdict(
            "recomputed", "failed", entry.file, {"cells": list(held.shape), "of": list(made.shape)}
        )
    one_missing = np.isnan(made) != np.isnan(held)
    both = ~np.isnan(made) & ~np.isnan(held)
    most = float(np.abs(made[both] - held[both]).max(initial=0.0))
    evidence = {"largest_difference": most, "cells_with_data_in_one_only": int(one_missing.sum())}
    good = most <= 1e-6 * float(np.abs(made[both]).max(initial=1.0)) and not one_missing.any()
    return Verdict("recomputed", "passed" if good else "failed", entry.file, evidence)
