"""The land of a country report on paper: which units are shown, and their outlines."""

from collections.abc import Mapping
from dataclasses import dataclass

from soilinfo.catalog.names import NATION
from soilinfo.report.country.document import Content, ReportedIndicator, Unit, Value
from soilinfo.report.country.shown_units import outlines_of, shown_units
from soilinfo.report.figures.ground import NO_DATA, SPARSE, Ground, aspect_of, drawn, ground
from soilinfo.report.figures.paper import Drawings, Sheet
from soilinfo.report.figures.steps import steps_of
from soilinfo.report.phrases import Phrases

NARROW, WIDE = (88.0, 68.0), (182.0, 66.0)
"""Most width and height of a map in mm: beside its numbers, or above them."""
SPARSE_PCT = 50.0
"""Share of a unit's land with data below which its value is of the lesser part of it; a choice of ours."""
WIDE_FROM = 1.7
"""How many times wider than high land is from which it has a map across the page."""


@dataclass(frozen=True)
class Land:
    """The units that maps and charts show, and their outlines on paper."""

    units: tuple[Unit, ...]
    ground: Ground | None
    """None of units without outlines."""
    is_wide: bool

    def values(self, indicator: ReportedIndicator) -> dict[str, Value]:
        """What an indicator says of each unit shown, by code."""
        level = self.units[0].level if self.units else NATION
        return {value.code: value for value in indicator.values if value.level == level}


def sparse(values: Mapping[str, Value]) -> dict[str, float]:
    """Share of the land with data by code, of the units whose value is of less than half of their land."""
    known = {code: each.covered_pct for code, each in values.items() if each.value is not None}
    return {code: percent for code, percent in known.items() if percent is not None and percent < SPARSE_PCT}


def land_of(content: Content, phrases: Phrases) -> Land:
    """The units that a country report shows on paper."""
    units = shown_units(content)
    outlines = outlines_of(units)
    if not outlines:
        return Land(units, None, is_wide=False)
    is_wide = aspect_of(outlines.values()) > WIDE_FROM
    names = {unit.code: unit.name for unit in units}
    return Land(units, ground(outlines, names, WIDE if is_wide else NARROW, phrases), is_wide)


def values_map(
    land: Land, indicator: ReportedIndicator, phrases: Phrases, drawings: Drawings
) -> Sheet | None:
    """The map of an indicator with its legend; None where there are no outlines."""
    if land.ground is None:
        return None
    told = land.values(indicator)
    values, thin = {code: value.value for code, value in told.items()}, sparse(told)
    steps = steps_of(values.values())
    fills = {
        code: NO_DATA if value is None or steps is None else steps.colour(value)
        for code, value in values.items()
    }
    lines = zip(steps.colours, steps.labels(phrases), strict=True) if steps else ()
    legend = [{"fill": fill, "label": label} for fill, label in lines]
    if thin:
        legend.append({"fill": "sparse", "label": phrases.say("reports.paper.sparse")})
    if not steps or len(values) < len(land.units) or None in values.values():
        legend.append({"fill": "nodata", "label": phrases.say("map.no_data")})
    over = [drawn(land.ground.paths[code], SPARSE) for code in thin if code in land.ground.paths]
    return {
        "file": drawings.keep(f"map-{indicator.id}", land.ground.filled(fills, over)),
        "width": land.ground.size[0],
        "title": phrases.named(indicator.title),
        "legend": {"title": unit_or_title(indicator, phrases), "lines": legend},
    }


def unit_or_title(indicator: ReportedIndicator, phrases: Phrases) -> str:
    """The unit of an indicator's values; what it is called where they have none."""
    return phrases.unit(indicator.unit) or phrases.short(indicator.title)
