"""Soil profiles: shown as far as their owners allow, and brought to common depths and methods."""

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from soilinfo.catalog.names import HARMONIZED
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, finish
from soilinfo.console import out, progress
from soilinfo.jobs.harmonize import harmonize as harmonize_profiles
from soilinfo.jobs.runs.run import actor
from soilinfo.store.home import Store

verbs = typer.Typer()

STATES = ("known", "partly", "unsampled", "bedrock", "refused")
"""States of harmonized values, in the order they are counted in."""


@verbs.command()
def harmonize(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Collections of profiles to publish even though a rollback withdrew them"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Publish the soil profiles ingested: as observed, and harmonized to common depths and methods.

    What their owners withhold stays out, and blurred places are told as such. Then how many values of each
    property are known at the common depths, and which equations led to them.
    """
    with country_of(config=config, store=store, db=db) as (catalog, home):
        with progress() as report:
            done = harmonize_profiles(home, catalog, names or (), actor=actor(), progress=report)
        if told := _summary(home):
            _show(told)
    finish(done)


def _summary(home: Store) -> Mapping[str, Any]:
    """What is told of the harmonized table that is served; nothing where there is none."""
    served = home.ledger.current().layers.get(HARMONIZED)
    version = home.ledger.version(HARMONIZED, served) if served else None
    return version.metadata if version else {}


def _show(told: Mapping[str, Any]) -> None:
    if not sys.stdout.isatty():
        print(json.dumps({HARMONIZED: told}, ensure_ascii=False), flush=True)
        return
    states = Table("property", *STATES)
    for name, counts in told["states"].items():
        states.add_row(name, *(f"{counts.get(state, 0):,}" for state in STATES))
    out.print(states)
    for way, count in told["conversions"].items():
        out.print(f"{count:>8,}  {way}", markup=False)
