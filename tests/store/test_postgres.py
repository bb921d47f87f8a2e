"""What is PostgreSQL's own: reference systems, identifiers, messages without secrets."""

import threading
from contextlib import ExitStack
from contextvars import copy_context

import geopandas as gpd
import psycopg
import pytest

from soilinfo.errors import InputError, LimitError, StoreError, UnknownNameError
from soilinfo.settings import Settings
from soilinfo.store.cancelling import CANCELLATION, Cancellation
from soilinfo.store.home import open_store
from soilinfo.store.postgis import PostGis
from soilinfo.store.postgis_reader import Reader
from soilinfo.store.postgres import Postgres
from soilinfo.store.reference_systems import SRGI2013
from soilinfo.store.vector import Query
from tests.store.frames import regencies, suitability, where


@pytest.fixture
def postgres_home(dsn):
    postgres = Postgres(dsn)
    yield postgres
    postgres.close()


def rows(dsn, sql):
    with psycopg.connect(dsn) as connection:
        return connection.execute(sql).fetchall()


def test_indonesias_reference_systems_can_be_used_in_queries(dsn, postgres_home):
    known = rows(dsn, "SELECT srid FROM spatial_ref_sys WHERE auth_name = 'EPSG'")
    assert set(SRGI2013) <= {srid for (srid,) in known}
    bone = "ST_SetSRID(ST_MakePoint(120.1, -4.5), 4326)"
    there = f"SELECT ST_AsText(ST_SnapToGrid(ST_Transform({bone}, %d), 1))"
    # The two datums agree to a few centimetres; zone 51 south.
    assert rows(dsn, there % 9491) == rows(dsn, there % 32751)


def test_opening_again_changes_nothing(dsn, postgres_home):
    before = rows(dsn, "SELECT count(*) FROM spatial_ref_sys")
    Postgres(dsn).close()
    assert rows(dsn, "SELECT count(*) FROM spatial_ref_sys") == before


