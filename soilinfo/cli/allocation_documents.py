"""Documents of an allocation: the workbook of its decree, its tables, the sheet of a unit."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.documents import LanguageOption
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, opened, placed, settings_of
from soilinfo.console import say
from soilinfo.jobs.subsidy import outputs

verbs = typer.Typer()

IdArgument = Annotated[str, typer.Argument(help="Allocation, as `soilinfo allocation list` names it")]


@verbs.command()
def export(
    id: IdArgument,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", help="Workbook to write (.xlsx), or a directory for a CSV of each level"
        ),
    ],
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write the workbook behind a decree: levels with totals, months, reasons, room for signatures."""
    if output.suffix not in ("", ".xlsx"):
        raise typer.BadParameter(f"'{output}' is neither a workbook (.xlsx) nor a directory")
    if output.suffix:
        placed(output)
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        files = outputs.export(home, catalog, id, output, language or catalog.services.languages[0])
    say(f"allocation {id} written to {output}", files=[str(file) for file in files])


@verbs.command()
def sheet(
    id: IdArgument,
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
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    spoken = language or catalog.services.languages[0]
    target = placed(output or Path(f"{id}.{code}.{spoken}.pdf"))
    with opened(settings, existing=True) as home:
        content = outputs.sheet(home, catalog, id, code, spoken)
    target.write_bytes(content)
    say(f"sheet of {code} in {id} written to {target}", file=str(target), bytes=len(content))
