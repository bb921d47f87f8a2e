"""A small country for tests: a configuration directory with its own sources, built in a moment."""

import os
from pathlib import Path
from shutil import copytree

import geopandas as gpd
import numpy as np
import rasterio
import yaml
from affine import Affine
from shapely import Polygon, box

ROOT = Path(__file__).resolve().parents[1]
WEST, NORTH, CELL = 120.0, -7.0, 1 / 480

SERVICES = {
    "title": {"en": "Test country", "id": "Negara uji"},
    "description": {"en": "Made for tests", "id": "Dibuat untuk uji"},
    "contact": {"organisation": "Test", "email": "test@example.org", "url": "https://example.org"},
    "licence": "CC0-1.0",
    "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
    "disclaimer": {"en": "Boundaries are invented.", "id": "Batas wilayah adalah rekaan."},
}
LAYERS = {
    "temperature_mean_annual": ("degC", None),
    "rainfall_annual": ("mm/yr", None),
    "dry_months": ("months", None),
    "slope": ("%", None),
    "ph_h2o": ("pH", [0, 30]),
    "soc": ("%", [0, 30]),
    "cec": ("cmol(+)/kg", [0, 5]),
    "drainage": (None, None),
}
RANGES = {
    "temperature_mean_annual": (18, 30),
    "rainfall_annual": (800, 3500),
    "dry_months": (0, 8),
    "slope": (0, 60),
    "ph_h2o": (4, 8),
    "soc": (0.3, 6),
    "cec": (3, 40),
}
DRAINAGE = {1: "well", 2: "moderately_well", 3: "poor"}


def write_country(directory: Path, *, cells: int = 240, seed: int = 1) -> Path:
    """Write config/ and sources of a square country of ``cells`` x ``cells``; returns the config directory.

    The westernmost tenth is sea in every layer. Regencies 01.01 .. 01.04 are its quarters (01.04 is
    published as a bow-tie), province 01 the whole.
    """
    config, sources = directory / "config", directory / "sources"
    (config / "layers").mkdir(parents=True)
    sources.mkdir()
    size = cells * CELL
    _dump(config / "country.yaml", _country(config))
    _dump(config / "grid.yaml", {"arc_seconds": 7.5, "bounds": [WEST, NORTH - size, WEST + size, NORTH]})
    _dump(config / "services.yaml", SERVICES)
    rules = yaml.safe_load((ROOT / "config" / "evaluation.yaml").read_text(encoding="utf-8"))
    _dump(config / "evaluation.yaml", rules | {"least_known_pct": 20})
    _dump(config / "regions.yaml", _regions())
    for name in LAYERS:
        _dump(config / "layers" / f"{name}.yaml", _layer(name))
        write_source(directory, name, cells=cells, seed=seed)
    _write_regions(sources / "regions.gpkg", size)
    return config


def write_source(
    directory: Path,
    name: str,
    *,
    cells: int = 240,
    seed: int = 1,
    fill: float | None = None,
    noise: bool = False,
) -> Path:
    """Write one source raster.

    ``fill`` makes it constant on land, which changes its content; ``noise`` makes every cell another, which
    no codec makes small.
    """
    random = np.random.default_rng([seed, *name.encode()])
    if name == "drainage":
        values = random.integers(1, 4, (cells, cells)).astype("float32")
    else:
        low, high = RANGES[name]
        coarse = random.uniform(low, high, (12, 12))
        values = np.kron(coarse, np.ones((-(-cells // 12), -(-cells // 12))))[:cells, :cells].astype(
            "float32"
        )
    if noise:
        values = random.uniform(*RANGES[name], (cells, cells)).astype("float32")
    if fill is not None:
        values[:] = fill
    values[:, : cells // 10] = np.nan
    path = directory / "sources" / f"{name}.tif"
    transform = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": np.nan}
    with rasterio.open(path, "w", width=cells, height=cells, transform=transform, **profile) as target:
        target.write(values, 1)
    return path


def recode_drainage(config: Path) -> None:
    """Give the country class tables of its own, those of drainage with the codes of two classes exchanged."""
    classes = config / "classes"
    copytree(ROOT / "config" / "classes", classes)
    table = yaml.safe_load((classes / "drainage.yaml").read_text(encoding="utf-8"))
    well, poor = ({each["id"]: each for each in table["classes"]}[name] for name in ("well", "poor"))
    well["code"], poor["code"] = poor["code"], well["code"]
    _dump(classes / "drainage.yaml", table)


def _country(config: Path) -> dict[str, object]:
    base = os.path.relpath(ROOT / "config", config)
    return {
        "id": "testland",
        "title": {"en": "Testland", "id": "Negeri Uji"},
        "base": base,
        "synthetic": True,
    }


def _layer(name: str) -> dict[str, object]:
    unit, depth = LAYERS[name]
    layer: dict[str, object] = {"property": name, "source": f"../sources/{name}.tif", "licence": "CC0-1.0"}
    layer |= {"attribution": "tests", "synthetic": True}
    if unit:
        layer["unit"] = unit
    if depth:
        layer["depth"] = depth
    if name == "drainage":
        layer["codes"] = DRAINAGE
    return layer


def _regions() -> dict[str, object]:
    common = {
        "source": "../sources/regions.gpkg",
        "code_field": "kode",
        "name_field": "nama",
        "code_system": "kemendagri",
        "licence": "CC0-1.0",
        "attribution": "tests",
        "synthetic": True,
    }
    province = {
        "title": {"en": "Provinces", "id": "Provinsi"},
        "singular": {"en": "Province", "id": "Provinsi"},
    }
    regency = {
        "title": {"en": "Regencies", "id": "Kabupaten"},
        "singular": {"en": "Regency", "id": "Kabupaten"},
    }
    return {
        "provinces": common | province | {"source_layer": "provinces", "summed_from": "regencies"},
        "regencies": common
        | regency
        | {"source_layer": "regencies", "parent": "provinces", "area_field": "luas"},
    }


def _write_regions(path: Path, size: float) -> None:
    half = size / 2
    quarters = [
        box(WEST + i * half, NORTH - (j + 1) * half, WEST + (i + 1) * half, NORTH - j * half)
        for j in (0, 1)
        for i in (0, 1)
    ]
    west, south, east, north = quarters[3].bounds
    quarters[3] = Polygon([(west, south), (east, north), (east, south), (west, north)])
    codes = [f"01.0{number}" for number in range(1, 5)]
    regencies = {
        "kode": codes,
        "nama": [f"Kabupaten {code}" for code in codes],
        "luas": [1000.0, None, 1200.0, 900.0],
    }
    gpd.GeoDataFrame(regencies, geometry=quarters, crs=4326).to_file(path, layer="regencies")
    province = {"kode": ["01"], "nama": ["Provinsi Satu"]}
    whole = [box(WEST, NORTH - size, WEST + size, NORTH)]
    gpd.GeoDataFrame(province, geometry=whole, crs=4326).to_file(path, layer="provinces")


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
