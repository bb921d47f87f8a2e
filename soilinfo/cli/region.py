"""The region: fetch its reports, see how they stand and what compares, write the regional report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import in_language
from soilinfo.cli.options import (
    ConfigOption,
    DbOption,
    LanguageOption,
    StoreOption,
    country_of,
    finish,
    placed,
    spoken,
    view_of,
    write,
)
from soilinfo.console import print_table, progress, say
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.jobs.region.fetch import fetch as fetched
from soilinfo.jobs.region.fetch import region_of
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.region.received import failure_of, reports
from soilinfo.jobs.region.report import board as board_of
from soilinfo.jobs.region.report import regional_report
from soilinfo.jobs.runs.run import actor
from soilinfo.report.atlas.paper import PAPERS
from soilinfo.report.country.document import CountryReport
from soilinfo.report.phrases import Phrases
from soilinfo.report.region.atlas import region_atlas
from soilinfo.report.region.document import Board, RegionalIndicator, RegionalReport
from soilinfo.report.region.files import regional_json, regional_xlsx
from soilinfo.report.region.pdf import region_pdf
from soilinfo.report.wording import said
from soilinfo.store.home import Store
from soilinfo.store.received import ReceivedReport

verbs = typer.Typer()
region = typer.Typer(
    help="The region that this node hosts: fetch, publish, board, compare, report, atlas.",
    no_args_is_help=True,
)
verbs.add_typer(region, name="region")

View = Callable[[RegionalReport, Sequence[CountryReport], Phrases], bytes]
VIEWS: Mapping[str, View] = {
    ".json": lambda report, _reports, _phrases: regional_json(report),
    ".xlsx": regional_xlsx,
    ".pdf": lambda report, reports, phrases: region_pdf(report, phrases, reports),
}
"""Ending of a file to write -> what is written."""

OutputOption = Annotated[Path, typer.Option("-o", "--output", help=f"File to write: {', '.join(VIEWS)}")]


@region.command()
def fetch(config: ConfigOption = None, store: StoreOption = None, db: DbOption = None) -> None:
    """Ask every member's node or file for its report, keep what came, and publish the region.

    A node that does not answer, or answers wrongly, is told; what came of it before stands for it.
    """
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, None))
        fetched(home, catalog, told=lambda received: _tell(received, phrases))
        _publish(home, catalog, ())


@region.command()
def publish(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Collections of the region to publish even though a rollback withdrew them"),
    ] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Publish the region as the reports that lie here tell it; nobody is asked."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        region_of(catalog)
        _publish(home, catalog, names or ())


def _publish(home: Store, catalog: Catalog, names: Sequence[str]) -> None:
    with progress() as shown:
        done = publish_region(home, catalog, names, actor=actor(), progress=shown)
    finish(done)


def _tell(received: ReceivedReport, phrases: Phrases) -> None:
    failed = failure_of(received)
    reason = f": {said(phrases, failed)}" if failed else ""
    say(f"{received.iso3} {received.status}{reason}", iso3=received.iso3, status=received.status)


@region.command("board")
def show_board(
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Who submitted, who is late, whose report cannot be used and why."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        print_table([*_board_rows(board_of(home, catalog), phrases)])


def _board_rows(board: Board, phrases: Phrases) -> Iterator[dict[str, str]]:
    for each in board.members:
        made = each.report
        since = f"{each.from_cache_since:%Y-%m-%d}" if each.from_cache_since else ""
        yield {
            "country": each.iso3,
            "state": phrases.called("standing", each.standing),
            "report": made.id if made else "",
            "obtained": phrases.called("obtained", made.obtained) if made else "",
            "copy of": since,
            "due": str(each.due or ""),
            "submitted": str(made.submitted_on or "") if made else "",
            "days late": str(each.late_days or ""),
            "indicators": str(each.indicators),
            "comparable": str(each.comparable_pairs),
            "fails": "; ".join(said(phrases, failure) for failure in each.failures),
        }


@region.command()
def compare(
    indicator: Annotated[
        str | None, typer.Option("--indicator", help="Only this one", show_default="all")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """For each pair of countries: whether their values may stand side by side, how, or why not."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        found = _of_several(regional_report(home, catalog)).indicators
        known = [each.id for each in found]
        if indicator is not None and indicator not in known:
            raise UnknownNameError("indicator of the region's reports", indicator, known)
        asked = [each for each in found if indicator in (None, each.id)]
        print_table([row for each in asked for row in _pairs(each, phrases)])


def _of_several(report: RegionalReport) -> RegionalReport:
    """The same; InputError where fewer than two countries have a report: nothing stands beside another."""
    told = [each.iso3 for each in report.members if each.report]
    if len(told) < 2:
        raise InputError(
            "values are compared between countries, and the region has reports of "
            f"{', '.join(told) or 'none'}; 'soilinfo region board' says why of the others"
        )
    return report


def _pairs(indicator: RegionalIndicator, phrases: Phrases) -> Iterator[dict[str, Any]]:
    for each in indicator.verdicts:
        said = "; ".join(in_language(one.text, phrases.language) for one in (*each.reasons, *each.notes))
        yield {
            "indicator": indicator.id,
            "countries": f"{each.a}, {each.b}",
            "verdict": phrases.called("comparability", each.kind),
            "because": said,
            "equation": (each.conversion.equation or each.conversion.unit) if each.conversion else "",
        }


@region.command()
def report(
    output: OutputOption,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write the regional report as the reports that lie here make it."""
    view = view_of(placed(output), VIEWS, "a regional report")
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        content = view(regional_report(home, catalog), reports(home, catalog), phrases)
    write(output, content, "regional report")


@region.command()
def atlas(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write (PDF)")],
    paper: Annotated[str, typer.Option("--paper", help=f"Size of a sheet: {', '.join(PAPERS)}")] = "A4",
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write the regional atlas (PDF): a sheet for each indicator, with one legend for all countries."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        target = placed(output)
        content = region_atlas(regional_report(home, catalog), reports(home, catalog), phrases, paper)
    write(target, content, "regional atlas")
