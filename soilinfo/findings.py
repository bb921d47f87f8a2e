"""A finding: what one check saw, with its evidence. The same type from ingestion to the API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["block", "warn", "note"]
SEVERITIES: tuple[Severity, ...] = ("block", "warn", "note")
"""The gravest first."""

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
    "undeclared_sentinels",
    "plausible_nodata",
    "extra_nodata",
    "scaled_source",
    "coarse_slope",
    "coarse_elevation",
    "impossible_slopes",
)
"""Ids of the checks of a raster source, whose severity config may change."""

TILE_CHECKS = ("tiles_disagree", "tile_types_differ", "tile_gaps")
"""Ids of the checks of a raster source made of several tiles, whose severity config may change."""

CANDIDATE_CHECKS = (
    "implausible_jump",
    "data_lost",
    "not_compared",
    "expected_range",
    "identical_layers",
    "texture_sum",
    "uncertainty_missing",
    "uncertainty_too_large",
    "quantiles_cross",
    "mean_outside_quantiles",
    "coverage",
    "data_outside_territory",
    "undeclared_fill",
)
"""Ids of the checks that compare raster layers before publication, whose severity config may change."""

VECTOR_CHECKS = (
    "ended_units",
    "future_units",
    "unreadable_dates",
    "no_units",
    "duplicate_codes",
    "malformed_codes",
    "foreign_codes",
    "lost_zeros",
    "codes_as_numbers",
    "missing_names",
    "garbled_names",
    "null_geometry",
    "empty_geometry",
    "collapsed_geometry",
    "invalid_geometry",
    "negative_area",
    "swapped_coordinates",
    "impossible_coordinates",
    "crosses_antimeridian",
    "outside_country",
    "unreadable_areas",
    "area_differs",
    "listed_area_differs",
    "unlisted_units",
    "missing_units",
    "names_disagree",
    "overlaps",
    "land_counted_twice",
    "units_drawn_twice",
    "slivers",
    "enclosed_gaps",
    "new_units",
    "vanished_units",
    "many_units_vanished",
    "renamed_units",
    "moved_units",
    "unknown_parent",
    "outside_parent",
    "orphaned_children",
)
"""Ids of the checks of administrative units, whose severity config may change."""

TABLE_CHECKS = (
    "missing_columns",
    "unknown_columns",
    "blank_rows",
    "totals_rows",
    "formula_errors",
    "missing_values",
    "turned_into_dates",
    "codes_as_numbers",
    "ambiguous_numbers",
    "unreadable_cells",
    "below_least",
    "duplicate_keys",
    "unknown_units",
    "names_disagree",
    "no_rows",
    "rows_lost",
)
"""Ids of the checks of a table, whose severity config may change."""

MAPUNIT_CHECKS = (
    "missing_codes",
    "units_without_components",
    "components_without_polygon",
    "non_soil_units",
    "duplicate_components",
    "share_range",
    "shares_add_up",
    "unknown_soils",
    "unreadable_values",
    "unknown_codes",
    "value_range",
    "depth_intervals",
    "depth_gaps",
    "null_geometry",
    "invalid_geometry",
    "overlapping_polygons",
    "small_polygons",
    "polygons_lost",
    "components_lost",
)
"""Ids of the checks of a soil map, whose severity config may change."""

PROFILE_CHECKS = (
    "no_profiles",
    "no_horizons",
    "no_depths",
    "missing_codes",
    "unknown_projects",
    "headings_differ",
    "formula_errors",
    "external_links",
    "duplicate_profiles",
    "colliding_codes",
    "missing_place",
    "coordinates_zero",
    "swapped_coordinates",
    "impossible_coordinates",
    "outside_country",
    "same_place",
    "unreadable_dates",
    "future_dates",
    "unreadable_details",
    "no_elements",
    "footnote_digits",
    "elements_without_profile",
    "missing_depth",
    "unreadable_depths",
    "ambiguous_depths",
    "inverted_depth",
    "impossible_depth",
    "same_depth",
    "overlapping_horizons",
    "depth_gaps",
    "observations_without_element",
    "unknown_procedures",
    "unknown_properties",
    "unknown_units",
    "unknown_codes",
    "unreadable_values",
    "ambiguous_numbers",
    "turned_into_dates",
    "value_range",
    "texture_sum",
    "carbon_beside_density",
    "below_detection",
    "unknown_limit",
    "duplicate_specimens",
    "profiles_lost",
    "horizons_lost",
    "observations_lost",
)
"""Ids of the checks of soil profiles, whose severity config may change."""


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


def some(names: Iterable[object], most: int = 10) -> str:
    """Names as a message lists them: the first few, and how many more."""
    listed = [str(name) for name in names]
    return ", ".join(listed[:most]) + (f" and {len(listed) - most:,} more" if len(listed) > most else "")


def blocks(findings: Iterable[Finding]) -> bool:
    """True when any finding stops publication."""
    return any(finding.severity == "block" for finding in findings)
