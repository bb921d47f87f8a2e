"""Equations (equations/<id>.yaml): one property estimated from another, where that holds, its error."""

import re
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name

Form = Literal[
    "linear",
    "logarithmic",
    "logarithmic10",
    "reciprocal",
    "exponential",
    "power",
    "power10",
    "percentage",
    "without_stones",
]
FORMULAS: dict[Form, str] = {
    "linear": "a + b x",
    "logarithmic": "a + b ln x",
    "logarithmic10": "a + b log10 x",
    "reciprocal": "1 / (a + b x)",
    "exponential": "a + b exp(c x)",
    "power": "exp(a + b ln x)",
    "power10": "10^(a + b log10 x)",
    "percentage": "100 y / (1 + y), y = max(a + b x, 0)",
    "without_stones": "(x - a z / 100) / (1 - z / 100)",
}
"""What each form says, with the value observed x, a further one z, and the coefficients a, b, c."""


def coefficient_names(form: Form) -> tuple[str, ...]:
    """The coefficients that a form has, in order: ('a', 'b')."""
    return tuple(name for name in "abc" if re.search(rf"\b{name}\b", FORMULAS[form]))


class Equation(Model):
    """equations/<id>.yaml: one published equation between two properties, each in its own unit."""

    id: Name
    title: Label
    from_property: Name
    to_property: Name
    form: Form
    coefficients: tuple[float, ...]
    from_unit: str
    to_unit: str
    """Units of the equation as published; values are converted to and from those of the properties."""
    further_property: Name | None = None
    """The property z, of forms that need one."""
    further_unit: str | None = None
    valid: tuple[float, float] | None = None
    """Range of x, in ``from_unit``, that it was fitted on or is said to hold for; None: not stated."""
    error: float | None = Field(default=None, ge=0)
    """Root mean square error in ``to_unit``; None: not stated, and then unknown, not zero."""
    coefficient_range: tuple[tuple[float, float], ...] | None = None
    """Least and largest published value of each coefficient, where studies disagree."""
    soils: Label
    """The soils that it was fitted on, as far as its source tells."""
    source: str
    confidence: Literal["M", "R", "K"]
    """M recomputed, R read in the source, K general knowledge: used only where config names it."""

    @model_validator(mode="after")
    def _complete(self) -> "Equation":
        if len(self.coefficients) != len(names := coefficient_names(self.form)):
            raise ValueError(f"'{self.form}' has the coefficients {', '.join(names)}: {FORMULAS[self.form]}")
        if (self.further_property is not None, self.further_unit is not None) != (self.needs_further,) * 2:
            raise ValueError("further_property and further_unit are for forms with z, and needed there")
        if self.from_property == self.to_property:
            raise ValueError("an equation leads from one property to another")
        return self

    @property
    def needs_further(self) -> bool:
        """Whether it needs a further property beside the one that it leads from."""
        return bool(re.search(r"\bz\b", FORMULAS[self.form]))

    @property
    def formula(self) -> str:
        """What it computes, its coefficients put in: '-1.95 + 11.58 log10 x'."""
        names = dict(zip(coefficient_names(self.form), self.coefficients, strict=True))
        text = re.sub(r"\b[abc]\b", lambda found: f"{names[found[0]]:.10g}", FORMULAS[self.form])
        return text.replace("+ -", "- ")
