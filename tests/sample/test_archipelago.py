"""The large nation: the sample's plan again and again, the sample itself a part of it."""

from pathlib import Path

import numpy as np
import pytest

from soilinfo.catalog.load import check, load
from soilinfo.errors import StoreError
from soilinfo.grid import Grid, Window
from soilinfo.sample.archipelago import EXTENTS, NATION, groups, place
from soilinfo.sample.config import write_config
from soilinfo.sample.gazetteer import drawn_province, drawn_regencies
from soilinfo.sample.rasters import Frame, frames
from soilinfo.sample.regions import districts
from soilinfo.sample.relief import coast
from soilinfo.store.files import require_space
from tests.sample.conftest import CONFIG


@pytest.fixture(scope="module")
def inland() -> np.ndarray:
    """Distance inland at points of a twentieth of a degree."""
    grid = Grid.covering("EPSG:4326", 0.05, NATION)
    return coast(place(*np.meshgrid(grid.x, grid.y)))


def test_the_large_nation_has_indonesias_cells_and_about_a_quarter_of_land(inland: np.ndarray) -> None:
    assert frames(1, EXTENTS["nation"])["national"].grid.shape == (8_160, 22_080)
    assert 0.2 < (inland > 0).mean() < 0.3
    assert (inland[[0, -1]] < 0).all()
    assert (inland[:, [0, -1]] < 0).all()


def test_the_sample_nation_is_a_part_of_it_cell_by_cell() -> None:
    sample, nation = frames(1)["national"], frames(1, EXTENTS["nation"])["national"]
    col = round((sample.grid.west - nation.grid.west) / nation.grid.resolution)
    row = round((nation.grid.north - sample.grid.north) / nation.grid.resolution)
    here, land = sample.relief(Window(300, 400, 40, 50))
    there, there_land = nation.relief(Window(row + 300, col + 400, 40, 50))
    assert land.any()
    np.testing.assert_array_equal(land, there_land)
    np.testing.assert_allclose(here.elevation, there.elevation, atol=1e-6)


def test_the_sparse_look_at_the_sea_misses_no_land() -> None:
    frame = Frame(Grid.covering("EPSG:4326", 15 / 3600, (105.0, -5.0, 110.0, -2.0)), reach=3.0)
    windows = [Window(row, col, 48, 48) for row in range(0, 720, 48) for col in range(0, 1200, 48)]
    sea = [window for window in windows if frame.is_open_sea(window)]
    assert len(sea) > 20
    assert not any(frame.relief(window)[1].any() for window in sea)


def test_no_two_groups_of_islands_are_alike(inland: np.ndarray) -> None:
    areas = [(inland[_rows(group.y), _cols(group.x)] > 0).sum() for group in groups()[1:]]
    assert min(areas) > 500
    assert len(set(areas)) > len(areas) / 2


def _rows(y: float) -> slice:
    return slice(round((NATION[3] - y) / 0.05) - 28, round((NATION[3] - y) / 0.05) + 28)


def _cols(x: float) -> slice:
    return slice(round((x - NATION[0]) / 0.05) - 45, round((x - NATION[0]) / 0.05) + 45)


def test_each_further_group_is_a_province_with_a_code_and_a_name_of_its_own() -> None:
    provinces = [drawn_province(number) for number in range(1, len(groups()))]
    assert len({province.code for province in provinces}) == len(provinces) >= 38
    assert len({province.name for province in provinces}) == len(provinces)
    units = districts(groups()[7])
    assert len(units.codes) == sum(unit.districts for unit in drawn_regencies(7))
    assert {code[:2] for code in units.codes} == {drawn_province(7).code}


def test_its_configuration_has_no_fault_and_finds_the_files_beside_it(tmp_path: Path) -> None:
    write_config(tmp_path / "config", CONFIG, EXTENTS["nation"])
    assert check(tmp_path / "config")[0] == []
    catalog = load(tmp_path / "config")
    assert catalog.grid == frames(1, EXTENTS["nation"])["national"].grid
    assert {layer.source for layer in catalog.layers.values()} >= {"../slope.tif", "../dem.tif"}
    assert {level.source for level in catalog.levels.values()} == {"../regions.gpkg"}
    assert catalog.report is not None
    assert catalog.report.statements == "../report_statements.xlsx"
    assert catalog.country.iso3166 == ("XL", "XLN")


def test_too_small_a_disk_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the sources would need about 1,000,000,000\.0 MB .* MB are free"):
        require_space(tmp_path, 10**15, "the sources")


def test_the_configuration_describes_the_soil_map_and_the_table_that_are_written_too(tmp_path):
    write_config(tmp_path / "config", CONFIG, EXTENTS["sample"])
    catalog = load(tmp_path / "config")
    soil_map, table = catalog.soil_maps["soil_map"], catalog.tables["planted_areas"]
    assert (soil_map.tables.polygons.source, table.source) == ("../soil_map.gpkg", "../planted_areas.csv")
    assert catalog.soil_profiles["legacy_profiles"].glosis.plots == "../legacy_plots.csv"
