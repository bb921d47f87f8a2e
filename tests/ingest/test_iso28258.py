"""A soil map in the tables of an ISO 28258 database, as a GeoPackage with a layer for each table."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from soilinfo.catalog.mapunits import SoilMap
from soilinfo.errors import SourceError
from soilinfo.ingest.mapunits import read_iso28258
from tests.soil_map import CONFIG, polygons

TABLES: dict[str, dict[str, list[Any]]] = {
    "soil_map": {
        "soil_map_id": [1, 2],
        "name": ["Pulau Uji", "Another"],
        "scale_denominator": [50000, 50000],
    },
    "soil_mapping_unit_category": {
        "category_id": [10, 11, 12],
        "soil_map_id": [1, 1, 2],
        "name": ["Hills", "Plain", "Elsewhere"],
    },
    "soil_typological_unit": {
        "typological_unit_id": [1, 2],
        "name": ["Typic Hapludults", "Typic Endoaquepts"],
    },
    "soil_typological_unit_mapping_unit": {
        "typological_unit_id": [1, 2, 2, 2],
        "mapping_unit_id": [100, 100, 101, 103],
        "percentage": [70, 30, 100, 100],
    },
    "soil_typological_unit_profile": {
        "typological_unit_id": [1, 1, 2],
        "profile_id": [7, 8, 9],
        "is_typical": [True, False, True],
    },
    "element": {
        "element_id": [70, 71, 80, 90],
        "profile_id": [7, 7, 8, 9],
        "upper_depth": [0, 18, 0, 0],
        "lower_depth": [18, 55, 20, 25],
    },
    "specimen": {"specimen_id": [700, 710, 800, 900], "element_id": [70, 71, 80, 90]},
    "observation_num": {
        "observation_num_id": [1, 2, 3],
        "property_num_id": ["pH", "Carbon", "Carbon"],
        "procedure_num_id": ["pHH2O", "WalkleyBlack", "DryCombustion"],
    },
    "result_num": {
        "observation_num_id": [1, 1, 1, 1],
        "specimen_id": [700, 710, 800, 900],
        "value": [4.5, 4.75, 9.5, 6.25],
    },
}


def write(path: Path) -> Path:
    for name, columns in TABLES.items():
        pyogrio.write_dataframe(pd.DataFrame(columns), path, layer=name, append=path.exists())
    units = {"mapping_unit_id": [100, 101, 102, 103], "category_id": [10, 11, 11, 12]}
    drawn = gpd.GeoDataFrame(units, geometry=polygons().geometry, crs="EPSG:4326")
    pyogrio.write_dataframe(drawn, path, layer="soil_mapping_unit", append=True)
    return path


def form(path: Path, property_num_id: str = "pH", name: str = "Pulau Uji") -> SoilMap:
    columns = [{"column": property_num_id, "property": "ph_h2o", "unit": "pH"}]
    described = {"source": str(path), "soil_map": name, "classification": "usda", "properties": columns}
    return SoilMap(id="soil_map", **(CONFIG | {"tables": None, "iso28258": described}))


def test_only_the_polygons_of_the_map_are_read_named_by_their_category(tmp_path: Path):
    path = write(tmp_path / "sis.gpkg")
    drawn, _ = read_iso28258(str(path), form(path))
    assert dict(zip(drawn["unit_code"], drawn["name"], strict=True)) == {
        "100": "Hills",
        "101": "Plain",
        "102": "Plain",
    }


def test_components_have_their_share_and_the_horizons_of_their_typical_profile(tmp_path: Path):
    path = write(tmp_path / "sis.gpkg")
    _, rows = read_iso28258(str(path), form(path))
    hills = rows[rows["unit_code"] == "100"]
    found = hills[["soil_name", "share_pct", "upper_cm", "lower_cm", "ph_h2o"]].to_numpy().tolist()
    assert found == [
        ["Typic Hapludults", 70, 0, 18, 4.5],
        ["Typic Hapludults", 70, 18, 55, 4.75],
        ["Typic Endoaquepts", 30, 0, 25, 6.25],
    ]
    assert set(rows["unit_code"]) == {"100", "101"}


def test_two_procedures_of_one_property_are_not_mixed(tmp_path: Path):
    path = write(tmp_path / "sis.gpkg")
    with pytest.raises(SourceError, match=r"'Carbon' by several procedures \(DryCombustion, WalkleyBlack\)"):
        read_iso28258(str(path), form(path, "Carbon"))


def test_what_the_database_does_not_have_is_told_with_what_it_has(tmp_path: Path):
    path = write(tmp_path / "sis.gpkg")
    with pytest.raises(SourceError, match=r"no property 'Clay'; there are: Carbon, pH"):
        read_iso28258(str(path), form(path, "Clay"))
    with pytest.raises(SourceError, match=r"no soil map 'Atlantis'; there are: Pulau Uji, Another"):
        read_iso28258(str(path), form(path, name="Atlantis"))
