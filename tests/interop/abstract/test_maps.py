"""OGC API - Maps, Part 1: core, collection maps, styles, formats, tile sets."""

import httpx
import numpy as np
import pytest

from tests.interop.abstract.maps import CRS84, EXTENT, PH, REL, SUITABILITY, WGS84, corners, links
from tests.serve.maps.pictures import picture

CONF = "http://www.opengis.net/spec/ogcapi-maps-1/1.0/conf"
DECLARED = (
    *("core", "collection-map", "styled-map", "spatial-subsetting", "scaling", "crs", "background"),
    *("png", "jpeg", "tilesets"),
)


# ---- core, collection-map, png, jpeg, tilesets --------------------------------------------


def test_a_map_is_found_by_the_link_of_its_collection(api: httpx.Client):
    """/conf/core/map-op, /conf/collection-map/desc-links and /conf/collection-map/map-operation"""
    found = links(api.get("/collections/ph_h2o").json(), f"{REL}/map")
    assert found
    for link in found:
        assert api.get(link["href"], headers={"Accept": "image/png,image/jpeg"}).status_code == 200
    assert picture(api.get(PH)).any()


def test_a_map_says_its_system_and_its_bounds(api: httpx.Client):
    """/conf/core/map-response"""
    answer = api.get(PH)
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert corners(answer) == pytest.approx(EXTENT)
    turned = api.get(f"{PH}?crs={WGS84}")
    assert turned.headers["content-crs"] == f"<{WGS84}>"
    assert corners(turned) == pytest.approx((-7.5, 120.0, -7.0, 120.5))


def test_a_map_of_data_of_a_time_says_the_time(api: httpx.Client):
    """/conf/core/map-response: Content-Datetime"""
    timed = [
        each["id"]
        for each in api.get("/collections").json()["collections"]
        if each["extent"].get("temporal") and links(each, f"{REL}/map")
    ]
    for name in timed:
        assert api.get(f"/collections/{name}/map?width=9").headers["content-datetime"]
    assert timed or "content-datetime" not in api.get(PH).headers


def test_what_is_true_is_declared(api: httpx.Client):
    """/conf/core/conformance-success"""
    declared = set(api.get("/conformance").json()["conformsTo"])
    assert {f"{CONF}/{name}" for name in DECLARED} == {each for each in declared if each.startswith(CONF)}


def test_a_collection_names_the_systems_of_its_maps(api: httpx.Client):
    """/conf/collection-map/desc-crs and /conf/crs/crs-definition"""
    described = api.get("/collections/ph_h2o").json()
    assert CRS84 in described["crs"]
    assert described["storageCrs"] == CRS84
    for system in described["crs"]:
        assert picture(api.get(f"{PH}?crs={system}&width=20")).any(), system


def test_a_collection_leads_to_its_tiles(api: httpx.Client):
    """/conf/tilesets/desc-links"""
    (link,) = links(api.get("/collections/ph_h2o").json(), f"{REL}/tilesets-map")
    assert api.get(link["href"]).json()["tilesets"]


def test_tiles_have_the_background_of_maps(api: httpx.Client):
    """/conf/tilesets/tiles-parameters"""
    tile = "/collections/ph_h2o/map/tiles/WebMercatorQuad/9/266/426"
    clear, red = picture(api.get(tile)), picture(api.get(f"{tile}?bgcolor=red"))
    assert (red[clear[..., 3] == 0] == (255, 0, 0, 255)).all()
    assert (clear[..., 3] == 0).any()


@pytest.mark.parametrize("format_", ["png", "jpeg", "webp"])
def test_the_format_is_negotiated(api: httpx.Client, format_: str):
    """/conf/png/content and /conf/jpeg/content"""
    media = f"image/{format_}"
    by_accept, by_name = api.get(PH, headers={"Accept": media}), api.get(f"{PH}?f={format_}")
    assert by_accept.content == by_name.content
    shown, exact = picture(by_name, media).astype(int), picture(api.get(f"{PH}?bgcolor=white")).astype(int)
    assert np.abs(shown - exact)[exact[..., 3] > 0].mean() < (8 if format_ == "jpeg" else 40)


# ---- styled-map --------------------------------------------------------------------------


def test_every_style_leads_to_its_map(api: httpx.Client):
    """/conf/styled-map/desc-links and /conf/styled-map/map-operation"""
    styles = api.get(f"{SUITABILITY}/styles").json()
    assert styles["default"] in {each["id"] for each in styles["styles"]}
    seen = set()
    for style in styles["styles"]:
        (link,) = links(style, f"{REL}/map")
        assert link["href"].endswith(f"{SUITABILITY}/styles/{style['id']}/map")
        seen.add(picture(api.get(f"{link['href']}?width=50")).tobytes())
    assert len(seen) > 1
    default = api.get(f"{SUITABILITY}/styles/{styles['default']}/map?width=50").content
    assert default == api.get(f"{SUITABILITY}/map?width=50").content
