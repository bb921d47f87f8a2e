"""What the query parameters ask of a coverage: where, how fine, of which fields and crops, in which system.

OGC API - Coverages - Part 1, requirements classes subsetting, scaling, field selection and CRS. The names
of GDAL's OGCAPI driver are read beside those of the standard.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from soilinfo.errors import InputError
from soilinfo.grid import Bounds, Grid
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages import extents
from soilinfo.serve.coverages.bands import CROP, fields
from soilinfo.serve.systems import CRS84, WGS84, System, any_system, corners, reprojected

GEOGRAPHIC, PROJECTED = ("Lon", "Lat"), ("E", "N")
"""Names of the x and the y axis of a system of degrees, and of one of metres."""
OF_WGS84 = (CRS84.name, WGS84.name)
"""One plane, whichever coordinate comes first."""

SMALLEST_FACTOR = 1e-9
"""Of scaling: far below whatever is small enough to answer, and still a number to count with."""
SCALES = {"scale-size": "scaleSize", "scale-factor": "scaleFactor", "scale-axes": "scaleAxes"}
"""Three ways to say how fine, with GDAL's spelling."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class Selection:
    """What is asked of a coverage, first of two always the x axis."""

    system: System
    """Reference system of the answer."""
    bounds: Bounds | None = None
    """In that system, easting first; all of the coverage without."""
    size: tuple[int | None, int | None] = (None, None)
    """Pixels; None is as many as there are cells."""
    factors: Pair = (1.0, 1.0)
    """Cells for each pixel."""
    sliced: frozenset[str] = frozenset()
    """Those of ``x`` and ``y`` that one coordinate was asked of."""
    properties: tuple[str, ...] = ()
    crops: tuple[str, ...] = ()


def native(grid: Grid) -> System:
    """The system of an answer unless another is asked for: CRS84 where the grid is in WGS 84."""
    return CRS84 if grid.crs in OF_WGS84 else System(grid.crs)


def is_native(grid: Grid, asked: System) -> bool:
    """True for a system in which the cells of the grid are the pixels of the answer."""
    return asked.name == grid.crs or (asked.name in OF_WGS84 and grid.crs in OF_WGS84)


def axis_names(of: System) -> tuple[str, str]:
    """Names of the x and the y axis of a system in subsets and sizes."""
    return GEOGRAPHIC if of.is_geographic else PROJECTED


def selection_of(params: QueryParams, collection: Collection) -> Selection:
    """What the query parameters ask of a coverage; InputError if unclear, RefusedError (404) for another
    depth or time than the coverage has."""
    grid = collection.grid
    answer = any_system(params, "crs", native(grid))
    subset = _subset(params, collection)
    extents.check_extents(params, subset, collection)
    bounds, sliced = _bounds(params, subset, grid, answer)
    size, factors = _scale(params, axis_names(answer), sliced)
    return Selection(
        answer, bounds, size, factors, sliced, _properties(params, collection), _crops(params, subset)
    )


# ---- where ------------------------------------------------------------------------------


def _subset(params: QueryParams, collection: Collection) -> dict[str, str]:
    """The texts of ``subset`` by axis; InputError for an axis that there is not."""
    subset = parameters.axes(params, "subset")
    spatial = dict.fromkeys([*axis_names(native(collection.grid)), *GEOGRAPHIC])
    if "subset-crs" in params:
        spatial = dict.fromkeys(axis_names(any_system(params, "subset-crs", CRS84)))
    crops = [CROP] if collection.kind == "suitability" else []
    for axis in subset:
        parameters.one_of("axis", axis, [*spatial, *crops, *extents.axes_of(collection)])
    return subset


def _bounds(
    params: QueryParams, subset: Mapping[str, str], grid: Grid, answer: System
) -> tuple[Bounds | None, frozenset[str]]:
    """The area asked for, in the system of the answer, and the axes of which one coordinate is."""
    spatial = [axis for axis in subset if axis in (*GEOGRAPHIC, *PROJECTED)]
    if "bbox" in params and spatial:
        raise InputError(f"give either bbox or subset of {' and '.join(spatial)}, not both")
    if "bbox" in params:
        of = any_system(params, "bbox-crs", CRS84)
        return _shown(corners(params["bbox"], of), of, grid, answer), frozenset()
    if not spatial:
        return None, frozenset()
    # Degrees are understood for every coverage; metres are those of its own grid.
    of = any_system(params, "subset-crs", CRS84 if spatial[0] in GEOGRAPHIC else native(grid))
    names = axis_names(of)
    sliced = frozenset(name for name, axis in zip("xy", names, strict=True) if _is_one(subset.get(axis)))
    if sliced and not _is_same(of, answer, grid):
        raise InputError(f"one coordinate is a line in {of.name} only: ask for an answer in it (crs)")
    extent = reprojected(grid.bounds, System(grid.crs), of)
    return _shown(_ranges(subset, names, extent), of, grid, answer), sliced


