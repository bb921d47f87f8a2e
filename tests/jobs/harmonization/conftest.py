"""A country with soil profiles that are kept, and shown to nobody yet."""

import pytest

from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.held import surveyed


@pytest.fixture
def country(tmp_path):
    store = open_store(Settings(store=tmp_path / "store", db=None))
    yield surveyed(tmp_path, store)
    store.close()
