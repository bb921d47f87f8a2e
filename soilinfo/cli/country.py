"""What a country does: check its configuration, ingest, evaluate, serve; and the demo of all that."""

import json
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from soilinfo.catalog.load import check as check_config
from soilinfo.catalog.load import load
from soilinfo.catalog.schema import schemas
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    JobWorkersOption,
    PortOption,
    SchedulerOption,
    StoreOption,
    UrlOption,
    WorkersOption,
    finish,
    opened,
    settings_of,
)
from soilinfo.console import print_findings, progress, say
from soilinfo.errors import ConfigError, InputError
from soilinfo.jobs.evaluate import evaluate as evaluate_nation
from soilinfo.jobs.ingest import ingest as ingest_sources
from soilinfo.jobs.ingestion.unit_codes import unplaced_criteria
from soilinfo.jobs.nightly.overview import summed_by_layer
from soilinfo.jobs.reporting.statements import lost_statements
from soilinfo.jobs.runs.run import actor
from soilinfo.settings import Settings

verbs = typer.Typer()


@verbs.command()
def check(
    every: Annotated[bool, typer.Option("--all", help="Every finding by itself")] = False,
    config: ConfigOption = None,
) -> None:
    """Check every file of config/ and list all faults at once; then what crops and the report leave open.

    On a terminal what a crop's table leaves open is one line, with --all one for each finding.
    """
    directory = settings_of(config=config).config
    faults, findings = check_config(directory)
    if faults:
        raise ConfigError(faults)
    catalog = load(directory)
    findings = [*findings, *unplaced_criteria(catalog), *lost_statements(catalog)]
    print_findings(findings if every or not sys.stdout.isatty() else summed_by_layer(findings))
    contradictions = sum(finding.severity == "block" for finding in findings)
    state = "criteria contradict themselves" if contradictions else "no faults"
    say(f"{directory}: {state}; {len(findings)} finding(s), {contradictions} of them contradictions")
    raise typer.Exit(ConfigError.exit_code if contradictions else 0)


@verbs.command()
def schema(
    directory: Annotated[Path, typer.Option(help="Where to write them")] = Path("config/.schemas"),
) -> None:
    """Write a JSON Schema for each kind of file in config/, for editors that complete and check YAML."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for section, content in schemas().items():
            text = json.dumps(content, ensure_ascii=False, indent=1)
            (directory / f"{section}.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{error.filename}: {error.strerror}; say another --directory") from error
    say(f"wrote {len(schemas())} schemas to {directory}; config/README.md says how an editor finds them")


@verbs.command()
def ingest(
    names: Annotated[
        list[str] | None, typer.Argument(help="Layers, levels, soil maps, tables; all when none is named")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Ingest layers, administrative levels, soil maps and tables; publish what passes as one snapshot."""
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings) as home, progress() as report:
        catalog = load(settings.config)
        done = ingest_sources(home, catalog, names, actor=actor(), progress=report, scheduler=scheduler)
    finish(done)


@verbs.command()
def evaluate(
    crops: Annotated[
        list[str] | None,
        typer.Argument(
            help="Crops, all of config/crops when none is named; products that a rollback withdrew"
        ),
    ] = None,
    fallback: Annotated[
        list[str] | None,
        typer.Option("--fallback", help="Crop of config/fallback_crops, by criteria not the nation's own"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
    scheduler: SchedulerOption = None,
) -> None:
    """Evaluate land suitability from the published layers, summarise it by unit, and publish the result."""
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings) as home, progress() as report:
        catalog = load(settings.config)
        done = evaluate_nation(
            home,
            catalog,
            crops,
            fallback=fallback or (),
            actor=actor(),
            progress=report,
            scheduler=scheduler,
        )
    finish(done)


@verbs.command()
def serve(
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
    port: PortOption = None,
    url: UrlOption = None,
    workers: WorkersOption = 1,
    job_workers: JobWorkersOption = 1,
) -> None:
    """Serve what is published over OGC APIs; a new publication shows within a second, no restart."""
    settings = settings_of(config=config, store=store, db=db, port=port, url=url)
    serve_country(settings, workers, job_workers)


def serve_country(settings: Settings, workers: int, job_workers: int) -> None:
    """Serve a store until it is stopped, jobs beside it; BadParameter for a port in use."""
    # The web server takes a second to import, which the other verbs need not pay.
    from soilinfo.serve.app import serve as serve_store
    from soilinfo.serve.workers import workers as beside

    _refuse_taken_port(settings)
    _print_addresses(settings)
    with beside(settings, job_workers):
        serve_store(settings, workers)


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"port {settings.port} of {settings.host}"
            raise typer.BadParameter(
                f"{where} cannot be used ({error.strerror}); give another --port"
            ) from error


def _print_addresses(settings: Settings) -> None:
    base = settings.url or f"http://{settings.host}:{settings.port}"
    catalog = load(settings.config)
    levels = [*catalog.levels][:2][-1:]  # none, of a host of a region that is no country itself
    for what, path in (
        ("landing page", "/"),
        ("map", "/map"),
        *((f"{level} as GeoJSON", f"/collections/{level}/items?f=json&limit=10") for level in levels),
        ("QGIS project", f"/qgis/{catalog.country.id}.qgs"),
        *([("country reports", "/reports")] if catalog.report else []),
        *([("the region", "/region")] if catalog.region else []),
    ):
        print(f"{what:<24} {base}{path}", flush=True)
    print(f"{'(stop with Ctrl-C)':<24} process {os.getpid()}", flush=True)
