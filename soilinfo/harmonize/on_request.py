"""Observations that somebody wants told as another property or in another unit, each with what that adds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.properties import Property
from soilinfo.errors import IncomparableError, InputError, UnknownNameError
from soilinfo.harmonize.conversions import Values, convert, refusals, ways
from soilinfo.units import convert as in_units
from soilinfo.units import factor_offset, spelled

Qualifier = Literal["", "<", ">"]
QUALIFIERS: tuple[Qualifier, ...] = ("", "<", ">")
OTHER_WAY: Mapping[str, str] = {"": "", "<": ">", ">": "<"}
"""What a limit becomes where the higher the one, the lower the other."""
LARGEST = 1e12
"""No property of a soil is larger, in any unit; the square of what is much larger is no number any more."""
MEMBERS = ("id", "property", "procedure", "unit", "value", "sd", "qualifier")
"""What may be said of an observation."""
RANGES = ("inside", "not stated", "outside")
"""Where a value lies in the ranges of its equations, the gravest last."""


@dataclass(frozen=True)
class Observation:
    """One number as it was observed; ``sd`` is NaN where it is not known."""

    property: str
    unit: str
    value: float
    sd: float = float("nan")
    qualifier: str = ""
    """'<' or '>' where only a limit is known, which then is ``value``."""
    id: str | None = None
    procedure: str | None = None


@dataclass(frozen=True)
class Answers:
    """Observations as they were wanted: arrays (observation), NaN where there is no value.

    ``sd``: standard deviation of ``value``, measurement and equations together; ``sd_conversion``: what the
    equations add to it. ``refused``: '' or the code of :data:`soilinfo.harmonize.conversions.REFUSALS`.
    """

    property: str
    unit: str
    equations: tuple[Equation, ...]
    value: Values
    sd: Values
    sd_conversion: Values
    falling: NDArray[np.bool_]
    """Whether ``value`` falls where what was observed rises."""
    range: NDArray[np.str_]
    """'' where there is no equation."""
    refused: NDArray[np.str_]


def observation(catalog: Catalog, given: Mapping[str, Any]) -> Observation:
    """What was observed, as a client says it; InputError tells what is missing or unknown.

    The property may be told by the ``procedure`` alone, where that observes only one. No unit is guessed.
    """
    for name in given:
        if name not in MEMBERS:
            raise InputError(str(UnknownNameError("member of an observation", name, MEMBERS)))
    prop = _property(catalog, given.get("property"), given.get("procedure"))
    if not isinstance(given.get("unit"), str):
        raise InputError(f"'{prop.id}' needs its unit, such as {prop.unit}: nothing is guessed")
    qualifier = given.get("qualifier") or ""
    if qualifier not in QUALIFIERS:
        raise InputError(f"a qualifier is '<' or '>', not '{qualifier}'")
    return Observation(
        prop.id,
        spelled(given["unit"], prop.unit),
        _number("value", given.get("value"), least=-LARGEST),
        _number("sd", given["sd"], least=0) if given.get("sd") is not None else float("nan"),
        qualifier,
        None if given.get("id") is None else str(given["id"]),
        given.get("procedure"),
    )


def answers(
    catalog: Catalog,
    observations: Sequence[Observation],
    to: str | None = None,
    equation: str | None = None,
    unit: str | None = None,
) -> list[dict[str, Any]]:
    """Each observation told as the property ``to`` (its own where None) in ``unit`` (that of the property).

    ``equation``: by which equation, which also tells the property where ``to`` does not; None: by the way
    that config/harmonization.yaml prefers. Raises IncomparableError for methods that are never converted,
    InputError where no equation leads there.
    """
    if to is None and equation is not None:
        to = catalog.equation(equation).to_property
    found: dict[int, dict[str, Any]] = {}
    kinds = dict.fromkeys((one.property, one.unit) for one in observations)
    for kind in kinds:
        of_kind = {at: one for at, one in enumerate(observations) if (one.property, one.unit) == kind}
        told = _told(catalog, [*of_kind.values()], to or kind[0], equation, unit)
        rows = zip(of_kind.items(), _rows(told), strict=True)
        found |= {at: _with(one, row) for (at, one), row in rows}
    return [found[at] for at in range(len(observations))]


def way_between(catalog: Catalog, source: str, to: str, equation: str | None = None) -> tuple[Equation, ...]:
    """The equations from one property to another: the one that is named, or those that config prefers."""
    rules, known = catalog.harmonization, catalog.equations
    for each in rules.incomparable if rules else ():
        if each.part(source, to):
            raise IncomparableError(f"'{source}' is not converted to '{to}': {each.reason['en']}")
    if equation is not None:
        return (_named(catalog, equation, source, to),)
    if source == to:
        return ()
    chains = ways(rules, known, to) if rules else []
    for chain in chains:
        if chain and chain[0].from_property == source:
            return chain
    raise InputError(_no_way(known.values(), source, to))


def _told(
    catalog: Catalog, observations: list[Observation], to: str, equation: str | None, unit: str | None
) -> Answers:
    """Observations of one property in one unit."""
    prop, target = catalog.property(observations[0].property), _numeric(catalog.property(to))
    chain = way_between(catalog, prop.id, target.id, equation)
    wanted = spelled(unit, target.unit) if unit else target.unit
    outwards, _ = factor_offset(target.unit, wanted)
    inwards, _ = factor_offset(observations[0].unit, prop.unit)
    value = in_units(np.array([one.value for one in observations]), observations[0].unit, prop.unit)
    sd = np.array([one.sd for one in observations]) * abs(inwards)
    done = _along(catalog, chain, value, sd, _impossible(value, prop))
    limits = np.array([one.qualifier != "" for one in observations])
    total = np.where(limits, np.nan, np.hypot(done.sd, done.added))
    usable = np.where(done.refused == "", 1.0, np.nan)
    return Answers(
        target.id,
        wanted,
        chain,
        in_units(done.value, target.unit, wanted) * usable,
        total * abs(outwards) * usable,
        done.added * abs(outwards) * usable,
        done.falling,
        np.array(RANGES)[done.worst] if chain else np.full(len(value), ""),
        done.refused,
    )


class _Done(NamedTuple):
    """What a chain of equations makes of values, in the unit of the property that it leads to."""

    value: Values
    sd: Values
    added: Values
    falling: NDArray[np.bool_]
    worst: NDArray[np.int64]
    refused: NDArray[np.str_]


def _along(
    catalog: Catalog, chain: Iterable[Equation], value: Values, sd: Values, refused: NDArray[np.str_]
) -> _Done:
    """Values by one equation after the other; each may refuse what is impossible, or out of its range."""
    added, worst = np.zeros(len(value)), np.zeros(len(value), np.int64)
    falling = np.zeros(len(value), bool)
    validity = catalog.harmonization.outside_validity if catalog.harmonization else "flag"
    for each in chain:
        here, there = catalog.property(each.from_property), catalog.property(each.to_property)
        made = convert(value, each, here.unit, there.unit)
        refused = np.where(refused == "", refusals(made, validity, there.valid_range), refused)
        value, sd = made.value, np.abs(made.slope) * sd
        added, falling = np.hypot(made.slope * added, made.error_sd), falling ^ (made.slope < 0)
        worst = np.maximum(worst, [RANGES.index(where) for where in made.range])
    return _Done(value, sd, added, falling, worst, refused)


def _rows(told: Answers) -> Iterable[dict[str, Any]]:
    for at in range(len(told.value)):
        yield {
            "property": told.property,
            "value": _known(told.value[at]),
            "unit": told.unit,
            "sd": _known(told.sd[at]),
            "sd_conversion": _known(told.sd_conversion[at]),
            "equations": [each.id for each in told.equations],
            "equation_range": str(told.range[at]),
            "refused": str(told.refused[at]) or None,
            "falling": bool(told.falling[at]),
        }


def _with(one: Observation, row: dict[str, Any]) -> dict[str, Any]:
    """An answer beside what was asked."""
    qualifier = OTHER_WAY[one.qualifier] if row.pop("falling") else one.qualifier
    asked = {
        "observed_property": one.property,
        "observed_value": one.value,
        "observed_unit": one.unit,
        "observed_qualifier": one.qualifier,
        "procedure": one.procedure,
    }
    return {"id": one.id, **asked, **row, "qualifier": qualifier}


def _property(catalog: Catalog, name: object, procedure: object) -> Property:
    observed = {*catalog.procedure(str(procedure)).observes.values()} if procedure is not None else set()
    if name is None and len(observed) == 1:
        name = next(iter(observed))
    if name is None:
        known = f"; '{procedure}' observes: {', '.join(sorted(observed))}" if observed else ""
        raise InputError(f"an observation needs its property, or a procedure that observes only one{known}")
    prop = catalog.property(str(name))
    if observed and prop.id not in observed:
        raise InputError(f"'{procedure}' observes {', '.join(sorted(observed))}, not '{prop.id}'")
    return _numeric(prop)


def _numeric(prop: Property) -> Property:
    if prop.kind == "class":
        raise InputError(f"'{prop.id}' has classes, not numbers: there is nothing to convert")
    return prop


def _number(name: str, given: object, least: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= LARGEST:
        raise InputError(f"'{name}' must be a number{' of 0 or more' if least == 0 else ''}, not {given!r}")
    return float(given)


def _impossible(values: Values, prop: Property) -> NDArray[np.str_]:
    low, high = prop.valid_range or (-np.inf, np.inf)
    return np.where((values < low) | (values > high), "impossible", np.full(len(values), "", "U20"))


def _named(catalog: Catalog, name: str, source: str, to: str) -> Equation:
    found = catalog.equation(name)
    if (found.from_property, found.to_property) != (source, to):
        leads = f"'{found.from_property}' to '{found.to_property}'"
        raise InputError(f"equation '{name}' leads from {leads}, not from '{source}' to '{to}'")
    return found


def _no_way(known: Iterable[Equation], source: str, to: str) -> str:
    equations = [one for one in known if one.form != "rule"]
    there = sorted(one.id for one in equations if (one.from_property, one.to_property) == (source, to))
    if there:
        return f"harmonization.yaml prefers no way from '{source}' to '{to}'; name one: {', '.join(there)}"
    reached = sorted({one.to_property for one in equations if one.from_property == source})
    return f"no equation leads from '{source}' to '{to}'; it leads to: {', '.join(reached) or 'nothing'}"


def _known(value: float) -> float | None:
    """A number with ten digits, None where it is not known."""
    return None if np.isnan(value) else float(f"{value:.10g}")
