"""Checks of a level against the one above: every unit has a parent there, and lies in it."""

import geopandas as gpd
import numpy as np
import shapely

from soilinfo.catalog.models import Level
from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.unit_evidence import SHOWN, units_found
from soilinfo.ingest.vector import geodesic_hectares, mean_widths, polygons


def judge_parents(
    level_id: str, level: Level, units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame, *, shapes: bool = True
) -> list[Finding]:
    """What is found of a level's units beside those of the level above, both as levels are published.

    Without ``shapes`` only their codes are compared. Severities are as the level's config asks for.
    """
    found = [unknown_parent(level_id, level, units, parents)]
    if shapes:
        found.append(outside_parent(level_id, level, units, parents))
    return with_severity([finding for finding in found if finding], level.severity)


def unknown_parent(
    level_id: str, level: Level, units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame
) -> Finding | None:
    """Block units that name a parent which the level above does not have: no sum would hold them."""
    lost = units[~units["parent_code"].isin(list(parents["code"]))]
    if lost.empty:
        return None
    named = dict(zip(lost["code"].astype(str), lost["parent_code"].fillna("").astype(str), strict=True))
    pairs = [f"{parent or 'none'} (of {code})" for code, parent in sorted(named.items())]
    message = f"parents that '{level.parent}' does not have: {some(pairs)}"
    return Finding("unknown_parent", "block", level_id, message, len(lost), {"parents": named})


def outside_parent(
    level_id: str, level: Level, units: gpd.GeoDataFrame, parents: gpd.GeoDataFrame
) -> Finding | None:
    """Warn of units that reach out of the unit above by more than a sliver: sums would not agree."""
    above = dict(zip(parents["code"], parents.geometry, strict=True))
    rows = units[units["parent_code"].isin(list(above))]
    within = np.array([above[code] for code in rows["parent_code"]], dtype=object)
    out = polygons(shapely.difference(rows.geometry.to_numpy(), within))
    wide = {code: _wide(shape, level.sliver_width_m) for code, shape in zip(rows["code"], out, strict=True)}
    strays = {code: shape for code, shape in wide.items() if not shape.is_empty}
    areas = geodesic_hectares(np.array(list(strays.values()), dtype=object)).round(2).tolist()
    hectares = dict(sorted(zip(strays, areas, strict=True), key=lambda pair: -pair[1])[:SHOWN])
    text = f"{len(strays)} unit(s) reach out of the unit above by more than {level.sliver_width_m:g} m: {{}}"
    return units_found(level_id, "outside_parent", "warn", text, strays, hectares=hectares)


def orphaned_children(
    level_id: str, level: Level, units: gpd.GeoDataFrame, child_id: str, children: gpd.GeoDataFrame
) -> Finding | None:
    """Block a level without the parents that units served below it name: no sum would hold these."""
    lost = children[~children["parent_code"].isin(list(units["code"]))]
    if lost.empty:
        return None
    named = dict(zip(lost["code"].astype(str), lost["parent_code"].fillna("").astype(str), strict=True))
    parents = sorted(set(named.values()))
    message = (
        f"does not have {some(parents)}, the parent(s) of {len(lost)} unit(s) of '{child_id}' as they "
        f"would be served beside it: {some(sorted(named))}"
    )
    evidence = {"child": child_id, "parents": dict(list(named.items())[:SHOWN])}
    found = Finding("orphaned_children", "block", level_id, message, len(lost), evidence)
    return with_severity([found], level.severity)[0]


def _wide(shape: shapely.MultiPolygon, width: float) -> shapely.MultiPolygon:
    """Those parts of a shape that are no slivers."""
    parts = shapely.get_parts([shape])
    return shapely.MultiPolygon(list(parts[mean_widths(parts) >= width]))
