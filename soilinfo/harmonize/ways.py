"""Ways to a property: as it was observed, or by equations from what was; each profile takes the first.

A way is taken by a whole profile, never horizon by horizon: else a step between two methods would look like
one in the soil.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.harmonization import Harmonization
from soilinfo.catalog.properties import Property
from soilinfo.harmonize.carbon import fine_earth_g_cm3
from soilinfo.harmonize.conversions import convert, ways
from soilinfo.harmonize.observed import Elements, Floats, Observed, Positions, Texts, united
from soilinfo.harmonize.texture import SAND_FROM_MM, closed, with_sand_from

NONE, INSIDE, NOT_STATED, OUTSIDE = range(4)
RANGES = ("", "inside", "not stated", "outside")
"""Where values lie in the ranges of the equations that converted them: text by code, the gravest last."""
FRACTIONS = ("sand", "silt")
"""Fractions whose common limit differs from one country to another."""
OF_FINE_EARTH = "bulk_density_of_fine_earth"
"""The way from the density of a whole soil and its stones to that of the fine earth."""


@dataclass(frozen=True)
class Rules:
    """What decides how profiles are harmonized."""

    harmonization: Harmonization
    equations: Mapping[str, Equation]
    properties: Mapping[str, Property]

    def unit(self, property: str) -> str:
        """Unit of a property."""
        return self.properties[property].unit


@dataclass(frozen=True)
class Way:
    """One way: the properties that were observed, and the equations from them on, in their order."""

    observed: tuple[str, ...]
    equations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """What a way makes of what was observed: arrays (element), NaN where there is no value.

    ``sd``: standard deviation that measurements bring, independent from element to element;
    ``sd_conversion``: what equations add, an error that all elements of a profile share; NaN where unknown.
    ``range``: codes. ``refused``: something was observed, and yet there is no value.
    """

    value: Floats
    sd: Floats
    sd_conversion: Floats
    censored: NDArray[np.bool_]
    range: NDArray[np.uint8]
    refused: NDArray[np.bool_]


@dataclass(frozen=True)
class Led:
    """A property in the elements of all profiles, each profile by its own way."""

    ways: tuple[Way, ...]
    chosen: Positions
    """Position of each profile's way in ``ways``, also of one that was refused; -1 where there is none."""
    refused: NDArray[np.bool_]
    """Profiles that have no value, although something was observed."""
    estimate: Estimate
    observed: Floats
    """Values before they were converted, where they are of one property; else NaN."""
    observations: Texts
    """Ids of the observations that the value of an element rests on."""
    procedures: Texts


def led_by_ways(
    property: str, elements: Elements, observed: Mapping[str, Observed], rules: Rules, profiles: int
) -> Led | None:
    """A property in every profile that some way leads to; None where none leads anywhere."""
    found = [*_estimates(property, observed, rules)]
    if not found:
        return None
    leads = np.array([_profiles_with(np.isfinite(one.value), elements, profiles) for _, one in found])
    fails = np.array([_profiles_with(one.refused, elements, profiles) for _, one in found])
    refused = ~leads.any(axis=0) & fails.any(axis=0)
    chosen = np.where(leads.any(axis=0), leads.argmax(axis=0), np.where(refused, fails.argmax(axis=0), -1))
    of = chosen[elements.profile]
    sources = [[observed[name] for name in way.observed] for way, _ in found]
    return Led(
        tuple(way for way, _ in found),
        chosen,
        refused,
        _chosen([one for _, one in found], of),
        np.select([of == at for at in range(len(found))], [_before(some) for some in sources], np.nan),
        _texts(of, [[one.ids for one in some] for some in sources]),
        _texts(of, [[one.procedures for one in some] for some in sources]),
    )


def joint(
    leads: Sequence[Led], endings: Sequence[tuple[str, ...]], ending: Positions
) -> tuple[tuple[Way, ...], Positions]:
    """Ways of what is made of several properties together, and the position of each profile's.

    ``endings``: the last equations; ``ending`` (profile): which of them.
    """
    combined = np.stack([*(led.chosen for led in leads), ending], axis=1)
    kinds, kind = np.unique(combined, axis=0, return_inverse=True)
    found = []
    for *positions, end in kinds.tolist():
        parts = [led.ways[at] for led, at in zip(leads, positions, strict=True) if at >= 0]
        observed = dict.fromkeys(name for way in parts for name in way.observed)
        equations = dict.fromkeys(name for way in parts for name in way.equations)
        found.append(Way(tuple(observed), (*equations, *endings[end])))
    return tuple(found), kind.reshape(-1)


def _estimates(
    property: str, observed: Mapping[str, Observed], rules: Rules
) -> Iterator[tuple[Way, Estimate]]:
    """Every way whose properties were observed, the preferred ones first."""
    for chain in ways(rules.harmonization, rules.equations, property):
        source = chain[0].from_property if chain else property
        if source in observed:
            way = Way((source,), tuple(equation.id for equation in chain))
            yield way, _by(chain, observed[source], rules)
    if property in FRACTIONS:
        yield from _by_limits(property, observed)
    if property == "bulk_density" and {"bulk_density_whole", "coarse_fragments"} <= observed.keys():
        yield _of_fine_earth(observed["bulk_density_whole"], observed["coarse_fragments"], rules)


