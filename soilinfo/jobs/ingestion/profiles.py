"""What one pass over the packed cells of a layer shows, shard by shard and in threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from os import cpu_count

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from soilinfo.grid import Grid, Window
from soilinfo.ingest.checks.comparison import Counts, Packed, count_values
from soilinfo.store.cube import CubeLayer
from soilinfo.store.layout import Variable

_hash = partial(blake2b, digest_size=32)

Counted = tuple[int, NDArray[np.int64]]
"""A packed value and, from it on, how many cells hold each."""
Part = tuple[bytes, Counted]
"""Of one shard: the digest of its cells, and how many hold which value."""


@dataclass(frozen=True)
class Profile:
    """A digest of all packed cells of a layer, and how many hold which value."""

    digest: str
    counts: Counts


def part_of(packed: Packed, nodata: int) -> Part:
    """The part that one shard has in a profile."""
    low, cells = count_values(packed, nodata)
    # A checksum tells apart what has the same counts, at a fraction of what a hash of all cells takes.
    told = isal_zlib.crc32(np.ascontiguousarray(packed)).to_bytes(4) + low.to_bytes(8, signed=True)
    return _hash(told + cells.tobytes()).digest(), (low, cells)


def joined(parts: Iterable[Part], variable: Variable, grid: Grid) -> Profile:
    """The profile of a layer by its parts, in the order of the shards.

    Equal cells on equal grids have equal digests, whatever the layer's name.
    """
    digests, counted = zip(*parts, strict=True)
    form = f"{variable.dtype} {variable.scale} {grid}".encode()
    digest = _hash(form + b"".join(digests)).hexdigest()
    return Profile(digest, Counts(*_added(counted), variable.scale))


def _added(parts: Iterable[Counted]) -> Counted:
    held = [(low, cells) for low, cells in parts if len(cells)]
    least = min((low for low, _ in held), default=0)
    total = np.zeros(max((low + len(cells) - least for low, cells in held), default=0), np.int64)
    for low, cells in held:
        total[low - least : low - least + len(cells)] += cells
    return least, total


def profile(cube: CubeLayer, name: str) -> Profile:
    """The profile of one version, by reading all of it."""
    variable = cube.variable(name)

    def one(window: Window) -> Part:
        return part_of(cube.read(name, window), variable.nodata)

    return joined(in_threads(one, cube.grid), variable, cube.grid)


def in_threads[T](look: Callable[[Window], T], grid: Grid) -> list[T]:
    """What ``look`` sees in every shard of a grid, in the order of the shards."""
    # zstd, numpy and hashing release the interpreter lock.
    with ThreadPoolExecutor(max_workers=cpu_count()) as pool:
        return list(pool.map(look, grid.shards()))
