"""The soil map of the sample nation."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.catalog.load import load
from soilinfo.ingest.checks.mapunits import SoilMapEvidence, judge_soil_map
from soilinfo.ingest.mapunits import components_of, polygons_of, typed
from soilinfo.ingest.vector import repair
from soilinfo.sample.mapunits import composition, write_soil_map
from soilinfo.sample.soils import SOILS

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("soil_map") / "soil_map.gpkg"
    write_soil_map(found)
    return found


@pytest.fixture(scope="module")
def drawn(path: Path) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(path, layer="soil_map")


@pytest.fixture(scope="module")
def components(path: Path) -> pd.DataFrame:
    return pyogrio.read_dataframe(path, layer="components", read_geometry=False)


def test_polygons_are_a_coverage_without_slivers(drawn: gpd.GeoDataFrame):
    shapes = drawn.geometry.to_numpy()
    assert 200 < len(drawn) < 3000
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_shares_add_up_to_a_hundred_everywhere(components: pd.DataFrame):
    assert set(components.groupby("SPT")["PERSEN"].sum()) == {100}
    assert components.groupby("SPT").size().between(1, 3).all()
    assert 20 <= components["SPT"].nunique() <= 80


def test_the_pipeline_has_nothing_to_object_to(drawn: gpd.GeoDataFrame, components: pd.DataFrame):
    catalog = load(CONFIG)
    soil_map = catalog.soil_map("soil_map")
    assert soil_map.tables is not None
    shapes = polygons_of(drawn, soil_map.tables.polygons)
    as_read = components_of(components, soil_map.tables.components)
    properties = {each.property: catalog.property(each.property) for each in soil_map.properties}
    geometry, repairs = repair(shapes.geometry.to_numpy())
    rows = typed(as_read, soil_map, properties)
    seen = SoilMapEvidence("soil_map", soil_map, properties, shapes, geometry, tuple(repairs), as_read, rows)
    assert {finding.check for finding in judge_soil_map(seen)} <= {"non_soil_units", "small_polygons"}


def test_the_same_file_comes_out_of_every_run(path: Path, tmp_path: Path):
    again = tmp_path / "soil_map.gpkg"
    write_soil_map(again)
    assert again.read_bytes() == path.read_bytes()


@given(
    st.lists(st.floats(0, 1), min_size=len(SOILS), max_size=len(SOILS)).filter(
        lambda parts: sum(parts) > 0.01
    )
)
def test_any_mixture_becomes_up_to_three_soils_that_add_up(parts: list[float]):
    mean = {soil: part / sum(parts) for soil, part in zip(SOILS, parts, strict=True)}
    found = composition(mean)
    assert 1 <= len(found) <= 3
    assert sum(share for _, share in found) == 100
    assert all(share >= 10 and share % 5 == 0 for _, share in found)
