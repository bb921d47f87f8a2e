"""The rasters of the sample nation and the form of each file: as varied as sources are in real life.

A layer's configuration (``config/layers/<id>.yaml``) says the same of its file; the two are kept in
step by a test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from soilinfo.grid import Bounds
from soilinfo.sample import climate, hazards, landuse, soils
from soilinfo.sample.noise import Array
from soilinfo.sample.relief import Relief
from soilinfo.sample.soils import Soilscape

UNSURVEYED_SHEET: Bounds = (97.75, -6.75, 98.0, -6.5)
"""A map sheet of a quarter of a degree of which no soil analyses exist: the data gap."""
FAULTY_TILE: Bounds = (97.5, -7.25, 97.75, -7.0)
"""The tile in which bulk density of 2010 was entered ten times too large: the planted fault."""
PROVINCE_WITHOUT_POTASSIUM = "05"
"""Code of the province that has never measured potassium."""

Field = Callable[[Soilscape], Array]


@dataclass(frozen=True)
class Form:
    """How a field is written: ``stored = (value * factor - offset) / scale``, rounded to ``decimals``.

    ``factor`` turns the field's unit into the file's; ``scale`` and ``offset`` are declared in the
    file. ``frame`` names the grid of the file; with ``declared`` false the file hides its nodata
    value. ``gap`` names where it has none: on the unsurveyed sheet, or in the province that did not
    measure it.
    """

    field: Field
    frame: str = "national"
    dtype: str = "float32"
    nodata: float = -9999.0
    declared: bool = True
    factor: float = 1.0
    scale: float = 1.0
    offset: float = 0.0
    decimals: int = 2
    gap: Literal["", "sheet", "province"] = ""


def _of_relief(field: Callable[[Relief], Array]) -> Field:
    return lambda land: field(land.relief)


def _faulty_bulk_density(land: Soilscape) -> Array:
    west, south, east, north = FAULTY_TILE
    x, y = land.relief.x, land.relief.y
    inside = (west <= x) & (x < east) & (south < y) & (y <= north)
    return soils.bulk_density(land) * np.where(inside, 10.0, 1.0)


def _whole(field: Field, frame: str = "national") -> Form:
    return Form(field, frame, dtype="int16", nodata=-32768, decimals=0)


def _codes(field: Callable[[Soilscape], hazards.Codes]) -> Form:
    return Form(lambda land: field(land).astype(np.float64), dtype="uint8", nodata=255, decimals=0)


def _climate(field: Callable[[Relief], Array], decimals: int = 0) -> Form:
    return Form(_of_relief(field), frame="climate", decimals=decimals)


LAYERS: Mapping[str, Form] = {
    # Climate at 30 arc-seconds; temperature as scaled integers with an offset.
    "temperature_mean_annual": Form(
        _of_relief(climate.temperature_mean_annual),
        frame="climate",
        dtype="int16",
        nodata=-32768,
        scale=0.01,
        offset=20.0,
        decimals=0,
    ),
    "rainfall_annual": _climate(climate.rainfall_annual),
    "rainy_days": _climate(climate.rainy_days),
    "dry_months": _climate(climate.dry_months),
    "wet_months": _climate(climate.wet_months),
    "relative_humidity": _climate(climate.relative_humidity, decimals=1),
    # Terrain.
    "elevation": _whole(_of_relief(lambda relief: relief.elevation)),
    "slope": Form(_of_relief(lambda relief: relief.slope), decimals=1),
    # Soil bodies; depth on a projected grid of 250 m, texture in an institute's own codes.
    "drainage": _codes(hazards.drainage),
    "texture": _codes(hazards.texture),
    "clay": Form(soils.clay, decimals=1),
    "sand": Form(soils.sand, decimals=1),
    "coarse_fragments": Form(soils.coarse_fragments, decimals=1),
    "soil_depth": _whole(soils.soil_depth, frame="projected"),
    "peat_thickness": _whole(hazards.peat_thickness),
    "peat_maturity": _codes(hazards.peat_maturity),
    "bulk_density": Form(soils.bulk_density),
    "bulk_density_2010": Form(_faulty_bulk_density),
    # Soil chemistry; carbon in g/kg and nitrogen in cg/kg, as global products have them.
    "ph_h2o": Form(soils.ph_h2o, dtype="int16", nodata=-32768, scale=0.01, decimals=0),
    "ph_h2o_sd": Form(soils.ph_h2o_sd),
    "soc": Form(soils.soc, factor=10.0, decimals=1),
    "soc_sd": Form(soils.soc_sd, factor=10.0, decimals=1),
    "soc_2010": Form(soils.soc_2010),
    "n_total": Form(soils.n_total, dtype="int16", nodata=-32768, factor=1000.0, decimals=0, gap="sheet"),
    "cec": Form(soils.cec, decimals=1, gap="sheet"),
    "base_saturation": Form(soils.base_saturation, decimals=1, gap="sheet"),
    "p2o5_hcl25": Form(soils.p2o5_hcl25, decimals=1, gap="sheet"),
    "p2o5_hcl25_sd": Form(soils.p2o5_hcl25_sd, decimals=1, gap="sheet"),
    "p2o5_bray1": Form(soils.p2o5_bray1, decimals=1, gap="sheet", declared=False),
    "k2o_hcl25": Form(soils.k2o_hcl25, decimals=1, gap="province"),
    "k2o_hcl25_sd": Form(soils.k2o_hcl25_sd, decimals=1, gap="province"),
    # Hazards.
    "salinity_ec": Form(hazards.salinity_ec),
    "esp": Form(hazards.esp, decimals=1),
    "sulfidic_depth": _whole(hazards.sulfidic_depth),
    "flood_height": _whole(hazards.flood_height),
    "flood_duration": _whole(hazards.flood_duration),
    "surface_stones": Form(soils.surface_stones, decimals=1),
    "rock_outcrops": Form(soils.rock_outcrops, decimals=1),
    # Use of the land, and what offices say of it; one province has not handed in its concessions.
    "land_cover": _codes(landuse.land_cover),
    "land_cover_2010": _codes(landuse.land_cover_2010),
    "land_cover_2000": _codes(landuse.land_cover_2000),
    "land_productivity_2010": _codes(landuse.land_productivity_2010),
    "land_productivity_2020": replace(_codes(landuse.land_productivity_2020), gap="sheet"),
    "forest_estate": _codes(landuse.forest_estate),
    "concessions": replace(_codes(landuse.concessions), gap="province"),
    "moratorium": _codes(landuse.moratorium),
}
"""Every raster by the id of its layer."""

ELEVATION_MODEL = "dem"
FILES: Mapping[str, Form] = {
    **LAYERS,
    # Finer than the grid: layers of slope classes are made from it.
    ELEVATION_MODEL: Form(_of_relief(lambda relief: relief.elevation), frame="terrain", decimals=1),
}
"""Every raster by the name of its file."""
