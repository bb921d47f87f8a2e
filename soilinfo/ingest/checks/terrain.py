"""Checks of the cells that a slope is made on, and of what came of it: coarse ones flatten steep land."""

from dataclasses import dataclass

from soilinfo.catalog.models import ELEVATION, Layer
from soilinfo.findings import Finding
from soilinfo.ingest.checks.raster_evidence import RasterEvidence, made_here, middle
from soilinfo.ingest.terrain import largest_side

MEAN_SLOPE_PCT = 100.0
"""Mean slope of a country above which its heights cannot be right: steeper than the Himalaya. Ours."""
CELL_SLOPE_PCT = 1000.0
"""Mean slope of one cell of the national grid above which it cannot be right: 84 degrees. Ours."""


@dataclass(frozen=True)
class Steepness:
    """Slopes in percent over ``cells`` of the grid: their sum, and the steepest with its place (longitude,
    latitude); ``a + b`` is that of both."""

    cells: int = 0
    total: float = 0.0
    steepest: float = 0.0
    place: list[float] | None = None

    def __add__(self, other: "Steepness") -> "Steepness":
        steeper = max(self, other, key=lambda each: each.steepest)
        return Steepness(self.cells + other.cells, self.total + other.total, steeper.steepest, steeper.place)


def impossible_slopes(layer: Layer, slopes: Steepness) -> Finding | None:
    """Block slopes, made from heights, that no land has: the heights are in another unit than config says,
    or hold numbers that are no heights."""
    mean = slopes.total / max(slopes.cells, 1)
    if mean <= MEAN_SLOPE_PCT and slopes.steepest <= CELL_SLOPE_PCT:
        return None
    assert layer.terrain is not None, "only a layer of terrain is made from heights"
    message = (
        f"slopes of the elevation model are {mean:.0f} % in the mean, up to {slopes.steepest:.0f} % in "
        f"one cell of the grid: are its heights in {layer.terrain.unit}, and all of them heights?"
    )
    evidence = {
        "mean_pct": round(mean, 1),
        "steepest_pct": round(slopes.steepest, 1),
        "place": slopes.place,
    }
    return Finding("impossible_slopes", "block", layer.id, message, evidence=evidence)


def coarse_elevation(seen: RasterEvidence) -> Finding | None:
    """Warn of an elevation model whose cells are larger than config allows: its slopes are too gentle."""
    if seen.layer.terrain is None or seen.layer.property != ELEVATION:
        return None
    return _coarse("coarse_elevation", "heights", seen)


def coarse_slope(seen: RasterEvidence) -> Finding | None:
    """Warn of a slope that came ready-made in cells larger than config allows: it may be too gentle."""
    if seen.layer.property != "slope" or made_here(seen):
        return None
    return _coarse("coarse_slope", "slopes", seen)


def _coarse(check: str, what: str, seen: RasterEvidence) -> Finding | None:
    side, allowed = largest_side(seen.source), seen.layer.coarsest_m
    if side <= allowed:
        return None
    message = (
        f"{what} in cells of {side:.0f} m, more than the {allowed:g} m of coarsest_m: "
        "coarse cells flatten steep land"
    )
    evidence = {"cell_m": round(side, 1), "coarsest_m": allowed, "place": middle(seen.source)}
    return Finding(check, "warn", seen.layer_id, message, evidence=evidence)
