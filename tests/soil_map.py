"""A small soil map: four quarters of the test country, three map units of soil and one of water."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import yaml
from shapely import box

from tests.country import NORTH, WEST

SIZE = 0.5

POLYGONS = [("KA-1", 0, 0), ("KA-2", 1, 0), ("KA-2", 0, 1), ("AIR", 1, 1)]
"""Unit code, column, row."""

COMPONENTS = [
    ("KA-1", 1, "Typic Hapludults", 60, 5, 4.6, 4.8, 16.0),
    ("KA-1", 2, "Aquic Hapludults", 40, 4, 4.9, 5.1, 21.0),
    ("KA-2", 1, "Typic Endoaquepts", 100, 6, 5.8, 6.0, 18.5),
]
COLUMNS = ["SPT", "NO", "TANAH", "PERSEN", "DRAINASE", "PH_0_30", "PH_30_60", "C_0_30"]

CONFIG: dict[str, Any] = {
    "title": {"en": "Soil map 1:50,000", "id": "Peta tanah 1:50.000"},
    "scale": 50000,
    "time": "2019",
    "tables": {
        "polygons": {
            "source": "../sources/soil_map.gpkg",
            "source_layer": "soil_map",
            "unit_field": "SPT",
            "name_field": "URAIAN",
        },
        "components": {
            "source": "../sources/components.csv",
            "unit_field": "SPT",
            "component_field": "NO",
            "share_field": "PERSEN",
            "soil_fields": {"usda": "TANAH"},
            "properties": [
                {
                    "column": "DRAINASE",
                    "property": "drainage",
                    "codes": {4: "moderately_well", 5: "somewhat_poor", 6: "poor"},
                },
                {"column": "PH_0_30", "property": "ph_h2o", "unit": "pH", "depth": [0, 30]},
                {"column": "PH_30_60", "property": "ph_h2o", "unit": "pH", "depth": [30, 60]},
                {"column": "C_0_30", "property": "soc", "unit": "g/kg", "depth": [0, 30]},
            ],
        },
    },
    "non_soil": {"AIR": {"en": "Water", "id": "Air"}},
    "licence": "CC0-1.0",
    "attribution": "tests",
    "lineage": "invented",
    "synthetic": True,
}


def polygons() -> gpd.GeoDataFrame:
    """The four quarters as a file has them."""
    half = SIZE / 2
    shapes = [
        box(WEST + col * half, NORTH - (row + 1) * half, WEST + (col + 1) * half, NORTH - row * half)
        for _, col, row in POLYGONS
    ]
    codes = [code for code, _, _ in POLYGONS]
    columns = {"SPT": codes, "URAIAN": [None if code == "AIR" else f"Unit {code}" for code in codes]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def components() -> pd.DataFrame:
    """The table as a file has it."""
    return pd.DataFrame(COMPONENTS, columns=COLUMNS)


def write_soil_map(
    config: Path,
    *,
    drawn: gpd.GeoDataFrame | None = None,
    described: pd.DataFrame | None = None,
    **changes: object,
) -> None:
    """Add the soil map, or a changed one, to the country of a configuration directory."""
    sources = config.parent / "sources"
    pyogrio.write_dataframe(
        polygons() if drawn is None else drawn, sources / "soil_map.gpkg", layer="soil_map"
    )
    (components() if described is None else described).to_csv(sources / "components.csv", index=False)
    folder = config / "soil_maps"
    folder.mkdir(exist_ok=True)
    (folder / "soil_map.yaml").write_text(yaml.safe_dump(CONFIG | changes), encoding="utf-8")
