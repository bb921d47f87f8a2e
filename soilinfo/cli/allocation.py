"""Allocations of subsidised fertilizer: work one out, keep, submit and approve it, move what is left over."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, get_args

import pandas as pd
import typer

from soilinfo.catalog.allocations import Method
from soilinfo.catalog.load import load
from soilinfo.cli import allocation_documents
from soilinfo.cli.documents import LanguageOption
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, finite, opened, settings_of
from soilinfo.console import print_findings, print_table, say
from soilinfo.errors import UnknownNameError
from soilinfo.jobs.runs.run import actor
from soilinfo.jobs.subsidy.allocate import Allocation, Choices, allocate
from soilinfo.jobs.subsidy.compare import Compared, change_of, chosen
from soilinfo.jobs.subsidy.compare import compare as compared
from soilinfo.jobs.subsidy.explain import explain as explained
from soilinfo.jobs.subsidy.plans import plan_of
from soilinfo.jobs.subsidy.reallocate import reallocate as reallocated
from soilinfo.jobs.subsidy.records import allocation_of, approve, save
from soilinfo.jobs.subsidy.sensitivity import sensitivity_of
from soilinfo.store.allocations import AllocationRecord

verbs = typer.Typer()
allocation = typer.Typer(
    help="Allocations that are kept: list, show, explain, submit, approve, reallocate, compare.",
    no_args_is_help=True,
)
allocation.add_typer(allocation_documents.verbs)
verbs.add_typer(allocation, name="allocation")

Id = Annotated[str, typer.Argument(metavar="ID", help="Allocation, such as subsidy_2026-1")]
NoteOption = Annotated[str, typer.Option("--note", help="What is to be known about it; kept in its history")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it", show_default="the user")]
MOST_SHOWN = 20
"""Units that gain or lose most, of those that a comparison lists on a terminal."""


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
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        done = allocate(
            home, catalog, plan_of(catalog, plan), Choices(_method(method), change_of(total_change))
        )
        _show(done)
        if keep:
            _say_drafted(save(home, catalog, done, actor=by or actor(), note=note))


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
    print_table([_record_row(record) for record in records])
    if records:
        return
    of_plan = f" of '{plan_of(load(settings.config), plan).id}'" if plan else ""
    say(f"no allocation{of_plan} is kept; `soilinfo allocate {plan or 'PLAN'} --save` keeps one")


@allocation.command()
def show(
    id_: Id,
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
    _show(kept)
    print_table(_rows(kept.levels[level or _coarsest(kept)]))


@allocation.command()
def history(id_: Id, store: StoreOption = None, db: DbOption = None) -> None:
    """Who drafted, submitted and approved an allocation, when and with which note."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        events = home.allocations.history(id_)
    rows = [asdict(event) | {"created": f"{event.created:%Y-%m-%d %H:%M}"} for event in events]
    print_table(_texts(rows, "state", "created", "actor", "note", "snapshot"))


