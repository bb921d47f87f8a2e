"""What people see in the database itself: views of what is published, styles, projects; never half of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest

from soilinfo.settings import Settings
from soilinfo.store import desktop
from soilinfo.store.desktop import Furnishing, StoredProject, TableStyle
from soilinfo.store.home import Store, open_store
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
        "VALUES (current_database(), 'soilinfo_published', 'regency', 'Mine', true, 'siti')"
    )
    person.execute("INSERT INTO soilinfo_published.qgis_projects VALUES ('mine', '{}', '')")
    publish(store, "regency", "v2", regencies())
    defaults = "SELECT stylename, useasdefault FROM layer_styles ORDER BY stylename"
    assert rows(person, defaults) == [("Mine", True), ("Ours", False)]
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
    assert "until the next publication" in caplog.text
    publish(store, "suitability", "v1", suitability(), id_field="id", shape_field="code")
    assert rows(person, NAMES) == names(upper), "the next one brings all up to date"
