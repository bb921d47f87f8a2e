"""Which units of a country report maps show, and their outlines."""

from collections.abc import Mapping

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import Content, Unit


def shown_units(content: Content) -> tuple[Unit, ...]:
    """Units of the coarsest level below the nation, or the nation alone where there is none."""
    below = [unit for unit in content.units if unit.level != NATION]
    return tuple(unit for unit in below if unit.level == below[0].level) or content.units


def outlines_of(units: tuple[Unit, ...]) -> Mapping[str, BaseGeometry]:
    """By code, of the units that have one."""
    return {unit.code: shape(unit.geometry) for unit in units if unit.geometry}