def _by(chain: tuple[Equation, ...], source: Observed, rules: Rules) -> Estimate:
    """A property by one equation after the other.

    A value that they take out of what is possible for the property, or for one on the way, is refused.
    """
    value: Floats = source.value
    sd: Floats = source.sd
    added = np.where(np.isnan(value), np.nan, 0.0)
    worst = np.zeros(len(value), np.uint8)
    for equation in chain:
        units = rules.unit(equation.from_property), rules.unit(equation.to_property)
        done = convert(value, equation, *units)
        code = NOT_STATED if done.inside is None else np.where(done.inside, INSIDE, OUTSIDE)
        worst = np.maximum(worst, code).astype(np.uint8)
        value = _possible(np.asarray(done.value, np.float64), rules.properties[equation.to_property])
        sd, added = np.abs(done.slope) * sd, np.hypot(done.slope * added, done.error_sd)
    if rules.harmonization.outside_validity == "refuse":
        value = np.where(worst == OUTSIDE, np.nan, value)
    return _estimate(value, sd, added, source.censored, worst, np.isfinite(source.value))


def _by_limits(property: str, observed: Mapping[str, Observed]) -> Iterator[tuple[Way, Estimate]]:
    """Sand or silt by the limits of the USDA, from all three fractions by another country's."""
    for system in ("isss", "wrb"):
        names = (f"sand_{system}", f"silt_{system}", "clay")
        if set(names) <= observed.keys():
            three = [observed[name] for name in names]
            sums = closed(three[0].value, three[1].value, three[2].value).fractions
            made = with_sand_from(sums, SAND_FROM_MM[system], SAND_FROM_MM["usda"])
            value = made.sand if property == "sand" else made.silt
            unknown = np.full(len(value), np.nan)
            censored = np.any([one.censored for one in three], axis=0)
            told = np.any([np.isfinite(one.value) for one in three[:2]], axis=0)
            code = np.full(len(value), NOT_STATED, np.uint8)
            # What the assumption of evenness within a fraction adds to the error is nowhere stated.
            estimate = _estimate(value, unknown, unknown, censored, code, told)
            yield Way(names, (f"particle_size_{system}_usda",)), estimate


def _of_fine_earth(whole: Observed, coarse: Observed, rules: Rules) -> tuple[Way, Estimate]:
    """Density of the fine earth over its own volume; errors of the stones' density are not known."""
    share = 1 - np.where(coarse.value < 100, coarse.value, np.nan) / 100
    value = fine_earth_g_cm3(whole.value, coarse.value, "whole_soil") / share
    value = _possible(value, rules.properties["bulk_density"])
    unknown = np.full(len(value), np.nan)
    code = np.full(len(value), NOT_STATED, np.uint8)
    told = np.isfinite(whole.value)
    estimate = _estimate(value, unknown, unknown, whole.censored | coarse.censored, code, told)
    return Way(("bulk_density_whole", "coarse_fragments"), (OF_FINE_EARTH,)), estimate


def _estimate(
    value: Floats,
    sd: Floats,
    added: Floats,
    censored: NDArray[np.bool_],
    code: NDArray[np.uint8],
    told: NDArray[np.bool_],
) -> Estimate:
    known = np.isfinite(value)
    sd, added = (np.where(known, each, np.nan) for each in (sd, added))
    return Estimate(value, sd, added, censored & known, np.where(known, code, NONE), told & ~known)


def _possible(values: Floats, property: Property) -> Floats:
    if property.valid_range is None:
        return values
    low, high = property.valid_range
    return np.where((values >= low) & (values <= high), values, np.nan)


def _profiles_with(which: NDArray[np.bool_], elements: Elements, profiles: int) -> NDArray[np.bool_]:
    return np.bincount(elements.profile[which], minlength=profiles) > 0


def _chosen(estimates: list[Estimate], of: Positions) -> Estimate:
    """Of each element what its profile's way makes of it."""
    which = [of == at for at in range(len(estimates))]

    def pick(name: str, otherwise: float) -> NDArray[Any]:
        return np.select(which, [getattr(one, name) for one in estimates], otherwise)

    return Estimate(
        value=pick("value", np.nan),
        sd=pick("sd", np.nan),
        sd_conversion=pick("sd_conversion", np.nan),
        censored=pick("censored", 0).astype(bool),
        range=pick("range", NONE).astype(np.uint8),
        refused=pick("refused", 0).astype(bool),
    )


def _before(sources: list[Observed]) -> Floats:
    return sources[0].value if len(sources) == 1 else np.full(len(sources[0].value), np.nan)


def _texts(of: Positions, texts: list[list[Texts]]) -> Texts:
    """Of each element the texts of its way's properties."""
    found: Texts = np.full(len(of), "", object)
    for at, some in enumerate(texts):
        which = of == at
        found[which] = united([each[which] for each in some])
    return found
