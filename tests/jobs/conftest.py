"""One small nation, ingested and evaluated once, for the tests that only read it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree

import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.jobs.runs.run import RunReport
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.trial import Trial, ingested_country


@dataclass
class Nation:
    """A store with its catalog, where its sources lie, and what its two runs reported if made here."""

    directory: Path
    catalog: Catalog
    store: Store
    ingested: RunReport | None = None
    evaluated: RunReport | None = None

    @property
    def snapshot(self):
        return self.store.ledger.current()


@pytest.fixture(scope="session")
def nation(built):
    """Read only; a test that changes something builds its own with ``own_nation``."""
    settings = built.settings
    store, catalog = open_store(settings), load(settings.config)
    yield Nation(settings.store.parent, catalog, store, built.ingested, built.evaluated)
    store.close()


@pytest.fixture(scope="session")
def fertilizer_country(subsidised):
    """A nation whose districts are given fertilizer (tests/subsidised.py). Read only, as ``nation`` is."""
    found = Nation(subsidised.store.parent, load(subsidised.config), open_store(subsidised))
    yield found
    found.store.close()


def copied(nation: Nation, directory: Path) -> Iterator[Nation]:
    """A copy of a nation as it lies on disk, open while it is used: building another takes seconds."""
    copytree(nation.directory, directory, dirs_exist_ok=True)
    catalog, store = load(directory / "config"), open_store(Settings(store=directory / "store", db=None))
    yield replace(nation, directory=directory, catalog=catalog, store=store)
    store.close()


@pytest.fixture
def own_nation(nation, tmp_path):
    yield from copied(nation, tmp_path)


@pytest.fixture
def own_fertilizer_country(fertilizer_country, tmp_path):
    yield from copied(fertilizer_country, tmp_path)


@pytest.fixture(scope="session")
def regional_country(tmp_path_factory):
    """The directory of a country that is ingested and not evaluated (tests/trial.py)."""
    return ingested_country(tmp_path_factory.mktemp("regional"))


@pytest.fixture
def trial(regional_country, tmp_path):
    found = Trial(copytree(regional_country, tmp_path, dirs_exist_ok=True))
    yield found
    found.store.close()
