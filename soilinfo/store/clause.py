"""Pieces of SQL with their values, and what differs between the databases that run them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from soilinfo.grid import Bounds


@dataclass(frozen=True)
class Sql:
    """A piece of SQL and the values of its placeholders, in order. No value but a limit is in the text."""

    text: str
    values: tuple[Any, ...] = ()


class Dialect(Protocol):
    """What differs between the databases."""

    placeholder: str

    def lower(self, text: str) -> str:
        """Expression for the lower case of a text, for all of Unicode."""
        ...

    def geometry(self) -> str:
        """Expression for a geometry given as one WKB value."""
        ...

    def box(self, box: Bounds, tables: "Tables") -> Sql:
        """Condition that the geometry intersects a box, by way of the spatial index."""
        ...

    def near(self, box: Bounds, tables: "Tables") -> Sql | None:
        """Condition by the spatial index alone that holds for all that touch a box, and for some that do not.

        None where the database finds the way to its index by itself.
        """
        ...


@dataclass(frozen=True)
class Tables:
    """The quoted names of one collection's tables: of the rows and, when they share shapes, of these."""

    rows: str
    shapes: str | None = None

    @property
    def with_geometry(self) -> str:
        """Alias of the table that has the geometry: rows are ``r``, shapes ``s``."""
        return "r" if self.shapes is None else "s"

    @property
    def geometry(self) -> str:
        """The column that has the geometry."""
        return f"{self.with_geometry}.geom"


def quoted(name: str) -> str:
    """A name as SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def joined(parts: Sequence[Sql], by: str, empty: str = "") -> Sql:
    """Pieces joined by a word, each in brackets; ``empty`` when there are none."""
    text = by.join(f"({part.text})" for part in parts) or empty
    return Sql(text, tuple(value for part in parts for value in part.values))
