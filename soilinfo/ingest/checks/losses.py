"""Checks of a table, soil map or profiles by its rows: half of an upload has all columns and few rows."""

from soilinfo.catalog.models import SoilMap, Table
from soilinfo.catalog.names import held_profiles
from soilinfo.catalog.soil_profiles import SoilProfiles
from soilinfo.findings import Finding


def rows_lost(table: Table, published: int, new: int) -> Finding | None:
    """Note a table of fewer rows than published, and block it when more than ``most_lost_pct`` are gone."""
    return _lost("rows_lost", table, "row(s)", published, new)


def polygons_lost(soil_map: SoilMap, published: int, new: int) -> Finding | None:
    """Note a map of fewer polygons than published, and block it when more than ``most_lost_pct`` are gone."""
    return _lost("polygons_lost", soil_map, "polygon(s)", published, new)


def components_lost(soil_map: SoilMap, published: int, new: int) -> Finding | None:
    """Note fewer rows of components than published, and block when more than ``most_lost_pct`` are gone."""
    return _lost("components_lost", soil_map, "row(s) of components", published, new)


def profiles_lost(dataset: SoilProfiles, published: int, new: int) -> Finding | None:
    """Note fewer profiles than published, and block when more than ``most_lost_pct`` are gone."""
    return _lost("profiles_lost", dataset, "profile(s)", published, new)


def horizons_lost(dataset: SoilProfiles, published: int, new: int) -> Finding | None:
    """Note fewer horizons than published, and block when more than ``most_lost_pct`` are gone."""
    return _lost("horizons_lost", dataset, "horizon(s)", published, new)


def observations_lost(dataset: SoilProfiles, published: int, new: int) -> Finding | None:
    """Note fewer values than published, and block when more than ``most_lost_pct`` are gone."""
    return _lost("observations_lost", dataset, "value(s)", published, new)


def _lost(
    check: str, source: Table | SoilMap | SoilProfiles, what: str, published: int, new: int
) -> Finding | None:
    if new >= published:
        return None
    lost, most = published - new, source.most_lost_pct
    pct = 100 * lost / published
    message = f"{new} {what}, {lost} fewer than the {published} that are published ({pct:.3g} %)"
    if pct > most:
        message += f", more than {most:g} %; was the source uploaded whole?"
    evidence = {"published": published, "new": new, "lost_pct": round(pct, 3), "most_lost_pct": most}
    layer = held_profiles(source.id)[0] if isinstance(source, SoilProfiles) else source.id
    return Finding(check, "block" if pct > most else "note", layer, message, lost, evidence)
