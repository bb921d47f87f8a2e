"""Check the files of a product: the set, each raster, pairs of rasters, records; every test with evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from soilinfo.catalog.gsp import GspProduct
from soilinfo.catalog.gsp_names import LayerName, read_name
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, SourceError
from soilinfo.jobs.gsp import raster_checks
from soilinfo.jobs.gsp.layers import Depth
from soilinfo.jobs.gsp.raster_checks import Raster, open_raster
from soilinfo.report.gsp.manifest import Manifest, read_manifest
from soilinfo.report.gsp.metadata import hashes_of
from soilinfo.report.gsp.quality import Quality, State, Verdict

MOST_TEXTURES_OFF_PCT = 1.0
"""Share of cells whose texture may be off before it is a fault. Ours: fractions are often predicted apart."""
Key = tuple[str, Depth, str]
"""Map, depth and statistic."""


@dataclass(frozen=True)
class Held:
    """What a directory holds of a product."""

    product: GspProduct
    directory: Path
    manifest: Manifest | None
    rasters: Mapping[Key, Raster]


def check(catalog: Catalog, directory: Path, product: str | None = None) -> Quality:
    """What the tests say of the files in ``directory``.

    Which product they are of is told by ``product``, the manifest or the names, in this order. InputError
    where there is no such directory, no raster in it, or where they are of several products.
    """
    if not directory.is_dir():
        raise InputError(f"no directory {directory}")
    manifest = read_manifest(directory)
    paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in (".tif", ".tiff"))
    if not paths:
        raise InputError(f"{directory} holds no GeoTIFF")
    names, verdicts = _names(catalog, paths)
    found = _product(catalog, names, product or (manifest.product if manifest else None))
    rasters: dict[Key, Raster] = {}
    for path, name in names.items():
        verdicts += _opened(path, name, found, manifest, rasters)
    held = Held(found, directory, manifest, rasters)
    for raster in rasters.values():
        verdicts += raster_checks.verdicts(raster, manifest)
    verdicts += [*_complete(held), *_pairs(held), *_textures(held), *_masked(held), *_records(held)]
    return Quality(found.id, found.edition, tuple(verdicts))


def _names(catalog: Catalog, paths: list[Path]) -> tuple[dict[Path, LayerName], list[Verdict]]:
    names, verdicts = {}, []
    for path in paths:
        try:
            names[path] = read_name(path.name, catalog.gsp)
            verdicts.append(Verdict("name", "passed", path.name))
        except InputError as error:
            verdicts.append(Verdict("name", "failed", path.name, {"fault": str(error)}))
    return names, verdicts


def _product(catalog: Catalog, names: Mapping[Path, LayerName], asked: str | None) -> GspProduct:
    if asked:
        return catalog.gsp_product(asked)
    found = sorted({name.product.id for name in names.values()})
    if len(found) != 1:
        said = ", ".join(found) or "none"
        raise InputError(f"the names are of {said}: say which product they shall be checked as")
    return catalog.gsp_product(found[0])


def _opened(
    path: Path, name: LayerName, product: GspProduct, manifest: Manifest | None, rasters: dict[Key, Raster]
) -> Iterator[Verdict]:
    """Add a raster to those to look at; a verdict where it is of another product, or cannot be opened."""
    if name.product.id != product.id:
        yield Verdict("name", "failed", path.name, {"of_product": name.product.id, "checked_as": product.id})
        return
    entry = manifest.entry(path.name) if manifest else None
    unit = entry.unit if entry else name.map.code(name.coding).unit or name.map.unit or "class"
    try:
        rasters[name.map_id, name.depth, name.statistic] = open_raster(path, name, unit)
    except SourceError as error:
        yield Verdict("readable", "failed", path.name, {"fault": str(error)})


def _complete(held: Held) -> Iterator[Verdict]:
    """Every map of the product and its uncertainty: there, or said to be left out, or missing."""
    manifest = held.manifest
    left_out = {
        (each["map"], tuple(each["depth"]), each["statistic"]): str(each["reason"])
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
    """An uncertainty lies beside its map, on the same cells."""
    for (name, depth, statistic), raster in held.rasters.items():
        if statistic != "sd":
            continue
        mean = held.rasters.get((name, depth, "mean"))
        if mean is None:
            yield Verdict("pair", "failed", raster.file, {"fault": "an uncertainty without its map"})
        elif mean.shape != raster.shape:
            yield Verdict(
                "pair", "failed", raster.file, {"cells": list(raster.shape), "of_map": list(mean.shape)}
            )
        else:
            here, there = np.isfinite(raster.values), np.isfinite(mean.values)
            only = {
                "cells_only_here": int((here & ~there).sum()),
                "cells_only_in_map": int((there & ~here).sum()),
            }
            # A share of nothing has no percent, so that such an uncertainty may lack cells that its map has.
            percent = raster.name.map.uncertainty == "percent"
            bad = only["cells_only_here"] or (only["cells_only_in_map"] and not percent)
            yield Verdict("pair", "failed" if bad else "passed", raster.file, only)


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


def _masked(held: Held) -> Iterator[Verdict]:
    """A product of some land only is masked, or says that it is not."""
    if held.product.mask is None:
        return
    if held.manifest is None:
        yield Verdict("mask", "not_run", "", {"fault": "no manifest says how the files were masked"})
        return
    missing = held.manifest.mask.startswith("none")
    yield Verdict("mask", "warned" if missing else "passed", "", {"mask": held.manifest.mask})


def _records(held: Held) -> Iterator[Verdict]:
    """A record for each set of maps, naming each raster with the hash that it has; likewise the manifest."""
    stated: dict[str, dict[str, str]] = {}
    for raster in held.rasters.values():
        mapset = raster.name.mapset
        if mapset not in stated:
            stated[mapset], verdict = _stated(held.directory / f"{mapset}.xml")
            yield verdict
        yield _same(raster, "record_hash", stated[mapset].get(raster.file), f"{mapset}.xml")
        if held.manifest:
            entry = held.manifest.entry(raster.file)
            yield _same(raster, "manifest_hash", entry.sha256 if entry else None, "the manifest")


def _stated(path: Path) -> tuple[dict[str, str], Verdict]:
    try:
        hashes = dict(hashes_of(path.read_bytes()))
    except FileNotFoundError:
        return {}, Verdict("record", "failed", path.name, {"fault": "no such file"})
    except ET.ParseError as error:
        return {}, Verdict("record", "failed", path.name, {"fault": f"not XML: {error}"})
    return hashes, Verdict("record", "passed", path.name, {"files": sorted(hashes)})


def _same(raster: Raster, test: str, stated: str | None, where: str) -> Verdict:
    if stated is None:
        return Verdict(test, "failed", raster.file, {"fault": f"{where} does not state its hash"})
    evidence = {"stated": stated, "found": raster.sha256}
    return Verdict(test, "passed" if stated == raster.sha256 else "failed", raster.file, evidence)
