"""Tables of soil profiles: a row for each horizon, horizons side by side, or a row for each value."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from soilinfo.catalog.models import Property
from soilinfo.catalog.soil_profiles import HorizonSheet, SoilProfiles, ValueSheet
from soilinfo.ingest.profiles.written import (
    ELEMENT,
    OBSERVATION,
    PROFILE,
    SOURCE,
    Decimal,
    Reader,
    Written,
    columns,
    stacked,
    unit_of,
)


def read_horizons(dataset: SoilProfiles, read: Reader) -> Written:
    """What a table with a row for each horizon says, or for each profile with its horizons side by side.

    Side by side, a place of which nothing is written is no horizon. SourceError when a column is missing.
    """
    sheet = dataset.horizons
    assert sheet is not None, "a dataset in this form"
    cells = read(sheet)
    groups = [
        columns(sheet.source, cells, _named(sheet, ending), dataset.nodata)
        for ending in sheet.groups or ("",)
    ]
    elements = pd.concat(groups, ignore_index=True)
    about = ["upper", "lower", *(f"value_{at}" for at in range(len(sheet.values)))]
    if sheet.groups:
        elements = elements[elements[about].notna().any(axis=1)].reset_index(drop=True)
    if sheet.depth:
        elements[["upper", "lower"]] = [f"{edge:g}" for edge in sheet.depth]
    observations = stacked(list(_values(elements, sheet)), [*OBSERVATION, *SOURCE, "element", "row"])
    profiles, decimal = _profiles(dataset, read, elements)
    return Written(
        profiles,
        stacked([elements], [*ELEMENT, "row"]),
        observations,
        {"profiles": decimal, "elements": sheet.decimal, "observations": sheet.decimal},
        codes={each.column: each.codes for each in sheet.values if each.codes},
        errors=cells.errors,
        is_linked=cells.is_linked,
    )


def _named(sheet: HorizonSheet, ending: str) -> Mapping[str, str | None]:
    """Our columns -> headings of one of the horizons side by side."""
    told = {
        "element_code": sheet.element_code,
        "kind": sheet.kind,
        "horizon_code": sheet.horizon_code,
        "upper": sheet.upper,
        "lower": sheet.lower,
        "specimen_code": sheet.specimen_code,
        **{f"value_{at}": each.column for at, each in enumerate(sheet.values)},
    }
    return {
        "profile_code": sheet.profile_code,
        **{name: heading and heading + ending for name, heading in told.items()},
    }


def _values(elements: pd.DataFrame, sheet: HorizonSheet) -> Iterator[pd.DataFrame]:
    for at, each in enumerate(sheet.values):
        cell = elements[f"value_{at}"]
        told = {"property": each.property, "procedure": each.procedure, "unit": each.unit}
        named = {"source_property": each.column, "source_unit": each.unit, "cell": cell}
        yield elements.assign(**told, **named, element=elements.index)[cell.notna()]


def read_values(dataset: SoilProfiles, read: Reader, properties: Mapping[str, Property]) -> Written:
    """What a table with a row for each value says; rows of the same profile and depth are one element.

    A value of a text that config does not know has no property. SourceError when a column is missing.
    """
    sheet = dataset.values
    assert sheet is not None, "a dataset in this form"
    cells = read(sheet)
    named = {
        "profile_code": sheet.profile_code,
        "element_code": sheet.element_code,
        "upper": sheet.upper,
        "lower": sheet.lower,
        "source_property": sheet.property,
        "cell": sheet.value,
        "stated_unit": sheet.unit,
        "stated_procedure": sheet.procedure,
    }
    rows = columns(sheet.source, cells, named, dataset.nodata)
    key = ["profile_code", "element_code", "upper", "lower"]
    rows["element"] = rows.groupby(key, dropna=False, sort=False).ngroup()
    profiles, decimal = _profiles(dataset, read, rows)
    return Written(
        profiles,
        stacked([rows.drop_duplicates("element")], [*ELEMENT, "row"]),
        stacked(
            [_meant(rows[rows["cell"].notna()], sheet, properties)], [*OBSERVATION, *SOURCE, "element", "row"]
        ),
        {"profiles": decimal, "elements": sheet.decimal, "observations": sheet.decimal},
        codes={text: each.codes for text, each in sheet.properties.items() if each.codes},
        errors=cells.errors,
        is_linked=cells.is_linked,
    )


def _meant(rows: pd.DataFrame, sheet: ValueSheet, properties: Mapping[str, Property]) -> pd.DataFrame:
    """Rows with the property, procedure and unit of each value; a column of the table goes before config."""

    def of(name: str) -> "pd.Series[str]":
        return rows["source_property"].map(
            {text: getattr(each, name) for text, each in sheet.properties.items()}
        )

    named = of("property")
    wanted = named.map({name: each.unit for name, each in properties.items()})
    pairs = pd.Series(list(zip(rows["stated_unit"], wanted, strict=True)), index=rows.index, dtype=object)
    known = {(text, unit): unit_of(_text(text), _text(unit)) for text, unit in pairs.unique()}
    stated = pairs.map(known)
    return rows.assign(
        property=named,
        procedure=rows["stated_procedure"].fillna(of("procedure")),
        source_unit=rows["stated_unit"].fillna(of("unit")),
        # A unit that is written and not known is not the one that config has for empty cells.
        unit=stated.where(rows["stated_unit"].notna(), of("unit")),
    )


def _text(cell: Any) -> str | None:
    return None if pd.isna(cell) else str(cell)


def _profiles(dataset: SoilProfiles, read: Reader, elements: pd.DataFrame) -> tuple[pd.DataFrame, Decimal]:
    """What is said of profiles: in their own sheet, or no more than the codes that the elements have."""
    sheet = dataset.profiles
    if sheet is None:
        rows = elements[["profile_code", "row"]].drop_duplicates("profile_code")
        return stacked([rows], [*PROFILE, "row"]), None
    rows = columns(sheet.source, read(sheet), sheet.columns.model_dump(), dataset.nodata)
    told = [name for name in rows if name != "row"]
    return stacked([rows.drop_duplicates(told)], [*PROFILE, "row"]), sheet.decimal
