"""What the abstract tests of coverages share."""

from io import BytesIO
from typing import Any

import httpx
import rasterio

COVERAGE_REL = "http://www.opengis.net/def/rel/ogc/1.0/coverage"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
UTM = "http://www.opengis.net/def/crs/EPSG/0/32751"
SOC, SUITABILITY = "/collections/soc/coverage", "/collections/suitability/coverage"
SMALL = {"bbox": "120.2,-7.25,120.25,-7.2"}

Json = dict[str, Any]


def get(
    api: httpx.Client, path: str, status: int = 200, headers: dict[str, str] | None = None, **query: str
) -> httpx.Response:
    asked = {name.replace("_", "-"): value for name, value in query.items()}
    answer = api.get(path, params=asked or None, headers=headers)
    assert answer.status_code == status, answer.text[:500]
    return answer


def raster(answer: httpx.Response) -> rasterio.DatasetReader:
    return rasterio.open(BytesIO(answer.content))
