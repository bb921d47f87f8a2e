"""How numbers of a report are rounded: declared once, and told in every report.

Two computers that add the same numbers in the same order get the same bits; rounding keeps what no soil map
knows out of the digest anyway. What rounds to zero has no sign, and what is not a number is not known.
"""

from math import isfinite
from typing import Annotated, Final

from pydantic import Field

from soilinfo.catalog.fields import Model

VALUE_DIGITS: Final = 6
HECTARE_DECIMALS: Final = 2
PERCENT_DECIMALS: Final = 3
DEGREE_DECIMALS: Final = 4
Digits = Annotated[int, Field(ge=0, le=15)]


class Rounding(Model):
    """By how much the numbers of a report are rounded; halves go to the even digit."""

    value_digits: Digits
    """Significant digits of values of indicators."""
    hectare_decimals: Digits
    percent_decimals: Digits
    degree_decimals: Digits


ROUNDING: Final = Rounding(
    value_digits=VALUE_DIGITS,
    hectare_decimals=HECTARE_DECIMALS,
    percent_decimals=PERCENT_DECIMALS,
    degree_decimals=DEGREE_DECIMALS,
)
"""As the header of every report tells it."""


def rounded_value(number: float | None) -> float | None:
    """A number to the significant digits of a value; None where it is not known, or is no number."""
    if number is None or not isfinite(number):
        return None
    return float(f"{number:.{VALUE_DIGITS}g}") + 0.0


def rounded_ha(number: float | None) -> float | None:
    """Hectares to the decimals of an area; None where they are not known, or are no number."""
    return _rounded(number, HECTARE_DECIMALS)


def rounded_pct(number: float | None) -> float | None:
    """A percentage to its decimals; None where it is not known, or is no number."""
    return _rounded(number, PERCENT_DECIMALS)


def _rounded(number: float | None, decimals: int) -> float | None:
    # Adding zero takes the sign off a zero.
    return None if number is None or not isfinite(number) else round(float(number), decimals) + 0.0
