"""Choosing between crops on the command line."""

from typing import Annotated, Any

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, opened, settings_of
from soilinfo.console import print_table, say
from soilinfo.jobs.planning.best_crops import best_crops as rank_crops

verbs = typer.Typer()

REASONS = 3
"""Limiting qualities named for each crop, the most hectares first."""


def _weights(given: list[str]) -> dict[str, float]:
    """``maize=2`` as a crop and its weight; BadParameter for anything else."""
    found = {}
    for text in given:
        crop, _, number = text.partition("=")
        try:
            found[crop] = float(number)
        except ValueError as error:
            raise typer.BadParameter(f"'{text}': write a weight as CROP=NUMBER, such as maize=2") from error
    return found


@verbs.command("best-crops")
def best_crops(
    region: Annotated[str, typer.Option("--region", help="Code of an administrative unit of any level")],
    crops: Annotated[
        list[str] | None,
        typer.Option("--crop", help="Crop to compare; may be repeated", show_default="those of choice.yaml"),
    ] = None,
    weights: Annotated[
        list[str] | None, typer.Option("--weight", help="CROP=NUMBER, price or priority; may be repeated")
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Rank crops by the land that suits them in a region, with the classes and limits that explain it."""
    settings = settings_of(config=config, store=store, db=db)
    catalog, given = load(settings.config), _weights(weights or [])
    with opened(settings, existing=True) as home:
        answer = rank_crops(
            home,
            catalog,
            home.ledger.current(),
            area={"region": region},
            crops=crops or (),
            weights=given,
        )
    print_table([_row(ranked) for ranked in answer["ranking"]])
    used = ", ".join(one["characteristic"] for one in answer["used"])
    left = ", ".join(one["characteristic"] for one in answer["left_out"])
    say(f"compared on: {used}", used=used)
    say(f"left out, as not known everywhere for all of them: {left or 'nothing'}", left_out=left)


def _row(ranked: dict[str, Any]) -> dict[str, str]:
    return {
        "rank": str(ranked["rank"]),
        "crop": ranked["crop"],
        "suitable_ha": f"{ranked['suitable_ha']:.0f}",
        "suitable_pct": f"{ranked['suitable_pct']:.1f}",
        "best_ha": f"{ranked['best_ha']:.0f}",
        "as_good_ha": f"{ranked['as_good_ha']:.0f}",
        **{one["class"]: f"{one['ha']:.0f}" for one in ranked["whole_classes"]},
        "limited by": ", ".join(one["quality"] for one in ranked["limiting"][:REASONS]),
    }
