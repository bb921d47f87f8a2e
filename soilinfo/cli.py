"""The command line: parse, call, print. Every verb is a few lines over :mod:`soilinfo.jobs`."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from soilinfo.catalog.load import check as check_config
from soilinfo.catalog.load import load
from soilinfo.console import (
    print_findings,
    print_report,
    print_snapshot,
    print_table,
    progress,
    say,
    snapshot_rows,
    version_rows,
)
from soilinfo.errors import ConfigError, SoilinfoError, StoreError
from soilinfo.jobs.evaluate import evaluate as evaluate_nation
from soilinfo.jobs.freshness import blocked_layers, stale_results
from soilinfo.jobs.ingest import ingest as ingest_sources
from soilinfo.jobs.run import Event, RunReport, actor
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store

app = typer.Typer(
    help="soilinfo: a national soil information system.\n\n"
    "Try `soilinfo demo`: it builds a sample nation and serves it. For your own country write config/ "
    "(see config/README.md), then run `soilinfo check`, `ingest`, `evaluate` and `serve`, in this order.\n\n"
    "Every option can also be given as an environment variable: SOILINFO_CONFIG, SOILINFO_STORE, "
    "SOILINFO_DB, SOILINFO_URL, PORT.",
    epilog="Exit codes: 0 done; 2 faults in config/ or in the command; 3 bad input; 5 a layer was blocked "
    "by a check or its source cannot be read (the others were published); 6 store or database not available.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
err = Console(stderr=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="Configuration directory [default: config]")
]
StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Directory of cubes, COGs and ledger [default: store]")
]
DbOption = Annotated[
    str | None,
    typer.Option("--db", help="postgresql://... for ledger and vectors [default: files in the store]"),
]
PortOption = Annotated[int | None, typer.Option("--port", help="Port to serve on [default: 5000]")]
UrlOption = Annotated[str | None, typer.Option("--url", help="Public base URL, when behind a proxy")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Server processes")]


def main() -> None:
    """Run the command line; an expected error is one clear line and its own exit code."""
    try:
        app()
    except SoilinfoError as error:
        err.print("[bold red]error:[/] ", end="")
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)


def _settings(**given: object) -> Settings:
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise typer.BadParameter(faults) from error
    if settings.db and "://" in settings.db and not settings.db.startswith(("postgresql://", "postgres://")):
        raise typer.BadParameter("the database must be PostgreSQL: postgresql://user@host/database")
    return settings


# ---- what a country does ----------------------------------------------------------------


@app.command()
def check(config: ConfigOption = None) -> None:
    """Check every file of config/ and list all faults at once; then what the criteria tables leave open."""
    directory = _settings(config=config).config
    faults, findings = check_config(directory)
    if faults:
        raise ConfigError(faults)
    print_findings(findings)
    contradictions = sum(finding.severity == "block" for finding in findings)
    say(f"{directory}: no faults; {len(findings)} finding(s), {contradictions} of them contradictions")
    raise typer.Exit(ConfigError.exit_code if contradictions else 0)


@app.command()
def ingest(
    names: Annotated[
        list[str] | None, typer.Argument(help="Layers or levels; all of them when none is named")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Ingest rasters and administrative units, check them, and publish what passed as one snapshot."""
    settings = _settings(config=config, store=store, db=db)
    with _opened(settings) as home, progress() as report:
        done = ingest_sources(home, load(settings.config), names, actor=actor(), progress=report)
    _finish(done)