def test_the_public_schema_is_left_alone(dsn, tmp_path):
    before = rows(dsn, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    store = open_store(Settings(store=tmp_path, db=dsn))
    store.vector.write("regency", "v1", regencies(), id_field="code")
    assert rows(dsn, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == before
    assert rows(dsn, "SELECT count(*) FROM soilinfo.run") == [(0,)]
    store.close()


def test_staff_read_collections_with_their_own_tools(dsn, postgres_home):
    home = PostGis(postgres_home)
    home.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
    with psycopg.connect(dsn) as connection:
        connection.execute("SET search_path = soilinfo_vector, public")
        kind = connection.execute(
            "SELECT type, srid FROM geometry_columns WHERE f_table_name = 'suitability_v1'"
        )
        assert kind.fetchone() == ("MULTIPOLYGON", 4326)
        count = connection.execute("SELECT count(*) FROM suitability_v1 WHERE crop = 'rice'")
        assert count.fetchone() == (4,)


def test_a_failed_write_leaves_no_table(dsn, postgres_home, monkeypatch):
    home = PostGis(postgres_home)
    monkeypatch.setattr("soilinfo.store.postgis_writer._create_view", fail)
    with pytest.raises(RuntimeError):
        home.write("suitability", "v1", suitability(), id_field="id", shape_field="code")
    assert rows(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'soilinfo_vector'") == [
        ("collection",)
    ]
    assert list(home.on_disk()) == []


def fail(*_):
    raise RuntimeError("half way")


def test_a_database_that_does_not_answer_is_reported_without_its_password(tmp_path):
    db = "postgresql://soilinfo:hemmelig@127.0.0.1:1/none?connect_timeout=1"
    settings = Settings(store=tmp_path, db=db)
    assert "hemmelig" not in repr(settings)
    with pytest.raises(StoreError, match="the database does not answer") as caught:
        Postgres(db, patience=1.0)
    assert "hemmelig" not in str(caught.value)


def test_a_database_that_goes_away_is_reported_without_sql(dsn, postgres_home):
    home = PostGis(postgres_home)
    home.write("regency", "v1", regencies(), id_field="code")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE soilinfo_vector.regency_v1")
    with pytest.raises(StoreError) as caught:
        home.features("regency", "v1", Query())
    assert str(caught.value) == "the database refused (UndefinedTable)"


def test_a_value_the_database_cannot_hold_is_the_clients_mistake(postgres_home):
    home = PostGis(postgres_home)
    home.write("regency", "v1", regencies(), id_field="code")
    with pytest.raises(InputError, match="cannot use a value"):
        home.features("regency", "v1", where("people * 1e300 * 1e300 > 0"))


def test_what_takes_longer_than_the_limit_is_stopped_and_the_limit_named(postgres_home):
    postgres_home.limit(0.02)
    with pytest.raises(LimitError, match=r"at most 0.02 s for one question.* a smaller bbox"):
        sleep(postgres_home)


def test_a_writer_is_not_limited(postgres_home):
    postgres_home.limit(0.02)
    with postgres_home.writing() as connection:
        connection.execute("SELECT pg_sleep(0.1)")


def sleep(postgres):
    with postgres.reading() as connection:
        connection.execute("SELECT pg_sleep(60)")


def test_a_read_stops_in_the_database_when_its_asker_leaves(dsn, postgres_home):
    left = Cancellation()

    def ask():
        CANCELLATION.set(left)
        with pytest.raises(StoreError, match="who asked has left"):
            sleep(postgres_home)

    asking = threading.Thread(target=copy_context().run, args=(ask,))
    asking.start()
    while not rows(dsn, SLEEPING)[0][0]:
        pass
    left.cancel()
    asking.join()
    assert rows(dsn, SLEEPING) == [(0,)]


SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'"


def test_connections_that_the_database_has_ended_are_replaced_before_they_are_used(dsn, postgres_home):
    home = PostGis(postgres_home)
    home.write("regency", "v1", regencies(), id_field="code")
    rows(dsn, "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert home.count("regency", "v1", Query(ids=("73.08",))) == 1


def test_a_version_that_another_process_removed_is_unknown(dsn, postgres_home):
    home, other = PostGis(postgres_home), PostGis(Postgres(dsn))
    home.write("regency", "v1", regencies(), id_field="code")
    assert home.count("regency", "v1") == 5
    other.remove("regency", "v1")
    other.close()
    with pytest.raises(UnknownNameError, match="regency/v1"):
        home.features("regency", "v1")


def test_writers_in_one_database_follow_one_another(dsn, postgres_home):
    home, other = PostGis(postgres_home), PostGis(Postgres(dsn))
    threads = [
        threading.Thread(target=each.write, args=("regency", name, regencies()), kwargs={"id_field": "code"})
        for name, each in (("v1", home), ("v2", other), ("v3", home))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(home.on_disk()) == [("regency", "v1"), ("regency", "v2"), ("regency", "v3")]
    other.close()


def test_geopandas_reads_a_version_from_postgis(dsn, postgres_home):
    PostGis(postgres_home).write("regency", "v1", regencies(), id_field="code")
    found = rows(dsn, "SELECT ST_AsText(ST_Extent(geom)) FROM soilinfo_vector.regency_v1")[0][0]
    assert gpd.GeoSeries.from_wkt([found]).total_bounds == pytest.approx((119.9, -9, 125.3, -4))


def test_what_is_known_of_a_version_is_told_while_every_connection_is_busy(dsn):
    postgres = Postgres(dsn, patience=1)
    home = PostGis(postgres)
    home.write("regency", "v1", regencies(), id_field="code")
    fields, bounds = home.fields("regency", "v1"), home.bounds("regency", "v1")
    with ExitStack() as busy:
        for _ in range(8):
            busy.enter_context(postgres.reading())
        with pytest.raises(StoreError):
            home.count("regency", "v1")
        assert (home.fields("regency", "v1"), home.bounds("regency", "v1")) == (fields, bounds)
    home.close()


def test_two_who_read_a_version_that_another_process_removed_are_both_told(dsn, postgres_home, monkeypatch):
    home, told, both = PostGis(postgres_home), [], threading.Barrier(2)
    home.write("regency", "v1", regencies(), id_field="code")
    home.count("regency", "v1")
    PostGis(postgres_home).remove("regency", "v1")
    page = Reader.page

    def together(*asked):
        try:
            return page(*asked)
        finally:
            both.wait(10)

    def read():
        try:
            home.page("regency", "v1")
        except UnknownNameError as error:
            told.append(error.name)

    monkeypatch.setattr(Reader, "page", together)
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert told == ["regency/v1"] * 2
