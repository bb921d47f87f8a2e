"""What a run reads is what it hashed: one edition of each source for all layers, whole."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import rasterio
import yaml

from soilinfo.catalog.load import load
from soilinfo.errors import SourceError
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion import levels, mapunits, rasters, sources, tables
from soilinfo.jobs.ingestion.sources import Reading, Sources
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.jobs.ingestion.test_tables import TABLE, write_rows, write_table
from tests.s3 import object_storage
from tests.soil_map import components, write_soil_map


def again(nation, *names):
    return ingest(nation.store, nation.catalog, names or None, actor="tests", progress=silent)


def after(work, then):
    """The same work, and what happens on the machine of the sources right after it."""

    def done(*args, **kwargs):
        answer = work(*args, **kwargs)
        then()
        return answer

    return done


# ---- a source that is replaced while it is read ---------------------------------------------


@pytest.mark.parametrize("cells", [240, 200], ids=["copied", "warped"])
def test_a_raster_replaced_between_hash_and_reading_is_not_published_under_the_hash_of_the_first(
    own_nation, monkeypatch, cells
):
    served = own_nation.snapshot.layers["soc"]
    write_source(own_nation.directory, "soc", fill=2.0)
    first = (own_nation.directory / "sources" / "soc.tif").read_bytes()
    swap = after(rasters.inspect, lambda: write_source(own_nation.directory, "soc", fill=3.0, cells=cells))
    monkeypatch.setattr(rasters, "inspect", swap)
    report = again(own_nation, "soc")
    assert (report.blocked, report.published) == (["soc"], {})
    (finding,) = (one for one in report.findings if one.layer == "soc")
    assert (finding.check, "changed while it was read" in finding.message) == ("source_changed", True)
    assert own_nation.snapshot.layers["soc"] == served
    monkeypatch.undo()
    (own_nation.directory / "sources" / "soc.tif").write_bytes(first)
    version = again(own_nation, "soc").published["soc"]
    stored = own_nation.store.cube.open("soc", version)
    values = stored.decode("soc", stored.read("soc"))
    assert set(np.unique(values[~np.isnan(values)])) == {np.float32(2.0)}


def test_what_blocked_half_an_upload_is_not_remembered_of_the_whole_file(own_nation, monkeypatch):
    write_source(own_nation.directory, "ph_h2o", fill=6.0)
    first = (own_nation.directory / "sources" / "ph_h2o.tif").read_bytes()
    swap = after(rasters.inspect, lambda: write_source(own_nation.directory, "ph_h2o", fill=55.0))
    monkeypatch.setattr(rasters, "inspect", swap)
    report = again(own_nation, "ph_h2o")
    assert [one.check for one in report.findings if one.layer == "ph_h2o"] == ["source_changed"]
    monkeypatch.undo()
    (own_nation.directory / "sources" / "ph_h2o.tif").write_bytes(first)
    assert set(again(own_nation, "ph_h2o").published) == {"ph_h2o"}


def test_a_level_replaced_while_it_is_read_is_not_published(own_nation, monkeypatch):
    path = own_nation.directory / "sources" / "regions.gpkg"
    own_nation.store.vector.remove("regencies", own_nation.snapshot.layers["regencies"])
    monkeypatch.setattr(levels, "read_source", after(levels.read_source, lambda: replaced(path)))
    report = again(own_nation, "regencies")
    assert [one.check for one in report.findings if one.layer == "regencies"] == ["source_changed"]
    assert "regencies" not in {layer for layer, _ in own_nation.store.vector.on_disk()}
    monkeypatch.undo()
    assert again(own_nation, "regencies").blocked == []


def replaced(path):
    """Another file of the same bytes takes the place of the one at ``path``."""
    copy = path.with_name(f"{path.name}.new")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def test_a_table_replaced_while_it_is_read_is_not_published(tmp_path, monkeypatch):
    config = write_country(tmp_path, cells=24)
    (config / "tables").mkdir()
    write_table(config, TABLE)
    write_rows(config, "01.01,padi,5")
    monkeypatch.setattr(
        tables, "read_cells", after(tables.read_cells, lambda: write_rows(config, "01.01,padi,6"))
    )
    assert_not_kept(tmp_path, config, "planted", ["regencies", "planted"])


def test_a_soil_map_replaced_while_it_is_read_is_not_published(tmp_path, monkeypatch):
    config = write_country(tmp_path, cells=24)
    write_soil_map(config)
    described = components().assign(KEDALAMAN=1)
    work = after(mapunits.read_table, lambda: write_soil_map(config, described=described))
    monkeypatch.setattr(mapunits, "read_table", work)
    assert_not_kept(tmp_path, config, "soil_map", ["soil_map"])


def assert_not_kept(directory, config, name, names):
    store = open_store(Settings(store=directory / "store", config=config, db=None))
    report = ingest(store, load(config), names, actor="tests", progress=silent)
    assert [one.check for one in report.findings if one.layer == name] == ["source_changed"]
    assert name not in {layer for layer, _ in store.vector.on_disk()}
    assert store.ledger.versions(name) == []
    store.close()


# ---- one edition for all layers of a run ----------------------------------------------------


class Changing(dict):
    """Objects of which every reading gives the next edition, the last one from then on."""

    def __init__(self, objects, key, editions):
        super().__init__(objects)
        self.key, self.editions = key, list(editions)

    def get(self, key, default=None):
        if key == self.key and len(self.editions) > 1:
            return self.editions.pop(0)
        return self.editions[0] if key == self.key else super().get(key, default)


@pytest.fixture
def bucket(monkeypatch):
    with object_storage() as storage:
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        yield storage


def two_bands(directory, base):
    path = write_source(directory, "ph_h2o", cells=240, fill=base)
    with rasterio.open(path) as one:
        values, profile = one.read(1), one.profile
    both = directory / "two.tif"
    with rasterio.open(both, "w", **profile | {"count": 2}) as two:
        two.write(values, 1)
        two.write(values, 2)
    return both.read_bytes()


def test_layers_of_one_remote_file_read_one_edition_of_it(tmp_path, bucket):
    config = write_country(tmp_path, cells=240)
    editions = [two_bands(tmp_path, base) for base in (4.0, 7.0)]
    bucket.objects = Changing(bucket.objects, "two.tif", editions)
    for band, layer in enumerate(("ph_h2o", "soc"), start=1):
        path = config / "layers" / f"{layer}.yaml"
        described = yaml.safe_load(path.read_text())
        described |= {"source": f"{bucket.endpoint}/soil/two.tif", "band": band}
        path.write_text(yaml.safe_dump(described | {"severity": {"identical_layers": "note"}}))
    store = open_store(Settings(store=tmp_path / "store", config=config, db=None))
    report = ingest(store, load(config), ["ph_h2o", "soc"], actor="tests", progress=silent)
    assert set(report.published) == {"ph_h2o", "soc"}
    assert [status for _, key, status in bucket.asked if key == "two.tif"] == [200]
    versions = [store.ledger.version(layer, version) for layer, version in report.published.items()]
    assert len({version.source_sha256 for version in versions}) == 1
    for layer, version in report.published.items():
        stored = store.cube.open(layer, version)
        values = stored.decode(layer, stored.read(layer))
        assert np.nanmax(values) == np.float32(4.0)
    store.close()


def test_a_source_that_many_layers_share_is_hashed_once(nation, monkeypatch):
    hashed = []
    work = sources._content
    monkeypatch.setattr(sources, "_content", lambda path: (hashed.append(path), work(path))[1])
    shared = Sources(nation.store, nation.catalog)
    path = str(nation.directory / "sources" / "soc.tif")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: Reading(shared).sha256(path), range(32)))
    assert (len(set(found)), hashed) == (1, [path])


def test_what_failed_for_the_first_fails_for_all_who_wait(nation):
    shared, begun = Sources(nation.store, nation.catalog), threading.Barrier(4)

    def ask(_number):
        begun.wait()
        with pytest.raises(SourceError, match=r"none\.tif: no such file"):
            Reading(shared).sha256("/none.tif")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))


# ---- sources that the system does not let be read -------------------------------------------


def test_a_source_that_the_system_refuses_blocks_its_own_layer(own_nation):
    directory = own_nation.directory / "sources"
    (directory / "cec.tif").unlink()
    os.mkfifo(directory / "cec.tif")
    (directory / "slope.tif").unlink()
    (directory / "slope.tif").symlink_to("/proc/self/mem")
    write_source(own_nation.directory, "soc", fill=2.0)
    report = again(own_nation)
    assert sorted(report.blocked) == ["cec", "slope"]
    assert set(report.published) == {"soc"}
    messages = {one.layer: one.message for one in report.findings if one.severity == "block"}
    assert "neither a file nor a directory" in messages["cec"]
    assert "cannot be read: Input/output error" in messages["slope"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("../sources/" + "a" * 400 + ".tif", "File name too long"),
        ("http://[::1/x.tif", "not an address of a file"),
        ("http:///x.tif", "names no host"),
    ],
)
def test_a_source_that_names_no_file_blocks_its_own_layer(own_nation, source, said):
    config = own_nation.directory / "config"
    path = config / "layers" / "cec.yaml"
    described = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump(described | {"source": source}))
    report = ingest(own_nation.store, load(config), actor="tests", progress=silent)
    assert report.blocked == ["cec"]
    assert said in next(one.message for one in report.findings if one.layer == "cec")
