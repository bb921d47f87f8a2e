"""The pack of an administrative unit for the field."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, placed
from soilinfo.console import display, say
from soilinfo.jobs.pack.pack import asked, write_pack
from soilinfo.jobs.runs.run import Event
from soilinfo.report.pack.contents import PACK_THEMES

verbs = typer.Typer()
STEPS = 100


@verbs.command()
def pack(
    code: Annotated[str, typer.Argument(help="Code of an administrative unit of any level")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write", show_default="CODE.zip")
    ] = None,
    languages: Annotated[
        list[str] | None,
        typer.Option("--language", help="Language; may be repeated", show_default="those of the service"),
    ] = None,
    themes: Annotated[
        list[str] | None,
        typer.Option("--theme", help=f"One of {', '.join(PACK_THEMES)}; may be repeated", show_default="all"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write everything published about an administrative unit into one zip for work without a network."""
    with country_of(config=config, store=store, db=db) as (catalog, home), display() as report:
        wanted = asked(catalog, code, languages or (), themes or ())
        target = placed(output or Path(f"{code}.zip"))

        def advance(share: float) -> None:
            report(Event("pack", code, "written", int(share * STEPS), STEPS))

        done = write_pack(home, catalog, home.ledger.current(), wanted, target, advance)
    size = f"{done.bytes / 1e6:,.1f} MB"
    told = f"pack of {code} written to {target}: {done.files} files, {size}"
    say(told, file=str(target), bytes=done.bytes, files=done.files, rasters=done.rasters)
