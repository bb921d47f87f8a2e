"""What a check warns of waits for a person where config says so; what a check blocks is kept out."""

import json
import re

import pytest

from soilinfo.catalog.load import load
from soilinfo.errors import BlockedError, InputError, UnknownNameError
from soilinfo.findings import SEVERITIES
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.ingestion import rasters
from soilinfo.jobs.ingestion.release import release
from soilinfo.jobs.runs.freshness import blocked_layers, waiting_layers
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country, write_source


def again(nation, *names):
    catalog = load(nation.catalog.directory)
    return ingest(nation.store, catalog, names or None, actor="cron", progress=silent)


def configure(nation, name, **changes):
    """Change a layer's file: ``release: always`` makes every new version wait."""
    path = nation.catalog.directory / "layers" / f"{name}.yaml"
    lines = [f"{key}: {json.dumps(value)}" for key, value in changes.items()]
    path.write_text("\n".join([path.read_text(), *lines, ""]))


@pytest.fixture
def waiting(own_nation):
    """A nation whose new organic carbon waits for a person."""
    configure(own_nation, "soc", release="always")
    write_source(own_nation.directory, "soc", fill=2.0)
    own_nation.report = again(own_nation)
    return own_nation


# ---- release ----


def test_a_version_that_must_be_released_is_not_served_before(waiting):
    first = waiting.store.ledger.snapshot(1).layers["soc"]
    assert waiting.report.waiting == ["soc"]
    assert waiting.report.exit_code == 0
    assert waiting.snapshot.layers["soc"] == first
    (finding,) = waiting_layers(waiting.store)
    assert "soilinfo release soc" in finding.message


def test_the_same_input_keeps_waiting_and_a_newer_one_takes_its_place(waiting):
    (before,) = waiting.store.ledger.waiting()
    assert again(waiting).waiting == ["soc"]
    assert waiting.store.ledger.waiting() == [before]
    write_source(waiting.directory, "soc", fill=3.0)
    assert again(waiting).waiting == ["soc"]
    (after,) = waiting.store.ledger.waiting()
    assert after.version != before.version


def test_a_source_that_goes_back_to_what_is_served_waits_no_longer(waiting):
    write_source(waiting.directory, "soc")
    assert "soc" in again(waiting).unchanged
    assert waiting.store.ledger.waiting() == []


def test_a_person_releases_what_waits_and_the_ledger_keeps_who_and_why(waiting):
    (held,) = waiting.store.ledger.waiting()
    agreed = "agrees with the field survey"
    snapshot = release(waiting.store, waiting.catalog, "soc", None, actor="siti", reason=agreed)
    assert snapshot.layers["soc"] == held.version
    assert waiting.store.ledger.current() == snapshot
    (decision,) = waiting.store.ledger.decisions("soc")
    assert (decision.kind, decision.actor, decision.reason, decision.snapshot) == (
        "release",
        "siti",
        "agrees with the field survey",
        snapshot.id,
    )
    assert waiting.store.ledger.waiting() == []
    assert "soc" in again(waiting).unchanged


def test_what_cannot_be_released_is_refused_and_says_why(waiting):
    ledger, served = waiting.store.ledger, waiting.snapshot.layers
    with pytest.raises(InputError, match="no version of 'ph_h2o' waits for a release; what waits: soc"):
        ledger.releasable("ph_h2o")
    with pytest.raises(UnknownNameError, match="no version of 'soc' 'nonsense'"):
        ledger.releasable("soc", "nonsense")
    with pytest.raises(InputError, match="is published already"):
        ledger.releasable("soc", served["soc"])
    write_source(waiting.directory, "ph_h2o", fill=55.0)
    again(waiting)
    (kept,) = ledger.quarantined()
    with pytest.raises(BlockedError, match=r"is blocked: .*outside 0 to 14 pH"):
        ledger.releasable("ph_h2o", kept.version)
    assert ledger.current().layers["soc"] == served["soc"]


def test_an_older_version_is_released_only_by_its_name(waiting):
    old = waiting.snapshot.layers["soc"]
    release(waiting.store, waiting.catalog, "soc", None, actor="siti", reason="r")
    back = release(waiting.store, waiting.catalog, "soc", old, actor="siti", reason="a mistake")
    assert back.layers["soc"] == old


def test_a_layer_waits_on_a_warning_only_when_there_is_one(own_nation):
    configure(own_nation, "soc", release="on_warning")
    configure(own_nation, "cec", release="on_warning", severity={"value_range": "warn", "data_lost": "warn"})
    write_source(own_nation.directory, "soc", seed=2)
    write_source(own_nation.directory, "cec", fill=4000.0)
    report = again(own_nation)
    assert "cec" in report.waiting
    assert report.blocked == []


