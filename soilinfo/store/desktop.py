"""What people see who open the database itself: one schema, ``soilinfo_published``, for desktop programs.

Tables of versions come and go, so nobody can keep a map of them. Here every collection of the newest
snapshot, but for those that are held, is a view of its own name; with the views come the styles that QGIS
draws them in (``layer_styles``) and whole projects (``qgis_projects``). All are changed in the transaction
that publishes, so that a desktop never sees half a publication. A view reads by the rights of its owner:
people need no right to anything but this schema.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg.types.json import Jsonb

from soilinfo.catalog.names import is_held
from soilinfo.store.clause import quoted
from soilinfo.store.database import statements
from soilinfo.store.vector import Collection

SCHEMA = "soilinfo_published"
GEOMETRY = "geom"
AUTHOR = "soilinfo"
"""Who QGIS says has saved a project that was written here; descriptions of our styles begin with it."""
LOCK_SECONDS = 5
"""The longest that a publication waits for a desktop that is just reading a view."""

_SQL = statements("desktop")


@dataclass(frozen=True)
class TableStyle:
    """One way to draw a view, as QGIS keeps it."""

    table: str
    name: str
    qml: str
    geometry: Literal["Point", "Line", "Polygon", "No geometry"]
    is_default: bool
    description: str = ""


@dataclass(frozen=True)
class StoredProject:
    """A project within the database; ``content`` is a .qgz."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Furnishing:
    """What stands in the database beside the views."""

    styles: tuple[TableStyle, ...]
    projects: tuple[StoredProject, ...]


Furnisher = Callable[[Mapping[str, str]], Furnishing | None]
"""Published name -> version to what belongs to them; None where it cannot be told, and stays as it is."""


def prepare(connection: psycopg.Connection) -> None:
    """Make the schema and the table of projects, as QGIS would."""
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(_SQL["create_projects"])


def shown(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """The views that are ours, as (published name, version); what else lies in the schema is people's."""
    return set(connection.execute(_SQL["shown"]).fetchall())


def is_behind(connection: psycopg.Connection, layers: Mapping[str, str]) -> bool:
    """Whether views show something else than a snapshot (published name -> version)."""
    return shown(connection) != {(name, layers[name]) for name in _tables_of(connection, layers)}


def show(connection: psycopg.Connection, layers: Mapping[str, str], furnisher: Furnisher | None) -> None:
    """Let the views, styles and projects be those of a snapshot (published name -> version)."""
    # Made first, for it takes its time, and who reads a view waits from the moment it is changed.
    furnishing = furnisher(layers) if furnisher else None
    there, before = _tables_of(connection, layers), dict(shown(connection))
    for name in sorted(before.keys() - there.keys()):
        _drop(connection, name)
    for name, (table, about) in there.items():
        # One that shows it already is left alone, and locks nobody out.
        if before.get(name) != layers[name]:
            _show_view(connection, name, layers[name], table, Collection.from_json(about))
    if furnishing:
        _write_styles(connection, [style for style in furnishing.styles if style.table in there])
        _write_projects(connection, furnishing.projects)


def _tables_of(connection: psycopg.Connection, layers: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Table and description of each collection of a snapshot, without those that are held."""
    rows = connection.execute(_SQL["collections"]).fetchall()
    return {
        name: (table, about)
        for name, version, table, about in rows
        if layers.get(name) == version and not is_held(name)
    }


def _show_view(
    connection: psycopg.Connection, name: str, version: str, table: str, collection: Collection
) -> None:
    """A view of one version's table."""
    view = f"{SCHEMA}.{quoted(name)}"
    # QGIS takes the first column of a view for its key.
    others = [field for field in collection.fields if field != collection.id_field]
    columns = [collection.id_field, *others, GEOMETRY]
    source = f"soilinfo_vector.{quoted(table)}"
    if not _is_alike(connection, view, source, columns):
        _drop(connection, name)
    chosen = ", ".join(map(quoted, columns))
    connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT {chosen} FROM {source}".encode())
    connection.execute(f"COMMENT ON VIEW {view} IS 'version {version}'".encode())


def _is_alike(connection: psycopg.Connection, view: str, source: str, columns: list[str]) -> bool:
    """Whether a view can be replaced where it stands: columns of the same names, types and order."""
    standing = connection.execute(_SQL["columns"], [view]).fetchall()
    types: dict[str, str] = dict(connection.execute(_SQL["columns"], [source]).fetchall())
    return standing == [(column, types[column]) for column in columns]


def _drop(connection: psycopg.Connection, name: str) -> None:
    """What people have built on a view whose columns change, or that is no more, goes with it."""
    connection.execute(f"DROP VIEW IF EXISTS {SCHEMA}.{quoted(name)} CASCADE".encode())


# ---- styles and projects ----------------------------------------------------------------


def _write_styles(connection: psycopg.Connection, styles: list[TableStyle]) -> None:
    """Replace our styles; those that people saved under other names stay, and their default goes first."""
    home = _home_of_styles(connection)
    _make_styles(connection, home)
    names = [style.table for style in styles], [style.name for style in styles]
    connection.execute(_SQL["forget_styles"].format(home=home).encode(), [SCHEMA, f"{AUTHOR}, %", *names])
    add = _SQL["add_style"].format(home=home).encode()
    for style in styles:
        values = {"schema": SCHEMA, "geometry_column": GEOMETRY, **vars(style)}
        connection.execute(add, values | {"description": f"{AUTHOR}, {style.description}"})


def _make_styles(connection: psycopg.Connection, home: str) -> None:
    """The table as QGIS makes it; one that is as it should be is left alone, and locks nobody out."""
    columns: dict[str, str] = dict(connection.execute(_SQL["columns"], [f"{home}.layer_styles"]).fetchall())
    if not columns:
        connection.execute(_SQL["create_styles"].format(home=home).encode())
    elif "type" not in columns:
        connection.execute(_SQL["type_of_styles"].format(home=home).encode())


def _home_of_styles(connection: psycopg.Connection) -> str:
    """The schema of layer_styles: public, where QGIS looks for it, if the table is or can be ours.

    Where it was once found to be our own schema, it stays so.
    """
    row = connection.execute(_SQL["may_style"]).fetchone()
    return "public" if row == (True,) else SCHEMA


def _write_projects(connection: psycopg.Connection, projects: tuple[StoredProject, ...]) -> None:
    """Replace our projects; those that people have saved under other names stay."""
    connection.execute(_SQL["forget_projects"], [AUTHOR, [project.name for project in projects]])
    for project in projects:
        values = (project.name, Jsonb({"last_modified_user": AUTHOR}), project.content)
        connection.execute(_SQL["add_project"], values)
