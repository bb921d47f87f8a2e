"""Single measures that a planner can take for a crop, each a what-if of its own."""

from collections.abc import Iterator, Mapping, Sequence

from soilinfo.catalog.models import Catalog, ClassTable, Crop
from soilinfo.catalog.what_ifs import Adjustment, WhatIf
from soilinfo.evaluate.reasons import Rating, ratings
from soilinfo.jobs.evaluation.criteria import Criteria
from soilinfo.jobs.evaluation.inputs import Input, meanings


def single_measures(
    catalog: Catalog, crop: Crop, criteria: Criteria, inputs: Mapping[str, Input]
) -> dict[str, WhatIf]:
    """The what-if of each measure of evaluation.yaml that can better a characteristic of the crop's table.

    A number is raised to the least value that the table, or that of a region, rates S1; a class is
    improved by one. What is mended by lowering a number (salts, slope, floods) is no what-if: management
    levels tell of it.
    """
    tables = [criteria.tables, *(own for _, own in criteria.regional)]
    rated = [rating for own in tables for rating in ratings(own, crop.id)]
    rules, found = catalog.evaluation, {}
    for id, measure in rules.measures.items():
        served = [name for name in crop.characteristics if name in inputs and name in measure.serves]
        better = [name for name in served if any(rules.improvement[name])]
        raised = [name for name in better if rules.irrigation_only.get(name) != "lowers"]
        if steps := tuple(step for name in raised for step in _adjusted(catalog, name, rated)):
            irrigated = any(step.property in rules.irrigation_only for step in steps)
            found[id] = WhatIf(adjustments=steps, irrigated=irrigated)
    return found


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
