"""Administrative regions and soil maps as layers of QGIS."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import Entry
from soilinfo.report.qgis.layers import MapLayer
from soilinfo.report.qgis.style import categorised_renderer, labels, outline_renderer
from soilinfo.serve.qgis.part import Part, Table

LABELLED_FROM = (None, 1_000_000, 250_000)
"""Scale 1:n from which regions are labelled, by the rank of their level; None: always."""


def outlines(part: Part) -> Iterator[MapLayer]:
    """Outlines of the levels, the coarsest drawn on top and thickest, the finer labelled only from near."""
    for entry in part.site.of_theme("regions"):
        if part.holds(entry.id):
            yield outline(part, entry)


def outline(part: Part, entry: Entry) -> MapLayer:
    """Outlines of the units of one level, of those that lie in the part."""
    levels = [level for level in part.site.catalog.levels if part.holds(level)]
    rank = levels.index(entry.id) if entry.id in levels else -1  # the nation
    scale = LABELLED_FROM[min(max(rank, 0), len(LABELLED_FROM) - 1)]
    # The name of the nation would lie across those of its parts.
    names = (labels("name", max(7, 11 - 2 * rank), scale),) if rank >= 0 else ()
    look = outline_renderer("#2f3b36", max(0.2, 0.6 - 0.2 * rank)), *names
    if part.place is None:
        return _within_sight(part, entry, look)
    about = part.site.about(entry)
    return part.table(Table(entry.id, entry.title, entry.id, look, about, level=entry.id))


def soil_maps(part: Part) -> Iterator[MapLayer]:
    """Map units, each code with its colour and all its soils in the legend; labelled near the map's scale."""
    return (soil_map(part, entry) for entry in part.site.of_theme("soil_maps"))


def soil_map(part: Part, entry: Entry) -> MapLayer:
    """The map units of one soil map."""
    site = part.site
    lines = [(line.code, line.label, line.colour) for line in site.legend_of_map(entry.id)]
    codes = labels("unit_code", 7, 2 * site.catalog.soil_map(entry.id).scale)
    return _within_sight(part, entry, (categorised_renderer("unit_code", lines), codes))


def _within_sight(part: Part, entry: Entry, look: tuple[Element, ...]) -> MapLayer:
    """Read by QGIS's own provider, which asks for what the map shows and keeps it."""
    return MapLayer(
        id=entry.id,
        title=entry.title,
        provider="OAPIF",
        source=f"restrictToRequestBBOX='1' srsname='EPSG:4326' typename='{entry.id}' url='{part.site.base}'",
        crs="EPSG:4326",
        style=(*look, *part.form(entry.id)),
        about=part.site.about(entry),
        notes=part.notes(entry.id),
        page=part.page(entry.id),
    )
