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
from soilinfo.serve.maps.live import CHANGES
from soilinfo.serve.maps.tile_matrix_sets import WEB_MERCATOR, Tile
from tests.serve.maps.pictures import picture

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
    bbox = ",".join(map(str, WEB_MERCATOR.bounds(Tile(12, 2133, 3416))))
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
    bbox = ",".join(map(str, WEB_MERCATOR.bounds(Tile(12, 2133, 3416))))
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


SEA = "#d3e7f0"
SIGHT = {
    "all colours": np.eye(3),
    "no red (protanopia)": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green (deuteranopia)": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
"""What linear RGB becomes for eyes of a kind (Machado, Oliveira and Fernandes 2009, severity 1)."""


def lab(colour: str, sight: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as eyes of a kind see it."""
    encoded = np.array(rgb(colour)) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(sight) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ seen / (0.95047, 1.0, 1.08883) + 1e-9)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_changes_are_told_apart_from_each_other_and_from_the_sea_by_all_eyes(sight: str):
    seen = [lab(colour, SIGHT[sight]) for colour in (SEA, *CHANGES.values())]
    apart = [np.linalg.norm(one - other) for at, one in enumerate(seen) for other in seen[:at]]
    # A difference of 2 can just be seen; the palest blue before had 1 to the sea.
    assert min(apart) > 12


def test_a_saved_what_if_is_asked_by_its_id(client: httpx.Client):
    saved = client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&what_if=liming")
    asked = client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&adjust=ph_h2o:raise_to:6")
    assert saved.content == asked.content
    against_itself = picture(client.get(f"{SUITABILITY}?{WHOLE}&crop=maize&what_if=liming&compare=liming"))
    shown = against_itself[against_itself[..., 3] > 0]
    assert (shown == (*rgb(CHANGES[0]), 255)).all()


def test_irrigation_changes_what_management_can_do(client: httpx.Client):
    drier = "adjust=rainfall_annual:times:0.2"
    asked = f"{SUITABILITY}?{WHOLE}&crop=maize&scenario=potential_high&{drier}"
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
        ("adjust=ph_h2o:raise_to:nan", "written like ph_h2o:raise_to:6"),
        ("adjust=ph_h2o:raise_to:1_0", "written like ph_h2o:raise_to:6"),
        ("adjust=drainage:improve:99999999999999999999", "improve"),
        (f"adjust=drainage:improve:{'9' * 4000}", "improve"),
        ("adjust=drainage:improve:7", "'drainage' has 7 classes: improve is at most 6"),
        (f"adjust={','.join(21 * ['ph_h2o:raise_to:6'])}", "adjustments: "),
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
        ("19/0/0", "no tile matrix '19'"),
        ("x/0/0", "no tile matrix 'x'"),
        ("3/8/0", "no tileRow '8'; they are numbered 0 to 7"),
        ("3/0/-1", "no tileCol '-1'"),
        ("3/0/1.5", "no tileCol '1.5'"),
        ("0000999999999/0/0", "no tile matrix '0000999999999'"),
        ("08/0/0", "no tile matrix '08'"),
        ("1/000000000000999999/0", "no tileRow '000000000000999999'"),
        ("3/0/00", "no tileCol '00'"),
        ("\u0661/0/0", "no tile matrix '\u0661'"),
        (f"3/0/{'9' * 5000}", "no tileCol '999"),
    ],
)
def test_a_tile_that_is_none_is_not_found(refused: Refused, tile: str, said: str):
    assert said in refused(f"{TILES}/{tile}", 404)


@pytest.mark.parametrize("column", ["0000", "\u0663", "9" * 5000])
def test_wmts_knows_the_same_numbers(client: httpx.Client, column: str):
    tile = {"tilematrixset": "WebMercatorQuad", "tilematrix": "8", "tilerow": "133", "tilecol": column}
    asked = {"layer": "ph_h2o", "style": "ph_h2o", "format": "image/png", **tile}
    answer = client.get(
        "/wmts", params={"service": "WMTS", "request": "GetTile", "version": "1.0.0", **asked}
    )
    assert (answer.status_code, "TileOutOfRange" in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["map", "legend", "map/tiles", "map/tiles/WebMercatorQuad/0/0/0"])
def test_a_style_that_is_none_is_not_found(refused: Refused, path: str):
    assert "no style 'nope'; there are: ph_h2o" in refused(f"/collections/ph_h2o/styles/nope/{path}", 404)


def test_a_tile_says_its_window_itself(refused: Refused):
    assert "no query parameter 'bbox'" in refused(f"{TILES}/{INLAND}?bbox=120,-7,121,-6")
    assert "WebMercatorQuad" in refused("/collections/ph_h2o/map/tiles/WorldMercatorWGS84Quad/1/0/0", 404)
    assert "WebMercatorQuad" in refused("/tileMatrixSets/WorldMercatorWGS84Quad", 404)
    assert "no coverage or map" in refused("/collections/regencies/map/tiles", 404)


def test_from_the_landing_page_and_a_collection_one_finds_a_tile(client: httpx.Client):
    rel = "http://www.opengis.net/def/rel/ogc/1.0"

    def follow(path: str, relation: str) -> dict[str, Any]:
        (link,) = [each for each in client.get(path).json()["links"] if each["rel"] == relation]
        return link

    scheme, _ = client.get(follow("/", f"{rel}/tiling-schemes")["href"]).json()["tileMatrixSets"]
    definition = client.get(scheme["links"][0]["href"]).json()
    assert definition["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.0287178)
    tiles, _ = client.get(follow("/collections/suitability", f"{rel}/tilesets-map")["href"]).json()[
        "tilesets"
    ]
    png, _, _ = [
        link for link in client.get(tiles["links"][0]["href"]).json()["links"] if link["rel"] == "item"
    ]
    address = png["href"].format(tileMatrix=12, tileRow=2133, tileCol=3416)
    assert picture(client.get(address)).shape == (256, 256, 4)


def test_a_window_of_the_grid_is_evaluated_as_the_whole_is(published: dict[str, Collection]):
    source = published["suitability"].source
    asked = asked_what_if(source.catalog, {"adjustments": read_text("ph_h2o:raise_to:6")})
    trial = prepare(source.store, source.catalog, source.snapshot, "maize", asked)
    window = Window(30, 60, 80, 100)
    part, _ = trial.evaluate(window, reader(source.store, trial.inputs)(window))
    whole = classes_under(published["suitability"], "ph_h2o:raise_to:6")
    np.testing.assert_array_equal(part.classes["actual"][0], whole[window.slices])
