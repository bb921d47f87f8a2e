"""What an overlay measures of a batch of polygons: one published map after the other, on one index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from soilinfo.catalog.models import SCENARIOS, Catalog, Scenario
from soilinfo.catalog.names import suitability_of
from soilinfo.catalog.product_fertility import NUTRIENT_STATUS, SOIL_RATINGS
from soilinfo.catalog.product_zoning import ZONING
from soilinfo.errors import InputError, UnknownNameError
from soilinfo.evaluate.suitability import dominant_limiting
from soilinfo.evaluate.zonal import ZoneIndex, flagged_area, histogram, statistics
from soilinfo.findings import Finding
from soilinfo.jobs.evaluation.summary import is_read_rightly, value_histogram
from soilinfo.jobs.planning.overlay_columns import (
    STATISTICS,
    ClassMap,
    Column,
    columns_of_classes,
    columns_of_numbers,
    nutrient_maps,
    share_name,
    suitability_maps,
    zoning_maps,
)
from soilinfo.jobs.planning.overlay_places import Units, Values, units_asked
from soilinfo.store.home import Store
from soilinfo.store.ledger import Snapshot

ABOUT = ("suitability", "nutrients", "properties", "zoning", "regions", "soil_map")
"""What a table may be about."""


@dataclass(frozen=True)
class Asked:
    """What the table is to be about; no crops or properties stand for all that are published."""

    about: tuple[str, ...] = ABOUT
    crops: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    scenario: Scenario = "actual"

    @classmethod
    def of(
        cls,
        *,
        about: Iterable[str] | None = None,
        crops: Iterable[str] | None = None,
        properties: Iterable[str] | None = None,
        scenario: str = "actual",
    ) -> "Asked":
        """What a person wrote; UnknownNameError for a subject or a scenario that there is not."""
        if scenario not in SCENARIOS:
            raise UnknownNameError("scenario", scenario, SCENARIOS)
        subjects = tuple(dict.fromkeys(about or ABOUT))
        for each in subjects:
            if each not in ABOUT:
                raise UnknownNameError("subject", each, ABOUT)
        return cls(
            subjects, tuple(dict.fromkeys(crops or ())), tuple(dict.fromkeys(properties or ())), scenario
        )


@dataclass(frozen=True)
class Batch:
    """Some polygons: their shapes (EPSG:4326), where they lie on the grid, and their hectares."""

    shapes: NDArray[np.object_]
    index: ZoneIndex
    area_ha: NDArray[np.float64]


@dataclass(frozen=True)
class Theme:
    """Columns that are made together from one version of something published."""

    layer: str
    version: str
    columns: Sequence[Column]
    measure: Callable[[Batch], Values]


def published_crops(catalog: Catalog, published: Mapping[str, str]) -> list[str]:
    """The crops whose suitability is published."""
    return [crop for crop in catalog.every_crop() if suitability_of(crop) in published]


def published_properties(catalog: Catalog, published: Mapping[str, str]) -> list[str]:
    """The published layers of numbers, without those that say how uncertain another is."""
    return [
        name
        for name, layer in catalog.layers.items()
        if name in published
        and layer.statistic == "mean"
        and catalog.property(layer.property).class_table is None
    ]


def themes_of(
    store: Store, catalog: Catalog, snapshot: Snapshot, asked: Asked
) -> tuple[list[Theme], list[Finding]]:
    """What is to be measured, in the order of the columns, and a warning of what is not there for it.

    UnknownNameError for a name that does not exist, InputError when nothing asked about is published.
    """
    published = snapshot.layers
    _check(asked, catalog, published)
    units = [_of_units(store, catalog, each) for each in units_asked(catalog, published, asked.about)]
    maps = [
        each for each in _maps(catalog, published, asked) if _is_usable(store, catalog, snapshot, each.layer)
    ]
    rasters = [_of_classes(store, catalog, published[each.layer], each) for each in maps]
    numbers = [
        _of_numbers(store, catalog, name, published[name])
        for name in (asked.properties or published_properties(catalog, published))
        if "properties" in asked.about and _is_usable(store, catalog, snapshot, name)
    ]
    themes = [*units, *rasters, *numbers]
    if not themes:
        raise InputError(
            f"nothing is published about {', '.join(asked.about)}; run `soilinfo evaluate` first"
        )
    return themes, list(_missing(asked, maps, numbers))


def _check(asked: Asked, catalog: Catalog, published: Mapping[str, str]) -> None:
    known = {
        "evaluated crop": (asked.crops, published_crops(catalog, published)),
        "published property": (asked.properties, published_properties(catalog, published)),
    }
    for kind, (names, there_are) in known.items():
        for name in names:
            if name not in there_are:
                raise UnknownNameError(kind, name, there_are)


def _maps(catalog: Catalog, published: Mapping[str, str], asked: Asked) -> Iterator[ClassMap]:
    if "suitability" in asked.about:
        crops = asked.crops or published_crops(catalog, published)
        yield from suitability_maps(catalog, crops, asked.scenario)
    if "nutrients" in asked.about:
        yield from nutrient_maps(catalog)
    if "zoning" in asked.about:
        yield from zoning_maps(catalog)


def _is_usable(store: Store, catalog: Catalog, snapshot: Snapshot, layer: str) -> bool:
    version = snapshot.layers.get(layer)
    return version is not None and is_read_rightly(store, catalog, layer, version)


def _missing(asked: Asked, maps: Sequence[ClassMap], numbers: Sequence[Theme]) -> Iterator[Finding]:
    """A warning for each subject of which nothing is published that can be read."""
    layers = [each.layer for each in maps]
    there = {
        "suitability": any(layer.startswith(suitability_of("")) for layer in layers),
        "nutrients": any(layer == SOIL_RATINGS or layer.startswith(NUTRIENT_STATUS) for layer in layers),
        "zoning": ZONING in layers,
        "properties": bool(numbers),
    }
    for name in asked.about:
        if not there.get(name, True):
            message = f"nothing about {name} is published; `soilinfo evaluate` may make it"
            yield Finding("not_evaluated", "warn", name, message, evidence={"about": name})


# ---- measures ---------------------------------------------------------------------------


def _of_units(store: Store, catalog: Catalog, units: Units) -> Theme:
    def measure(batch: Batch) -> Values:
        return units.of(store, batch.shapes)

    return Theme(units.collection, units.version, units.columns(catalog), measure)


def _of_classes(store: Store, catalog: Catalog, version: str, one: ClassMap) -> Theme:
    """Hectares by class; as no data counts whatever of a polygon has no class."""
    cube = store.cube.open(one.layer, version)
    codes = [int(entry.value) for entry in one.entries]
    qualities = [quality.code for quality in catalog.evaluation.qualities]
    bounds = {"low": min(codes), "high": max(codes), "nodata": cube.variable(one.variable).nodata}

    def measure(batch: Batch) -> Values:
        found = histogram(batch.index, partial(cube.read, one.variable), **bounds)
        values = _of_areas(one, found.area_ha[:, [code - found.low for code in codes]], batch.area_ha)
        if one.limiting:
            flagged = flagged_area(batch.index, partial(cube.read, one.limiting), len(qualities))
            values |= _limits(one, dominant_limiting(flagged, qualities))
        return values

    return Theme(one.layer, version, columns_of_classes(catalog, one), measure)


def _of_areas(one: ClassMap, areas: NDArray[np.float64], area_ha: NDArray[np.float64]) -> Values:
    """The columns of one map of classes from the hectares (polygon, class) of each."""
    nodata = np.clip(area_ha - areas.sum(axis=1), 0, None)
    ids = [entry.id for entry in one.entries]
    largest = [ids[at] if row[at] > 0 else None for row, at in zip(areas, areas.argmax(axis=1), strict=True)]
    values: Values = {one.main: np.array(largest, dtype=object)}
    for id, hectares in zip((*ids, "nodata"), (*areas.T, nodata), strict=True):
        values[share_name(one, id, "%")] = np.round(100 * hectares / area_ha, 3).astype(object)
        if one.with_areas:
            values[share_name(one, id, "ha")] = np.round(hectares, 4).astype(object)
    return values


def _limits(one: ClassMap, best: Sequence[tuple[str | None, float]]) -> Values:
    return {
        f"{one.prefix}_limiting": np.array([quality for quality, _ in best], dtype=object),
        f"{one.prefix}_limiting_ha": np.array([round(hectares, 4) for _, hectares in best], dtype=object),
    }


def _of_numbers(store: Store, catalog: Catalog, layer: str, version: str) -> Theme:
    scale = store.cube.open(layer, version).variable(layer).scale
    decimals = max(0, round(-np.log10(scale))) + 2

    def measure(batch: Batch) -> Values:
        found = value_histogram(store, layer, version, batch.index)
        rows = statistics(found, scale)
        # Of the whole polygon, as far as it reaches beyond the grid.
        rows["covered_pct"] = 100 * rows["valid_ha"] / batch.area_ha
        return {f"{layer}_{name}": _rounded(rows[name].to_numpy(), decimals) for name in STATISTICS}

    return Theme(layer, version, columns_of_numbers(catalog, layer), measure)


def _rounded(numbers: NDArray[np.float64], decimals: int) -> NDArray[np.object_]:
    """Numbers of few decimals; None for those that are not known."""
    values = np.round(numbers, decimals).astype(object)
    values[np.isnan(numbers)] = None
    return values
