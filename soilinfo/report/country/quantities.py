"""What numbers of a country report may be: what is none of these is a fault of the file, not of a country."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from soilinfo.catalog.bounds import LARGEST, Quantity

LAST_YEAR: Final = 9999


def in_order(pair: tuple[float, float]) -> tuple[float, float]:
    """The same pair; ValueError where it ends before it begins."""
    if pair[0] > pair[1]:
        raise ValueError(f"{pair[0]:g} to {pair[1]:g} ends before it begins")
    return pair


def check_interval(lower: float | None, upper: float | None) -> None:
    """ValueError for an interval whose ends are the wrong way round; one that is not known is none."""
    if lower is not None and upper is not None and lower > upper:
        raise ValueError(f"an interval from {lower:g} to {upper:g} ends before it begins")


def check_land(total_ha: float, **parts_ha: float | None) -> None:
    """ValueError for a part of land that is larger than the land; one that is not known is none.

    Maps and outlines differ at coasts and borders: a hundredth more is still the same land.
    """
    for name, ha in parts_ha.items():
        if ha is not None and ha > total_ha * (1 + _COAST) + _ROUNDED_HA:
            raise ValueError(f"{name} is {ha:,.2f} ha of {total_ha:,.2f} ha")


_COAST: Final = 0.01
_ROUNDED_HA: Final = 0.05

Number = Quantity | None
"""None: not known."""
Hectares = Annotated[float, Field(ge=0, le=LARGEST)]
Percent = Annotated[float, Field(ge=0, le=100)]
"""A share of something that holds it."""
Year = Annotated[int, Field(ge=0, le=LAST_YEAR)]
Years = Annotated[tuple[Year, Year], AfterValidator(in_order)]
"""First and last."""
Centimetres = Annotated[float, Field(ge=0, le=LARGEST)]
Depth = Annotated[tuple[Centimetres, Centimetres], AfterValidator(in_order)]
"""Of the top and of the bottom, below the surface."""
