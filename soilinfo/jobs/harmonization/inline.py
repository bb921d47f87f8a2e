"""A soil profile that somebody writes down: its values checked, and laid out as ingested ones are.

Nothing is guessed: a value without a unit, a depth or a property that we know is refused by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError, LimitError
from soilinfo.harmonize.on_request import LARGEST, MEMBERS, observation
from soilinfo.units import factor_offset

MOST_VALUES = 1000
"""A profile has some ten horizons of some thirty properties; more is no profile."""
DEEPEST_CM = 1500.0
"""The deepest end of a horizon that is believed; peat of 15 m exists."""
OWN = "own"
"""Id of a profile that is given by its horizons, and of its dataset."""


def _rounded(depth_cm: float) -> float:
    """A depth as it can be measured: 8.399999999 is 8.4, lest what touches overlaps or leaves a gap."""
    return round(depth_cm, 4)


Depth = Annotated[float, Field(ge=0, le=DEEPEST_CM, allow_inf_nan=False), AfterValidator(_rounded)]


class Value(BaseModel):
    """What was observed of one horizon: one value of one property."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    upper_cm: Depth
    lower_cm: Depth
    value: Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
    unit: str
    """As laboratories write it; converted to that of the property."""
    property: str | None = None
    """Id of config/properties.yaml; needed where the procedure does not tell it."""
    procedure: str | None = None
    """Id of config/procedures.yaml."""
    sd: Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)] | None = None
    """Standard deviation in ``unit``; None: not known."""
    qualifier: Literal["", "<", ">"] = ""
    """Of a value beyond the limit of detection, which then stands in ``value``."""
    horizon_code: str = Field(default="", max_length=40)
    is_organic: bool = False


_VALUES = TypeAdapter(list[Value])
_BEDROCK = TypeAdapter(Depth)


def profile_of(
    catalog: Catalog, given: Any, bedrock_cm: float | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Profile, elements and observations, with the columns of what is ingested, of values as JSON has them.

    Values with the same depths are of one horizon; several of one property are specimens of it. Raises
    InputError, saying which value and why: no unit, no depth, a depth that does not go down, horizons that
    overlap, a value that is none or that cannot be, a property or procedure that is not in the catalog;
    LimitError for too many values.
    """
    values = _read(given)
    depths = _depths(values)
    elements = {depth: f"{OWN}.{order}" for order, depth in enumerate(depths, start=1)}
    observations = pd.DataFrame(list(_observations(catalog, values, elements)))
    bedrock = None if bedrock_cm is None else _bedrock(bedrock_cm)
    profile = {"id": OWN, "dataset": OWN, "project": OWN, "profile_code": OWN, "date": None, "version": ""}
    return (
        pd.DataFrame([profile | {"bedrock_cm": bedrock}]).astype({"bedrock_cm": float}),
        pd.DataFrame([_element(depth, values, id) for depth, id in elements.items()]),
        observations.astype({"sd": float}),
    )


def _read(given: Any) -> list[Value]:
    if isinstance(given, Sequence) and len(given) > MOST_VALUES:
        raise LimitError(f"a profile has at most {MOST_VALUES:,} values; {len(given):,} were given")
    try:
        values = _VALUES.validate_python(given)
    except ValidationError as error:
        raise InputError("; ".join(_faults(error))) from None
    if not values:
        raise InputError("a profile needs at least one horizon with a value")
    return values


def _bedrock(given: float) -> float:
    try:
        return _BEDROCK.validate_python(given)
    except ValidationError:
        raise InputError(f"bedrock lies 0 to {DEEPEST_CM:g} cm deep, not at {given:g}") from None


def _faults(error: ValidationError) -> Iterator[str]:
    """Each fault with the place of the value, counted from 1; the first five say enough."""
    for one in error.errors()[:5]:
        place, *field = one["loc"] or ("horizons",)
        name = ".".join(map(str, field))
        where = f"horizons: value {place + 1}" if isinstance(place, int) else "horizons"
        what = (
            _MISSING.get(name, "is missing")
            if one["type"] == "missing"
            else _TOLD.get(one["type"], one["msg"])
        )
        yield f"{where}: {name} {what}".replace("  ", " ").strip()


_MISSING = {
    "unit": "is missing: it is never guessed",
    "upper_cm": "is missing: a value without a depth cannot be harmonized",
    "lower_cm": "is missing: a value without a depth cannot be harmonized",
}
_TOLD = {
    "extra_forbidden": f"is not known; there are: {', '.join(Value.model_fields)}",
    "model_type": f"is no object with the members {', '.join(Value.model_fields)}",
}


def _depths(values: Sequence[Value]) -> list[tuple[float, float]]:
    """The horizons by their ends, from the top down; InputError where they are turned round or overlap."""
    for at, each in enumerate(values, start=1):
        if not each.lower_cm > each.upper_cm:
            raise InputError(
                f"horizons: value {at} goes from {each.upper_cm:g} to {each.lower_cm:g} cm: "
                "lower_cm must be deeper than upper_cm"
            )
    depths = sorted({(each.upper_cm, each.lower_cm) for each in values})
    for above, below in pairwise(depths):
        if below[0] < above[1]:
            raise InputError(
                f"horizons overlap: {above[0]:g}-{above[1]:g} cm and {below[0]:g}-{below[1]:g} cm"
            )
    return depths


def _element(depth: tuple[float, float], values: Sequence[Value], id: str) -> dict[str, Any]:
    mine = [each for each in values if (each.upper_cm, each.lower_cm) == depth]
    code = next((each.horizon_code for each in mine if each.horizon_code), None)
    return {
        "id": id,
        "profile_id": OWN,
        "element_code": code,
        "order": int(id.rpartition(".")[2]),
        "kind": "Horizon",
        "horizon_code": code,
        "upper_cm": depth[0],
        "lower_cm": depth[1],
        "is_organic": any(each.is_organic for each in mine),
    }


def _observations(
    catalog: Catalog, values: Sequence[Value], elements: Mapping[tuple[float, float], str]
) -> Iterator[dict[str, Any]]:
    for at, each in enumerate(values, start=1):
        try:
            yield _observation(catalog, each, elements[each.upper_cm, each.lower_cm], at)
        except InputError as error:
            raise InputError(f"horizons: value {at}: {error}") from None


def _observation(catalog: Catalog, given: Value, element: str, at: int) -> dict[str, Any]:
    told = observation(catalog, given.model_dump(include=set(MEMBERS)))
    prop = catalog.property(told.property)
    factor, offset = factor_offset(told.unit, prop.unit)
    value = given.value * factor + offset
    low, high = prop.valid_range or (-inf, inf)
    if not low <= value <= high:
        raise InputError(
            f"{value:g} {prop.unit} of {prop.id} cannot be; it lies between {low:g} and {high:g}"
        )
    return {
        "id": f"{element}.{prop.id}.{at}",
        "profile_id": OWN,
        "element_id": element,
        "specimen_code": None,
        "property": prop.id,
        "procedure": given.procedure,
        "value": value,
        "class": None,
        "unit": prop.unit,
        "source_value": f"{given.qualifier}{given.value:g}",
        "source_unit": given.unit,
        "source_property": given.property or given.procedure,
        "qualifier": given.qualifier,
        # How sure a limit of detection is says nothing of how sure the value below it is.
        "sd": None if given.sd is None or given.qualifier else given.sd * abs(factor),
        "laboratory": None,
        "date": None,
        "flag": "ok",
        "flag_reason": "",
    }
