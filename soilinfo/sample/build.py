"""Builds a synthetic nation, the sample or the large one: the same files in every run."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from soilinfo.sample.archipelago import EXTENTS, Extent
from soilinfo.sample.farmland import farmland
from soilinfo.sample.gazetteer import drawn_province
from soilinfo.sample.layers import FILES, PROVINCE_WITHOUT_POTASSIUM
from soilinfo.sample.mapunits import write_soil_map
from soilinfo.sample.offices import write_office_tables
from soilinfo.sample.profiles import write_profiles
from soilinfo.sample.rasters import frames, write_rasters
from soilinfo.sample.regions import Units, districts, joined, regencies
from soilinfo.sample.tables import levels, write_regions
from soilinfo.store.files import require_space

Progress = Callable[[str, int, int], None]
"""Called with what is being made, steps done and steps in all."""


def _silent(_what: str, _done: int, _total: int) -> None:
    """A progress that shows nothing."""


_BYTES_PER_CELL = 12
"""Of all files together for each cell of the national grid, on the safe side."""


def build(
    directory: Path,
    *,
    scale: int = 1,
    extent: Extent = EXTENTS["sample"],
    processes: int = 1,
    progress: Progress = _silent,
) -> list[Path]:
    """Write one GeoTIFF a layer and ``regions.gpkg`` into ``directory``; returns their paths.

    ``scale`` makes the cells of the rasters that many times smaller along each side (9 gives 187
    million cells); the land stays the same. Files appear whole or not at all, and do not depend on
    the number of ``processes``. Raises StoreError when the disk is too small for them.
    """
    directory.mkdir(parents=True, exist_ok=True)
    cells = frames(scale, extent)["national"].grid.window.cells
    require_space(directory, cells * _BYTES_PER_CELL, "the sources of a synthetic nation")
    with TemporaryDirectory(prefix=".partial-", dir=directory) as partial:
        _write(Path(partial), scale, extent, processes, progress)
        return [file.replace(directory / file.name) for file in sorted(Path(partial).iterdir())]


def _write(directory: Path, scale: int, extent: Extent, processes: int, progress: Progress) -> None:
    units = _units(extent, processes, progress)
    write_regions(directory / "regions.gpkg", units)
    write_soil_map(directory / "soil_map.gpkg")
    write_profiles(directory)
    provinces = units["provinces"]
    no_potassium = provinces.shapes[provinces.codes.index(PROVINCE_WITHOUT_POTASSIUM)]
    for name, frame in frames(scale, extent).items():
        names = [layer for layer, form in FILES.items() if form.frame == name]
        done, total = 0, frame.grid.window.cells
        for cells in write_rasters(directory, frame, names, no_potassium, processes):
            before, done = done, done + cells
            if 100 * done // total > 100 * before // total:
                progress(f"{len(names)} rasters on the {name} grid", done, total)
    write_office_tables(directory, farmland(directory, units["districts"]))


def _units(extent: Extent, processes: int, progress: Progress) -> dict[str, Units]:
    """Every administrative unit of a nation, by level."""
    home, *others = extent.groups
    progress("regions", 0, len(extent.groups))
    parts = [districts(home)]
    if others:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for part in pool.map(districts, others):
                parts.append(part)
                progress("regions", len(parts), len(extent.groups))
    progress("regions", len(extent.groups), len(extent.groups))
    drawn = list(chain.from_iterable(regencies(group) for group in others))
    return levels(joined(parts), drawn, [drawn_province(number + 1) for number in range(len(others))])
