"""The closed table of units and the conversions between them.

A unit is a factor (and, for temperature, an offset) to the base unit of its quantity.
Nothing is guessed: a unit that is not in the table, or one of another quantity, is an error.
Amounts of different chemical form (P against P2O5) are different quantities here, so they
never convert into each other silently. How others write a unit is a closed table, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

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
    "g/100 g": UnitDef("fraction", 1e-2, "g/(100.g)"),
    # share of volume
    "% vol": UnitDef("volume fraction", 1e-2, "%{vol}"),
    "cm3/dm3": UnitDef("volume fraction", 1e-3, "cm3/dm3"),
    "cm3/cm3": UnitDef("volume fraction", 1.0, "cm3/cm3"),
    # charge per mass
    "cmol(+)/kg": UnitDef("charge per mass", 1.0, "cmol/kg"),
    "mmol(+)/kg": UnitDef("charge per mass", 0.1, "mmol/kg"),
    "mmol(+)/100 g": UnitDef("charge per mass", 1.0, "mmol/(100.g)"),
    "meq/100 g": UnitDef("charge per mass", 1.0, "meq/(100.g)"),
    "cmol(+)/kg clay": UnitDef("charge per mass of clay", 1.0, "cmol/kg{clay}"),
    # charge per volume
    "mol(+)/L": UnitDef("charge per volume", 1.0, "mol/L"),
    "cmol(+)/L": UnitDef("charge per volume", 1e-2, "cmol/L"),
    "mmol(+)/L": UnitDef("charge per volume", 1e-3, "mmol/L"),
    "umol(+)/L": UnitDef("charge per volume", 1e-6, "umol/L"),
    "meq/L": UnitDef("charge per volume", 1e-3, "meq/L"),
    # density
    "g/cm3": UnitDef("density", 1.0, "g/cm3"),
    "kg/dm3": UnitDef("density", 1.0, "kg/dm3"),
    "cg/cm3": UnitDef("density", 0.01, "cg/cm3"),
    "kg/m3": UnitDef("density", 0.001, "kg/m3"),
    "g/dm3": UnitDef("density", 0.001, "g/dm3"),
    # electrical conductivity
    "dS/m": UnitDef("conductivity", 1.0, "dS/m"),
    "mS/cm": UnitDef("conductivity", 1.0, "mS/cm"),
    "uS/cm": UnitDef("conductivity", 1e-3, "uS/cm"),
    "S/m": UnitDef("conductivity", 10.0, "S/m"),
    "mS/m": UnitDef("conductivity", 1e-2, "mS/m"),
    # length
    "m": UnitDef("length", 1.0, "m"),
    "cm": UnitDef("length", 1e-2, "cm"),
    "mm": UnitDef("length", 1e-3, "mm"),
    "km": UnitDef("length", 1e3, "km"),
    "in": UnitDef("length", 0.0254, "[in_i]"),
    "ft": UnitDef("length", 0.3048, "[ft_i]"),
    # rates and durations
    "mm/yr": UnitDef("depth per year", 1e-3, "mm/a"),
    "cm/yr": UnitDef("depth per year", 1e-2, "cm/a"),
    "cm/h": UnitDef("depth per time", 1.0, "cm/h"),
    "mm/h": UnitDef("depth per time", 0.1, "mm/h"),
    "in/h": UnitDef("depth per time", 2.54, "[in_i]/h"),
    "mm/d": UnitDef("depth per time", 0.1 / 24, "mm/d"),
    "cm/d": UnitDef("depth per time", 1 / 24, "cm/d"),
    "m/d": UnitDef("depth per time", 100 / 24, "m/d"),
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
    "kg/ha/yr": UnitDef("mass per area and year", 1e-3, "kg/har/a"),
    # angle
    "deg": UnitDef("angle", 1.0, "deg"),
}
"""Every unit that soilinfo knows, by the symbol used in config/ and in answers."""

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "%": ("percent", "persen", "%w/w", "%(w/w)", "wt%", "g/hg"),
    "g/100 g": ("gr/100gr",),
    "g/kg": ("gr/kg", "g/Kg", "gkg-1", "g.kg-1"),
    "mg/kg": ("mg/Kg", "mgkg-1", "mg.kg-1"),
    "mg/100 g": ("mg/100gr",),
    "% vol": ("vol%", "%v/v", "%(v/v)", "m3/100m3", "M3/100m3", "cm3/100cm3"),
    "cm3/cm3": ("m3/m3",),
    "cmol(+)/kg": ("cmol/kg", "cmolc/kg", "cmol(c)/kg", "cmol+/kg", "cmolckg-1", "cmol(+)kg-1"),
    "mmol(+)/kg": ("mmolc/kg", "mmol(c)/kg"),
    "mmol(+)/100 g": ("mmolc/100g", "mmol(c)/100g"),
    "meq/100 g": ("me/100g", "me/100gr", "meq/100gr", "m.e./100g"),
    "mol(+)/L": ("molc/L", "mol(c)/L"),
    "cmol(+)/L": ("cmolc/L", "cmol(c)/L"),
    "mmol(+)/L": ("mmolc/L", "mmol(c)/L"),
    "umol(+)/L": ("umolc/L", "umol(c)/L"),
    "meq/L": ("me/L", "meq/l", "me/l"),
    "g/cm3": ("g/cc", "gr/cm3", "gr/cc", "gcm-3", "g.cm-3", "g/ml", "g/mL", "Mg/m3", "t/m3"),
    "kg/dm3": ("kg/l", "kg/L"),
    "dS/m": ("dSm-1", "dS.m-1"),
    "mS/cm": ("mmho/cm", "mmhos/cm"),
    "uS/cm": ("umho/cm", "umhos/cm"),
    "mm/h": ("mm/hr",),
    "cm/h": ("cm/hr",),
    "in/h": ("in/hr",),
    "mm/d": ("mm/day",),
    "cm/d": ("cm/day",),
    "m/d": ("m/day",),
    "in": ("inch",),
    "t/ha/yr": ("t/(ha·a)", "t/ha/a", "t/ha/year"),
    "kg/ha/yr": ("kg/(ha·a)", "kg/ha/a", "kg/ha/year"),
    "degC": ("°C",),
}
"""How else a unit is written, without its spaces: each text is of one unit, and what is not here is unknown.

