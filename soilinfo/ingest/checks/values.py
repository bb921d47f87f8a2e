"""Checks of the values of a raster source: what they can be, and whether they are numbers at all."""

from typing import Any

from pyproj import CRS

from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence, extent, made_here, middle


def several_bands(seen: RasterEvidence) -> Finding | None:
    """Block a file of several bands when config does not say which one is the layer."""
    if seen.source.bands == 1 or "band" in seen.layer.model_fields_set:
        return None
    message = f"has {seen.source.bands} bands and config does not say which one is meant: add 'band'"
    return Finding("several_bands", "block", seen.layer_id, message, seen.source.bands)


def picture(seen: RasterEvidence) -> Finding | None:
    """Block colours given as numbers: a photograph, or a palette for a numeric property."""
    colours = seen.source.colours
    if not colours or (colours == "palette" and seen.property.kind == "class"):
        return None
    message = f"its cells are colours (a {colours}), not values of {seen.property.id}"
    return Finding("picture", "block", seen.layer_id, message, evidence={"place": middle(seen.source)})


def no_data_in_grid(seen: RasterEvidence) -> Finding | None:
    """Block a source without a single valid cell inside the national grid."""
    if seen.survey.valid:
        return None
    where = (
        f"does not touch the national grid{_turned_round(seen)}"
        if not seen.survey.cells
        else "has no valid cell in the national grid"
    )
    evidence = {"place": middle(seen.source)}
    message = f"{seen.source.path} {where}"
    return Finding("no_data_in_grid", "block", seen.layer_id, message, seen.survey.cells, evidence)


def _turned_round(seen: RasterEvidence) -> str:
    west, _, east, _ = extent(seen.source)
    if east <= 180 or not CRS.from_user_input(seen.source.crs).is_geographic:
        return ""
    return f"; its longitudes run from {west:g} to {east:g}: bring those beyond 180 back by 360"


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
    evidence: dict[str, Any] = {"valid_range": [low, high], "found": found, "examples": survey.examples}
    if "lon" in first:
        evidence["place"] = [first["lon"], first["lat"]]
    return Finding("value_range", "block", seen.layer_id, message, survey.out_of_range, evidence)


def constant_layer(seen: RasterEvidence) -> Finding | None:
    """Warn when all cells with data hold one value: a map that tells no place from another."""
    survey = seen.survey
    one_class = len(survey.codes) == 1
    if survey.valid < 2 or not (one_class or survey.low == survey.high):
        return None
    value = next(iter(survey.codes)) if one_class else survey.low
    message = f"all {survey.valid} cells with data hold {value:g}"
    evidence = {"value": float(value), "place": middle(seen.source)}
    return Finding("constant_layer", "warn", seen.layer_id, message, survey.valid, evidence)


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


def scaled_source(seen: RasterEvidence) -> Finding | None:
    """Note that the file's own scale and offset were applied."""
    if made_here(seen) or (seen.source.scale, seen.source.offset) == (1.0, 0.0):
        return None
    message = f"applied the file's scale {seen.source.scale:g} and offset {seen.source.offset:g}"
    return Finding("scaled_source", "note", seen.layer_id, message)
