"""What is published: look at it, and take it back."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, opened, settings_of, told
from soilinfo.console import (
    deed_rows,
    group_row,
    layer_row,
    print_findings,
    print_snapshot,
    print_table,
    say,
    snapshot_rows,
    standing_row,
    version_rows,
)
from soilinfo.jobs.ingestion.meaning import misread
from soilinfo.jobs.nightly.overview import alarm, condensed, first_published, groups, held_layers, published
from soilinfo.jobs.nightly.pipeline import found
from soilinfo.jobs.nightly.schedule import standings
from soilinfo.jobs.rollback import roll_back
from soilinfo.jobs.runs.freshness import blocked_layers, stale_results, waiting_layers
from soilinfo.jobs.runs.history import Histories
from soilinfo.jobs.runs.run import actor

verbs = typer.Typer()


@verbs.command()
def status(
    every_layer: Annotated[bool, typer.Option("--all", help="Every layer and finding by itself")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="End with an exit code that tells a monitor of trouble")
    ] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """What is published, how old it is, what is due or running; what is blocked, held back, waiting or
    stale."""
    settings = settings_of(config=config, store=store, db=db)
    (pipelines, faults), histories = found(settings), Histories(settings.store)
    with opened(settings, existing=True) as home:
        snapshot, now = home.ledger.current(), datetime.now(UTC)
        layers = published(home, histories.all(), pipelines)
        findings = [
            *blocked_layers(home),
            *held_layers(home),
            *waiting_layers(home),
            *stale_results(home, snapshot),
        ]
        since = first_published(home)
    if snapshot.id:
        print_snapshot(snapshot)
    else:
        say("nothing is published yet; run `soilinfo ingest`")
    print_table([layer_row(one, now) for one in layers] if every_layer else [*map(group_row, groups(layers))])
    stand = standings(pipelines, histories, now, since)
    print_table([standing_row(one) for one in stand])
    print_findings(findings if every_layer else condensed(findings))
    code = alarm(stand, findings, empty=not snapshot.id) if check else 0
    raise typer.Exit(max(code, told(faults)))


@verbs.command()
def history(
    layer: Annotated[str | None, typer.Argument(help="What happened to this layer or collection")] = None,
    versions: Annotated[
        bool, typer.Option("--versions", help="Every version of the layer, with its source")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show, newest first")] = 20,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Every snapshot; or the deeds to one layer: who published, released, withdrew or pinned it, and why."""
    if versions and layer is None:
        raise typer.BadParameter("--versions needs a layer")
    with opened(settings_of(store=store, db=db), existing=True) as home:
        if layer is None:
            print_table(snapshot_rows(home, limit))
        else:
            print_table((version_rows if versions else deed_rows)(home, layer, limit))


@verbs.command()
def rollback(
    snapshot: Annotated[int, typer.Argument(help="Snapshot whose layers shall be served again")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Serve an earlier snapshot again, as a new snapshot; nothing is deleted. Tells which of its layers
    config/ describes otherwise by now, as they are not served, and which collections of soil profiles stay
    as they are, as their owners allow less by now."""
    if not reason.strip():
        raise typer.BadParameter("a rollback needs a reason; it is kept in the ledger")
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings, existing=True) as home:
        new, stayed = roll_back(home, settings.config, snapshot, actor=actor(), reason=reason)
        say(f"snapshot {new.id} now serves the layers of snapshot {snapshot}", snapshot=new.id)
        # Last, as a fault of config must not stand in the way of a rollback.
        print_findings(stayed)
        print_findings(misread(home, load(settings.config), new))
