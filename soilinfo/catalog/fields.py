"""What catalog types are made of: their base and the checked names, colours, labels, units, depths."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from soilinfo.errors import UnknownNameError
from soilinfo.units import UNITS

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name used unchanged as YAML key, Zarr variable, database column, API and QGIS field."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
"""Lower-case #rrggbb."""

LANGUAGES = ("en", "id")
"""The languages every label must have; a label may have more."""


def _has_languages(texts: Mapping[str, str]) -> Mapping[str, str]:
    missing = [language for language in LANGUAGES if not texts.get(language, "").strip()]
    if missing:
        raise ValueError(f"a label needs a text in: {', '.join(missing)}")
    return texts


Label = Annotated[Mapping[str, str], AfterValidator(_has_languages)]
"""A text a person reads, by language code."""


def _known_unit(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(str(UnknownNameError("unit", unit, UNITS)))
    return unit


Unit = Annotated[str, AfterValidator(_known_unit)]
"""A unit of the closed table in :mod:`soilinfo.units`."""


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
    )


Depth = tuple[float, float]
"""(top, bottom) in cm below the surface."""
