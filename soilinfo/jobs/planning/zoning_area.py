"""Zoning of one area: hectares of each zone, and how each came about, in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.product_zoning import ZONING
from soilinfo.catalog.text import in_language, languages, text
from soilinfo.catalog.zoning import NO_SCORE, ScoreClass, Zoning
from soilinfo.errors import InputError
from soilinfo.evaluate.kinds import hectares_by_kind
from soilinfo.evaluate.zonal import ZoneIndex
from soilinfo.evaluate.zoning import assess
from soilinfo.grid import Window
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.places import indexed, resolve_area
from soilinfo.jobs.planning.area import Answer, extent, noted, share
from soilinfo.jobs.planning.scored_land import Land, land_of, not_made, score_findings
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

MOST_REASONS = 20
"""Reasons that an answer names, those of the most hectares first."""


def zoning(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    *,
    area: Mapping[str, Any],
    effort: Effort | None = None,
) -> Answer:
    """Hectares of an area by zone, and by what led there: the scores of the factors, or an override.

    ``area`` as in :func:`soilinfo.jobs.evaluation.places.resolve_area`; worked out from the published
    layers with the rules as they are now, in strips of the grid, so of any size that ``effort`` allows.
    Raises InputError when there are no rules or a layer is lacking, UnknownNameError, GeometryError or
    LimitError.
    """
    rules = catalog.zoning
    if rules is None:
        raise InputError("the configuration has no zoning.yaml, so that there is no zoning")
    place = resolve_area(store, catalog, snapshot, area)
    land = land_of(store, catalog, snapshot.layers, {*rules.needed, *rules.wanted})
    if lacking := not_made(ZONING, "zoning", land, rules.needed):
        raise InputError(lacking.message)
    effort = effort or Effort.at_once(catalog)
    index, ways = indexed(catalog, place, effort), Ways(rules, land)
    hectares = hectares_by_kind(index, ways.read, effort.advance)
    findings = [*place.findings, *score_findings(ZONING, land, {ZONING: rules})]
    return {
        "edition": rules.edition,
        "snapshot": snapshot.id,
        "area": dict(place.asked),
        **noted(_areas(catalog, rules, index, {ways.told[way]: area for way, area in hectares.items()})),
        "used": [{"layer": layer, "version": version} for layer, version in sorted(land.versions.items())],
        "findings": [asdict(finding) for finding in findings],
    }


type Way = tuple[int, ...]
"""One way to a zone: the score of each factor, the sum, the zone and the override."""


@dataclass(frozen=True)
class Ways:
    """Reads the way of each cell of a window, as a number; ``told``: the ways by their numbers."""

    rules: Zoning
    land: Land
    told: list[Way] = field(default_factory=list)

    def read(self, window: Window) -> NDArray[np.int64]:
        """Numbers (y, x) of the ways in a window."""
        found = assess(self.rules, self.land.read(window))
        columns: list[NDArray[Any]] = [*found.parts.values(), found.score, found.classes, found.override]
        cells = np.column_stack([column.reshape(-1).astype(np.int16) for column in columns])
        ways, at = np.unique(cells, axis=0, return_inverse=True)
        known = {way: number for number, way in enumerate(self.told)}
        numbers = [known.setdefault(tuple(way), len(known)) for way in ways.tolist()]
        self.told[:] = known
        return np.array(numbers, np.int64)[at].reshape(found.score.shape)


def _areas(catalog: Catalog, rules: Zoning, index: ZoneIndex, hectares: Mapping[Way, float]) -> Answer:
    zones: dict[int, float] = {}
    for (*_, code, _), area in hectares.items():
        zones[code] = zones.get(code, 0.0) + area
    total, nodata = float(index.area_ha[0]), zones.get(0, 0.0) + float(index.outside_ha[0])
    return extent(total, nodata) | {
        "zones": [
            {"zone": each.id, "title": dict(each.title), "ha": round(ha, 4), "pct": share(ha, total)}
            for each in rules.classes
            for ha in [zones.get(each.code, 0.0)]
        ],
        "reasons": _reasons(catalog, rules, hectares),
    }


def _reasons(catalog: Catalog, rules: Zoning, hectares: Mapping[Way, float]) -> list[Answer]:
    """Hectares by scores, zone and override, the largest first."""
    zoned = [(way, area) for way, area in hectares.items() if way[-2] > 0]
    largest = sorted(zoned, key=lambda one: (-one[1], one[0]))[:MOST_REASONS]
    return [reason_of(catalog, rules, way) | {"ha": round(area, 4)} for way, area in largest]


def reason_of(catalog: Catalog, rules: Zoning, way: Way) -> Answer:
    """One way to a zone, ``way`` being the score of each factor, the sum, the zone and the override.

    ``reason`` is a sentence by language: 'slope 80 + soil 30 + rain 30 = 140: Buffer'.
    """
    *parts, score, code, override = way
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
            language: _sentence(catalog, rules, way, language) for language in languages(catalog.directory)
        },
    }


def _sentence(catalog: Catalog, rules: Zoning, way: Way, language: str) -> str:
    """The scores, what they make, an override if one decided, and the zone; a factor without data says so."""
    *parts, score, code, override = way
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
