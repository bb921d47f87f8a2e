"""What a small country needs to divide fertilizer: districts, nutrients of paddy land, tables, a plan."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import yaml
from shapely import MultiPolygon, Polygon, box

from soilinfo.sample.office import MISSING, write_table
from tests.country import CELL, NORTH, ROOT, WEST, write_country
from tests.zoned import write_layer

SHIPPED = ROOT / "config"
PLAN = "subsidy_2026"

DISTRICTS = {
    "01.01.01": ("Sukasari", 0.50, 10, 5),
    "01.01.02": ("Tegalrejo", 0.40, 10, 15),
    "01.02.01": ("Karangjati", 0.30, 30, 15),
    "01.02.02": ("Mekarsari", 0.30, 30, 5),
    "01.03.01": ("Sumberagung", 0.20, 50, 5),
    "01.03.02": ("Tanjungsari", 0.20, 30, None),
    "01.04.01": ("Muaratirta", 0.02, 50, 25),
    "01.04.02": ("Bukitindah", 0.00, 50, 25),
}
"""Name, share of the land that is paddy, P2O5 and K2O by HCl 25 % (mg/100 g): the western and the eastern
half of each quarter. The statuses of the first five are those of the rows of the annex of Kepmentan 01/2006
that could be read; 01.03.02 has no potassium analysed, 01.04.01 under 250 ha of paddy land, 01.04.02 none.

