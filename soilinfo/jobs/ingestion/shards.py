"""The parts of one raster layer, each a task that a thread, a process or another machine can do alone."""

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from soilinfo.grid import Grid, Window
from soilinfo.ingest.raster import copy, is_copied, warp
from soilinfo.ingest.source import Reader, pack
from soilinfo.ingest.survey import Survey, read, survey_parts
from soilinfo.jobs.ingestion.profiles import Part, Profile, joined, part_of
from soilinfo.jobs.runs.workers import done
from soilinfo.store.cube_writer import CubeWriter
from soilinfo.store.layout import Variable
from soilinfo.store.shelf import Place


@dataclass(frozen=True)
class Shard:
    """One shard of the grid, to be brought from a source into the unfinished version at ``version``."""

    reader: Reader
    grid: Grid
    window: Window
    version: Place
    variable: Variable


def write_shards(
    executor: Executor, writer: CubeWriter, reader: Reader, grid: Grid, variable: Variable
) -> tuple[Survey, Profile]:
    """Bring every shard from a source into the version being written, and say what its cells hold.

    The survey is of the source cells when they are copied, an empty one when they are resampled.
    """
    place = writer.place
    version = place.absolute() if isinstance(place, Path) else place
    shards = [Shard(reader, grid, window, version, variable) for window in grid.shards()]
    surveys, parts = zip(*done(executor, _write, shards), strict=True)
    return sum(surveys, Survey()), joined(parts, variable, grid)


def survey_source(executor: Executor, reader: Reader, grid: Grid) -> Survey:
    """The survey of all source cells inside the grid, read for nothing else."""
    parts = [(reader, part) for part in survey_parts(reader, grid)]
    return sum(done(executor, _survey, parts), Survey())


def _write(shard: Shard) -> tuple[Survey, Part]:
    # The cells are looked at while they are at hand: reading them again costs more than the looking.
    if is_copied(shard.reader, shard.grid):
        values, seen = copy(shard.reader, shard.grid, shard.window)
    else:
        values, seen = warp(shard.reader, shard.grid, shard.window), Survey()
    packed = pack(values, shard.reader.property)
    _writer(shard.version).write(shard.variable.name, shard.window, packed)
    return seen, part_of(packed, shard.variable.nodata)


@lru_cache(maxsize=8)
def _writer(version: Place) -> CubeWriter:
    """The unfinished version at a place, opened once in a process: opening takes as long as a shard."""
    return CubeWriter(version)


def _survey(part: tuple[Reader, Window]) -> Survey:
    return read(*part)[1]
