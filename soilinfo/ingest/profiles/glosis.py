"""The GloSIS template: plots, profiles, elements, specimens and procedures, of a workbook or as CSV files.

Which property a column of the specimens holds stands in the sheet of procedures, by the names of the GloSIS
code lists (https://w3id.org/glosis/model/codelists). Its headings do not always agree with those of the
specimens, nor its units with those in the headings; what does not agree is not guessed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from soilinfo.catalog.models import Property, Sheet
from soilinfo.catalog.procedures import Procedure
from soilinfo.catalog.soil_profiles import GlosisTemplate, SoilProfiles
from soilinfo.errors import UnitError
from soilinfo.ingest.profiles.written import (
    ELEMENT,
    OBSERVATION,
    PROFILE,
    SOURCE,
    Reader,
    Written,
    columns,
    stacked,
    texts,
    unit_of,
)
from soilinfo.ingest.sheets import Cells
from soilinfo.units import factor_offset

SHEETS = {
    "plots": "Plot Data",
    "profiles": "Profile Data",
    "elements": "Element Data",
    "specimens": "Specimen Data",
    "procedures": "Procedures",
}
"""Worksheets of the template."""

_PLOTS = {
    "profile_code": "profile_code",
    "project": "project_name",
    "site_code": "site_code",
    "plot_code": "plot_code",
    "plot_type": "plot_type",
    "date": "date",
    "longitude": "longitude",
    "latitude": "latitude",
    "altitude_m": "altitude",
    "positional_accuracy_m": "positional_accuracy",
    "land_use": "Landuse",
}
_PROFILES = {"profile_code": "profile_code", "soil_wrb": "WRB Soil Name", "soil_usda": "USDA Suborder"}
_ELEMENTS = {
    "profile_code": "profile_code",
    "element_code": "element_code",
    "kind": "type",
    "horizon_code": "horizon_code",
    "upper": "upper_depth",
    "lower": "lower_depth",
}
_COLOURS = {
    "Colour Moist": ("munsell_value_moist", "munsell_chroma_moist"),
    "Colour Dry": ("munsell_value_dry",),
}
"""Properties in the columns of the elements' sheet that hold Munsell notations."""
_SPECIMENS = {
    "profile_code": "profile_code",
    "element_code": "element_code",
    "specimen_code": "specimen_code",
}
_PROCEDURES = {
    "heading": "soil_property",
    "property": "property_phys_chem_id",
    "procedure": "procedure_phys_chem_id",
    "unit": "unit_of_measure_id",
}

Procedures = Mapping[str, Procedure]
Meaning = dict[str, Any]


def read_glosis(
    dataset: SoilProfiles, read: Reader, procedures: Procedures, properties: Mapping[str, Property]
) -> Written:
    """What a dataset in this form says. SourceError when a sheet or a column of the form is missing."""
    form = dataset.glosis
    assert form is not None, "a dataset in this form"
    sheets = {name: sheet for name in SHEETS if (sheet := _sheet(form, name)) is not None}
    cells = {name: read(sheet) for name, sheet in sheets.items()}

    def part(name: str, named: Mapping[str, str]) -> pd.DataFrame:
        return columns(sheets[name].source, cells[name], named, dataset.nodata)

    plots = part("plots", _PLOTS)
    if "profiles" in cells:
        described = part("profiles", _PROFILES).drop(columns="row").drop_duplicates("profile_code")
        plots = plots.merge(described, on="profile_code", how="left")
    elements = part("elements", _ELEMENTS)
    specimens = part("specimens", _SPECIMENS)
    specimens["element"] = _elements_of(specimens, elements)
    told = part("procedures", _PROCEDURES)
    colours = _colours(cells["elements"], properties)
    meanings, likened = _meanings(form, cells["specimens"], told, procedures, properties)
    return Written(
        stacked([plots], [*PROFILE, "row"]),
        stacked([elements], [*ELEMENT, "row"]),
        stacked(
            [
                _observations(specimens, cells["specimens"], meanings, dataset.nodata),
                _observations(
                    elements.assign(element=elements.index), cells["elements"], colours, dataset.nodata
                ),
            ],
            [*OBSERVATION, *SOURCE, "element", "row"],
        ),
        dict.fromkeys(("profiles", "elements", "observations"), "."),
        errors=tuple(
            f"{sheets[name].sheet or name} {at}" for name, one in cells.items() for at in one.errors
        ),
        is_linked=any(one.is_linked for one in cells.values()),
        likened=likened,
    )