In 01.01.01 every third column of cells has 30 mg of P2O5: a third of its paddy land is of medium status."""

LEGAL_DOSES = {
    "01.01.01": (200, 100, 100, 180, 100, 50, 150, 50, 80),
    "01.01.02": (200, 100, 50, 180, 100, 0, 150, 50, 30),
    "01.02.01": (200, 100, 50, 180, 100, 0, 150, 50, 30),
    "01.02.02": (200, 75, 100, 180, 75, 50, 150, 25, 80),
    "01.03.01": (200, 50, 100, 180, 50, 50, 150, 0, 80),
    "01.03.02": (200, 75, 50, 180, 75, 0, 150, 25, 30),
    "01.04.01": (None,) * 9,
}
"""As printed: without organic matter, with straw, with manure. That of 01.02.01 is not what its status gives
(75 of SP-36, and 25 with manure); 01.03.02 has a rate though its potassium is unknown."""

RICE_HA = {
    "01.01.01": 8000.0,
    "01.01.02": 7000.0,
    "01.02.01": 6000.0,
    "01.02.02": 6000.0,
    "01.03.01": 4000.0,
    "01.03.02": 4000.0,
    "01.04.01": 6.0,
}
MAIZE_HA = 500.0
"""Planted in each district; no edition has a rate for maize."""
ASKED_KG_HA = {"01.01.02": (100, 150, 100)}
USUALLY_ASKED_KG_HA = (240, 280, 300)
"""Urea, NPK and organic fertilizer that are asked for: more than is needed but in 01.01.02."""

PLOTS = [
    ("F-1", 1, "01.04.01", "rice", 1.5),
    ("F-1", 2, "01.04.01", "rice", 1.5),
    ("F-2", 1, "01.04.01", "rice", 1.0),
    ("F-3", 1, "01.04.01", "rice", 2.0),
]
"""Farmer, plot, district, commodity, hectares: F-1 has one hectare more than two."""
SUPPLY_T = {"urea": 5000, "npk_15_10_12": 6000, "organic": 3000}


def write_subsidised_country(directory: Path, *, cells: int = 240) -> Path:
    """A country as :func:`tests.country.write_country` writes it, with all that an allocation asks for.

    Property ``p2o5_hcl25`` has a standard deviation, ``k2o_hcl25`` has none.
    """
    config = write_country(directory, cells=cells)
    _write_districts(config, cells * CELL)
    _write_land(config, cells)
    for name, rows in tables().items():
        write_office_table(config, name, rows)
    for name in ("subsidy.yaml", f"allocations/{PLAN}.yaml"):
        content = yaml.safe_load((SHIPPED / name).read_text("utf-8"))
        if "fertilizers" in content:
            content["fertilizers"] = {each: {"total_t": tonnes} for each, tonnes in SUPPLY_T.items()}
            del content["beside"]
        (config / name).parent.mkdir(exist_ok=True)
        (config / name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")
    return config


def tables() -> dict[str, list[tuple[object, ...]]]:
    """The rows of each table of the plan, in the order of its columns; None where an office writes '-'."""
    named = {code: name for code, (name, *_) in DISTRICTS.items()}
    return {
        "erdkk": [*_requests(named)],
        "farmers": [
            (farmer, plot, code, named[code], commodity, hectares)
            for farmer, plot, code, commodity, hectares in PLOTS
        ],
        "redeemed": [
            (code, name, month, 8.0 * month, 6.0 * month, 0.0)
            for code, name in named.items()
            for month in (1, 2, 3)
        ],
        "priority": [
            (code, name, 4.0 + 0.2 * place, 95.0 - 5.0 * place, 6.0 + place)
            for place, (code, name) in enumerate(named.items())
        ],
        # The printed total is 330 t more than its parts add up to.
        "legal_totals": [("01", "Provinsi Satu", 5000, 6000, 3000, 14330)],
        "paddy_doses": [(code, named[code], *doses) for code, doses in LEGAL_DOSES.items()],
    }


def _requests(named: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for code, name in named.items():
        asked = ASKED_KG_HA.get(code, USUALLY_ASKED_KG_HA)
        for commodity, hectares in (("rice", RICE_HA.get(code)), ("maize", MAIZE_HA)):
            if hectares:
                tonnes = (round(hectares * rate / 1000, 3) for rate in asked)
                farmers = 3 if code == "01.04.01" and commodity == "rice" else int(hectares * 2)
                yield code, name, commodity, hectares, farmers, *tonnes


def write_office_table(
    config: Path, name: str, rows: list[tuple[object, ...]], **more: dict[str, object]
) -> None:
    """Add a table of the shipped configuration to a country, with a source of these rows.

    ``more``: columns that it has besides, the last of each row.
    """
    table = yaml.safe_load((SHIPPED / "tables" / f"{name}.yaml").read_text("utf-8"))
    table["columns"] |= more
    table["source"] = f"../sources/{name}.csv"
    headings = [column["source"] for column in table["columns"].values()]
    write_table(config.parent / "sources" / f"{name}.csv", "Uji", headings, map(_cells, rows))
    (config / "tables").mkdir(exist_ok=True)
    (config / "tables" / f"{name}.yaml").write_text(yaml.safe_dump(table, allow_unicode=True), "utf-8")


def _cells(row: tuple[object, ...]) -> list[str]:
    written = (f"{cell}".replace(".", ",") if isinstance(cell, float) else f"{cell}" for cell in row)
    return [MISSING if cell is None else text for cell, text in zip(row, written, strict=True)]


def _write_districts(config: Path, size: float) -> None:
    """The halves of the quarters; of 01.04, which crosses itself, its two triangles."""
    half = size / 2
    shapes = []
    for north, west in ((NORTH, WEST), (NORTH, WEST + half), (NORTH - half, WEST)):
        middle, east, south = west + half / 2, west + half, north - half
        shapes += [box(west, south, middle, north), box(middle, south, east, north)]
    west, east, south, north = WEST + half, WEST + size, NORTH - size, NORTH - half
    centre = ((west + east) / 2, (south + north) / 2)
    shapes += [Polygon([(x, south), (x, north), centre]) for x in (west, east)]
    frame = {"kode": [*DISTRICTS], "nama": [name for name, *_ in DISTRICTS.values()]}
    districts = gpd.GeoDataFrame(frame, geometry=[MultiPolygon([shape]) for shape in shapes], crs=4326)
    districts.to_file(config.parent / "sources" / "districts.gpkg", layer="districts")
    regions = yaml.safe_load((config / "regions.yaml").read_text("utf-8"))
    regions["districts"] = regions["regencies"] | {
        "title": {"en": "Districts", "id": "Kecamatan"},
        "singular": {"en": "District", "id": "Kecamatan"},
        "source": "../sources/districts.gpkg",
        "source_layer": "districts",
        "parent": "regencies",
    }
    del regions["districts"]["area_field"]
    (config / "regions.yaml").write_text(yaml.safe_dump(regions, sort_keys=False), "utf-8")


def _write_land(config: Path, cells: int) -> None:
    """Land cover, and the potential phosphorus and potassium of each district."""
    half = cells // 2
    row, col = np.indices((cells, cells))
    own = 4 * (row // half) + 2 * (col // half) + (col % half) // (half // 2)
    share, phosphorus, potassium = np.array(
        [figures for _, *figures in DISTRICTS.values()], dtype="float32"
    ).T
    # A band in the middle of the quarter; in 01.04.01 a dotted one, of some 80 ha.
    paddy = (np.abs(row % half - half / 2 + 0.5) < share[own] * half / 2) & ((own != 6) | (col % 8 == 0))
    p2o5 = np.where((own == 0) & (col % 3 == 0), 30, phosphorus[own])
    sea = col < cells // 10
    codes = {1: "paddy", 2: "dryland_crops"}
    cover = np.where(sea, 0, np.where(paddy, 1, 2)).astype("uint8")
    write_layer(config, "land_cover", cover, codes=codes, nodata=[0])
    analysed = {"unit": "mg/100 g", "depth": [0, 30], "time": "2020"}
    for name, values in {"p2o5_hcl25": p2o5, "k2o_hcl25": potassium[own]}.items():
        write_layer(config, name, np.where(sea, np.nan, values).astype("float32"), **analysed)
    title = {"en": "Standard deviation of phosphorus", "id": "Simpangan baku fosfor"}
    spread = np.where(sea, np.nan, 0.15 * p2o5).astype("float32")
    uncertainty = {"property": "p2o5_hcl25", "statistic": "sd", "title": title}
    write_layer(config, "p2o5_hcl25_sd", spread, **uncertainty, **analysed)
