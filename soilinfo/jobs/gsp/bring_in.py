"""Take rasters named as the Global Soil Partnership names them in as layers of a country: write their files.

Nothing is guessed: the property is told by the name, by the file itself or by a person, the unit by a person,
the record, the file or the definition of the product, in this order, and the layer's lineage tells by which.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import relpath
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import rasterio
from rasterio.errors import RasterioIOError

from soilinfo.catalog.gsp_names import LayerName, read_name
from soilinfo.catalog.layer_files import layer_text
from soilinfo.catalog.models import Catalog
from soilinfo.errors import InputError
from soilinfo.jobs.gsp.rasters import RASTERS, sha256_of
from soilinfo.report.gsp.metadata import licence_of, lineage_of, organisation_of, unit_of
from soilinfo.units import UNITS, factor_offset

USUAL_DEPTH = (0.0, 30.0)
"""Depth of a layer whose id does not name it."""


@dataclass(frozen=True)
class Stated:
    """What a person states of the files: by the code in their names, or for all of them."""

    units: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True)
class Taken:
    """What became of one file: the layer that it is now the source of, or why it is none."""

    file: str
    layer: Path | None
    reason: str = ""


@dataclass(frozen=True)
class File:
    """A raster, what its name says, what it says itself, and its record if it has one."""

    path: Path
    name: LayerName
    tags: Mapping[str, str]
    unit: str
    record: bytes | None


def bring_in(
    catalog: Catalog, directory: Path, layers: Path, stated: Stated, records: Path | None = None
) -> list[Taken]:
    """Write a file to ``layers`` for each raster in ``directory`` that can be read; what cannot is told.

    ``records``: where the metadata records lie, by default beside the rasters. A layer that is there already
    is never written over. InputError where there is no such directory, or no raster in it.
    """
    for each in (directory, layers):
        if not each.is_dir():
            raise InputError(f"no directory {each}")
    paths = sorted(path for path in directory.iterdir() if path.suffix.lower() in RASTERS)
    if not paths:
        raise InputError(f"{directory} holds no GeoTIFF")
    return [_taken(catalog, path, layers, stated, records or directory) for path in paths]


def _taken(catalog: Catalog, path: Path, layers: Path, stated: Stated, records: Path) -> Taken:
    try:
        found = _file(catalog, path, records)
        property = _property(catalog, found, stated)
        target = layers / f"{_id(property, found.name)}.yaml"
        text = layer_text(_layer(catalog, found, property, layers, stated))
        if target.exists():
            raise InputError(f"{target} is there already, and is not written over")
    except InputError as error:
        return Taken(path.name, None, str(error))
    target.write_text(text, "utf-8")
    return Taken(path.name, target)


def _file(catalog: Catalog, path: Path, records: Path) -> File:
    name = read_name(path.name, catalog.gsp)
    try:
        with rasterio.open(path) as dataset:
            tags, unit = dataset.tags(), dataset.units[0] or ""
    except RasterioIOError as error:
        raise InputError(f"{path.name} cannot be opened: {error}") from error
    record = records / f"{name.mapset}.xml"
    content = record.read_bytes() if record.is_file() else None
    try:
        ET.fromstring(content or b"<none/>")
    except ET.ParseError as error:
        raise InputError(f"{record} is no XML: {error}") from error
    return File(path, name, tags, unit, content)


def _property(catalog: Catalog, found: File, stated: Stated) -> str:
    """The property of ours that a file holds; InputError where nothing says which."""
    name, wanted = found.name, found.name.map
    if given := stated.properties.get(name.code):
        return catalog.property(given).id
    if name.map.uncertainty == "percent" and name.statistic == "sd":
        raise InputError("a relative uncertainty in % is no statistic of a layer here")
    said = found.tags.get("PROPERTY")
    if said and said in catalog.properties:
        if any(each.property == said and each.factor != 1 for each in wanted.inputs):
            raise InputError(f"holds {said} in another chemical form ({found.tags.get('FORM', '')})")
        return said
    known = [each.property for each in wanted.inputs] or ["none of ours"]
    if wanted.read_as is None or name.is_vague:
        raise InputError(
            f"'{name.code}' does not say by which method: say --property {name.code}=PROPERTY, "
            f"where PROPERTY is one of {', '.join(known)}"
        )
    return wanted.read_as


def _unit(catalog: Catalog, found: File, property: str, stated: Stated) -> tuple[str, str]:
    """The unit of a file's numbers, and who says so; InputError where nobody does."""
    name, own = found.name, catalog.property(property).unit
    record = unit_of(found.record) if found.record else ""
    said = [
        (stated.units.get(name.code, ""), "stated at the import"),
        (record if record in UNITS else "", "stated by the metadata record"),
        (found.unit if found.unit in UNITS else "", "stated by the file"),
        (
            name.map.code(name.coding).unit or "",
            f"stated by the definition of {name.product.id} for {name.code}",
        ),
    ]
    _agreed(name, said[:3])
    for unit, who in said:
        if unit:
            factor_offset(unit, own)
            return unit, who
    raise InputError(f"nothing states the unit of '{name.code}': say --unit {name.code}=UNIT, such as {own}")


