"""What people see in the database itself: views of what is published, styles, projects; never half of it."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest

from soilinfo.settings import Settings
from soilinfo.store import desktop
from soilinfo.store.desktop import Furnishing, StoredProject, TableStyle
from soilinfo.store.home import Store, open_store
from tests.process import until
from tests.store.frames import regencies, suitability
from tests.store.publisher import record


def furnish(_: Store, layers: Mapping[str, str]) -> Furnishing:
    """A style of each table and a project that tell which snapshot they are of."""
    styles = (
        TableStyle(name, "Ours", f"<qgis v='{each}'/>", "Polygon", True) for name, each in layers.items()
    )
    return Furnishing(tuple(styles), (StoredProject("all", " ".join(layers).encode()),))


@pytest.fixture
def store(dsn: str, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(store=tmp_path / "store", db=dsn), furnish=furnish)
    yield opened
    opened.close()


@pytest.fixture
def person(dsn: str) -> Iterator[psycopg.Connection]:
    """Somebody who opens the database, here with the right to save things beside what is published."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def publish(store: Store, name: str, label: str, frame: gpd.GeoDataFrame, **written: str) -> int:
    """Publish a collection in a new snapshot."""
    run = store.ledger.start_run("test", "tests", {})
    store.vector.write(name, label, frame, **{"id_field": "code", **written})
    record(store, run, name, label, "vector")
    return store.ledger.publish({name: label}, run=run, actor="tests", reason="").id


def rows(person: psycopg.Connection, sql: str) -> list[Any]:
    return [row[0] if len(row) == 1 else row for row in person.execute(sql).fetchall()]


def names(frame: gpd.GeoDataFrame) -> list[str]:
    """What NAMES finds of a frame."""
    return list(frame.sort_values("code")["name"])


NAMES = "SELECT name FROM soilinfo_published.regency ORDER BY code"
STYLES = "SELECT f_table_name, CAST(styleqml AS text) FROM layer_styles WHERE stylename = 'Ours' ORDER BY 1"


def test_views_styles_and_projects_are_those_of_the_newest_snapshot(store: Store, person: psycopg.Connection):
    first = regencies()
    second = first.assign(name=first["name"].str.upper())
    before = publish(store, "regency", "v1", first)
    person.execute("GRANT SELECT ON soilinfo_published.regency TO public")
    publish(store, "regency", "v2", second)
    publish(store, "suitability", "v1", suitability(), id_field="id", shape_field="code")

    assert rows(person, NAMES) == names(second)
    assert rows(person, "SELECT count(geom) FROM soilinfo_published.suitability") == [len(suitability())]
    assert rows(person, STYLES) == [("regency", "<qgis v='v2'/>"), ("suitability", "<qgis v='v1'/>")]
    assert rows(person, "SELECT content FROM soilinfo_published.qgis_projects") == [b"regency suitability"]
    granted = "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND "
    assert rows(person, granted + "table_name = 'regency'") == [1], "what was granted on a view stays"

    store.ledger.rollback(before, actor="tests", reason="wrong")
    assert rows(person, NAMES) == names(first)
    assert rows(person, STYLES) == [("regency", "<qgis v='v1'/>")]
    assert rows(person, "SELECT to_regclass('soilinfo_published.suitability')") == [None], "withdrawn"


def test_a_view_gets_the_columns_of_its_new_version(store: Store, person: psycopg.Connection):
    publish(store, "regency", "v1", regencies())
    publish(store, "regency", "v2", regencies().drop(columns="name").assign(area_ha=1.5))
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('soilinfo_published.regency')"
    found = rows(person, f"{columns} ORDER BY attnum")
    assert found[0] == "code", "the key comes first, as QGIS takes the first column for it"
    assert "area_ha" in found
    assert "name" not in found


def test_old_versions_can_be_removed_once_views_show_newer_ones(store: Store, person: psycopg.Connection):
    publish(store, "regency", "v1", regencies())
    publish(store, "regency", "v2", regencies())
    store.vector.remove("regency", "v1")
    assert rows(person, "SELECT count(*) FROM soilinfo_published.regency") == [len(regencies())]


def test_styles_and_projects_that_people_saved_stay_and_their_default_goes_first(
    store: Store, person: psycopg.Connection
):
    publish(store, "regency", "v1", regencies())
    person.execute(
        "INSERT INTO layer_styles "
        "(f_table_catalog, f_table_schema, f_table_name, stylename, useasdefault, owner) "
        "VALUES (current_database(), 'soilinfo_published', 'regency', 'Mine', true, NULL), "
        "(current_database(), 'soilinfo_published', 'regency', 'Too', false, current_user)"
    )
    person.execute("INSERT INTO soilinfo_published.qgis_projects VALUES ('mine', '{}', '')")
    publish(store, "regency", "v2", regencies())
    defaults = "SELECT stylename, useasdefault FROM layer_styles ORDER BY stylename"
    assert rows(person, defaults) == [("Mine", True), ("Ours", False), ("Too", False)]
    assert rows(person, "SELECT name FROM soilinfo_published.qgis_projects ORDER BY 1") == ["all", "mine"]


