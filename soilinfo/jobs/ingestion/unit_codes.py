"""Whether the units that regional criteria name exist, as far as the files of the levels tell."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from soilinfo.catalog.criteria_sets import RegionalCriteria
from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog, Level
from soilinfo.catalog.names import suitability_of
from soilinfo.errors import SourceError
from soilinfo.findings import Finding
from soilinfo.ingest.vector import column_of


def unplaced_criteria(catalog: Catalog) -> list[Finding]:
    """A finding for regional criteria of a unit that no level has, or of which that cannot be known here.

    Reads the codes of those levels whose pattern the unit's code fits, each once.
    """

    @cache
    def codes(level: str) -> frozenset[str] | None:
        return _codes(catalog, catalog.levels[level])

    found = (_unplaced(catalog, criteria, codes) for criteria in catalog.regional_criteria.values())
    return [finding for finding in found if finding]


def _unplaced(
    catalog: Catalog, criteria: RegionalCriteria, codes: Callable[[str], frozenset[str] | None]
) -> Finding | None:
    levels = [*_levels(catalog, criteria.region)]
    known = {level: codes(level) for level in levels}
    if any(criteria.region in each for each in known.values() if each is not None):
        return None
    where = f"criteria '{criteria.id}' are about the unit '{criteria.region}'"
    if unread := [level for level, each in known.items() if each is None]:
        message = f"{where}; whether it exists cannot be known here: {', '.join(unread)} not readable"
        return Finding("unknown_region", "note", suitability_of(criteria.crop), message)
    message = f"{where}, which no level has ({', '.join(levels)}); they would be used nowhere"
    return Finding("unknown_region", "warn", suitability_of(criteria.crop), message)


def _levels(catalog: Catalog, code: str) -> Iterator[str]:
    for name, level in catalog.levels.items():
        if level.code_pattern is None or re.search(level.code_pattern, code):
            yield name


def _codes(catalog: Catalog, level: Level) -> frozenset[str] | None:
    """The codes in the source of a level; None where it cannot be read, or only over a network."""
    if "://" in level.source:
        return None
    try:
        values = column_of(
            path_of(catalog, level.source), level.code_field, level.source_layer, level.encoding
        )
    except SourceError:
        return None
    return frozenset(str(value) for value in values)
