"""The checks of one raster source, in order: each one small named function that looks and, perhaps, finds.

A check gets what was described and surveyed and returns one finding or None. Its own severity can be
changed per layer in config (``severity: {check: warn}``).
"""

from collections.abc import Iterable
from dataclasses import replace

from soilinfo.findings import Finding
from soilinfo.ingest.checks import georeference, nodata, terrain, values
from soilinfo.ingest.checks.raster_evidence import RasterCheck, RasterEvidence
from soilinfo.ingest.checks.severity import with_severity

__all__ = ["RASTER_CHECKS", "SOURCE_CHECKS", "RasterEvidence", "judge_raster", "judge_source"]

SOURCE_CHECKS: tuple[RasterCheck, ...] = (
    georeference.not_the_earth,
    georeference.crs_contradicted,
    georeference.south_up,
    georeference.resolution_differs,
    values.several_bands,
    values.picture,
    terrain.coarse_slope,
    terrain.coarse_elevation,
)
"""Checks of what the file says of itself, before any cell is read."""

RASTER_CHECKS: tuple[RasterCheck, ...] = (
    *SOURCE_CHECKS,
    values.no_data_in_grid,
    values.value_range,
    values.constant_layer,
    values.unknown_codes,
    nodata.undeclared_nan,
    nodata.undeclared_sentinels,
    nodata.plausible_nodata,
    nodata.extra_nodata,
    values.scaled_source,
)


def judge_source(seen: RasterEvidence) -> list[Finding]:
    """The findings of the checks that need no cell: a source they block is not worth reading, and may not be
    readable on the national grid at all."""
    return _judge(seen, SOURCE_CHECKS)


def judge_raster(seen: RasterEvidence) -> list[Finding]:
    """The findings of every raster check, with the severities the layer's config asks for."""
    return _judge(seen, RASTER_CHECKS)


def _judge(seen: RasterEvidence, checks: Iterable[RasterCheck]) -> list[Finding]:
    found = [finding for check in checks if (finding := check(seen)) is not None]
    return [_as_published(finding) for finding in with_severity(found, seen.layer.severity)]


def _as_published(finding: Finding) -> Finding:
    """A finding which, where it does not stop publication, says that the cells concerned have no data."""
    if finding.severity == "block" or finding.check not in ("value_range", "unknown_codes"):
        return finding
    return replace(finding, message=f"{finding.message}; published without these cells")
