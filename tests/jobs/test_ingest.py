"""A run publishes what passed its checks, in one snapshot, and leaves the rest as it was."""

import geopandas as gpd
import pytest

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.jobs import ingest as ingest_job
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion import rasters
from soilinfo.jobs.runs.run import silent
from tests.country import LAYERS, write_source


def again(nation, *names):
    return ingest(nation.store, nation.catalog, names or None, actor="tests", progress=silent)


def test_everything_that_passed_appears_in_one_snapshot(nation):
    assert set(nation.ingested.published) == {*LAYERS, "provinces", "regencies"}
    assert nation.ingested.exit_code == 0
    first = nation.store.ledger.snapshot(nation.ingested.snapshot)
    assert set(first.layers) == {*nation.ingested.published, "findings"}


def test_maps_are_ready_to_be_cut_into_tiles_before_anybody_asks(own_nation):
    ready, served = {*own_nation.store.tiles.on_disk()}, own_nation.snapshot.layers
    maps = {"findings", "nation", "provinces", "regencies"}
    assert {(name, served[name]) for name in maps} <= ready
    assert {name for name, _ in ready} == maps, "tables are drawn by few"


def test_the_same_input_again_is_recognised_and_publishes_nothing(own_nation):
    before = own_nation.store.ledger.current_id()
    report = again(own_nation)
    assert set(report.unchanged) == {*LAYERS, "provinces", "regencies"}
    assert report.snapshot is None
    assert own_nation.store.ledger.current_id() == before


def test_a_blocked_layer_keeps_its_old_version_and_the_others_go_on(own_nation):
    old = own_nation.snapshot.layers
    write_source(own_nation.directory, "ph_h2o", fill=55.0)
    write_source(own_nation.directory, "soc", fill=2.0)
    report = again(own_nation)
    assert report.blocked == ["ph_h2o"]
    assert set(report.published) == {"soc"}
    assert report.exit_code == 5
    new = own_nation.snapshot.layers
    assert new["ph_h2o"] == old["ph_h2o"]
    assert new["soc"] != old["soc"]
    recorded = own_nation.store.ledger.findings(layer="ph_h2o", run=report.run)
    messages = {record.finding.check: record.finding.message for record in recorded}
    assert "51840 of 51840 cells lie outside 0 to 14 pH" in messages["value_range"]


def test_an_unreadable_source_blocks_its_own_layer_only(own_nation):
    (own_nation.directory / "sources" / "slope.tif").write_bytes(b"II*\0 not a raster")
    (own_nation.directory / "sources" / "cec.tif").unlink()
    write_source(own_nation.directory, "soc", fill=2.0)
    report = again(own_nation)
    assert sorted(report.blocked) == ["cec", "slope"]
    assert set(report.published) == {"soc"}
    messages = {finding.layer: finding.message for finding in report.findings if finding.severity == "block"}
    assert "no such file" in messages["cec"]
    assert "not a readable raster" in messages["slope"]


def test_a_name_that_config_does_not_have_is_refused_before_anything_runs(own_nation):
    with pytest.raises(UnknownNameError, match=r"no layer, level.* 'ph'; there are: .*ph_h2o"):
        again(own_nation, "ph")


def test_a_source_that_comes_back_is_published_again_without_being_rewritten(own_nation):
    old = own_nation.snapshot.layers["soc"]
    original = (own_nation.directory / "sources" / "soc.tif").read_bytes()
    write_source(own_nation.directory, "soc", fill=2.0)
    again(own_nation)
    (own_nation.directory / "sources" / "soc.tif").write_bytes(original)
    report = again(own_nation)
    assert report.published == {"soc": old}


def test_every_version_knows_its_source_and_its_parameters(nation):
    version = nation.store.ledger.version("cec", nation.snapshot.layers["cec"])
    assert version.source.endswith("sources/cec.tif")
    assert len(version.source_sha256) == 64
    assert version.parameters["layer"]["depth"] == [0, 5]
    assert version.parameters["form"]["grid"][0] == "EPSG:4326"


def test_repairs_are_recorded_in_the_collection(nation):
    units = nation.store.vector.read("regencies", nation.snapshot.layers["regencies"])
    repaired = units[units["repair"] != ""]
    assert repaired["code"].tolist() == ["01.04"]
    assert units.geometry.is_valid.all()


def test_a_run_that_fails_is_kept_as_failed(own_nation, monkeypatch):
    def broken(*_args, **_kwargs):
        raise StoreError("power cut")

    write_source(own_nation.directory, "soc", fill=2.0)
    monkeypatch.setattr("soilinfo.jobs.ingestion.rasters.write_cog", broken)
    before = own_nation.store.ledger.current_id()
    with pytest.raises(StoreError, match="power cut"):
        again(own_nation)
    assert own_nation.store.ledger.runs(1)[0].status == "failed"
    assert own_nation.store.ledger.current_id() == before
    monkeypatch.undo()
    assert set(again(own_nation).published) == {"soc"}


def test_what_nobody_expected_blocks_its_own_layer_and_is_told_with_its_place(
    own_nation, monkeypatch, caplog
):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("of a library")

    write_source(own_nation.directory, "soc", fill=2.0)
    write_source(own_nation.directory, "ph_h2o", fill=6.0)
    write_cog = rasters.write_cog
    monkeypatch.setattr(
        rasters, "write_cog", lambda *args, **kw: (broken if args[1] == "soc" else write_cog)(*args, **kw)
    )
    report = again(own_nation)
    assert (report.blocked, set(report.published), report.exit_code) == (["soc"], {"ph_h2o"}, 5)
    (finding,) = (one for one in report.findings if one.layer == "soc")
    assert (finding.check, finding.severity) == ("internal_error", "block")
    assert "ZeroDivisionError: of a library" in finding.message
    assert 'raise ZeroDivisionError("of a library")' in caplog.text
    monkeypatch.undo()
    assert set(again(own_nation).published) == {"soc"}


