"""Map tiles, and maps of land suitability under a what-if."""

from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from soilinfo.catalog.asking import asked_what_if
from soilinfo.catalog.models import SuitabilityClass
from soilinfo.catalog.styles import rgb
from soilinfo.catalog.what_ifs import read_text
from soilinfo.grid import Window
from soilinfo.jobs.evaluation.inputs import reader
from soilinfo.jobs.planning.trial import prepare
from soilinfo.serve.collections import Collection
from soilinfo.serve.live import CHANGES
from soilinfo.serve.tiles import bounds_of
from tests.serve.test_maps import picture

Refused = Callable[..., str]

SUITABILITY = "/collections/suitability/map"
TILES = f"{SUITABILITY}/tiles/WebMercatorQuad"
INLAND = "12/2133/3416"
"""A tile of level 12 (cells smaller than its pixels are not merged) within the small nation."""
WHOLE = "bbox=120,-7.5,120.5,-7&width=240&height=240"
"""Every cell of the small nation is one pixel."""
SLOPE = {
    "quality": "eh",
    "kind": "numeric",
    "unit": "%",
    "bands": {"S1": [[None, 90]], "N": [[90, None]]},
    "worst_class": "N",
}


def criteria(**rows: object) -> str:
    return orjson.dumps(rows).decode()


def colours_of(catalog: Any, classes: Any) -> Any:
    """RGBA of classes as the legend has them."""
    table = np.zeros((5, 4), np.uint8)
    for one in SuitabilityClass:
        table[one] = (*rgb(catalog.evaluation.class_colours[one.name]), 255)
    return table[classes]


def classes_under(collection: Collection, adjust: str, **rest: object) -> Any:
    """Classes of maize, cell by cell, as the process evaluates them."""
    source = collection.source
    asked = asked_what_if(source.catalog, {"adjustments": read_text(adjust), **rest})
    trial = prepare(source.store, source.catalog, source.snapshot, "maize", asked)
    window = source.catalog.grid.window
    result, _ = trial.evaluate(window, reader(source.store, trial.inputs)(window))
    return result.classes[asked.scenario][0]


@pytest.mark.parametrize("collection", ["ph_h2o", "suitability"])
def test_a_tile_is_the_map_of_its_square(client: httpx.Client, collection: str):
    bbox = ",".join(map(str, bounds_of(12, 2133, 3416)))
    square = f"bbox={bbox}&bbox-crs=EPSG:3857&crs=EPSG:3857&width=256&height=256"
    tile = picture(client.get(f"/collections/{collection}/map/tiles/WebMercatorQuad/{INLAND}"))
    assert tile[..., 3].any()
    np.testing.assert_array_equal(tile, picture(client.get(f"/collections/{collection}/map?{square}")))


