"""Tables of features as people read them: the order of columns, and the choices that narrow the rows."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams

from soilinfo.catalog.names import FINDINGS, MAP_AGREEMENT, MAP_RESIDUALS, suitability_of_map
from soilinfo.catalog.product_fertility import SOIL_RATINGS, nutrient_status_of, rated_properties
from soilinfo.catalog.product_recommendation import NEED, RECOMMENDATION
from soilinfo.serve.site.site import Site
from soilinfo.serve.site.words import Words

FIRST_COLUMNS = (
    *("name", "crop", "property", "plan", "commodity", "credit", "fertilizer", "nutrient", "status"),
    *("layer", "scenario", "assessment", "class_id", "zone", "step", "rule", "at_least"),
    *("area_ha", "share_pct"),
    *("s1_pct", "s2_pct", "s3_pct", "n_pct", "low_pct", "medium_pct", "high_pct", "nodata_pct", "limiting"),
    *("s1_ha", "s2_ha", "s3_ha", "n_ha"),
)
"""What planners look for first; every other column follows in its own order."""
LAST_COLUMNS = (
    *("nodata_ha", "total_ha", "official_area_ha", "code", "parent_code"),
    *("criteria_set", "edition", "boundary_rule", "version", "id"),
)
"""What stands behind the figures, and what machines need."""

FINDING_COLUMNS = ("message", "severity", "layer", "check", "count", "created")
"""What a list of findings shows; the page of one finding has the rest."""
AGREEMENT_COLUMNS = (
    *("name", "layer", "independent", "n", "bias", "rmse", "ccc", "mec", "sd_mean", "coverage_pct", "unit"),
    *("state", "datasets"),
)
"""What a list of comparisons shows; likewise."""

RESIDUAL_COLUMNS = (
    *("profile_id", "layer", "observed", "mapped", "error", "unit", "map_sd", "standardised_error", "inside"),
    *("date", "time", "independent"),
)
"""What a list of errors at profiles shows; likewise."""

LISTED = {
    FINDINGS: FINDING_COLUMNS,
    MAP_AGREEMENT: AGREEMENT_COLUMNS,
    MAP_RESIDUALS: RESIDUAL_COLUMNS,
}

NESTED = ("components", "shares")
"""Lists within a feature, which another column says in words."""


class Choice(NamedTuple):
    """One list to choose from: column, heading, titles by value, and the value chosen ('' for all)."""

    column: str
    heading: str
    titles: Mapping[str, str]
    chosen: str


def columns(names: Iterable[str], collection: str = "") -> list[str]:
    """Names of columns in the order people read them; of LISTED ones only the main ones."""
    if collection in LISTED:
        return list(LISTED[collection])
    present = [name for name in names if name not in NESTED]
    first = [name for name in FIRST_COLUMNS if name in present]
    rest = [name for name in present if name not in (*first, *LAST_COLUMNS)]
    return [*first, *rest, *(name for name in LAST_COLUMNS if name in present)]


def choices(site: Site, table: str, asked: QueryParams) -> list[Choice]:
    """The lists that narrow the findings, or the rows of a table by region; none for other collections."""
    words = Words(site)
    offered: dict[str, tuple[str, ...]] = {
        "suitability": ("crop", "scenario"),
        "properties": ("layer",),
        "classes": ("layer",),
        **{each.id: ("crop",) for each in site.products.values() if each.per_crop},
        **{suitability_of_map(each): ("crop", "scenario") for each in site.catalog.soil_maps},
        SOIL_RATINGS: ("property",),
        **{nutrient_status_of(each): ("nutrient",) for each in site.catalog.nutrient_statuses},
        RECOMMENDATION: ("commodity", "credit"),
        NEED: ("commodity", "fertilizer"),
        FINDINGS: ("severity",),
        MAP_AGREEMENT: ("layer", "independent"),
        MAP_RESIDUALS: ("layer", "independent"),
    }
    asked_of = offered.get(table.partition("_by_")[0], ())
    return [
        Choice(column, words.field(column), titles_of(site, words, column), asked.get(column, ""))
        for column in asked_of
    ]


def explanations(words: Words, names: Iterable[str], collection: str) -> dict[str, list[str]]:
    """Headings of the columns that are explained, by what there is to say of them."""
    told: dict[str, list[str]] = {}
    for name in names:
        if about := words.columns.about(name):
            told.setdefault(about, []).append(words.field(name, collection))
    return told


def titles_of(site: Site, words: Words, column: str) -> Mapping[str, str]:
    """Titles of the values to choose from: of crops and layers only those published, or that are rated.

    Empty for a column whose values have no titles.
    """
    rasters = [entry for entry in site.entries.values() if entry.legend]
    published: dict[str, set[str | None]] = {
        "crop": {entry.crop for entry in rasters},
        "layer": {entry.id for entry in rasters if not entry.crop},
        "property": {*rated_properties(site.catalog)},
        "nutrient": {name for each in site.catalog.nutrient_statuses.values() for name in each.nutrients},
    }
    titles = words.names.get(column, {})
    there = published.get(column, set(titles))
    return {name: title for name, title in titles.items() if name in there}


def kept(asked: QueryParams, without: Iterable[str]) -> dict[str, Any]:
    """What was asked besides these names, to be sent along with a form."""
    return {name: value for name, value in asked.items() if value and name not in without}
