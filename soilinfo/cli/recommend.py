"""Recommended fertilizer on the command line."""

from datetime import datetime
from typing import Annotated

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    numbers,
    opened,
    settings_of,
    spoken,
)
from soilinfo.console import print_findings, print_table, say
from soilinfo.findings import Finding
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.subsidy.answer import Answer, asked_question
from soilinfo.jobs.subsidy.answer import recommend as ask
from soilinfo.report.phrases import Phrases

verbs = typer.Typer()


@verbs.command("recommend")
def recommend(
    commodity: Annotated[str, typer.Argument(help="Commodity of config/subsidy.yaml")],
    at: Annotated[str | None, typer.Option("--at", help="LON,LAT of a point")] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Code of an administrative unit, or: nation")
    ] = None,
    straw: Annotated[bool, typer.Option("--straw", help="With straw given back to the field")] = False,
    manure: Annotated[bool, typer.Option("--manure", help="With manure")] = False,
    products: Annotated[
        str | None, typer.Option("--products", help="urea,kcl,...; those subsidised on the day by default")
    ] = None,
    criterion: Annotated[
        str | None, typer.Option("--criterion", help="least_excess (default) or least_cost")
    ] = None,
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day of rules and prices: today")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Recommend fertilizer for a commodity at a point or in a unit, and say why and as which products."""
    if (at is None) == (region is None):
        raise typer.BadParameter("give either --at or --region")
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    phrases = Phrases(catalog, spoken(catalog, language))
    question = asked_question(
        commodity,
        credits=[name for name, given in (("straw", straw), ("manure", manure)) if given],
        products=None if products is None else _named(products),
        criterion=criterion,
        on=date.date() if date else None,
    )
    point = None if at is None else {"type": "Point", "coordinates": numbers("--at", at, 2)}
    with opened(settings, existing=True) as home:
        answer = ask(
            home,
            catalog,
            home.ledger.current(),
            question,
            area={"geometry": point, "region": region},
            effort=Effort(catalog.grid.window.cells),
        )
    _show(phrases, answer)


def _named(products: str) -> list[str]:
    return [name.strip() for name in products.split(",") if name.strip()]


def _show(phrases: Phrases, answer: Answer) -> None:
    say(answer["sentence"][phrases.language], **answer)
    print_table([_status(phrases, row) for row in answer["status"]])
    print_table([_rate(phrases, row) for row in answer["rates"]])
    print_table([_product(phrases, row) for row in answer["products"]])
    print_findings(Finding(**each) for each in answer["findings"])


def _status(phrases: Phrases, row: Answer) -> dict[str, str]:
    shares = {f"{each['class']} %": phrases.percent(each["pct"]) for each in row["shares"]}
    return {
        "nutrient": phrases.named(row["title"]),
        "status": row["class"] or "",
        **shares,
        "land ha": phrases.hectares(row["land_ha"]),
        "layer": f"{row['layer']} {row['version']}",
    }


def _rate(phrases: Phrases, row: Answer) -> dict[str, str]:
    known = ("kg_ha", "computed_kg_ha", "legal_kg_ha")
    amounts = {name: phrases.number(row[name], 1) for name in known}
    return {"with": phrases.named(row["title"]), "fertilizer": row["fertilizer"], **amounts}


def _product(phrases: Phrases, row: Answer) -> dict[str, str]:
    return {
        "product": row["fertilizer"],
        "kg_ha": phrases.number(row["kg_ha"], 1),
        "price per kg": phrases.number(row["price"], 0),
    }
