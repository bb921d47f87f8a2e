"""Soil pits of the sample nation: where they were dug, their horizons, and what each horizon holds.

A pit holds what the maps say of its place, plus an error of its own that is the same from top to
bottom, so that its mean over 0-30 cm differs from a map by a known bias and spread. How a property
changes with depth is of the order that textbooks give for such soils; nothing was measured.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.sample import soils as fields
from soilinfo.sample.archipelago import SAMPLE, place
from soilinfo.sample.hazards import salinity_ec
from soilinfo.sample.layers import UNSURVEYED_SHEET, Field
from soilinfo.sample.noise import Array, generator, step
from soilinfo.sample.relief import ARC_SECONDS, METRES_PER_DEGREE, coast, survey
from soilinfo.sample.soils import ORGANIC_SOIL_CM, SOILS, Soilscape

DEEPEST_CM = 200
TOPSOIL_CM = 30
"""Depth of the maps, over which a pit's mean is that of its place and its error."""
_INLAND = 0.02
"""Degrees from the shore, roughly, within which nobody digs."""
_LABORATORY = 0.02
"""Standard deviation of a single analysis as a share of its value."""
_LEAST_SHARE, _THINNEST_CM = 0.2, 8
_ROCKY = ("limestone", "dryland")
"""Soils below which a pit meets rock; elsewhere roots stop at water, a pan or rotten rock."""
_SUBSOILS = {
    "marine": "Bg", "beach": "C", "limestone": "Bw", "dryland": "Bss", "andosol": "Bw",
    "terrace": "Bt", "alluvium": "Bg", "acid": "Bt", "brown": "Bw", "peat": "Bg",
}  # fmt: skip
"""Horizon code (FAO 2006) of the subsoil of each soil."""


@dataclass(frozen=True)
class Error:
    """How pits differ from a map: ``shift`` and ``spread`` are in standard deviations ``sd``."""

    sd: Field
    shift: float = 0.0
    spread: float = 1.0


@dataclass(frozen=True)
class Analysis:
    """What is analysed: the map's field, how it changes with depth, its bounds, and how pits differ.

    ``trend`` is relative to any value; ``below_peat`` is what the mineral soil under peat holds.
    """

    field: Field
    trend: Callable[[Array], Array]
    error: Error
    least: float = 0.0
    most: float = np.inf
    below_peat: float | None = None


def _falling(least: float, reach_cm: float) -> Callable[[Array], Array]:
    return lambda z: least + (1.0 - least) * np.exp(-z / reach_cm)


def _changing(by: float, low_cm: float, high_cm: float) -> Callable[[Array], Array]:
    return lambda z: 1.0 + by * step(z, low_cm, high_cm)


def _share_of(field: Field, share: float, here: Soilscape) -> Array:
    return share * field(here)


def _usual(field: Field, share: float = 0.12) -> Error:
    """The error of a map that states none."""
    return Error(partial(_share_of, field, share))


ANALYSES: Mapping[str, Analysis] = {
    "ph_h2o": Analysis(fields.ph_h2o, _changing(0.05, 0, 100), Error(fields.ph_h2o_sd), 3.0, 9.5),
    # Planted: the map of carbon states half of its true error.
    "soc": Analysis(fields.soc, _falling(0.12, 28), Error(fields.soc_sd, spread=2.0), 0.05, 57.0, 4.0),
    "n_total": Analysis(fields.n_total, _falling(0.15, 28), _usual(fields.n_total), 0.01, 2.5, 0.2),
    "bulk_density": Analysis(
        fields.bulk_density, _changing(0.12, 5, 80), _usual(fields.bulk_density, 0.06), 0.06, 1.9, 0.95
    ),
    "coarse_fragments": Analysis(
        fields.coarse_fragments, _changing(0.8, 10, 120), _usual(fields.coarse_fragments, 0.3), 0.0, 90.0
    ),
    "cec": Analysis(fields.cec, _changing(-0.25, 10, 60), _usual(fields.cec), 1.0, 200.0, 28.0),
    "base_saturation": Analysis(
        fields.base_saturation, _changing(0.1, 10, 100), _usual(fields.base_saturation), 2.0, 100.0
    ),
    "p2o5_hcl25": Analysis(fields.p2o5_hcl25, _falling(0.5, 30), Error(fields.p2o5_hcl25_sd), 0.5),
    "p2o5_bray1": Analysis(fields.p2o5_bray1, _falling(0.3, 25), _usual(fields.p2o5_bray1, 0.25), 0.1),
    # Planted: the map of potassium lies one of its standard deviations too high.
    "k2o_hcl25": Analysis(fields.k2o_hcl25, _falling(0.6, 30), Error(fields.k2o_hcl25_sd, shift=-1.0), 0.5),
    "salinity_ec": Analysis(salinity_ec, _changing(0.1, 0, 60), _usual(salinity_ec, 0.2), 0.02, 60.0),
}  # fmt: skip
_CLAY = Analysis(fields.mineral_clay, _changing(0.22, 15, 60), _usual(fields.mineral_clay, 0.1), 1.0, 82.0)
_SAND = Analysis(fields.sand, _changing(0.0, 0, 1), _usual(fields.sand, 0.1), 1.0, 97.0)


