"""The digest by which two countries see whether they define an indicator alike."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

from soilinfo.catalog.indicators import Indicator
from soilinfo.catalog.land_degradation import Factor, LandDegradation

_TEXTS: Any = {
    "title": True,
    "definition": True,
    "inputs": {"__all__": {"method"}},
    "thresholds": {"__all__": {"title"}},
}
"""What a file says in languages, of which a country may have more than another."""


def definition_sha256(indicator: Indicator, rules: LandDegradation | None) -> str:
    """SHA-256 of all that its file says but its texts, as canonical JSON (RFC 8785); layout plays no part.

    Of an indicator of land degradation also the ``rules`` that judge land; None: the country has none, and
    the file alone is digested.
    """
    told = indicator.model_dump(mode="json", exclude=_TEXTS)
    if indicator.kind == "land_degradation" and rules:
        told["rules"] = _judging(rules)
    return sha256(rfc8785.dumps(told)).hexdigest()


def _judging(rules: LandDegradation) -> Mapping[str, Any]:
    """What of the rules judges land in any country: no layers or years, nor the climate that it lies in."""
    return {
        "cover_groups": {cover: sorted(uses) for cover, uses in rules.cover_groups.items() if uses},
        "transitions": _changing(rules),
        "productivity": dict(rules.productivity),
        "soc_change_pct": rules.soc_change_pct,
        "carbon_transition": rules.carbon_transition.model_dump(mode="json"),
        "land_use_factors": _factors(rules.land_use_factors),
        "climates": {name: _factors(each.factors) for name, each in rules.climates.items()},
        "missing": rules.missing,
        "water": sorted(rules.water),
        "peat_thickness_cm": rules.peat_thickness_cm,
        "baseline": rules.baseline is not None,
    }


def _factors(factors: Mapping[str, Factor]) -> Mapping[str, Any]:
    return {use: each.model_dump(mode="json") for use, each in factors.items()}


def _changing(rules: LandDegradation) -> Mapping[str, Mapping[str, str]]:
    """The transitions that are not stable: what is not told is stable, so telling it is no other rule."""
    changing = {
        before: {after: verdict for after, verdict in row.items() if verdict != "stable"}
        for before, row in rules.transitions.items()
    }
    return {before: row for before, row in changing.items() if row}