def test_how_a_layer_is_released_is_no_part_of_its_version(own_nation):
    configure(own_nation, "soc", release="always")
    assert "soc" in again(own_nation).unchanged


# ---- quarantine ----


def test_a_blocked_input_is_recognised_without_being_surveyed_again(own_nation, monkeypatch):
    write_source(own_nation.directory, "ph_h2o", fill=55.0)
    first = again(own_nation)

    def surveyed(*_args):
        raise AssertionError("the source was read again")

    monkeypatch.setattr(rasters, "judge_source", surveyed)
    second = again(own_nation)
    assert second.blocked == first.blocked == ["ph_h2o"]
    assert second.exit_code == 5
    of_layer = [[f for f in each.findings if f.layer == "ph_h2o"] for each in (first, second)]
    assert of_layer[0] == of_layer[1] != []
    (kept,) = own_nation.store.ledger.quarantined()
    assert (kept.layer, kept.run) == ("ph_h2o", first.run)
    assert kept.source.endswith("ph_h2o.tif")
    assert blocked_layers(own_nation.store)


@pytest.mark.parametrize("changed", ["input", "config", "software"])
def test_a_quarantined_input_is_looked_at_again_when_something_changed(own_nation, monkeypatch, changed):
    write_source(own_nation.directory, "ph_h2o", fill=55.0)
    again(own_nation)
    seen = []
    judge = rasters.judge_source
    monkeypatch.setattr(rasters, "judge_source", lambda given: seen.append(given.layer_id) or judge(given))
    if changed == "input":
        write_source(own_nation.directory, "ph_h2o", fill=5.0)
    elif changed == "config":
        configure(own_nation, "ph_h2o", severity={"no_data_in_grid": "block"})
    else:
        monkeypatch.setattr("soilinfo.jobs.runs.versions.__version__", "99.0")
    report = again(own_nation)
    assert "ph_h2o" in seen
    assert ("ph_h2o" in report.published) == (changed == "input")
    assert bool(own_nation.store.ledger.quarantined()) == (changed != "input")


# ---- reports ----


def test_every_run_leaves_its_findings_as_files_that_people_and_programs_read(own_nation):
    write_source(own_nation.directory, "ph_h2o", fill=55.0)
    report = again(own_nation)
    directory = own_nation.store.reports / report.run
    document = json.loads((directory / "findings.json").read_bytes())
    assert (document["run"], document["actor"], document["summary"]["blocked"]) == (
        report.run,
        "cron",
        ["ph_h2o"],
    )
    assert len(document["findings"]) == len(report.findings)
    assert document["findings"][0]["severity"] == "block"
    lines = (directory / "findings.csv").read_text().splitlines()
    assert lines[0] == "layer,check,severity,message,count,longitude,latitude,evidence"
    assert len(lines) == len(report.findings) + 1
    english, indonesian = ((directory / name).read_text() for name in ("findings.html", "findings.id.html"))
    assert "outside 0 to 14 pH" in english
    assert "kept out" in english
    assert 'lang="id"' in indonesian
    assert "Temuan pemeriksaan" in indonesian
    assert not re.search(r"(src|href)=\"(https?:)?//", english)
    assert "kept out, the older version is served" in english
    assert "pH tanah" in indonesian
    assert "Menahan" in indonesian
    severities = [each["severity"] for each in document["findings"]]
    assert severities == sorted(severities, key=SEVERITIES.index)


def test_a_report_does_not_speak_of_an_older_version_where_there_is_none(tmp_path):
    catalog = load(write_country(tmp_path))
    write_source(tmp_path, "ph_h2o", fill=55.0)
    store = open_store(Settings(store=tmp_path / "store", db=None))
    report = ingest(store, catalog, ["ph_h2o"], actor="cron", progress=silent)
    english = (store.reports / report.run / "findings.html").read_text()
    store.close()
    assert "kept out, nothing of it is served yet" in english


def test_the_findings_of_what_is_served_and_of_what_is_kept_out_are_published(own_nation):
    write_source(own_nation.directory, "ph_h2o", fill=55.0)
    again(own_nation)
    version = own_nation.snapshot.layers["findings"]
    table = own_nation.store.vector.read("findings", version)
    blocked = table[table["severity"] == "block"]
    assert set(blocked["layer"]) == {"ph_h2o"}
    assert "regencies" in set(table["layer"])
    before = own_nation.store.ledger.current_id()
    assert again(own_nation).snapshot is None
    assert own_nation.store.ledger.current_id() == before
    write_source(own_nation.directory, "ph_h2o")
    again(own_nation)
    table = own_nation.store.vector.read("findings", own_nation.snapshot.layers["findings"])
    assert "block" not in set(table["severity"])
