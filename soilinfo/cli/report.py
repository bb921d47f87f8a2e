"""The country report: draft, sign, take away, and recompute anybody's file."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from soilinfo.catalog.load import load
from soilinfo.cli.options import (
    ByOption,
    ConfigOption,
    DbOption,
    LanguageOption,
    NoteOption,
    StoreOption,
    country_of,
    opened,
    placed,
    settings_of,
    spoken,
    view_of,
    write,
)
from soilinfo.cli.report_print import (
    print_differences,
    print_draft,
    print_history,
    print_indicators,
    print_records,
    print_report_of,
    print_threats,
)
from soilinfo.console import say
from soilinfo.errors import BlockedError, InputError
from soilinfo.jobs.reporting.records import draft as drafted
from soilinfo.jobs.reporting.records import report_of
from soilinfo.jobs.reporting.verify import verify as verified
from soilinfo.jobs.runs.run import actor
from soilinfo.report.country.canonical import MOST_BYTES, canonical, parse
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.pdf import country_pdf
from soilinfo.report.country.schema import country_report_schema
from soilinfo.report.country.template import template
from soilinfo.report.country.views import report_csv, report_xlsx
from soilinfo.report.phrases import Phrases

verbs = typer.Typer()
report = typer.Typer(
    help="The country report: template, draft, list, show, submit, approve, export, verify, schema.",
    no_args_is_help=True,
)
verbs.add_typer(report, name="report")

VIEWS: Mapping[str, Callable[[CountryReport, Phrases], bytes]] = {
    ".json": lambda file, _phrases: canonical(file),
    ".xlsx": report_xlsx,
    ".zip": report_csv,
    ".pdf": country_pdf,
}
"""Ending of a file to write -> what is written; the CSV of each table come in a ZIP."""

ReportArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Report, as `soilinfo report list` names it")
]


@report.command("template")
def write_template(
    output: Annotated[Path, typer.Option("-o", "--output", help="Workbook to write (.xlsx)")],
    language: LanguageOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the workbook that asks experts and offices: threats, inventory, practices, laboratories."""
    if output.suffix != ".xlsx":
        raise InputError(f"the template is a workbook (.xlsx), not '{output.name}'")
    catalog = load(settings_of(config=config).config)
    placed(output).write_bytes(template(catalog, spoken(catalog, language)))
    say(f"template written to {output}; name it, filled in, as statements in report.yaml", file=str(output))


@report.command()
def draft(
    note: NoteOption = "",
    by: ByOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Compute the report from what is published now and keep it; unchanged content is the same draft."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        known = {each.id for each in home.country_reports.records()}
        record = drafted(home, catalog, actor=by or actor(), note=note)
        print_draft(record, report_of(home, record.id), anew=record.id not in known)


@report.command("list")
def list_(store: StoreOption = None, db: DbOption = None) -> None:
    """Every report that is kept, newest first."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        records = home.country_reports.records()
    print_records(records)
    if not records:
        say("no report is kept; `soilinfo report draft` makes one")


@report.command()
def show(
    id_: ReportArgument,
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """What a report says of the nation, what is missing, and who did what about it."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        told_in = spoken(catalog, language)
        file = report_of(home, id_)
        phrases = Phrases(catalog, told_in)
    print_report_of(file, phrases)
    print_indicators(file, phrases)
    print_threats(file, phrases)
    print_history(file)


@report.command()
def submit(
    id_: ReportArgument,
    note: NoteOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Put a draft before who approves it; from then on it is served at /reports."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        home.country_reports.submit(id_, actor=by or actor(), note=note)
    say(f"{id_} is submitted", report=id_, state="submitted")


@report.command()
def approve(
    id_: ReportArgument,
    note: NoteOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Approve what was submitted; refused when a version that it was made of was removed."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        home.country_reports.approve(id_, actor=by or actor(), note=note)
    say(f"{id_} is approved", report=id_, state="approved")


@report.command()
def export(
    id_: ReportArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="File to write: .json, .xlsx, .zip (a CSV each) or .pdf")
    ],
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Write a report as the file that is sent on (.json), or in a form for reading."""
    view = view_of(placed(output), VIEWS, "a report")
    with country_of(config=config, store=store, db=db) as (catalog, home):
        phrases = Phrases(catalog, spoken(catalog, language))
        content = view(report_of(home, id_), phrases)
    write(output, content, f"report {id_}")


@report.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A report as JSON", exists=True, dir_okay=False)],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Recompute a report from the layers that it names: equal, or exit code 5 with what differs."""
    told = _read(file)
    with country_of(config=config, store=store, db=db) as (catalog, home):
        found = verified(home, catalog, told)
    print_differences(found)
    if not found.equal:
        raise BlockedError(
            f"{told.id} is not what its layers give here: {len(found.differences):,} difference(s), "
            f"{len(found.inputs):,} input(s) that are not here as the report names them"
        )
    say(
        f"{told.id}: equal; every number was computed again from {len(told.content.inputs)} inputs",
        equal=True,
    )


@report.command()
def schema() -> None:
    """Print the JSON Schema of a report's file."""
    print(json.dumps(country_report_schema(), indent=1, ensure_ascii=False), file=sys.stdout)


def _read(file: Path) -> CountryReport:
    with file.open("rb") as stream:
        return parse(stream.read(MOST_BYTES + 1))
