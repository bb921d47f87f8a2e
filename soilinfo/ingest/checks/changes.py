"""Checks of a level against its published version: what the new source would change."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from soilinfo.catalog.models import Level
from soilinfo.findings import Finding, some
from soilinfo.ingest.checks.severity import with_severity
from soilinfo.ingest.checks.unit_evidence import SHOWN, units_found
from soilinfo.ingest.place_names import agree
from soilinfo.ingest.vector import geodesic_hectares, polygons


@dataclass(frozen=True)
class Change:
    """A level's units as published and as they would be, each indexed by code."""

    level_id: str
    level: Level
    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame

    def rows(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """The units that both have, in the same order."""
        both = self.before.index.intersection(self.after.index)
        return self.before.loc[both], self.after.loc[both]


def new_units(change: Change) -> Finding | None:
    """Note codes that the published version does not have: units that were split or created."""
    shapes = change.after.loc[change.after.index.difference(change.before.index)].geometry.to_dict()
    text = f"{len(shapes)} unit(s) that the published version does not have: {{}}"
    return units_found(change.level_id, "new_units", "note", text, shapes)


def vanished_units(change: Change) -> Finding | None:
    """Warn of published codes that the new version no longer has: what refers to them leads nowhere."""
    shapes = change.before.loc[change.before.index.difference(change.after.index)].geometry.to_dict()
    text = f"{len(shapes)} published unit(s) that are no longer there: {{}}"
    return units_found(change.level_id, "vanished_units", "warn", text, shapes)


def many_units_vanished(change: Change) -> Finding | None:
    """Block a version without a larger share of the published units than ``most_vanished_pct`` allows."""
    gone = change.before.index.difference(change.after.index)
    pct = 100 * len(gone) / max(len(change.before), 1)
    if pct <= change.level.most_vanished_pct:
        return None
    text = (
        f"{len(gone)} of {len(change.before)} published units are no longer there, more than "
        f"{change.level.most_vanished_pct:g} %: {{}}"
    )
    shapes = change.before.loc[gone].geometry.to_dict()
    return units_found(change.level_id, "many_units_vanished", "block", text, shapes, pct=round(pct, 3))


def renamed_units(change: Change) -> Finding | None:
    """Warn of codes that now mean a place of another name."""
    before, after = change.rows()
    pairs = zip(before.index, before["name"], after["name"], strict=True)
    names = {code: {"before": was, "after": now} for code, was, now in pairs if not agree(was, now)}
    told = [f"{code} ('{name['before']}', now '{name['after']}')" for code, name in names.items()]
    shapes = after.loc[list(names)].geometry.to_dict()
    text = f"{len(names)} unit(s) have another name: {some(told)}"
    shown = dict(list(names.items())[:SHOWN])
    return units_found(change.level_id, "renamed_units", "warn", text, shapes, names=shown)


def moved_units(change: Change) -> Finding | None:
    """Warn of units whose land is not where it was: more than ``moved_pct`` of it is gained or lost."""
    before, after = change.rows()
    differ = ~shapely.equals_identical(before.geometry.to_numpy(), after.geometry.to_numpy())
    before, after = before[differ], after[differ]
    old, new = before.geometry.to_numpy(), after.geometry.to_numpy()
    moved = polygons(shapely.symmetric_difference(old, new))
    pct = 100 * geodesic_hectares(moved) / np.maximum(geodesic_hectares(old), 1e-9)
    shares = {code: round(share, 1) for code, share in zip(before.index, pct.tolist(), strict=True)}
    far = {code: share for code, share in shares.items() if share > change.level.moved_pct}
    text = f"{len(far)} unit(s) gained or lost more than {change.level.moved_pct:g} % of their land: {{}}"
    shapes = after.loc[list(far)].geometry.to_dict()
    shown = dict(sorted(far.items(), key=lambda item: -item[1])[:SHOWN])
    return units_found(change.level_id, "moved_units", "warn", text, shapes, moved_pct=shown)


CHANGE_CHECKS: tuple[Callable[[Change], Finding | None], ...] = (
    new_units,
    vanished_units,
    many_units_vanished,
    renamed_units,
    moved_units,
)


def judge_change(
    level_id: str, level: Level, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame
) -> list[Finding]:
    """What publishing ``after`` instead of ``before`` (both as levels are published) would change."""
    change = Change(level_id, level, before.set_index("code"), after.set_index("code"))
    found = [finding for check in CHANGE_CHECKS if (finding := check(change)) is not None]
    return with_severity(found, level.severity)
