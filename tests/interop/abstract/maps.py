"""What the abstract tests of maps share."""

from typing import Any

import httpx

REL = "http://www.opengis.net/def/rel/ogc/1.0"
PH = "/collections/ph_h2o/map"
SUITABILITY = "/collections/suitability"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
NATIONAL = "EPSG:23891"
"""A zone of the country's own datum: metres, easting first."""
EXTENT = (120.0, -7.5, 120.5, -7.0)


def links(document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    return [each for each in document["links"] if each["rel"] == rel]


def corners(answer: httpx.Response) -> tuple[float, ...]:
    """Content-Bbox."""
    return tuple(map(float, answer.headers["content-bbox"].split(",")))


def refused(api: httpx.Client, query: str) -> bool:
    return 400 <= api.get(f"{PH}?{query}").status_code < 500
