"""Records of allocations: forward only, never changed, whoever tries. On SQLite and PostgreSQL alike."""

import threading

import pytest

from soilinfo.errors import InputError, StoreError, UnknownNameError
from soilinfo.store.home import open_store
from tests.store.publisher import record

PLAN = {"year": 2026, "choices": {"method": "max_min"}, "inputs": {"need": "n1"}, "tables": {"rows": "r1"}}


@pytest.fixture
def run(store):
    """A run, with the versions that a draft is made of and gives; the inputs are published."""
    run = store.ledger.start_run("allocate", "siti", {})
    for layer, version in {"need": "n1", "rows": "r1", "findings": "f1"}.items():
        record(store, run, layer, version, "vector")
    store.ledger.publish({"need": "n1"}, run=run, actor="siti", reason="inputs")
    return run


@pytest.fixture
def draft(store, run):
    return store.allocations.draft("subsidy", **PLAN, run=run, actor="siti", note="first")


@pytest.fixture
def approve(store, run):
    def approved(draft, **how):
        given = {"beside": {}, "current": draft.inputs, **how}
        return store.allocations.approve(draft.id, run=run, actor="budi", note="agreed", **given)

    return approved


def test_a_draft_is_kept_as_it_was_made(store, draft):
    assert store.allocations.record("subsidy-1") == draft
    assert (draft.state, draft.actor, draft.parent, draft.year) == ("draft", "siti", None, 2026)
    assert (draft.choices, draft.inputs, draft.tables) == (PLAN["choices"], PLAN["inputs"], PLAN["tables"])


def test_drafts_are_numbered_by_plan_and_listed_newest_first(store, run, draft):
    for plan in ("subsidy", "another"):
        store.allocations.draft(plan, **PLAN, run=run, actor="siti")
    assert [one.id for one in store.allocations.records()] == ["another-1", "subsidy-2", draft.id]
    assert [one.id for one in store.allocations.records("subsidy")] == ["subsidy-2", "subsidy-1"]


def test_an_approval_publishes_the_tables_and_what_comes_beside_them_at_once(store, run, draft):
    store.allocations.submit(draft.id, actor="siti")
    snapshot = store.allocations.approve(
        draft.id, run=run, actor="budi", beside={"findings": "f1"}, current={}
    )
    assert store.ledger.current() == snapshot
    assert snapshot.layers == {"need": "n1", "rows": "r1", "findings": "f1"}
    assert store.allocations.record(draft.id).state == "approved"


def test_the_history_says_who_did_what_when_and_why(store, draft, approve):
    store.allocations.submit(draft.id, actor="siti", note="for the governor")
    snapshot = approve(draft)
    history = store.allocations.history(draft.id)
    assert [(event.state, event.actor, event.note, event.snapshot) for event in history] == [
        ("draft", "siti", "first", None),
        ("submitted", "siti", "for the governor", None),
        ("approved", "budi", "agreed", snapshot.id),
    ]
    assert sorted(event.created for event in history) == [event.created for event in history]


def test_a_draft_is_not_approved_before_it_is_submitted(store, draft, approve):
    with pytest.raises(InputError, match="'subsidy-1' is draft, so it cannot become approved"):
        approve(draft)
    assert "rows" not in store.ledger.current().layers


@pytest.mark.parametrize("again", ["submit", "approve"])
def test_what_is_approved_is_neither_submitted_nor_approved_again(store, draft, approve, again):
    store.allocations.submit(draft.id, actor="siti")
    approve(draft)
    with pytest.raises(InputError, match="is approved, so it cannot become"):
        store.allocations.submit(draft.id, actor="siti") if again == "submit" else approve(draft)
    assert len(store.allocations.history(draft.id)) == 3


