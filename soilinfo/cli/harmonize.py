"""Soil profiles: shown as far as their owners allow, and brought to common depths and methods."""

from typing import Annotated

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, finish
from soilinfo.console import progress
from soilinfo.jobs.harmonize import harmonize as harmonize_profiles
from soilinfo.jobs.runs.run import actor

verbs = typer.Typer()


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

    What their owners withhold stays out, and blurred places are told as such.
    """
    with country_of(config=config, store=store, db=db) as (catalog, home), progress() as report:
        done = harmonize_profiles(home, catalog, names or (), actor=actor(), progress=report)
    finish(done)
