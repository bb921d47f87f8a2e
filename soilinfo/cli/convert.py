"""Conversions on the command line: a column of values told otherwise, and the equations that there are."""

import csv
import sys
from math import isnan
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.options import ConfigOption, LanguageOption, placed, settings_of, spoken
from soilinfo.console import print_table, say
from soilinfo.errors import InputError, SourceError, UnknownNameError
from soilinfo.harmonize.on_request import Observation, answers, observation
from soilinfo.harmonize.table import THEN
from soilinfo.ingest.profiles.numbers import read_number
from soilinfo.ingest.profiles.written import Decimal

verbs = typer.Typer()

Row = dict[str, str]
ANSWERED = ("value", "unit", "sd", "sd_conversion", "equations", "equation_range", "qualifier", "refused")
"""What is written of each answer, in columns ``converted_<name>``."""
MADE = tuple(f"converted_{name}" for name in ANSWERED)
UNREADABLE_SD = "unreadable_sd"
"""Why a value is refused whose standard deviation is no number of 0 or more."""


@verbs.command()
def convert(
    file: Annotated[Path, typer.Argument(help="CSV file (UTF-8) with a column of values")],
    value: Annotated[str, typer.Option("--value", help="Column of the values; <0.1 is a limit")],
    source: Annotated[str, typer.Option("--from", help="Property that the values are of")],
    unit: Annotated[str, typer.Option("--unit", help="Unit of the values")],
    to: Annotated[
        str | None, typer.Option("--to", help="Property wanted", show_default="the same: only the unit")
    ] = None,
    to_unit: Annotated[
        str | None, typer.Option("--to-unit", help="Unit wanted", show_default="the property's")
    ] = None,
    equation: Annotated[
        str | None, typer.Option("--equation", help="Equation to use", show_default="as configured")
    ] = None,
    sd: Annotated[str | None, typer.Option("--sd", help="Column of their standard deviations")] = None,
    delimiter: Annotated[str, typer.Option("--delimiter", help="Between the cells of the file")] = ",",
    decimal: Annotated[
        Literal[".", ","] | None,
        typer.Option("--decimal", help="Decimal mark", show_default="a point; 1.234 is refused as unclear"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV to write", show_default="FILE.converted.csv")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Convert a column of values: to another property by a published equation, or to another unit.

    Beside each value stand the equation, what it adds to the standard deviation, and whether it holds there.
    """
    target = _apart(file, placed(output or file.with_suffix(".converted.csv")))
    catalog = load(settings_of(config=config).config)
    names, rows = _rows(file, delimiter, [name for name in (value, sd) if name])
    asked = {"property": source, "unit": unit}
    read = [_observed(catalog, asked, row[value], row[sd] if sd else "", decimal) for row in rows]
    known = [one for one in read if isinstance(one, Observation)]
    # Asked even without a value to convert: a way that there is not is told of an empty column, too.
    told = iter(
        answers(catalog, known or [observation(catalog, asked | {"value": 0})], to, equation, to_unit)
    )
    made = [_told(next(told)) if isinstance(one, Observation) else _unread(one) for one in read]
    _write(target, delimiter, names, [row | answer for row, answer in zip(rows, made, strict=True)])
    _summarise(catalog, target, made)


@verbs.command()
def equations(
    property: Annotated[
        str | None, typer.Argument(help="Property that they lead from or to", show_default="all")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
) -> None:
    """List the equations between properties: what they compute, where they hold, and their error.

    Known by: M recomputed or by definition, R read in the source, K general knowledge, unconfirmed.
    """
    catalog = load(settings_of(config=config).config)
    if property is not None and property not in catalog.properties:
        raise UnknownNameError("property", property, catalog.properties)
    told = spoken(catalog, language)
    rows = [
        _row(catalog, one, told)
        for one in catalog.equations.values()
        if property in (None, one.from_property, one.to_property, *one.further_properties)
    ]
    if not rows:
        raise InputError(f"no equation leads from or to '{property}'")
    print_table(rows)


def _row(catalog: Catalog, one: Equation, language: str) -> dict[str, str]:
    """One equation; on a terminal there is room for what decides, a program is told all."""
    row = {
        "equation": one.id,
        "computes": one.rule[language] if one.rule else one.formula,
        "holds for": f"x from {one.valid[0]:g} to {one.valid[1]:g} {one.from_unit}"
        if one.valid
        else "not stated",
        "error": "not stated" if one.error is None else f"{one.error:g} {one.to_unit}",
        "soils": one.soils[language],
        "known by": one.confidence,
        "used": "yes" if catalog.uses(one) else "",
    }
    if sys.stdout.isatty():
        return row
    return row | {"from": one.from_property, "to": one.to_property, "source": one.source}


def _apart(file: Path, target: Path) -> Path:
    """The file to write, which is not the one that is read."""
    if target.exists() and file.exists() and target.samefile(file):
        raise InputError(f"{target} is the file to read; name another to write")
    return target


def _summarise(catalog: Catalog, target: Path, made: list[Row]) -> None:
    """What became of the values, and whose errors are not known."""
    refused = sum(answer["converted_refused"] != "" for answer in made)
    converted = sum(answer["converted_value"] != "" for answer in made)
    ways = sorted({answer["converted_equations"] for answer in made} - {""})
    used = dict.fromkeys(name for way in ways for name in way.split(THEN))
    unstated = [name for name in used if catalog.equation(name).error is None]
    unknown = f"; no source states the error of {', '.join(unstated)}: it is unknown, not zero"
    say(
        f"{converted} values converted, {refused} refused; written to {target}{unknown if unstated else ''}",
        file=str(target),
        converted=converted,
        refused=refused,
        equations=ways,
        errors_not_stated=unstated,
    )


def _rows(file: Path, delimiter: str, columns: list[str]) -> tuple[list[str], list[Row]]:
    """The headings and rows of a file that has these columns, and none that would be lost."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, delimiter=delimiter, restval="", strict=True)
            rows, names = [*reader], [*(reader.fieldnames or ())]
    except (OSError, UnicodeDecodeError, csv.Error, TypeError) as error:
        raise SourceError(f"{file} cannot be read as CSV: {error}") from error
    for name in columns:
        if name not in names:
            raise SourceError(str(UnknownNameError("column", name, names)))
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceError(f"{file} has columns of one name: {', '.join(twice)}")
    if taken := [name for name in names if name in MADE]:
        raise SourceError(f"{file} has columns already that would be written over: {', '.join(taken)}")
    if any(None in row for row in rows):
        raise SourceError(f"{file}: a row has more cells than there are headings")
    return names, rows


def _observed(
    catalog: Catalog, asked: dict[str, str], text: str, sd: str, decimal: Decimal
) -> Observation | str:
    """What a cell says, or the id of the check that says why it is no number; '' of an empty one."""
    if not text.strip():
        return ""
    number = read_number(text.strip(), decimal)
    if number.fault:
        return number.fault
    if isnan(number.value):
        return "below_detection"
    given: dict[str, Any] = asked | {"value": number.value, "qualifier": number.qualifier}
    if sd.strip():
        deviation = read_number(sd.strip(), decimal)
        if deviation.fault or deviation.qualifier or deviation.value < 0:
            return UNREADABLE_SD
        given["sd"] = deviation.value
    return observation(catalog, given)


def _told(answer: dict[str, Any]) -> Row:
    texts = {name: answer[name] for name in ANSWERED} | {"equations": THEN.join(answer["equations"])}
    return {f"converted_{name}": "" if told is None else str(told) for name, told in texts.items()}


def _unread(why: str) -> Row:
    return {f"converted_{name}": "" for name in ANSWERED} | {"converted_refused": why}


def _write(file: Path, delimiter: str, names: list[str], rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*names, *MADE], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
