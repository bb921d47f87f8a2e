"""Rows of the federation in the words of its contract, with what else is known beside them.

``profile_code`` is our id, which is one of a kind in the whole node; the surveyors' own code is
``source_profile_code``. A value below or above what the laboratory could detect is no value: ``value`` is
null, and ``limit`` and ``qualifier`` say what is known. What a check rejected is left out.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pygeofilter import ast

from soilinfo.catalog.names import PROFILES
from soilinfo.serve.collections import Collection
from soilinfo.serve.kept import kept_with_it
from soilinfo.store.vector import Query

Row = dict[str, Any]

_PROFILE: Mapping[str, str] = {
    "profile_code": "id",
    "project_name": "project",
    "altitude": "altitude_m",
    "date": "date",
    "source_profile_code": "profile_code",
    **{
        name: name
        for name in (
            *("dataset", "site_id", "soil_wrb", "soil_usda", "land_use", "bedrock_cm", "properties", "share"),
            *("positional_accuracy_m", "blur_m", "licence", "attribution", "version"),
        )
    },
}
_OBSERVATION: Mapping[str, str] = {
    "profile_code": "profile_id",
    "upper_depth": "upper_cm",
    "lower_depth": "lower_cm",
    "property_num_id": "property",
    "procedure_num_id": "procedure",
    "value": "value",
    "unit_of_measure_id": "unit",
    **{
        name: name
        for name in ("id", "specimen_code", "qualifier", "sd", "laboratory", "date", "flag", "version")
    },
}
"""Name in the federation -> column of ours."""

TOLD = ast.And(
    ast.NotEqual(ast.Attribute("flag"), "rejected"), ast.IsNull(ast.Attribute("property"), not_=True)
)
"""Observations that are told: of a known property, not rejected."""


def profiles(collection: Collection, query: Query) -> Iterable[Row]:
    """One row for each profile of a query."""
    frame = _read(collection, query, _PROFILE)
    points = shapely.get_coordinates(frame.geometry, include_z=False).tolist()
    places = iter(points)
    for row, point in zip(_rows(frame, _PROFILE), frame.geometry, strict=True):
        place = None if point is None else {"type": "Point", "coordinates": next(places)}
        yield {"gid": _number(row["profile_code"]), **row, "geometry": place}


def observations(collection: Collection, query: Query) -> Iterable[Row]:
    """One row for each observation of a query."""
    for row in _rows(_read(collection, query, _OBSERVATION), _OBSERVATION):
        limit = row["value"] if row["qualifier"] else None
        yield {**row, "value": None if row["qualifier"] else row["value"], "limit": limit}


@kept_with_it(1)
def manifest(profiles: Collection, observations: Collection | None) -> list[Row]:
    """One row for each property: how many profiles and observations there are of it, and where.

    ``withheld_profiles``: how many more profiles their owners do not show, by dataset.
    """
    if observations is None:
        return []
    asked = Query(where=TOLD, fields=("property", "profile_id"), geometry=False)
    told = _vector(observations, asked).groupby("property")["profile_id"]
    places = _vector(profiles, Query(fields=("id",))).set_index("id").geometry
    withheld = dict(profiles.versions[PROFILES].metadata.get("withheld", {}))
    return [
        {
            "property": name,
            "profiles": int(ids.nunique()),
            "observations": len(ids),
            "geom": _envelope(places.reindex(ids.unique())),
            "withheld_profiles": withheld,
        }
        for name, ids in told
    ]


def _envelope(places: Any) -> str | None:
    """Bounds of points as Well Known Text; None where none has a place."""
    known = places.dropna()
    return shapely.to_wkt(shapely.box(*known.total_bounds), rounding_precision=6) if len(known) else None


def _read(collection: Collection, query: Query, names: Mapping[str, str]) -> GeoDataFrame:
    wanted = Query(**{**vars(query), "fields": tuple(names.values())})
    return _vector(collection, wanted)


def _vector(collection: Collection, query: Query) -> GeoDataFrame:
    return collection.store.vector.read(collection.id, collection.version, query)


def _rows(frame: pd.DataFrame, names: Mapping[str, str]) -> list[Row]:
    known = frame[[*names.values()]].astype(object)
    table = known.where(known.notna(), None)
    return [dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def _number(id: str) -> int:
    """A number for an id that stays the same from one publication to the next, exact in every JSON reader."""
    return int.from_bytes(blake2b(id.encode(), digest_size=6).digest())
