"""One property from another by a published equation, with the error that this adds and where it holds.

``value = f(x)``; its standard deviation is ``sqrt((f'(x) sd_x)^2 + error^2)``, as the error of the equation
and that of the observation are independent (JCGM 100:2008, 5.1.2). What is not known is NaN, never zero.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.equations import Equation, Form
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.errors import InputError
from soilinfo.units import convert as in_units
from soilinfo.units import factor_offset

Values = NDArray[np.floating]
REFUSALS = ("no_value", "impossible", "outside_validity")
"""Why a converted value is refused: the equation has none, no soil has it, or x is out of its range."""
Range = Literal["inside", "outside", "not stated", ""]
"""Where a value lies in the range that its equations hold for; '' where none was needed."""

type Curve = Callable[[Values, tuple[float, ...]], tuple[Values, Values]]


@dataclass(frozen=True)
class Converted:
    """What an equation makes of values: arrays of the shape of those, NaN where there is no value."""

    value: Values
    """In the unit of the property that it leads to; NaN where the equation has no value for x."""
    slope: Values
    """By how much ``value`` changes with x, in the units of the two properties."""
    error_sd: Values
    """Standard deviation that the equation adds, in the unit of ``value``; NaN where it is not stated."""
    inside: NDArray[np.bool_] | None
    """Whether x lies in the range that the equation holds for; None where no range is stated."""

    def sd(self, sd: Values | float) -> Values:
        """Standard deviation of ``value``, of that of x in its unit; NaN where either part is unknown."""
        total: Values = np.hypot(self.slope * sd, self.error_sd)
        return total

    @property
    def range(self) -> NDArray[np.str_]:
        """'inside', 'outside' or 'not stated' for each value."""
        if self.inside is None:
            return np.full(self.value.shape, "not stated")
        return np.where(self.inside, "inside", "outside")


def convert(values: Values, equation: Equation, from_unit: str, to_unit: str) -> Converted:
    """What ``equation`` makes of ``values`` (any shape, in ``from_unit``), told in ``to_unit``.

    Raises UnitError where the units are not those of the equation's quantities, InputError for a rule of
    several properties. Nothing is cut off: a value outside the range of the equation is converted, too, and
    ``inside`` says so; a number that the equation has no value for (the logarithm of zero) is NaN.
    """
    if equation.form == "rule":
        several = ", ".join((equation.from_property, *equation.further_properties))
        raise InputError(f"'{equation.id}' goes by several properties at once: {several}")
    x = in_units(np.asarray(values, dtype=np.float64), from_unit, equation.from_unit)
    value, slope = CURVES[equation.form](x, equation.coefficients)
    scale, _ = factor_offset(equation.to_unit, to_unit)
    inwards, _ = factor_offset(from_unit, equation.from_unit)
    error = np.nan if equation.error is None else equation.error * abs(scale)
    return Converted(
        in_units(value, equation.to_unit, to_unit),
        slope * scale * inwards,
        np.where(np.isnan(value), np.nan, error),
        _inside(x, equation.valid),
    )


def ways(
    rules: Harmonization, equations: Mapping[str, Equation], property: str
) -> list[tuple[Equation, ...]]:
    """Every chain of equations that leads to ``property``, as config prefers them; none twice round.

    The first has no equation: observed directly. Of the others the shorter come first, and of those of one
    length that whose last equation is named first.
    """
    return sorted(_ways(rules, equations, property, {property}), key=len)


def _ways(
    rules: Harmonization, equations: Mapping[str, Equation], property: str, passed: set[str]
) -> Iterator[tuple[Equation, ...]]:
    yield ()
    for id in rules.properties.get(property, ()):
        source = equations[id].from_property
        if source not in passed:
            for way in _ways(rules, equations, source, {*passed, source}):
                yield (*way, equations[id])


def refusals(
    converted: Converted, outside_validity: Literal["flag", "refuse"], possible: tuple[float, float] | None
) -> NDArray[np.str_]:
    """Why each value is not to be used: '' where it is, else one of :data:`REFUSALS`.

    ``possible``: the range that the property can have; an equation for mineral soils makes densities below
    zero of peat, and salinities below zero of sweet water.
    """
    low, high = possible or (-np.inf, np.inf)
    outside = converted.range == "outside"
    return np.select(
        [
            np.isnan(converted.value),
            (converted.value < low) | (converted.value > high),
            outside & (outside_validity == "refuse"),
        ],
        REFUSALS,
        "",
    )


def _inside(x: Values, valid: tuple[float, float] | None) -> NDArray[np.bool_] | None:
    return None if valid is None else (x >= valid[0]) & (x <= valid[1])


def _linear(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    return c[0] + c[1] * x, np.full(x.shape, c[1])


def _logarithmic(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    x = np.where(x > 0, x, np.nan)
    return c[0] + c[1] * np.log(x), c[1] / x


def _logarithmic10(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    return _logarithmic(x, (c[0], c[1] / LN10))


def _reciprocal(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    below = c[0] + c[1] * x
    below = np.where(below > 0, below, np.nan)
    return 1 / below, -c[1] / below**2


def _exponential(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    rise = c[1] * np.exp(c[2] * x)
    return c[0] + rise, c[2] * rise


def _power(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    x = np.where(x > 0, x, np.nan)
    value = np.exp(c[0] + c[1] * np.log(x))
    return value, c[1] * value / x


def _power10(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    return _power(x, (c[0] * LN10, c[1]))


def _percentage(x: Values, c: tuple[float, ...]) -> tuple[Values, Values]:
    share = np.maximum(c[0] + c[1] * x, 0)
    return 100 * share / (1 + share), np.where(share > 0, 100 * c[1] / (1 + share) ** 2, 0.0)


LN10 = float(np.log(10.0))
CURVES: Mapping[Form, Curve] = {
    "linear": _linear,
    "logarithmic": _logarithmic,
    "logarithmic10": _logarithmic10,
    "reciprocal": _reciprocal,
    "exponential": _exponential,
    "power": _power,
    "power10": _power10,
    "percentage": _percentage,
}
"""Value and slope of each form, by x and the coefficients."""
