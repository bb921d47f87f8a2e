"""Records of country reports, and of those received: only added to. On SQLite and PostgreSQL alike."""

from hashlib import sha256

import pytest

from soilinfo.errors import InputError, StoreError, UnknownNameError
from tests.store.publisher import record

CONTENT = b'{"a":1}'
ID = "XSN-2015-2024-1"


@pytest.fixture
def run(store):
    run = store.ledger.start_run("ingest", "siti", {})
    record(store, run, "soc", "v1", "raster")
    return run


@pytest.fixture
def draft(store, run):
    return drafted(store, note="first")


def drafted(store, content=CONTENT, **how):
    digest = sha256(content).hexdigest()
    given = {"sha256": digest, "inputs": {"soc": "v1"}, "software": "soilinfo 1", "actor": "siti", **how}
    return store.country_reports.draft("XSN-2015-2024", content, **given)


def test_a_draft_is_kept_as_it_was_made(store, draft):
    assert store.country_reports.record(ID) == draft
    assert (draft.id, draft.state, draft.actor, draft.inputs) == (ID, "draft", "siti", {"soc": "v1"})
    assert store.country_reports.content(ID) == CONTENT


def test_the_same_content_is_the_same_draft_and_other_content_the_next(store, draft):
    assert drafted(store, note="once more", actor="budi") == draft
    assert drafted(store, b'{"a":2}').id == "XSN-2015-2024-2"
    assert [each.id for each in store.country_reports.records()] == ["XSN-2015-2024-2", ID]


def test_what_an_older_report_said_can_be_said_again(store, draft):
    corrected = drafted(store, b'{"a":2}')
    again = drafted(store)
    assert again.id == "XSN-2015-2024-3"
    assert store.country_reports.content(again.id) == CONTENT
    assert drafted(store, b'{"a":2}').id not in (corrected.id, again.id)


def test_the_history_says_who_did_what_when_and_why(store, draft):
    store.country_reports.submit(ID, actor="siti", note="for the minister")
    assert store.country_reports.approve(ID, actor="budi", note="agreed").state == "approved"
    history = store.country_reports.history(ID)
    assert [(each.state, each.actor, each.note) for each in history] == [
        ("draft", "siti", "first"),
        ("submitted", "siti", "for the minister"),
        ("approved", "budi", "agreed"),
    ]
    assert sorted(each.created for each in history) == [each.created for each in history]


def test_a_report_goes_forward_only(store, draft):
    with pytest.raises(InputError, match="is draft, so it cannot become approved"):
        store.country_reports.approve(ID, actor="budi")
    store.country_reports.submit(ID, actor="siti")
    with pytest.raises(InputError, match="is submitted, so it cannot become submitted"):
        store.country_reports.submit(ID, actor="siti")


def test_a_draft_whose_inputs_are_removed_is_not_submitted(store, draft):
    store.ledger.set_removed([("soc", "v1")])
    with pytest.raises(InputError, match="removed by now: soc v1"):
        store.country_reports.submit(ID, actor="siti")
    assert store.country_reports.record(ID).state == "draft"


def test_a_report_whose_inputs_are_removed_is_not_approved(store, draft):
    store.country_reports.submit(ID, actor="siti")
    store.ledger.set_removed([("soc", "v1")])
    with pytest.raises(InputError, match="removed by now: soc v1"):
        store.country_reports.approve(ID, actor="budi")
    assert store.country_reports.record(ID).state == "submitted"


def test_an_unknown_report_is_refused_with_those_that_exist(store, draft):
    for ask in (store.country_reports.record, store.country_reports.history, store.country_reports.content):
        with pytest.raises(UnknownNameError, match=f"there are: {ID}"):
            ask("XSN-2015-2024-9")


def test_the_last_report_that_came_whole_is_kept_though_later_ones_fail(store):
    received = store.received_reports
    assert (received.last("XNB"), received.kept("XNB")) == (None, None)
    first = received.add("XNB", origin="a.json", status="fetched", content=CONTENT, etag='"1"')
    failed = received.add("XNB", origin="a.json", status="failed", reason={"total_s": 5.0})
    received.add("XNC", origin="c.json", status="fetched", content=b"{}")
    assert received.last("XNB") == failed
    assert received.kept("XNB") == (first, CONTENT)
    assert first.sha256 == sha256(CONTENT).hexdigest()


REPORT = "'XSN-2015-2024', {number}, 'x', '', '{digest}', ''"
FORBIDDEN = (
    "UPDATE country_report SET software = 'x'",
    "UPDATE country_report_event SET actor = 'nobody'",
    "UPDATE received_report SET status = 'fetched'",
    "DELETE FROM country_report_event",
    "DELETE FROM country_report",
    "DELETE FROM received_report",
    f"INSERT INTO country_report VALUES ('XSN-2015-2024-7', {REPORT.format(number=7, digest='d')})",
    f"INSERT INTO country_report_event VALUES ('{ID}', 3, 'approved', 'x', '', '')",
    f"INSERT INTO country_report_event VALUES ('{ID}', 2, 'approved', 'x', '', '')",
    "INSERT INTO received_report VALUES (9, 'XNB', '', '', '', '', NULL, NULL, '')",
)
REPLACEMENTS = (
    f"INTO country_report VALUES ('{ID}', {REPORT.format(number=1, digest='d')})",
    f"INTO country_report_event VALUES ('{ID}', 1, 'draft', 'x', '', '')",
    "INTO received_report VALUES (1, 'XNB', '', '', '', '', NULL, NULL, '')",
)


@pytest.mark.parametrize("statement", [*FORBIDDEN, *(f"REPLACE {each}" for each in REPLACEMENTS)])
def test_the_database_itself_refuses_to_change_what_is_recorded(store, draft, settings, statement):
    received = store.received_reports.add("XNB", origin="a", status="failed")
    if settings.db is not None:
        statement = statement.replace("REPLACE", "INSERT")
    with pytest.raises(StoreError), store.ledger._database.write() as execute:
        execute(statement)
    assert [store.country_reports.record(ID)] == store.country_reports.records() == [draft]
    assert [each.actor for each in store.country_reports.history(ID)] == ["siti"]
    assert store.received_reports.last("XNB") == received
