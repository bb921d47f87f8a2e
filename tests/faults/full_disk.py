"""Run inside a mount namespace of its own: a store on a small file system that fills up while it is written.

``python -m tests.faults.full_disk DIRECTORY``: DIRECTORY is empty; one JSON line a step is printed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import rasterio

from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country, write_source
from tests.process import run

CELLS = 640
SIZE_MB = 48
LAYERS = ("ph_h2o", "slope")
ROOMS_KB = (0, 24, 400, 1200, 1500, 1650)
"""Free space when a run begins; each of its two layers asks for some 1.6 MB before it writes. The last room
is enough to begin and not to end: what it leaves over would give room to a run after it."""


def main(directory: Path) -> None:
    place = directory / "store"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(place)], check=True)
    settings = Settings(store=place, config=write_country(directory, cells=CELLS), db=None)
    for path in (settings.config / "layers").glob("*.yaml"):
        if path.stem not in LAYERS:
            path.unlink()
    noisy(directory, 0)
    first = run(settings, "ingest")
    store = open_store(settings)  # as a server has it open
    tell(store, "first", *first)
    for generation, room in enumerate(ROOMS_KB, start=1):
        noisy(directory, generation)
        fill(place, room)
        tell(store, f"{room} kB free", *run(settings, "ingest"))
        (place / "filler").unlink()
    tell(store, "room again", *run(settings, "ingest"))
    store.close()


def noisy(directory: Path, generation: int) -> None:
    """New content that no codec makes small."""
    for layer in LAYERS:
        write_source(directory, layer, cells=CELLS, seed=100 + generation, noise=True)


def fill(place: Path, room_kb: int) -> None:
    """Leave just so much room."""
    free = os.statvfs(place)
    with (place / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, max(1, free.f_bavail * free.f_frsize - room_kb * 1024))


def tell(store: Store, step: str, code: int, lines: list[dict[str, object]], errors: str) -> None:
    """What a run said and what is published, and whether all of it can be read."""
    snapshot = store.ledger.current()
    sums, twins = {}, True
    for layer in LAYERS:
        cube = store.cube.open(layer, snapshot.layers[layer])
        sums[layer] = int(cube.read(layer).astype("int64").sum())
        with rasterio.open(store.cog_place(layer, snapshot.layers[layer])) as cog:
            twins &= bool((cog.read(1) == cube.read(layer)).all())
    whole = all(store.has_raster(layer, snapshot.layers[layer]) for layer in LAYERS)
    leftovers = [str(path.name) for path in store.directory.glob("*/*/.partial-*")]
    print(
        json.dumps(
            {
                "step": step,
                "code": code,
                "errors": errors,
                "last": lines[-1] if lines else None,
                "snapshot": snapshot.id,
                "sums": sums,
                "whole": whole and twins,
                "leftovers": leftovers,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
