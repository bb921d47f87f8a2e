"""What a fact sheet is made from: the published rows of one administrative unit, its outline and its map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import Level
from soilinfo.report.maps import Picture

MANAGEMENT = "potential_medium"
"""The level of management that stands beside the land as it is."""

MOST_REASONS = 6
"""Crops whose reasons are told."""

Row = Mapping[str, Any]
"""One row of a table by region."""
Crops = Sequence[tuple[Row, Row | None]]
"""Rows of each crop: of the land as it is, and under medium management."""


@dataclass(frozen=True)
class Publication:
    """Which snapshot a document was made of, and where it can be had."""

    id: int
    created: datetime
    versions: Mapping[str, str]
    """Version by collection, of those that the document uses."""


@dataclass(frozen=True)
class UnitFacts:
    """What is published of one administrative unit; empty where a table is not published."""

    level: Level
    code: str
    name: str
    parent: str
    """Name of the unit it belongs to; empty at the top level."""
    area_ha: float | None
    official_area_ha: float | None
    publication: Publication
    suitability: Sequence[Row] = ()
    properties: Sequence[Row] = ()
    """Of the layers that the evaluation uses."""
    classes: Sequence[Row] = ()
    outline: BaseGeometry | None = None
    """In the CRS of the grid."""
    picture: Picture | None = None
    """The first crop of :func:`ranked`, as the land is."""
    explained: Mapping[str, Row] = field(default_factory=dict)
    """Reasons of the crops that the page tells them of, in its order; none where the unit is too large."""
    further: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Rows of further tables by kind; see :mod:`soilinfo.report.factsheet.further`."""


def ranked(rows: Sequence[Row]) -> list[tuple[Row, Row | None]]:
    """Each crop's row as the land is and under medium management, the crop with most S1 and S2 land first."""
    potential = {row["crop"]: row for row in rows if row["scenario"] == MANAGEMENT}
    pairs = [(row, potential.get(row["crop"])) for row in rows if row["scenario"] == "actual"]
    return sorted(pairs, key=lambda pair: _merit(*pair))


def chosen_crops(crops: Crops, planted: Sequence[str]) -> list[str]:
    """The crops whose reasons are told: those that suit most land and those ``planted`` widest, by turns."""
    best = [str(actual["crop"]) for actual, _ in crops]
    half = MOST_REASONS // 2
    own = [crop for crop in planted if crop in best][:half]
    return [*dict.fromkeys([*best[:half], *own, *best])][:MOST_REASONS]


def _merit(actual: Row, potential: Row | None) -> tuple[Any, ...]:
    better = potential or actual
    suitable = [row["s1_ha"] + row["s2_ha"] for row in (actual, better)]
    return -suitable[0], -actual["s1_ha"], -suitable[1], actual["crop"]
