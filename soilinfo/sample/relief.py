"""The shape of the sample nation: coast, heights, slopes, rivers, and where each landform lies.

Places go in, arrays of the same shape come out. What the plan draws (ellipses, volcanoes) is read at
the places' coordinates on the plan, noise at their longitudes and latitudes.
"""

from dataclasses import dataclass

import numpy as np

from soilinfo.sample.archipelago import Place
from soilinfo.sample.noise import Array, noise, ridges, step

ARC_SECONDS = 7.5
METRES_PER_DEGREE = 110_950.0
"""Length of a degree of latitude and longitude about 7 degrees south, within half a percent; within two
percent of that of any degree between 11 south and 6 north."""


@dataclass(frozen=True)
class Ellipse:
    """A tilted ellipse: centre and half axes in degrees, ``tilt`` in degrees against the clock."""

    x: float
    y: float
    long: float
    short: float
    tilt: float = 0.0

    def radius(self, x: Array, y: Array) -> Array:
        """Distance from the centre as a share of the rim's: 0 in the middle, 1 on the rim."""
        cosine, sine = np.cos(np.radians(self.tilt)), np.sin(np.radians(self.tilt))
        along = (x - self.x) * cosine + (y - self.y) * sine
        across = (y - self.y) * cosine - (x - self.x) * sine
        return np.asarray(np.hypot(along / self.long, across / self.short))

    def inside(self, x: Array, y: Array, fade: float = 0.3) -> Array:
        """1 well inside, 0 outside, fading over ``fade`` of the radius inside the rim."""
        return step(self.radius(x, y), 1.0, 1.0 - fade)


KARST_ISLAND = Ellipse(99.22, -6.12, 0.60, 0.34, -12)
DRY_ISLAND = Ellipse(99.24, -7.40, 0.66, 0.31, 6)
ISLANDS = (
    Ellipse(97.02, -6.62, 0.86, 0.62, 52),
    Ellipse(97.62, -6.95, 0.84, 0.62, -8),
    Ellipse(97.85, -6.45, 0.62, 0.40, 20),
    KARST_ISLAND,
    DRY_ISLAND,
    Ellipse(98.93, -6.80, 0.20, 0.17),
    Ellipse(96.33, -7.60, 0.20, 0.10, 35),
    Ellipse(99.68, -6.70, 0.16, 0.09, 60),
    Ellipse(97.02, -5.78, 0.18, 0.08, 15),
    Ellipse(98.20, -7.78, 0.16, 0.07, -20),
)


@dataclass(frozen=True)
class Cone:
    """A volcano: centre, height in metres above its foot, reach of its slopes in degrees."""

    x: float
    y: float
    height: float
    reach: float


CONES = (
    Cone(96.82, -6.52, 3400.0, 0.105),
    Cone(97.16, -6.16, 1900.0, 0.085),
    Cone(96.66, -6.98, 1350.0, 0.070),
    Cone(98.93, -6.80, 950.0, 0.050),
)

KARST = Ellipse(99.22, -6.12, 0.80, 0.54, -12)
DRYLAND = Ellipse(99.24, -7.40, 0.90, 0.50, 6)
SALT_COAST = Ellipse(99.22, -7.68, 0.30, 0.19)
SODIC_PLAIN = Ellipse(99.82, -7.50, 0.26, 0.22)
UPLAND = Ellipse(97.62, -6.38, 0.66, 0.36, 12)
RICE_PLAIN = Ellipse(97.42, -7.24, 0.80, 0.46, -8)
PEAT_LAND = Ellipse(98.26, -6.88, 0.52, 0.47, 10)
DOME = Ellipse(98.10, -6.92, 0.25, 0.29, 20)


@dataclass(frozen=True)
class Relief(Place):
    """Terrain at a set of points: every field is an array of one shape.

    ``coast`` is the distance inland in degrees, roughly (negative at sea); ``elevation`` in metres;
    ``slope`` in percent; ``river`` 1 on a river, 0 away from it; the rest are memberships 0..1.
    """

    coast: Array
    elevation: Array
    slope: Array
    river: Array
    volcanic: Array
    karst: Array
    dry: Array
    upland: Array
    plain: Array
    marsh: Array


def _warped(here: Place) -> tuple[Array, Array]:
    """Coordinates on the plan bent by noise, so that no island of it shows as an ellipse."""
    return (
        here.u + 0.16 * noise("bend east", here.x, here.y, 0.6, 2),
        here.v + 0.16 * noise("bend north", here.x, here.y, 0.6, 2),
    )


def frayed(here: Place) -> tuple[Array, Array]:
    """Coordinates on the plan bent by noise down to some kilometres: landforms end as ragged as in nature."""
    # Turned, so that no bend runs along a meridian or parallel as the noise's lattice does.
    x, y = 0.8 * here.x - 0.6 * here.y, 0.6 * here.x + 0.8 * here.y
    return (
        here.u + 0.18 * noise("fray east", x, y, 0.45, 5),
        here.v + 0.18 * noise("fray north", x, y, 0.45, 5),
    )