def test_of_two_who_approve_at_once_one_is_refused(settings, store, run, draft):
    store.allocations.submit(draft.id, actor="siti")
    stores, outcomes, ready = [open_store(settings) for _ in range(2)], [], threading.Barrier(2)

    def decide(own, name):
        ready.wait()
        try:
            own.allocations.approve(draft.id, run=run, actor=name, beside={}, current={})
            outcomes.append("approved")
        except InputError:
            outcomes.append("refused")

    threads = [threading.Thread(target=decide, args=(own, f"a{n}")) for n, own in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in stores:
        own.close()
    assert sorted(outcomes) == ["approved", "refused"]
    assert len(store.allocations.history(draft.id)) == 3


def test_inputs_that_must_be_served_are_named_when_they_were_replaced(store, run, draft, approve):
    store.allocations.submit(draft.id, actor="siti")
    record(store, run, "need", "n2", "vector")
    store.ledger.publish({"need": "n2"}, run=run, actor="siti", reason="newer")
    with pytest.raises(InputError, match=r"need \(n1, now n2\)"):
        approve(draft)
    assert store.allocations.record(draft.id).state == "submitted"
    assert approve(draft, current={}).layers["rows"] == "r1"


def test_inputs_that_were_removed_are_no_base_for_an_approval(store, draft, approve):
    store.allocations.submit(draft.id, actor="siti")
    store.ledger.set_removed([("need", "n1")])
    with pytest.raises(InputError, match="removed by now: need n1"):
        approve(draft, current={})


def test_only_an_approved_allocation_of_the_same_plan_is_reallocated(store, run, draft, approve):
    def reallocated(plan):
        return store.allocations.draft(plan, **PLAN, run=run, actor="siti", parent=draft.id)

    with pytest.raises(InputError, match="only what is approved is reallocated"):
        reallocated("subsidy")
    store.allocations.submit(draft.id, actor="siti")
    approve(draft)
    with pytest.raises(InputError, match="is an allocation of 'subsidy', not of 'another'"):
        reallocated("another")
    assert (reallocated("subsidy").id, reallocated("subsidy").parent) == ("subsidy-2", "subsidy-1")


@pytest.fixture
def go_through(store, run, approve):
    """Draft, submit and approve an allocation that gives this version of the rows."""

    def gone_through(rows, **how):
        record(store, run, "rows", rows, "vector")
        done = store.allocations.draft(
            "subsidy", **PLAN | {"tables": {"rows": rows}}, run=run, actor="siti", **how
        )
        store.allocations.submit(done.id, actor="siti")
        approve(done)
        return done

    return gone_through


def test_a_draft_follows_what_is_in_force_of_its_plan(store, run, go_through):
    assert store.allocations.in_force("subsidy") is None
    first = go_through("r2")
    assert store.allocations.in_force("subsidy").id == first.id
    second = go_through("r3")
    assert (first.parent, second.parent) == (None, first.id)
    assert store.allocations.in_force("subsidy").id == second.id


def test_of_two_drafts_that_follow_the_same_only_one_is_approved(store, run, draft, approve, go_through):
    """What was decided in between is not taken back unseen, not even as computed."""
    later = go_through("r2")
    store.allocations.submit(draft.id, actor="siti")
    with pytest.raises(InputError, match=f"drafted before any was approved; '{later.id}' is in force"):
        approve(draft, current={})
    assert store.ledger.current().layers["rows"] == "r2"


def test_what_is_not_in_force_any_more_is_not_reallocated(store, go_through):
    old, new = go_through("r2"), go_through("r3")
    with pytest.raises(InputError, match=f"'{old.id}' is not in force any more; '{new.id}' is in force"):
        go_through("r4", parent=old.id)


def test_an_unknown_allocation_is_refused_with_those_that_exist(store, draft):
    for ask in (store.allocations.record, store.allocations.history):
        with pytest.raises(UnknownNameError, match="there are: subsidy-1"):
            ask("subsidy-9")


FORBIDDEN = (
    "UPDATE allocation SET choices = '{}'",
    "UPDATE allocation_event SET actor = 'nobody'",
    "DELETE FROM allocation_event",
    "DELETE FROM allocation",
    "INSERT INTO allocation_event VALUES ('subsidy-1', 3, 'approved', 'x', '', NULL, '2026-01-01')",
    "INSERT INTO allocation_event VALUES ('subsidy-1', 2, 'approved', 'x', '', NULL, '2026-01-01')",
    "INSERT INTO allocation_event VALUES ('subsidy-1', 1, 'draft', 'x', '', NULL, '') "
    "ON CONFLICT (allocation, number) DO UPDATE SET actor = 'x'",
    "INSERT INTO allocation VALUES ('subsidy-7', 'subsidy', 7, 2026, NULL, '', '', '', 'r')",
    "INSERT INTO allocation SELECT 'other', 'other', 1, year, NULL, '', inputs, tables, run FROM allocation",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_itself_refuses_to_change_the_record(store, draft, statement):
    with pytest.raises(StoreError), store.ledger._database.write() as execute:
        execute(statement)
    assert store.allocations.record(draft.id) == draft
    assert len(store.allocations.history(draft.id)) == 1


REPLACEMENTS = (
    "INTO allocation SELECT id, 'other', 1, 2099, parent, '{}', inputs, tables, run FROM allocation",
    "INTO allocation_event VALUES ('subsidy-1', 1, 'draft', 'x', '', NULL, '')",
    "INTO allocation (rowid, id, plan, number, year, choices, inputs, tables, run) "
    "SELECT rowid, 'other-1', 'other', 1, year, choices, inputs, tables, run FROM allocation",
    "INTO allocation_event (rowid, allocation, number, state, actor, note, created) "
    "SELECT rowid, allocation, 2, 'submitted', actor, note, created FROM allocation_event",
)


@pytest.mark.parametrize("replacement", REPLACEMENTS)
def test_not_even_replacing_a_row_changes_it(store, draft, settings, replacement):
    replace = "REPLACE" if settings.db is None else "INSERT"
    with pytest.raises(StoreError), store.ledger._database.write() as execute:
        execute(f"{replace} {replacement}")
    assert store.allocations.record(draft.id) == draft
    assert store.allocations.history(draft.id)[0].actor == "siti"


def test_an_approval_that_fails_on_its_way_leaves_nothing_behind(store, run, draft):
    """Event and snapshot are one transaction: neither is there without the other."""
    store.allocations.submit(draft.id, actor="siti")
    before = store.ledger.current()
    with pytest.raises(StoreError, match="never recorded"):
        store.allocations.approve(draft.id, run=run, actor="budi", beside={"findings": "lost"}, current={})
    assert store.ledger.current() == before
    assert store.allocations.record(draft.id).state == "submitted"
