"""What answers depend on beside the request."""

from pathlib import Path

import pytest

from soilinfo.serve.delivery.fingerprint import contents, releases
from soilinfo.serve.state import State
from soilinfo.settings import Settings
from soilinfo.store.home import open_store


@pytest.mark.parametrize("name", ["grammar.lark", "ledger.sql", "sheet.typ", "page.html", "module.py"])
def test_every_file_of_the_program_counts(tmp_path: Path, name: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_bytes(b"before")
    before = contents(tmp_path)
    (tmp_path / "folder" / name).write_bytes(b"after")
    assert contents(tmp_path) != before


def test_what_python_compiles_for_itself_does_not_count(tmp_path: Path):
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "module.cpython-312.pyc").write_bytes(b"of this machine")
    assert contents(tmp_path) == []


def test_the_release_of_every_package_that_writes_answers_counts():
    named = {each.split()[0] for each in releases()}
    writers = {"orjson", "pyarrow", "pyogrio", "rasterio", "pyproj", "shapely", "numpy", "typst"}
    assert writers | {"lark", "maplibre", "pygeoapi"} <= named


def test_what_is_removed_without_a_publication_makes_other_answers(copy: Settings):
    """Histories tell of it, and links lead no longer to what is gone."""
    store = open_store(copy)
    state, (first, *_) = State(copy, store), store.ledger.versions("findings")[::-1]
    before = state.publication
    store.ledger.set_removed([(first.layer, first.version)])
    state.refresh()
    after = state.publication
    assert (after.snapshot, after.fingerprint == before.fingerprint) == (before.snapshot, False)
    state.refresh()
    assert state.publication is after, "nothing has changed since"
    store.close()
