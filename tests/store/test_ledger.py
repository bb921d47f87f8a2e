"""The ledger: what is recorded stays, what is published changes in one step. On SQLite and PostgreSQL."""

from datetime import UTC, datetime

import numpy as np
import pytest

from soilinfo.errors import StoreError, UnknownNameError
from soilinfo.findings import Finding
from soilinfo.store.home import open_store
from soilinfo.store.ledger import NOTHING, Version


@pytest.fixture
def ledger(store):
    return store.ledger


@pytest.fixture
def run(ledger):
    return ledger.start_run("ingest", "siti", {"layers": ["ph_h2o"]})


def version(run, layer="ph_h2o", name="v1", **changes):
    known = {
        "kind": "raster",
        "source": "../data/ph.tif",
        "source_sha256": "ab" * 32,
        "pipeline": "raster/1",
        "software": "soilinfo 0.1.0",
        "parameters": {"resampling": "bilinear", "nodata": [-9999.0]},
        "inputs": {"grid": "v0"},
        "metadata": {"title": {"en": "Soil pH", "id": "pH tanah"}, "range": (4.75, 5.69)},
        "run": run,
        "created": datetime(2026, 11, 22, 3, 4, 5, 678, tzinfo=UTC),
    }
    return Version(layer, name, **{**known, **changes})


def record(ledger, run, *names, layer="ph_h2o"):
    for name in names:
        ledger.record(version(run, layer, name), [])


def publish(ledger, run, layers, **options):
    return ledger.publish(layers, run=run, actor="siti", reason="nightly", **options)


# ---- versions, runs, findings ----


def test_a_version_comes_back_as_it_was_recorded(ledger, run):
    given = version(run)
    ledger.record(given, [])
    assert ledger.version("ph_h2o", "v1") == version(
        run, metadata={"title": {"en": "Soil pH", "id": "pH tanah"}, "range": [4.75, 5.69]}
    )
    assert ledger.version("ph_h2o", "v2") is None


def test_versions_are_listed_newest_first(ledger, run):
    for number, day in enumerate((1, 3, 2), start=1):  # a clock that was moved back changes no order
        ledger.record(version(run, name=f"v{number}", created=datetime(2026, 1, day, tzinfo=UTC)), [])
    record(ledger, run, "v9", layer="soc")
    assert [(each.layer, each.version) for each in ledger.versions()] == [
        ("ph_h2o", "v3"),
        ("ph_h2o", "v2"),
        ("ph_h2o", "v1"),
        ("soc", "v9"),
    ]
    assert [each.version for each in ledger.versions("soc")] == ["v9"]


def test_a_version_cannot_be_recorded_twice(ledger, run):
    record(ledger, run, "v1")
    with pytest.raises(StoreError):
        record(ledger, run, "v1")


def test_a_version_needs_the_run_that_made_it(ledger):
    with pytest.raises(StoreError):
        ledger.record(version("never started"), [])


def test_a_run_says_how_it_ended(ledger, run):
    (begun,) = ledger.runs(5)
    assert (begun.id, begun.pipeline, begun.actor, begun.status, begun.finished) == (
        run,
        "ingest",
        "siti",
        "running",
        None,
    )
    ledger.finish_run(run, "blocked", {"published": [], "blocked": {"soc": np.int64(3)}})
    (ended,) = ledger.runs(5)
    assert ended.status == "blocked"
    assert ended.summary == {"published": [], "blocked": {"soc": 3}}
    assert ended.finished >= ended.started
    assert ended.started.tzinfo is not None


def test_runs_are_listed_newest_first(ledger):
    started = [ledger.start_run("ingest", "cron", {}) for _ in range(3)]
    assert [each.id for each in ledger.runs(2)] == started[:0:-1]


def test_an_unknown_run_cannot_end(ledger):
    with pytest.raises(StoreError, match="no run 'x'"):
        ledger.finish_run("x", "done", {})


FOUND = Finding(
    "range", "block", "soc", "3 cells are negative", 3, {"at": [120.5, -4.5], "value": np.float32(-1)}
)


def test_findings_of_a_version_are_kept_with_their_evidence(ledger, run):
    note = Finding("depth", "note", "ph_h2o", "0-5 cm where 0-30 cm is meant")
    ledger.record(version(run), [note])
    ledger.record_findings(run, "soc", None, [FOUND])
    blocked, kept = ledger.findings(layer="soc"), ledger.findings(layer="ph_h2o", version="v1")
    assert [(each.finding, each.version, each.run) for each in kept] == [(note, "v1", run)]
    assert blocked[0].version is None
    assert blocked[0].finding.evidence == {"at": [120.5, -4.5], "value": -1.0}
    assert blocked[0].finding.count == 3
    assert [each.finding.check for each in ledger.findings(run=run)] == ["depth", "range"]
    assert ledger.findings(run="another") == []


