"""What the verbs share: options, the settings they give, the store they open, how they end."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.console import print_report, say
from soilinfo.errors import EXIT_CODES, ConfigError, Fault, InputError, StoreError, UnknownNameError
from soilinfo.jobs.runs.desktop import furnished_by
from soilinfo.jobs.runs.run import RunReport
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration directory", show_default="config")
]
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", help="Directory of cubes, COGs and ledger", show_default="store"),
]
DbOption = Annotated[
    str | None,
    typer.Option("--db", help="postgresql://... for ledger and vectors", show_default="files in the store"),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", help="Language of the document", show_default="the service's first"),
]
TablesOption = Annotated[
    Path,
    typer.Option("-o", "--output", help="Workbook to write (.xlsx), or a directory for a CSV of each table"),
]
AllocationArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Allocation, as `soilinfo allocation list` names it")
]
NoteOption = Annotated[str, typer.Option("--note", help="What is to be known about it; kept in its history")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it", show_default="the user")]
PortOption = Annotated[int | None, typer.Option("--port", help="Port to serve on", show_default="5000")]
UrlOption = Annotated[str | None, typer.Option("--url", help="Public base URL, when behind a proxy")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Server processes")]
JobWorkersOption = Annotated[
    int, typer.Option("--job-workers", min=0, help="Workers for large areas, beside the server")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", help="tcp://HOST:8786 of a Dask cluster that shares the files"),
]
EXIT_CODES_HELP = f"Exit codes: {'; '.join(f'{code}: {means}' for code, means in EXIT_CODES.items())}."


def settings_of(**given: object) -> Settings:
    """The settings: what was given on the command line, else the environment, else the defaults."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise typer.BadParameter(faults) from error
    if settings.db and "://" in settings.db and not settings.db.startswith(("postgresql://", "postgres://")):
        raise typer.BadParameter("the database must be PostgreSQL: postgresql://user@host/database")
    return settings


def numbers(option: str, text: str, count: int) -> list[float]:
    """The numbers of an option, with commas between them."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count:
        raise typer.BadParameter(f"{option} takes {count} numbers with commas between them; given: {text}")
    return found


def finite(number: float) -> float:
    """An option's number; BadParameter for nan and inf."""
    if not isfinite(number):
        raise typer.BadParameter(f"{number} is not a number to reckon with")
    return number


def spoken(catalog: Catalog, language: str | None) -> str:
    """The language to answer in: the service's first, or one of its others that is named.

    UnknownNameError for any other, before any work for it: answers have sentences in the service's alone.
    """
    languages = catalog.services.languages
    if language is not None and language not in languages:
        raise UnknownNameError("language", language, languages)
    return language or languages[0]


def placed(file: Path) -> Path:
    """A file to write, before any work for it; InputError where it is a directory, or lies in none."""
    if file.is_dir():
        raise InputError(f"{file} cannot be written: it is a directory")
    if not file.parent.is_dir():
        raise InputError(f"{file} cannot be written: there is no directory {file.parent}")
    return file


def placed_tables(output: Path) -> Path:
    """A workbook to write, or a directory; BadParameter for another file, InputError as :func:`placed`."""
    if output.suffix not in ("", ".xlsx"):
        raise typer.BadParameter(f"'{output}' is neither a workbook (.xlsx) nor a directory")
    return placed(output) if output.suffix else output


def view_of[View](output: Path, views: Mapping[str, View], what: str) -> View:
    """The view that the ending of a file asks for; InputError, before any work for it, for another ending."""
    view = views.get(output.suffix.lower())
    if view is None:
        raise InputError(f"{what} cannot be written as '{output.name}'; it can as: {', '.join(views)}")
    return view


def write(target: Path, content: bytes, what: str) -> None:
    """Write a file and say what was written where, and its bytes."""
    target.write_bytes(content)
    say(f"{what} written to {target}", file=str(target), bytes=len(content))


@contextmanager
def country_of(*, config: Path | None, store: Path | None, db: str | None) -> Iterator[tuple[Catalog, Store]]:
    """The catalog and the store, which must be there, that the options of a verb name."""
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        yield catalog, home


@contextmanager
def opened(settings: Settings, *, existing: bool = False) -> Iterator[Store]:
    """The store, closed afterwards; with ``existing`` it must be there already."""
    if existing and not settings.store.is_dir():
        raise StoreError(
            f"no store at {settings.store}; name it with --store, or make it with `soilinfo ingest`"
        )
    home = open_store(settings, furnish=furnished_by(settings))
    try:
        yield home
    finally:
        home.close()


def told(faults: Sequence[Fault]) -> int:
    """Tell of the faults of files that the others did not have to wait for; returns the exit code."""
    if not faults:
        return 0
    error = ConfigError(faults)
    print(f"error: {error}", file=sys.stderr)
    return error.exit_code


def finish(report: RunReport) -> None:
    """Show what a run did and end with its exit code."""
    print_report(report)
    raise typer.Exit(report.exit_code)
