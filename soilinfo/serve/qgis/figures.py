"""Tables of figures as layers of QGIS: means and classes of rasters by region, and what offices report."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from soilinfo.catalog.entries import COVERAGE_THEMES, About, Entry
from soilinfo.catalog.legends import Legend
from soilinfo.catalog.models import Level
from soilinfo.catalog.names import (
    FINDINGS,
    HARMONIZED,
    HORIZONS,
    MAP_RESIDUALS,
    OBSERVATIONS,
    PROFILES,
    SITES,
    components_of_map,
    table_of,
)
from soilinfo.catalog.styles import NO_DATA_COLOUR, rgb, style_of_layer
from soilinfo.report.looks import SHARED
from soilinfo.report.qgis.layers import Geometry, MapLayer
from soilinfo.report.qgis.style import (
    ClassLine,
    categorised_renderer,
    graduated_renderer,
    marker_renderer,
    outline_renderer,
    point_labels,
    topmost,
)
from soilinfo.serve.collections import Collection
from soilinfo.serve.qgis.part import Part, Table

NEAR = 250_000
"""Map scale from which on profiles are labelled."""
NONE = -1e9
"""Below every value that there is."""


def means(part: Part, level: Level) -> Iterator[MapLayer]:
    """Units coloured by the mean of each raster of numbers, in steps of its own colours."""
    site, name = part.site, table_of("properties", level.id)
    for entry in _rasters(part, "ramp"):
        assert entry.legend is not None, "a raster has a legend"
        yield part.table(
            Table(
                id=f"{name}.{entry.layer}",
                title=f"{entry.heading}: {part.words.field('mean')}, {site.named(level.title)}",
                name=name,
                look=(
                    graduated_renderer(f'coalesce("mean", {NONE:g})', [*_steps(entry.legend), _none(part)]),
                ),
                about=site.about(entry),
                rows={"layer": entry.layer},
                level=level.id,
            )
        )


def largest_classes(part: Part, level: Level) -> Iterator[MapLayer]:
    """Units coloured by the class of each classed raster that has most of their land: its row is on top."""
    site, name = part.site, table_of("classes", level.id)
    for entry in _rasters(part, "classes"):
        classes = style_of_layer(site.catalog, entry.layer).entries
        lines = [(each.id, site.named(each.label), each.colour) for each in classes]
        yield part.table(
            Table(
                id=f"{name}.{entry.layer}",
                title=f"{entry.heading}: {site.say('qgis.largest_class')}, {site.named(level.title)}",
                name=name,
                look=(topmost(categorised_renderer("class_id", lines), "share_pct"),),
                about=site.about(entry),
                rows={"layer": entry.layer},
                level=level.id,
            )
        )


def table(part: Part, collection: Collection) -> MapLayer:
    """The rows of a collection without colours of their own; of what has no place only the table."""
    site, geometry = part.site, _geometry(collection)
    described = About(site.named(collection.description), collection.attribution, collection.licence, "")
    colour = SHARED["all"] if collection.id in (SITES, PROFILES) else "#b2182b"
    looks = {"Point": (marker_renderer(colour, 2.4),), "Polygon": (outline_renderer("#4d4d4d", 0.3),)}
    entry = site.entries.get(collection.id)
    return part.table(
        Table(
            id=collection.id,
            title=site.named(collection.title),
            name=collection.id,
            look=(*looks.get(geometry, ()), *_labels(collection)),
            about=site.about(entry) if entry else described,
            level=level_of(collection),
            parented=False,
            geometry=geometry,
        )
    )


def _labels(collection: Collection) -> Iterator[Element]:
    """Codes of profiles beside them, where there is room."""
    if collection.id == PROFILES:
        yield point_labels("profile_code", 8, NEAR)


def level_of(collection: Collection) -> str:
    """The level whose units the rows of a reported table are about; '' for none."""
    reported = collection.catalog.tables.get(collection.id)
    return (reported.unit_level or "") if reported else ""


def _rasters(part: Part, kind: str) -> Iterator[Entry]:
    """The measured rasters of one kind of legend."""
    for theme in COVERAGE_THEMES:
        yield from (each for each in part.site.of_theme(theme) if each.legend and each.legend.kind == kind)


def _steps(legend: Legend) -> Iterator[ClassLine]:
    """The steps between the lines of a ramp, each in the colour of its middle; the ends are open."""
    unit = f" {legend.unit}" if legend.unit else ""
    last = len(legend.lines) - 2
    for at, (low, high) in enumerate(pairwise(legend.lines)):
        edges = NONE / 2 if at == 0 else low.value, -NONE if at == last else high.value
        label = f"{low.label}–{high.label}{unit}"
        yield ClassLine(*edges, label, _between(low.colour, high.colour))


def _between(one: str, other: str) -> str:
    mixed = bytes((a + b) // 2 for a, b in zip(rgb(one), rgb(other), strict=True))
    return f"#{mixed.hex()}"


def _none(part: Part) -> ClassLine:
    return ClassLine(NONE, NONE, part.site.say("qgis.no_value"), NO_DATA_COLOUR)


def _geometry(collection: Collection) -> Geometry:
    if collection.id in (FINDINGS, SITES, PROFILES, MAP_RESIDUALS):
        return "Point"
    if collection.id in (HORIZONS, OBSERVATIONS, HARMONIZED):
        return "No geometry"
    is_placeless = collection.id in collection.catalog.tables and not level_of(collection)
    is_components = collection.id in map(components_of_map, collection.catalog.soil_maps)
    return "No geometry" if is_placeless or is_components else "Polygon"
