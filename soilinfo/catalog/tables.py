"""Tables as people send them: where and how one is written, and what its columns mean (tables/*.yaml)."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name, Release, Time, Unit
from soilinfo.findings import Severity

ColumnType = Literal["string", "integer", "number", "date", "code"]


class Sheet(Model):
    """Where a table is and how it is written: CSV, or a worksheet of an XLSX workbook."""

    source: str
    """Path; relative ones start at the configuration directory."""
    sheet: str | None = None
    """Worksheet of a workbook; absent: its only one."""
    header_row: int = Field(default=1, ge=1)
    """Number of the row that names the columns, the first row being 1."""
    separator: Literal[",", ";", "\t", "|"] = ","
    """What parts the cells of a CSV file."""
    encoding: str | None = None
    """Of a CSV file that is neither UTF-8 nor marked as UTF-16."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers written as text, the other one parting thousands; absent: digits, and
    a point where it cannot part thousands."""


class UnitList(Sheet):
    """An official list of one level's units: its columns of code and name or area."""

    code: str
    name: str | None = None
    area: str | None = None
    area_unit: Unit = "ha"


class Column(Model):
    """One column of a table: ``source`` is its heading there."""

    source: str
    title: Label
    type: ColumnType = "string"
    unit: Unit | None = None
    """Unit of a number, as written and as served."""
    least: float | None = None
    """Least value that a number can have, such as 0 for an area; what is below it is a fault."""
    required: bool = False
    """Whether an empty cell is a fault."""


class Table(Sheet):
    """tables/<id>.yaml: one table and what it says. The id names the collection."""

    id: Name
    title: Label
    description: Label
    columns: Mapping[Name, Column] = Field(min_length=1)
    nodata: tuple[str, ...] = ()
    """Texts that mean no value, such as '-' or '...'."""
    key: tuple[Name, ...] = Field(min_length=1)
    """Columns that together tell one row from every other."""
    unit_level: Name | None = None
    """Administrative level whose units the rows are about."""
    unit_code: Name | None = None
    """Column with the unit's code."""
    unit_name: Name | None = None
    """Column with the unit's name, which must agree with that of its code."""
    time: Time | None = None
    """What time all its figures are of: a year, a month, a date, or the first and the last with '/'."""
    time_column: Name | None = None
    """Column with the day that each row is about, where that differs."""
    most_lost_pct: float = Field(default=20.0, ge=0, le=100)
    """Share of the published rows by which a new version may be shorter. The default is ours."""
    severity: Mapping[str, Severity] = Field(default_factory=dict)
    """Check id -> severity, where it differs from the check's own."""
    release: Release = "automatic"
    licence: str
    attribution: str
    lineage: str = ""
    synthetic: bool = False

    @model_validator(mode="after")
    def _of_one_time(self) -> "Table":
        dated = self.columns.get(self.time_column or "")
        if dated is not None and dated.type != "date":
            raise ValueError(f"time_column: '{self.time_column}' holds no dates")
        if self.time_column is not None and self.time is not None:
            raise ValueError(
                "time and time_column: all rows are of one time, or each is of its own, not both"
            )
        return self
