"""Checks of what a raster source takes for no data."""

import math

from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence
from soilinfo.ingest.source import linear_of, valid_range


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


SENTINEL_SHARE = 0.001
"""Share of the cells with data that one possible value fills only when it is no value (ours)."""


def undeclared_sentinels(seen: RasterEvidence) -> Finding | None:
    """Block values that commonly mean no data (-9999, -32767, -3.4e38 ...) and that nothing declares so."""
    found = {value: count for value, count in sorted(seen.survey.sentinels.items()) if _is_odd(seen, value)}
    if not found:
        return None
    values = ", ".join(f"{value:.10g} ({count} cells)" for value, count in found.items())
    declared = seen.source.nodata
    file = "declares no such value" if declared is None else f"declares {declared:g}"
    if declared is not None and not seen.survey.declared_nodata:
        file += " and never uses it"
    message = f"holds {values}, by custom no data, but the file {file}: name them in the layer's 'nodata'"
    evidence = {"values": {f"{value:.10g}": count for value, count in found.items()}}
    return Finding("undeclared_sentinels", "block", seen.layer_id, message, sum(found.values()), evidence)


def _is_odd(seen: RasterEvidence, sentinel: float) -> bool:
    """True when a sentinel cannot be a value of the property, or fills more of the map than one value does.

    -999 in a file of scale 0.01 and offset 20 is 10.01 degrees, and a few cells of a mountain have it.
    """
    if seen.property.kind == "class":
        return True
    low, high = valid_range(seen.property)
    share = seen.survey.sentinels[sentinel] / max(seen.survey.valid, 1)
    return not low <= _value_of(seen, sentinel) <= high or share >= SENTINEL_SHARE


def _value_of(seen: RasterEvidence, stored: float) -> float:
    """What a stored number of a numeric layer means, in the property's unit."""
    scale, offset, factor, shift = linear_of(seen.source, seen.layer, seen.property)
    return (stored * scale + offset) * factor + shift


def plausible_nodata(seen: RasterEvidence) -> Finding | None:
    """Warn when the value that the file declares as no data could be a measured one, and is in use."""
    declared = seen.source.nodata
    if declared is None or not math.isfinite(declared) or not seen.survey.declared_nodata:
        return None
    if seen.property.kind == "class":
        plausible = declared in (seen.layer.codes or {})
        value, unit = declared, ""
    else:
        value = _value_of(seen, declared)
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
