"""Documents for people: the fact sheet of a unit, the tables of a level."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.cli.options import (
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
from soilinfo.jobs.planning.factsheet import fact_sheet
from soilinfo.jobs.planning.level_tables import tables_of, write_workbook
from soilinfo.jobs.runs.csv_files import write_csv

verbs = typer.Typer()


@verbs.command()
def factsheet(
    code: Annotated[str, typer.Argument(help="Code of an administrative unit of any level")],
    language: LanguageOption = None,
    crops: Annotated[
        list[str] | None,
        typer.Option(
            "--crop",
            help="Crop whose reasons are told; may be repeated",
            show_default="best suited and widest planted",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write", show_default="CODE.LANGUAGE.pdf")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write the one-page fact sheet (PDF) of an administrative unit: map, table of crops, reasons."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        spoken = language or catalog.services.languages[0]
        target = placed(output or Path(f"{code}.{spoken}.pdf"))
        content = fact_sheet(home, catalog, home.ledger.current(), code, spoken, crops or ())
    write(target, content, f"fact sheet of {code}")


@verbs.command()
def tables(
    level: Annotated[str, typer.Option("--level", help="Administrative level, such as regencies")],
    output: TablesOption,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write every published table by the units of a level, with headings, units and versions."""
    placed_tables(output)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        spoken = language or catalog.services.languages[0]
        snapshot = home.ledger.current()
        sheets = tables_of(home, catalog, snapshot, level, spoken)
    if output.suffix:
        output.write_bytes(write_workbook(catalog, snapshot, sheets, spoken))
    else:
        write_csv(sheets, output)
    say(f"{len(sheets)} tables of {level} written to {output}", file=str(output), tables=len(sheets))
