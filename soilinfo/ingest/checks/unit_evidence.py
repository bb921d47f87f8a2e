"""What the checks of administrative units look at, and how they tell what they found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from soilinfo.catalog.models import Level
from soilinfo.findings import Finding, Severity, some
from soilinfo.grid import Bounds
from soilinfo.ingest.topology import Overlap, overlapping
from soilinfo.ingest.vector import Shapes, place_of

SHOWN = 20
"""Codes in a finding's evidence; the count says how many there are."""


@dataclass(frozen=True)
class Official:
    """What the lists configured for a level say; empty where none is configured."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Code -> name of every unit."""
    hectares: Mapping[str, float] = field(default_factory=dict)
    """Code -> area."""


NO_LISTS = Official()
"""Of a level for which no list is configured."""


@dataclass(frozen=True)
class UnitEvidence:
    """All that a check of one level's units may look at."""

    level_id: str
    level: Level
    on: date
    source: gpd.GeoDataFrame
    """Every row of the source, as it is, in EPSG:4326."""
    states: npt.NDArray[np.object_]
    """For each row of the source whether it stands on the day."""
    standing: gpd.GeoDataFrame
    """The rows that do."""
    drawn: gpd.GeoDataFrame
    """Those of them with a geometry."""
    repaired: Shapes
    """Their geometries as valid MultiPolygons, some of them empty."""
    repairs: list[str]
    """What was wrong with each, '' for nothing."""
    units: gpd.GeoDataFrame
    """The units to publish, in soilinfo's columns."""
    official: Official
    country: Bounds | None
    """Bounds of the national grid in degrees; west > east where it goes across 180."""

    @cached_property
    def overlaps(self) -> list[Overlap]:
        """Every pair of units that share land, the largest overlap first."""
        return overlapping(self.units.geometry.to_numpy(), list(self.units["code"]))

    def codes(self, rows: gpd.GeoDataFrame) -> list[str]:
        """The codes of rows of the source, as text."""
        return [str(code) for code in rows[self.level.code_field]]

    def about(
        self, check: str, severity: Severity, message: str, rows: gpd.GeoDataFrame, **evidence: Any
    ) -> Finding | None:
        """A finding about rows of the source, '{}' in its message being their codes; None for no rows."""
        shapes = dict(zip(self.codes(rows), rows.geometry, strict=True))
        return units_found(self.level_id, check, severity, message, shapes, **evidence)


def units_found(
    level_id: str, check: str, severity: Severity, message: str, shapes: Mapping[str, Any], **evidence: Any
) -> Finding | None:
    """A finding about units (code -> geometry), '{}' in its message being their codes; None for no units."""
    if not shapes:
        return None
    codes = sorted(shapes)
    place = _first_place(shapes[code] for code in codes)
    details = {"codes": codes[:SHOWN], **evidence} | ({"place": place} if place else {})
    return Finding(check, severity, level_id, message.replace("{}", some(codes)), len(codes), details)


def _first_place(shapes: Iterable[Any]) -> list[float] | None:
    return next((place for place in map(place_of, shapes) if place), None)