def _ranges(subset: Mapping[str, str], names: tuple[str, str], extent: Bounds) -> Bounds:
    across, up = names
    west, east = _range(across, subset.get(across, "*:*"), (extent[0], extent[2]))
    south, north = _range(up, subset.get(up, "*:*"), (extent[1], extent[3]))
    if south > north:
        raise InputError(f"'{up}' must have its lower bound first, not '{subset[up]}'")
    return west, south, east, north


def _range(axis: str, text: str, extent: Pair) -> Pair:
    """``low:high``, or one coordinate twice; ``*`` is the end of the coverage."""
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > 2:
        raise InputError(f"'{axis}' must be low:high or one coordinate, not '{text}'")
    low, high = (
        end if part == "*" else parameters.numbers(axis, part, 1)[0]
        for part, end in zip((parts[0], parts[-1]), extent, strict=True)
    )
    return low, high


def _is_one(text: str | None) -> bool:
    return text is not None and ":" not in text and text.strip() != "*"


def _shown(bounds: Bounds, of: System, grid: Grid, answer: System) -> Bounds:
    """Bounds in ``of`` as the rectangle that holds them in the system of the answer."""
    bounds = _unrolled(bounds, of, grid)
    if _is_same(of, answer, grid):
        return bounds
    return reprojected(bounds, of, answer)


def _is_same(one: System, other: System, grid: Grid) -> bool:
    """True for systems whose coordinates are the same but for their order."""
    return one == other or (is_native(grid, one) and is_native(grid, other))


def _unrolled(bounds: Bounds, of: System, grid: Grid) -> Bounds:
    """Bounds whose west lies right of their east cross the antimeridian: on the side on which the grid is."""
    west, south, east, north = bounds
    if west <= east:
        return bounds
    if not of.is_geographic:
        raise InputError(f"the west ({west:g}) must lie left of the east ({east:g})")
    left, _, right, _ = reprojected(grid.bounds, System(grid.crs), of)
    sides = [(west, south, east + 360, north), (west - 360, south, east, north)]
    met = [side for side in sides if side[0] < right and left < side[2]]
    if len(met) > 1:
        raise InputError(
            f"from {west:g} across the antimeridian to {east:g} are two parts of the coverage: ask for each"
        )
    return met[0] if met else sides[0]


# ---- how fine ---------------------------------------------------------------------------


def _scale(
    params: QueryParams, names: tuple[str, str], sliced: frozenset[str]
) -> tuple[tuple[int | None, int | None], Pair]:
    """Pixels and cells for each pixel along x and y; InputError when said twice, or of a sliced axis."""
    given = [name for both in SCALES.items() for name in both if name in params]
    if len(given) > 1:
        raise InputError(f"give one of {', '.join(SCALES)}, not {' and '.join(given)}")
    if not given:
        return (None, None), (1.0, 1.0)
    if given[0] in ("scale-factor", "scaleFactor"):
        factor = _factor(given[0], params[given[0]])
        return (None, None), (factor, factor)
    texts = parameters.axes(params, given[0])
    for axis in texts:
        parameters.one_of("axis", axis, names)
    for name, axis in zip("xy", names, strict=True):
        if name in sliced and axis in texts:
            raise InputError(f"one coordinate of '{axis}' cannot be scaled")
    if given[0] in ("scale-axes", "scaleAxes"):
        across, up = (_factor(axis, texts.get(axis, "1")) for axis in names)
        return (None, None), (across, up)
    columns, rows = (parameters.integer(QueryParams(texts), axis, 0, low=1) or None for axis in names)
    return (columns, rows), (1.0, 1.0)


def _factor(name: str, text: str) -> float:
    (factor,) = parameters.numbers(name, text, 1)
    if factor < SMALLEST_FACTOR:
        raise InputError(f"'{name}' must be above 0 (at least {SMALLEST_FACTOR:g}), not {factor:g}")
    return factor


# ---- of what ----------------------------------------------------------------------------


def _properties(params: QueryParams, collection: Collection) -> tuple[str, ...]:
    """The fields asked for; all but those of ``exclude-properties``. Empty for all."""
    if "exclude-properties" not in params:
        return parameters.listed(params, "properties")
    if "properties" in params:
        raise InputError("give either 'properties' or 'exclude-properties', not both")
    known = fields(collection)
    excluded = parameters.listed(params, "exclude-properties")
    left_out = {parameters.one_of("property", name, known) for name in excluded}
    kept = tuple(name for name in known if name not in left_out)
    if not kept:
        raise InputError(f"'exclude-properties' leaves nothing: the coverage has {', '.join(known)}")
    return kept


def _crops(params: QueryParams, subset: Mapping[str, str]) -> tuple[str, ...]:
    if CROP in params and CROP in subset:
        raise InputError(f"give either '{CROP}' or subset={CROP}(...), not both")
    return parameters.strings(subset.get(CROP, params.get(CROP, "")))
