"""The overlay on the command line: a file of polygons in, one table out."""

from pathlib import Path
from typing import Annotated

import typer

from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    placed,
    spoken,
)
from soilinfo.console import print_findings, say
from soilinfo.ingest.polygons import read_polygons
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning.overlay import findings_told
from soilinfo.jobs.planning.overlay import overlay as work_out
from soilinfo.jobs.planning.overlay_documents import FORMS, document
from soilinfo.jobs.planning.overlay_themes import ABOUT, Asked

verbs = typer.Typer()

UNBOUNDED = 10**15
"""Cells: whoever runs the program may let it run."""


@verbs.command()
def overlay(
    file: Annotated[
        Path, typer.Argument(help="Zipped shapefile, GeoPackage, GeoJSON or .shp", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", help=f"Table to write: {', '.join(f'.{form}' for form in FORMS)}"),
    ],
    layer: Annotated[str | None, typer.Option("--layer", help="Layer, where the file has several")] = None,
    about: Annotated[
        str, typer.Option("--about", help="What the table is about, with commas between")
    ] = ",".join(ABOUT),
    crops: Annotated[
        list[str] | None,
        typer.Option("--crop", help="Crop; may be repeated", show_default="all that are published"),
    ] = None,
    properties: Annotated[
        list[str] | None,
        typer.Option("--property", help="Layer; may be repeated", show_default="all that are published"),
    ] = None,
    scenario: Annotated[str, typer.Option("--scenario", help="Level of management")] = "actual",
    crs: Annotated[str | None, typer.Option("--crs", help="Of a file that does not tell: EPSG:4326")] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of texts of a shapefile that does not tell")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Say of each of many polygons what every published map holds there: one table, a row for each."""
    form = output.suffix.lower().lstrip(".")
    if form not in FORMS:
        raise typer.BadParameter(f"'{output}' must end in one of: {', '.join(f'.{each}' for each in FORMS)}")
    placed(output)
    asked = Asked.of(
        about=[each.strip() for each in about.split(",")],
        crops=crops,
        properties=properties,
        scenario=scenario,
    )
    with country_of(config=config, store=store, db=db) as (catalog, home):
        told, snapshot = spoken(catalog, language), home.ledger.current()
        offered = read_polygons(file, layer=layer, crs=crs, encoding=encoding)
        answer = work_out(home, catalog, snapshot, offered, asked, Effort(UNBOUNDED))
        output.write_bytes(document(catalog, snapshot, answer, form, told))
    print_findings(findings_told(answer, told))
    rows, omitted = answer["polygons"], answer["omitted"]
    say(
        f"table of {rows:,} polygons ({omitted:,} not measured) written to {output}; snapshot {snapshot.id}",
        file=str(output),
        polygons=rows,
        omitted=omitted,
        snapshot=snapshot.id,
    )
