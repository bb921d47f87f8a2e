"""Classes of texture at common depths, by the fractions there."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.harmonize.at_depths import AtDepths
from soilinfo.harmonize.observed import Floats, Positions, Texts, united
from soilinfo.harmonize.table import Told
from soilinfo.harmonize.texture import REFUSED, closed, usda_class
from soilinfo.harmonize.ways import Led, joint

TEXTURE, FRACTIONS = "texture", ("sand", "silt", "clay")
TRIANGLE = "texture_triangle_usda"
"""The way from fractions to the class of texture."""


def texture(leads: Mapping[str, Led], parts: Mapping[str, Told]) -> Told | None:
    """The USDA class at each interval of profiles that two fractions are known of, the third being the rest.

    ``leads`` and ``parts``: what is known of each fraction, by its name. None where no profile has two. Sums
    too far from 100 % are refused. What is covered is what all fractions told cover; a class has no error.
    """
    if len(parts) < 2:
        return None
    profile = np.flatnonzero(np.bincount(np.concatenate([told.at.profile for told in parts.values()])) >= 2)
    if not len(profile):
        return None
    ats = {name: _taken(told.at, profile) for name, told in parts.items()}
    unknown = np.full(next(iter(ats.values())).value.shape, np.nan)
    sand, silt, clay = (ats[name].value if name in ats else unknown for name in FRACTIONS)
    done = closed(sand, silt, clay)
    some = [*leads.values()]
    ways, chosen = joint(some, [(TRIANGLE,)], np.zeros(len(some[0].chosen), np.int64))
    procedures = united([_procedures(told, profile) for told in parts.values()])
    at = _together(profile, [*ats.values()], done.state == REFUSED)
    return Told(at, ways, chosen[profile], procedures, usda_class(done.fractions).astype(object))


def _taken(at: AtDepths, profile: Positions) -> AtDepths:
    """The rows of these profiles; missing ('', NaN, False) where there are none."""
    index = np.minimum(np.searchsorted(at.profile, profile), len(at.profile) - 1)
    lacking = at.profile[index] != profile
    taken: dict[str, NDArray[Any]] = {}
    for field in fields(AtDepths):
        values = getattr(at, field.name)[index]
        values[lacking] = "" if values.dtype == object else np.nan if values.dtype == float else 0
        taken[field.name] = values
    return AtDepths(**taken)


def _together(profile: Positions, ats: list[AtDepths], refused: NDArray[np.bool_]) -> AtDepths:
    """What several properties rest on together, without a value."""
    unknown: Floats = np.full(refused.shape, np.nan)
    return AtDepths(
        profile=profile,
        refused=refused | np.any([at.refused for at in ats], axis=0),
        single=np.any([at.single for at in ats], axis=0),
        value=unknown,
        sd=unknown,
        sd_conversion=unknown,
        observed=unknown,
        covered_cm=np.fmin.reduce([at.covered_cm for at in ats]),
        span_cm=np.fmin.reduce([at.span_cm for at in ats]),
        censored_cm=np.fmax.reduce([at.censored_cm for at in ats]),
        range=np.max([at.range for at in ats], axis=0).astype(np.uint8),
        elements=_listed([at.elements for at in ats]),
        observations=_listed([at.observations for at in ats]),
    )


def _listed(texts: list[Texts]) -> Texts:
    return united([each.ravel() for each in texts]).reshape(texts[0].shape)


def _procedures(told: Told, profile: Positions) -> Texts:
    index = np.minimum(np.searchsorted(told.at.profile, profile), len(told.at.profile) - 1)
    return np.where(told.at.profile[index] == profile, told.procedures[index], "")
