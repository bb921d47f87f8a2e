"""A finding: what one check saw, with its evidence. The same type from ingestion to the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["block", "warn", "note"]

RASTER_CHECKS = (
    "not_the_earth",
    "crs_contradicted",
    "south_up",
    "resolution_differs",
    "several_bands",
    "picture",
    "no_data_in_grid",
    "value_range",
    "constant_layer",
    "unknown_codes",
    "undeclared_nan",
    "plausible_nodata",
    "extra_nodata",
    "scaled_source",
)
"""Ids of the checks of a raster source, whose severity config may change."""

VECTOR_CHECKS = (
    "ended_units",
    "future_units",
    "unreadable_dates",
    "no_units",
    "duplicate_codes",
    "malformed_codes",
    "null_geometry",
    "empty_geometry",
    "negative_area",
    "invalid_geometry",
    "unknown_parent",
)
"""Ids of the checks of administrative units, whose severity config may change."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found about one layer or collection.

    ``check`` is the id of the check, ``severity`` what it does to publication ('block' stops it),
    ``message`` one sentence for a person, ``count`` how many cells, features or rows are concerned,
    ``evidence`` JSON-ready details with an example location.
    """

    check: str
    severity: Severity
    layer: str
    message: str
    count: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def blocks(findings: Iterable[Finding]) -> bool:
    """True when any finding stops publication."""
    return any(finding.severity == "block" for finding in findings)
