"""The soil map of the sample nation: map units drawn as polygons, each of one to three soils.

Made from the same fields as the rasters, at 1:250,000: where one soil prevails on one kind of slope is
one unit, what is too small to be drawn goes to its surroundings, and a unit's components are the soils
that its land has, in steps of five percent.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import shapes, sieve

from soilinfo.grid import Grid
from soilinfo.sample.archipelago import SAMPLE
from soilinfo.sample.gazetteer import REGENCIES
from soilinfo.sample.hazards import NO_SULFIDE_CM, peat_thickness, sulfidic_depth
from soilinfo.sample.noise import Array, generator
from soilinfo.sample.rasters import Frame
from soilinfo.sample.relief import Relief
from soilinfo.sample.soils import SOILS, Soilscape, value_of
from soilinfo.sample.tables import fixed_date

ARC_SECONDS = 15.0
LEAST_CELLS = 14
"""About 300 ha; 0.4 cm2 at 1:250,000, the least that can be read, are 250 ha."""
SIMPLER_BY = 0.008
"""Degrees, as the side of the smallest corner that stays: turns stairs of two cells into lines."""
STEP_PCT = 5
LEAST_SHARE_PCT = 10
MOST_COMPONENTS = 3
CITY_REACH = 0.03
BUILT_UP, _BUILT_UP_NUMBER = "U", 9999
"""Code of the unit that is no soil, and the number of its cells."""
AROUND_CELLS = 6
"""About 3 km: what prevails within is what a surveyor draws at this scale."""
LEAST_BESIDE = 0.3
"""Share 0..1 from which a second soil makes a unit of its own."""

SLOPES = (
    (8.0, "flat to undulating (0-8 %)"),
    (25.0, "rolling to hilly (8-25 %)"),
    (np.inf, "steep (> 25 %)"),
)
"""Upper end in percent and title of each slope class."""


@dataclass(frozen=True)
class Soil:
    """A soil of the generator as a legend calls it."""

    letter: str
    usda: str
    wrb: str
    landform: str
    parent_material: str


LEGEND = {
    "peat": Soil("D", "Typic Haplohemists", "Hemic Histosols", "peat dome", "organic deposits"),
    "marine": Soil("B", "Typic Sulfaquents", "Gleyic Fluvisols (Thionic)", "tidal flat", "marine clay"),
    "beach": Soil("M", "Typic Udipsamments", "Protic Arenosols", "beach ridge", "marine sand"),
    "limestone": Soil("K", "Lithic Hapludolls", "Rendzic Leptosols", "karst", "limestone"),
    "dryland": Soil("T", "Typic Haplusterts", "Haplic Vertisols", "structural plain", "marl"),
    "andosol": Soil("V", "Typic Hapludands", "Silandic Andosols", "volcanic slope", "volcanic ash"),
    "terrace": Soil("F", "Typic Hapludalfs", "Haplic Luvisols", "old terrace", "old alluvium"),
    "alluvium": Soil("A", "Typic Endoaquepts", "Eutric Gleysols", "alluvial plain", "river clay and silt"),
    "acid": Soil("P", "Typic Hapludults", "Haplic Acrisols", "dissected upland", "acid tuff and claystone"),
    "brown": Soil("H", "Typic Dystrudepts", "Dystric Cambisols", "hills", "andesite"),
}
"""Soils by their name in the generator; the names are of the order that such land has, not observed."""

SHALLOWER = (1.0, 0.85, 0.6)
"""What the depth of a soil is multiplied by on each slope class."""
DEPTHS = ((0, 30), (30, 60))
BELOW = {"clay": 1.15, "ph_h2o": 1.02, "soc": 0.45, "n_total": 0.5, "cec": 0.85, "base_saturation": 0.95}
"""What a value of the topsoil is multiplied by for the subsoil; other properties are the same."""
COLUMNS = {
    "ph_h2o": ("PH", 1.0, 1),
    "soc": ("C_ORG", 10.0, 1),
    "n_total": ("N_TOT", 1.0, 2),
    "clay": ("LIAT", 1.0, 0),
    "cec": ("KTK", 1.0, 1),
    "base_saturation": ("KB", 1.0, 0),
}
"""Column, factor to its unit and decimals by property; carbon in g/kg."""


def write_soil_map(path: Path) -> None:
    """Write the layers ``soil_map`` (polygons) and ``components``, the same bytes in every run."""
    grid = Grid.covering("EPSG:4326", ARC_SECONDS / 3600, SAMPLE)
    relief, land = Frame(grid).relief(grid.window)
    soilscape = Soilscape.of(relief.at(land))
    numbers = np.zeros(grid.shape, np.int16)
    numbers[land] = _numbers(soilscape, land)
    drawn = sieve(numbers, LEAST_CELLS, mask=land)
    with fixed_date():
        for layer, frame in (
            ("soil_map", _polygons(drawn, land, grid)),
            ("components", _components(drawn[land], soilscape)),
        ):
            pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())


def _numbers(soilscape: Soilscape, land: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The unit of each cell of land, of what prevails around it (see :class:`Unit`)."""
    share = np.stack([_around(soilscape.share[name], land) for name in SOILS])
    slope = np.digitize(_around(soilscape.relief.slope, land), [high for high, _ in SLOPES[:-1]])
    order = np.argsort(-share, axis=0, kind="stable")
    beside = np.take_along_axis(share, order[1:2], axis=0)[0] >= LEAST_BESIDE
    second = np.where(beside, order[1], order[0])
    number = 1 + (order[0] * len(SLOPES) + slope) * len(SOILS) + second
    return np.where(_built_up(soilscape.relief), _BUILT_UP_NUMBER, number).astype(np.int16)


