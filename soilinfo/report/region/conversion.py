"""One country's value made one that stands beside another's, by an equation of config or by its unit."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.reporting import Equivalence, Region
from soilinfo.errors import SoilinfoError, UnitError
from soilinfo.harmonize.conversions import convert
from soilinfo.report.country.rounding import rounded_value
from soilinfo.report.region.document import Conversion
from soilinfo.report.region.values import Told
from soilinfo.units import convert as in_units


class NoConversionError(SoilinfoError):
    """An equation cannot be used for a value; ``reason`` is one of outside, units, no_value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Way:
    """An equivalence of config that leads from one of two countries' values to the other's method."""

    equation: Equivalence
    source: Told
    target: Told


def equivalence(region: Region, a: Told, b: Told) -> Way | None:
    """The first one of config that joins two values of other methods or forms; None where none is needed."""
    if _how(a) == _how(b):
        return None
    ways = (
        Way(each, *pair) for each in region.equivalences for pair in ((a, b), (b, a)) if _joins(each, *pair)
    )
    return next(ways, None)


def _how(each: Told) -> tuple[str | None, str | None]:
    return each.value.method_group, each.value.form


def _joins(each: Equivalence, source: Told, target: Told) -> bool:
    forms = (each.from_form, each.to_form) if each.from_form else (source.value.form, source.value.form)
    return (
        each.indicator == source.indicator.id
        and _how(source) == (each.from_group, forms[0])
        and _how(target) == (each.to_group, forms[1])
    )


def by_equation(equation: Equation, source: Told, target: Told) -> Conversion:
    """``source`` as ``target`` measures it; NoConversionError with its reason where that cannot be.

    The equation is one of single values and is used on a mean here, which is exact for a linear one only. The
    interval holds the equation's error, too, taken as independent of that of the mean; it is unknown where
    either is.
    """
    value, unit = source.value.value, target.value.unit
    try:
        made = convert(np.array([value], dtype=np.float64), equation, source.value.unit, unit)
        error = np.nan if equation.error is None else equation.error * _scale(equation.to_unit, unit)
    except UnitError as reason:
        raise NoConversionError("units") from reason
    if made.inside is not None and not made.inside[0]:
        raise NoConversionError("outside")
    if not np.isfinite(made.value[0]):
        raise NoConversionError("no_value")
    half = _z(target) * float(made.sd(_sd(source))[0])
    return Conversion(
        iso3=source.iso3,
        equation=equation.id,
        formula=equation.formula,
        source=equation.source,
        valid=equation.valid,
        range="not stated" if made.inside is None else "inside",
        error=rounded_value(error),
        value=rounded_value(float(made.value[0])),
        lower=rounded_value(float(made.value[0]) - half),
        upper=rounded_value(float(made.value[0]) + half),
        unit=unit,
    )


def by_unit(a: Told, b: Told) -> Conversion | None:
    """The value of the later of two codes in the unit of the other; None where both have one unit, or cannot.

    It is exact, but for the digits that it is rounded to.
    """
    first, second = sorted((a, b), key=lambda each: each.iso3)
    here, there = second.value.unit, first.value.unit
    if here == there:
        return None
    try:
        numbers = [_in_unit(each, here, there) for each in _ends(second)]
    except UnitError:
        return None
    return Conversion(
        iso3=second.iso3,
        equation=None,
        formula="",
        source="",
        valid=None,
        range="not stated",
        error=0.0,
        value=numbers[0],
        lower=numbers[1],
        upper=numbers[2],
        unit=there,
    )


def _ends(each: Told) -> tuple[float | None, float | None, float | None]:
    return each.value.value, each.value.lower, each.value.upper


def _in_unit(value: float | None, here: str, there: str) -> float | None:
    if value is None:
        return None
    return rounded_value(float(in_units(np.array(value, dtype=np.float64), here, there)))


def _scale(here: str, there: str) -> float:
    """By how much a difference grows from one unit to another."""
    zero, one = in_units(np.array([0.0, 1.0]), here, there)
    return abs(float(one - zero))


def _sd(each: Told) -> float:
    """Standard deviation that an interval stands for, NaN where there is none."""
    if each.value.lower is None or each.value.upper is None:
        return float("nan")
    return (each.value.upper - each.value.lower) / 2 / _z(each)


def _z(each: Told) -> float:
    return NormalDist().inv_cdf((1 + each.header.interval_pct / 100) / 2)
