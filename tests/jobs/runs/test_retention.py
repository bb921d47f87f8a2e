"""Old versions go after a time; what is served, pinned, waiting or needed stays. The clock is ours here."""

from contextlib import contextmanager
from datetime import timedelta

import geopandas as gpd
import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.chronicle import chronicle
from soilinfo.jobs.runs.retention import prune, removable
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.jobs.conftest import copied
from tests.served import CROPS


def again(nation):
    return ingest(nation.store, nation.catalog, actor="tests", progress=silent)


@pytest.fixture
def later(monkeypatch):
    """Moves the clock by a number of days, back when negative."""
    real = clock.now
    moved = timedelta(0)

    def move(days):
        nonlocal moved
        moved += timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: real() + moved)

    return move


@pytest.fixture(scope="module")
def just_replaced(nation, tmp_path_factory):
    """A nation whose first organic carbon, ``old``, has just been replaced."""
    with contextmanager(copied)(nation, tmp_path_factory.mktemp("replaced")) as found:
        found.old = found.snapshot.layers["soc"]
        write_source(found.directory, "soc", fill=2.0)
        again(found)
        evaluate(found.store, found.catalog, CROPS, actor="tests", progress=silent)
        yield found


@pytest.fixture
def replaced(just_replaced, tmp_path, later):
    """A nation whose first organic carbon was replaced 40 days ago."""
    with contextmanager(copied)(just_replaced, tmp_path) as found:
        found.old = just_replaced.old
        later(40)
        yield found


def pruned(nation):
    return prune(nation.store, nation.catalog, "tests", silent)


def test_a_version_that_nothing_has_served_for_long_is_removed_and_its_record_kept(replaced):
    assert ("soc", replaced.old) in {
        (old.layer, old.version) for old in removable(replaced.store, replaced.catalog)
    }
    served = replaced.snapshot
    report = pruned(replaced)
    assert f"soc/{replaced.old}" in report.removed
    assert not replaced.store.cube.exists("soc", replaced.old)
    assert not replaced.store.has_cog("soc", replaced.old)
    assert replaced.store.ledger.version("soc", replaced.old).removed is not None
    for layer, version in served.layers.items():
        if layer in replaced.catalog.layers:
            assert replaced.store.has_raster(layer, version)
        elif replaced.store.ledger.version(layer, version).kind == "vector":
            assert replaced.store.vector.exists(layer, version)
    assert pruned(replaced).removed == []


def test_what_people_still_see_who_open_the_database_is_kept_however_old(replaced, monkeypatch):
    seen = ("soc", replaced.old)
    monkeypatch.setattr(replaced.store.ledger, "shown", lambda: {seen})
    assert seen not in {(old.layer, old.version) for old in removable(replaced.store, replaced.catalog)}


def test_what_was_served_not_long_ago_stays(own_nation, later):
    old = own_nation.snapshot.layers["soc"]
    later(40)
    write_source(own_nation.directory, "soc", fill=2.0)
    again(own_nation)
    later(29)
    assert not [name for name in pruned(own_nation).removed if name.startswith("soc/")]
    assert own_nation.store.cube.exists("soc", old)


def test_a_rollback_to_what_was_removed_says_when_it_was(replaced):
    pruned(replaced)
    before = replaced.store.ledger.current_id()
    with pytest.raises(InputError, match="cannot be served: its files were removed on 20"):
        replaced.store.ledger.rollback(1, actor="siti", reason="r")
    assert replaced.store.ledger.current_id() == before


def test_what_is_pinned_stays_until_it_is_unpinned(replaced):
    replaced.store.ledger.pin("soc", replaced.old, actor="siti", reason="cited in the report of 2026")
    pruned(replaced)
    assert replaced.store.has_raster("soc", replaced.old)
    replaced.store.ledger.unpin("soc", replaced.old, actor="siti", reason="the report was withdrawn")
    assert f"soc/{replaced.old}" in pruned(replaced).removed
    with pytest.raises(InputError, match="is not pinned"):
        replaced.store.ledger.unpin("soc", replaced.old, actor="siti", reason="r")
    with pytest.raises(InputError, match="was removed, so it cannot be pinned"):
        replaced.store.ledger.pin("soc", replaced.old, actor="siti", reason="r")


def test_a_pinned_result_keeps_what_it_was_derived_from(replaced):
    maize = replaced.store.ledger.snapshot(2).layers["suitability_maize"]
    used = replaced.store.ledger.version("suitability_maize", maize).inputs
    assert used["soc"] == replaced.old
    replaced.store.ledger.pin("suitability_maize", maize, actor="siti", reason="cited")
    pruned(replaced)
    assert replaced.store.has_raster("soc", replaced.old)


def test_a_source_that_comes_back_after_its_version_was_removed_is_written_again(replaced):
    pruned(replaced)
    write_source(replaced.directory, "soc")
    assert again(replaced).published["soc"] == replaced.old
    assert replaced.store.has_raster("soc", replaced.old)
    assert replaced.store.ledger.version("soc", replaced.old).removed is None


def test_old_reports_go_and_the_ledger_keeps_the_findings(replaced):
    run = replaced.ingested.run
    assert (replaced.store.reports / run / "findings.json").exists()
    report = pruned(replaced)
    assert f"reports/{run}" in report.removed
    assert not (replaced.store.reports / run).exists()
    assert replaced.store.ledger.findings(run=run)


