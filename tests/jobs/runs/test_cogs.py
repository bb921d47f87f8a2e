"""COGs made on demand give way to newer ones, also while another process clears them away."""

import shutil

import pytest

from soilinfo.errors import StoreError
from soilinfo.jobs.runs.cogs import derived_cog, derived_path
from soilinfo.settings import Settings
from soilinfo.store.home import open_store

MAIZE = "suitability_maize"


@pytest.fixture
def store(nation, tmp_path):
    shutil.copytree(nation.directory / "store", tmp_path / "store")
    found = open_store(Settings(store=tmp_path / "store", db=None))
    yield found
    found.close()


def test_a_file_that_another_process_has_just_removed_stops_nobody(nation, store, monkeypatch):
    monkeypatch.setattr("soilinfo.jobs.runs.cogs.KEPT", 1)
    gone = derived_path(store, MAIZE, "0123456789abcdef", "lacking")
    gone.parent.mkdir(parents=True)
    gone.symlink_to("nowhere")  # listed, and not there when it is looked at
    version = nation.snapshot.layers[MAIZE]
    assert derived_cog(store, nation.catalog, MAIZE, version, "lacking").is_file()
    assert not gone.is_symlink(), "it counted as the oldest"


def test_room_that_cannot_be_made_is_an_error_of_the_store(nation, store, monkeypatch):
    monkeypatch.setattr("soilinfo.jobs.runs.cogs.KEPT", 1)
    version = nation.snapshot.layers[MAIZE]
    derived_path(store, MAIZE, version, "lacking").parent.mkdir(parents=True)

    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("soilinfo.jobs.runs.cogs.remove", refused)
    derived_path(store, MAIZE, version, "other").touch()
    with pytest.raises(StoreError, match="Permission denied"):
        derived_cog(store, nation.catalog, MAIZE, version, "lacking")
