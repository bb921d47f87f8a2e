"""Checks of what a raster source takes for no data."""

import math

from soilinfo import units
from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence
from soilinfo.ingest.source import valid_range


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


def undeclared_sentinels(seen: RasterEvidence) -> Finding | None:
    """Block values that commonly mean no data (-9999, -32767, -3.4e38 ...) and that nothing declares so."""
    if not seen.survey.sentinels:
        return None
    values = ", ".join(
        f"{value:.10g} ({count} cells)" for value, count in sorted(seen.survey.sentinels.items())
    )
    declared = seen.source.nodata
    file = "declares no such value" if declared is None else f"declares {declared:g}"
    if declared is not None and not seen.survey.declared_nodata:
        file += " and never uses it"
    message = f"holds {values}, by custom no data, but the file {file}: name them in the layer's 'nodata'"
    evidence = {"values": {f"{value:.10g}": count for value, count in sorted(seen.survey.sentinels.items())}}
    count = sum(seen.survey.sentinels.values())
    return Finding("undeclared_sentinels", "block", seen.layer_id, message, count, evidence)


def plausible_nodata(seen: RasterEvidence) -> Finding | None:
    """Warn when the value that the file declares as no data could be a measured one, and is in use."""
    declared = seen.source.nodata
    if declared is None or not math.isfinite(declared) or not seen.survey.declared_nodata:
        return None
    if seen.property.kind == "class":
        plausible = declared in (seen.layer.codes or {})
        value, unit = declared, ""
    else:
        factor, offset = units.factor_offset(seen.layer.unit or seen.property.unit, seen.property.unit)
        value = (declared * seen.source.scale + seen.source.offset) * factor + offset
        low, high = valid_range(seen.property)
        plausible, unit = low <= value <= high, f" {seen.property.unit}"
    if not plausible:
        return None
    count = seen.survey.declared_nodata
    message = f"declares {declared:g} as no data, a possible value ({value:g}{unit}); {count} cells have it"
    evidence = {"declared": declared, "value": value}
    return Finding("plausible_nodata", "warn", seen.layer_id, message, count, evidence)


def extra_nodata(seen: RasterEvidence) -> Finding | None:
    """Note that the configuration names no-data values which the file does not declare."""
    if not seen.layer.nodata:
        return None
    values = ", ".join(f"{value:g}" for value in seen.layer.nodata)
    message = f"read {values} as no data, as config says; the file declares {seen.source.nodata}"
    return Finding(
        "extra_nodata", "note", seen.layer_id, message, evidence={"values": list(seen.layer.nodata)}
    )
