"""What files say of the columns of a table: they must exist, and be what they are used as."""

from collections.abc import Iterator, Mapping
from typing import Any

from soilinfo.catalog.files import Entry
from soilinfo.catalog.references import Parts
from soilinfo.errors import Fault, UnknownNameError

NUMBERS = ("integer", "number")


def column_faults(
    parts: Parts,
    entry: Entry,
    key: str,
    table: str,
    *,
    texts: Mapping[str, str | None] | None = None,
    numbers: Mapping[str, str | None] | None = None,
    unit: str | None = None,
) -> Iterator[Fault]:
    """Every fault of columns that ``entry`` names of a table.

    ``key``: where the table is named, as ``<key>.table``; ``texts`` and ``numbers``: the column (None: not
    given) by the key below it where it is named; ``unit``: what numbers must be in, if it matters.
    """
    for error in parts.unknown("table", "tables", [table]):
        yield entry.fault(f"{key}.table", error)
    columns = parts.data("tables", table).get("columns")
    if not isinstance(columns, dict):
        return
    wanted = [(below, name, False) for below, name in (texts or {}).items() if name is not None]
    wanted += [(below, name, True) for below, name in (numbers or {}).items() if name is not None]
    for below, name, is_number in wanted:
        if name not in columns:
            yield entry.fault(f"{key}.{below}", UnknownNameError("column", name, columns))
        elif is_number and (reason := _no_number(columns[name], name, unit)):
            yield entry.fault(f"{key}.{below}", reason)


def level_faults(
    parts: Parts, entry: Entry, key: str, table: str, level: str | None = None
) -> Iterator[Fault]:
    """A fault where a table is not about units of a level, or of any: their codes are then not checked."""
    described = parts.data("tables", table)
    about = described.get("unit_level")
    if described and about is None:
        yield entry.fault(f"{key}.table", f"'{table}' does not say of which level its units are (unit_level)")
    elif described and level in parts.entries["regions"] and about != level:
        yield entry.fault(f"{key}.table", f"'{table}' is about {about}; here units of {level} are needed")


def _no_number(column: Any, name: str, unit: str | None) -> str | None:
    """Why a column cannot be reckoned with; None when it can."""
    column = column if isinstance(column, dict) else {}
    if column.get("type") not in NUMBERS:
        return f"the column '{name}' holds no numbers"
    if unit is not None and column.get("unit") != unit:
        return f"the column '{name}' is in '{column.get('unit')}', not in '{unit}'"
    return None
