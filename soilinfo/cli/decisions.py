"""What people decide about versions: release, pin, prune; and what is kept out until its source changes."""

from collections.abc import Sequence
from typing import Annotated

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, finish, opened, settings_of
from soilinfo.console import print_quarantine, print_table, progress, say
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.ingestion.release import release as release_version
from soilinfo.jobs.runs.retention import prune as prune_store
from soilinfo.jobs.runs.retention import removable, removable_unrecorded
from soilinfo.jobs.runs.run import actor
from soilinfo.settings import Settings
from soilinfo.store.home import Files, Store
from soilinfo.store.ledger import Version

verbs = typer.Typer()

Layer = Annotated[str, typer.Argument(help="Layer or collection")]
What = Annotated[str, typer.Argument(help="Layer or collection, or the number of a snapshot")]
OneVersion = Annotated[str | None, typer.Argument(help="Version; of a layer only")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who decides", show_default="the user")]


@verbs.command()
def release(
    layer: Layer,
    reason: ReasonOption,
    version: Annotated[str | None, typer.Argument(help="Version; the one that waits")] = None,
    together: Annotated[
        list[str] | None, typer.Option("--with", help="Another layer that fits only together with it")
    ] = None,
    by: ByOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Publish a version that waits for a person (`release: on_warning` or `always` in config/)."""
    given, who = _given(reason), by or actor()
    with country_of(config=config, store=store, db=db) as (catalog, home):
        snapshot = release_version(
            home, catalog, layer, version, together=together or (), actor=who, reason=given
        )
    for each in (layer, *(together or ())):
        chosen = snapshot.layers[each]
        say(
            f"snapshot {snapshot.id} serves version {chosen} of '{each}'",
            snapshot=snapshot.id,
            version=chosen,
        )


@verbs.command()
def quarantine(
    layer: Annotated[str | None, typer.Argument(help="Only this layer")] = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Inputs that their checks blocked, and why; looked at again when they, config/ or soilinfo change."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        print_quarantine(home, layer)


@verbs.command()
def pin(
    what: What,
    reason: ReasonOption,
    version: OneVersion = None,
    by: ByOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Keep a version, or every version of a snapshot, for ever."""
    _pin(settings_of(store=store, db=db), what, version, by or actor(), _given(reason), keep=True)


@verbs.command()
def unpin(
    what: What,
    reason: ReasonOption,
    version: OneVersion = None,
    by: ByOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """No longer keep a version, or the versions of a snapshot, for ever."""
    _pin(settings_of(store=store, db=db), what, version, by or actor(), _given(reason), keep=False)


def _pin(settings: Settings, what: str, version: str | None, who: str, reason: str, *, keep: bool) -> None:
    with opened(settings, existing=True) as home, home.lock():
        decide, done = (home.ledger.pin, "pinned") if keep else (home.ledger.unpin, "no longer pinned")
        for layer, each in _named(home, what, version):
            decide(layer, each, actor=who, reason=reason)
            say(f"version {each} of '{layer}' is {done}", layer=layer, version=each)


@verbs.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed")] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Remove the files of versions that nothing has served for `retention.keep_days` (services.yaml)."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        if dry_run:
            _show([*removable(home, catalog), *removable_unrecorded(home, catalog)])
            return
        with progress() as report:
            done = prune_store(home, catalog, actor(), report)
    finish(done)


def _show(old: Sequence[Version | Files]) -> None:
    versions = dict.fromkeys((one.layer, one.version) for one in old)
    print_table([{"layer": layer, "version": version} for layer, version in versions])
    if not old:
        say("no version would be removed")


def _given(reason: str) -> str:
    if not reason.strip():
        raise typer.BadParameter("a decision needs a reason; it is kept in the ledger")
    return reason


def _named(home: Store, what: str, version: str | None) -> list[tuple[str, str]]:
    """(layer, version) of what a person named: one version, or all of a snapshot."""
    if version is not None:
        return [(what, version)]
    if what.isdigit():
        return list(home.ledger.snapshot(int(what)).layers.items())
    versions = [each.version for each in home.ledger.versions(what)]
    if not versions:
        raise UnknownNameError("layer or collection", what, {each.layer for each in home.ledger.versions()})
    raise typer.BadParameter(f"say which version of '{what}'; there are: {', '.join(versions)}")
