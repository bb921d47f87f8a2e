"""Land degradation, SDG indicator 15.3.1: three sub-indicators, one out all out, and the baseline rule.

Verdicts are those below, in uint8 arrays of one shape. Sources: UNCCD, Good Practice Guidance for SDG
Indicator 15.3.1, version 2.0 (2021), as its reporting manual (PRAIS 4, SO 1-1 to SO 1-4) tells it; and
Trends.Earth, whose code has the status matrix of the addendum to that guidance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.land_degradation import LandDegradation, MissingRule, Verdict
from soilinfo.catalog.properties import ClassEntry, ClassTable
from soilinfo.evaluate.indicators.affected import exactly
from soilinfo.evaluate.indicators.change import PCT_STEP
from soilinfo.evaluate.indicators.sums import NONE

MISSING, DEGRADED, STABLE, IMPROVED, NOT_JUDGED, WATER = range(6)
"""NOT_JUDGED: carbon of peat, which neither speaks for degradation nor against it, and is not missing."""
VERDICTS: Mapping[Verdict, int] = {"degraded": DEGRADED, "stable": STABLE, "improved": IMPROVED}
_CODES = 256
"""Codes of a class layer are below it."""

Cells = NDArray[np.uint8]
Steps = NDArray[np.integer]


def one_out_all_out(parts: Sequence[Cells], missing: MissingRule) -> Cells:
    """Degraded where one sub-indicator is, improved where one is and none is degraded, else stable.

    ``missing`` says what becomes of land of which a sub-indicator is missing; land of which none is known has
    no verdict by any rule.
    """
    degraded = np.any([part == DEGRADED for part in parts], axis=0)
    improved = np.any([part == IMPROVED for part in parts], axis=0)
    lacking = np.any([part == MISSING for part in parts], axis=0)
    known = np.any([(part >= DEGRADED) & (part <= IMPROVED) for part in parts], axis=0)
    verdict = np.where(degraded, DEGRADED, np.where(improved, IMPROVED, STABLE))
    doubtful = {"all_known": lacking, "known_degrades": lacking & ~degraded, "known_only": ~known}[missing]
    return np.where(doubtful | ~known, MISSING, verdict).astype(np.uint8)


def with_baseline(baseline: Cells, reporting: Cells, missing: MissingRule) -> Cells:
    """The status: what the reporting period says, but land that was degraded in the baseline and is stable
    since is degraded still, and land improved in it and stable since improved (GPG addendum).

    A missing baseline is a missing sub-indicator: no data (all_known), no data where land is stable since, as
    only there it decides (known_degrades), or what the reporting period says (known_only).
    """
    status = np.where((reporting == STABLE) & (baseline != MISSING), baseline, reporting)
    lacking = baseline == MISSING
    doubtful = {
        "all_known": lacking,
        "known_degrades": lacking & (reporting == STABLE),
        "known_only": np.zeros_like(lacking),
    }[missing]
    return np.where(doubtful, MISSING, status).astype(np.uint8)


def carbon_verdict(change: Steps, limit_pct: float) -> Cells:
    """Verdict on a relative change of carbon in steps of PCT_STEP, NONE where there is none.

    A loss of exactly ``limit_pct`` is degradation, a gain of it improvement.
    """
    limit = int(exactly(limit_pct) / PCT_STEP)
    verdict = np.where(change <= -limit, DEGRADED, np.where(change >= limit, IMPROVED, STABLE))
    return np.where(change == NONE, MISSING, verdict).astype(np.uint8)


# ---- what the classes of maps mean -------------------------------------------------------


@dataclass(frozen=True)
class Meanings:
    """Verdicts by stored codes: of land covers before and after (256 x 256), of classes of productivity.

    ``carbon``: as ``cover``, by how many years lie between. ``water``: which codes are water.
    """

    rules: LandDegradation
    cover: Cells
    carbon: Mapping[int, Cells]
    productivity: Cells
    water: NDArray[np.bool_]

    @classmethod
    def of(cls, rules: LandDegradation, covers: ClassTable | None, dynamics: ClassTable | None) -> "Meanings":
        """What the classes of these tables mean by these rules."""
        uses = covers.classes if covers else ()
        pairs = [(before, after) for before in uses for after in uses]
        cover = np.full((_CODES, _CODES), MISSING, np.uint8)
        for before, after in pairs:
            cover[before.code, after.code] = VERDICTS[transition(rules, before.id, after.id)]
        productivity = np.full(_CODES, MISSING, np.uint8)
        for each in dynamics.classes if dynamics else ():
            if each.id in rules.productivity:
                productivity[each.code] = VERDICTS[rules.productivity[each.id]]
        water = np.zeros(_CODES, bool)
        water[[each.code for each in uses if cover_of(rules, each.id) in rules.water]] = True
        carbon = {period.length: _by_factors(rules, pairs, period.length) for period in rules.periods}
        return cls(rules, cover, carbon, productivity, water)


def _by_factors(rules: LandDegradation, pairs: Sequence[tuple[ClassEntry, ClassEntry]], years: int) -> Cells:
    """Verdicts on carbon by the factors of the land uses before and after, ``years`` apart."""
    verdicts = np.full((_CODES, _CODES), MISSING, np.uint8)
    for before, after in pairs:
        change = int(factor_change(rules, before.id, after.id, years) / PCT_STEP)
        verdicts[before.code, after.code] = carbon_verdict(np.array(change), rules.soc_change_pct)
    return verdicts


def cover_of(rules: LandDegradation, land_use: str) -> str:
    """Which of the seven land covers a class is of; '' of none."""
    return next((cover for cover, uses in rules.cover_groups.items() if land_use in uses), "")


def transition(rules: LandDegradation, before: str, after: str) -> Verdict:
    """What it means that land of one class became land of another: stable unless the rules tell."""
    return rules.transitions.get(cover_of(rules, before), {}).get(cover_of(rules, after), "stable")


def factor_change(rules: LandDegradation, before: str, after: str, years: int) -> Fraction:
    """Relative change of carbon in percent by a change of land use at the beginning of ``years``.

    The stocks of two land uses are to each other as their factors; what lies between them is gained or lost
    over the years of the transition, in equal parts. Where land is of water before or after nothing is known
    to change.
    """
    was, became = factor_of(rules, before), factor_of(rules, after)
    if was is None or became is None:
        return Fraction(0)
    return 100 * (became / was - 1) * min(Fraction(years, rules.carbon_transition.years), Fraction(1))


def factor_of(rules: LandDegradation, land_use: str) -> Fraction | None:
    """The factor of a class, its own before that of its land cover; None of water."""
    factors, cover = rules.factors, cover_of(rules, land_use)
    found = factors.get(land_use) or factors.get(cover)
    return exactly(found.factor) if found and cover not in rules.water else None
