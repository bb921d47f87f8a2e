"""Conversions on the command line: a column of values told otherwise, and the equations that there are."""

import csv
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.load import load
from soilinfo.catalog.models import Catalog
from soilinfo.cli.options import ConfigOption, LanguageOption, placed, settings_of, spoken
from soilinfo.console import print_table, say
from soilinfo.errors import InputError, SourceError, UnknownNameError
from soilinfo.harmonize.on_request import Observation, answers, observation
from soilinfo.ingest.profiles.numbers import read_number

verbs = typer.Typer()

Row = dict[str, str]
ANSWERED = ("value", "unit", "sd", "sd_conversion", "equations", "equation_range", "qualifier", "refused")
"""What is written of each answer, in columns ``converted_<name>``."""


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
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV to write", show_default="FILE.converted.csv")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Convert a column of values: to another property by a published equation, or to another unit.

    Beside each value stand the equation, what it adds to the standard deviation, and whether it holds there.
    """
    target = placed(output or file.with_suffix(".converted.csv"))
    catalog = load(settings_of(config=config).config)
    rows = _rows(file, delimiter, [name for name in (value, sd) if name])
    asked = {"property": source, "unit": unit}
    read = [_observed(catalog, asked, row[value], row[sd] if sd else "") for row in rows]
    known = [one for one in read if isinstance(one, Observation)]
    # Asked even without a value to convert: a way that there is not is told of an empty column, too.
    told = iter(
        answers(catalog, known or [observation(catalog, asked | {"value": 0})], to, equation, to_unit)
    )
    made = [_told(next(told)) if isinstance(one, Observation) else _unread(one) for one in read]
    _write(target, delimiter, [row | answer for row, answer in zip(rows, made, strict=True)])
    refused = sum(answer["converted_refused"] != "" for answer in made)
    converted = sum(answer["converted_value"] != "" for answer in made)
    say(
        f"{converted} values converted, {refused} refused; written to {target}",
        file=str(target),
        converted=converted,
        refused=refused,
        equations=sorted({answer["converted_equations"] for answer in made} - {""}),
    )


@verbs.command()
def equations(
    property: Annotated[
        str | None, typer.Argument(help="Property that they lead from or to", show_default="all")
    ] = None,
    language: LanguageOption = None,
    config: ConfigOption = None,
) -> None:
    """List the equations between properties: what they compute, where they hold, and their error."""
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
    rules = catalog.harmonization
    used = one.form == "rule" or (rules and one.id in rules.properties.get(one.to_property, ()))
    row = {
        "equation": one.id,
        "computes": one.rule[language] if one.rule else one.formula,
        "holds for": f"x from {one.valid[0]:g} to {one.valid[1]:g} {one.from_unit}"
        if one.valid
        else "not stated",
        "error": "not stated" if one.error is None else f"{one.error:g} {one.to_unit}",
        "soils": one.soils[language],
        "used": "yes" if used else "",
    }
    if sys.stdout.isatty():
        return row
    return row | {"from": one.from_property, "to": one.to_property, "source": one.source}


def _rows(file: Path, delimiter: str, columns: list[str]) -> list[Row]:
    """The rows of a file that has these columns."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, delimiter=delimiter, restval="", strict=True)
            rows, names = [*reader], [*(reader.fieldnames or ())]
    except (OSError, UnicodeDecodeError, csv.Error, TypeError) as error:
        raise SourceError(f"{file} cannot be read as CSV: {error}") from error
    for name in columns:
        if name not in names:
            raise SourceError(str(UnknownNameError("column", name, names)))
    if any(None in row for row in rows):
        raise SourceError(f"{file}: a row has more cells than there are headings")
    return rows


def _observed(catalog: Catalog, asked: dict[str, str], text: str, sd: str) -> Observation | str:
    """What a cell says, or the id of the check that says why it is no number; '' of an empty one."""
    if not text.strip():
        return ""
    number, deviation = read_number(text.strip(), None), read_number(sd.strip() or "nan", None)
    if number.fault:
        return number.fault
    if number.value != number.value:
        return "below_detection"
    given: dict[str, Any] = asked | {"value": number.value, "qualifier": number.qualifier}
    if sd.strip() and not deviation.fault:
        given["sd"] = deviation.value
    return observation(catalog, given)


def _told(answer: dict[str, Any]) -> Row:
    texts = {name: answer[name] for name in ANSWERED} | {"equations": " > ".join(answer["equations"])}
    return {f"converted_{name}": "" if told is None else str(told) for name, told in texts.items()}


def _unread(why: str) -> Row:
    return {f"converted_{name}": "" for name in ANSWERED} | {"converted_refused": why}


def _write(file: Path, delimiter: str, rows: list[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0]] if rows else [], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