def test_a_rollback_is_not_undone_by_the_next_nightly_run(own_nation):
    good = own_nation.snapshot
    write_source(own_nation.directory, "ph_h2o", fill=4.2)
    bad = again(own_nation).published["ph_h2o"]
    own_nation.store.ledger.rollback(good.id, actor="tests", reason="measured in CaCl2")
    report = again(own_nation)
    assert report.held == ["ph_h2o"]
    assert own_nation.snapshot.layers["ph_h2o"] == good.layers["ph_h2o"]
    assert "soilinfo ingest ph_h2o" in next(f.message for f in report.findings if f.check == "held_back")
    assert again(own_nation, "ph_h2o").published == {"ph_h2o": bad}


def test_units_that_name_a_parent_nobody_has_are_blocked(own_nation):
    path = own_nation.directory / "sources" / "regions.gpkg"
    units = gpd.read_file(path, layer="regencies")
    units.loc[0, "kode"] = "07.01"
    units.to_file(path, layer="regencies")
    report = again(own_nation)
    assert report.blocked == ["regencies"]
    messages = {finding.check: finding.message for finding in report.findings}
    assert "parents that 'provinces' does not have: 07" in messages["unknown_parent"]


def test_a_store_that_lost_its_files_is_filled_again(own_nation):
    version = own_nation.snapshot.layers["soc"]
    own_nation.store.cube.remove("soc", version)
    own_nation.store.cog_place("soc", version).unlink()
    assert again(own_nation).exit_code == 0
    assert own_nation.store.cube.exists("soc", version)


# ---- a night that broke off ----


@pytest.fixture
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(ingest_job, "cpu_count", lambda: 1)


def break_off(monkeypatch, name, error):
    """Let the COG of a layer fail; returns the layers whose COGs were asked for."""
    asked, write_cog = [], rasters.write_cog

    def breaking(cube, variable, *rest, **kw):
        asked.append(variable)
        if variable == name:
            raise error
        write_cog(cube, variable, *rest, **kw)

    monkeypatch.setattr(rasters, "write_cog", breaking)
    return asked


def test_a_run_that_fails_begins_nothing_more_and_the_next_one_takes_up_what_it_had_made(
    own_nation, monkeypatch, one_at_a_time
):
    before = own_nation.snapshot
    changed = [name for name in own_nation.catalog.layers if name in ("cec", "ph_h2o", "slope", "soc")]
    for number, layer in enumerate(changed):
        write_source(own_nation.directory, layer, fill=5.0 + number)
    done, failing, *never = changed
    with monkeypatch.context() as broken:
        asked = break_off(broken, failing, StoreError("power cut"))
        with pytest.raises(StoreError, match="power cut"):
            again(own_nation)
    assert asked == [done, failing]
    assert own_nation.snapshot == before
    (finished,) = (v for v in own_nation.store.ledger.versions(done) if v.version != before.layers[done])
    events, asked = [], break_off(monkeypatch, None, None)
    report = ingest(own_nation.store, own_nation.catalog, actor="tests", progress=events.append)
    assert set(report.published) == set(changed)
    assert report.published[done] == finished.version
    assert next(event.state for event in events if event.subject == done) == "unchanged"
    assert asked == [failing, *never]


def test_what_a_broken_run_found_is_told_by_the_one_that_publishes(own_nation, monkeypatch, one_at_a_time):
    store = own_nation.store
    write_source(own_nation.directory, "cec", fill=2.0)
    write_source(own_nation.directory, "soc", fill=2.0)
    break_off(monkeypatch, "soc", StoreError("power cut"))
    with pytest.raises(StoreError):
        again(own_nation, "cec", "soc")
    version = store.ledger.versions("cec")[0]
    recorded = [record.finding for record in store.ledger.findings("cec", version.version)]
    monkeypatch.undo()
    report = again(own_nation, "cec", "soc")
    assert report.published["cec"] == version.version
    told = [finding for finding in report.findings if finding.layer == "cec"]
    kept = [record.finding for record in store.ledger.findings("cec", version.version)]
    said = [(finding.check, finding.message) for finding in kept]
    assert recorded
    assert set(said) == {(finding.check, finding.message) for finding in told}
    assert len(said) == len(set(said)), "each once"


def test_a_version_that_others_keep_out_is_told_the_same_each_night_and_made_once(own_nation):
    path = own_nation.directory / "sources" / "regions.gpkg"
    units = gpd.read_file(path, layer="regencies")
    units.loc[0, "kode"] = "07.01"
    units.to_file(path, layer="regencies")
    nights = [again(own_nation, "regencies") for _ in range(3)]
    assert [night.blocked for night in nights] == [["regencies"]] * 3
    found = [sorted((one.check, one.message) for one in night.findings) for night in nights]
    assert len(found[0]) > 1, "its own findings, and what keeps it out"
    assert found[0] == found[1] == found[2]
    for night in nights:
        recorded = own_nation.store.ledger.findings("regencies", run=night.run)
        assert sorted((one.finding.check, one.finding.message) for one in recorded) == found[0]
    assert len(own_nation.store.ledger.versions("regencies")) == 2
    assert own_nation.store.unrecorded() == []