def _around(values: Array, land: NDArray[np.bool_]) -> Array:
    """Mean over the land within some cells of each cell of land."""
    spread = np.zeros(land.shape)
    spread[land] = values
    return _sums(spread)[land] / _sums(land.astype(np.float64))[land]


def _sums(values: Array) -> Array:
    """Sum of the cells within some cells along each side."""
    size = 2 * AROUND_CELLS + 1
    for _ in range(2):
        total = np.cumsum(np.pad(values, ((AROUND_CELLS + 1, AROUND_CELLS), (0, 0))), axis=0)
        values = (total[size:] - total[:-size]).T
    return values


def _built_up(land: Relief) -> NDArray[np.bool_]:
    """Cells in the middle of a city."""
    near = np.zeros(land.x.shape, bool)
    for unit in (unit for unit in REGENCIES if unit.is_city):
        near |= np.hypot(land.x - unit.x, land.y - unit.y) < CITY_REACH
    return near


@dataclass(frozen=True)
class Unit:
    """A map unit: the soil that prevails, the slope class from 0, and the soil beside it if any."""

    soil: str
    slope: int
    second: str

    @classmethod
    def of(cls, number: int) -> Self:
        """The unit of a cell's number."""
        rest, second = divmod(number - 1, len(SOILS))
        soil, slope = divmod(rest, len(SLOPES))
        return cls(SOILS[soil], slope, SOILS[second])

    @property
    def code(self) -> str:
        """As in the legend: letter of the soil, slope class from 1, small letter of the soil beside it."""
        beside = "" if self.second == self.soil else LEGEND[self.second].letter.lower()
        return f"{LEGEND[self.soil].letter}{self.slope + 1}{beside}"

    @property
    def title(self) -> str:
        """As in the legend: landforms and slope."""
        landforms = dict.fromkeys(LEGEND[soil].landform for soil in (self.soil, self.second))
        return f"{' and '.join(landforms).capitalize()}, {SLOPES[self.slope][1]}"


def _polygons(drawn: NDArray[np.int16], land: NDArray[np.bool_], grid: Grid) -> gpd.GeoDataFrame:
    """A polygon for each patch of one unit; neighbours share their border, islets are left out."""
    faces, numbers = _faces(drawn, land, grid)
    large = shapely.area(faces) >= (LEAST_CELLS - 0.5) * grid.resolution**2
    lines = shapely.coverage_simplify(faces[large], SIMPLER_BY)
    units = [None if number == _BUILT_UP_NUMBER else Unit.of(number) for number in numbers[large].tolist()]
    columns = {
        "SPT": [unit.code if unit else BUILT_UP for unit in units],
        "URAIAN": [unit.title if unit else None for unit in units],
    }
    return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4326")


