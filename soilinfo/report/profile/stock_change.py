"""A change of carbon stock in words: by how much, whether that is more than its error, what weakens it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from soilinfo.report.phrases import Phrases

DECIMALS = 1
"""Of tonnes a hectare: more than one is more than anybody can sample."""
YEARLY_DECIMALS = 2

Row = Mapping[str, Any]


class Told(NamedTuple):
    """What was compared; a comparison that could not be made is None."""

    depth_cm: float
    years: float | None
    reference_mass_t_ha: float | None
    fixed_depth: Row | None
    equal_mass: Row | None


def words_of(told: Told, phrases: Phrases) -> str:
    """One sentence for each comparison, that of equal masses first; or that there is none."""
    return " ".join(_sentences(told, phrases)) or phrases.say("stock_change.none")


def _sentences(told: Told, phrases: Phrases) -> Iterator[str]:
    depth = phrases.value(told.depth_cm, 1)
    if told.equal_mass is not None and told.reference_mass_t_ha is not None:
        mass = phrases.number(told.reference_mass_t_ha, 0)
        yield _sentence("equal_mass", told.equal_mass, told.years, phrases, depth=depth, mass=mass)
    if told.fixed_depth is not None:
        yield _sentence("fixed_depth", told.fixed_depth, told.years, phrases, depth=depth)


def _sentence(name: str, row: Row, years: float | None, phrases: Phrases, **about: str) -> str:
    """'In the upper 30 cm: from 60.0 to 75.0 t/ha of organic carbon, +15.0 t/ha (+25 %), ...'."""
    stocks = {each: phrases.number(row[f"{each}_t_ha"], DECIMALS) for each in ("first", "second")}
    parts = [phrases.say(f"stock_change.{name}", **about, **stocks), *_changes(row, years, phrases)]
    return f"{', '.join(parts)}."


def _changes(row: Row, years: float | None, phrases: Phrases) -> Iterator[str]:
    sd = None if row["sd_t_ha"] is None else phrases.number(row["sd_t_ha"], DECIMALS)
    change = signed(row["change_t_ha"], DECIMALS, phrases)
    yield phrases.say("stock_change.change", change=f"{change} ± {sd}" if sd else change)
    if row["change_pct"] is not None:
        yield phrases.say("stock_change.pct", pct=signed(row["change_pct"], DECIMALS, phrases))
    if row["change_t_ha_yr"] is not None:
        yearly = signed(row["change_t_ha_yr"], YEARLY_DECIMALS, phrases)
        yield phrases.say("stock_change.yearly", change=yearly, years=phrases.number(years, 1))
    yield phrases.say(f"stock_change.sure.{_SURE[row['is_sure']]}")


_SURE = {True: "yes", False: "no", None: "unknown"}


def signed(value: float, decimals: int, phrases: Phrases) -> str:
    """A difference with its sign; what is rounded to nothing has none."""
    rounded = round(value, decimals)
    return f"+{phrases.number(value, decimals)}" if rounded > 0 else phrases.number(rounded + 0.0, decimals)


def warnings_of(rows: Iterable[Row], key: str, spoken: Mapping[str, Phrases]) -> list[dict[str, Any]]:
    """Each row with its ``text`` by language; its code, or else its property, says which text."""
    return [
        {**row, "text": {language: _warning(row, key, phrases) for language, phrases in spoken.items()}}
        for row in rows
    ]


def _warning(row: Row, key: str, phrases: Phrases) -> str:
    told = {name: phrases.value(value, 1) for name, value in row.items() if isinstance(value, float)}
    told |= {name: ", ".join(value) for name, value in row.items() if isinstance(value, list)}
    if "sampling" in row:
        told["sampling"] = phrases.say(f"stock_change.{row['sampling']}")
    if "code" in row:
        return phrases.say(f"{key}.{row['code']}", **told)
    if row["property"] == "mass":
        return phrases.say(f"{key}.mass", **told)
    return phrases.say(f"{key}.layer", **told, property=phrases.called("property", row["property"]))
