"""Allocations of subsidised fertilizer: work one out, keep, submit and approve it, move what is left over."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from soilinfo.catalog.allocations import Method
from soilinfo.catalog.load import load
from soilinfo.cli import allocation_documents
from soilinfo.cli.allocation_print import (
    print_allocation,
    print_comparison,
    print_draft,
    print_history,
    print_records,
    print_units,
)
from soilinfo.cli.options import (
    AllocationArgument,
    ByOption,
    ConfigOption,
    DbOption,
    LanguageOption,
    NoteOption,
    StoreOption,
    country_of,
    finite,
    opened,
    settings_of,
    spoken,
)
from soilinfo.console import say
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.runs.run import actor
from soilinfo.jobs.subsidy.allocate import Allocation, Choices, allocate
from soilinfo.jobs.subsidy.compare import NOTATION, change_of, chosen
from soilinfo.jobs.subsidy.compare import compare as compared
from soilinfo.jobs.subsidy.explain import explain as explained
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.reallocate import reallocate as reallocated
from soilinfo.jobs.subsidy.records import allocation_of, approve, save
from soilinfo.jobs.subsidy.sensitivity import sensitivity_of

verbs = typer.Typer()
allocation = typer.Typer(
    help="Allocations that are kept: list, show, explain, submit, approve, reallocate, compare.",
    no_args_is_help=True,
)
allocation.add_typer(allocation_documents.verbs)
verbs.add_typer(allocation, name="allocation")


@verbs.command("allocate")
def allocate_plan(
    plan: Annotated[str, typer.Argument(help="Plan of config/allocations")],
    method: Annotated[
        str | None, typer.Option("--method", help=", ".join(get_args(Method)), show_default="the plan's")
    ] = None,
    total_change: Annotated[
        float, typer.Option("--total-change", callback=finite, help="Percent more, or less, of everything")
    ] = 0.0,
    keep: Annotated[bool, typer.Option("--save", help="Keep it as a draft")] = False,
    note: NoteOption = "",
    by: ByOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Divide what a plan has over its units: totals, how much of the need is met, what is to be checked."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        choices = Choices(_method(method), change_of(total_change))
        done = allocate(home, catalog, plan_of(catalog, plan), choices)
        print_allocation(done)
        if keep:
            print_draft(save(home, catalog, done, actor=by or actor(), note=note))


@allocation.command("list")
def list_(
    plan: Annotated[str | None, typer.Argument(help="Only those of this plan")] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Every allocation that is kept, by plan, newest first."""
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings, existing=True) as home:
        records = home.allocations.records(plan)
    print_records(records)
    if records:
        return
    of_plan = f" of '{plan_of(load(settings.config), plan).id}'" if plan else ""
    say(f"no allocation{of_plan} is kept; `soilinfo allocate {plan or 'PLAN'} --save` keeps one")


@allocation.command()
def show(
    id_: AllocationArgument,
    level: Annotated[
        str | None, typer.Option("--level", help="Administrative level", show_default="the coarsest")
    ] = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Totals of a kept allocation, and the tonnes of every unit of a level."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        record = home.allocations.record(id_)
        kept = allocation_of(home, record)
    if level is not None and level not in kept.levels:
        raise UnknownNameError(f"level of '{id_}'", level, kept.levels)
    say(f"{id_} is {record.state}", allocation=id_, state=record.state, inputs=dict(record.inputs))
    print_allocation(kept)
    print_units(kept.levels[level or _coarsest(kept)])


@allocation.command()
def history(id_: AllocationArgument, store: StoreOption = None, db: DbOption = None) -> None:
    """Who drafted, submitted and approved an allocation, when and with which note."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        print_history(home.allocations.history(id_))


@allocation.command()
def explain(
    id_: AllocationArgument,
    code: Annotated[str, typer.Argument(help="Code of a unit of the finest level")],
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Why a unit gets its tonnes, from the soil layers to the sacks: a sentence; off a terminal as JSON."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        told_in = spoken(catalog, language)
        answer = explained(home, catalog, id_, code)
    for part in (*answer["chains"], *answer["left_out"], answer["nutrients"]):
        if told := part["sentence"][told_in]:
            say(told, allocation=id_, **part)


@allocation.command()
def submit(
    id_: AllocationArgument,
    note: NoteOption = "",
    by: ByOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Put a draft before who approves it."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        home.allocations.submit(id_, actor=by or actor(), note=note)
    say(f"{id_} is submitted", allocation=id_, state="submitted")


@allocation.command("approve")
def approve_allocation(
    id_: AllocationArgument,
    note: NoteOption = "",
    by: ByOption = None,
    as_computed: Annotated[
        bool, typer.Option("--as-computed", help="Though layers, tables or the plan have changed since")
    ] = False,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Approve what was submitted and publish its tables; it never changes afterwards."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        done = approve(home, catalog, id_, actor=by or actor(), note=note, as_computed=as_computed)
    say(
        f"{id_} is approved; snapshot {done.id} serves it",
        allocation=id_,
        state="approved",
        snapshot=done.id,
    )


@allocation.command()
def reallocate(
    id_: AllocationArgument,
    file: Annotated[
        Path | None,
        typer.Argument(help="CSV or XLSX of redeemed tonnes, in the form of the plan's table of them"),
    ] = None,
    note: NoteOption = "",
    by: ByOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Draft an approved allocation anew: what is not redeemed moves to where it is asked for."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        done = reallocated(home, catalog, home.allocations.record(id_), file)
        print_allocation(done)
        print_draft(save(home, catalog, done, actor=by or actor(), note=note, parent=id_))


@allocation.command()
def compare(
    before: Annotated[
        str, typer.Argument(help=f"An allocation, or {NOTATION} worked out now, such as PLAN:-10")
    ],
    after: Annotated[str, typer.Argument(help="Likewise, such as subsidy_2026:max_min:-10")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Who gains and who loses between two allocations, and how much of the need each meets."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        print_comparison(compared(home, catalog, before, after))


@allocation.command()
def sensitivity(
    choice: Annotated[str, typer.Argument(metavar=NOTATION, help="What to work out")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """How far each unit's tonnes move, were its soil not of the status that the map most likely has."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        print_units(sensitivity_of(home, catalog, *chosen(catalog, choice)))


def _method(name: str | None) -> Method | None:
    methods: tuple[Method, ...] = get_args(Method)
    if name is not None and name not in methods:
        raise UnknownNameError("method", name, methods)
    return next((each for each in methods if each == name), None)


def _coarsest(done: Allocation) -> str:
    """The coarsest level of more than one unit."""
    return next((name for name, frame in done.levels.items() if frame["code"].nunique() > 1), done.finest)
