"""Soil maps in: polygons of map units and the components of each, from tables or from ISO 28258.

Both forms become the same two frames, and a unit is never flattened to an averaged soil:

* ``polygons``: ``unit_code, name`` and the geometry (EPSG:4326), one row a polygon;
* ``rows``: ``unit_code, component, soil_name, soil_<system> ..., share_pct, landform, parent_material,
  slope_class, upper_cm, lower_cm`` and one column a property, one row for each component and depth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from soilinfo import units
from soilinfo.catalog.mapunits import Classification, ComponentTable, PolygonTable, PropertyColumn, SoilMap
from soilinfo.catalog.models import Property
from soilinfo.errors import SourceError
from soilinfo.ingest.files import require
from soilinfo.ingest.vector import read_source

KEY = ["unit_code", "component"]
DEPTH = ["upper_cm", "lower_cm"]
SITE = ("landform", "parent_material", "slope_class")
"""What is said of a component besides its soil, as text."""
_SAID = ("component", "soil_name", *(f"soil_{system}" for system in get_args(Classification)), *SITE)
"""Columns that name and describe a component, as far as a map has them."""


def read_table(path: str, layer: str | None = None) -> pd.DataFrame:
    """A table without its geometry, as it is. Raises SourceError when it cannot be read."""
    require(path)
    try:
        return pd.DataFrame(pyogrio.read_dataframe(path, layer=layer, read_geometry=False))
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: not a readable table: {error}") from error


# ---- polygons and a table of components -------------------------------------------------


def polygons_of(frame: gpd.GeoDataFrame, table: PolygonTable) -> gpd.GeoDataFrame:
    """The polygons of a source in our columns; SourceError when a configured column is missing."""
    _require_columns(frame, table.source, [table.unit_field, table.name_field])
    name = frame[table.name_field] if table.name_field else pd.Series(None, index=frame.index, dtype=object)
    columns = {"unit_code": text(frame[table.unit_field]), "name": text(name)}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs)


def components_of(frame: pd.DataFrame, table: ComponentTable) -> pd.DataFrame:
    """The rows of a table of components in our columns, values as the source has them.

    A table with one row a component gives as many rows as its properties have depths; a component
    of which nothing is known by depth has one row without a depth. SourceError when a configured
    column is missing.
    """
    _require_columns(frame, table.source, _columns(table))
    about = _about(frame, table)
    whole = {each.property: frame[each.column] for each in table.properties if each.depth is None}
    about = about.assign(**{name: values.to_numpy() for name, values in whole.items()})
    if table.is_long:
        return about.assign(upper_cm=frame[table.upper_field], lower_cm=frame[table.lower_field])
    return _by_depth(frame, about, table.properties)


def _columns(table: ComponentTable) -> Iterable[str | None]:
    named = (table.unit_field, table.component_field, table.share_field, *table.soil_fields.values())
    optional = (table.landform_field, table.parent_material_field, table.slope_class_field)
    by_depth = (table.upper_field, table.lower_field)
    return (*named, *optional, *by_depth, *(each.column for each in table.properties))


def _about(frame: pd.DataFrame, table: ComponentTable) -> pd.DataFrame:
    """What a component is called and how much of its unit it is."""
    soils = {f"soil_{system}": text(frame[column]) for system, column in table.soil_fields.items()}
    fields = (table.landform_field, table.parent_material_field, table.slope_class_field)
    site = {name: text(frame[field]) for name, field in zip(SITE, fields, strict=True) if field}
    about = {"unit_code": text(frame[table.unit_field]), "component": text(frame[table.component_field])}
    named = {"soil_name": next(iter(soils.values())), **soils, "share_pct": frame[table.share_field]}
    return pd.DataFrame({**about, **named, **site})


def _by_depth(frame: pd.DataFrame, about: pd.DataFrame, properties: Sequence[PropertyColumn]) -> pd.DataFrame:
    """A row for each component and depth of which the table has any value."""
    depths = sorted({each.depth for each in properties if each.depth})
    parts = []
    for depth in depths:
        here = {each.property: frame[each.column] for each in properties if each.depth == depth}
        known = pd.DataFrame(here).notna().any(axis=1)
        parts.append(about.assign(upper_cm=depth[0], lower_cm=depth[1], **here)[known])
    described = set().union(*(part.index for part in parts))
    rest = about[~about.index.isin(list(described))].assign(upper_cm=np.nan, lower_cm=np.nan)
    rows = pd.concat([part for part in [*parts, rest] if len(part)] or [rest])
    return rows.sort_index(kind="stable").reset_index(drop=True)


# ---- ISO 28258 --------------------------------------------------------------------------


def read_iso28258(path: str, soil_map: SoilMap) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Polygons and rows of one map of an ISO 28258 database, a layer of the file for each of its tables.

    The tables are those of the SIS database: ``soil_map``, ``soil_mapping_unit`` (the polygons) with its
    ``soil_mapping_unit_category``, ``soil_typological_unit_mapping_unit`` (``percentage``),
    ``soil_typological_unit`` and, for properties, ``soil_typological_unit_profile``, ``element``,
    ``specimen``, ``result_num`` and ``observation_num``. Only typical profiles describe a component.
    Raises SourceError when a table, a column or the map is missing.
    """
    form = soil_map.iso28258
    assert form is not None, "a soil map in this form"

    def table(name: str, *columns: str) -> pd.DataFrame:
        frame = read_table(path, name)
        _require_columns(frame, f"{path} ({name})", columns)
        return frame[list(columns)]

    categories = _categories(path, table, form.soil_map)
    mapped = read_source(path, "soil_mapping_unit")
    _require_columns(mapped, f"{path} (soil_mapping_unit)", ["mapping_unit_id", "category_id"])
    mapped = mapped[mapped["category_id"].isin(categories["category_id"])]
    names = mapped["category_id"].map(categories.set_index("category_id")["name"])
    columns = {"unit_code": text(mapped["mapping_unit_id"]), "name": text(names)}
    polygons = gpd.GeoDataFrame(columns, geometry=mapped.geometry.to_numpy(), crs=mapped.crs)
    parts = table(
        "soil_typological_unit_mapping_unit", "typological_unit_id", "mapping_unit_id", "percentage"
    )
    parts = parts[parts["mapping_unit_id"].isin(mapped["mapping_unit_id"])]
    soils = table("soil_typological_unit", "typological_unit_id", "name")
    rows = parts.merge(soils, on="typological_unit_id", how="left")
    rows = rows.merge(_elements(table, form.properties), on="typological_unit_id", how="left")
    return polygons, _in_our_columns(rows, form.classification)


