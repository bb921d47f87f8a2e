"""Which criteria hold where: the table of a crop, and those of units that have rows of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from shapely import box
from shapely.geometry.base import BaseGeometry

from soilinfo.catalog.criteria_sets import RegionalCriteria
from soilinfo.catalog.models import SCENARIOS, Catalog, Crop, Scenario
from soilinfo.catalog.names import suitability_of
from soilinfo.evaluate.regional import overlay
from soilinfo.evaluate.suitability import Evaluation, Tables, compile_tables, evaluate
from soilinfo.evaluate.tables import Meaning
from soilinfo.findings import Finding
from soilinfo.grid import Grid, Window
from soilinfo.jobs.evaluation.places import to_grid
from soilinfo.jobs.runs.run import fingerprint
from soilinfo.store.home import Store
from soilinfo.store.ledger import Version
from soilinfo.store.vector import Query


@dataclass(frozen=True)
class Regional:
    """The table of one crop in one unit, and where the unit lies (in the grid's CRS)."""

    criteria: RegionalCriteria
    crop: Crop
    level: str
    version: str
    """Of the level, which the shape is of."""
    shape: BaseGeometry

    def mask(self, grid: Grid, window: Window) -> NDArray[np.bool_]:
        """Cells of a window (y, x) whose centre lies in the unit."""
        if not window.cells or not box(*grid.bounds_of(window)).intersects(self.shape):
            return np.zeros(window.shape, np.bool_)
        transform = Affine(*grid.transform_of(window))
        inside = rasterize([self.shape], out_shape=window.shape, transform=transform, dtype="uint8")
        return np.asarray(inside == 1)


def regional_criteria(
    store: Store, catalog: Catalog, published: Mapping[str, str], crops: Collection[str]
) -> tuple[list[Regional], list[Finding]]:
    """The regional tables of these crops by published units, the coarsest level first.

    A unit that no published level has is a warning: there the crop's own table is used.
    """
    found, findings = [], []
    for criteria in catalog.regional_criteria.values():
        if criteria.crop in crops:
            placed = _placed(store, catalog, published, criteria)
            found += [placed] if placed else []
            findings += [] if placed else [_unplaced(criteria)]
    levels = list(catalog.levels)
    return sorted(found, key=lambda one: levels.index(one.level)), findings


def _placed(
    store: Store, catalog: Catalog, published: Mapping[str, str], criteria: RegionalCriteria
) -> Regional | None:
    for level in catalog.levels:
        if level in published:
            units = store.vector.read(level, published[level], Query(ids=(criteria.region,)))
            if len(units):
                shape = to_grid(units.geometry.iloc[0], catalog.grid)
                table = criteria.applied_to(catalog.crop(criteria.crop))
                return Regional(criteria, table, level, published[level], shape)
    return None


def _unplaced(criteria: RegionalCriteria) -> Finding:
    message = (
        f"criteria '{criteria.id}' are about the unit '{criteria.region}', which no published level has; "
        f"the national criteria of '{criteria.crop}' are used everywhere"
    )
    return Finding("unknown_region", "warn", suitability_of(criteria.crop), message)


@dataclass(frozen=True)
class Criteria:
    """Compiled criteria: the tables of all crops, and those of units with rows of their own, coarse first."""

    grid: Grid
    tables: Tables
    regional: tuple[tuple[Regional, Tables], ...]

    @property
    def inputs(self) -> list[str]:
        """The properties that :meth:`evaluate` needs."""
        return sorted({name for tables in self._every for name in tables.inputs})

    @property
    def _every(self) -> list[Tables]:
        return [self.tables, *(tables for _, tables in self.regional)]

    def evaluate(
        self,
        window: Window,
        inputs: Mapping[str, NDArray[Any]],
        scenarios: Sequence[Scenario] = SCENARIOS,
        *,
        limiting: bool = True,
    ) -> Evaluation:
        """All crops on one window of the grid, every cell by the criteria that hold at its centre."""
        result = evaluate(self.tables, inputs, scenarios=scenarios, limiting=limiting)
        for regional, tables in self.regional:
            mask = regional.mask(self.grid, window)
            if mask.any():
                own = evaluate(tables, inputs, scenarios=scenarios, limiting=limiting)
                overlay(result, own, mask)
        return result

    def used(self, crop: str, window: Window) -> NDArray[np.uint8]:
        """Whose criteria hold at each cell (y, x) of a window: 0 a crop's own, 1.. those of :meth:`units`."""
        held = np.zeros(window.shape, np.uint8)
        for number, each in enumerate(self.units(crop), start=1):
            held[each.mask(self.grid, window)] = number
        return held

    def units(self, crop: str) -> list[Regional]:
        """The units with criteria of their own for a crop, the coarsest first."""
        return [each for each, _ in self.regional if each.crop.id == crop]


def compile_criteria(
    catalog: Catalog, crops: Sequence[Crop], regional: Sequence[Regional], available: Mapping[str, Meaning]
) -> Criteria:
    """The criteria of these crops, from what the packed integers of each available property mean."""
    names = {crop.id for crop in crops}
    return Criteria(
        catalog.grid,
        compile_tables(crops, catalog.evaluation, available),
        tuple(
            (each, compile_tables([each.crop], catalog.evaluation, available))
            for each in regional
            if each.crop.id in names
        ),
    )


def described(crop: Crop, unit: Regional | None, available: Collection[str]) -> dict[str, Any]:
    """What a result says of one of its criteria sets; ``unit`` is None for the crop's own table."""
    return {
        "region": unit.criteria.region if unit else None,
        "level": unit.level if unit else None,
        "criteria_set": crop.criteria_set,
        "edition": crop.edition,
        "source": crop.source.title,
        "fingerprint": fingerprint(crop=content_of(crop))[:16],
        "unused": sorted(name for name in crop.characteristics if name not in available),
    }


def criteria_within(store: Store, version: Version, units: gpd.GeoDataFrame) -> list[str]:
    """The regional criteria sets that a result used in each unit (EPSG:4326), with commas; "" for none.

    A unit and a region belong together when an inner point of the one lies in the other: neighbours
    whose borders overlap do not.
    """
    found: list[list[str]] = [[] for _ in range(len(units))]
    points = units.geometry.representative_point()
    for each in version.metadata.get("criteria", ()):
        if each["region"] is not None:
            chosen = Query(ids=(each["region"],))
            shape = store.vector.read(each["level"], version.inputs[each["level"]], chosen).geometry.iloc[0]
            together = points.within(shape) | units.geometry.covers(shape.representative_point())
            for position in np.flatnonzero(together):
                found[position].append(each["criteria_set"])
    return [", ".join(names) for names in found]


def parameters_of(catalog: Catalog, crop: Crop, regional: Sequence[Regional]) -> dict[str, Any]:
    """All that decides about a crop's classes besides the layers, as a version keeps it."""
    rules, own = catalog.evaluation, [each for each in regional if each.crop.id == crop.id]
    parameters: dict[str, Any] = {
        "crop": content_of(crop),
        "criteria_set": crop.criteria_set,
        "edition": crop.edition,
        "boundary_rule": rules.boundary_rule,
        "rules": rules.model_dump(
            mode="json", exclude={"qualities": {"__all__": {"title"}}, "drainage_caution": True}
        ),
    }
    if own:
        parameters["regional"] = [
            {"region": each.criteria.region, "crop": content_of(each.crop)} for each in own
        ]
    return parameters


def content_of(crop: Crop) -> dict[str, Any]:
    """What of a crop's table decides about classes, and where it comes from."""
    return crop.model_dump(mode="json", exclude={"title", "notes"})
