"""Equations (equations/<id>.yaml): one property estimated from another, where that holds, its error."""

import re
from typing import Literal

from pydantic import Field, model_validator

from soilinfo.catalog.fields import Label, Model, Name, Unit

Form = Literal[
    "linear",
    "logarithmic",
    "logarithmic10",
    "reciprocal",
    "exponential",
    "power",
    "power10",
    "percentage",
    "rule",
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
    "rule": "",
}
"""What each form says, with the value observed x and the coefficients a, b, c; a rule says it in words."""


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
    coefficients: tuple[float, ...] = ()
    from_unit: Unit
    to_unit: Unit
    """Units of the equation as published; values are converted to and from those of the properties."""
    further_properties: tuple[Name, ...] = ()
    """What a rule goes by beside ``from_property``."""
    rule: Label | None = None
    """What a rule does, in words: what several properties lead to is computed in soilinfo.harmonize."""
    edges: tuple[float, ...] = ()
    """Of a rule that makes classes of a number: what parts them, in ``from_unit``, rising."""
    on_edge: Literal["below", "above"] | None = None
    """To which class a number belongs that lies on an edge; published tables differ in it."""
    classes: tuple[Name, ...] = ()
    """Ids of those classes, from the least number up: all of the class table of ``to_property``."""
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
            formula = f"{', '.join(names)}: {FORMULAS[self.form]}" if names else "none"
            raise ValueError(f"'{self.form}' has the coefficients {formula}")
        if (self.rule is not None) != (self.form == "rule") or (self.further_properties and not self.rule):
            raise ValueError("'rule', and what it goes by, belong to the form 'rule' and to no other")
        if self.from_property == self.to_property:
            raise ValueError("an equation leads from one property to another")
        return self

    @model_validator(mode="after")
    def _classes_between_edges(self) -> "Equation":
        if not self.edges and not self.classes and self.on_edge is None:
            return self
        if self.form != "rule" or self.on_edge is None or len(self.classes) != len(self.edges) + 1:
            raise ValueError("a rule with edges says 'on_edge', and has one class more than edges")
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f"edges {list(self.edges)} must rise")
        return self

    @property
    def formula(self) -> str:
        """What it computes, with its coefficients: '-1.95 + 11.58 log10 x'; '' of a rule."""
        names = dict(zip(coefficient_names(self.form), self.coefficients, strict=True))
        text = re.sub(r"\b[abc]\b", lambda found: f"{names[found[0]]:.10g}", FORMULAS[self.form])
        return text.replace("+ -", "- ").removeprefix("0 + ")
