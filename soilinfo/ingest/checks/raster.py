"""Checks of one raster source: each one small named function that looks and, perhaps, finds.

A check gets what was surveyed and returns one finding or None. Its own severity can be
changed per layer in config (``severity: {check: warn}``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from soilinfo.catalog.models import ClassTable, Layer, Property
from soilinfo.findings import Finding
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.source import Source
from soilinfo.ingest.survey import Survey


@dataclass(frozen=True)
class RasterEvidence:
    """All that a raster check may look at."""

    layer_id: str
    layer: Layer
    property: Property
    classes: ClassTable | None
    source: Source
    survey: Survey


RasterCheck = Callable[[RasterEvidence], Finding | None]


def no_data_in_grid(seen: RasterEvidence) -> Finding | None:
    """Block a source without a single valid cell inside the national grid."""
    if seen.survey.valid:
        return None
    where = (
        "does not touch the national grid"
        if not seen.survey.cells
        else "has no valid cell in the national grid"
    )
    return Finding(
        "no_data_in_grid", "block", seen.layer_id, f"{seen.source.path} {where}", seen.survey.cells
    )


def value_range(seen: RasterEvidence) -> Finding | None:
    """Block values outside the property's physically possible range, saying where and how many."""
    survey, prop = seen.survey, seen.property
    if not survey.out_of_range:
        return None
    assert prop.valid_range is not None, "only numeric layers are surveyed for their range"
    low, high = prop.valid_range
    first = survey.examples[0]
    message = (
        f"{survey.out_of_range} of {survey.valid} cells lie outside {low:g} to {high:g} {prop.unit} "
        f"(found {survey.low:g} to {survey.high:g}), for example {float(first['value']):g} at "
        f"x {float(first['x']):g}, y {float(first['y']):g}"
    )
    found = [survey.low, survey.high] if survey.low <= survey.high else None
    evidence = {"valid_range": [low, high], "found": found, "examples": survey.examples}
    return Finding("value_range", "block", seen.layer_id, message, survey.out_of_range, evidence)


def unknown_codes(seen: RasterEvidence) -> Finding | None:
    """Block class codes for which the layer's configuration gives no class; a legend is never guessed."""
    if seen.classes is None:
        return None
    unknown = {
        code: count for code, count in seen.survey.codes.items() if code not in (seen.layer.codes or {})
    }
    if not unknown:
        return None
    codes = ", ".join(str(code) for code in sorted(unknown))
    message = (
        f"source codes {codes} have no class in the layer's 'codes'; classes of {seen.classes.id}: "
        + ", ".join(sorted(seen.classes.code_of))
    )
    evidence = {"codes": {str(code): count for code, count in sorted(unknown.items())}}
    return Finding("unknown_codes", "block", seen.layer_id, message, sum(unknown.values()), evidence)


def undeclared_nan(seen: RasterEvidence) -> Finding | None:
    """Warn when the file declares one no-data value but marks no data with NaN."""
    declared = seen.source.nodata
    if not seen.survey.nan or declared is None or declared != declared:
        return None
    used = (
        "and never uses it"
        if not seen.survey.declared_nodata
        else f"and uses it {seen.survey.declared_nodata} times"
    )
    message = (
        f"declares no data {declared:g} {used}, but {seen.survey.nan} cells are NaN; both read as no data"
    )
    return Finding("undeclared_nan", "warn", seen.layer_id, message, seen.survey.nan, {"declared": declared})


def extra_nodata(seen: RasterEvidence) -> Finding | None:
    """Note that the configuration names no-data values which the file does not declare."""
    if not seen.layer.nodata:
        return None
    values = ", ".join(f"{value:g}" for value in seen.layer.nodata)
    message = f"read {values} as no data, as config says; the file declares {seen.source.nodata}"
    return Finding(
        "extra_nodata", "note", seen.layer_id, message, evidence={"values": list(seen.layer.nodata)}
    )


def scaled_source(seen: RasterEvidence) -> Finding | None:
    """Note that the file's own scale and offset were applied."""
    if (seen.source.scale, seen.source.offset) == (1.0, 0.0):
        return None
    message = f"applied the file's scale {seen.source.scale:g} and offset {seen.source.offset:g}"
    return Finding("scaled_source", "note", seen.layer_id, message)


RASTER_CHECKS: tuple[RasterCheck, ...] = (
    no_data_in_grid,
    value_range,
    unknown_codes,
    undeclared_nan,
    extra_nodata,
    scaled_source,
)


def judge_raster(seen: RasterEvidence) -> list[Finding]:
    """The findings of every raster check, with the severities the layer's config asks for."""
    found = [finding for check in RASTER_CHECKS if (finding := check(seen)) is not None]
    return [_as_published(finding) for finding in with_severity(found, seen.layer.severity)]


def _as_published(finding: Finding) -> Finding:
    """A finding which, where it does not stop publication, says that the cells concerned have no data."""
    if finding.severity == "block" or finding.check not in ("value_range", "unknown_codes"):
        return finding
    return replace(finding, message=f"{finding.message}; published without these cells")
