"""The configuration of a synthetic nation: the shipped one's, with the nation's own grid and sources."""

import re
from os.path import relpath
from pathlib import Path
from shutil import copyfile

from soilinfo.sample.archipelago import Extent
from soilinfo.sample.relief import ARC_SECONDS

_SECTIONS = ("layers", "soil_maps", "soil_profiles", "tables", "allocations")
_NOT_LENT = (
    *("services.yaml", "available_land.yaml", "land_use_conflict.yaml"),
    *("land_degradation.yaml", "subsidy.yaml"),
)
_SOURCE = re.compile(r"^(\s*\w+: )\S*/sample/(\S+)$", re.MULTILINE)


def write_config(directory: Path, shipped: Path, extent: Extent) -> None:
    """Write ``directory`` so that it describes the files of :func:`soilinfo.sample.build.build` beside it.

    ``shipped`` is the configuration of the sample nation, which lends everything but the grid, what has
    a source (copied, with its sources in the directory above) and what names such layers or tables.
    """
    for section in _SECTIONS:
        (directory / section).mkdir(parents=True, exist_ok=True)
    for name in _NOT_LENT:
        copyfile(shipped / name, directory / name)
    described = (path for section in _SECTIONS for path in sorted((shipped / section).glob("*.yaml")))
    for path in [shipped / "regions.yaml", shipped / "report.yaml", *described]:
        text = _SOURCE.sub(r"\1../\2", path.read_text("utf-8"))
        (directory / path.relative_to(shipped)).write_text(text, "utf-8")
    (directory / "country.yaml").write_text(
        "# A synthetic nation of a real one's size. Nothing in it describes a real place.\n"
        "id: large_nation\n"
        "title: {en: Large Nation (synthetic), id: Negara Besar (sintetis)}\n"
        f"base: {relpath(shipped.resolve(), directory.resolve())}\n"
        "synthetic: true\n"
        "iso3166: [XL, XLN]\n",
        "utf-8",
    )
    bounds = ", ".join(f"{edge:g}" for edge in extent.bounds)
    grid = f"crs: EPSG:4326\narc_seconds: {ARC_SECONDS:g}\nbounds: [{bounds}]\n"
    (directory / "grid.yaml").write_text(grid, "utf-8")