def test_jobs_that_ended_long_ago_go_with_their_results(tmp_path, later):
    catalog, store = load(write_country(tmp_path)), open_store(Settings(store=tmp_path / "store", db=None))
    ended, waiting = (store.queue.add("land-suitability", {}, snapshot=0) for _ in range(2))
    store.queue.succeed(store.queue.take("worker"), {"total_ha": 1.0})
    later(catalog.services.retention.job_days - 1)
    assert prune(store, catalog, "tests", silent).removed == []
    later(2)
    assert prune(store, catalog, "tests", silent).removed == [f"jobs/{ended.id}"]
    assert [job.id for job in store.queue.jobs()] == [waiting.id]
    store.close()


def test_a_clock_moved_back_changes_no_order_and_makes_nothing_older(own_nation, later):
    later(-400)
    write_source(own_nation.directory, "soc", fill=2.0)
    report = again(own_nation)
    runs = own_nation.store.ledger.runs(3)
    assert runs[0].id == report.run
    newer, older = own_nation.store.ledger.snapshots(2)
    assert newer.created >= older.created
    versions = own_nation.store.ledger.versions("soc")
    assert versions[0].version == report.published["soc"]
    assert own_nation.snapshot.layers["soc"] == report.published["soc"]
    assert clock.age(own_nation.store.ledger.snapshot(1).created) == timedelta(0)
    assert pruned(own_nation).removed == []


def test_the_history_of_a_layer_tells_who_did_what_and_why(own_nation):
    first = own_nation.snapshot.layers["soc"]
    write_source(own_nation.directory, "soc", fill=2.0)
    second = again(own_nation).published["soc"]
    own_nation.store.ledger.pin("soc", first, actor="siti", reason="cited")
    own_nation.store.ledger.rollback(2, actor="budi", reason="wrong units")
    deeds = chronicle(own_nation.store, "soc")
    assert [(deed.what, deed.version, deed.actor, deed.reason) for deed in deeds[1:]] == [
        ("publication", second, "tests", "ingest soc"),
        ("pin", first, "siti", "cited"),
        ("rollback", first, "budi", "wrong units"),
    ]


def test_what_was_made_for_sources_goes_when_no_run_has_used_it_for_long(own_nation, later):
    home = own_nation.store.directory
    made = [home / "sources" / "a" / "b" / "dem.tif", home / "terrain" / "a.tif", home / "mosaic" / "soc.vrt"]
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"II")
    later(20)
    assert pruned(own_nation).removed == []
    later(20)
    assert set(pruned(own_nation).removed) >= {"sources/a", "terrain/a.tif", "mosaic/soc.vrt"}
    assert not any(path.exists() for path in made)


# ---- a ledger that does not know all that is there ----


@pytest.fixture
def put_back(own_nation, tmp_path):
    """A nation whose ledger was put back from a copy of the day before; ``made``: what it does not know."""
    files = [own_nation.store.directory / f"ledger.sqlite{end}" for end in ("", "-wal", "-shm")]
    kept = {file: file.read_bytes() for file in files if file.exists()}
    write_source(own_nation.directory, "soc", fill=2.0)
    shift(own_nation.directory / "sources" / "regions.gpkg")
    own_nation.made = again(own_nation).published
    own_nation.store.close()
    for file in files:
        file.unlink(missing_ok=True)
    for file, content in kept.items():
        file.write_bytes(content)
    own_nation.store = open_store(Settings(store=own_nation.store.directory, db=None))
    return own_nation


def shift(path):
    units = gpd.read_file(path, layer="regencies")
    units["geometry"] = units.geometry.translate(1e-5, 0)
    units.to_file(path, layer="regencies")


def places(nation, name):
    version = nation.made[name]
    return (
        [nation.store.vector.path(name, version)]
        if name == "regencies"
        else [nation.store.cube.place(name, version), nation.store.cog_place(name, version)]
    )


def test_versions_unknown_to_a_ledger_put_back_are_told_and_taken_up_as_they_are(put_back):
    found = [path for name in ("soc", "regencies") for path in places(put_back, name)]
    numbers = [path.stat().st_ino for path in found]
    assert put_back.snapshot.layers["soc"] != put_back.made["soc"]
    report = again(put_back)
    told = {one.layer: one.message for one in report.findings if one.check == "unrecorded_version"}
    assert set(told) == {"soc", "provinces", "regencies", "findings"}
    assert put_back.made["soc"] in told["soc"]
    assert report.published.items() >= {(name, put_back.made[name]) for name in ("soc", "regencies")}
    assert [path.stat().st_ino for path in found] == numbers
    assert [one for one in again(put_back).findings if one.check == "unrecorded_version"] == []


def test_versions_that_no_ledger_has_known_for_long_go_with_what_is_old(put_back, later):
    store, unknown = put_back.store, list(map(str, put_back.store.unrecorded()))
    assert f"cube/soc/{put_back.made['soc']}" in unknown
    later(29)
    assert [name for name in pruned(put_back).removed if name in unknown] == []
    assert list(map(str, store.unrecorded())) == unknown
    later(2)
    assert [name for name in pruned(put_back).removed if name in unknown] == unknown
    assert store.unrecorded() == []
    assert store.has_raster("soc", put_back.snapshot.layers["soc"])
