"""The outline of a GeoJSON geometry as an SVG path, for a page that shows one feature without a map."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Ring = list[list[float]]


class Outline(NamedTuple):
    """An SVG path and the view box that holds it; degrees, north up."""

    box: str
    path: str


def outline(geometry: Mapping[str, Any] | None) -> Outline | None:
    """The outline of a Polygon or MultiPolygon; None for anything else."""
    rings = list(_rings(geometry or {}))
    if not rings:
        return None
    x = [point[0] for ring in rings for point in ring]
    y = [-point[1] for ring in rings for point in ring]
    margin = 0.04 * max(max(x) - min(x), max(y) - min(y))
    left, top = min(x) - margin, min(y) - margin
    box = (left, top, max(x) + margin - left, max(y) + margin - top)
    return Outline(" ".join(f"{side:.5f}" for side in box), "".join(map(_path, rings)))


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates", [])
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(str(kind), [])
    return (ring for polygon in polygons for ring in polygon)


def _path(ring: Ring) -> str:
    return "M" + "L".join(f"{point[0]:.5f},{-point[1]:.5f}" for point in ring) + "Z"
