"""How the stock of organic carbon changed between two samplings of one place, and whether that is sure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from soilinfo.catalog.equations import Equation
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.harmonize.conversions import convert
from soilinfo.harmonize.depth import ROUNDING_CM
from soilinfo.harmonize.stock_change import (
    Difference,
    Layers,
    at_fixed_depth,
    depth_of,
    in_equal_mass,
    mineral_mass,
)
from soilinfo.harmonize.stock_layers import Sampled, sampled
from soilinfo.harmonize.ways import OF_FINE_EARTH, Rules
from soilinfo.jobs.harmonization.inline import DEEPEST_CM
from soilinfo.jobs.harmonization.one_profile import Choices, OneProfile, rules_of
from soilinfo.report.phrases import Phrases
from soilinfo.report.profile.stock_change import Told, warnings_of, words_of

Answer = dict[str, Any]

WHICH = ("first", "second")
DEPTH_CM = 30.0
"""Usual depth of a stock: that of the IPCC and of the products of the Global Soil Partnership."""
DAYS_A_YEAR = 365.25
ORGANIC_MATTER = "organic_matter"
ORGANIC_SOC_G_KG = 200.0
"""Carbon from which on material is organic (IUSS Working Group WRB 2022)."""


@dataclass(frozen=True)
class Sampling:
    """A profile, and when it was sampled (ISO day; None: not known)."""

    profile: OneProfile
    day: str | None = None

    @property
    def date(self) -> date | None:
        """The day that was told, else that of the profile; InputError where it is no day."""
        told = self.day or self.profile.about["date"].iloc[0]
        if pd.isna(told):
            return None
        try:
            return date.fromisoformat(str(told))
        except ValueError:
            raise InputError(f"a date is a day like 2015-08-30, not '{told}'") from None

    @property
    def site(self) -> str | None:
        """The site of a published profile."""
        site = self.profile.about["site_id"].iloc[0] if "site_id" in self.profile.about else None
        return None if pd.isna(site) else str(site)


def soc_stock_change(
    catalog: Catalog, first: Sampling, second: Sampling, depth_cm: float, snapshot: int
) -> Answer:
    """The change down to ``depth_cm`` and in an equal mass of mineral soil, JSON-ready; None: not known.

    ``reference_mass_t_ha`` is the mineral mass of the first sampling down to that depth. What a comparison
    lacks is in ``lacking``, each with a ``text`` by language, and what weakens it in ``warnings``. InputError
    where a sampling has no carbon or no density at all, and where the second is the older one.
    """
    if not 0 < depth_cm <= DEEPEST_CM:
        raise InputError(f"a stock goes down to a depth of up to {DEEPEST_CM:g} cm, not to {depth_cm:g}")
    rules = rules_of(catalog, Choices())
    equation = _organic_matter(rules)
    per_carbon = float(convert(np.array([1.0]), equation, "g/kg", "g/kg").value[0])
    both = [_sampled(which, each, rules) for which, each in zip(WHICH, (first, second), strict=True)]
    lacking = [*_gaps(both, depth_cm)]
    years = _years(first, second)
    one, other = (each.layers.from_surface for each in both)
    fixed = None if lacking else at_fixed_depth(one, other, depth_cm)
    equal = reference = None
    if one.bottom >= depth_cm - ROUNDING_CM and len(other.lower):
        reference = mineral_mass(one, depth_cm, per_carbon)
        equal = in_equal_mass(one, other, depth_cm, per_carbon)
        lacking.extend(_mass_lacking(equal, other, reference, per_carbon))
    told = Told(depth_cm, years, reference, _difference(fixed, years), _difference(equal, years))
    return _answer(catalog, (first, second), both, told, lacking, equation, snapshot)


def _mass_lacking(equal: Difference, second: Layers, reference: float, per_carbon: float) -> Iterator[Answer]:
    """By how much the second sampling reaches too little soil, and about how deep it had to go."""
    if np.isnan(equal.second):
        lacks = reference - mineral_mass(second, second.bottom, per_carbon)
        to_cm = depth_of(second, reference, per_carbon)
        yield {"sampling": "second", "property": "mass", "lacking_t_ha": lacks, "to_cm": to_cm}


def _sampled(which: str, of: Sampling, rules: Rules) -> Sampled:
    """The layers of a sampling; an error says of which."""
    try:
        return sampled(of.profile.about, of.profile.elements, of.profile.observations, rules)
    except InputError as error:
        raise InputError(f"{which} sampling: {error}") from None


def _organic_matter(rules: Rules) -> Equation:
    """The equation by which carbon tells organic matter, whose mass is not that of mineral soil."""
    for id in rules.harmonization.properties.get(ORGANIC_MATTER, ()):
        equation = rules.equations[id]
        proportional = equation.form == "linear" and equation.coefficients[0] == 0
        if equation.from_property == "soc" and proportional:
            return equation
    raise InputError(
        "comparing equal masses needs organic matter by carbon: harmonization.yaml names no equation from "
        "'soc' to 'organic_matter' that is a factor"
    )


def _gaps(both: list[Sampled], depth_cm: float) -> Iterator[Answer]:
    for which, each in zip(WHICH, both, strict=True):
        for name, top, bottom in each.gaps(depth_cm):
            yield {"sampling": which, "property": name, "upper_cm": top, "lower_cm": bottom}


def _years(first: Sampling, second: Sampling) -> float | None:
    """Years from one day to the other; None where one is not known."""
    start, end = first.date, second.date
    if start is None or end is None:
        return None
    if end <= start:
        raise InputError(f"the second sampling ({end}) is not later than the first ({start})")
    return (end - start).days / DAYS_A_YEAR


def _difference(found: Difference | None, years: float | None) -> Answer | None:
    """A comparison as JSON."""
    if found is None or np.isnan(found.change):
        return None
    return {
        "first_t_ha": found.first,
        "second_t_ha": found.second,
        "change_t_ha": found.change,
        "change_pct": 100 * found.change / found.first if found.first else None,
        "change_t_ha_yr": None if years is None else found.change / years,
        "sd_t_ha": None if np.isnan(found.sd) else found.sd,
        "is_sure": found.is_sure,
    }


def _answer(
    catalog: Catalog,
    samplings: tuple[Sampling, Sampling],
    both: list[Sampled],
    told: Told,
    lacking: list[Answer],
    equation: Equation,
    snapshot: int,
) -> Answer:
    """Everything, each text in the languages of the service."""
    spoken = {language: Phrases(catalog, language) for language in catalog.services.languages}
    warnings = [*_warnings(samplings, both, told)]
    read = {layer: version for each in samplings for layer, version in each.profile.used.items()}
    return {
        "sentence": {language: words_of(told, phrases) for language, phrases in spoken.items()},
        **told._asdict(),
        "organic_matter_equation": equation.id,
        "samplings": [_sampling(*each) for each in zip(samplings, both, strict=True)],
        "lacking": warnings_of(lacking, "stock_change.lacking", spoken),
        "warnings": warnings_of(warnings, "stock_change.warning", spoken),
        "snapshot": snapshot,
        "read": [{"layer": layer, "version": version} for layer, version in read.items()],
    }


def _sampling(one: Sampling, of: Sampled) -> Answer:
    """Which profile it was, and how its parts were come by."""
    ways = {
        name: {"observed": [*way.observed], "equations": [*way.equations]} for name, way in of.ways.items()
    }
    return {
        "profile": one.profile.id,
        "date": one.date.isoformat() if one.date else None,
        "sampled_cm": of.layers.from_surface.bottom,
        "procedures": of.procedures,
        "ways": ways,
    }


def _warnings(
    samplings: tuple[Sampling, Sampling], both: list[Sampled], told: Told
) -> Iterator[Mapping[str, Any]]:
    """What weakens a comparison, the gravest first."""
    if any(_is_organic(each, told.depth_cm) for each in both):
        yield {"code": "peat", "depth_cm": told.depth_cm}
    for which, each in zip(WHICH, both, strict=True):
        estimated = [id for id in each.ways["bulk_density"].equations if id != OF_FINE_EARTH]
        if estimated:
            yield {"code": "density_estimated", "sampling": which, "equations": estimated}
        if each.no_stones:
            yield {"code": "no_stones", "sampling": which}
    ways = [(each.ways["soc"], each.procedures) for each in both]
    if ways[0] != ways[1]:
        yield {"code": "methods_differ"}
    sites = [each.site for each in samplings]
    if all(each.profile.used for each in samplings) and (None in sites or sites[0] != sites[1]):
        yield {"code": "other_site"}
    if told.years is None:
        yield {"code": "no_dates"}


def _is_organic(of: Sampled, depth_cm: float) -> bool:
    """Whether there is an organic layer in the depth that is compared."""
    organic = of.layers.organic | (of.layers.value[0] >= ORGANIC_SOC_G_KG)
    return bool((organic & (of.layers.upper < depth_cm)).any())
