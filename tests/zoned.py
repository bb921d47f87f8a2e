"""What a small country needs to be zoned: rainy days, and a soil map whose soils have names of the WRB."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import rasterio
import yaml
from affine import Affine

from tests.country import CELL, NORTH, WEST, write_country
from tests.soil_map import CONFIG, components, write_soil_map

WRB = {
    "Typic Hapludults": "Haplic Acrisols",
    "Aquic Hapludults": "Lithic Leptosols",
    "Typic Endoaquepts": "Eutric Gleysols",
}
RAINY_DAYS = 120


def write_zoned_country(directory: Path, *, cells: int = 240, soils: dict[str, str] = WRB) -> Path:
    """A country as :func:`tests.country.write_country` writes it, with all that SK 837/1980 asks for.

    The north-west is of Acrisols and Leptosols, the south-east water, the rest Gleysols. It rains 120 days a
    year; the easternmost tenth has no figure for that.
    """
    config = write_country(directory, cells=cells)
    tables = deepcopy(CONFIG["tables"])
    tables["components"]["soil_fields"] = {"wrb": "TANAH"}
    rows = components()
    rows["TANAH"] = rows["TANAH"].map(soils)
    write_soil_map(config, described=rows, tables=tables)
    days = np.full((cells, cells), RAINY_DAYS, "float32")
    days[:, -cells // 10 :] = np.nan
    write_layer(config, "rainy_days", days, unit="days")
    return config


def write_layer(config: Path, name: str, values: np.ndarray, **described: object) -> None:
    """Add a layer of a property to a country, with a source of these values (y, x)."""
    path = config.parent / "sources" / f"{name}.tif"
    profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "crs": "EPSG:4326", "nodata": None}
    if values.dtype.kind == "f":
        profile["nodata"] = np.nan
    height, width = values.shape
    transform = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    with rasterio.open(path, "w", width=width, height=height, transform=transform, **profile) as target:
        target.write(values, 1)
    layer = {
        "property": name,
        "source": f"../sources/{name}.tif",
        "licence": "CC0-1.0",
        "attribution": "tests",
    }
    text = yaml.safe_dump(layer | {"synthetic": True} | described)
    (config / "layers" / f"{name}.yaml").write_text(text, "utf-8")