@allocation.command()
def explain(
    id_: Id,
    code: Annotated[str, typer.Argument(help="Code of a unit of the finest level")],
    language: LanguageOption = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Why a unit gets its tonnes, from the soil layers to the sacks: a sentence; off a terminal as JSON."""
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        answer = explained(home, catalog, id_, code)
    spoken = language or catalog.services.languages[0]
    for part in (*answer["chains"], *answer["left_out"], answer["nutrients"]):
        if told := part["sentence"][spoken]:
            say(told, allocation=id_, **part)


@allocation.command()
def submit(
    id_: Id, note: NoteOption = "", by: ByOption = None, store: StoreOption = None, db: DbOption = None
) -> None:
    """Put a draft before who approves it."""
    with opened(settings_of(store=store, db=db), existing=True) as home:
        home.allocations.submit(id_, actor=by or actor(), note=note)
    say(f"{id_} is submitted", allocation=id_, state="submitted")


@allocation.command("approve")
def approve_allocation(
    id_: Id,
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
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings, existing=True) as home:
        catalog, who = load(settings.config), by or actor()
        done = approve(home, catalog, id_, actor=who, note=note, as_computed=as_computed)
    say(
        f"{id_} is approved; snapshot {done.id} serves it",
        allocation=id_,
        state="approved",
        snapshot=done.id,
    )


@allocation.command()
def reallocate(
    id_: Id,
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
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        done = reallocated(home, catalog, home.allocations.record(id_), file)
        _show(done)
        _say_drafted(save(home, catalog, done, actor=by or actor(), note=note, parent=id_))


@allocation.command()
def compare(
    before: Annotated[
        str, typer.Argument(help="An allocation, or PLAN[:METHOD][:CHANGE] worked out now, such as PLAN:-10")
    ],
    after: Annotated[str, typer.Argument(help="Likewise, such as subsidy_2026:max_min:-10")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Who gains and who loses between two allocations, and how much of the need each meets."""
    settings = settings_of(config=config, store=store, db=db)
    with opened(settings, existing=True) as home:
        found = compared(home, load(settings.config), before, after)
    totals = [
        {"fertilizer": name, **_rounded(asdict(each.totals))} for name, each in found.by_fertilizer.items()
    ]
    print_table(_texts(totals, *totals[0]))
    units = _changes(found)
    print_table(_rows(units.head(MOST_SHOWN) if sys.stdout.isatty() else units))


@allocation.command()
def sensitivity(
    choice: Annotated[str, typer.Argument(metavar="PLAN[:METHOD][:CHANGE]", help="What to work out")],
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """How far each unit's tonnes move, were its soil not of the status that the map most likely has."""
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    with opened(settings, existing=True) as home:
        print_table(_rows(sensitivity_of(home, catalog, *chosen(catalog, choice))))


# ---- what is printed --------------------------------------------------------------------


def _method(name: str | None) -> Method | None:
    methods: tuple[Method, ...] = get_args(Method)
    if name is not None and name not in methods:
        raise UnknownNameError("method", name, methods)
    return next((each for each in methods if each == name), None)


def _show(done: Allocation) -> None:
    chosen = done.choices
    change = f", totals {chosen['total_change_pct']:+g} %" if chosen["total_change_pct"] else ""
    say(f"{done.plan.id} by '{chosen['method']}'{change}", plan=done.plan.id, method=chosen["method"])
    totals = [{"fertilizer": name, **_rounded(sums)} for name, sums in done.totals.items()]
    print_table(_texts(totals, *totals[0]))
    print_findings(done.findings)


def _say_drafted(record: AllocationRecord) -> None:
    say(f"kept as draft {record.id}", allocation=record.id, state=record.state, parent=record.parent)


def _coarsest(done: Allocation) -> str:
    """The coarsest level of more than one unit."""
    return next((name for name, frame in done.levels.items() if frame["code"].nunique() > 1), done.finest)


def _changes(found: Compared) -> pd.DataFrame:
    """Units of every fertilizer whose tonnes change, the largest change first."""
    parts = [each.units.assign(fertilizer=name) for name, each in found.by_fertilizer.items()]
    rows = pd.concat(parts).rename_axis("code").reset_index()
    rows.insert(1, "name", rows["code"].map(found.names))
    changed = rows[rows["outcome"] != "same"]
    order = changed["change_t"].abs().sort_values(ascending=False, kind="stable").index
    shown = ["code", "name", "fertilizer", "before_t", "after_t", "change_t", "change_pct", "outcome"]
    return changed.loc[order, shown]


def _record_row(record: AllocationRecord) -> dict[str, Any]:
    created = f"{record.created:%Y-%m-%d %H:%M}"
    row = {"allocation": record.id, "year": record.year, "state": record.state, "created": created}
    told = row | {"by": record.actor, "method": record.choices["method"], "parent": record.parent or ""}
    return _texts([told], *told)[0]


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    """Numbers of a row to the kilogram, or as exactly in percent."""
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    known = frame.astype(object).where(frame.notna(), None)
    return _texts([_rounded({str(name): row[name] for name in row}) for row in known.to_dict("records")])


def _texts(rows: Iterable[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """These columns of rows (by default all), on a terminal as texts for a person."""
    chosen = [{name: row[name] for name in names or row} for row in rows]
    if not sys.stdout.isatty():
        return chosen
    return [{name: _text(value) for name, value in row.items()} for row in chosen]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
