"""Pages that follow one another, and coordinates in the system that is asked for; in both homes."""

import json
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from soilinfo.errors import InputError
from soilinfo.store.vector import Query
from tests.store.frames import ids, where

# ---- pages that follow one another ----


def walked(vector, query, collection="regency"):
    """Ids of all pages, each asked for by the last of the page before."""
    found, after = [], None
    while True:
        page = vector.page(collection, "v1", replace(query, after=after))
        found.append([json.loads(text)["id"] for text in page.features])
        if page.last is None:
            return found
        after = tuple(json.loads(json.dumps(page.last)))


@pytest.mark.parametrize(
    "sort",
    [
        (),
        (("code", True),),
        (("parent_code", False),),
        (("parent_code", True), ("area_ha", True)),
        (("people", False),),
        (("area_ha", False),),
        (("remark", True),),
        (("island", True), ("name", False)),
    ],
)
def test_each_page_follows_the_last_feature_of_the_one_before(vector, sort):
    whole = ids(vector, Query(sort=sort))
    assert walked(vector, Query(sort=sort, limit=2)) == [whole[:2], whole[2:4], whole[4:]]
    assert walked(vector, Query(sort=sort, limit=1)) == [*([each] for each in whole), []]


def test_pages_that_follow_keep_to_the_conditions(vector):
    query = where("people IS NOT NULL", sort=(("people", True),), limit=2)
    assert walked(vector, query) == [["94.99", "73.08"], ["73.01", "53.14"], []]
    assert vector.count("regency", "v1", replace(query, after=(813_188, "73.08"))) == 4


def test_a_page_follows_by_columns_that_it_does_not_show(vector):
    query = Query(sort=(("people", True),), fields=("name",), geometry=False, limit=2)
    page = vector.page("regency", "v1", query)
    assert page.last == (813_188, "73.08")
    assert json.loads(page.features[0])["properties"] == {"name": "100% O'Brien_x"}


def test_rows_of_one_shape_follow_each_other_too(vector):
    pages = walked(vector, Query(sort=(("crop", True),), limit=5), "suitability")
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [each for page in pages for each in page] == ids(
        vector, Query(sort=(("crop", True),)), "suitability"
    )


@pytest.mark.parametrize("after", [(), ("73.01", "73.01"), (5,)])
def test_a_page_that_follows_what_no_feature_can_be_is_refused(vector, after):
    with pytest.raises(InputError):
        vector.page("regency", "v1", Query(after=after))


# ---- reference systems ----


def corners(vector, crs):
    """Corners of the box of Bone in a system."""
    (text,) = vector.features("regency", "v1", Query(ids=("73.08",), crs=crs))
    return set(map(tuple, shapely.get_coordinates(shapely.geometry.shape(json.loads(text)["geometry"]))))


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        ("OGC:CRS84", (119.9, -5.1)),
        ("EPSG:4326", (-5.1, 119.9)),
        ("EPSG:3857", (13347206.95, -568480.59)),
        ("EPSG:32751", (156237.95, 9435454.54)),
        # Latitude before longitude, on another datum: two decimetres away.
        ("EPSG:9470", (-5.099999, 119.900002)),
    ],
)
def test_coordinates_come_in_the_system_asked_for_in_the_order_of_its_authority(vector, crs, expected):
    assert expected in corners(vector, crs)


def test_conditions_are_about_stored_coordinates_whatever_the_system_of_the_answer(vector):
    query = where("people > 200000", bbox=(119, -7, 123, -4), crs="EPSG:3857")
    (text,) = vector.features("regency", "v1", query)
    assert json.loads(text)["id"] == "73.08"
    assert json.loads(vector.features("regency", "v1", replace(query, geometry=False))[0])["geometry"] is None


def test_a_frame_in_another_system_has_x_before_y(vector):
    bone = vector.read("regency", "v1", Query(ids=("73.08",), crs="EPSG:9470"))
    assert bone.crs == "EPSG:9470"
    assert bone.total_bounds == pytest.approx((119.9, -5.1, 120.4, -4.2), abs=1e-5)


@pytest.mark.parametrize("crs", ["EPSG:1", "nonsense", "EPSG:4979"])
def test_a_system_that_cannot_be_answered_in_is_refused_by_name(vector, crs):
    for ask in (vector.features, vector.read):
        with pytest.raises(InputError, match=crs):
            ask("regency", "v1", Query(crs=crs))


def test_features_that_have_no_place_in_a_system_are_refused(store):
    pole = gpd.GeoDataFrame({"code": ["a"]}, geometry=[shapely.Point(0, -90)], crs=4326)
    store.vector.write("pole", "v1", pole, id_field="code")
    for ask in (store.vector.features, store.vector.read):
        with pytest.raises(InputError, match="no place in EPSG:3034"):
            ask("pole", "v1", Query(crs="EPSG:3034"))
