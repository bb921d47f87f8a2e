"""Overlay: many polygons in, one table out, with what every published map says of each polygon.

Polygons are worked on in batches of neighbours, each against one index of where they lie on the grid: the
same shares of cells and the same hectares as in every other answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import batched
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import Polygon

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.text import label, languages
from soilinfo.evaluate.zonal import build_index
from soilinfo.findings import Finding
from soilinfo.grid import Bounds, Grid
from soilinfo.ingest.checks.polygons import SUBJECT, judge_polygons
from soilinfo.ingest.polygons import Offered
from soilinfo.ingest.vector import geodesic_hectares
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.evaluation.places import MOST_VERTICES
from soilinfo.jobs.planning.area import Answer
from soilinfo.jobs.planning.overlay_columns import Column
from soilinfo.jobs.planning.overlay_table import table_of_polygons
from soilinfo.jobs.planning.overlay_themes import Asked, Batch, Theme, themes_of
from soilinfo.report.allocation.findings import worded
from soilinfo.report.phrases import Phrases
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

AREA = "area_ha"
BATCH = 256
"""Polygons measured at a time: bounds the memory of their histograms to some 80 MB."""
CELLS_OF_POLYGON = 5_000
"""Cells of the grid that take as long as a polygon does beside its cells."""

Shapes = NDArray[np.object_]


def overlay(
    store: Store,
    catalog: Catalog,
    snapshot: Snapshot,
    offered: Offered,
    asked: Asked,
    effort: Effort | None = None,
) -> Answer:
    """A table with a row for each polygon offered, in their order; docs/overlay.md tells of its columns.

    Hectares are those on the ellipsoid; a percentage is of the whole polygon, land without data included. A
    shape that cannot be measured keeps its row, with the reason; of one off the maps nothing is known.
    Raises UnknownNameError, InputError or LimitError.
    """
    effort = effort or Effort.at_once(catalog)
    effort.check(cells_of_polygons(catalog, offered))
    themes, notes = themes_of(store, catalog, snapshot, asked)
    judged = judge_polygons(offered.frame.geometry.to_numpy(), offered.kind, MOST_VERTICES)
    values = _measured(catalog, judged.shapes, themes, effort)
    columns = [Column(AREA, label("overlay.area_ha", catalog.directory), "ha")]
    columns += [column for theme in themes for column in theme.columns]
    table = table_of_polygons(catalog, offered.frame, judged, columns, values)
    outside = _outside(judged.shapes, catalog.grid)
    findings = (*offered.findings, *judged.findings, *outside, *table.findings, *notes)
    return {
        "snapshot": snapshot.id,
        "scenario": asked.scenario,
        "about": list(asked.about),
        "polygons": len(offered.frame),
        "omitted": sum(shape is None for shape in judged.shapes),
        "columns": [asdict(column) for column in table.columns],
        "table": table.features,
        "read": [{"layer": theme.layer, "version": theme.version} for theme in themes],
        "findings": [_in_every_language(catalog, each) for each in findings],
    }


def findings_told(answer: Answer, language: str) -> list[Finding]:
    """The findings of an answer, each with its message in one language."""
    rows = (dict(each) for each in answer["findings"])
    return [Finding(**row | {"message": row.pop("messages")[language]}) for row in rows]


def _in_every_language(catalog: Catalog, finding: Finding) -> dict[str, Any]:
    messages = {
        language: worded(Phrases(catalog, language), finding) for language in languages(catalog.directory)
    }
    return asdict(finding) | {"messages": messages}


def cells_of_polygons(catalog: Catalog, offered: Offered) -> int:
    """Cells of the grid that take as long as the polygons do: those around each, and some for itself."""
    west, south, east, north = country = _country(catalog.grid)
    bounds = shapely.bounds(offered.frame.geometry.to_numpy())
    low, high = (
        np.clip(bounds[:, :2], country[:2], country[2:]),
        np.clip(bounds[:, 2:], country[:2], country[2:]),
    )
    share = np.nansum(np.prod(high - low, axis=1)) / ((east - west) * (north - south))
    return int(share * catalog.grid.window.cells) + CELLS_OF_POLYGON * len(bounds)


def _measured(
    catalog: Catalog, shapes: Shapes, themes: Sequence[Theme], effort: Effort
) -> dict[str, NDArray[np.object_]]:
    """The columns of all themes; None in the rows of shapes that are left out."""
    names = [AREA, *(column.name for theme in themes for column in theme.columns)]
    values = {name: np.full(len(shapes), None, dtype=object) for name in names}
    batches = list(_neighbours(shapes))
    for done, rows in enumerate(batches):
        batch = _batch(catalog.grid, shapes[rows])
        values[AREA][rows] = np.round(batch.area_ha, 4)
        for at, theme in enumerate(themes):
            for name, column in theme.measure(batch).items():
                values[name][rows] = column
            effort.advance((done + (at + 1) / len(themes)) / len(batches))
    return values


def _neighbours(shapes: Shapes) -> Iterator[NDArray[np.int64]]:
    """Rows of the shapes that there are, those that lie together in one batch: they need the same cells."""
    rows = np.flatnonzero([shape is not None for shape in shapes])
    if len(rows):
        order = np.argsort(gpd.GeoSeries(shapes[rows], crs="EPSG:4326").hilbert_distance(), kind="stable")
        for batch in batched(rows[order].tolist(), BATCH):
            yield np.array(batch)


def _batch(grid: Grid, shapes: Shapes) -> Batch:
    """Shapes with where they lie on the grid; those wholly off it have no cells, and their geodesic area."""
    near = _is_near(shapes, grid)
    placed = np.full(len(shapes), Polygon(), dtype=object)
    placed[near] = grid.placed(shapes[near])
    index = build_index(list(placed), grid)
    area_ha = index.area_ha.copy()
    area_ha[~near] = geodesic_hectares(shapes[~near])
    return Batch(shapes, index, area_ha)


def _outside(shapes: Shapes, grid: Grid) -> list[Finding]:
    rows = [at for at, shape in enumerate(shapes, start=1) if shape is not None]
    off = np.array(rows)[~_is_near(shapes[[row - 1 for row in rows]], grid)] if rows else np.array([])
    if not len(off):
        return []
    message = f"{len(off)} features lie outside the national grid, and nothing is known of them"
    return [Finding("outside_grid", "warn", SUBJECT, message, len(off), {"features": off.tolist()})]


def _is_near(shapes: Shapes, grid: Grid) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = shapely.intersects(shapely.box(*_country(grid)), shapes)
    return near


def _country(grid: Grid) -> Bounds:
    """Bounds of the grid in degrees."""
    bounds: Any = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform_bounds(*grid.bounds)
    west, south, east, north = map(float, bounds)
    return west, south, east, north