def _sheet(form: GlosisTemplate, name: str) -> Sheet | None:
    """Where one part of the form is; None for the one that may be missing."""
    path = form.workbook or getattr(form, name)
    if path is None:
        return None
    below_groups = name in ("plots", "profiles", "elements")
    row = form.header_row if below_groups else 1
    return Sheet(source=path, sheet=SHEETS[name] if form.workbook else None, header_row=row)


def _elements_of(specimens: pd.DataFrame, elements: pd.DataFrame) -> "pd.Series[int]":
    """Position of each specimen's element, -1 where there is none of that code in the profile."""
    key = ["profile_code", "element_code"]
    known = elements[elements["element_code"].notna()].drop_duplicates(key)
    return (
        pd.Series(pd.MultiIndex.from_frame(known[key]).get_indexer(pd.MultiIndex.from_frame(specimens[key])))
        .map(dict(enumerate(known.index)))
        .fillna(-1)
        .astype(int)
    )


def _observations(
    specimens: pd.DataFrame, cells: Cells, meanings: Sequence[Meaning], nodata: tuple[str, ...]
) -> pd.DataFrame:
    """A row for each cell of a sheet that is filled and means something."""
    rows = specimens["row"].to_numpy() - cells.first_row
    parts = []
    for each in meanings:
        cell = texts(cells.column(str(each["source_property"])), nodata).iloc[rows].reset_index(drop=True)
        parts.append(specimens.assign(**each, cell=cell)[cell.notna()])
    return stacked(parts, [*OBSERVATION, *SOURCE, "element", "row"])


# ---- what the columns mean --------------------------------------------------------------


def _meanings(
    form: GlosisTemplate,
    cells: Cells,
    sheet: pd.DataFrame,
    procedures: Procedures,
    properties: Mapping[str, Property],
) -> tuple[list[Meaning], dict[str, str]]:
    """``source_property, source_unit, unit, procedure, property`` of each column of values, and which of
    them the sheet of procedures heads otherwise."""
    told = {str(each["heading"]): each for each in sheet.to_dict("records")}
    headings = [one for one in cells.headings if one and one not in _SPECIMENS.values()]
    likened = {one: alike for one in headings if one not in told and (alike := _alike(one, list(told)))}
    rows: list[Meaning] = []
    for heading in headings:
        about = told.get(likened.get(heading, heading), {})
        name = form.properties.get(heading) or _observed(about, procedures)
        in_sheet, in_heading = about.get("unit"), _unit_in(heading)
        wanted = properties[name].unit if name and name in properties else None
        rows.append(
            {
                "source_property": heading,
                "source_unit": in_sheet or in_heading,
                "unit": form.units.get(heading) or _agreed(in_sheet, in_heading, wanted),
                "procedure": about.get("procedure"),
                "property": name,
            }
        )
    return rows, likened


def _colours(cells: Cells, properties: Mapping[str, Property]) -> list[Meaning]:
    """What :func:`_meanings` tells of specimens, of the colours of elements that config knows."""
    return [
        {"source_property": heading, "source_unit": None, "unit": "1", "procedure": None, "property": name}
        for heading, names in _COLOURS.items()
        for name in names
        if heading in cells.headings and name in properties
    ]


def _observed(about: Mapping[Any, Any], procedures: Procedures) -> str | None:
    """Our property of what a procedure of the sheet observes; None where config does not know it."""
    known = procedures.get(str(about.get("procedure")))
    return known.observes.get(str(about.get("property"))) if known else None


def _alike(heading: str, others: list[str]) -> str | None:
    """The only other heading that differs in nothing but its unit."""
    found = [one for one in others if _stem(one) == _stem(heading)]
    return found[0] if len(found) == 1 else None


def _stem(heading: str) -> str:
    return re.sub(r"\(.*", "", heading).strip().casefold()


def _unit_in(heading: str) -> str | None:
    """The text in the parentheses that end a heading."""
    found = re.search(r"\(([^()]*)\)\s*$", heading)
    return found[1] if found else None


def _agreed(of_sheet: str | None, of_heading: str | None, property_unit: str | None) -> str | None:
    """The unit that sheet and heading agree on, or that one of them alone tells."""
    both = (unit_of(of_sheet, property_unit), unit_of(of_heading, property_unit))
    stated = [one for one in both if one]
    if len(stated) == 2 and not _is_same(*stated):
        return None
    return stated[0] if stated else None


def _is_same(one: str, other: str) -> bool:
    try:
        return factor_offset(one, other) == (1.0, 0.0)
    except UnitError:
        return False
