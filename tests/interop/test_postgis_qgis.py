"""A desktop on the database itself: tables of stable names draw themselves, and the stored project opens."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from soilinfo.catalog.load import load
from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.styles import style_of_suitability
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.desktop import furnished_by
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests.country import write_country
from tests.interop.conftest import CLIENT_SECONDS, clean_environment, program

SCRIPT = Path(__file__).with_name("qgis_postgis.py")
SYSTEM_PYTHON = "/usr/bin/python3"
READER = "planner"
CONFIG = Path(__file__).parents[2] / "config"
Open = Callable[..., dict[str, Any]]


@pytest.fixture
def store(dsn: str, tmp_path: Path) -> Iterator[Store]:
    """The small nation with its vectors in PostGIS."""
    settings = Settings(store=tmp_path / "store", config=write_country(tmp_path), db=dsn)
    opened = open_store(settings, furnish=furnished_by(settings))
    catalog = load(settings.config)
    ingest(opened, catalog, actor="tests", progress=silent)
    evaluate(opened, catalog, ["maize"], actor="tests", progress=silent)
    yield opened
    opened.close()


@pytest.fixture
def reader(store: Store, dsn: str) -> Iterator[str]:
    """A role that may only read what is made for people."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        _admit(connection)
        yield READER
        connection.execute(f"DROP OWNED BY {READER}; DROP ROLE {READER}")


def _admit(connection: psycopg.Connection) -> None:
    """The role as docs/postgis.md makes it."""
    connection.execute(
        f"""CREATE ROLE {READER} LOGIN;
        GRANT USAGE ON SCHEMA soilinfo_published TO {READER};
        GRANT SELECT ON ALL TABLES IN SCHEMA soilinfo_published TO {READER};
        ALTER DEFAULT PRIVILEGES IN SCHEMA soilinfo_published GRANT SELECT ON TABLES TO {READER};
        GRANT SELECT ON public.layer_styles TO {READER}"""
    )


@pytest.fixture
def opened(reader: str, dsn: str, tmp_path: Path) -> Open:
    """Opens a project and tables in QGIS, through a service file as people have one."""
    program("qgis", "qgis")
    info = psycopg.conninfo.conninfo_to_dict(dsn)
    service = tmp_path / "pg_service.conf"
    lines = {"host": info["host"], "port": info["port"], "dbname": info["dbname"], "user": reader}
    service.write_text("\n".join(["[soilinfo]", *(f"{key}={value}" for key, value in lines.items())]))
    environment = clean_environment(tmp_path) | {"PGSERVICEFILE": str(service)}

    def run(*arguments: str) -> dict[str, Any]:
        command = [SYSTEM_PYTHON, str(SCRIPT), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=CLIENT_SECONDS, env=environment
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def source(table: str, key: str = "code") -> str:
    """What QGIS makes of a view that a person picks in its browser."""
    place = f'table="soilinfo_published"."{table}" (geom)'
    return f"service='soilinfo' key='{key}' srid=4326 type=MultiPolygon {place}"


def project(name: str) -> str:
    return f"postgresql:?service=soilinfo&schema=soilinfo_published&project={name}"


def test_tables_draw_themselves_and_the_stored_project_opens(store: Store, dsn: str, opened: Open):
    classes = source("suitability_by_regencies", "id")
    report = opened(project("testland-id"), classes, source("regencies"))
    assert report["read"], report["error"]
    assert report["title"] == "Negara uji", "the project of the language asked for"
    assert all(layer["valid"] for layer in report["layers"]), report["layers"]
    published = store.ledger.current().layers
    drawable = {name for name, _ in store.vector.on_disk() if _has_places(store, name, published[name])}
    assert {layer["id"].removeprefix("soilinfo_") for layer in report["layers"]} >= drawable
    assert all(layer["lines"] for layer in report["layers"]), "each with a legend"

    by_class, outlines = report["tables"]
    assert by_class["loaded"], by_class["message"]
    assert outlines["loaded"], outlines["message"]
    colours = {entry.label["en"]: entry.colour for entry in style_of_suitability(load(CONFIG)).entries}
    assert colours.items() <= by_class["lines"].items(), "the classes of every map, in its colours"
    assert by_class["features"] == 4 * len(SCENARIOS), "the view has every row"
    assert sum(by_class["drawn"].values()) == 4, "and of each regency one is drawn"
    assert by_class["aliases"]["s1_pct"], "columns have headings"
    assert outlines["labelled"], "outlines have names"
    (layer,) = (one for one in report["layers"] if one["id"] == "soilinfo_suitability_by_regencies")
    assert layer["features"] == 4, "the project asks the database for the rows that it draws"
    assert layer["drawn"] == by_class["drawn"]

    _keep_styles_apart(dsn)
    (again,) = opened(project("testland-en"), classes)["tables"]
    assert again["lines"] == by_class["lines"], "styles are found in soilinfo's own schema, too"


def _keep_styles_apart(dsn: str) -> None:
    """Where soilinfo may not write to public, by docs/postgis.md; another's table of styles lies there."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE public.layer_styles SET SCHEMA soilinfo_published")
        connection.execute(
            "CREATE TABLE public.layer_styles AS TABLE soilinfo_published.layer_styles WITH NO DATA"
        )
        connection.execute(f"ALTER ROLE {READER} SET search_path = soilinfo_published, public")


def _has_places(store: Store, name: str, version: str) -> bool:
    return store.vector.description(name, version).bounds is not None
