"""The change of a carbon stock between two samplings, on the command line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    settings_of,
    spoken,
)
from soilinfo.console import print_table, say
from soilinfo.jobs.harmonization.one_profile import given_profile, published_profile
from soilinfo.jobs.harmonization.profile_file import values_in
from soilinfo.jobs.harmonization.stock_change import DEPTH_CM, Sampling, soc_stock_change
from soilinfo.store.home import Store

verbs = typer.Typer()

SAMPLING_HELP = (
    "Published profile (DATASET.CODE), or a CSV or XLSX file of values as `soilinfo profile --file` reads it"
)
OWN = 0
"""Snapshot of what was read from files, and from no publication."""


@verbs.command("stock-change")
def stock_change(
    first: Annotated[str, typer.Argument(help=SAMPLING_HELP)],
    second: Annotated[str, typer.Argument(help="The same of the later sampling")],
    depth_cm: Annotated[float, typer.Option("--depth", help="Depth of the stock in cm")] = DEPTH_CM,
    first_day: Annotated[
        str | None,
        typer.Option("--first-date", help="YYYY-MM-DD", show_default="that of the profile"),
    ] = None,
    second_day: Annotated[
        str | None,
        typer.Option("--second-date", help="YYYY-MM-DD", show_default="that of the profile"),
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Tell how the stock of organic carbon changed, to a depth and in an equal mass of soil.

    A soil that was compacted seems to have gained carbon at its depth; in its mass it has not. What a
    comparison lacks is named, and what weakens it.
    """
    asked = ((first, first_day), (second, second_day))
    if all(Path(text).is_file() for text, _ in asked):
        catalog = load(settings_of(config=config, store=store, db=db).config)
        samplings = [_own(catalog, text, day) for text, day in asked]
        return _tell(catalog, samplings, depth_cm, OWN, language)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        samplings = [_sampling(home, catalog, text, day) for text, day in asked]
        return _tell(catalog, samplings, depth_cm, home.ledger.current().id, language)


def _own(catalog: Catalog, file: str, day: str | None) -> Sampling:
    return Sampling(given_profile(catalog, values_in(Path(file))), day)


def _sampling(home: Store, catalog: Catalog, text: str, day: str | None) -> Sampling:
    """A sampling in a file, or else the published profile of that id."""
    if Path(text).is_file():
        return _own(catalog, text, day)
    return Sampling(published_profile(home, home.ledger.current(), text), day)


def _tell(
    catalog: Catalog, samplings: list[Sampling], depth_cm: float, snapshot: int, language: str | None
) -> None:
    first, second = samplings
    written = spoken(catalog, language)
    answer = soc_stock_change(catalog, first, second, depth_cm, snapshot)
    say(answer["sentence"][written], **answer)
    print_table([*_rows(answer)])
    for each in (*answer["lacking"], *answer["warnings"]):
        say(each["text"][written])


def _rows(answer: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """A row of texts for each comparison that could be made."""
    for name in ("equal_mass", "fixed_depth"):
        if answer[name] is not None:
            numbers = {each: value for each, value in answer[name].items() if each != "is_sure"}
            told = {each: "" if value is None else f"{value:.2f}" for each, value in numbers.items()}
            yield {"comparison": name, **told}
