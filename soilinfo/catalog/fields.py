"""What catalog types are made of: their base and the checked names, colours, labels, units, depths."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)
from pyproj import CRS
from pyproj.exceptions import CRSError

from soilinfo.catalog.bounds import MOST_KEYS, Keyed, Text
from soilinfo.errors import CONTROLS, UnknownNameError
from soilinfo.units import UNITS

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name used unchanged as YAML key, Zarr variable, database column, API and QGIS field."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
"""Lower-case #rrggbb."""

LANGUAGES = ("en", "id")
"""The languages every label must have; a label may have more."""

Release = Literal["automatic", "on_warning", "always"]
"""When a new version waits for `soilinfo release`: never, when a check warns, or always."""


def _has_languages(texts: Mapping[str, str]) -> Mapping[str, str]:
    missing = [language for language in LANGUAGES if not texts.get(language, "").strip()]
    if missing:
        raise ValueError(f"a label needs a text in: {', '.join(missing)}")
    return texts


_TEXT = {"type": ["string", "number"], "pattern": f"^[^{CONTROLS}]*$"}
_LABEL = {
    "type": "object",
    "required": [*LANGUAGES],
    "maxProperties": MOST_KEYS,
    "propertyNames": {"pattern": _TEXT["pattern"]},
    "additionalProperties": _TEXT,
}

Label = Annotated[Keyed[Text, Text], AfterValidator(_has_languages), WithJsonSchema(_LABEL)]
"""A text a person reads, by language code."""


def _known_unit(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(str(UnknownNameError("unit", unit, UNITS)))
    return unit


Unit = Annotated[str, AfterValidator(_known_unit), WithJsonSchema({"enum": sorted(UNITS)})]
"""A unit of the closed table in :mod:`soilinfo.units`."""


def _known_crs(name: str) -> str:
    try:
        axes = len(CRS.from_user_input(name).axis_info)
    except CRSError as error:
        raise ValueError(f"'{name}' is not known to PROJ") from error
    if axes != 2:
        raise ValueError(f"'{name}' has {axes} axes; a map has two")
    return name


CrsName = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+:[A-Za-z0-9_]+$"), AfterValidator(_known_crs)]
"""A coordinate reference system by authority and code: EPSG:9487."""


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
"""A regular expression."""


class Model(BaseModel):
    """Base of all catalog types: frozen, and an unknown key is a fault; ``time: 2020`` is a text."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
        ignored_types=(cached_property,),
        use_attribute_docstrings=True,
    )


def _downwards(depth: tuple[float, float]) -> tuple[float, float]:
    if not 0 <= depth[0] < depth[1]:
        raise ValueError(f"{list(depth)}: top and bottom in cm below the surface, 0 <= top < bottom")
    return depth


Depth = Annotated[tuple[float, float], AfterValidator(_downwards)]
"""(top, bottom) in cm below the surface."""


def _in_order(time: str) -> str:
    begin, _, end = time.partition("/")
    if "/" in time and _first_day(begin) > _first_day(end):
        raise ValueError(f"'{time}' ends before it begins")
    _first_day(begin)
    return time


def _first_day(time: str) -> date:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", time):
        raise ValueError(
            f"'{time}' is not a year, a month, a date (YYYY-MM-DD) or two of them as 'start/end'"
        )
    try:
        return date.fromisoformat(time + "-01" * ((10 - len(time)) // 3))
    except ValueError as error:
        raise ValueError(f"'{time}': {error}") from error


Time = Annotated[str, AfterValidator(_in_order)]
"""Phenomenon time: a year, a month, a date, or 'start/end' of such."""


def _day(value: object) -> date:
    if "/" in str(value):
        raise ValueError(f"'{value}' is a span: one day is needed")
    return _first_day(str(value))


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": ["string", "number"]})]
"""A date; a year or a month stands for its first day."""
