"""Decisions on the command line: what is pinned, what a prune would remove, what is kept out and why."""

from datetime import timedelta

import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from tests.country import write_country, write_source
from tests.process import run


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """Two layers as they came in 40 days ago: of one the first version was replaced, of the other the second
    was blocked."""
    directory = tmp_path_factory.mktemp("country")
    config, now = write_country(directory, cells=24), clock.now
    for path in (config / "layers").glob("*.yaml"):
        if path.stem not in ("soc", "ph_h2o"):
            path.unlink()
    settings = Settings(store=directory / "store", config=config, db=None)
    store = open_store(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now() - timedelta(days=40))
        ingest(store, load(config), actor="tests", progress=silent)
        write_source(directory, "soc", cells=24, seed=7)
        write_source(directory, "ph_h2o", cells=24, fill=55.0)
        ingest(store, load(config), actor="tests", progress=silent)
    store.close()
    return settings


def versions(settings):
    """Versions of the layer, the first one first."""
    store = open_store(settings)
    found = [snapshot.layers["soc"] for snapshot in store.ledger.every_snapshot()]
    store.close()
    return list(dict.fromkeys(reversed(found)))


def removable(settings):
    code, lines, errors = run(settings, "prune", "--dry-run")
    assert code == 0, errors
    return [(line["layer"], line["version"]) for line in lines if "layer" in line]


def test_a_pinned_version_is_not_removed_until_it_is_unpinned(country):
    old, new = versions(country)
    assert ("soc", old) in removable(country)
    code, lines, _ = run(country, "pin", "soc", old, "--reason", "cited in the atlas")
    assert (code, lines[-1]["version"]) == (0, old)
    assert ("soc", old) not in removable(country)
    code, lines, _ = run(country, "unpin", "soc", old, "--reason", "the atlas has a new edition")
    assert (code, lines[-1]["version"]) == (0, old)
    assert ("soc", old) in removable(country)
    assert ("soc", new) not in removable(country)


def test_a_dry_run_removes_nothing(country):
    due = removable(country)
    assert due
    assert removable(country) == due


def test_every_version_of_a_snapshot_is_pinned_by_its_number(country):
    code, lines, _ = run(country, "pin", "1", "--reason", "as reported")
    assert code == 0
    assert {"soc", "ph_h2o", "provinces"} <= {line["layer"] for line in lines}
    assert removable(country) == []
    assert run(country, "unpin", "1", "--reason", "reported")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("pin", "soc", "0123456789abcdef", "--reason", "r"), 3, "0123456789abcdef"),
        (("pin", "soc", "--reason", "r"), 2, "soc"),
        (("pin", "99", "--reason", "r"), 3, "99"),
        (("pin", "1", "--reason", " "), 2, "needs a reason"),
        (("unpin", "sox", "0123456789abcdef", "--reason", "r"), 3, "sox"),
    ],
)
def test_what_cannot_be_pinned_is_one_clear_message(country, words, code, message):
    found, _, errors = run(country, *words)
    assert (found, message in " ".join(errors.split())) == (code, True), errors
    assert "Traceback" not in errors


def test_what_is_kept_out_is_listed_with_its_reason(country):
    code, lines, _ = run(country, "quarantine")
    assert code == 0
    (kept_out,) = [line for line in lines if line.get("layer") == "ph_h2o"]
    assert "value_range" in str(kept_out)
    code, lines, _ = run(country, "quarantine", "soc")
    assert (code, [line for line in lines if line.get("layer") == "ph_h2o"]) == (0, [])
