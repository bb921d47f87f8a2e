"""Single measures that a planner can take for a crop, each a what-if of its own."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.catalog.measures import MEASURES
from soilinfo.catalog.models import Catalog, ClassTable, Crop
from soilinfo.catalog.what_ifs import Adjustment, WhatIf
from soilinfo.evaluate.reasons import Rating, ratings
from soilinfo.jobs.evaluation.criteria import Criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings


def single_measures(
    catalog: Catalog, crop: Crop, criteria: Criteria, inputs: Mapping[str, Input]
) -> dict[str, WhatIf]:
    """The what-if of each measure that can do anything about a characteristic that the crop's table has.

    A number is raised to the least value that the table, or that of a region, rates S1; a class is
    improved by one. What is mended by lowering a number (salts, slope, floods) is no what-if: management
    levels tell of it.
    """
    tables = [criteria.tables, *(own for _, own in criteria.regional)]
    rated = [rating for own in tables for rating in ratings(own, crop.id)]
    found: dict[str, list[Adjustment]] = {}
    for name in crop.characteristics:
        measure = MEASURES.get(name)
        lowered = catalog.evaluation.irrigation_only.get(name) == "lowers"
        if measure and name in inputs and any(catalog.evaluation.improvement.get(name, ())) and not lowered:
            found.setdefault(measure, []).extend(_adjusted(catalog, name, rated))
    return {
        measure: WhatIf(adjustments=tuple(steps), irrigated=measure == "irrigation")
        for measure, steps in found.items()
        if steps
    }


def _adjusted(catalog: Catalog, name: str, rated: Sequence[Rating]) -> Iterator[Adjustment]:
    meaning = meanings(catalog, [name])[name]
    if isinstance(meaning, ClassTable):
        yield Adjustment(property=name, improve=1)
        return
    edges = [rating.least_highly_suitable() for rating in rated if rating.characteristic == name]
    targets = [edge for edge in edges if edge is not None]
    if targets:
        decimals = catalog.property(name).decimals
        yield Adjustment(property=name, raise_to=round(max(targets) * meaning.scale, decimals))
