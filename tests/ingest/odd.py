"""What becomes of an odd file: it is read, or one named finding says why not.

``python -m tests.ingest.odd`` writes docs/odd-files.md, the table over the files of ../shared/real/odd.
"""

import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from soilinfo.catalog.models import Layer, Level, Property, Ramp
from soilinfo.errors import SourceError
from soilinfo.findings import Finding, blocks
from soilinfo.grid import Grid
from soilinfo.ingest.administrative import administrative_units
from soilinfo.ingest.checks.raster import RasterEvidence, judge_raster, judge_source
from soilinfo.ingest.raster import warp
from soilinfo.ingest.source import Reader, inspect, pack
from soilinfo.ingest.vector import read_source
from tests.ingest.surveyed import survey
from tests.real import REAL

ODD = REAL / "odd"
TABLE = Path(__file__).resolve().parents[2] / "docs" / "odd-files.md"
TEXT = {"en": "a", "id": "b"}
SMALL = Grid.covering("EPSG:4326", 0.25, (100, -2, 104, 2))
PROPERTY = Property(
    id="elevation",
    title=TEXT,
    theme="terrain",
    unit="m",
    valid_range=(-500, 9000),
    decimals=0,
    ramp=Ramp(low=0, high=3000, colours=("#000000", "#ffffff")),
)
LAYER = Layer(id="odd", property="elevation", source="x", unit="m", licence="x", attribution="x")
LEVEL = Level(
    id="odd",
    title=TEXT,
    singular=TEXT,
    source="x",
    code_field="kode",
    name_field="nama",
    code_system="test",
    licence="x",
    attribution="x",
)
HEAD = """# Odd files

What soilinfo says to each file of `../shared/real/odd`: rasters are read as elevation in metres on a grid
of their own extent, all others as administrative units. A verdict is `clean`, `read, with ...` (warnings and
notes) or `blocked by ...`, with the ids of the findings. Written by `python -m tests.ingest.odd`; a test
compares.

| file | verdict |
|---|---|
"""


def verdict(path: Path) -> str:
    """The verdict over one file, read the way an ingestion reads it."""
    try:
        findings = raster_findings(path) if is_raster(path) else vector_findings(path)
    except SourceError as error:
        return f"blocked by {error.check}"
    blocking = sorted({finding.check for finding in findings if finding.severity == "block"})
    if blocking:
        return f"blocked by {', '.join(blocking)}"
    others = sorted({finding.check for finding in findings})
    return f"read, with {', '.join(others)}" if others else "clean"


def is_raster(path: Path) -> bool:
    """True when GDAL opens the file as a raster, whatever it then holds."""
    try:
        with rasterio.open(path):
            return True
    except RasterioError:
        return False
    except IndexError:  # a container of subdatasets without a band of its own
        return True


def raster_findings(path: Path) -> list[Finding]:
    """The findings over a raster, which is brought onto a grid of its own extent unless one blocks it."""
    source = inspect(str(path))
    doubts = judge_source(RasterEvidence("odd", LAYER, PROPERTY, None, source))
    if blocks(doubts):
        return doubts
    reader, grid = Reader(source, LAYER, PROPERTY, None), own_grid(path)
    seen = survey(reader, grid)
    found = judge_raster(RasterEvidence("odd", LAYER, PROPERTY, None, source, seen))
    if not blocks(found):
        packed = pack(warp(reader, grid, grid.window), PROPERTY)
        assert packed.dtype == np.int16
    return found


def own_grid(path: Path) -> Grid:
    """A grid of some cells over a raster, in its own coordinates if it has any."""
    with rasterio.open(path) as source:
        crs, bounds = source.crs, source.bounds
    west, east = sorted((bounds.left, bounds.right))
    south, north = sorted((bounds.bottom, bounds.top))
    if crs is None or west == east or south == north:
        return SMALL
    return Grid.covering(crs.to_wkt(), (east - west) / 20, (west, south, east, north))


def vector_findings(path: Path) -> list[Finding]:
    """The findings over a vector file, whose features are given codes and names."""
    frame = read_source(str(path))
    frame["kode"] = [f"{number:02}" for number in range(len(frame))]
    return administrative_units(frame.assign(nama="x"), "odd", LEVEL)[1]


def table() -> str:
    """docs/odd-files.md as it should be."""
    files = sorted(path for path in ODD.rglob("*") if path.is_file())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL warns of what the verdict says
        return HEAD + "".join(f"| `{path.relative_to(ODD)}` | {verdict(path)} |\n" for path in files)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
