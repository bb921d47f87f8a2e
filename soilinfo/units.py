"""The closed table of units and the conversions between them.

A unit is a factor (and, for temperature, an offset) to the base unit of its quantity.
Nothing is guessed: a unit that is not in the table, or one of another quantity, is an error.
Amounts of different chemical form (P against P2O5) are different quantities here, so they
never convert into each other silently.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soilinfo.errors import UnitError


@dataclass(frozen=True)
class UnitDef:
    """``base = value * factor + offset`` in the base unit of ``quantity``; ``ucum`` is its UCUM code."""

    quantity: str
    factor: float
    ucum: str
    offset: float = 0.0


UNITS: dict[str, UnitDef] = {
    "1": UnitDef("number", 1.0, "1"),
    "pH": UnitDef("pH", 1.0, "[pH]"),
    # share of mass (g per g)
    "%": UnitDef("fraction", 1e-2, "%"),
    "g/kg": UnitDef("fraction", 1e-3, "g/kg"),
    "dg/kg": UnitDef("fraction", 1e-4, "dg/kg"),
    "mg/kg": UnitDef("fraction", 1e-6, "mg/kg"),
    "ppm": UnitDef("fraction", 1e-6, "[ppm]"),
    "cg/kg": UnitDef("fraction", 1e-5, "cg/kg"),
    "mg/100 g": UnitDef("fraction", 1e-5, "mg/(100.g)"),
    # share of volume
    "% vol": UnitDef("volume fraction", 1e-2, "%{vol}"),
    "cm3/dm3": UnitDef("volume fraction", 1e-3, "cm3/dm3"),
    # charge per mass
    "cmol(+)/kg": UnitDef("charge per mass", 1.0, "cmol/kg"),
    "mmol(+)/kg": UnitDef("charge per mass", 0.1, "mmol/kg"),
    "meq/100 g": UnitDef("charge per mass", 1.0, "meq/(100.g)"),
    "cmol(+)/kg clay": UnitDef("charge per mass of clay", 1.0, "cmol/kg{clay}"),
    # density
    "g/cm3": UnitDef("density", 1.0, "g/cm3"),
    "kg/dm3": UnitDef("density", 1.0, "kg/dm3"),
    "cg/cm3": UnitDef("density", 0.01, "cg/cm3"),
    "kg/m3": UnitDef("density", 0.001, "kg/m3"),
    # electrical conductivity
    "dS/m": UnitDef("conductivity", 1.0, "dS/m"),
    "mS/cm": UnitDef("conductivity", 1.0, "mS/cm"),
    "uS/cm": UnitDef("conductivity", 1e-3, "uS/cm"),
    # length
    "m": UnitDef("length", 1.0, "m"),
    "cm": UnitDef("length", 1e-2, "cm"),
    "mm": UnitDef("length", 1e-3, "mm"),
    "km": UnitDef("length", 1e3, "km"),
    # rates and durations
    "mm/yr": UnitDef("depth per year", 1e-3, "mm/a"),
    "cm/yr": UnitDef("depth per year", 1e-2, "cm/a"),
    "months": UnitDef("months", 1.0, "mo"),
    "days": UnitDef("days", 1.0, "d"),
    # temperature
    "degC": UnitDef("temperature", 1.0, "Cel", 273.15),
    "K": UnitDef("temperature", 1.0, "K"),
    # mass
    "t": UnitDef("mass", 1.0, "t"),
    "kg": UnitDef("mass", 1e-3, "kg"),
    # area and mass per area
    "ha": UnitDef("area", 1.0, "har"),
    "km2": UnitDef("area", 100.0, "km2"),
    "m2": UnitDef("area", 1e-4, "m2"),
    "t/ha": UnitDef("mass per area", 1.0, "t/har"),
    "kg/ha": UnitDef("mass per area", 1e-3, "kg/har"),
    "kg/m2": UnitDef("mass per area", 10.0, "kg/m2"),
    "t/ha/yr": UnitDef("mass per area and year", 1.0, "t/har/a"),
    # angle
    "deg": UnitDef("angle", 1.0, "deg"),
}
"""Every unit that soilinfo knows, by the symbol used in config/ and in answers."""


def unit(symbol: str) -> UnitDef:
    """The definition of a unit symbol, or UnitError naming those that exist."""
    if symbol not in UNITS:
        raise UnitError(f"no unit '{symbol}'; there are: {', '.join(sorted(UNITS))}")
    return UNITS[symbol]


def factor_offset(source: str, target: str) -> tuple[float, float]:
    """(factor, offset) with ``target value = source value * factor + offset``.

    Raises UnitError when either symbol is unknown or the two measure different quantities.
    """
    here, there = unit(source), unit(target)
    if here.quantity != there.quantity:
        raise UnitError(f"'{source}' ({here.quantity}) does not convert to '{target}' ({there.quantity})")
    return here.factor / there.factor, (here.offset - there.offset) / there.factor


def convert(values: NDArray[np.floating], source: str, target: str) -> NDArray[np.floating]:
    """Values in ``source`` units as ``target`` units, same shape; NaN stays NaN."""
    factor, offset = factor_offset(source, target)
    return values if (factor, offset) == (1.0, 0.0) else values * factor + offset
