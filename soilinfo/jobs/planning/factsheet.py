"""The fact sheet of one administrative unit, from what one snapshot publishes."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.names import TABLES, suitability_of, table_of
from soilinfo.jobs.evaluation.inputs import choose_inputs, too_little_known
from soilinfo.jobs.evaluation.places import cells_of, indexed, region_of, resolve_area
from soilinfo.jobs.evaluation.summary import is_read_rightly
from soilinfo.jobs.planning.explain import explain_rows
from soilinfo.report.factsheet import sheet
from soilinfo.report.factsheet.facts import Publication, Row, UnitFacts, chosen_crops, ranked
from soilinfo.report.factsheet.further import KINDS
from soilinfo.report.maps import Picture
from soilinfo.store.cube import CubeLayer
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot
from soilinfo.store.vector import Query

PLANTED, COMMODITY = "planted_ha", "commodity"
"""Columns of a table of planted areas."""
MOST_CELLS = 700
"""Cells along the longer side of the map: more than paper of its size can show."""


def fact_sheet(
    store: Store, catalog: Catalog, snapshot: Snapshot, code: str, language: str, crops: Sequence[str] = ()
) -> bytes:
    """A one-page PDF on the unit of that code in one language, the same bytes for the same snapshot.

    ``crops``: those whose reasons are told; by default the ones that suit most land and are planted widest.

    Where a table is not published or a unit has no data the page says so. Raises UnknownNameError for
    a code that no published level has, a crop that config does not have, and a language likewise.
    """
    return sheet.fact_sheet(catalog, unit_facts(store, catalog, snapshot, code, crops), language)


def unit_facts(
    store: Store, catalog: Catalog, snapshot: Snapshot, code: str, asked: Sequence[str] = ()
) -> UnitFacts:
    """What a snapshot publishes of one unit; UnknownNameError for a code that no published level has."""
    level, unit = region_of(store, catalog, snapshot, code)
    assert snapshot.created is not None, "a snapshot that publishes a level has a date"
    outline = unit.geometry.to_crs(catalog.grid.crs).iloc[0]
    inputs = choose_inputs(store, catalog, snapshot)[0]
    rated = {name for crop in catalog.every_crop().values() for name in crop.characteristics}
    used = {one.layer for name, one in inputs.items() if name in rated}
    tables = {kind: table_of(kind, level) for kind in (*TABLES, *KINDS)}
    suitability = _rows(store, snapshot, tables["suitability"], code)
    crops = ranked([row for row in suitability if row["crop"] in catalog.every_crop()])
    facts = unit.iloc[0]
    told = [catalog.crop(crop).id for crop in asked] or chosen_crops(
        crops, _planted(store, catalog, snapshot, level, code)
    )
    return UnitFacts(
        level=catalog.level(level),
        code=code,
        name=str(facts["name"]),
        parent=_parent(store, catalog, snapshot, level, facts["parent_code"]),
        area_ha=_known(facts["area_ha"]),
        official_area_ha=_known(facts["official_area_ha"]),
        publication=Publication(
            snapshot.id,
            snapshot.created,
            {name: snapshot.layers[name] for name in (level, *tables.values()) if name in snapshot.layers},
        ),
        suitability=[row for pair in crops for row in pair if row],
        properties=[
            row for row in _rows(store, snapshot, tables["properties"], code) if row["layer"] in used
        ],
        classes=[row for row in _rows(store, snapshot, tables["classes"], code) if row["layer"] in used],
        outline=outline,
        picture=_picture(store, catalog, snapshot, crops[0][0]["crop"], outline) if crops else None,
        explained=_explained(store, catalog, snapshot, code, told),
        further={kind: _rows(store, snapshot, tables[kind], code) for kind in KINDS},
    )


def _explained(
    store: Store, catalog: Catalog, snapshot: Snapshot, code: str, crops: Sequence[str]
) -> dict[str, Row]:
    """The reasons of each crop; none of a unit that is too large for an answer at once."""
    place = resolve_area(store, catalog, snapshot, {"region": code})
    if not crops or cells_of(catalog, place) > catalog.services.limits.process_cells:
        return {}
    index = indexed(catalog, place)
    inputs = choose_inputs(store, catalog, snapshot)[0]
    known = [crop for crop in crops if too_little_known(catalog, catalog.crop(crop), inputs) is None]
    return {crop: explain_rows(store, catalog, snapshot, crop, place, index) for crop in known}


def _planted(store: Store, catalog: Catalog, snapshot: Snapshot, level: str, code: str) -> list[str]:
    """The crops planted in a unit, the widest first, as far as a table names them by their titles."""
    titles = {title.casefold(): crop.id for crop in catalog.crops.values() for title in crop.title.values()}
    planted = [
        (float(row[PLANTED]), titles[str(row[COMMODITY]).casefold()])
        for name, table in catalog.tables.items()
        if table.unit_level == level and {PLANTED, COMMODITY} <= table.columns.keys()
        for row in _rows(store, snapshot, name, code)
        if row[PLANTED] and str(row[COMMODITY]).casefold() in titles
    ]
    return [crop for _, crop in sorted(planted, reverse=True)]


def _rows(store: Store, snapshot: Snapshot, table: str, code: str) -> Sequence[Row]:
    """The rows of a unit in a table, None where a value is missing; none when it is not published."""
    if table not in snapshot.layers:
        return []
    found = store.vector.read(table, snapshot.layers[table], Query(equal={"code": code}, geometry=False))
    return [{str(name): _known(value) for name, value in row.items()} for row in found.to_dict("records")]


def _known(value: Any) -> Any:
    return None if pd.isna(value) else value


def _parent(store: Store, catalog: Catalog, snapshot: Snapshot, level: str, code: Any) -> str:
    above = catalog.level(level).parent
    if above is None or above not in snapshot.layers or pd.isna(code):
        return ""
    found = store.vector.read(above, snapshot.layers[above], Query(ids=(str(code),), geometry=False))
    return str(found["name"].iloc[0]) if len(found) else ""


def _picture(
    store: Store, catalog: Catalog, snapshot: Snapshot, crop: str, outline: BaseGeometry
) -> Picture | None:
    """A crop's classes around a unit; None where its raster cannot be read rightly or lies elsewhere."""
    name = suitability_of(crop)
    version = snapshot.layers.get(name)
    if version is None or not is_read_rightly(store, catalog, name, version):
        return None
    layer = store.cube.open(name, version)
    overview = _overview(layer, outline)
    grid = layer.grid_of(overview)
    window = grid.window_of(outline.bounds)
    if window is None:
        return None
    return Picture(layer.read("actual", window, overview), grid.bounds_of(window))


def _overview(layer: CubeLayer, outline: BaseGeometry) -> int:
    """The finest overview that shows the unit in no more than MOST_CELLS."""
    west, south, east, north = outline.bounds
    cells = max(east - west, north - south) / layer.grid.resolution
    fitting = [each for each in layer.overviews if cells / each <= MOST_CELLS]
    return min(fitting, default=max(layer.overviews))
