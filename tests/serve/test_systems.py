"""Reference systems: how clients name them, which are offered, the order of their axes."""

from collections.abc import Iterable

import pytest
from starlette.datastructures import QueryParams

from soilinfo.catalog.load import load
from soilinfo.errors import InputError
from soilinfo.serve.systems import (
    CRS84,
    EVERYWHERE,
    WGS84,
    System,
    any_system,
    corners,
    offered,
    system_among,
    system_named,
)
from soilinfo.settings import Settings


def names(systems: Iterable[System]) -> list[str]:
    return [each.name for each in systems]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"),
        ("https://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("urn:ogc:def:crs:EPSG::4326", "EPSG:4326"),
        ("EPSG:3857", "EPSG:3857"),
        ("[EPSG:3857]", "EPSG:3857"),
        ("epsg:3857", "EPSG:3857"),
        ("3857", "EPSG:3857"),
        ("CRS84", "OGC:CRS84"),
    ],
)
def test_a_system_is_named_by_its_address_as_curie_or_by_its_code(text: str, name: str):
    assert system_named(text) == System(name)


def test_one_that_is_not_offered_is_refused_and_those_that_are_are_named():
    assert system_among(QueryParams("crs=4326"), "crs", EVERYWHERE) == WGS84
    assert system_among(QueryParams(""), "crs", EVERYWHERE) is None
    with pytest.raises(InputError, match=r"no crs 'EPSG:32750'; there are: .*EPSG/0/3857.*CRS84"):
        system_among(QueryParams("crs=EPSG:32750"), "crs", EVERYWHERE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EPSG:1", "EPSG has no system of code 1"),
        ("EPSG:4979", "not of a plane"),
        ("IAU_2015:30100", r"\(Moon .*not of this earth"),
        ("ESRI:104905", r"\(GCS_Mars_2000.*not of this earth"),
        ("nowhere at all", "must be like EPSG:4326"),
    ],
)
def test_a_picture_may_be_in_any_plane_system_and_in_no_other(text: str, said: str):
    assert any_system(QueryParams("crs=EPSG:32750"), "crs", CRS84) == System("EPSG:32750")
    with pytest.raises(InputError, match=said):
        any_system(QueryParams({"crs": text}), "crs", CRS84)


def test_the_corners_of_a_bbox_stand_in_the_order_of_the_axes():
    assert corners("120,-8,121,-7", CRS84) == (120, -8, 121, -7)
    assert corners("-8,120,-7,121", WGS84) == (120, -8, 121, -7)
    assert corners("120,-8,0,121,-7,30", CRS84) == (120, -8, 121, -7), "heights are left out"
    with pytest.raises(InputError, match="upside down"):
        corners("-7,120,-8,121", WGS84)


def test_the_zones_that_touch_the_country_are_offered(nation: Settings):
    assert names(offered(load(nation.config))) == [
        *("OGC:CRS84", "EPSG:4326", "EPSG:3857"),
        *("EPSG:9490", "EPSG:9491"),
    ]


def test_a_country_may_name_its_own(nation: Settings):
    catalog = load(nation.config)
    services = catalog.services.model_copy(update={"crs": ("EPSG:5266",)})
    own = catalog.model_copy(update={"services": services})
    assert names(offered(own)) == ["OGC:CRS84", "EPSG:4326", "EPSG:3857", "EPSG:5266"]
