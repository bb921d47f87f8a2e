"""Pipelines: what there is, what is due, run them, and have a timer run them."""

import json
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, settings_of
from soilinfo.console import print_table, progress, say, standing_row
from soilinfo.errors import BusyError, InputError, UnknownNameError
from soilinfo.jobs import unattended
from soilinfo.jobs.history import Histories, Summary
from soilinfo.jobs.pipeline import Pipeline, found
from soilinfo.jobs.run import Progress, silent
from soilinfo.jobs.schedule import Standing, standings
from soilinfo.jobs.timers import CRONTAB, ENVIRONMENT, crontab, systemd
from soilinfo.settings import Settings

EXIT_CODES = """Exit codes: 0 done; 1 something unexpected, or the run was killed; 2 faults in config/ or in
the command; 3 bad input; 4 a source cannot be read; 5 a layer was blocked (the others were published);
6 store or database not available; 7 running already; 8 the time limit was passed."""

verbs = typer.Typer()
pipelines = typer.Typer(
    help=f"Pipelines that run with nobody watching.\n\n{EXIT_CODES}", no_args_is_help=True
)
verbs.add_typer(pipelines, name="pipelines")


@pipelines.command(name="list")
def show(config: ConfigOption = None, store: StoreOption = None) -> None:
    """Every pipeline: how often it runs, how its last run ended, when it is due."""
    print_table([standing_row(one) for one in _standings(settings_of(config=config, store=store))])


@pipelines.command()
def due(config: ConfigOption = None, store: StoreOption = None) -> None:
    """The names of the pipelines that are due, one on each line; nothing when none is."""
    for one in _standings(settings_of(config=config, store=store)):
        if one.due:
            print(one.name)


@pipelines.command(epilog=EXIT_CODES)
def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="Pipelines; all of them when none is named")
    ] = None,
    only_due: Annotated[bool, typer.Option("--due", help="Only those that are due; for a timer")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Run pipelines one after the other, and end with the worst exit code."""
    settings = settings_of(config=config, store=store, db=db)
    chosen = _chosen(settings, names or [], only_due=only_due)
    if not chosen:
        say("nothing is due")
    signal.signal(signal.SIGTERM, _stop)
    raise typer.Exit(max((_run(pipeline, settings) for pipeline in chosen), default=0))


@pipelines.command()
def install(
    systemd_units: Annotated[
        bool, typer.Option("--systemd", help="Write systemd services and timers")
    ] = False,
    cron: Annotated[bool, typer.Option("--cron", help="Write crontab lines")] = False,
    user: Annotated[bool, typer.Option("--user", help="For your own systemd, without root")] = False,
    directory: Annotated[
        Path | None, typer.Option(help="Where to write [default: where systemd looks]")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the files, without secrets, write none")
    ] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write timers that run the pipelines with the present settings; nothing is enabled before you do it."""
    if systemd_units == cron:
        raise typer.BadParameter("say --systemd or --cron")
    settings = settings_of(config=config, store=store, db=db)
    if dry_run:
        settings = settings.masked()
    place = directory or (Path() if cron else _unit_directory(user))
    named = found(settings)
    files = crontab(settings) if cron else systemd(named.values(), settings, place, user=user)
    if dry_run:
        for name, text in files.items():
            print(f"# {place / name}\n{text}")
        return
    _write(place, files)
    _tell_how_to_enable(place, [*named], cron=cron, user=user)


def _standings(settings: Settings) -> list[Standing]:
    return standings(found(settings), Histories(settings.store), datetime.now(UTC))


def _chosen(settings: Settings, names: list[str], *, only_due: bool) -> list[Pipeline]:
    known = found(settings)
    for name in names:
        if name not in known:
            raise UnknownNameError("pipeline", name, known)
    chosen = set(names or known)
    if only_due:
        chosen &= {one.name for one in _standings(settings) if one.due}
    return [pipeline for name, pipeline in known.items() if name in chosen]


def _run(pipeline: Pipeline, settings: Settings) -> int:
    """Run one pipeline and show its summary; one that is running already does not stop the others."""
    try:
        with _display() as report:
            summary = unattended.run(pipeline, settings, report)
    except BusyError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    _show(summary)
    return summary.exit_code


def _display() -> AbstractContextManager[Progress]:
    """A progress bar for a person; elsewhere the log says it all."""
    return progress() if sys.stdout.isatty() else nullcontext(silent)


def _show(summary: Summary) -> None:
    """How a run ended: one sentence for a person, the whole summary as one JSON line for a program."""
    if sys.stdout.isatty():
        say(summary.sentence)
    else:
        print(json.dumps(summary.document(), ensure_ascii=False), flush=True)


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def _unit_directory(user: bool) -> Path:
    return Path.home() / ".config/systemd/user" if user else Path("/etc/systemd/system")


def _write(place: Path, files: dict[str, str]) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = place / name
            path.touch(mode=0o600 if name in (ENVIRONMENT, CRONTAB) else 0o644)
            path.write_text(text, encoding="utf-8")
            say(f"wrote {path}", file=str(path))
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}; say another --directory") from error


def _tell_how_to_enable(place: Path, names: list[str], *, cron: bool, user: bool) -> None:
    if cron:
        say(f"to enable: (crontab -l; cat {place / CRONTAB}) | crontab -")
        return
    systemctl = "systemctl --user" if user else "systemctl"
    timers = " ".join(f"soilinfo-{name}.timer" for name in names)
    say(f"to enable: {systemctl} daemon-reload && {systemctl} enable --now {timers}")
