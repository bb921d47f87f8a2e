"""One soil profile on the command line: its values at common depths, how each was come by, its depth plot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    numbers,
    placed,
    settings_of,
    spoken,
)
from soilinfo.console import print_table, say
from soilinfo.jobs.harmonization.one_profile import Choices, OneProfile, given_profile, published_profile
from soilinfo.jobs.harmonization.profile_answer import Answer, answer_about, plotted, rested_on
from soilinfo.jobs.harmonization.profile_file import values_in
from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.sentence import value_of

verbs = typer.Typer()

FILE_HELP = (
    "Values of your own instead: CSV or XLSX, a row for each, with the columns upper_cm, lower_cm, unit, "
    "value, property or procedure, and if known sd, qualifier, horizon_code, is_organic"
)
OWN = 0
"""Snapshot of what was read from a file, and from no publication."""


@verbs.command("profile")
def profile(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Published profile: DATASET.CODE", show_default=False)
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help=FILE_HELP)] = None,
    properties: Annotated[
        list[str] | None, typer.Option("--property", help="May be repeated", show_default="as configured")
    ] = None,
    intervals: Annotated[
        list[str] | None,
        typer.Option("--interval", help="TOP,BOTTOM in cm; may be repeated", show_default="as configured"),
    ] = None,
    smoothing: Annotated[
        float | None, typer.Option("--smoothing", help="Lambda of the spline", show_default="as configured")
    ] = None,
    bedrock_cm: Annotated[
        float | None, typer.Option("--bedrock", help="Depth of bedrock in cm, with --file")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="SVG to write: the depth plot of one --property")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Tell a soil profile at common depths: each value with its method, equations, error and specimens."""
    if (id is None) == (file is None):
        raise typer.BadParameter("give either the ID of a published profile, or --file")
    if id is not None and bedrock_cm is not None:
        raise typer.BadParameter("--bedrock is of --file; a published profile has its own")
    depths = [numbers("--interval", each, 2) for each in intervals or ()]
    choices = Choices([(top, bottom) for top, bottom in depths], smoothing, properties or ())
    if file is not None:
        catalog = load(settings_of(config=config, store=store, db=db).config)
        _tell(catalog, given_profile(catalog, values_in(file), bedrock_cm), choices, OWN, plot, language)
        return
    with country_of(config=config, store=store, db=db) as (catalog, home):
        snapshot = home.ledger.current()
        found = published_profile(home, snapshot, str(id))
        _tell(catalog, found, choices, snapshot.id, plot, language)


def _tell(
    catalog: Catalog,
    found: OneProfile,
    choices: Choices,
    snapshot: int,
    plot: Path | None,
    language: str | None,
) -> None:
    phrases = Phrases(catalog, spoken(catalog, language))
    answer = answer_about(catalog, found, choices, snapshot)
    if plot is not None:
        placed(plot).write_bytes(plotted(catalog, answer, phrases.language))
    name = found.id if found.used else phrases.say("profile.own")
    say(" ".join(filter(None, (name, answer["source"]))), **answer)
    for row in answer["harmonized"] if choices.properties else ():
        say(row["sentence"][phrases.language])
    print_table([*_values(answer, phrases)])
    is_told_in_part = bool(choices.properties and answer["harmonized"])
    listed = [row["observations"] for row in answer["harmonized"] if row["observations"]]
    traced = rested_on(found, listed) if is_told_in_part else found.observations
    print_table([*_trace(traced, found, phrases)])
    for each in () if is_told_in_part else answer["unconverted"]:
        title = phrases.called("property", each["property"])
        reason = phrases.named(each["reason"]) if each["reason"] else ""
        say(f"{phrases.say('profile.unconverted', property=title)} {reason}".rstrip())


def _values(answer: Answer, phrases: Phrases) -> Iterator[dict[str, str]]:
    """A row of texts for each value: what it is, how much was sampled, how it was come by."""
    title = phrases.columns.title
    for row in answer["harmonized"]:
        yield {
            title("property"): phrases.named(phrases.catalog.property(row["property"]).title),
            "cm": f"{row['upper_cm']:g}–{row['lower_cm']:g}",
            title("value"): value_of(row, phrases),
            title("covered_pct"): phrases.percent(row["covered_pct"]),
            title("equations"): row["equations"] or "",
        }


def _trace(observations: pd.DataFrame, found: OneProfile, phrases: Phrases) -> Iterator[dict[str, str]]:
    """A row for each observation, as the laboratory wrote it."""
    title = phrases.columns.title
    horizons = found.elements.set_index("id")[["upper_cm", "lower_cm", "horizon_code"]]
    rows = observations.drop(columns=[*horizons], errors="ignore").join(horizons, on="element_id")
    for row in rows.astype(object).where(rows.notna(), "").to_dict("records"):
        by = filter(None, (row["procedure"], row["specimen_code"], row["laboratory"]))
        yield {
            title("horizon_code"): row["horizon_code"],
            "cm": f"{row['upper_cm']:g}–{row['lower_cm']:g}",
            title("property"): phrases.called("property", row["property"]),
            title("source_value"): f"{row['source_value']} {row['source_unit']}".rstrip(),
            title("procedure"): ", ".join(by),
        }
