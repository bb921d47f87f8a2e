"""Equations (equations/<id>.yaml): one property estimated from another, where that holds, its error."""

from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name

Form = Literal["linear", "logarithmic", "logarithmic10", "reciprocal", "exponential"]
"""With x the value observed, and coefficients a, b, c: a + b x; a + b ln x; a + b log10 x; 1 / (a + b x);
a + b exp(c x)."""
COEFFICIENTS: dict[Form, int] = {
    "linear": 2,
    "logarithmic": 2,
    "logarithmic10": 2,
    "reciprocal": 2,
    "exponential": 3,
}
"""How many coefficients each form has."""


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
        if len(self.coefficients) != COEFFICIENTS[self.form]:
            raise ValueError(f"'{self.form}' has {COEFFICIENTS[self.form]} coefficients")
        if self.from_property == self.to_property:
            raise ValueError("an equation leads from one property to another")
        return self
