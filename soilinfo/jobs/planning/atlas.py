"""The atlas of a nation or of one of its units: which maps and outlines one snapshot publishes of it."""

from collections.abc import Iterable, Iterator, Sequence

import geopandas as gpd
import numpy as np
from rasterio.features import rasterize
from shapely import box

from soilinfo.catalog.entries import THEMES, Entries, Entry
from soilinfo.catalog.legends import Legend, LegendLine, UnitLine, unit_lines
from soilinfo.catalog.models import Catalog, Level
from soilinfo.catalog.names import NATION
from soilinfo.catalog.styles import Style, StyleEntry, style_of_layer, style_of_suitability
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.grid import Bounds, Grid
from soilinfo.jobs.effort import Advance, unheard
from soilinfo.jobs.evaluation.places import region_of
from soilinfo.jobs.evaluation.summary import is_read_rightly
from soilinfo.report.atlas.document import PIXEL, Atlas, Map, atlas_pdf
from soilinfo.report.atlas.paper import Layout, laid_out
from soilinfo.report.atlas.picture import Cells, transform_of
from soilinfo.report.atlas.place import Place, Unit
from soilinfo.report.factsheet.facts import Publication
from soilinfo.report.phrases import Phrases
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

DEFAULT_PAPER = "A3"
ACTUAL = "actual"
"""The variable of a crop's suitability that is shown."""
OTHERS = "#e8e8e8"
"""Colour of map units that the legend has no room for."""
FINEST = 0.085
"""Side in mm of the smallest cells on paper: 300 to the inch."""
MOST_UNITS = 60
"""Map units in the legend of a soil map, the most widespread; its paper has no room for more."""


def atlas(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    code: str = NATION,
    language: str = "en",
    *,
    paper: str = DEFAULT_PAPER,
    themes: Sequence[str] = (),
    advance: Advance = unheard,
) -> bytes:
    """The PDF of a unit, or of the nation, in one language: the same bytes for the same snapshot.

    A map without data of the unit says so. Raises UnknownNameError for a code that no published level has,
    and for an unknown paper, theme (of those that have maps) or language.
    """
    phrases = Phrases(catalog, language)
    entries = maps_of(store, catalog, snapshot, language, themes)
    place, level = _place(store, catalog, snapshot, code, phrases)
    assert snapshot.created is not None, "a snapshot that publishes a level has a date"
    layout = laid_out(place.bounds, catalog.grid.crs, paper)
    publication = Publication(snapshot.id, snapshot.created, dict(snapshot.layers))
    published = {each.id: each for each in maps_of(store, catalog, snapshot, language)}
    drawn = Atlas(place, layout, publication, f"{level.attribution} ({level.licence})", published)
    maps = (_map(store, catalog, snapshot, each, place, layout, phrases) for each in _heard(entries, advance))
    return atlas_pdf(drawn, maps, phrases)


def _heard(entries: Sequence[Entry], advance: Advance) -> Iterator[Entry]:
    for done, entry in enumerate(entries):
        advance(done / len(entries))
        yield entry


def maps_of(
    store: Store, catalog: Catalog, snapshot: Snapshot, language: str, themes: Sequence[str] = ()
) -> list[Entry]:
    """The published maps in the order of their themes, as everywhere, and within them as in catalogues."""
    maps = [
        entry
        for entry in Entries(catalog, language).every()
        if entry.layer in snapshot.layers and _is_map(store, catalog, snapshot, entry)
    ]
    known = [theme for theme in THEMES if any(entry.theme == theme for entry in maps)]
    for theme in themes:
        if theme not in known:
            raise UnknownNameError("theme", theme, known)
    if not maps:
        raise InputError("no map is published; run `soilinfo ingest` first")
    return [
        entry for theme in known if not themes or theme in themes for entry in maps if entry.theme == theme
    ]


def _is_map(store: Store, catalog: Catalog, snapshot: Snapshot, entry: Entry) -> bool:
    if entry.legend is None:
        return entry.theme == "soil_maps"
    return is_read_rightly(store, catalog, entry.layer, snapshot.layers[entry.layer])


# ---- the land ---------------------------------------------------------------------------


