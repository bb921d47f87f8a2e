"""Phenomenon time of features, and the parameter ``datetime`` (Features Part 1, section 7.15.4)."""

from datetime import UTC, datetime
from typing import Any

from pygeofilter import ast

from soilinfo.catalog.names import FINDINGS
from soilinfo.serve.collections import Collection
from soilinfo.serve.features.cql2 import stored_instant
from soilinfo.serve.instants import EVER, Span, interval


def time_column(collection: Collection) -> str | None:
    """The column with the instant, or the day, that each feature is about."""
    table = collection.catalog.tables.get(collection.id)
    return "created" if collection.id == FINDINGS else table.time_column if table else None


def within(collection: Collection, span: Span) -> Any:
    """The condition, as a syntax tree, that a feature's time intersects a span; None where all fulfil it.

    What has no time is true at every time, as the standard says.
    """
    begin, end = span
    if collection.time is not None:
        first, last = interval(collection.time)
        return None if begin <= last and first <= end else False
    column = time_column(collection)
    if column is None or span == EVER:
        return None
    written, instant = stored_instant if collection.id == FINDINGS else _day, ast.Attribute(column)
    after = [ast.GreaterEqual(instant, written(begin))] if begin > EVER[0] else []
    before = [ast.LessEqual(instant, written(end))] if end < EVER[1] else []
    return ast.Or(ast.And.from_items(*after, *before), ast.IsNull(instant, not_=False))


def _day(instant: datetime) -> str:
    """The day (UTC) of an instant: a row about a day is about each of its instants."""
    return instant.astimezone(UTC).date().isoformat()
