"""Phenomenon time of features, and the parameter ``datetime`` (Features Part 1, section 7.15.4)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pygeofilter import ast

from soilinfo.catalog.names import FINDINGS, HARMONIZED, OBSERVATIONS, PROFILES
from soilinfo.serve.collections import Collection
from soilinfo.serve.features.cql2 import stored_instant
from soilinfo.serve.instants import EVER, Span, interval

DAYS = {PROFILES: "date", OBSERVATIONS: "date", HARMONIZED: "date"}
"""The column with the day on which a profile was described, or a specimen analysed."""


def time_column(collection: Collection) -> str | None:
    """The column with the instant, or the day, that each feature is about."""
    table = collection.catalog.tables.get(collection.id)
    if collection.id == FINDINGS:
        return "created"
    return table.time_column if table else DAYS.get(collection.id)


def within(collection: Collection, span: Span) -> Any:
    """The condition, as a syntax tree, that a feature's time intersects a span; None where all fulfil it.

    What has no time is true at every time, as the standard says.
    """
    if collection.time is not None:
        first, last = interval(collection.time)
        return None if span[0] <= last and first <= span[1] else False
    column = time_column(collection)
    if column is None:
        return None
    return written_within(column, span, stored_instant if collection.id == FINDINGS else _day)


def _day(instant: datetime) -> str:
    """The day (UTC) of an instant: a row about a day is about each of its instants."""
    return instant.astimezone(UTC).date().isoformat()


def written_within(column: str, span: Span, written: Callable[[datetime], str] = _day) -> Any:
    """The condition that a column's instant, or day, lies in a span or is missing; None where all do.

    ``written``: how the column writes an instant.
    """
    if span == EVER:
        return None
    (begin, end), instant = span, ast.Attribute(column)
    after = [ast.GreaterEqual(instant, written(begin))] if begin > EVER[0] else []
    before = [ast.LessEqual(instant, written(end))] if end < EVER[1] else []
    return ast.Or(ast.And.from_items(*after, *before), ast.IsNull(instant, not_=False))
