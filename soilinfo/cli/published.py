"""What is published: look at it, and take it back."""

from typing import Annotated

import typer

from soilinfo.cli.options import DbOption, StoreOption, opened, settings_of
from soilinfo.console import print_findings, print_snapshot, print_table, say, snapshot_rows, version_rows
from soilinfo.jobs.freshness import blocked_layers, stale_results
from soilinfo.jobs.run import actor

verbs = typer.Typer()


@verbs.command()
def status(store: StoreOption = None, db: DbOption = None) -> None:
    """What is published, how old it is, and what the last run blocked and why."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        snapshot = home.ledger.current()
        if not snapshot.id:
            say("nothing is published yet; run `soilinfo ingest`")
            return
        print_snapshot(home)
        print_findings([*blocked_layers(home), *stale_results(home, snapshot)])


@verbs.command()
def history(
    layer: Annotated[str | None, typer.Argument(help="Only the versions of this layer or collection")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many to show, newest first")] = 20,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Snapshots, newest first; or the versions of one layer."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        print_table(version_rows(home, layer, limit) if layer else snapshot_rows(home, limit))


@verbs.command()
def rollback(
    snapshot: Annotated[int, typer.Argument(help="Snapshot whose layers shall be served again")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the ledger")],
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Serve an earlier snapshot again, as a new snapshot; nothing is deleted."""
    if not reason.strip():
        raise typer.BadParameter("a rollback needs a reason; it is kept in the ledger")
    with opened(settings_of(store=store, db=db), existing=True) as home, home.lock():
        new = home.ledger.rollback(snapshot, actor=actor(), reason=reason)
    say(f"snapshot {new.id} now serves the layers of snapshot {snapshot}", snapshot=new.id)
