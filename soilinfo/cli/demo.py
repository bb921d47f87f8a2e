"""The demo: a synthetic nation, built and published with all that soilinfo makes of it, and served."""

from typing import Annotated

import typer

from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.country import serve_country
from soilinfo.cli.options import DbOption, PortOption, StoreOption, UrlOption, opened, settings_of
from soilinfo.console import print_report, progress
from soilinfo.jobs.evaluate import evaluate
from soilinfo.jobs.harmonize import harmonize
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.region.fetch import fetch
from soilinfo.jobs.region.publish import publish_region
from soilinfo.jobs.reporting.records import draft as draft_report
from soilinfo.jobs.runs.run import Event, actor
from soilinfo.jobs.subsidy.allocate import allocate
from soilinfo.jobs.subsidy.records import approve, save
from soilinfo.store.home import Store

verbs = typer.Typer()

DEMO = "demo"
"""Who decides in the demo."""


@verbs.command()
def demo(
    store: StoreOption = None,
    db: DbOption = None,
    port: PortOption = None,
    url: UrlOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Build and publish only")] = False,
) -> None:
    """Build the synthetic sample nation, evaluate it, allocate its fertilizer, report; serve it on http://127.0.0.1:5000."""
    from soilinfo.sample.build import build as build_sample
    from soilinfo.sample.neighbours import FOLDER, write_neighbours
    from soilinfo.sample.statements import write_statements

    settings = settings_of(store=store, db=db, port=port, url=url)
    data = settings.config.parent / "data" / "sample"
    with progress() as report:
        build_sample(
            data, progress=lambda name, done, total: report(Event("build", name, "written", done, total))
        )
    catalog = load(settings.config)
    write_neighbours(data / FOLDER, catalog)
    write_statements(data, catalog)
    with opened(settings) as home, progress() as report:
        ingested = ingest(home, catalog, None, actor=actor(), progress=report)
        harmonized = harmonize(home, catalog, actor=actor(), progress=report)
        evaluated = evaluate(home, catalog, None, actor=actor(), progress=report)
        allocate_plans(home, catalog)
        report_country(home, catalog)
        fetch(home, catalog)
        regional = publish_region(home, catalog, actor=actor(), progress=report)
    print_report(ingested)
    print_report(harmonized)
    print_report(evaluated)
    print_report(regional)
    if not no_serve:
        serve_country(settings, 1, 1)


def allocate_plans(home: Store, catalog: Catalog) -> None:
    """Draft, submit and approve an allocation of each plan that has none yet: a demo run again adds none."""
    for name, plan in catalog.allocations.items():
        if not home.allocations.records(name):
            drafted = save(home, catalog, allocate(home, catalog, plan), actor=DEMO)
            home.allocations.submit(drafted.id, actor=DEMO)
            approve(home, catalog, drafted.id, actor=DEMO)


def report_country(home: Store, catalog: Catalog) -> None:
    """Draft, submit and approve the country report, unless one of the same content is kept already."""
    drafted = draft_report(home, catalog, actor=DEMO)
    if drafted.state == "draft":
        home.country_reports.submit(drafted.id, actor=DEMO)
        home.country_reports.approve(drafted.id, actor=DEMO)
