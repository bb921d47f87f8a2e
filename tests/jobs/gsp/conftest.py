"""A small country with everything that the products ask for: means, their uncertainties, land cover."""

from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import rasterio
import yaml
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.jobs.gsp.export import Asked, export
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import CELL, NORTH, WEST, write_country
from tests.jobs.conftest import Nation

CELLS = 64
UNITS = {
    "soc": "%",
    "bulk_density": "g/cm3",
    "coarse_fragments": "% vol",
    "clay": "%",
    "silt": "%",
    "sand": "%",
    "salinity_ec": "dS/m",
    "esp": "%",
    "ph_h2o": "pH",
    "k_exch": "cmol(+)/kg",
}
SPREADS = {"soc": 0.2, "bulk_density": 0.1, "coarse_fragments": 5.0, "ph_h2o": 0.3}
LAND_COVER = {5: "paddy", 6: "dryland_crops", 1: "primary_forest"}


def values_of(name: str) -> np.ndarray:
    """Values that differ from cell to cell; the three parts of a texture add up to 100."""
    random = np.random.default_rng(7)
    clay, share = random.integers(10, 40, (CELLS, CELLS)), random.integers(20, 60, (CELLS, CELLS))
    every = {
        "clay": clay,
        "silt": share,
        "sand": 100 - clay - share,
        "soc": 1 + 0.04 * clay,
        "bulk_density": 1.6 - 0.01 * clay,
        "coarse_fragments": clay / 2,
        "salinity_ec": share / 10,
        "esp": 50 - clay,
        "ph_h2o": 4 + share / 20,
        "k_exch": clay / 40,
    }
    return every[name].astype("float32")


def write_raster(path: Path, values: np.ndarray) -> None:
    """A source on the country's own cells, its westernmost tenth without data."""
    values = values.astype("float32")
    values[:, : CELLS // 10] = np.nan
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": np.nan}
    transform = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    with rasterio.open(path, "w", width=CELLS, height=CELLS, transform=transform, **profile) as target:
        target.write(values, 1)


def write_layer(config: Path, name: str, file: str = "", **told: object) -> None:
    """A layer's file."""
    layer = {"property": name, "source": f"../sources/{name}.tif", "depth": [0, 30], "time": 2024}
    layer |= {"licence": "CC0-1.0", "attribution": "tests", "synthetic": True, **told}
    file = file or name + ("_sd" if told.get("statistic") else "")
    (config / "layers" / f"{file}.yaml").write_text(yaml.safe_dump(layer))


def write_soils(directory: Path) -> Path:
    """The country's configuration and sources."""
    config = write_country(directory, cells=CELLS)
    for path in (config / "layers").glob("*.yaml"):
        path.unlink()
    country = yaml.safe_load((config / "country.yaml").read_text())
    (config / "country.yaml").write_text(yaml.safe_dump(country | {"iso3166": ["XT", "XTL"]}))
    sources = directory / "sources"
    for name, unit in UNITS.items():
        write_layer(config, name, unit=unit)
        write_raster(sources / f"{name}.tif", values_of(name))
    for name, spread in SPREADS.items():
        source = f"../sources/{name}_sd.tif"
        write_layer(config, name, unit=UNITS[name], statistic="sd", source=source)
        write_raster(sources / f"{name}_sd.tif", np.full((CELLS, CELLS), spread))
    write_layer(config, "land_cover", depth=None, codes=LAND_COVER)
    cover = np.full((CELLS, CELLS), 5.0)
    cover[: CELLS // 2] = 1
    write_raster(sources / "land_cover.tif", cover)
    return config


@pytest.fixture(scope="session")
def soils(tmp_path_factory):
    """Ingested; read only."""
    directory = tmp_path_factory.mktemp("soils")
    catalog = load(write_soils(directory))
    store = open_store(Settings(store=directory / "store", db=None))
    report = ingest(store, catalog, actor="tests", progress=silent)
    assert not report.blocked
    yield Nation(directory, catalog, store, report)
    store.close()


@pytest.fixture(scope="session")
def nutrients(soils, tmp_path_factory):
    """An export of the country's nutrient map; read only."""
    directory = tmp_path_factory.mktemp("exported") / "gsnmap"
    export(soils.store, soils.catalog, Asked("gsnmap"), directory)
    return directory


@pytest.fixture
def own_nutrients(nutrients, tmp_path):
    """A copy of that export, to be spoilt."""
    return copytree(nutrients, tmp_path / "gsnmap")
