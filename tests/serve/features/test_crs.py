"""Reference systems of features: the order of their axes, filters in them."""

from collections.abc import Callable

import geopandas as gpd
import httpx
import shapely
from shapely.geometry import shape

from soilinfo.serve.features.crs import in_crs84
from soilinfo.serve.systems import System

Refused = Callable[..., str]

ITEMS = "/collections/regencies/items"
UTM = "http://www.opengis.net/def/crs/EPSG/0/9490"
"""SRGI2013 / UTM zone 50S, the country's western one."""
NORTHING_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"


def first(client: httpx.Client, query: str) -> shapely.Geometry:
    answer = client.get(f"{ITEMS}?limit=1&{query}")
    assert answer.status_code == 200, answer.text
    return shape(answer.json()["features"][0]["geometry"])


def test_a_collection_says_its_systems_and_that_it_is_stored_in_crs84(client: httpx.Client):
    described = client.get("/collections/regencies").json()
    assert described["crs"] == [
        System(name).uri for name in ("OGC:CRS84", "EPSG:4326", "EPSG:3857", "EPSG:9490", "EPSG:9491")
    ]
    assert described["storageCrs"] in described["crs"]


def test_an_answer_names_its_system(client: httpx.Client):
    for path in (ITEMS, f"{ITEMS}/01.02"):
        assert client.get(f"{path}?crs={UTM}").headers["content-crs"] == f"<{UTM}>"
        assert client.get(path).headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"


def test_the_axes_stand_in_the_order_of_the_authority(client: httpx.Client):
    west, south, *_ = first(client, "").bounds
    assert first(client, f"crs={NORTHING_FIRST}").bounds[:2] == (south, west)


def test_a_national_system_gives_the_same_places_in_metres(client: httpx.Client):
    degrees = gpd.GeoSeries([first(client, "")], crs=4326)
    metres = first(client, f"crs={UTM}")
    assert metres.hausdorff_distance(degrees.to_crs("EPSG:9490").iloc[0]) < 0.2


def test_a_filter_may_be_written_in_another_system(client: httpx.Client):
    inside = gpd.GeoSeries([shapely.Point(120.4, -7.1)], crs=4326).to_crs("EPSG:9490").iloc[0]
    for text, crs in (
        ("S_INTERSECTS(geometry, POINT(-7.1 120.4))", NORTHING_FIRST),
        (f"S_INTERSECTS(geometry, {inside.wkt})", UTM),
        (f"S_INTERSECTS(geometry, BBOX({inside.x - 5},{inside.y - 5},{inside.x + 5},{inside.y + 5}))", UTM),
    ):
        answer = client.get(ITEMS, params={"filter": text, "filter-crs": crs})
        assert [each["id"] for each in answer.json()["features"]] == ["01.02"], answer.text


def test_the_edges_of_a_projected_rectangle_bend_as_they_do_on_the_globe():
    wide = shapely.box(-2e6, 9e6, 2e6, 9.2e6)
    assert shapely.get_num_coordinates(in_crs84(wide, System("EPSG:9490"))) > 100


def test_a_place_without_coordinates_is_refused(refused: Refused):
    assert "no place in EPSG:9490" in refused(f"{ITEMS}?bbox=1e30,1e30,2e30,2e30&bbox-crs={UTM}")
