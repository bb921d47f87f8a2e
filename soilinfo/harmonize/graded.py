"""Classes of a number at common depths, by the edges of a rule: severities of salinity and sodicity."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from soilinfo.catalog.equations import Equation
from soilinfo.harmonize.salinity import classify
from soilinfo.harmonize.table import Told
from soilinfo.harmonize.ways import Way
from soilinfo.units import convert

DECIMALS = 9
"""To which a number is rounded before it is classed: rounding of a spline moves none across an edge."""


def rule_of(property: str, equations: Mapping[str, Equation]) -> Equation | None:
    """The rule of edges that makes a property of another; None where there is none."""
    return next((one for one in equations.values() if one.edges and one.to_property == property), None)


def graded(told: Told, rule: Equation, unit: str) -> Told:
    """The class of each mean of the number that a rule goes by, which is in ``unit``.

    '' where there is no mean. A class has no value and no error: how near an edge the number is stands in the
    rows of the number itself.
    """
    assert rule.on_edge is not None, "the catalog checks it"
    ids = np.array(["", *rule.classes], object)
    numbers = np.round(convert(told.at.value, unit, rule.from_unit), DECIMALS)
    codes = classify(numbers, rule.edges, rule.on_edge)
    unknown = np.full(told.at.value.shape, np.nan)
    return replace(
        told,
        at=replace(told.at, value=unknown, sd=unknown, sd_conversion=unknown),
        ways=[Way(way.observed, (*way.equations, rule.id)) for way in told.ways],
        classes=ids[codes],
    )
