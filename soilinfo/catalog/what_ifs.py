"""What-ifs: how land would be rated after a measure or under another climate (what_ifs/*.yaml, or asked).

An adjustment changes one property before it is rated:

* ``raise_to``: to a target in the property's unit where it is lower, as lime raises pH; never past it, and
  only what some management improves;
* ``improve``: a class by so many classes toward those that the crop rates better, as drains do;
* ``times`` and ``add``: a factor or a difference, of what is climate, kept within the valid range.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, StrictBool, model_validator

from soilinfo.catalog.crops import Criterion, Scenario
from soilinfo.catalog.fields import Label, Model, Name
from soilinfo.errors import InputError

Change = Literal["raise_to", "improve", "times", "add"]
CHANGES: tuple[Change, ...] = ("raise_to", "improve", "times", "add")

MOST_ADJUSTMENTS = 20
"""As many as there may be in one question: each is worked out for every cell."""
MOST_ROWS = 100
"""More than any table of a crop has."""
MOST_CLASSES = 255
"""As many as any property has: its codes are bytes."""
NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?")


class Adjustment(Model):
    """One property changed in one way before it is rated."""

    property: Name
    raise_to: float | None = None
    """Target in the property's unit; higher values stay."""
    improve: int | None = Field(default=None, ge=1, lt=MOST_CLASSES)
    """Classes toward those that the crop rates better."""
    times: float | None = Field(default=None, ge=0)
    add: float | None = None
    """In the property's unit."""

    @model_validator(mode="after")
    def _changes_once(self) -> "Adjustment":
        if sum(getattr(self, name) is not None for name in CHANGES) != 1:
            raise ValueError(f"an adjustment has exactly one of: {', '.join(CHANGES)}")
        return self


class WhatIf(Model):
    """Adjustments, edited criteria and the level of management of one question."""

    adjustments: tuple[Adjustment, ...] = Field(default=(), max_length=MOST_ADJUSTMENTS)
    criteria: Mapping[Name, Criterion | None] = Field(default_factory=dict, max_length=MOST_ROWS)
    """Rows that stand in place of the crop's own for this answer, each of them whole; null drops a row."""
    irrigated: StrictBool = False
    """Grown under irrigation, so that management may improve rain and dry months."""
    scenario: Scenario = "actual"


class SavedWhatIf(WhatIf):
    """what_ifs/<id>.yaml: a what-if with a name, to be asked by its id."""

    id: Name
    title: Label
    description: Label
    crop: Name | None = None
    """The crop whose criteria are edited."""

    @model_validator(mode="after")
    def _edits_a_crop(self) -> "SavedWhatIf":
        if self.criteria and self.crop is None:
            raise ValueError("edited criteria need the crop that they are of")
        return self

    def asked(self) -> WhatIf:
        """The what-if without its name."""
        return WhatIf(**{name: getattr(self, name) for name in WhatIf.model_fields})


def change_of(adjustment: Adjustment) -> tuple[Change, float]:
    """Which change an adjustment is, and its number."""
    for name in CHANGES:
        if (value := getattr(adjustment, name)) is not None:
            return name, float(value)
    raise AssertionError("an adjustment has one change")


def as_text(adjustments: tuple[Adjustment, ...]) -> str:
    """Adjustments as they are written in an address: ``ph_h2o:raise_to:6,drainage:improve:1``."""
    parts = [(each.property, *change_of(each)) for each in adjustments]
    return ",".join(f"{name}:{change}:{value:g}" for name, change, value in parts)


def read_text(text: str) -> list[dict[str, Any]]:
    """The raw adjustments that :func:`as_text` writes; InputError for what is not written so."""
    return [_read_one(part.strip()) for part in text.split(",") if part.strip()]


def _read_one(part: str) -> dict[str, Any]:
    steps = part.split(":")
    if len(steps) != 3 or steps[1] not in CHANGES or not NUMBER.fullmatch(steps[2]):
        raise InputError(
            f"'{part}' is no adjustment: it is written like ph_h2o:raise_to:6, and the change is one of: "
            + ", ".join(CHANGES)
        )
    name, change, value = steps
    return {"property": name, change: value}


def what_stands_against(
    adjustment: Adjustment, prop: Mapping[str, Any], classes: int, rules: Mapping[str, Any]
) -> str | None:
    """Why an adjustment does not fit its property; None when it does.

    ``prop`` and ``rules``: raw data, as in properties.yaml and evaluation.yaml; ``classes``: how many the
    property has.
    """
    name, (change, value) = adjustment.property, change_of(adjustment)
    is_class = prop.get("kind") == "class"
    if is_class and change != "improve":
        return f"'{name}' is a class: it takes improve (a number of classes), not {change}"
    if not is_class and change == "improve":
        return f"'{name}' is a number: it takes raise_to, times or add, not improve"
    if change in ("improve", "raise_to") and not any((rules.get("improvement") or {}).get(name, ())):
        return f"no management improves '{name}' (evaluation.yaml, improvement)"
    if is_class:
        too_many = 0 < classes <= value
        return f"'{name}' has {classes} classes: improve is at most {classes - 1}" if too_many else None
    return _out_of_range(change, value, name, prop, rules)


def _out_of_range(
    change: Change, value: float, name: str, prop: Mapping[str, Any], rules: Mapping[str, Any]
) -> str | None:
    """Why a number is not to be changed so, or not by so much."""
    low, high = prop["valid_range"]
    if change == "raise_to":
        outside = not low <= value <= high
        told = (
            f"{value:g} is outside the valid range of '{name}', {low:g} to {high:g} {prop.get('unit', '1')}"
        )
        return told if outside else None
    climate = rules.get("climate") or ()
    if name not in climate:
        named = ", ".join(climate) or "none"
        return f"'{name}' is not climate: times and add are for (evaluation.yaml, climate) {named}"
    most = high - low if change == "add" else (high - low) * 10 ** int(prop.get("decimals", 2))
    if not abs(value) <= most:
        return f"{change} {value:g} moves every value of '{name}' out of its valid range, {low:g} to {high:g}"
    return None
