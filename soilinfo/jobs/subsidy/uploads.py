"""Uploaded tables of an allocation plan, joined to the units that it is about, with all that does not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.findings import Finding, some
from soilinfo.jobs.subsidy.conversion import subsidy_of
from soilinfo.store.home import Store
from soilinfo.store.vector import Query


@dataclass(frozen=True)
class Units:
    """The units of a level that a plan is about: code -> name."""

    level: str
    names: Mapping[str, str]


def uploaded(
    store: Store, published: Mapping[str, str], plan: str, table: str, columns: Mapping[str, str]
) -> pd.DataFrame:
    """Rows of a published table: ``columns`` (name here -> name there), and the ``row`` they are told by.

    Raises InputError when the table is not published, or has no rows.
    """
    if table not in published:
        raise InputError(
            f"allocation plan '{plan}' needs the table '{table}', which is not published; "
            f"run `soilinfo ingest {table}`"
        )
    fields = ("id", *dict.fromkeys(columns.values()))
    frame = store.vector.read(table, published[table], Query(fields=fields, geometry=False))
    if frame.empty:
        raise InputError(f"table '{table}', which allocation plan '{plan}' needs, has no rows")
    chosen = {here: frame[there].to_numpy() for here, there in columns.items()}
    return pd.DataFrame({"row": frame["id"].to_numpy(), **chosen})


def with_commodities(catalog: Catalog, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with the ids of their commodities, which are written as id or as title in any language.

    Raises InputError naming the rows with one that subsidy.yaml does not have.
    """
    commodities = subsidy_of(catalog).commodities
    known = {title.casefold(): id for id, each in commodities.items() for title in each.title.values()}
    known |= {id: id for id in commodities}
    ids = frame["commodity"].map(lambda written: known.get(str(written).casefold()))
    if ids.isna().any():
        unknown = frame[ids.isna()]
        raise InputError(
            f"table '{table}' names commodities that subsidy.yaml does not have: "
            f"{some(sorted(set(map(str, unknown['commodity']))))} (in {some(list(unknown['row']))}); "
            f"there are: {', '.join(commodities)}"
        )
    return frame.assign(commodity=ids)


def without_negatives(table: str, frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """InputError naming the rows of a table with a number below zero."""
    wrong = [
        f"{column} {value:g} in {row}"
        for column in columns
        for row, value in frame.loc[frame[column] < 0, ["row", column]].itertuples(index=False)
    ]
    if wrong:
        raise InputError(f"table '{table}' has numbers below zero: {some(wrong)}")


def without_duplicates(table: str, frame: pd.DataFrame, key: Sequence[str]) -> None:
    """InputError naming what a table has more than one row of."""
    twice = frame.loc[frame.duplicated(list(key)), list(key)].drop_duplicates()
    if len(twice):
        told = [" ".join(map(str, each)) for each in twice.itertuples(index=False)]
        same = " and ".join(key)
        raise InputError(f"table '{table}' has more than one row of the same {same}: {some(told)}")


def of_units(table: str, frame: pd.DataFrame, units: Units) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows of units that there are, and a warning of the others, which are left out."""
    known = frame["code"].isin(list(units.names))
    rows = [str(row) for row in frame.loc[~known, "row"]]
    message = f"left out rows about no unit of '{units.level}': {some(rows)}"
    evidence = {"table": table, "level": units.level, "rows": rows}
    found = [Finding("rows_of_no_unit", "warn", table, message, len(rows), evidence)] if rows else []
    return frame[known], found


def unlisted(table: str, frame: pd.DataFrame, units: Units) -> list[Finding]:
    """A note of the units that a table has no row of: what is not known of them is not zero."""
    missing = sorted(set(units.names) - set(frame["code"]))
    if not missing:
        return []
    told = [f"{units.names[code]} ({code})" for code in missing]
    message = f"no row of {len(missing)} of {len(units.names)} units of '{units.level}': {some(told)}"
    evidence = {"table": table, "level": units.level, "codes": missing}
    return [Finding("units_without_rows", "note", table, message, len(missing), evidence)]
