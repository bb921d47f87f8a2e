"""Features: conditions, order, choice of columns, and what happens to a request that cannot be answered."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]

ITEMS = "/collections/regencies/items"
REGENCIES = ["01.01", "01.02", "01.03", "01.04"]

TABLE = "/collections/suitability_by_regencies/items"


def codes(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [feature["properties"]["code"] for feature in answer.json()["features"]]


def test_features_come_as_geojson_with_counts_and_links(client: httpx.Client):
    answer = client.get(ITEMS, headers={"Accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"
    page = answer.json()
    assert page["numberMatched"] == page["numberReturned"] == 4
    assert page["features"][0]["id"] == "01.01"
    assert page["features"][0]["geometry"]["type"] == "MultiPolygon"
    assert {link["rel"] for link in page["links"]} == {"self", "alternate", "collection"}
    assert "timeStamp" not in page, "the same question has the same answer, to the byte"


def test_a_page_is_never_larger_than_the_service_allows(client: httpx.Client):
    page = client.get(f"{TABLE}?limit=100000&skipGeometry=true").json()
    assert page["numberReturned"] == 48


def test_one_feature_has_its_own_address(client: httpx.Client):
    answer = client.get(f"{ITEMS}/01.02")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.json()["properties"]["name"] == "Kabupaten 01.02"
    assert answer.json()["links"][0]["rel"] == "self"


def test_a_feature_that_does_not_exist_is_not_found(refused: Refused):
    said = refused(f"{ITEMS}/99.99", 404)
    assert said == "'regencies' has no item '99.99': see /collections/regencies/items"


@pytest.mark.parametrize(
    ("bbox", "crs"),
    [
        ("120.05,-7.45,120.1,-7.4", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        ("-7.45,120.05,-7.4,120.1", "http://www.opengis.net/def/crs/EPSG/0/4326"),
        ("13363905,-831710,13369471,-826096", "EPSG:3857"),
        ("174300,9175400,179800,9180900", "[EPSG:9491]"),
        ("120.05,-7.45,0,120.1,-7.4,9", "CRS84"),
    ],
)
def test_a_bbox_selects_in_the_axis_order_of_its_crs(client: httpx.Client, bbox: str, crs: str):
    assert codes(client.get(ITEMS, params={"bbox": bbox, "bbox-crs": crs})) == ["01.03"]


def test_a_bbox_elsewhere_selects_nothing(client: httpx.Client):
    page = client.get(f"{ITEMS}?bbox=0,0,1,1").json()
    assert (page["numberMatched"], page["features"]) == (0, [])


def test_a_bbox_across_the_antimeridian_is_understood(client: httpx.Client):
    assert codes(client.get(f"{ITEMS}?bbox=120.4,-8,-170,-6")) == ["01.02", "01.04"]


def test_sorting_may_go_down(client: httpx.Client):
    assert codes(client.get(f"{ITEMS}?sortby=-name")) == REGENCIES[::-1]


def test_properties_filter_choose_and_sort(client: httpx.Client):
    answer = client.get(f"{ITEMS}?name=Kabupaten 01.03&properties=code,name&sortby=-name&skipGeometry=true")
    assert codes(answer) == ["01.03"]
    first = answer.json()["features"][0]
    assert first["geometry"] is None
    assert list(first["properties"]) == ["code", "name"]


def test_ids_choose_features(client: httpx.Client):
    assert codes(client.get(f"{ITEMS}?ids=01.04,01.01")) == ["01.01", "01.04"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = 'Kabupaten 01.03'", ["01.03"]),
        ("name <> 'O''Brien' AND code = '01.01'", ["01.01"]),
        ("name = 'O''Brien'", []),
        ("name LIKE '%02' AND parent_code = '01'", ["01.02"]),
        ("area_ha > 1e9", []),
        ("code IN ('01.01', '01.04')", ["01.01", "01.04"]),
        ("S_INTERSECTS(geometry, POINT(120.4 -7.1))", ["01.02"]),
    ],
)
def test_cql2_filters_in_the_store(client: httpx.Client, text: str, found: list[str]):
    assert codes(client.get(ITEMS, params={"filter": text})) == found


def test_cql2_may_be_json(client: httpx.Client):
    tree = '{"op":"=","args":[{"property":"name"},"Kabupaten 01.03"]}'
    assert codes(client.get(ITEMS, params={"filter": tree, "filter-lang": "cql2-json"})) == ["01.03"]


@pytest.mark.parametrize("time", ["2020-01-01", "2020-01-01T00:00:00Z/..", "../2021-05-05"])
def test_every_time_matches_what_has_no_time(client: httpx.Client, time: str):
    assert len(codes(client.get(ITEMS, params={"datetime": time}))) == 4


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=1,2,3", "4 numbers"),
        ("bbox=1,2,3,4,5", "4 numbers"),
        ("bbox=1,2,a,4,5,6", "6 numbers"),
        ("bbox=a,b,c,d", "4 numbers"),
        ("bbox=nan,0,1,1", "4 numbers"),
        ("bbox=0,5,1,4", "upside down"),
        ("bbox=110,-8,100,111,-7,0", "upside down"),
        ("bbox=0,0,1,1&bbox-crs=EPSG:9999", "EPSG"),
        ("limit=0", "from 1"),
        ("limit=many", "whole number"),
        ("offset=-1", "from 0"),
        ("offset=99999999999999999999", "too large"),
        ("datetime=yesterday", "RFC 3339"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/23830", "http://www.opengis.net/def/crs/EPSG/0/9490"),
        ("datetime=2020-01-01T00:00:00", "RFC 3339"),
        ("datetime=2021-01-01/2020-01-01", "before it begins"),
        ("properties=colour", "no property 'colour'"),
        ("sortby=-colour", "no property 'colour'"),
        ("skipGeometry=maybe", "true"),
        ("colour=red", "no query parameter 'colour'"),
        ("limit=1&limit=2", "more than once"),
        ("area_ha=large", "is a number"),
        ("filter=name =", "not cql2-text"),
        ("filter=colour = 'red'", "no field 'colour'"),
        ("filter=name > 5", "cannot compare"),
        ("filter=name='x'&filter-lang=sql", "cql2-text"),
        ("filter={&filter-lang=cql2-json", "not JSON"),
        ("f=shp", "json, html, fgb, gpkg, parquet, csv, xlsx"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(refused: Refused, query: str, said: str):
    assert said in refused(f"{ITEMS}?{query}")


def test_a_raster_has_no_items(refused: Refused):
    assert "see /collections/ph_h2o/coverage" in refused("/collections/ph_h2o/items", 404)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("crop=maiz", "Did you mean 'maize'?"),
        ("scenario=future", "potential_high"),
    ],
)
def test_a_name_that_no_table_can_have_is_refused_naming_those_that_exist(
    refused: Refused, query: str, said: str
):
    assert said in refused(f"{TABLE}?{query}")


def test_a_crop_that_is_not_published_has_no_rows(client: httpx.Client):
    assert client.get(f"{TABLE}?crop=durian").json()["numberMatched"] == 0
