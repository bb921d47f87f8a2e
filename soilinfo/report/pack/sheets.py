"""The pages to print of a pack: of each theme its first map, on A4 and A3."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pyproj import CRS

from soilinfo.catalog.map_scale import scale_note
from soilinfo.grid import Bounds
from soilinfo.report.atlas.paper import metres_per_unit, round_scale
from soilinfo.report.marks import nice_step
from soilinfo.report.pack.contents import OUTSIDE, SOIL_MAPS, TABLES, Contents
from soilinfo.report.phrases import Phrases
from soilinfo.report.qgis.layers import Group, MapLayer
from soilinfo.report.qgis.layout import (
    Box,
    Graticule,
    label_item,
    layout,
    legend_item,
    legend_ramp,
    legend_texts,
    map_item,
    north_arrow,
    scale_bar,
)

PAGE = Box(0, 0, 297, 210)
MAP = Box(14, 27, 196, 170)
TITLE, SUBTITLE = Box(9, 7, 262, 9), Box(9, 16, 262, 6)
LEGEND, ARROW = Box(219, 27, 70, 92), Box(276, 7, 13, 15)
BAR, SCALE, NOTES = Box(219, 122, 70, 10), Box(219, 133, 70, 5), Box(219, 139, 70, 64)
"""Parts of an A4 page; others are larger by the same measure."""
BAR_PARTS, BAR_WIDTH = 4, 54.0
"""Of the scale bar, in mm at most."""
LETTERS = 44
"""In a line of a legend."""
TITLE_LETTERS = 84
"""Of a title that has room in one line; longer ones are written smaller."""
AROUND = 1.06
"""The map is larger than the unit by this, at least."""
SCALE_TEXT = (
    "[% format_number(map_get(item_variables('map'), 'map_extent_width') * {per_unit:.10g}, 0, "
    "'{language}') %]"
)
"""What QGIS writes the scale of the map for. By itself it is 7 % off at 6 degrees south on a map in degrees:
its ``map_scale`` takes half a great circle over the pole for 180 degrees of a parallel.
"""
STEPS = (5.0, 2.0, 1.0, 1 / 2, 1 / 4, 1 / 6, 1 / 12, 1 / 30, 1 / 60)
"""Degrees between lines of coordinates, in whole minutes."""


class Page(NamedTuple):
    """A size of paper, in landscape."""

    name: str
    factor: float
    """How much larger than A4."""
    letters: float
    """How much larger its letters are."""


PAGES = (Page("A4", 1.0, 1.0), Page("A3", 2**0.5, 1.25))


class Sheet(NamedTuple):
    """What one page shows, whatever its size."""

    title: str
    subtitle: str
    notes: str
    layers: tuple[MapLayer, ...]
    """From the top of the map."""
    crs: str
    bounds: Bounds
    """Of the unit, in that CRS."""


class Framed(NamedTuple):
    """What a map of one size shows, at a round scale that is true across its middle."""

    bounds: Bounds
    scale: int
    """Denominator."""

    @property
    def width(self) -> float:
        """In units of the CRS."""
        west, _, east, _ = self.bounds
        return east - west


def layouts(contents: Contents, phrases: Phrases, groups: Sequence[Group]) -> Iterator[Element]:
    """A layout of each size for the first map of each theme."""
    outlines, *others = groups
    for group in others:
        shown = next((layer for layer in group.layers if layer.is_raster), next(iter(group.layers), None))
        if shown and group.theme != TABLES and _tells(contents, group, shown):
            sheet = _sheet(contents, phrases, (*outlines.layers, shown))
            for page in PAGES:
                yield _layout(f"{group.title} ({page.name})", page, sheet, phrases)


def _tells(contents: Contents, group: Group, shown: MapLayer) -> bool:
    """Whether there is more to see than an outline, or one colour over the whole unit."""
    if shown.is_raster or group.theme == SOIL_MAPS:
        return True
    return len(contents.areas) > 1 and len(_rules(shown)) > 1


def _rules(layer: MapLayer) -> list[str]:
    """Texts of the rules by which features are drawn."""
    return [rule.get("label", "") for part in layer.style for rule in part.iter("rule")]


def _sheet(contents: Contents, phrases: Phrases, layers: tuple[MapLayer, ...]) -> Sheet:
    shown, grid = layers[-1], contents.catalog.grid
    identity = [phrases.named(contents.level.singular), phrases.say("factsheet.code", code=contents.code)]
    identity += [phrases.named(contents.catalog.country.title)]
    notes = "\n\n".join(_notes(contents, phrases, shown))
    title = f"{contents.name}: {shown.title}"
    return Sheet(title, " · ".join(identity), notes, layers, grid.crs, contents.bounds)


def _notes(contents: Contents, phrases: Phrases, shown: MapLayer) -> Iterator[str]:
    """What has no colour; source, version, licence, coordinates, scale, and what it is not to be used for."""
    say, catalog = phrases.say, contents.catalog
    services = catalog.services
    if catalog.country.synthetic or contents.level.synthetic:
        yield f"{say('page.synthetic')} {say('page.synthetic_note')}"
    if shown.is_raster:
        yield say("pack.no_colour")
    yield say("pack.source", source=shown.about.attribution or services.contact.organisation)
    yield shown.notes
    yield f"{say('page.licence')}: {shown.about.licence or services.licence}"
    yield say("atlas.system", name=CRS.from_user_input(catalog.grid.crs).name, crs=catalog.grid.crs)
    yield phrases.named(scale_note(catalog.grid, catalog.directory))
    yield phrases.named(services.disclaimer)


def _layout(name: str, page: Page, sheet: Sheet, phrases: Phrases) -> Element:
    def placed(box: Box) -> Box:
        return box.scaled(page.factor)

    size, map_name = 7 * page.letters, f"{name}/map"
    large = 2 * size * min(1.0, TITLE_LETTERS / len(sheet.title))
    framed = _framed(sheet, placed(MAP))
    graticule = _graticule(sheet.crs, framed.width, phrases)
    km = nice_step(framed.scale / 1e6 * BAR_WIDTH * page.factor / BAR_PARTS)
    number = SCALE_TEXT.format(per_unit=framed.scale / framed.width, language=phrases.language)
    scale = f"{phrases.say('collection.map_scale')} 1 : {number}"
    return layout(
        name,
        placed(PAGE),
        [
            map_item(map_name, placed(MAP), sheet.crs, framed.bounds, sheet.layers, graticule, size),
            label_item(f"{name}/title", placed(TITLE), sheet.title, large, bold=True),
            label_item(f"{name}/subtitle", placed(SUBTITLE), sheet.subtitle, 1.2 * size),
            north_arrow(f"{name}/north", placed(ARROW), map_name),
            legend_item(f"{name}/legend", placed(LEGEND), map_name, _told(sheet.layers), size),
            scale_bar(f"{name}/bar", placed(BAR), map_name, km, "km", size),
            label_item(f"{name}/scale", placed(SCALE), scale, size),
            label_item(f"{name}/notes", placed(NOTES), sheet.notes, 0.85 * size),
        ],
    )


def _told(layers: Sequence[MapLayer]) -> Iterator[tuple[MapLayer, dict[str, str]]]:
    """The map's own legend first, then that of the outlines; long texts are broken."""
    *outlines, shown = layers
    yield shown, legend_texts(shown.title, _rules(shown), LETTERS) | legend_ramp(shown)
    for layer in outlines:
        if layer.id != OUTSIDE:
            yield layer, legend_texts(layer.title, (), LETTERS)