@app.command()
def evaluate(
    crops: Annotated[
        list[str] | None, typer.Argument(help="Crops; all of config/crops when none is named")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Evaluate land suitability from the published layers, summarise it by unit, and publish the result."""
    settings = _settings(config=config, store=store, db=db)
    with _opened(settings) as home, progress() as report:
        done = evaluate_nation(home, load(settings.config), crops, actor=actor(), progress=report)
    _finish(done)


@app.command()
def serve(
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
    port: PortOption = None,
    url: UrlOption = None,
    workers: WorkersOption = 1,
) -> None:
    """Serve what is published over OGC APIs; a new publication shows within a second, no restart."""
    settings = _settings(config=config, store=store, db=db, port=port, url=url)
    _serve(settings, workers)


@app.command()
def demo(
    store: StoreOption = None,
    db: DbOption = None,
    port: PortOption = None,
    url: UrlOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build and publish only")] = False,
) -> None:
    """Build the synthetic sample nation, ingest and evaluate it, and serve it on http://127.0.0.1:5000."""
    from soilinfo.sample.build import build as build_sample

    settings = _settings(store=store, db=db, port=port, url=url)
    data = settings.config.parent / "data" / "sample"
    with progress() as report:
        build_sample(
            data, progress=lambda name, done, total: report(Event("build", name, "written", done, total))
        )
    catalog = load(settings.config)
    with _opened(settings) as home, progress() as report:
        ingested = ingest_sources(home, catalog, None, actor=actor(), progress=report)
        evaluated = evaluate_nation(home, catalog, None, actor=actor(), progress=report)
    print_report(ingested)
    print_report(evaluated)
    if not no_serve:
        _serve(settings, 1)


# ---- what is published ------------------------------------------------------------------


@app.command()
def status(store: StoreOption = None, db: DbOption = None) -> None:
    """What is published, how old it is, and what the last run blocked and why."""
    with _opened(_settings(store=store, db=db), existing=True) as home:
        snapshot = home.ledger.current()
        if not snapshot.id:
            say("nothing is published yet; run `soilinfo ingest`")
            return
        print_snapshot(home)
        print_findings([*blocked_layers(home), *stale_results(home, snapshot)])


@app.command()
def history(
    layer: Annotated[str | None, typer.Argument(help="Only the versions of this layer or collection")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show, newest first")] = 20,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Snapshots, newest first; or the versions of one layer."""
    with _opened(_settings(store=store, db=db), existing=True) as home:
        print_table(version_rows(home, layer, limit) if layer else snapshot_rows(home, limit))


@app.command()
def rollback(
    snapshot: Annotated[int, typer.Argument(help="Snapshot whose layers shall be served again")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger")],
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Serve an earlier snapshot again, as a new snapshot; nothing is deleted."""
    if not reason.strip():
        raise typer.BadParameter("a rollback needs a reason; it is kept in the ledger")
    with _opened(_settings(store=store, db=db), existing=True) as home, home.lock():
        new = home.ledger.rollback(snapshot, actor=actor(), reason=reason)
    say(f"snapshot {new.id} now serves the layers of snapshot {snapshot}", snapshot=new.id)


def _serve(settings: Settings, workers: int) -> None:
    # The web server takes a second to import, which the other verbs need not pay.
    from soilinfo.serve.app import serve as serve_store

    _refuse_taken_port(settings)
    _print_addresses(settings)
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


@contextmanager
def _opened(settings: Settings, *, existing: bool = False) -> Iterator[Store]:
    """The store, closed afterwards; with ``existing`` it must be there already."""
    if existing and not settings.store.is_dir():
        raise StoreError(
            f"no store at {settings.store}; name it with --store, or make it with `soilinfo ingest`"
        )
    home = open_store(settings)
    try:
        yield home
    finally:
        home.close()


def _finish(report: RunReport) -> None:
    print_report(report)
    raise typer.Exit(report.exit_code)


def _print_addresses(settings: Settings) -> None:
    base = settings.url or f"http://{settings.host}:{settings.port}"
    catalog = load(settings.config)
    level = [*catalog.levels][:2][-1]
    for what, path in (
        ("landing page", "/"),
        ("map", "/map"),
        (f"{level} as GeoJSON", f"/collections/{level}/items?f=json&limit=10"),
        ("QGIS project", f"/qgis/{catalog.country.id}.qgs"),
    ):
        print(f"{what:<24} {base}{path}", flush=True)
    print(f"{'(stop with Ctrl-C)':<24} process {os.getpid()}", flush=True)


if __name__ == "__main__":
    main()