def _faces(
    drawn: NDArray[np.int16], land: NDArray[np.bool_], grid: Grid
) -> tuple[NDArray[np.object_], NDArray[np.int16]]:
    """The patches as polygons of stairs that share every vertex, and their numbers."""
    patches = [
        shapely.geometry.shape(shape) for shape, _ in shapes(drawn, land, transform=Affine(*grid.transform))
    ]
    # Noded together: a patch alone has no vertex where two others meet on its side.
    noded = shapely.union_all(shapely.boundary(patches), grid_size=1e-7)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts([noded])))
    x, y = shapely.get_coordinates(shapely.point_on_surface(faces)).T
    row = ((grid.north - y) / grid.resolution).astype(int)
    column = ((x - grid.west) / grid.resolution).astype(int)
    on_land = land[row, column]
    return faces[on_land], drawn[row, column][on_land]


# ---- components -------------------------------------------------------------------------


def _components(numbers: NDArray[np.int16], soilscape: Soilscape) -> pd.DataFrame:
    """One row for each component, with a column for each property and depth."""
    rows = []
    fields = {"peat": peat_thickness(soilscape), "marine": sulfidic_depth(soilscape)}
    for number in (int(each) for each in np.unique(numbers) if each != _BUILT_UP_NUMBER):
        here = numbers == number
        mean = {name: float(soilscape.share[name][here].mean()) for name in SOILS}
        for at, (soil, share) in enumerate(composition(mean), start=1):
            mean_cm = {
                name: _mean(field[here], soilscape.share[name][here]) for name, field in fields.items()
            }
            rows.append(_component(Unit.of(number), at, soil, share, mean_cm))
    return pd.DataFrame(rows)


def _mean(values: Array, share: Array) -> float:
    """Mean weighted by the share of a soil, to ten; 0 where the soil is nowhere."""
    return float(round((values * share).sum() / max(share.sum(), 1e-9), -1))


def composition(mean: dict[str, float]) -> list[tuple[str, int]]:
    """Up to three soils and their shares in steps of 5 %, the largest first, adding up to 100.

    ``mean``: share 0..1 of each soil. What is too little to be named counts for the largest.
    """
    largest = sorted(mean, key=lambda soil: -mean[soil])[:MOST_COMPONENTS]
    shares = {soil: STEP_PCT * round(100 * mean[soil] / STEP_PCT) for soil in largest[1:]}
    named = [(soil, share) for soil, share in shares.items() if share >= LEAST_SHARE_PCT]
    return [(largest[0], 100 - sum(share for _, share in named)), *named]


def _component(unit: Unit, at: int, soil: str, share: int, mean_cm: dict[str, float]) -> dict[str, Any]:
    called = LEGEND[soil]
    return {
        "SPT": unit.code,
        "NO": at,
        "TANAH_USDA": called.usda,
        "TANAH_WRB": called.wrb,
        "PERSEN": share,
        "LANDFORM": called.landform,
        "BAHAN_INDUK": called.parent_material,
        "LERENG": SLOPES[unit.slope][1],
        "DRAINASE": round(value_of(soil, "wetness")),
        "KEDALAMAN": round(SHALLOWER[unit.slope] * value_of(soil, "soil_depth")),
        "GAMBUT": mean_cm[soil] if soil == "peat" else 0.0,
        "SULFIDIK": mean_cm[soil] if soil == "marine" else NO_SULFIDE_CM,
        **_by_depth(unit, soil),
    }


def _by_depth(unit: Unit, soil: str) -> dict[str, float | None]:
    """A value for each property and depth; peat has no clay."""
    random, row = generator(f"component {unit.code} {soil}"), {}
    for name, (column, factor, decimals) in COLUMNS.items():
        top = factor * value_of(soil, name) * np.exp(0.04 * random.standard_normal())
        for (upper, lower), times in zip(DEPTHS, (1.0, BELOW[name]), strict=True):
            none = soil == "peat" and name == "clay"
            row[f"{column}_{upper}_{lower}"] = None if none else round(float(top * times), decimals)
    return row
