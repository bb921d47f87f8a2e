"""Zoning of one area: hectares of each zone, and how each came about, in words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_zoning import ZONING
from soilinfo.catalog.text import in_language, languages, text
from soilinfo.catalog.zoning import NO_SCORE, ScoreClass, Zoning
from soilinfo.errors import InputError
from soilinfo.evaluate.zonal import ZoneIndex, histogram, reads
from soilinfo.evaluate.zoning import Assessment, assess
from soilinfo.jobs.evaluation.places import resolve_area
from soilinfo.jobs.planning.area import Answer, indexed, noted, share
from soilinfo.jobs.planning.scored_land import land_of, not_made, score_findings
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

MOST_REASONS = 20
"""Reasons that an answer names, those of the most hectares first."""


def zoning(store: Store, catalog: Catalog, snapshot: Snapshot, *, area: Mapping[str, Any]) -> Answer:
    """Hectares of an area by zone, and by what led there: the scores of the factors, or an override.

    ``area`` as in :func:`soilinfo.jobs.evaluation.places.resolve_area`; worked out from the published
    layers with the rules as they are now. Raises InputError when there are no rules or a layer is
    lacking, UnknownNameError, GeometryError or LimitError.
    """
    rules = catalog.zoning
    if rules is None:
        raise InputError("the configuration has no zoning.yaml, so that there is no zoning")
    place = resolve_area(store, catalog, snapshot, area)
    land = land_of(store, catalog, snapshot.layers, {*rules.needed, *rules.wanted})
    if lacking := not_made(ZONING, "zoning", land, rules.needed):
        raise InputError(lacking.message)
    index = indexed(catalog, place)
    found = assess(rules, land.read(index.window))
    findings = [*place.findings, *score_findings(ZONING, land, {ZONING: rules})]
    return {
        "edition": rules.edition,
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        **noted(_areas(catalog, rules, index, found)),
        "used": [{"layer": layer, "version": version} for layer, version in sorted(land.versions.items())],
        "findings": [asdict(finding) for finding in findings],
    }


def _areas(catalog: Catalog, rules: Zoning, index: ZoneIndex, found: Assessment) -> Answer:
    zones = histogram(index, reads(found.classes, index.window), low=1, high=254, nodata=0)
    total, nodata = float(index.area_ha[0]), float(zones.nodata_ha[0])
    return {
        "total_ha": round(total, 4),
        "nodata_ha": round(nodata, 4),
        "nodata_pct": share(nodata, total),
        "zones": [
            {"zone": each.id, "title": dict(each.title), "ha": round(ha, 4), "pct": share(ha, total)}
            for each in rules.classes
            for ha in [float(zones.area_ha[0, each.code - 1])]
        ],
        "reasons": _reasons(catalog, rules, index, found),
    }


def _reasons(catalog: Catalog, rules: Zoning, index: ZoneIndex, found: Assessment) -> list[Answer]:
    """Hectares by scores, zone and override, the largest first."""
    columns: list[NDArray[Any]] = [*found.parts.values(), found.score, found.classes, found.override]
    cells = np.column_stack([column.reshape(-1).astype(np.int16) for column in columns])
    kinds, at = np.unique(cells, axis=0, return_inverse=True)
    numbers = at.reshape(found.score.shape)
    areas = histogram(index, reads(numbers, index.window), low=0, high=len(kinds) - 1, nodata=-1).area_ha[0]
    order = [at for at in np.argsort(-areas) if areas[at] > 0 and kinds[at, -2] > 0]
    return [
        reason_of(catalog, rules, kinds[at]) | {"ha": round(float(areas[at]), 4)}
        for at in order[:MOST_REASONS]
    ]


def reason_of(catalog: Catalog, rules: Zoning, kind: NDArray[np.int16]) -> Answer:
    """One way to a zone, ``kind`` being the score of each factor, the sum, the zone and the override.

    ``reason`` is a sentence by language: 'slope 80 + soil 30 + rain 30 = 140: Buffer'.
    """
    *parts, score, code, override = (int(value) for value in kind)
    decided = rules.in_force[override - 1] if override else None
    return {
        "zone": _zone(rules, code).id,
        "score": None if score == NO_SCORE else score,
        "parts": {
            factor.id: None if part == NO_SCORE else part
            for factor, part in zip(rules.factors, parts, strict=True)
        },
        "override": decided.id if decided else None,
        "reason": {
            language: _sentence(catalog, rules, kind, language) for language in languages(catalog.directory)
        },
    }


def _sentence(catalog: Catalog, rules: Zoning, kind: NDArray[np.int16], language: str) -> str:
    """The scores, what they make, an override if one decided, and the zone; a factor without data says so."""
    *parts, score, code, override = (int(value) for value in kind)
    nothing = text("zone.no_data", language, catalog.directory)
    named = [
        f"{in_language(factor.title, language)} {nothing if part == NO_SCORE else part}"
        for factor, part in zip(rules.factors, parts, strict=True)
    ]
    whole = (" + " if rules.combine == "sum" else ", ").join(named)
    whole += f" = {score}" if score != NO_SCORE else ""
    whole += f"; {in_language(rules.in_force[override - 1].title, language)}" if override else ""
    return f"{whole}: {in_language(_zone(rules, code).title, language)}"


def _zone(rules: Zoning, code: int) -> ScoreClass:
    return next(each for each in rules.classes if each.code == code)