# ---- the map ----------------------------------------------------------------------------


def _framed(sheet: Sheet, box: Box) -> Framed:
    """The unit in the middle of a map of that size; QGIS draws a unit of the CRS alike across and down."""
    west, south, east, north = sheet.bounds
    x, y = (west + east) / 2, (south + north) / 2
    metres, _ = metres_per_unit(sheet.crs, x, y)
    least = max((east - west) / box.width, (north - south) / box.height) * AROUND
    scale = round_scale(least * metres * 1000)
    across, down = (side * scale / 2000 / metres for side in (box.width, box.height))
    return Framed((x - across, y - down, x + across, y + down), scale)


def _graticule(crs: str, width: float, phrases: Phrases) -> Graticule:
    """Some four lines across the map; degrees and minutes, or the unit of the CRS."""
    if not CRS.from_user_input(crs).is_geographic:
        return Graticule(nice_step(width / 4), "format_number(@grid_number, 0)")
    step = next((each for each in STEPS if each <= width / 3), STEPS[-1])
    return Graticule(step, _degrees(phrases))


def _degrees(phrases: Phrases) -> str:
    """An expression that writes a coordinate as '120° 15′ E' does, in the language."""
    pairs = (("west", "east"), ("south", "north"))
    sides = [[phrases.say(f"factsheet.{side}") for side in pair] for pair in pairs]
    across, along = (f"if(@grid_number < 0, '{low}', '{high}')" for low, high in sides)
    side = f"if(@grid_axis = 'x', {across}, {along})"
    minutes = "round(abs(@grid_number) * 60)"
    number = f"to_string(floor({minutes} / 60)) || '°' || lpad(to_string({minutes} % 60), 2, '0') || '′ '"
    return f"{number} || {side}"
