"""What is kept of an execute request, and how much of it is read."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from soilinfo.store.home import Store

Refused = Callable[..., str]
SUITABILITY = "/processes/land-suitability/execution"
BY_REFERENCE = {"outputs": {"result": {"transmissionMode": "reference"}}}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[120.1, -7.4], [120.2, -7.4], [120.2, -7.3], [120.1, -7.3], [120.1, -7.4]]],
}


def nested(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


def kept_of(client: httpx.Client, store: Store, inputs: dict[str, Any]) -> Any:
    """The inputs that are kept of what is answered with a link to its result."""
    answer = client.post(SUITABILITY, json={"inputs": inputs, **BY_REFERENCE})
    (link,) = answer.links.values()
    return store.queue.inputs(link["url"].split("/jobs/")[1].split("/")[0])


@pytest.mark.parametrize(
    "geometry",
    [
        SQUARE,
        {**SQUARE, "note": 1000 * "x"},
        {"value": SQUARE, "mediaType": "application/geo+json"},
        {"type": "Feature", "geometry": SQUARE, "properties": {"note": 1000 * "x", "deep": nested(200)}},
    ],
)
def test_of_a_geometry_its_coordinates_are_kept(
    client: httpx.Client, nation_store: Store, geometry: dict[str, Any]
):
    inputs = {"geometry": geometry, "crop": "maize"}
    assert kept_of(client, nation_store, inputs) == {"geometry": SQUARE, "crop": "maize"}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"geometry": {"type": "Feature", "geometry": SQUARE, "properties": nested(300)}}, "too deeply"),
        ({"geometry": {"type": "Polygon", "coordinates": nested(245)}}, "no usable 'coordinates'"),
        ({"geometry": {"type": "Polygon"}}, "no usable 'coordinates'"),
        ({"geometry": {"type": "Feature"}}, "must be a GeoJSON Polygon"),
        ({"region": "9" * 1_000_000}, "no region '999"),
        ({"crop": ["maize"] * 100_000}, "no crop"),
    ],
)
@pytest.mark.parametrize("more", [{}, BY_REFERENCE])
def test_what_is_no_area_is_refused_in_few_words(
    refused: Refused, inputs: dict[str, Any], said: str, more: dict[str, Any]
):
    told = refused(SUITABILITY, method="POST", json={"inputs": {"crop": "maize", **inputs}, **more})
    assert said in told
    assert len(told) < 2000


@pytest.mark.parametrize("levels", [240, 300, 900, 5000])
def test_criteria_are_read_as_deep_as_they_can_be_written(refused: Refused, levels: int):
    criteria = f'{{"slope": {"[" * levels}{"]" * levels}}}'
    body = f'{{"inputs": {{"region": "01.02", "crop": "maize", "criteria": {criteria}}}}}'
    told = refused("/processes/what-if/execution", method="POST", content=body)
    assert ("criteria" in told) if levels == 240 else ("too deeply" in told or "not JSON" in told)
    assert refused("/collections/suitability/map", params={"crop": "maize", "criteria": criteria})