def test_a_desktop_that_reads_on_holds_up_no_publication_and_sees_no_half_one(
    store: Store,
    person: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr(desktop, "LOCK_SECONDS", 0.1)
    publish(store, "regency", "v1", regencies())
    upper = regencies().assign(name=regencies()["name"].str.upper())
    with person.transaction():
        person.execute(NAMES)
        snapshot = publish(store, "regency", "v2", upper)
    assert store.ledger.current_id() == snapshot, "published all the same"
    assert rows(person, NAMES) == names(regencies()), "the views show the last publication,"
    assert rows(person, STYLES) == [("regency", "<qgis v='v1'/>")], "with its styles"
    assert "until the next run: somebody is reading" in caplog.text
    publish(store, "suitability", "v1", suitability(), id_field="id", shape_field="code")
    assert rows(person, NAMES) == names(upper), "the next one brings all up to date"


def test_a_version_that_somebody_still_sees_outlasts_its_removal_and_stops_no_run(
    store: Store, person: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(desktop, "LOCK_SECONDS", 0.1)
    publish(store, "regency", "v1", regencies())
    with person.transaction():
        person.execute(NAMES)
        publish(store, "regency", "v2", regencies().assign(name="New"))
        store.ledger.set_removed([("regency", "v1")])
        assert store.collect_garbage() == [], "somebody reads it"
        assert ("regency", "v1") in store.ledger.shown()
    assert store.collect_garbage() == ["vector/regency/v1"]
    assert set(rows(person, NAMES)) == {"New"}, "a run shows what could not be shown when it was published"
    assert rows(person, STYLES) == [("regency", "<qgis v='v2'/>")]


def test_what_others_have_made_where_a_view_belongs_holds_up_no_publication(
    store: Store, person: psycopg.Connection, caplog: pytest.LogCaptureFixture
):
    publish(store, "suitability", "v1", suitability(), id_field="id", shape_field="code")
    person.execute("CREATE TABLE soilinfo_published.regency (code text)")
    person.execute("CREATE VIEW soilinfo_published.mine AS SELECT 1 AS one")
    snapshot = publish(store, "regency", "v1", regencies())
    assert store.ledger.current_id() == snapshot
    assert "is not a view" in caplog.text, "the log says what stands in the way"
    person.execute("DROP TABLE soilinfo_published.regency")
    store.collect_garbage()
    assert rows(person, NAMES) == names(regencies())
    assert rows(person, "SELECT one FROM soilinfo_published.mine") == [1], "what is not ours stays"


def test_two_who_wait_for_each_other_cost_the_views_and_not_the_publication(
    store: Store, dsn: str, person: psycopg.Connection, caplog: pytest.LogCaptureFixture
):
    for name in ("a", "b", "c"):
        publish(store, name, "v1", regencies())
    with psycopg.connect(dsn) as other, ThreadPoolExecutor() as side:
        person.execute("BEGIN; SELECT FROM soilinfo_published.b")
        other.execute("SET deadlock_timeout = '1min'")  # so that it is the publication that is stopped
        other.execute("SELECT FROM soilinfo_published.c")
        run = store.ledger.start_run("test", "tests", {})
        for name in ("a", "b", "c"):
            store.vector.write(name, "v2", regencies(), id_field="code")
            record(store, run, name, "v2", "vector")
        new = dict.fromkeys(("a", "b", "c"), "v2")
        publishing = side.submit(store.ledger.publish, new, run=run, actor="tests", reason="")
        _until_waiting(dsn, 1)
        waiting = side.submit(other.execute, "SELECT FROM soilinfo_published.a")
        _until_waiting(dsn, 2)
        person.execute("COMMIT")
        assert publishing.result().layers == new
        waiting.result()
        other.rollback()
    assert "somebody is reading" in caplog.text
    store.ledger.show()
    assert store.ledger.shown() == set(new.items())


def _until_waiting(dsn: str, several: int) -> None:
    """Until so many sessions wait for a lock on a view."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
    with psycopg.connect(dsn, autocommit=True) as watcher:
        until(lambda: watcher.execute(waiting).fetchone() == (several,), f"{several} to wait")


OFFICE = "soilinfo_office"
"""A role that may make schemas in a database but nothing in public, as where the database is another's."""


@pytest.fixture
def office(dsn: str, person: psycopg.Connection, tmp_path: Path) -> Iterator[Store]:
    person.execute(f"CREATE ROLE {OFFICE}; REVOKE CREATE ON SCHEMA public FROM public")
    person.execute(f"GRANT CREATE ON DATABASE {person.info.dbname} TO {OFFICE}")
    as_office = psycopg.conninfo.make_conninfo(dsn, options=f"-c role={OFFICE}")
    opened = open_store(Settings(store=tmp_path / "store", db=as_office), furnish=furnish)
    yield opened
    opened.close()
    person.execute(f"DROP OWNED BY {OFFICE} CASCADE; DROP ROLE {OFFICE}")


def test_styles_lie_where_the_role_may_write(office: Store, person: psycopg.Connection):
    kept = "SELECT f_table_name, CAST(styleqml AS text) FROM {}.layer_styles"
    person.execute(
        "CREATE TABLE public.layer_styles (id serial PRIMARY KEY, f_table_catalog varchar, "
        "f_table_schema varchar, f_table_name varchar, f_geometry_column varchar, stylename text, "
        "styleqml xml, stylesld xml, useasdefault boolean, description text, "
        "owner varchar(63), ui xml, update_time timestamp)"
    )
    person.execute(f"ALTER TABLE public.layer_styles OWNER TO {OFFICE}")
    publish(office, "regency", "v1", regencies())
    assert rows(person, kept.format("public")) == [("regency", "<qgis v='v1'/>")], "in a table made for it"
    person.execute("ALTER TABLE public.layer_styles OWNER TO CURRENT_USER")
    publish(office, "regency", "v2", regencies())
    assert rows(person, kept.format("soilinfo_published")) == [("regency", "<qgis v='v2'/>")], "or its own"
    assert rows(person, NAMES) == names(regencies())
