"""Relative change between two published layers of one property, whatever steps each is stored in."""

from collections.abc import Callable
from fractions import Fraction
from math import gcd

from soilinfo.evaluate.indicators.affected import exactly
from soilinfo.evaluate.indicators.change import relative_change
from soilinfo.evaluate.indicators.sums import Steps
from soilinfo.store import Variable


def change_of(before: Variable, after: Variable) -> Callable[[Steps, Steps], Steps]:
    """What makes the cells of both, as they are stored, their relative change in steps of PCT_STEP."""
    shared = _shared(exactly(before.scale), exactly(after.scale))
    factor, factor_after = (int(exactly(each.scale) / shared) for each in (before, after))

    def change(old: Steps, new: Steps) -> Steps:
        return relative_change(old, new, before.nodata, after.nodata, factor, factor_after)

    return change


def _shared(one: Fraction, other: Fraction) -> Fraction:
    """The largest step that both are whole numbers of."""
    numerator = gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)