@pytest.mark.parametrize("adjust", ["ph_h2o:raise_to:6", "drainage:improve:1", "rainfall_annual:times:0.7"])
@pytest.mark.parametrize("scenario", ["actual", "potential_high"])
def test_the_map_of_a_what_if_shows_the_classes_of_the_process(
    client: httpx.Client, published: dict[str, Collection], adjust: str, scenario: str
):
    collection = published["suitability"]
    shown = picture(client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&adjust={adjust}&scenario={scenario}"))
    classes = classes_under(collection, adjust, scenario=scenario)
    np.testing.assert_array_equal(shown, colours_of(collection.catalog, classes))


def test_a_tile_of_a_what_if_is_the_map_of_its_square_too(client: httpx.Client):
    bbox = ",".join(map(str, bounds_of(12, 2133, 3416)))
    square = f"bbox={bbox}&bbox-crs=EPSG:3857&crs=EPSG:3857&width=256&height=256"
    asked = "crop=cocoa&adjust=ph_h2o:raise_to:6"
    tile = picture(client.get(f"{TILES}/{INLAND}?{asked}"))
    np.testing.assert_array_equal(tile, picture(client.get(f"{SUITABILITY}?{square}&{asked}")))


@pytest.mark.parametrize("scenario", ["actual", "potential_medium"])
def test_an_empty_what_if_draws_what_is_published(client: httpx.Client, scenario: str):
    published = picture(client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&scenario={scenario}"))
    live = picture(client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&scenario={scenario}&adjust="))
    np.testing.assert_array_equal(live, published)


def test_edited_criteria_change_the_map(client: httpx.Client, published: dict[str, Collection]):
    params = {"crop": "maize", "criteria": criteria(slope=SLOPE)}
    shown = picture(client.get(f"{SUITABILITY}?{WHOLE}", params={**dict(httpx.QueryParams(WHOLE)), **params}))
    classes = classes_under(published["suitability"], "", criteria={"slope": SLOPE})
    np.testing.assert_array_equal(shown, colours_of(published["suitability"].catalog, classes))


def test_a_comparison_draws_the_classes_gained(client: httpx.Client, published: dict[str, Collection]):
    asked = "crop=maize&adjust=rainfall_annual:times:0.5&compare=actual"
    shown = picture(client.get(f"{SUITABILITY}?{WHOLE}&{asked}"))
    before = classes_under(published["suitability"], "").astype(int)
    after = classes_under(published["suitability"], "rainfall_annual:times:0.5").astype(int)
    assert {*np.unique((before - after)[before > 0])} >= {-1, 0, 1}
    for gain, colour in CHANGES.items():
        where = (before - after == gain) & (before > 0)
        assert (shown[where] == (*rgb(colour), 255)).all()
    assert not shown[before == 0].any()


def test_a_saved_what_if_is_asked_by_its_id(client: httpx.Client):
    saved = client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&what_if=liming")
    asked = client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&adjust=ph_h2o:raise_to:6")
    assert saved.content == asked.content
    against_itself = picture(client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&what_if=liming&compare=liming"))
    shown = against_itself[against_itself[..., 3] > 0]
    assert (shown == (*rgb(CHANGES[0]), 255)).all()


def test_irrigation_changes_what_management_can_do(client: httpx.Client):
    asked = f"{SUITABILITY}?{WHOLE}&crop=maize&scenario=potential_high"
    assert client.get(asked).content != client.get(f"{asked}&irrigated=true").content


def test_a_tile_far_away_is_transparent(client: httpx.Client):
    for asked in ("", "?crop=maize&adjust=ph_h2o:raise_to:6"):
        assert not picture(client.get(f"{TILES}/5/0/0{asked}")).any()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("adjust=ph_h2o", "written like ph_h2o:raise_to:6"),
        ("adjust=ph_h2o:raise_to:20", "outside the valid range of 'ph_h2o', 0 to 14"),
        ("adjust=ph:raise_to:6", "no property 'ph'"),
        ("adjust=drainage:add:1", "it takes improve"),
        ("adjust=ph_h2o:raise_to:nan", "finite"),
        ("adjust=rainfall_annual:raise_to:2000", "only by irrigation"),
        ("adjust=sulfidic_depth:raise_to:9", "no layer of it is published"),
        ("criteria={", "not JSON"),
        ("criteria=[1]", "criteria: "),
        ('criteria={"slope":{"quality":"zz"}}', "criteria.slope.bands: missing"),
        ("what_if=marling", "no what-if 'marling'"),
        ("what_if=liming&adjust=ph_h2o:raise_to:6", "not both"),
        ("compare=future", "no scenario or what-if 'future'"),
        ("irrigated=often", "true"),
        ("adjust=&crop=durian", "maize"),
        ("adjust=&scenario=future", "potential_low"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_what_exists(
    refused: Refused, query: str, said: str
):
    assert said in refused(f"{SUITABILITY}?{query}")
    assert said in refused(f"{TILES}/{INLAND}?{query}")


def test_only_suitability_has_what_ifs(refused: Refused):
    assert "no query parameter 'adjust'" in refused("/collections/ph_h2o/map?adjust=ph_h2o:raise_to:6")


@pytest.mark.parametrize(
    ("tile", "said"),
    [
        ("25/0/0", "no tile matrix '25'"),
        ("x/0/0", "no tile matrix 'x'"),
        ("3/8/0", "no tileRow '8'; they are numbered 0 to 7"),
        ("3/0/-1", "no tileCol '-1'"),
        ("3/0/1.5", "no tileCol '1.5'"),
    ],
)
def test_a_tile_that_is_none_is_not_found(refused: Refused, tile: str, said: str):
    assert said in refused(f"{TILES}/{tile}", 404)


def test_a_tile_says_its_window_itself(refused: Refused):
    assert "no query parameter 'bbox'" in refused(f"{TILES}/{INLAND}?bbox=120,-7,121,-6")
    assert "WebMercatorQuad" in refused("/collections/ph_h2o/map/tiles/WorldCRS84Quad/1/0/0", 404)
    assert "WebMercatorQuad" in refused("/tileMatrixSets/WorldCRS84Quad", 404)
    assert "no coverage or map" in refused("/collections/regencies/map/tiles", 404)


def test_from_the_landing_page_and_a_collection_one_finds_a_tile(client: httpx.Client):
    rel = "http://www.opengis.net/def/rel/ogc/1.0"

    def follow(path: str, relation: str) -> dict[str, Any]:
        (link,) = [each for each in client.get(path).json()["links"] if each["rel"] == relation]
        return link

    (scheme,) = client.get(follow("/", f"{rel}/tiling-schemes")["href"]).json()["tileMatrixSets"]
    definition = client.get(scheme["links"][0]["href"]).json()
    assert definition["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
    (tiles,) = client.get(follow("/collections/suitability", f"{rel}/tilesets-map")["href"]).json()[
        "tilesets"
    ]
    item = follow(tiles["links"][0]["href"], "item")
    address = item["href"].format(tileMatrix=12, tileRow=2133, tileCol=3416)
    assert picture(client.get(address)).shape == (256, 256, 4)


def test_a_window_of_the_grid_is_evaluated_as_the_whole_is(published: dict[str, Collection]):
    source = published["suitability"].source
    asked = asked_what_if(source.catalog, {"adjustments": read_text("ph_h2o:raise_to:6")})
    trial = prepare(source.store, source.catalog, source.snapshot, "maize", asked)
    window = Window(30, 60, 80, 100)
    part, _ = trial.evaluate(window, reader(source.store, trial.inputs)(window))
    whole = classes_under(published["suitability"], "ph_h2o:raise_to:6")
    np.testing.assert_array_equal(part.classes["actual"][0], whole[window.slices])
