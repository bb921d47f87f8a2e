"""What is compiled before tiles are asked for."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from soilinfo.store import tiled
from soilinfo.store.tiled.compiling import compile_kernels
from soilinfo.store.tiled.cut import cut
from soilinfo.store.tiled.files import TileFiles
from soilinfo.store.vector import VectorStore


def compiled() -> dict[str, int]:
    """For how many types of arguments each kernel of tiles is compiled."""
    modules = (import_module(f"{tiled.__name__}.{each.name}") for each in iter_modules(tiled.__path__))
    found: dict[str, Any] = {name: each for module in modules for name, each in vars(module).items()}
    return {name: len(each.signatures) for name, each in found.items() if hasattr(each, "signatures")}


def test_a_tile_of_anything_needs_nothing_that_is_not_compiled_yet(vector: VectorStore, tmp_path: Path):
    compile_kernels()
    before = compiled()
    assert any(before.values())
    made = TileFiles(tmp_path / "tiles", vector).open("regency", "v1")
    assert cut(made, "regency", (0, 0, 0))
    assert cut(made, "regency", (12, 2100, 3412))
    assert compiled() == before
