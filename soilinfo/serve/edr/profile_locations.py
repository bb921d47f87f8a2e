"""Soil profiles as the locations of Environmental Data Retrieval, each called by its id."""

from typing import Any
from urllib.parse import quote, urlencode

from geopandas import GeoDataFrame
from starlette.datastructures import QueryParams

from soilinfo.catalog.names import PROFILES
from soilinfo.serve import parameters
from soilinfo.serve.collections import Collection
from soilinfo.serve.edr import geojson
from soilinfo.serve.edr.places import DEGREES, bbox_of
from soilinfo.serve.edr.profile_parameters import beside, parameters_of_profiles
from soilinfo.serve.edr.profile_places import described_in
from soilinfo.store.vector import Query

CHOICES = ("dataset", "project")
"""Columns that a query parameter of their name chooses profiles by."""
LISTING = ("bbox", "datetime", *CHOICES, "limit", "offset", *parameters.DOCUMENT)
FIELDS = (
    "id",
    "profile_code",
    "dataset",
    "project",
    "date",
    "share",
    "blur_m",
    "positional_accuracy_m",
    "properties",
)


def listed(base_url: str, collection: Collection, params: QueryParams) -> bytes:
    """A page of profiles as GeoJSON, by id: where each is, what it was observed for, where its values are."""
    most = collection.catalog.services.limits.page_features
    limit = parameters.integer(params, "limit", most, low=1, high=most)
    offset = parameters.integer(params, "offset", 0, low=0)
    version = beside(collection, PROFILES) or ""
    query = Query(
        bbox=bbox_of(params, DEGREES) if "bbox" in params else None,
        equal={name: params[name] for name in CHOICES if name in params},
        where=described_in(params),
        fields=FIELDS,
        limit=limit,
        offset=offset,
    )
    store = collection.store.vector
    found, matched = store.read(PROFILES, version, query), store.count(PROFILES, version, query)
    base = f"{base_url}/collections/{collection.id}/locations"
    features = [_feature(base, collection, row) for row in _rows(found)]
    links = geojson.links(f"{base}?{urlencode(params.multi_items())}", base.rpartition("/")[0])
    if offset + limit < matched:
        links.append(geojson.page(base, params, "next", offset + limit, limit))
    return geojson.collection(features, links, numberMatched=matched, numberReturned=len(features))


def _rows(found: GeoDataFrame) -> list[dict[str, Any]]:
    table = found.astype(object).where(found.notna(), None)
    return [dict(row) for row in table.to_dict("records")]


def _feature(base: str, collection: Collection, row: dict[str, Any]) -> geojson.Feature:
    place, id = row.pop("geometry"), row.pop("id")
    observed = [name.strip() for name in (row.pop("properties") or "").split(",") if name.strip()]
    known = parameters_of_profiles(collection)
    names = [name for name in observed if name in known] if collection.id == PROFILES else [*known]
    address = f"{base}/{quote(id, safe='')}"
    told = geojson.edr_properties(row["profile_code"], names, address, row.pop("date") or None)
    point = {"type": "Point", "coordinates": [place.x, place.y]} if place is not None else None
    return geojson.feature(point, {**told, **row}, id=id)
