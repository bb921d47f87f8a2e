"""Why land suits a crop, on the command line."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    numbers,
    spoken,
)
from soilinfo.console import print_table, say
from soilinfo.errors import InputError
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning.area import Answer
from soilinfo.jobs.planning.explain import explain as ask
from soilinfo.report.explanation import band_of, value_of
from soilinfo.report.phrases import Phrases

verbs = typer.Typer()


@verbs.command("explain")
def explain(
    crop: Annotated[str, typer.Argument(help="Crop of config/crops")],
    at: Annotated[str | None, typer.Option("--at", help="LON,LAT of a point")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Code of an administrative unit, or: nation")
    ] = None,
    bbox: Annotated[str | None, typer.Option("--bbox", help="WEST,SOUTH,EAST,NORTH in degrees")] = None,
    polygon: Annotated[
        Path | None, typer.Option("--polygon", help="GeoJSON file of a polygon or of one feature")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Say why land suits a crop, what would help and how sure that is: of the nation, or of an area."""
    given = {"--at": at, "--region": region, "--bbox": bbox, "--polygon": polygon}
    if sum(value is not None for value in given.values()) > 1:
        raise typer.BadParameter(f"give at most one of {', '.join(given)}")
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        answer = ask(
            home,
            catalog,
            home.ledger.current(),
            crop=crop,
            area=_area(at, region, bbox, polygon),
            effort=Effort(catalog.grid.window.cells),
        )
    _show(phrases, answer)


def _area(at: str | None, region: str | None, bbox: str | None, polygon: Path | None) -> dict[str, Any]:
    """The area as the processes take it; empty for the nation."""
    if at is not None:
        return {"geometry": {"type": "Point", "coordinates": numbers("--at", at, 2)}}
    if bbox is not None:
        return {"bbox": numbers("--bbox", bbox, 4)}
    if polygon is not None:
        try:
            return {"geometry": json.loads(polygon.read_text("utf-8"))}
        except (OSError, ValueError) as error:
            raise InputError(f"{polygon} cannot be read as GeoJSON: {error}") from error
    return {"region": region} if region is not None else {}


def _show(phrases: Phrases, answer: Answer) -> None:
    say(answer["sentence"][phrases.language], **answer)
    for row in answer["classes"]:
        causes = [
            {
                "class": row["class"],
                "ha": f"{row['ha']:.0f}",
                "quality": quality["quality"],
                "characteristic": one["characteristic"],
                "on ha": f"{one['ha']:.0f}",
                "value": value_of(phrases, one),
                "asked": f"{one['better']}: {band_of(phrases, one)}" if one["better"] else "",
                "layer": f"{one['layer']} {one['version']}",
            }
            for quality in row["limiting"]
            for one in quality["characteristics"]
        ]
        print_table(causes)
    print_table([_outcome(one["measure"], one) for one in answer["measures"]])
    print_table([_outcome(one["scenario"], one) for one in answer["management"]])


def _outcome(name: str, row: Answer) -> dict[str, str]:
    """One measure or level of management, as a row of texts."""
    return {
        "with": name,
        **{one["class"]: f"{one['ha']:.0f}" for one in row["classes"]},
        "improved_ha": f"{row['improved_ha']:.0f}",
        "still limited by": ", ".join(one["quality"] for one in row["still_limiting"]),
    }