# ---- snapshots ----


def test_a_new_store_has_published_nothing(ledger):
    assert ledger.current_id() == 0
    assert ledger.current() == NOTHING == ledger.snapshot(0)
    assert ledger.snapshots(5) == []


def test_a_recorded_version_is_not_visible_before_it_is_published(ledger, run):
    record(ledger, run, "v1")
    assert ledger.current().layers == {}
    snapshot = publish(ledger, run, {"ph_h2o": "v1"})
    assert ledger.current() == snapshot
    assert (snapshot.id, snapshot.layers, snapshot.actor, snapshot.reason, snapshot.run) == (
        1,
        {"ph_h2o": "v1"},
        "siti",
        "nightly",
        run,
    )


def test_what_is_not_republished_keeps_its_version(ledger, run):
    record(ledger, run, "v1", "v2")
    record(ledger, run, "v1", layer="soc")
    publish(ledger, run, {"ph_h2o": "v1", "soc": "v1"})
    assert publish(ledger, run, {"ph_h2o": "v2"}).layers == {"ph_h2o": "v2", "soc": "v1"}


def withdrawn(ledger, layer="soc"):
    return [version.version for version in ledger.withdrawn(layer)]


def test_a_version_that_a_rollback_ended_is_told_from_one_that_was_replaced(ledger, run):
    record(ledger, run, "v1", "v2", layer="soc")
    first = publish(ledger, run, {"soc": "v1"})
    publish(ledger, run, {"soc": "v2"})
    assert withdrawn(ledger) == []
    ledger.rollback(first.id, actor="siti", reason="wrong")
    assert withdrawn(ledger) == ["v2"]
    publish(ledger, run, {"soc": "v2"})
    assert withdrawn(ledger) == []
    publish(ledger, run, {"soc": "v1"})
    assert withdrawn(ledger) == []


def test_a_rollback_that_is_taken_back_withdraws_the_other_version(ledger, run):
    record(ledger, run, "v1", "v2", layer="soc")
    publish(ledger, run, {"soc": "v1"})
    publish(ledger, run, {"soc": "v2"})
    ledger.rollback(1, actor="siti", reason="wrong")
    ledger.rollback(2, actor="siti", reason="it was right after all")
    assert withdrawn(ledger) == ["v1"]


def test_publishing_something_unrecorded_publishes_nothing(ledger, run):
    record(ledger, run, "v1")
    with pytest.raises(StoreError, match="version 'v9' of 'soc' was never recorded"):
        publish(ledger, run, {"ph_h2o": "v1", "soc": "v9"})
    assert ledger.current() == NOTHING


def test_old_snapshots_never_change(ledger, run):
    record(ledger, run, "v1", "v2")
    first = publish(ledger, run, {"ph_h2o": "v1"})
    second = publish(ledger, run, {"ph_h2o": "v2"})
    assert [each.id for each in ledger.snapshots(5)] == [2, 1]
    assert ledger.snapshot(1) == first
    assert ledger.snapshots(1) == [second]


def test_a_rollback_is_a_new_snapshot_with_the_old_map(ledger, run):
    record(ledger, run, "v1", "v2")
    publish(ledger, run, {"ph_h2o": "v1"})
    publish(ledger, run, {"ph_h2o": "v2"})
    back = ledger.rollback(1, actor="budi", reason="wrong units")
    assert (back.id, back.layers, back.actor, back.run) == (3, {"ph_h2o": "v1"}, "budi", None)
    assert ledger.snapshot(2).layers == {"ph_h2o": "v2"}


def test_what_was_served_is_known_with_its_time_and_what_only_waits_is_not(ledger, run):
    record(ledger, run, "v1", "v2", "v3")
    for name in ("v1", "v2", "v1"):
        publish(ledger, run, {"ph_h2o": name})
    now, before = ledger.servings("ph_h2o", snapshot=3), ledger.servings("ph_h2o", snapshot=2)
    assert [(each.version, each.snapshot, each.until) for each in now] == [
        ("v2", 2, ledger.snapshot(3).created),
        ("v1", 1, None),
    ]
    assert [(each.version, each.until) for each in before] == [("v2", None), ("v1", before[0].since)]
    assert ledger.servings("soc", snapshot=3) == []


def test_a_rollback_to_a_snapshot_that_never_was_is_refused(ledger, run):
    record(ledger, run, "v1")
    publish(ledger, run, {"ph_h2o": "v1"})
    with pytest.raises(UnknownNameError, match="no snapshot '7'; there are: 1"):
        ledger.rollback(7, actor="budi", reason="")
    assert ledger.current_id() == 1


def test_another_process_sees_what_was_published(settings, ledger, run):
    record(ledger, run, "v1")
    publish(ledger, run, {"ph_h2o": "v1"})
    other = open_store(settings)
    assert other.ledger.current() == ledger.current()
    other.close()