def coast(here: Place) -> Array:
    """Distance inland from the shore in degrees, roughly; positive on land."""
    bent_x, bent_y = _warped(here)
    inland = np.full_like(here.x, -1.0)
    for island in ISLANDS:
        distance = (1.0 - island.radius(bent_x, bent_y)) * (island.long * island.short) ** 0.5
        # Polynomial smooth maximum: two islands that touch grow together without a crease.
        near = np.maximum(0.12 - np.abs(distance - inland), 0.0) / 0.12
        inland = np.maximum(inland, distance) + near * near * 0.02
    inland = inland - 0.035 + 0.085 * noise("shore", here.x, here.y, 0.22, 6)
    # Open sea along the edge of the group's field, where another plan begins.
    return np.minimum(inland, 2.0 * (here.rim - 0.04))


def _rivers(x: Array, y: Array) -> Array:
    """1 along the zero line of a noise (a long winding net), falling to 0 some kilometres away."""
    return np.exp(-((noise("river", x, y, 0.62, 4) / 0.055) ** 2))


def _cone(cone: Cone, x: Array, y: Array) -> Array:
    """Height of one concave cone with radial gullies and a crater, in metres."""
    distance = np.hypot(x - cone.x, y - cone.y)
    angle = np.arctan2(y - cone.y, x - cone.x)
    # The angle as a point on a circle, so that the gullies have no seam to the west.
    gullies = ridges("gully", 3.0 * np.cos(angle) + distance * 6, 3.0 * np.sin(angle) - distance * 4, 0.5, 2)
    height = cone.height * np.exp(-distance / cone.reach)
    crater = 0.22 * cone.height * np.exp(-((distance / 0.011) ** 2))
    carved = 0.16 * height * gullies * step(distance, 0.01, 0.06)
    return height - crater - carved


def _hills(x: Array, y: Array, rivers: Array) -> Array:
    """Rolling hills of about 0..1 with valleys along the rivers."""
    crests = ridges("hill", x, y, 0.19, 6) ** 2
    return (0.12 + 0.88 * crests) * (1.0 - 0.75 * rivers) * (0.65 + 0.35 * noise("range", x, y, 0.4, 2))


def survey(here: Place, step_m: tuple[float, float]) -> Relief:
    """Terrain on a block of cell centres (two-dimensional), ``step_m`` metres apart down and across.

    Slopes come from neighbouring cells: give the block a border of one cell and cut it off afterwards.
    """
    x, y = here.x, here.y
    inland, rivers = coast(here), _rivers(x, y)
    bent_x, bent_y = _warped(here)
    karst, dry = KARST.inside(bent_x, bent_y, 0.15), DRYLAND.inside(bent_x, bent_y, 0.1)
    bent_x, bent_y = frayed(here)
    marsh = PEAT_LAND.inside(bent_x, bent_y, 0.35)
    plain = RICE_PLAIN.inside(bent_x, bent_y, 0.45) * (1.0 - marsh)
    upland = UPLAND.inside(bent_x, bent_y, 0.5) * (1.0 - marsh)
    flat = np.maximum(plain, marsh)
    height = 0.8 + 55.0 * np.clip(inland, 0, None) * (1.0 - 0.55 * flat)
    height += 1.2 * noise("plain relief", x, y, 0.05, 2)
    tidal = np.maximum(SALT_COAST.inside(bent_x, bent_y, 0.5), SODIC_PLAIN.inside(bent_x, bent_y, 0.5))
    hills = _hills(x, y, rivers) * step(inland, 0.0, 0.11) * (1.0 - 0.9 * tidal)
    cones = sum((_cone(cone, here.u, here.v) for cone in CONES), np.zeros_like(x))
    foothills = step(cones, 5.0, 120.0) * (1.0 - upland)
    rise = 320.0 + 800.0 * upland + 380.0 * dry + 420.0 * foothills
    height += hills * (1.0 - flat) * rise * (1.0 - 0.8 * karst)
    towers = ridges("cockpit", x, y, 0.030, 3) ** 2
    height += karst * step(inland, 0.004, 0.05) * (90.0 + 240.0 * step(inland, 0.02, 0.22) + 170.0 * towers)
    height += 5.0 * step(DOME.radius(bent_x, bent_y), 1.0, 0.4)
    height += cones * step(inland, -0.01, 0.06)
    elevation = np.maximum(height, 0.3)
    down, across = np.gradient(elevation, *step_m)
    # Ash falls where the wind takes it, not in rings.
    volcanic = step(cones * np.exp(0.8 * noise("ash", x, y, 0.22, 4)), 60.0, 420.0)
    return Relief(
        x,
        y,
        here.u,
        here.v,
        here.rim,
        inland,
        elevation,
        100.0 * np.hypot(down, across),
        rivers,
        volcanic,
        karst,
        dry,
        upland,
        plain,
        marsh,
    )