def _place(
    store: Store, catalog: Catalog, snapshot: Snapshot, code: str, phrases: Phrases
) -> tuple[Place, Level]:
    """The land with its parts and neighbours, and the level whose outlines are drawn."""
    country = phrases.named(catalog.country.title)
    levels = [level for name, level in catalog.levels.items() if name in snapshot.layers and name != NATION]
    if not levels:
        raise InputError("no level of administrative units is published; run `soilinfo ingest` first")
    nation = _units(store, catalog, snapshot, levels[0])
    if code == NATION:
        second = levels[1] if levels[1:] else None
        finer = _units(store, catalog, snapshot, second) if second else nation.iloc[:0]
        drawn = [*nation.geometry], _named(nation), [*finer.geometry]
        return Place(country, (), *drawn, levels=_called(phrases, levels[0], None, second)), levels[0]
    name, found = region_of(store, catalog, snapshot, code)
    level, unit = catalog.level(name), found.iloc[0]
    outline = found.geometry.to_crs(catalog.grid.crs).iloc[0]
    below = _below(levels, level)
    parts = _parts(store, catalog, snapshot, below, found, [code])
    finest = _below(levels, below)
    finer = _parts(store, catalog, snapshot, finest, found, [*parts["code"]])
    return Place(
        str(unit["name"]),
        (phrases.named(level.singular), phrases.say("factsheet.code", code=code), country),
        [outline],
        _named(parts),
        [*finer.geometry],
        _around(store, catalog, snapshot, level, found),
        _called(phrases, level, below if len(parts) else None, finest if len(finer) else None),
        [*nation.geometry],
    ), level


def _below(levels: Sequence[Level], level: Level | None) -> Level | None:
    return next((each for each in levels if level and each.parent == level.id), None)


def _called(phrases: Phrases, *levels: Level | None) -> tuple[str, str, str]:
    """What units of the land's own level, of its parts' and of the finest one are called."""
    own, parts, finer = (phrases.named(each.singular) if each else "" for each in levels)
    return own, parts, finer


def _parts(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    level: Level | None,
    found: gpd.GeoDataFrame,
    parents: Sequence[str],
) -> gpd.GeoDataFrame:
    """Units of a level that are parts of others; none where there is no such level."""
    if level is None:
        return gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs=catalog.grid.crs)
    units = _units(store, catalog, snapshot, level, found)
    return units[units["parent_code"].isin(parents)]


def _around(
    store: Store, catalog: Catalog, snapshot: Snapshot, level: Level, found: gpd.GeoDataFrame
) -> list[Unit]:
    """The other units of a level around one, as far as paper of any form shows them."""
    west, south, east, north = found.total_bounds
    reach = max(east - west, north - south)
    near = box(west - reach, south - reach, east + reach, north + reach)
    units = _units(store, catalog, snapshot, level, gpd.GeoDataFrame(geometry=[near], crs=found.crs))
    return _named(units[units["code"] != found["code"].iloc[0]])


