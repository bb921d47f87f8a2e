"""The parts of one raster layer, each a task that a thread, a process or another machine can do alone."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, wait
from dataclasses import dataclass
from pathlib import Path

from soilinfo.grid import Grid, Window
from soilinfo.ingest.raster import copy, is_copied, warp
from soilinfo.ingest.source import Reader, pack
from soilinfo.ingest.survey import Survey, read, survey_parts
from soilinfo.store.cube import CubeWriter
from soilinfo.store.shelf import Place


@dataclass(frozen=True)
class Shard:
    """One shard of the grid, to be brought from a source into the unfinished version at ``version``."""

    reader: Reader
    grid: Grid
    window: Window
    version: Place
    variable: str


def write_shards(executor: Executor, writer: CubeWriter, reader: Reader, grid: Grid, variable: str) -> Survey:
    """Bring every shard from a source into the version being written.

    Returns the survey of the source cells when they are copied, an empty one when they are resampled.
    """
    place = writer.place
    version = place.absolute() if isinstance(place, Path) else place
    return _total(executor, _write, (Shard(reader, grid, one, version, variable) for one in grid.shards()))


def survey_source(executor: Executor, reader: Reader, grid: Grid) -> Survey:
    """The survey of all source cells inside the grid, read for nothing else."""
    return _total(executor, _survey, ((reader, part) for part in survey_parts(reader, grid)))


def _write(shard: Shard) -> Survey:
    if is_copied(shard.reader, shard.grid):
        values, seen = copy(shard.reader, shard.grid, shard.window)
    else:
        values, seen = warp(shard.reader, shard.grid, shard.window), Survey()
    packed = pack(values, shard.reader.property)
    CubeWriter(shard.version).write(shard.variable, shard.window, packed)
    return seen


def _survey(part: tuple[Reader, Window]) -> Survey:
    return read(*part)[1]


def _total[T](executor: Executor, work: Callable[[T], Survey], parts: Iterable[T]) -> Survey:
    """The sum, in the order of the parts. When one fails, none still runs once the error is raised."""
    futures = [executor.submit(work, part) for part in parts]
    try:
        return sum((future.result() for future in futures), Survey())
    finally:
        for future in futures:
            future.cancel()
        wait(futures)
