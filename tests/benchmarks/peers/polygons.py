"""A nation of polygons to serve: 200,000 small ones and 500 with long coasts, published as levels.

Both cover the country without gap or overlap, as administrative units do; coordinates have 6 decimals.
"""

from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from soilinfo.store.home import Store
from soilinfo.store.ledger import Version

WEST, SOUTH, EAST, NORTH = 95.0, -11.0, 141.0, 6.0
SMALL, SMALL_COUNT = "districts", (500, 400)
"""The level of the small polygons, and how many lie beside and above each other."""
COMPLEX, COMPLEX_COUNT = "regencies", (25, 20)
EDGE = 640
"""Points along one side of a complex polygon: ten of them are about 500 kB of GeoJSON."""
KINDS = ("paddy", "dry field", "forest", "estate", "settlement", "peat", "water", "grass")
VERSION = "v1"

Points = NDArray[np.float64]


def publish(store: Store) -> None:
    """Write both levels and publish them in one snapshot."""
    run = store.ledger.start_run("benchmark", "benchmark", {})
    for name, frame in ((SMALL, small_polygons()), (COMPLEX, complex_polygons())):
        store.vector.write(name, VERSION, frame, id_field="code")
        version = Version(name, VERSION, "vector", "s", "0", "p", "t", {}, {}, {}, run, datetime.now(UTC))
        store.ledger.record(version, [])
    layers = {SMALL: VERSION, COMPLEX: VERSION}
    store.ledger.publish(layers, run=run, actor="benchmark", reason="")


def small_polygons(seed: int = 1) -> gpd.GeoDataFrame:
    """Octagons whose corners and sides their neighbours share."""
    columns, rows = SMALL_COUNT
    random = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(WEST, EAST, 2 * columns + 1), np.linspace(SOUTH, NORTH, 2 * rows + 1))
    reach = 0.2 * np.array([(EAST - WEST) / (2 * columns), (NORTH - SOUTH) / (2 * rows)])
    lattice = np.stack([x, y], axis=-1) + random.uniform(-reach, reach, (*x.shape, 2))
    ring = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    corners = [lattice[dy : dy + 2 * rows - 1 : 2, dx : dx + 2 * columns - 1 : 2] for dy, dx in ring]
    return _frame(np.stack(corners, axis=2).reshape(rows * columns, len(ring), 2), random)


def complex_polygons(seed: int = 2) -> gpd.GeoDataFrame:
    """Polygons with four wild sides, each shared with a neighbour."""
    columns, rows = COMPLEX_COUNT
    random = np.random.default_rng(seed)
    x, y = np.linspace(WEST, EAST, columns + 1), np.linspace(SOUTH, NORTH, rows + 1)
    along = np.linspace(0, 1, EDGE + 1)
    across = np.empty((rows + 1, columns, EDGE + 1, 2))
    across[..., 0] = x[:-1, None] + along * (x[1] - x[0])
    across[..., 1] = y[:, None, None] + _wild(random, rows + 1, columns) * (y[1] - y[0])
    up = np.empty((rows, columns + 1, EDGE + 1, 2))
    up[..., 0] = x[None, :, None] + _wild(random, rows, columns + 1) * (x[1] - x[0])
    up[..., 1] = y[:-1, None, None] + along * (y[1] - y[0])
    sides = [across[:-1], up[:, 1:], across[1:, :, ::-1], up[:, :-1, ::-1]]
    rings = np.concatenate([side[:, :, :-1] for side in sides], axis=2)
    closed = np.concatenate([rings, rings[:, :, :1]], axis=2)
    return _frame(closed.reshape(rows * columns, -1, 2), random)


def _wild(random: np.random.Generator, *shape: int) -> Points:
    """How far a side strays from its straight line; near its ends so little that two sides never cross."""
    walk = np.cumsum(random.normal(0, 0.3 / np.sqrt(EDGE), (*shape, EDGE + 1)), axis=-1)
    along = np.linspace(0, 1, EDGE + 1)
    bridge = walk - walk[..., :1] * (1 - along) - walk[..., -1:] * along
    most = 0.4 * np.minimum(along, 1 - along)
    return np.clip(bridge, -most, most)


def _frame(rings: Points, random: np.random.Generator) -> gpd.GeoDataFrame:
    count = len(rings)
    return gpd.GeoDataFrame(
        {
            "code": [f"{number // 1000:03d}.{number % 1000:03d}" for number in range(count)],
            "name": [f"Unit {number}" for number in range(count)],
            "parent_code": [f"{number // 1000:03d}" for number in range(count)],
            "kind": random.choice(KINDS, count),
            "people": random.integers(100, 100_000, count),
            "area_ha": random.uniform(100, 9_000, count).round(1),
        },
        geometry=shapely.polygons(np.round(rings, 6)),
        crs=4326,
    )