Table = Callable[..., pd.DataFrame]


def _categories(path: str, table: Table, name: str) -> pd.DataFrame:
    """The legend of the map of that name."""
    maps = table("soil_map", "soil_map_id", "name")
    known = maps[maps["name"] == name]
    if known.empty:
        there_are = ", ".join(map(str, maps["name"])) or "none"
        raise SourceError(f"{path}: no soil map '{name}'; there are: {there_are}")
    categories = table("soil_mapping_unit_category", "category_id", "soil_map_id", "name")
    return categories[categories["soil_map_id"].isin(known["soil_map_id"])]


def _elements(table: Table, properties: Sequence[PropertyColumn]) -> pd.DataFrame:
    """Depths and values of the typical profile of each typological unit; only the id without properties."""
    columns = ["typological_unit_id", *DEPTH, *(each.property for each in properties)]
    if not properties:
        return pd.DataFrame(columns=columns)
    profiles = table("soil_typological_unit_profile", "typological_unit_id", "profile_id", "is_typical")
    profiles = profiles[profiles["is_typical"].astype(bool)]
    found = profiles.merge(
        table("element", "element_id", "profile_id", "upper_depth", "lower_depth"), on="profile_id"
    )
    for each in properties:
        values = _results(table, each.column).rename(columns={"value": each.property})
        found = found.merge(values, on="element_id", how="left")
    named = found.rename(columns={"upper_depth": "upper_cm", "lower_depth": "lower_cm"})
    return named[columns]


def _results(table: Table, property_num_id: str) -> pd.DataFrame:
    """``element_id, value`` of one property; SourceError where it was observed in more than one way."""
    observations = table("observation_num", "observation_num_id", "property_num_id", "procedure_num_id")
    chosen = observations[observations["property_num_id"] == property_num_id]
    if len(chosen) != 1:
        there_are = ", ".join(sorted(set(map(str, observations["property_num_id"]))))
        ways = ", ".join(sorted(map(str, chosen["procedure_num_id"])))
        raise SourceError(
            f"observation_num: '{property_num_id}' by several procedures ({ways}), which do not compare"
            if ways
            else f"observation_num: no property '{property_num_id}'; there are: {there_are}"
        )
    results = table("result_num", "observation_num_id", "specimen_id", "value")
    results = results[results["observation_num_id"] == chosen["observation_num_id"].iloc[0]]
    found = results.merge(table("specimen", "specimen_id", "element_id"), on="specimen_id")
    return pd.DataFrame(found[["element_id", "value"]])


def _in_our_columns(rows: pd.DataFrame, classification: str) -> pd.DataFrame:
    named = rows.rename(columns={"percentage": "share_pct"}).assign(
        unit_code=text(rows["mapping_unit_id"]),
        component=text(rows["typological_unit_id"]),
        soil_name=text(rows["name"]),
    )
    named[f"soil_{classification}"] = named["soil_name"]
    return named.drop(columns=["mapping_unit_id", "typological_unit_id", "name"]).reset_index(drop=True)


# ---- values -----------------------------------------------------------------------------


