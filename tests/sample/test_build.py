"""The generator: the same in every run, block by block, whole files or none."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from soilinfo.grid import Window
from soilinfo.sample import build as building
from soilinfo.sample.archipelago import groups
from soilinfo.sample.build import build
from soilinfo.sample.farmland import farmland
from soilinfo.sample.noise import noise
from soilinfo.sample.offices import write_office_tables
from soilinfo.sample.rasters import Frame
from soilinfo.sample.regions import Units, districts
from soilinfo.sample.tables import write_regions
from tests.sample.nation import Nation, coarse_frames, write_coarse


def test_a_second_build_gives_the_same_bytes(nation: Nation, tmp_path: Path) -> None:
    write_regions(tmp_path / "regions.gpkg", nation.units)
    write_coarse(tmp_path, nation.units["provinces"])
    write_office_tables(tmp_path, farmland(tmp_path, nation.units["districts"]))
    for file in sorted(nation.directory.iterdir()):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_districts_come_out_the_same_every_time(units: dict[str, Units]) -> None:
    again = districts(groups()[0])
    assert again.names == units["districts"].names
    assert [shape.wkb for shape in again.shapes] == [shape.wkb for shape in units["districts"].shapes]


@given(row=st.integers(0, 148), rows=st.integers(1, 40))
def test_a_block_alone_is_the_same_as_within_the_whole(row: int, rows: int) -> None:
    frame = coarse_frames()["national"]
    rows = min(rows, frame.grid.height - row)
    alone, land = frame.relief(Window(row, 0, rows, frame.grid.width))
    whole, all_land = _whole(frame)
    np.testing.assert_array_equal(alone.elevation, whole[row : row + rows])
    np.testing.assert_array_equal(land, all_land[row : row + rows])


_kept: dict[str, tuple[np.ndarray, np.ndarray]] = {}


def _whole(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
    if "whole" not in _kept:
        relief, land = frame.relief(frame.grid.window)
        _kept["whole"] = relief.elevation, land
    return _kept["whole"]


@given(x=st.floats(-200, 200), y=st.floats(-200, 200))
def test_noise_is_smooth_and_bounded(x: float, y: float) -> None:
    here, beside = noise("any", np.array([x, x + 1e-6]), np.array([y, y]), 0.5, 4)
    assert abs(here) < 2.0
    assert abs(here - beside) < 1e-3


def test_a_build_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_half(directory: Path, *_: object) -> None:
        (directory / "elevation.tif").write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(building, "_write", write_half)
    with pytest.raises(OSError, match="disk full"):
        build(tmp_path / "sample")
    assert list((tmp_path / "sample").iterdir()) == []
