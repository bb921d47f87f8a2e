"""Builds the synthetic sample nation: 33 rasters and one GeoPackage, the same in every run."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from soilinfo.sample.layers import LAYERS, PROVINCE_WITHOUT_POTASSIUM
from soilinfo.sample.rasters import frames, write_rasters
from soilinfo.sample.regions import districts
from soilinfo.sample.tables import levels, write_regions

Progress = Callable[[str, int, int], None]
"""Called with what is being made, steps done and steps in all."""


def _silent(_what: str, _done: int, _total: int) -> None:
    """A progress that shows nothing."""


def build(directory: Path, *, scale: int = 1, progress: Progress = _silent) -> list[Path]:
    """Write one GeoTIFF a layer and ``regions.gpkg`` into ``directory``; returns their paths.

    ``scale`` makes the cells of the rasters that many times smaller along each side (9 gives 187
    million cells); the land stays the same. Files appear whole or not at all.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".partial-", dir=directory) as partial:
        _write(Path(partial), scale, progress)
        return [file.replace(directory / file.name) for file in sorted(Path(partial).iterdir())]


def _write(directory: Path, scale: int, progress: Progress) -> None:
    progress("regions", 0, 1)
    units = levels(districts())
    write_regions(directory / "regions.gpkg", units)
    progress("regions", 1, 1)
    provinces = units["provinces"]
    no_potassium = provinces.shapes[provinces.codes.index(PROVINCE_WITHOUT_POTASSIUM)]
    for name, frame in frames(scale).items():
        forms = {layer: form for layer, form in LAYERS.items() if form.frame == name}
        done = 0
        for rows in write_rasters(directory, frame, forms, no_potassium):
            done += rows
            progress(f"{len(forms)} rasters on the {name} grid", done, frame.grid.height)
