"""Packs that cannot be written, or of units that lie partly outside: nothing by halves is left."""

import resource
from contextlib import contextmanager
from pathlib import Path

import pytest

from soilinfo.catalog.models import Catalog
from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.jobs.pack.pack import asked, write_pack
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from tests.jobs.conftest import Nation

TERRAIN = ["terrain"]


Country = tuple[Store, Catalog, Snapshot]


@pytest.fixture(scope="module")
def country(nation: Nation) -> Country:
    """What a pack is made from."""
    return nation.store, nation.catalog, nation.store.ledger.current()


@contextmanager
def limited(size: int):
    """No file of this process may grow beyond that many bytes: the system refuses the write that would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [2_000, 60_000])
def test_a_disk_without_room_leaves_nothing_behind(country: Country, tmp_path: Path, size: int):
    wanted = asked(country[1], "01.02", ["en"], TERRAIN)
    target = tmp_path / "pack.zip"
    target.write_bytes(b"an older one")
    with pytest.raises(StoreError, match="cannot be written"), limited(size):
        write_pack(*country, wanted, target)
    assert [path.name for path in tmp_path.iterdir()] == ["pack.zip"]
    assert target.read_bytes() == b"an older one"


def test_progress_is_told_from_nothing_to_all(country: Country, tmp_path: Path):
    shares: list[float] = []
    wanted = asked(country[1], "01.02", ["en"], TERRAIN)
    done = write_pack(*country, wanted, tmp_path / "pack.zip", shares.append)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)
    assert (done.rasters, done.bytes) == (1, (tmp_path / "pack.zip").stat().st_size)


def test_a_level_above_has_the_units_below_it(country: Country, tmp_path: Path):
    done = write_pack(*country, asked(country[1], "01", ["en"], TERRAIN), tmp_path / "pack.zip")
    assert done.collections == 2, "the province and its regencies"


def test_themes_and_languages_that_there_are_not_are_refused_naming_those_that_there_are(country: Country):
    with pytest.raises(UnknownNameError, match=r"no theme 'oil'; there are: .*terrain"):
        asked(country[1], "01.02", themes=["oil"])
    with pytest.raises(UnknownNameError, match="no language 'fr'; there are: en, id"):
        asked(country[1], "01.02", ["fr"])
    assert asked(country[1], "01.02", ["id", "en", "id"]).languages == ("id", "en"), "each once"
