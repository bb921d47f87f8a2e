"""What runs leave behind is on the disk when it is said to be, and a damaged file ends nothing."""

import logging
import os
from datetime import UTC, datetime

import pytest

from soilinfo.jobs.runs.history import Histories, Summary

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAMAGES = {"empty": b"", "torn": b'{"last": {"pipe', "not text": b"\xff\xfe", "another's": b'{"a": 1}'}


def ended(run):
    return Summary("nightly", run, NOON, NOON, 0.0, "done", 0, published=("soc",))


@pytest.fixture
def histories(tmp_path):
    histories = Histories(tmp_path)
    histories.add(ended("first"))
    return histories


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_history_counts_as_none_and_the_log_says_so_once(tmp_path, histories, damage, caplog):
    (tmp_path / "pipelines" / "nightly.json").write_bytes(damage)
    with caplog.at_level(logging.ERROR, "soilinfo"):
        assert (histories.of("nightly"), histories.all()) == (None, [])
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}/pipelines/nightly.json is damaged and counts as none"
    ]


def test_a_damaged_mark_of_a_run_counts_as_none(tmp_path, histories):
    (tmp_path / "pipelines" / "nightly.begun").write_bytes(b"")
    assert histories.lost("nightly") is None
    assert histories.of("nightly").last.run == "first"


def test_what_is_damaged_is_put_aside_and_the_next_run_is_kept(tmp_path, histories):
    for ending in ("json", "begun"):
        (tmp_path / "pipelines" / f"nightly.{ending}").write_bytes(b"\x00torn")
    aside = histories.put_aside("nightly")
    assert [path.name for path in aside] == ["nightly.json.damaged", "nightly.begun.damaged"]
    assert {path.read_bytes() for path in aside} == {b"\x00torn"}
    assert histories.begin("nightly", "second", NOON) is None
    histories.add(ended("second"))
    assert [history.last.run for history in histories.all()] == ["second"]
    assert histories.put_aside("nightly") == []


def test_a_history_is_on_the_disk_before_it_takes_its_name(tmp_path, histories, monkeypatch):
    synced, fsync = set(), os.fsync

    def note(handle):
        synced.add(os.fstat(handle).st_ino)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", note)
    histories.begin("nightly", "second", NOON)
    files = [tmp_path / "pipelines" / "nightly.begun"]
    assert {path.stat().st_ino for path in files} <= synced
    histories.add(ended("second"))
    files = [tmp_path / "pipelines" / "nightly.json", histories.summary_path("second")]
    assert {path.stat().st_ino for path in files} <= synced