@dataclass(frozen=True)
class Pits:
    """The pits of one survey: their soils (arrays with a value for each pit) and their horizons.

    ``horizons`` has one row a horizon: ``pit`` (position), ``order`` from 1, ``upper`` and ``lower`` in
    cm, ``code`` as in the field, ``organic``. ``rock_cm`` is the depth of rock, NaN where none was met.
    """

    name: str
    soils: Soilscape
    horizons: pd.DataFrame
    rock_cm: Array

    def analyse(self, name: str) -> Array:
        """A property of each horizon in the map's unit."""
        asked = ANALYSES[name]
        return np.clip(self._horizons(name, self._column(name, asked)), asked.least, asked.most)

    def texture(self) -> tuple[Array, Array, Array]:
        """Clay, silt (to 50 um) and sand of each horizon in percent, together 100; NaN in peat."""
        clay = self._column("clay", _CLAY)
        topsoil = clay[:, :TOPSOIL_CM].mean(axis=1, keepdims=True)
        rest = np.clip(self._column("sand", _SAND)[:, :1] / (100.0 - topsoil), 0.02, 0.97)
        clay_pct = self._horizons("clay", clay).round(1)
        sand_pct = self._horizons("sand", rest * (100.0 - clay)).round(1)
        sand_pct = np.minimum(sand_pct, 100.0 - clay_pct)
        peat = self.horizons["organic"].to_numpy()
        parts = clay_pct, (100.0 - clay_pct - sand_pct).round(1), sand_pct
        clay_pct, silt_pct, sand_pct = (np.where(peat, np.nan, part) for part in parts)
        return clay_pct, silt_pct, sand_pct

    def _column(self, name: str, analysis: Analysis) -> Array:
        """A property of each pit (rows) in each centimetre (columns)."""
        z = np.arange(0.5, DEEPEST_CM, dtype=np.float64)
        mean = analysis.field(self.soils)
        drawn = generator(f"{self.name} {name}").standard_normal(mean.size)
        off = analysis.error.sd(self.soils) * (analysis.error.shift + analysis.error.spread * drawn)
        own = np.maximum(mean + off, _LEAST_SHARE * mean)[:, None]
        trend = analysis.trend(z)
        values = own * trend / trend[:TOPSOIL_CM].mean()
        peat_cm = self.soils.peat_cm[:, None]
        organic = peat_cm >= ORGANIC_SOIL_CM
        values = np.where(organic & (z < peat_cm), own, values)
        if analysis.below_peat is not None:
            values = np.where(organic & (z >= peat_cm), analysis.below_peat, values)
        return np.clip(values, analysis.least, analysis.most)

    def _horizons(self, name: str, column: Array) -> Array:
        """Mean over each horizon, with the laboratory's own scatter."""
        sums = np.pad(np.cumsum(column, axis=1), ((0, 0), (1, 0)))
        pit, upper, lower = (self.horizons[key].to_numpy() for key in ("pit", "upper", "lower"))
        scatter = generator(f"{self.name} laboratory {name}").normal(1.0, _LABORATORY, len(pit))
        return np.asarray((sums[pit, lower] - sums[pit, upper]) / (lower - upper) * scatter)


def prevailing(here: Soilscape) -> NDArray[np.str_]:
    """The soil of the largest share at each point."""
    return np.array(SOILS)[np.argmax([here.share[name] for name in SOILS], axis=0)]


# ---- where pits are, and how deep -------------------------------------------------------


