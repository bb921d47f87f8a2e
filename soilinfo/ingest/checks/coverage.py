"""Checks of how units fit together: they should cover the land once, without overlap and without gap.

Neighbours digitised apart never meet exactly, so a strip narrower than the level's
``sliver_width_m`` is a sliver, which a map at the national grid cannot show; what is wider is real.
"""

import numpy as np

from soilinfo.findings import Finding, Severity
from soilinfo.ingest.checks.unit_evidence import SHOWN, UnitEvidence, units_found
from soilinfo.ingest.topology import LEAST_HA, Overlap, holes_between
from soilinfo.ingest.vector import geodesic_hectares, mean_widths, place_of

SAME_SHAPE = 0.99
"""Share of the larger of two units that they have in common, from which on they have one shape."""


def overlaps(seen: UnitEvidence) -> Finding | None:
    """Warn of units that overlap by more than a sliver: that land would be counted twice."""
    found = [each for each in seen.overlaps if each.width >= seen.level.sliver_width_m]
    return _told(seen, "overlaps", "overlap", found)


def land_counted_twice(seen: UnitEvidence) -> Finding | None:
    """Block a level when more of its land than ``most_twice_pct`` belongs to two units: sums double it."""
    if not seen.overlaps:
        return None
    twice = sum(each.hectares for each in seen.overlaps)
    whole = float(geodesic_hectares(seen.units.geometry.to_numpy()).sum()) - twice
    pct = 100 * twice / max(whole, LEAST_HA)
    if pct <= seen.level.most_twice_pct:
        return None
    message = f"{pct:.1f} % of the land belongs to two units, more than {seen.level.most_twice_pct:g} %"
    evidence = {"hectares": round(twice, 2), "pct": round(pct, 3), "place": seen.overlaps[0].place}
    return Finding("land_counted_twice", "block", seen.level_id, message, len(seen.overlaps), evidence)


def units_drawn_twice(seen: UnitEvidence) -> Finding | None:
    """Block units that have the shape of another: one of the two is drawn in the wrong place."""
    areas = geodesic_hectares(seen.units.geometry.to_numpy())
    hectares = dict(zip(seen.units["code"], areas.tolist(), strict=True))
    same = [
        each.units
        for each in seen.overlaps
        if each.hectares >= SAME_SHAPE * max(hectares[code] for code in each.units)
    ]
    shapes = dict(zip(seen.units["code"], seen.units.geometry, strict=True))
    codes = sorted({code for pair in same for code in pair})
    text = f"{len(same)} pair(s) of units have one shape: {{}}"
    concerned = {code: shapes[code] for code in codes}
    return units_found(seen.level_id, "units_drawn_twice", "block", text, concerned, pairs=same[:SHOWN])


def slivers(seen: UnitEvidence) -> Finding | None:
    """Note units that overlap by slivers, as neighbours digitised apart do."""
    found = [each for each in seen.overlaps if each.width < seen.level.sliver_width_m]
    return _told(seen, "slivers", f"overlap by strips narrower than {seen.level.sliver_width_m:g} m", found)


def _told(seen: UnitEvidence, check: str, verb: str, found: list[Overlap]) -> Finding | None:
    if not found:
        return None
    hectares = sum(each.hectares for each in found)
    worst = found[0]
    message = (
        f"{len(found)} pair(s) of units {verb}, {hectares:,.1f} ha in all, "
        f"{' and '.join(worst.units)} most, by {worst.hectares:,.1f} ha"
    )
    pairs = [
        {"codes": list(each.units), "hectares": round(each.hectares, 2), "place": each.place}
        for each in found[:SHOWN]
    ]
    evidence = {"hectares": round(hectares, 2), "pairs": pairs, "place": worst.place}
    severity: Severity = "warn" if check == "overlaps" else "note"
    return Finding(check, severity, seen.level_id, message, len(found), evidence)


def enclosed_gaps(seen: UnitEvidence) -> Finding | None:
    """Warn of land, or water, that units enclose and none of them has, where it is wider than a sliver."""
    gaps = holes_between(seen.units.geometry.to_numpy())
    gaps = gaps[mean_widths(gaps) >= seen.level.sliver_width_m]
    if not len(gaps):
        return None
    hectares = geodesic_hectares(gaps)
    order = np.argsort(-hectares, kind="stable")
    message = (
        f"{len(gaps)} gap(s) between units that enclose them, {hectares.sum():,.1f} ha in all, the largest "
        f"of {hectares[order[0]]:,.1f} ha: lakes, or land that no unit has"
    )
    examples = [{"place": place_of(gaps[i]), "hectares": round(float(hectares[i]), 2)} for i in order[:SHOWN]]
    evidence = {
        "hectares": round(float(hectares.sum()), 2),
        "examples": examples,
        "place": examples[0]["place"],
    }
    return Finding("enclosed_gaps", "warn", seen.level_id, message, len(gaps), evidence)
