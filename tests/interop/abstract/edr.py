"""Questions of Environmental Data Retrieval, as a client asks them of the small nation."""

from typing import Any

import httpx

COVERAGEJSON = "application/vnd.cov+json"
GEOJSON = "application/geo+json"
QUERIES = ("position", "area", "cube", "locations")
OF_PROFILES = dict.fromkeys(("profiles", "harmonized_profiles"), ("locations", "radius", "area", "cube"))
"""Queries of collections that were not observed everywhere, by collection."""
POINT = "POINT(120.2 -7.2)"
POLYGON = "POLYGON((120.2 -7.22,120.22 -7.22,120.22 -7.2,120.2 -7.22))"
BBOX = "120.2,-7.22,120.22,-7.2"
SOIL = "/collections/soil"
ASKED = {
    "position": {"coords": POINT},
    "area": {"coords": POLYGON},
    "cube": {"bbox": BBOX},
    "locations/01.02": {},
}
"""Each query with what it needs."""
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


def ask(api: httpx.Client, query: str, **params: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in params.items()}
    return api.get(f"{SOIL}/{query}", params={**ASKED[query], **named})


def coverages(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return list(document.get("coverages", [document]))


def named(answer: httpx.Response) -> set[str]:
    """The parameters that have values in an answer."""
    return {name for each in coverages(answer) for name in each["ranges"]}


def defined(openapi: dict[str, Any], query: str, name: str) -> dict[str, Any]:
    """One parameter of a query as the definition of the API has it."""
    found = openapi["paths"][f"{SOIL}/{query}"]["get"]["parameters"]
    return next(dict(each) for each in found if each.get("name") == name)
