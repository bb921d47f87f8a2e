"""What-ifs on the command line: the tables that the processes answer."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.catalog.asking import question
from soilinfo.catalog.load import load
from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, opened, settings_of
from soilinfo.console import print_findings, print_table, say
from soilinfo.errors import InputError
from soilinfo.findings import Finding
from soilinfo.jobs.planning.area import Answer
from soilinfo.jobs.planning.what_if import compare_scenarios
from soilinfo.jobs.planning.what_if import what_if as ask

verbs = typer.Typer()


@verbs.command("what-if")
def what_if(
    crop: Annotated[str, typer.Option("--crop", help="Crop of config/crops")],
    region: Annotated[str | None, typer.Option("--region", help="Code of an administrative unit")] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="In place of a region: every unit of a level")
    ] = None,
    adjust: Annotated[
        str | None, typer.Option("--adjust", help="ph_h2o:raise_to:6,drainage:improve:1; also times, add")
    ] = None,
    saved: Annotated[str | None, typer.Option("--what-if", help="A saved one of config/what_ifs")] = None,
    criteria: Annotated[
        Path | None, typer.Option("--criteria", help="JSON file of rows in place of the crop's own")
    ] = None,
    irrigated: Annotated[bool, typer.Option("--irrigated", help="Management may improve rain")] = False,
    scenario: Annotated[str | None, typer.Option("--scenario", help="Level of management")] = None,
    compare: Annotated[
        str, typer.Option("--compare", help="What stands before: a scenario or a saved what-if")
    ] = "actual",
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """Land suitability of a crop before and after a measure, another climate or other criteria."""
    if (region is None) == (by is None):
        raise typer.BadParameter("give either --region or --by")
    settings = settings_of(config=config, store=store, db=db)
    catalog = load(settings.config)
    catalog.crop(crop)
    raw = {"what_if": saved, "adjustments": adjust, "scenario": scenario, "irrigated": irrigated or None}
    asked = question(catalog, crop, raw | ({"criteria": _read(criteria)} if criteria else {}))
    with opened(settings, existing=True) as home:
        told: dict[str, Any] = {"crop": crop, "asked": asked, "compare": compare}
        snapshot = home.ledger.current()
        if by is not None:
            answer = compare_scenarios(home, catalog, snapshot, level=by, **told)
        else:
            answer = ask(home, catalog, snapshot, area={"region": region}, **told)
    _show(answer, compare)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as JSON: {error}") from error


def _show(answer: Answer, compare: str) -> None:
    edited = f", edited rows: {', '.join(answer['edited_rows'])}" if answer["edited_rows"] else ""
    asked = f"{answer['crop']}: {answer['adjust'] or 'no adjustment'}, {answer['scenario']}"
    criteria = f"{answer['criteria_set']} {answer['edition']}{edited}"
    snapshot = answer["snapshot"]
    say(f"{asked}, compared with {compare}; {criteria}; snapshot {snapshot}", snapshot=snapshot)
    for name, columns in TABLES.items():
        rows = answer.get(name, [])
        if rows:
            print_table([_row(row, columns or tuple(row)) for row in rows])
    print_findings(Finding(**finding) for finding in answer["findings"])


TABLES: dict[str, tuple[str, ...]] = {
    "classes": ("class", "before_ha", "ha", "change_ha", "pct"),
    "by_quality": ("quality", "released_ha", "limited_ha"),
    "moves": ("before", "after", "limiting", "ha", "pct"),
    "adjustments": (),
    "units": ("code", "name", "improved_ha", "worsened_ha", "unchanged_ha", "nodata_ha"),
}
"""The tables of an answer with their columns; without any all but the titles."""


def _row(row: Answer, columns: tuple[str, ...]) -> Answer:
    """The columns of a row, as texts for a person."""
    chosen = {name: row[name] for name in columns if name != "title"}
    return {name: _text(value) for name, value in chosen.items()} if sys.stdout.isatty() else chosen


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}"
    return ", ".join(value) if isinstance(value, list) else str(value)
