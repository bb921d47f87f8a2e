"""Tables of land suitability as layers of QGIS: areas coloured by how much of them is S1 or S2 for a crop."""

from collections.abc import Iterator
from typing import NamedTuple

from soilinfo.catalog.entries import Entry
from soilinfo.catalog.models import SCENARIOS
from soilinfo.catalog.names import SUITABILITY, suitability_of_map, table_of
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import ClassLine, graduated_renderer
from soilinfo.serve.qgis.part import Part, Table

NO_DATA = -1.0
"""What SHARE gives for a region of which more than half has no data."""
SHARE = f'CASE WHEN "nodata_pct" > 50 THEN {NO_DATA:g} ELSE "s1_pct" + "s2_pct" END'
SHARE_EDGES = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Edges in % of the classes that show the share of S1 + S2 land of a region."""
SHARE_COLOURS = ("#8c510a", "#dfc27d", "#f6e8c3", "#80cdc1", "#01665e")
"""ColorBrewer BrBG, as the suitability classes themselves."""
SHARE_LINES = tuple(
    ClassLine(low, high, f"{low:g}–{high:g} %", colour)
    for low, high, colour in zip(SHARE_EDGES, SHARE_EDGES[1:], SHARE_COLOURS, strict=False)
)


class Shares(NamedTuple):
    """A published table with shares of the classes of suitability."""

    name: str
    areas: str
    """What its rows are about: units of a level, map units."""
    level: str


def tables_of_shares(part: Part) -> Iterator[Shares]:
    """The tables by the levels of a part, and those of soil maps."""
    site, planned = part.site, part.planning_level
    for level in site.table_levels(SUITABILITY):
        if part.holds(level.id):
            yield Shares(table_of(SUITABILITY, level.id), site.named(level.title), level.id)
    for soil_map in site.catalog.soil_maps.values():
        name, title = suitability_of_map(soil_map.id), site.named(soil_map.title)
        if name in site.published:
            yield Shares(name, title, "")
        if planned and table_of(name, planned.id) in site.published:
            yield Shares(table_of(name, planned.id), f"{site.named(planned.title)} ({title})", planned.id)


def suitable_share(part: Part, table: Shares, crop: Entry, *, further: bool = False) -> MapLayer:
    """Areas coloured by the share of S1 + S2 land for a crop; ``further``: another one is drawn already."""
    site = part.site
    title = site.say("qgis.suitable_share", crop=crop.title.lower(), level=table.areas)
    no_data = ClassLine(NO_DATA, NO_DATA, site.say("qgis.no_data"), site.no_data_colour)
    return part.table(
        Table(
            id=f"{table.name}.{crop.crop}" if further else table.name,
            title=title,
            name=table.name,
            look=(graduated_renderer(SHARE, (*SHARE_LINES, no_data)),),
            about=site.about(crop),
            rows={"crop": str(crop.crop), "scenario": SCENARIOS[0]},
            level=table.level,
        )
    )