def typed(as_read: pd.DataFrame, soil_map: SoilMap, properties: Mapping[str, Property]) -> pd.DataFrame:
    """Rows with numbers as numbers in the properties' units, classes as class ids, soil codes as names.

    What is no number, or a code without a class or name, is missing; the checks compare with ``as_read``.
    """
    rows = as_read.copy()
    for column in ("share_pct", *DEPTH):
        rows[column] = numbers(rows[column])
    if soil_map.soil_legend is not None:
        rows["soil_name"] = rows["soil_name"].map(soil_map.soil_legend)
        first = f"soil_{soil_map.classifications[0]}"
        rows[first] = rows["soil_name"]
    for each in {each.property: each for each in soil_map.properties}.values():
        rows[each.property] = _values(rows[each.property], soil_map, properties[each.property])
    return rows


def _values(column: "pd.Series[Any]", soil_map: SoilMap, prop: Property) -> "pd.Series[Any]":
    forms = [each for each in soil_map.properties if each.property == prop.id]
    if prop.kind == "class":
        return text(column).map({code: name for each in forms for code, name in (each.codes or {}).items()})
    values = numbers(column).to_numpy(dtype=np.float64)
    converted = units.convert(values, forms[0].unit or prop.unit, prop.unit)
    return pd.Series(np.round(converted, prop.decimals), index=column.index)


def numbers(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column as float64, NaN for what is empty or no number."""
    return pd.to_numeric(column, errors="coerce").astype("float64")


def text(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column as texts without blanks around them, None where empty; a whole number has no decimal point."""
    return pd.Series([_text(value) for value in column], index=column.index, dtype=object)


def _text(value: Any) -> str | None:
    if pd.isna(value):
        return None
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    return str(int(value) if whole else value).strip() or None


def _require_columns(frame: pd.DataFrame, source: str, columns: Iterable[str | None]) -> None:
    for column in columns:
        if column is not None and column not in frame.columns:
            known = ", ".join(str(name) for name in frame.columns if name != "geometry")
            raise SourceError(f"{source}: no column '{column}'; there are: {known}")


# ---- as published -----------------------------------------------------------------------


def published_components(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """The rows as a table without geometry, ordered by unit, share (the largest first) and depth.

    ``id`` is unit, component and depth. What people look for first stands first.
    """
    first = [*KEY, "soil_name", "share_pct", *DEPTH]
    said = [name for name in rows if name in _SAID and name not in first]
    values = [name for name in rows if name not in (*first, *said)]
    ordered = (
        rows[[*first, *values, *said]]
        .sort_values(["unit_code", "share_pct", "component", "upper_cm"], ascending=[True, False, True, True])
        .reset_index(drop=True)
    )
    depth = ["" if pd.isna(upper) else f".{upper:g}" for upper in ordered["upper_cm"]]
    ordered.insert(
        0, "id", ordered["unit_code"] + "." + ordered["component"] + pd.Series(depth, dtype=object)
    )
    return gpd.GeoDataFrame(ordered, geometry=gpd.GeoSeries([None] * len(ordered), crs="EPSG:4326"))


def published_polygons(
    polygons: gpd.GeoDataFrame, geometry: Any, repairs: Sequence[str], area_ha: Any, soils: pd.DataFrame
) -> gpd.GeoDataFrame:
    """One feature a polygon, with the components of its unit; ``soils``: as :func:`unit_soils` gives them.

    ``id`` is the unit's code and the polygon's number within the unit, in the order of the source.
    """
    codes = polygons["unit_code"].reset_index(drop=True)
    number = codes.groupby(codes).cumcount() + 1
    columns = {
        "id": codes + "." + number.astype(str),
        "unit_code": codes,
        "name": polygons["name"].reset_index(drop=True),
        "component_count": codes.map(soils["component_count"]).fillna(0).astype("int64"),
        "soils": codes.map(soils["soils"]),
        "components": codes.map(soils["components"]).fillna("[]"),
        "area_ha": np.round(area_ha, 4),
        "repair": list(repairs),
    }
    return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")


def unit_soils(rows: pd.DataFrame) -> pd.DataFrame:
    """By unit code: ``component_count``, ``soils`` in words ('Typic Hapludults 60 %, Aquic ... 40 %'),
    ``first_soil`` by share, and ``components`` as the text of a JSON array, the largest share first."""
    columns = [name for name in (*_SAID, "share_pct") if name in rows]
    each = rows.drop_duplicates(KEY).sort_values(["share_pct", "component"], ascending=[False, True])
    summary = {
        code: {
            "component_count": len(parts),
            "soils": ", ".join(_shares(parts)),
            "first_soil": parts["soil_name"].iloc[0],
            "components": parts[columns].to_json(orient="records", force_ascii=False),
        }
        for code, parts in each.groupby("unit_code")
    }
    return pd.DataFrame.from_dict(
        summary, orient="index", columns=["component_count", "soils", "first_soil", "components"]
    )


def _shares(parts: pd.DataFrame) -> list[str]:
    return [f"{row.soil_name} {row.share_pct:g} %" for row in parts.itertuples()]
