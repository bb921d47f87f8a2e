"""Tests of what is written of the rasters of a product: metadata records and the list of files."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from soilinfo.jobs.gsp.raster_checks import Raster
from soilinfo.jobs.gsp.rasters import RASTERS, sha256_of
from soilinfo.jobs.gsp.set_checks import Held
from soilinfo.report.gsp import manifest
from soilinfo.report.gsp.metadata import hashes_of
from soilinfo.report.gsp.quality import JSON_FILE, TEXT_FILE, State, Verdict


def verdicts(held: Held) -> Iterator[Verdict]:
    """Every test of records and lists."""
    yield from _records(held)
    yield from _unchanged(held)
    yield from _strange(held)


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


def _unchanged(held: Held) -> Iterator[Verdict]:
    """The records that the manifest lists are there, and as they were written."""
    for file, stated in held.manifest.records.items() if held.manifest else ():
        path = held.directory / file
        found = sha256_of(path) if path.is_file() else "no such file"
        state: State = "passed" if found == stated else "failed"
        yield Verdict("record_unchanged", state, file, {"stated": stated, "found": found})


def _strange(held: Held) -> Iterator[Verdict]:
    """Other files are told: one beside a raster can change how programs read it."""
    own = {manifest.FILE, JSON_FILE, TEXT_FILE}
    own |= {f"{raster.name.mapset}.xml" for raster in held.rasters.values()}
    own |= set(held.manifest.records) if held.manifest else set()
    for path in sorted(held.directory.iterdir()):
        if path.suffix.lower() not in RASTERS and path.name not in own:
            yield Verdict("strange_file", "warned", path.name, {"bytes": path.stat().st_size})