def _units(
    store: Store, catalog: Catalog, snapshot: Snapshot, level: Level, near: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Units of a level, of all or of those near others, in the CRS of the grid."""
    fields = ("code", "name", "parent_code")
    bbox: Bounds | None = tuple(near.total_bounds) if near is not None else None
    units = store.vector.read(level.id, snapshot.layers[level.id], Query(bbox=bbox, fields=fields))
    return units.set_geometry(
        gpd.GeoSeries(catalog.grid.placed(units.geometry.to_numpy()), index=units.index, crs=catalog.grid.crs)
    )


def _named(units: gpd.GeoDataFrame) -> list[Unit]:
    return [Unit(str(name), outline) for name, outline in zip(units["name"], units.geometry, strict=True)]


# ---- the maps ---------------------------------------------------------------------------


def _map(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    entry: Entry,
    place: Place,
    layout: Layout,
    phrases: Phrases,
) -> Map:
    version = snapshot.layers[entry.layer]
    if entry.legend is None:
        return _soil_map(store, catalog, entry, version, place, layout, phrases)
    style, variable = _style(catalog, entry, phrases)
    layer = store.cube.open(entry.layer, version)
    return Map(entry, version, style, entry.legend, _cells(layer, variable, place, layout))


def _style(catalog: Catalog, entry: Entry, phrases: Phrases) -> tuple[Style, str]:
    """How a raster is drawn, and its variable in the cube."""
    if entry.product:
        product = Entries(catalog, phrases.language).products[entry.product]
        return product.variable(entry.variable).style, entry.variable
    if entry.crop:
        return style_of_suitability(catalog), ACTUAL
    return style_of_layer(catalog, entry.id), entry.id


def _cells(layer: CubeLayer, variable: str, place: Place, layout: Layout) -> Cells | None:
    """The cells round the place, of the finest overview that paper can show; None where none has data."""
    overview = _overview(layer, layout)
    grid: Grid = layer.grid_of(overview)
    window = grid.window_of(place.bounds)
    if window is None:
        return None
    values = layer.decode(variable, layer.read(variable, window, overview))
    return None if np.isnan(values).all() else Cells(values, grid.bounds_of(window))


def _overview(layer: CubeLayer, layout: Layout) -> int:
    west, _, east, _ = layout.frame.bounds
    side = layer.grid.resolution * layout.frame.width / (east - west)
    return min((each for each in layer.overviews if each * side >= FINEST), default=max(layer.overviews))


def _soil_map(
    store: Store, catalog: Catalog, entry: Entry, version: str, place: Place, layout: Layout, phrases: Phrases
) -> Map:
    """A soil map's polygons as cells, with a legend of the units that are there."""
    area = gpd.GeoSeries([box(*place.bounds)], crs=catalog.grid.crs).to_crs("EPSG:4326")
    query = Query(bbox=tuple(area.total_bounds), fields=("unit_code",))
    polygons = store.vector.read(entry.id, version, query)
    lines = _unit_lines(store, catalog, entry.id, version, phrases)
    numbers = {line.code: number for number, line in enumerate(lines, start=1)}
    if not len(polygons):
        return Map(entry, version, *_unit_looks([], entry, phrases, 0), None)
    shape = _pixels(place.bounds, layout)
    shapes = zip(
        catalog.grid.placed(polygons.geometry.to_numpy()), polygons["unit_code"].map(numbers), strict=True
    )
    drawn = rasterize(shapes, shape, transform=transform_of(place.bounds, shape), dtype="uint16")
    counted = np.bincount(drawn.ravel(), minlength=len(lines) + 1)[1:]
    most = sorted(np.argsort(-counted, kind="stable")[:MOST_UNITS])
    shown = [(at + 1, lines[at]) for at in most if counted[at]]
    others = int((counted > 0).sum()) - len(shown)
    kept = np.isin(drawn, [number for number, _ in shown])
    values = np.where(drawn == 0, np.nan, np.where(kept, drawn, -1.0))
    return Map(entry, version, *_unit_looks(shown, entry, phrases, others), Cells(values, place.bounds))


def _pixels(bounds: Bounds, layout: Layout) -> tuple[int, int]:
    """(height, width) of a picture over ``bounds`` at the size that it has on paper."""
    (west, south, east, north), frame = bounds, layout.frame
    seen_west, seen_south, seen_east, seen_north = frame.bounds
    width = (east - west) / (seen_east - seen_west) * frame.width
    height = (north - south) / (seen_north - seen_south) * frame.height
    return max(1, round(height / PIXEL)), max(1, round(width / PIXEL))


def _unit_lines(
    store: Store, catalog: Catalog, name: str, version: str, phrases: Phrases
) -> Sequence[UnitLine]:
    """The legend of a published soil map in the language."""
    known = store.ledger.version(name, version)
    assert known is not None, "a published version is recorded"
    recorded = (UnitLine(**line) for line in known.metadata["legend"])
    return unit_lines(recorded, catalog.soil_map(name).non_soil, phrases.language)


def _unit_looks(
    shown: Iterable[tuple[int, UnitLine]], entry: Entry, phrases: Phrases, others: int
) -> tuple[Style, Legend]:
    """Colours and legend of map units by their numbers; of all others together one grey."""
    lines = [LegendLine(float(number), line.label, line.colour) for number, line in shown]
    if others:
        lines.append(LegendLine(-1.0, phrases.say("atlas.units", count=others), OTHERS))
    entries = tuple(StyleEntry(line.value, line.colour, {"en": line.label}) for line in lines)
    return Style("classes", {"en": entry.title}, "1", entries), Legend("classes", "", tuple(lines))