def dig(name: str, number: int, least_marsh: float = 0.0) -> Pits:
    """``number`` pits anywhere on land that was surveyed, or in marshes only; the same for each name."""
    random = generator(f"{name} places")
    west, south, east, north = SAMPLE
    x, y = random.uniform(west, east, 40 * number), random.uniform(south, north, 40 * number)
    inland = (coast(place(x, y)) > _INLAND) & ~_within(UNSURVEYED_SHEET, x, y)
    soils = soils_at(x[inland], y[inland])
    chosen = np.flatnonzero(soils.relief.marsh >= least_marsh)[:number]
    soils = soils_at(soils.relief.x[chosen], soils.relief.y[chosen])
    rows, rock_cm = _dug(soils, generator(f"{name} horizons"))
    return Pits(name, soils, rows, rock_cm)


def soils_at(x: Array, y: Array) -> Soilscape:
    """The soils at these longitudes and latitudes (one-dimensional), slopes as between cells of the grid."""
    cell = ARC_SECONDS / 3600
    # Each point in the middle of nine, side by side, so that each slope is between its own neighbours.
    across = (x[:, None] + cell * np.array([-1.0, 0.0, 1.0])).ravel()
    down = np.repeat(y, 3) + cell * np.array([[1.0], [0.0], [-1.0]])
    metres = cell * METRES_PER_DEGREE
    terrain = survey(place(np.broadcast_to(across, down.shape).copy(), down), (metres, metres))
    middle = np.zeros(down.shape, bool)
    middle[1, 1::3] = True
    return Soilscape.of(terrain.at(middle))


def _within(bounds: tuple[float, float, float, float], x: Array, y: Array) -> NDArray[np.bool_]:
    west, south, east, north = bounds
    return (west <= x) & (x < east) & (south < y) & (y <= north)


def _dug(soils: Soilscape, random: np.random.Generator) -> tuple[pd.DataFrame, Array]:
    """The horizons of each pit, and the depth of rock in cm."""
    kinds = prevailing(soils)
    floor = np.rint(fields.soil_depth(soils)).astype(int)
    rows, rock_cm = [], np.full(kinds.size, np.nan)
    for pit, kind in enumerate(kinds):
        bottom = int(random.integers(90, DEEPEST_CM + 1))
        peat_cm = int(min(soils.peat_cm[pit], DEEPEST_CM))
        if peat_cm >= ORGANIC_SOIL_CM:
            layers = list(_peat(peat_cm, random))
        else:
            if kind in _ROCKY and floor[pit] < bottom:
                rock_cm[pit] = max(floor[pit], 12)
            deep = bottom if np.isnan(rock_cm[pit]) else int(rock_cm[pit])
            layers = list(_mineral(deep, _SUBSOILS[kind], random))
        rows += [(pit, order, *layer) for order, layer in enumerate(layers, start=1)]
    return pd.DataFrame(rows, columns=["pit", "order", "upper", "lower", "code", "organic"]), rock_cm


def _mineral(bottom: int, subsoil: str, random: np.random.Generator) -> Iterator[tuple[int, int, str, bool]]:
    """Upper and lower depth, code and False for each horizon of a mineral soil."""
    thickness = random.integers((10, 15, 25, 30, 40), (26, 36, 46, 60, 70))
    cuts = [cut for cut in np.cumsum(thickness).tolist() if cut <= bottom - _THINNEST_CM]
    codes = ("A", f"{subsoil}1", f"{subsoil}2", f"{subsoil}3", "BC", "C")
    yield from ((*ends, code, False) for ends, code in zip(_between(0, *cuts, bottom), codes, strict=False))


def _peat(peat_cm: int, random: np.random.Generator) -> Iterator[tuple[int, int, str, bool]]:
    """The layers of peat, the rawest below, and the clay beneath where the pit reaches it."""
    cuts = [cut for cut in np.cumsum(random.integers((18, 30), (30, 70))).tolist() if cut < peat_cm - 8]
    ends = _between(0, *cuts, peat_cm)
    yield from ((*each, code, True) for each, code in zip(ends, ("Ha", "He", "Hi"), strict=False))
    if peat_cm < DEEPEST_CM - _THINNEST_CM:
        yield peat_cm, min(peat_cm + 40, DEEPEST_CM), "Cg", False


def _between(*depths: int) -> list[tuple[int, int]]:
    return list(pairwise(depths))
