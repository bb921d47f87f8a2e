"""Tests of the files of a product together: what is there, what belongs together, what adds up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.gsp import GspProduct
from soilinfo.jobs.gsp.layers import Depth
from soilinfo.jobs.gsp.raster_checks import Raster
from soilinfo.report.gsp.manifest import Manifest
from soilinfo.report.gsp.quality import State, Verdict

MOST_TEXTURES_OFF_PCT = 1.0
"""Share of cells whose texture may be off before it is a fault. Ours: fractions are often predicted apart."""
WORTHLESS_PCT, EXCHANGED_PCT = 50.0, 95.0
"""Share of cells whose uncertainty is above their value: from the first on it is told, above the second map
and uncertainty are taken as exchanged. Ours."""
SOME_OTHER_LAND_PCT, OTHER_LAND_PCT = 10.0, 50.0
"""Cells with data where most maps have none, or the reverse, as a share of the land of most maps: told, and a
fault. Ours."""
LEAST_MAPS = 3
"""Of fewer maps nobody can say which one is off."""
Key = tuple[str, Depth, str]
"""Map, depth and statistic."""


@dataclass(frozen=True)
class Held:
    """What a directory holds of a product."""

    product: GspProduct
    directory: Path
    manifest: Manifest | None
    rasters: Mapping[Key, Raster]


def verdicts(held: Held) -> Iterator[Verdict]:
    """Every test of the files together."""
    yield from _complete(held)
    yield from _pairs(held)
    yield from _textures(held)
    yield from _footprints(held)
    yield from _masked(held)


def _complete(held: Held) -> Iterator[Verdict]:
    """Every map of the product and its uncertainty: there, or said to be left out, or missing."""
    manifest = held.manifest
    left_out = {
        (each.map, each.depth, each.statistic): each.reason
        for each in (manifest.left_out if manifest else ())
    }
    depths = sorted({*held.product.depths, *(depth for _, depth, _ in held.rasters)})
    if manifest and not set(manifest.depths) & set(held.product.depths):
        yield Verdict(
            "depths", "warned", "", {"found": _told(manifest.depths), "asked": _told(held.product.depths)}
        )
        depths = sorted(manifest.depths)
    for depth in depths:
        for name, wanted in held.product.maps.items():
            for statistic in ("mean",) if wanted.uncertainty == "none" else ("mean", "sd"):
                yield _there(held, (name, depth, statistic), left_out)
    for entry in manifest.files if manifest else ():
        if not (held.directory / entry.file).is_file():
            yield Verdict("complete", "failed", entry.file, {"fault": "in the manifest, and not there"})


def _told(depths: Iterable[Depth]) -> list[str]:
    return [f"{top:g}-{bottom:g} cm" for top, bottom in depths]


def _there(held: Held, key: Key, left_out: Mapping[tuple[str, Depth, str], str]) -> Verdict:
    name, depth, statistic = key
    subject = f"{name} {depth[0]:g}-{depth[1]:g} cm, {statistic}"
    if key in held.rasters:
        return Verdict("complete", "passed", subject, {"file": held.rasters[key].file})
    reason = left_out.get(key) or left_out.get((name, depth, "mean"))
    if reason is not None:
        return Verdict("complete", "warned", subject, {"left_out": reason})
    if held.product.maps[name].absent and not held.manifest:
        return Verdict("complete", "warned", subject, {"left_out": held.product.maps[name].absent})
    return Verdict("complete", "failed", subject, {"fault": "neither there nor said to be left out"})


def _pairs(held: Held) -> Iterator[Verdict]:
    """An uncertainty lies beside its map, on the same cells, and is not the map itself."""
    for (name, depth, statistic), raster in held.rasters.items():
        if statistic != "sd":
            continue
        mean = held.rasters.get((name, depth, "mean"))
        if mean is None:
            yield Verdict("pair", "failed", raster.file, {"fault": "an uncertainty without its map"})
        elif mean.shape != raster.shape:
            cells = {"cells": list(raster.shape), "of_map": list(mean.shape)}
            yield Verdict("pair", "failed", raster.file, cells)
        else:
            yield from _pair(raster, raster.values, mean.values)


def _pair(raster: Raster, spread: NDArray[np.float32], values: NDArray[np.float32]) -> Iterator[Verdict]:
    here, there = np.isfinite(spread), np.isfinite(values)
    only = {
        "cells_only_here": int((here & ~there).sum()),
        "cells_only_in_map": int((there & ~here).sum()),
    }
    # A share of nothing has no percent, so that such an uncertainty may lack cells that its map has.
    kind = raster.name.map.uncertainty
    bad = only["cells_only_here"] or (only["cells_only_in_map"] and kind != "percent")
    yield Verdict("pair", "failed" if bad else "passed", raster.file, only)
    both = here & there
    if kind == "sd" and both.any():
        above = 100 * float((spread[both] > np.abs(values[both])).mean())
        state: State = "failed" if above > EXCHANGED_PCT else "warned" if above > WORTHLESS_PCT else "passed"
        yield Verdict("exchanged", state, raster.file, {"percent_of_cells_above_the_map": above})


def _textures(held: Held) -> Iterator[Verdict]:
    """Clay, silt and sand of a cell add up to 100 %."""
    for depth in sorted({depth for _, depth, _ in held.rasters}):
        parts = [held.rasters.get((name, depth, "mean")) for name in ("clay", "silt", "sand")]
        three = [each for each in parts if each is not None]
        if "clay" not in held.product.maps:
            return
        subject = f"{depth[0]:g}-{depth[1]:g} cm"
        if len(three) < 3 or len({each.shape for each in three}) > 1:
            yield Verdict("texture_sum", "not_run", subject, {"files": [each.file for each in three]})
            continue
        sums = np.sum([each.values for each in three], axis=0, dtype=np.float64)
        known = np.isfinite(sums)
        off = int((np.abs(sums[known] - 100) > held.product.texture_tolerance).sum())
        share = 100 * off / max(1, int(known.sum()))
        evidence = {"cells_off": off, "percent": share, "tolerance": held.product.texture_tolerance}
        state: State = "passed" if not off else "warned" if share <= MOST_TEXTURES_OFF_PCT else "failed"
        yield Verdict("texture_sum", state, subject, evidence)


def _footprints(held: Held) -> Iterator[Verdict]:
    """Each map has values where most of the others have: one that lies upside down has not, nor one whose
    no-data cells have become a value."""
    maps = [each for (_, _, statistic), each in held.rasters.items() if statistic == "mean"]
    for shape in sorted({each.shape for each in maps}):
        alike = [each for each in maps if each.shape == shape]
        if len(alike) < LEAST_MAPS:
            continue
        known = [np.packbits(np.isfinite(each.values)) for each in alike]
        counts = sum((np.unpackbits(each) for each in known), np.zeros(1, np.uint8))
        most = counts > len(alike) / 2
        for raster, own in zip(alike, known, strict=True):
            off = 100 * float((np.unpackbits(own).astype(bool) != most).sum()) / max(1, int(most.sum()))
            state: State = (
                "failed" if off > OTHER_LAND_PCT else "warned" if off > SOME_OTHER_LAND_PCT else "passed"
            )
            yield Verdict("footprint", state, raster.file, {"percent_off": off, "of_maps": len(alike)})


def _masked(held: Held) -> Iterator[Verdict]:
    """A product of some land only is masked, or says that it is not."""
    if held.product.mask is None:
        return
    if held.manifest is None:
        yield Verdict("mask", "not_run", "", {"fault": "no manifest says how the files were masked"})
        return
    missing = held.manifest.mask.startswith("none")
    yield Verdict("mask", "warned" if missing else "passed", "", {"mask": held.manifest.mask})