``cmol/kg`` is of charge, as code lists of soil mean it; ``mmol/kg`` and ``g/L`` may mean several things.
"""

BARE_SHARES = {"%", "percent", "persen"}
"""Hundredths that do not say of what."""


def unit(symbol: str) -> UnitDef:
    """The definition of a unit symbol, or UnitError naming those that exist."""
    if symbol not in UNITS:
        raise UnitError(f"no unit '{symbol}'; there are: {', '.join(sorted(UNITS))}")
    return UNITS[symbol]


def spelled(text: str, property_unit: str | None = None) -> str:
    """The symbol of a unit as laboratories and code lists write it; UnitError where it is not in the table.

    Spaces, superscripts and the micro sign are as good as plain letters; capitals are not as good as small
    ones (mS is not MS). A bare '%', or its name, is a share of mass, unless the property whose values it is
    of (``property_unit``) is a share of volume: that is for the property to say, not for a heading.
    """
    symbol = _SYMBOLS.get(_plain(text))
    if symbol is None:
        raise UnitError(f"no unit '{text}'; there are: {', '.join(sorted(UNITS))}")
    by_volume = property_unit is not None and unit(property_unit).quantity == "volume fraction"
    return "% vol" if by_volume and _plain(text) in BARE_SHARES else symbol


def _plain(text: str) -> str:
    return (
        "".join(normalize("NFKC", text).split()).replace("\N{GREEK SMALL LETTER MU}", "u").replace("−", "-")
    )


_SYMBOLS = {_plain(symbol): symbol for symbol in UNITS} | {
    text: symbol for symbol, texts in SPELLINGS.items() for text in texts
}


def factor_offset(source: str, target: str) -> tuple[float, float]:
    """(factor, offset) with ``target value = source value * factor + offset``.

    Raises UnitError when either symbol is unknown or the two measure different quantities.
    """
    here, there = unit(source), unit(target)
    if here.quantity != there.quantity:
        raise UnitError(f"'{source}' ({here.quantity}) does not convert to '{target}' ({there.quantity})")
    return here.factor / there.factor, (here.offset - there.offset) / there.factor


def compatible(symbol: str) -> list[str]:
    """The symbols of every unit that a unit converts to, itself among them."""
    return [each for each, one in UNITS.items() if one.quantity == unit(symbol).quantity]


def convert(values: NDArray[np.floating], source: str, target: str) -> NDArray[np.floating]:
    """Values in ``source`` units as ``target`` units, same shape; NaN stays NaN."""
    factor, offset = factor_offset(source, target)
    return values if (factor, offset) == (1.0, 0.0) else values * factor + offset
