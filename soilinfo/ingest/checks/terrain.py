"""Checks of the cells that a slope is made on: coarse ones flatten steep land."""

from soilinfo.catalog.models import Layer
from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence, middle
from soilinfo.ingest.source import Source
from soilinfo.ingest.terrain import largest_side


def coarse_elevation(name: str, layer: Layer, source: Source) -> Finding | None:
    """Warn of an elevation model whose cells are larger than config allows: its slopes are too gentle."""
    return _coarse("coarse_elevation", "heights", name, layer, source)


def coarse_slope(seen: RasterEvidence) -> Finding | None:
    """Warn of a slope that came ready-made in cells larger than config allows: it may be too gentle."""
    if seen.layer.property != "slope" or seen.layer.terrain is not None:
        return None
    return _coarse("coarse_slope", "slopes", seen.layer_id, seen.layer, seen.source)


def _coarse(check: str, what: str, name: str, layer: Layer, source: Source) -> Finding | None:
    side = largest_side(source)
    if side <= layer.coarsest_m:
        return None
    message = (
        f"{what} in cells of {side:.0f} m, more than the {layer.coarsest_m:g} m of coarsest_m: "
        "coarse cells flatten steep land"
    )
    evidence = {"cell_m": round(side, 1), "coarsest_m": layer.coarsest_m, "place": middle(source)}
    return Finding(check, "warn", name, message, evidence=evidence)
