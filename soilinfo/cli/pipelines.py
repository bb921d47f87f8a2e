"""Pipelines: what there is, what is due, run them, and have a timer run them."""

import json
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from soilinfo.cli.options import EXIT_CODES_HELP, ConfigOption, DbOption, StoreOption, settings_of, told
from soilinfo.console import display, print_table, say, standing_row
from soilinfo.errors import BusyError, Fault, InputError, UnknownNameError
from soilinfo.jobs.nightly import unattended
from soilinfo.jobs.nightly.pipeline import Pipeline, found
from soilinfo.jobs.nightly.schedule import Standing, standings
from soilinfo.jobs.nightly.timers import CRONTAB, ENVIRONMENT, crontab, systemd
from soilinfo.jobs.runs.history import Histories, Summary
from soilinfo.settings import Settings

verbs = typer.Typer()
pipelines = typer.Typer(
    help=f"Pipelines that run with nobody watching.\n\n{EXIT_CODES_HELP}", no_args_is_help=True
)
verbs.add_typer(pipelines, name="pipelines")


@pipelines.command(name="list")
def show(config: ConfigOption = None, store: StoreOption = None) -> None:
    """Every pipeline: how often it runs, how its last run ended, when it is due."""
    settings = settings_of(config=config, store=store)
    known, faults = found(settings)
    print_table([standing_row(one) for one in _standings(known, settings)])
    raise typer.Exit(told(faults))


@pipelines.command()
def due(config: ConfigOption = None, store: StoreOption = None) -> None:
    """The names of the pipelines that are due, one on each line; nothing when none is."""
    settings = settings_of(config=config, store=store)
    known, faults = found(settings)
    for one in _standings(known, settings):
        if one.due:
            print(one.name)
    raise typer.Exit(told(faults))


@pipelines.command(epilog=EXIT_CODES_HELP)
def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="Pipelines; all of them when none is named")
    ] = None,
    only_due: Annotated[bool, typer.Option("--due", help="Only those that are due; for a timer")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Run pipelines one after the other, and end with the worst exit code.

    A broken file among them does not stop the others.
    """
    settings = settings_of(config=config, store=store, db=db)
    known, faults = found(settings)
    chosen = _chosen(known, names or [*known], faults)
    if only_due:
        chosen = [
            known[one.name] for one in _standings(known, settings) if one.due and known[one.name] in chosen
        ]
    if not chosen:
        say("nothing is due")
    signal.signal(signal.SIGTERM, _stop)
    codes = [_run(pipeline, settings) for pipeline in chosen]
    # Whoever names pipelines has these and no others in mind.
    raise typer.Exit(max([*codes, 0 if names else told(faults)]))


@pipelines.command()
def install(
    systemd_units: Annotated[
        bool, typer.Option("--systemd", help="Write systemd services and timers")
    ] = False,
    cron: Annotated[bool, typer.Option("--cron", help="Write crontab lines")] = False,
    user: Annotated[bool, typer.Option("--user", help="For your own systemd, without root")] = False,
    directory: Annotated[
        Path | None, typer.Option(help="Where to write", show_default="where systemd looks")
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
    named, faults = found(settings)
    files = crontab(settings) if cron else systemd(named.values(), settings, place, user=user)
    if dry_run:
        for name, text in files.items():
            print(f"# {place / name}\n{text}")
        return
    _write(place, files)
    _tell_how_to_enable(place, [*files], cron=cron, user=user)
    raise typer.Exit(told(faults))


def _standings(known: Mapping[str, Pipeline], settings: Settings) -> list[Standing]:
    return standings(known, Histories(settings.store), datetime.now(UTC))


def _chosen(known: Mapping[str, Pipeline], names: list[str], faults: Sequence[Fault]) -> list[Pipeline]:
    """The pipelines named, in order of their files."""
    for name in names:
        if name not in known:
            told(faults)
            raise UnknownNameError("pipeline", name, known)
    return [pipeline for name, pipeline in known.items() if name in names]


def _run(pipeline: Pipeline, settings: Settings) -> int:
    """Run one pipeline and show its summary; one that is running already does not stop the others."""
    try:
        with display() as report:
            summary = unattended.run(pipeline, settings, report)
    except BusyError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    _show(summary)
    return summary.exit_code


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


def _tell_how_to_enable(place: Path, files: list[str], *, cron: bool, user: bool) -> None:
    if cron:
        say(f"to enable: (crontab -l; cat {place / CRONTAB}) | crontab -")
        return
    systemctl = "systemctl --user" if user else "systemctl"
    timers = " ".join(name for name in files if name.endswith(".timer"))
    units = " ".join(str(place.absolute() / name) for name in files if name != ENVIRONMENT)
    # systemd must be told of units that lie where it does not look.
    first = "daemon-reload" if place == _unit_directory(user) else f"link {units}"
    say(f"to enable: {systemctl} {first} && {systemctl} enable --now {timers}")