def _agreed(name: LayerName, said: Sequence[tuple[str, str]]) -> None:
    """InputError where record and file state different units and nobody says which one holds."""
    (given, _), *others = said
    if not given and len({unit for unit, _ in others if unit}) > 1:
        told = ", ".join(f"{unit} {who}" for unit, who in others)
        raise InputError(f"the unit of '{name.code}' is {told}: say --unit {name.code}=UNIT")


def _layer(catalog: Catalog, found: File, property: str, layers: Path, stated: Stated) -> Mapping[str, Any]:
    """A layer's file as a mapping."""
    record, name = found.record or b"<none/>", found.name
    unit, who = _unit(catalog, found, property, stated)
    licence = licence_of(record) or stated.licence
    attribution = organisation_of(record) or stated.attribution
    for what, text in (("licence", licence), ("attribution", attribution)):
        if not text:
            raise InputError(f"no record {name.mapset}.xml states the {what}: say --{what}")
    described: dict[str, Any] = {"property": property}
    if name.statistic == "sd":
        described["statistic"] = "sd"
    described["source"] = relpath(found.path.resolve(), layers.resolve().parent)
    described |= {"unit": unit, "depth": [_whole(edge) for edge in name.depth]}
    if name.year:
        described["time"] = name.year
    return described | {
        "licence": licence,
        "attribution": attribution,
        "lineage": " ".join(_lineage(found, who, record)),
    }


def _lineage(found: File, who: str, record: bytes) -> Iterator[str]:
    name = found.name
    yield f"Imported as '{name.map.title['en']}' of {name.product.id} from {found.path.name}"
    yield f"(sha256 {sha256_of(found.path)}). Unit {who}."
    if "METHOD" in found.tags:
        yield f"Method: {found.tags['METHOD']}."
    elif len(name.map.inputs) > 1:
        yield "The name does not tell the laboratory's method."
    if lineage := lineage_of(record):
        yield f"Record: {lineage}"


def _id(property: str, name: LayerName) -> str:
    """Id of a layer: the property, its depth where that is not the usual one, sd for an uncertainty."""
    top, bottom = name.depth
    depth = "" if name.depth == USUAL_DEPTH else f"_{top:g}_{bottom:g}"
    return f"{property}{depth}{'_sd' if name.statistic == 'sd' else ''}"


def _whole(edge: float) -> float:
    return int(edge) if edge.is_integer() else edge


def grid_of(path: Path) -> str:
    """The lines of grid.yaml by which the national grid has the very cells of a raster."""
    with rasterio.open(path) as dataset:
        west, south, east, north = dataset.bounds
        side, crs = dataset.transform.a, dataset.crs.to_string()
    edges = ", ".join(repr(edge) for edge in (west, south, east, north))
    return f"crs: {crs}\nresolution: {side!r}\norigin: [{west!r}, {north!r}]\nbounds: [{edges}]\n"
