"""Killed at any moment, an approval happened as a whole or not at all, and can be given again."""

import random
import signal
from collections import Counter
from datetime import timedelta

import pytest

from soilinfo.catalog.load import load
from soilinfo.jobs.runs.retention import removable
from soilinfo.jobs.subsidy.records import approve
from soilinfo.settings import Settings
from soilinfo.store import clock
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.faults.nightly import Zygote
from tests.faults.zygote import APPROVAL
from tests.store.publisher import record

KILLS = {"embedded": 5, "postgis": 2}
"""In each of the four phases."""
TABLE = "allocation_subsidy_by_districts"


@pytest.fixture
def settings(settings, tmp_path):
    return Settings(store=settings.store, db=settings.db, config=write_country(tmp_path, cells=24))


def submitted(store, number):
    """An allocation that waits for its approval, of its own input and with a table of its own."""
    run = store.ledger.start_run("allocate", "siti", {})
    for layer in ("need", TABLE):
        record(store, run, layer, f"v{number}", "vector")
    draft = store.allocations.draft(
        "subsidy",
        2026,
        choices={"method": "max_min"},
        inputs={"need": f"v{number}"},
        tables={TABLE: f"v{number}"},
        run=run,
        actor="siti",
    )
    return store.allocations.submit(draft.id, actor="siti")


def kept(store, catalog, draft):
    """Whether a prune long after keeps the tables of an allocation."""
    gone = {(version.layer, version.version) for version in removable(store, catalog)}
    return gone.isdisjoint(draft.tables.items())


def test_a_killed_approval_is_whole_or_none_and_the_next_one_completes(settings, request, tell, monkeypatch):
    home = request.node.callspec.params["settings"]
    chance, ends = random.Random(20261123), Counter()
    store, catalog = open_store(settings), load(settings.config)
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=40))
    with Zygote(settings) as zygote:
        usual = zygote.run(allocation=submitted(store, 0).id)["seconds"]
        assert {*APPROVAL} <= {*usual}
        for number, phase in enumerate([*APPROVAL] * KILLS[home], start=1):
            draft, before = submitted(store, number), store.ledger.current()
            delay = chance.uniform(0, max(usual[phase]))
            end = zygote.run(allocation=draft.id, phase=phase, call=1, delay=delay)
            assert end["signal"] == signal.SIGKILL
            state, after = store.allocations.record(draft.id).state, store.ledger.current()
            ends[state] += 1
            if state == "submitted":
                assert after == before
                assert len(store.allocations.history(draft.id)) == 2
                approve(store, catalog, draft.id, actor="budi", as_computed=True)
            served, history = store.ledger.current(), store.allocations.history(draft.id)
            assert [event.state for event in history] == ["draft", "submitted", "approved"]
            assert history[-1].snapshot == served.id == before.id + 1
            assert served.layers[TABLE] == draft.tables[TABLE]
            assert store.allocations.in_force("subsidy").id == draft.id
            assert kept(store, catalog, draft)
        assert all(kept(store, catalog, each) for each in store.allocations.records())
    store.close()
    assert {*ends} == {"submitted", "approved"}
    tell(f"{home}: an approval killed {ends.total()} times: {dict(ends)}")
