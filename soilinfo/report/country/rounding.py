"""How numbers of a report are rounded: declared once, and told in every report.

Two computers that add the same numbers in the same order get the same bits; rounding keeps what no soil map
knows out of the digest anyway. What rounds to zero has no sign, and what is not a number is not known.
"""

from math import isfinite
from typing import Final

VALUE_DIGITS: Final = 6
HECTARE_DECIMALS: Final = 2
PERCENT_DECIMALS: Final = 3
DEGREE_DECIMALS: Final = 4

ROUNDING: Final = (
    f"Values of indicators have {VALUE_DIGITS} significant digits, hectares {HECTARE_DECIMALS} decimals, "
    f"percentages {PERCENT_DECIMALS}, coordinates {DEGREE_DECIMALS}; halves go to the even digit. Cells are "
    "counted as whole steps along each row of a unit, and these are added in the order of rows and columns, "
    "so that the number of processors plays no part; nothing is rounded before it is written down. What is "
    "not known is null, never zero."
)
"""In words, as the header of every report tells it."""


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
