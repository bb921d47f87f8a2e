"""Documents of an allocation: the workbook of its decree, its tables, the sheet of a unit."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.cli.options import (
    AllocationArgument,
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    TablesOption,
    country_of,
    placed,
    placed_tables,
    write,
)
from soilinfo.console import say
from soilinfo.jobs.subsidy import outputs

verbs = typer.Typer()


@verbs.command()
def export(
    id_: AllocationArgument,
    output: TablesOption,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write the workbook behind a decree: levels with totals, months, reasons, room for signatures."""
    placed_tables(output)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        files = outputs.export(home, catalog, id_, output, language or catalog.services.languages[0])
    say(f"allocation {id_} written to {output}", files=[str(file) for file in files])


@verbs.command()
def sheet(
    id_: AllocationArgument,
    code: Annotated[str, typer.Argument(help="Code of a unit of any level of the allocation")],
    language: LanguageOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File to write", show_default="ID.CODE.LANGUAGE.pdf"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write what a unit and its parts get, and why (PDF)."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        spoken = language or catalog.services.languages[0]
        target = placed(output or Path(f"{id_}.{code}.{spoken}.pdf"))
        content = outputs.sheet(home, catalog, id_, code, spoken)
    write(target, content, f"sheet of {code} in {id_}")
