"""soilinfo diff: what changed between two versions of a layer."""

import csv
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.cli.options import ConfigOption, DbOption, StoreOption, country_of
from soilinfo.console import print_table, say
from soilinfo.errors import InputError
from soilinfo.jobs.runs.diff import chosen
from soilinfo.jobs.runs.diff import diff as compare

verbs = typer.Typer()


@verbs.command()
def diff(
    layer: Annotated[str, typer.Argument(help="Layer, suitability_<crop> or level")],
    a: Annotated[str | None, typer.Argument(help="Version or snapshot; the one published before")] = None,
    b: Annotated[str | None, typer.Argument(help="Version or snapshot; the published one")] = None,
    level: Annotated[str | None, typer.Option("--level", help="Level to add up by; the finest")] = None,
    top: Annotated[int, typer.Option("--top", min=0, help="Units to show, most changed first")] = 10,
    table: Annotated[Path | None, typer.Option("--csv", help="Write the rows to this file")] = None,
    config: ConfigOption = None,
    store: StoreOption = None,
    db: DbOption = None,
) -> None:
    """What changed between two versions: cells, hectares, classes, values; by administrative unit."""
    with country_of(config=config, store=store, db=db) as (catalog, home):
        versions = chosen(home, layer, a, b)
        rows = list(compare(home, catalog, versions, level=level, top=top))
    before, after = versions.before.version, versions.after.version
    say(f"{layer}: {before} -> {after}", layer=layer, before=before, after=after)
    if table:
        _write(table, rows)
    _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    if not sys.stdout.isatty():
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    for section, members in groupby(rows, lambda row: row["section"]):
        say(section)
        print_table([{name: _text(value) for name, value in row.items()} for row in members])


def _text(value: object) -> str:
    if not isinstance(value, float):
        return "" if value is None else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise InputError(f"the table {path} cannot be written: {error.strerror}") from error
