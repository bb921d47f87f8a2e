"""Layers as the Global Soil Partnership exchanges them: write a product, check one, take one in."""

from pathlib import Path
from typing import Annotated, cast

import typer

from soilinfo.catalog.gsp import CODINGS, Coding
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of, numbers
from soilinfo.console import say
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.gsp.export import Asked
from soilinfo.jobs.gsp.export import export as exported

verbs = typer.Typer()
gsp = typer.Typer(
    help="Products of the Global Soil Partnership (GSOCmap, GSNmap, GSASmap, GSOCseq, GBSmap): "
    "export, check, import.",
    no_args_is_help=True,
)
verbs.add_typer(gsp, name="gsp")


@gsp.command()
def export(
    product: Annotated[str, typer.Argument(help="Product of config/gsp, such as gsnmap")],
    to: Annotated[Path, typer.Option("--to", help="Directory to write, empty or not there")],
    depth: Annotated[
        list[str] | None,
        typer.Option("--depth", help="0-30, in cm; may be repeated", show_default="the product's"),
    ] = None,
    coding: Annotated[str, typer.Option("--coding", help=f"Names of files: {', '.join(CODINGS)}")] = "gsp",
    year: Annotated[
        int | None, typer.Option("--year", help="Year in names", show_default="that of the layers")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write a product from the published layers: rasters, uncertainties, records, list of files.

    What the country has no layer for is left out and named.
    """
    if coding not in CODINGS:
        raise UnknownNameError("coding", coding, CODINGS)
    asked = Asked(product, cast("Coding", coding), tuple(map(_depth, depth or ())), year)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        made = exported(home, catalog, asked, to)
    for one in made.left_out:
        top, bottom = one["depth"]
        say(f"left out: {one['map']} {top:g}-{bottom:g} cm, {one['statistic']}: {one['reason']}", **one)
    say(f"{product}: {len(made.files)} map(s) written to {to}", files=len(made.files), directory=str(to))


def _depth(text: str) -> tuple[float, float]:
    top, bottom = numbers("--depth", text.replace("-", ","), 2)
    if not 0 <= top < bottom:
        raise typer.BadParameter(f"--depth {text}: top and bottom in cm, top first")
    return top, bottom
