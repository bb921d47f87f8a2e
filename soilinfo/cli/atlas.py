"""The atlas: the published maps of a unit, or of the nation, as a PDF to print."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.catalog.names import NATION
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    placed,
    spoken,
    write,
)
from soilinfo.jobs.planning.atlas import DEFAULT_PAPER
from soilinfo.jobs.planning.atlas import atlas as atlas_of

verbs = typer.Typer()


@verbs.command()
def atlas(
    code: Annotated[
        str,
        typer.Argument(help="Code of an administrative unit of any level", show_default="the whole nation"),
    ] = NATION,
    paper: Annotated[str, typer.Option("--paper", help="Size of the paper: A3 or A4")] = DEFAULT_PAPER,
    language: LanguageOption = None,
    themes: Annotated[
        list[str] | None,
        typer.Option(
            "--theme",
            help="Theme of the maps, such as soil or suitability; may be repeated",
            show_default="all that are published",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File to write", show_default="atlas-CODE.LANGUAGE.pdf"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write an atlas (PDF) to print: a sheet for each published map of a unit, or of the nation."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        tongue = spoken(catalog, language)
        target = placed(output or Path(f"atlas-{code}.{tongue}.pdf"))
        snapshot = home.ledger.current()
        content = atlas_of(home, catalog, snapshot, code, tongue, paper=paper, themes=themes or ())
    write(target, content, f"atlas of {code}")
