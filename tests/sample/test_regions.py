"""The administrative units: they nest and cover the land, but for what is planted in them."""

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.vector import geodesic_hectares, read_source
from soilinfo.sample.regions import Units
from tests.sample.nation import Nation


@pytest.fixture(scope="module")
def levels(nation: Nation) -> dict[str, gpd.GeoDataFrame]:
    """Every level as ingestion makes it."""
    path = str(nation.directory / "regions.gpkg")
    return {
        name: administrative_units(read_source(path, level.source_layer), name, level)[0]
        for name, level in nation.catalog.levels.items()
    }


def test_there_are_a_few_provinces_some_thirty_regencies_and_their_districts(
    units: dict[str, Units],
) -> None:
    assert [len(units[name].codes) for name in ("provinces", "regencies", "districts")] == [6, 35, 202]
    per_regency = np.unique([code[:5] for code in units["districts"].codes], return_counts=True)[1]
    assert per_regency.min() >= 4
    assert per_regency.max() <= 8
    assert len(set(units["districts"].names)) == 202


@pytest.mark.parametrize("level", ["provinces", "regencies", "districts"])
def test_units_are_valid_and_leave_neither_gap_nor_overlap(units: dict[str, Units], level: str) -> None:
    shapes = list(units[level].shapes)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_each_unit_is_the_sum_of_its_parts(units: dict[str, Units]) -> None:
    for above, below in (("provinces", "regencies"), ("regencies", "districts")):
        parts = geodesic_hectares(np.array(units[below].shapes, dtype=object))
        whole = geodesic_hectares(np.array(units[above].shapes, dtype=object))
        sums = [
            sum(
                area
                for own, area in zip(units[below].codes, parts, strict=True)
                if own.startswith(code + ".")
            )
            for code in units[above].codes
        ]
        np.testing.assert_allclose(sums, whole, rtol=1e-9)


def test_units_cover_nearly_all_land(nation: Nation) -> None:
    land = np.isfinite(nation.values("elevation"))
    covered = rasterize(
        nation.units["provinces"].shapes, land.shape, transform=rasterio.Affine(*nation.grid.transform)
    )
    assert (covered[land] == 1).mean() > 0.985
    assert covered[~land].mean() < 0.015


def test_one_regency_crosses_itself_and_is_repaired_to_nearly_the_same_shape(
    nation: Nation, levels: dict[str, gpd.GeoDataFrame]
) -> None:
    regencies = levels["regencies"].set_index("code")
    repaired = regencies[regencies["repair"] != ""]
    assert list(repaired.index) == ["04.02"]
    units = nation.units["regencies"]
    sound = units.shapes[units.codes.index("04.02")]
    assert repaired.geometry.iloc[0].symmetric_difference(sound).area < 1e-3 * sound.area


def test_the_regency_that_was_split_has_ended_and_its_successors_stand_in_its_place(
    nation: Nation, levels: dict[str, gpd.GeoDataFrame]
) -> None:
    path = nation.directory / "regions.gpkg"
    listed = pyogrio.read_dataframe(path, layer="regencies").set_index("KDPKAB")
    history = pyogrio.read_dataframe(path, layer="regency_history", read_geometry=False)
    assert list(history["NEW_CODE"]) == ["06.05", "06.06"]
    assert set(history["OLD_CODE"]) == {"06.03"}
    assert listed["VALID_TO"].notna().sum() == 1
    assert str(listed.loc["06.03", "VALID_TO"])[:10] == "2022-12-31"
    assert {str(day)[:10] for day in listed["VALID_FROM"].dropna()} == {"2023-01-01"}
    successors = shapely.union_all(listed.loc[["06.05", "06.06"]].geometry)
    assert listed.loc["06.03", "geometry"].symmetric_difference(successors).area < 1e-12
    assert "06.03" not in set(levels["regencies"]["code"])


@pytest.mark.parametrize("level", ["provinces", "regencies", "districts"])
def test_official_areas_differ_slightly_from_measured_ones_and_one_is_missing(
    levels: dict[str, gpd.GeoDataFrame], level: str
) -> None:
    frame = levels[level].set_index("code")
    missing = frame.index[frame["official_area_ha"].isna()]
    assert list(missing) == (["06.06"] if level == "regencies" else [])
    ratio = (frame["official_area_ha"] / frame["area_ha"]).dropna()
    assert ((ratio - 1).abs() < 0.03).all()
    assert (ratio != 1).all()


def test_every_unit_has_its_parent(levels: dict[str, gpd.GeoDataFrame]) -> None:
    assert set(levels["regencies"]["parent_code"]) == set(levels["provinces"]["code"])
    assert set(levels["districts"]["parent_code"]) == set(levels["regencies"]["code"])
