"""A store that an earlier soilinfo made is opened by this one, nothing lost. On SQLite and PostgreSQL."""

from soilinfo.store.database import _SQL as SCRIPTS
from soilinfo.store.home import open_store

MADE = "'raster', 'soc.tif', '00', 'raster/1', 'soilinfo 0.1.0', '{}', '{}', '{}'"
ROWS = (
    "INSERT INTO run VALUES ('r2', 'ingest', 'siti', '{}', '2026-01-02', '2026-01-02', 'done', '{}')",
    "INSERT INTO run VALUES ('r1', 'ingest', 'siti', '{}', '2026-01-01', '2026-01-01', 'done', '{}')",
    f"INSERT INTO version VALUES ('soc', 'v2', {MADE}, 'r2', '2026-01-02')",
    f"INSERT INTO version VALUES ('soc', 'v1', {MADE}, 'r1', '2026-01-01')",
    "INSERT INTO snapshot VALUES (1, '2026-01-01', 'siti', 'first', 'r1')",
    "INSERT INTO snapshot_layer VALUES (1, 'soc', 'v1')",
    "INSERT INTO snapshot VALUES (2, '2026-01-02', 'siti', 'second', 'r2')",
    "INSERT INTO snapshot_layer VALUES (2, 'soc', 'v2')",
    "INSERT INTO snapshot VALUES (3, '2026-01-03', 'budi', 'wrong', NULL)",
    "INSERT INTO snapshot_layer VALUES (3, 'soc', 'v1')",
)
NEWER = (
    "received_report",
    "country_report_event",
    "country_report",
    "allocation_event",
    "allocation",
    "job_document",
    "job",
    "withdrawal",
    "decision",
    "quarantine",
    "waiting",
    "snapshot_layer",
    "snapshot",
    "finding",
    "version",
    "run",
    "migration",
)


def as_it_was_made_first(store):
    """Replace the ledger's tables by those of the first migration, with rows in them."""
    with store.ledger._database.write() as execute:
        for table in NEWER:
            execute(f"DROP TABLE {table}")
        first = (SCRIPTS / "migrations" / "0001_ledger.sql").read_text("utf-8")
        for statement in filter(str.strip, first.split(";\n")):
            execute(statement)
        execute("CREATE TABLE migration (name TEXT PRIMARY KEY, applied TEXT NOT NULL)")
        execute("INSERT INTO migration VALUES ('0001_ledger.sql', '2026-01-01')")
        for row in ROWS:
            execute(row)


def test_a_store_of_the_first_version_is_opened_with_all_it_holds(settings, store):
    as_it_was_made_first(store)
    newer = open_store(settings)
    ledger = newer.ledger
    assert [run.id for run in ledger.runs()] == ["r2", "r1"]
    assert [version.version for version in ledger.versions("soc")] == ["v2", "v1"]
    assert [snapshot.kind for snapshot in ledger.snapshots()] == ["rollback", "publication", "publication"]
    assert [version.version for version in ledger.withdrawn("soc")] == ["v2"]
    assert ledger.start_run("ingest", "siti", {}) == ledger.runs(1)[0].id
    ledger.pin("soc", "v2", actor="siti", reason="cited")
    assert ledger.pinned() == {("soc", "v2")}
    newer.close()
