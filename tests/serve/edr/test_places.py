"""Points, areas and rectangles: the values of the store, and never those of another place."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import httpx
import numpy as np
import pytest
from covjson_pydantic.coverage import Coverage, CoverageCollection
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.grid import Grid
from soilinfo.serve.collections import Collection
from soilinfo.store.home import Store
from tests.country import CELL, NORTH, WEST

Refused = Callable[..., str]
Published = dict[str, Collection]

PH = "/collections/ph_h2o"
SOIL = "/collections/soil"
SEA = "POINT(120.01 -7.01)"
TRIANGLE = "POLYGON((120.2 -7.2,120.21 -7.2,120.21 -7.21,120.2 -7.2))"
MERCATOR = "13380000,-804000,13381000,-803000"
BOW_TIE = "POLYGON((120.2 -7.2,120.3 -7.3,120.3 -7.2,120.2 -7.3,120.2 -7.2))"


@pytest.fixture(scope="module")
def ph(nation_store: Store, published: Published) -> NDArray[np.float64]:
    """Every stored pH, NaN where there is none."""
    layer = nation_store.cube.open("ph_h2o", published["ph_h2o"].version)
    return layer.decode("ph_h2o", layer.read("ph_h2o"))


@pytest.fixture(scope="module")
def grid(published: Published) -> Grid:
    return published["ph_h2o"].grid


def middle(row: int, column: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell."""
    return WEST + (column + 0.5) * CELL, NORTH - (row + 0.5) * CELL


def answered(client: httpx.Client, path: str, **params: str) -> Any:
    answer = client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.cov+json"
    document = answer.json()
    kind = CoverageCollection if document["type"] == "CoverageCollection" else Coverage
    kind.model_validate_json(answer.text)
    return document


def rows_of(client: httpx.Client, path: str, **params: str) -> list[dict[str, str]]:
    answer = client.get(path, params={**params, "f": "CSV"})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


# ---- points -----------------------------------------------------------------------------


@pytest.mark.parametrize(("row", "column"), [(0, 24), (37, 101), (239, 239)])
def test_a_point_has_the_value_of_the_cell_it_lies_in(client: httpx.Client, ph: Any, row: int, column: int):
    coords = "POINT({} {})".format(*middle(row, column))
    assert answered(client, f"{PH}/position", coords=coords)["ranges"]["ph_h2o"]["values"] == [
        ph[row, column]
    ]


def test_a_point_has_the_value_that_the_coverage_has_there(client: httpx.Client):
    x, y = middle(50, 90)
    box = ",".join(map(repr, (x - CELL / 4, y - CELL / 4, x + CELL / 4, y + CELL / 4)))
    coverage = client.get(f"{PH}/coverage", params={"bbox": box, "f": "json"}).json()
    here = answered(client, f"{PH}/position", coords=f"POINT({x} {y})")
    assert here["ranges"]["ph_h2o"]["values"] == coverage["ranges"]["ph_h2o"]["values"]


@pytest.mark.parametrize("coords", ["POINT(119.9999 -7.2)", "POINT(120.2 -6.9999)", "POINT(10 50)"])
def test_beyond_the_extent_there_is_nothing_never_the_nearest_cell(client: httpx.Client, coords: str):
    answer = client.get(f"{PH}/position", params={"coords": coords})
    assert (answer.status_code, answer.content) == (204, b"")


def test_at_sea_the_value_is_null_and_not_zero(client: httpx.Client):
    assert answered(client, f"{PH}/position", coords=SEA)["ranges"]["ph_h2o"]["values"] == [None]


def test_of_several_points_each_is_answered_in_its_place(client: httpx.Client, ph: Any):
    places = ((30, 40), (60, 200))
    inside = ", ".join("{} {}".format(*middle(*place)) for place in places)
    document = answered(client, f"{PH}/position", coords=f"MULTIPOINT({inside}, 10 50)")
    values = [each["ranges"]["ph_h2o"]["values"] for each in document["coverages"]]
    assert values == [[ph[place]] for place in places] + [[None]]
    assert document["domainType"] == "VerticalProfile"


@pytest.mark.parametrize(
    ("coords", "reason"),
    [
        ("POINT(500 500)", "no place on earth"),
        ("LINESTRING(120 -7, 120.1 -7.1)", "not a LINESTRING"),
        (TRIANGLE, "must be a POINT or MULTIPOINT"),
        ("POINT(120)", "Well Known Text"),
        ("POINT EMPTY", "is empty"),
        ("POINT Z (120.2 -7.2 15)", "asked for with z"),
        ("somewhere", "Well Known Text"),
        ("", "is needed"),
    ],
)
def test_what_is_no_point_is_refused(refused: Refused, coords: str, reason: str):
    assert reason in refused(f"{PH}/position", params={"coords": coords})


def test_more_points_than_are_answered_at_once_are_refused(refused: Refused):
    points = ",".join(["120 -7"] * 1001)
    assert "at most 1,000" in refused(f"{PH}/position", 413, params={"coords": f"MULTIPOINT({points})"})


@pytest.mark.parametrize(
    ("crs", "coords", "order"),
    [
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "POINT(-7.2 120.2)", ["y", "x"]),
        ("EPSG:3857", "POINT(13380602.8 -803617.1)", ["x", "y"]),
    ],
)
def test_coords_are_read_and_answered_in_the_crs(
    client: httpx.Client, crs: str, coords: str, order: list[str]
):
    there = answered(client, f"{PH}/position", coords=coords, crs=crs)
    here = answered(client, f"{PH}/position", coords="POINT(120.2 -7.2)")
    assert there["ranges"] == here["ranges"]
    placed = there["domain"]["referencing"][0]
    assert (placed["coordinates"], placed["system"]["id"][-4:]) == (order, crs[-4:])
    shown = [there["domain"]["axes"][axis]["values"][0] for axis in order]
    assert shown == pytest.approx([float(each) for each in coords[6:-1].split()])


def test_an_unknown_crs_is_refused_naming_those_that_exist(refused: Refused):
    assert "OGC/1.3/CRS84" in refused(f"{PH}/position", params={"coords": SEA, "crs": "EPSG:9999"})


def test_classes_are_codes_in_a_coverage_and_ids_in_a_table(client: httpx.Client):
    asked = {"coords": "POINT(120.2 -7.2)", "parameter-name": "drainage"}
    document = answered(client, f"{SOIL}/position", **asked)
    (code,) = document["ranges"]["drainage"]["values"]
    encoding = document["parameters"]["drainage"]["categoryEncoding"]
    (meaning,) = (id_ for id_, coded in encoding.items() if coded == code)
    (row,) = rows_of(client, f"{SOIL}/position", **asked)
    assert meaning.endswith(f"#drainage.{row['drainage']}")


def test_crops_of_suitability_are_chosen_by_name(client: httpx.Client):
    path = "/collections/suitability/position"
    two = answered(client, path, coords="POINT(120.2 -7.2)", crop="maize,cocoa")["ranges"]
    one = answered(client, path, coords="POINT(120.2 -7.2)", crop="cocoa")["ranges"]
    assert two["cocoa.actual"] == one["actual"]
    assert "maize.limiting_actual" in two


def test_points_as_geojson_have_their_values_as_properties(client: httpx.Client, ph: Any):
    x, y = middle(30, 40)
    answer = client.get(f"{PH}/position", params={"coords": f"POINT({x} {y})", "f": "GeoJSON"})
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [x, y]}
    told = feature["properties"]
    assert (told["depth_top_cm"], told["depth_bottom_cm"], told["ph_h2o"]) == (0, 30, ph[30, 40])
    assert client.get(told["edrqueryendpoint"]).json()["ranges"]["ph_h2o"]["values"] == [ph[30, 40]]
    links = {link["rel"]: link["href"] for link in answer.json()["links"]}
    assert client.get(links["self"]).json() == answer.json()


# ---- cells ------------------------------------------------------------------------------


def test_a_rectangle_has_the_values_of_its_cells(client: httpx.Client, ph: Any, grid: Grid):
    west, south = middle(33, 40)
    east, north = middle(30, 45)
    cube = answered(client, f"{PH}/cube", bbox=f"{west},{south},{east},{north}")
    array = cube["ranges"]["ph_h2o"]
    assert array["shape"] == [1, 4, 6]
    assert array["values"] == ph[30:34, 40:46].ravel().tolist()
    assert cube["domain"]["axes"]["x"]["start"] == pytest.approx(west)


def test_an_area_has_the_cells_that_it_has_a_part_in_and_null_beside_them(client: httpx.Client, ph: Any):
    x, y = middle(30, 40)
    corners = ((x, y), (x + 2 * CELL, y), (x, y - 2 * CELL), (x, y))
    coords = "POLYGON(({}))".format(", ".join(f"{a} {b}" for a, b in corners))
    array = answered(client, f"{PH}/area", coords=coords)["ranges"]["ph_h2o"]
    expected = ph[30:33, 40:43].copy()
    # The slanting side runs through the corner of the cells beside the diagonal: those beyond have no part.
    expected[2, 2] = expected[1, 2] = expected[2, 1] = np.nan
    touched = np.array([value is not None for value in array["values"]]).reshape(3, 3)
    assert touched[0].all()
    assert touched[:, 0].all()
    assert not touched[2, 2]
    values = np.array(array["values"], float).reshape(3, 3)
    np.testing.assert_array_equal(values[touched], ph[30:33, 40:43][touched])


def test_a_table_of_an_area_has_its_cells_alone(client: httpx.Client):
    rows = rows_of(client, f"{PH}/area", coords=TRIANGLE)
    values = answered(client, f"{PH}/area", coords=TRIANGLE)["ranges"]["ph_h2o"]["values"]
    assert [float(row["ph_h2o"]) for row in rows] == [value for value in values if value is not None]


def test_a_geotiff_of_an_area_has_the_same_values(client: httpx.Client):
    answer = client.get(f"{PH}/area", params={"coords": TRIANGLE, "f": "GeoTIFF"})
    assert answer.headers["content-type"] == "image/tiff; application=geotiff"
    assert answer.headers["content-disposition"] == 'inline; filename="ph_h2o.tif"'
    values = answered(client, f"{PH}/area", coords=TRIANGLE)["ranges"]["ph_h2o"]["values"]
    with MemoryFile(answer.content) as memory, memory.open() as source:
        np.testing.assert_array_equal(source.read(1).ravel(), np.array(values, "float32"))
        assert source.descriptions == ("ph_h2o",)


def test_columns_and_rows_keep_their_places_in_web_mercator(client: httpx.Client):
    cube = answered(client, f"{PH}/cube", bbox=MERCATOR, crs="EPSG:3857")
    axes = cube["domain"]["axes"]
    assert 13379500 < axes["x"]["start"] < 13380500
    first = f"POINT({axes['x']['start']} {axes['y'].get('start') or axes['y']['values'][0]})"
    point = answered(client, f"{PH}/position", coords=first, crs="EPSG:3857")
    assert point["ranges"]["ph_h2o"]["values"] == cube["ranges"]["ph_h2o"]["values"][:1]


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("cube", {"bbox": "10,50,11,51"}),
        ("area", {"coords": "POLYGON((10 50,11 50,11 51,10 50))"}),
        ("area", {"coords": "POLYGON((10 50,11 50,11 51,10 50))", "statistic": "mean"}),
    ],
)
def test_an_area_beyond_the_extent_has_nothing(client: httpx.Client, query: str, params: dict[str, str]):
    assert client.get(f"{PH}/{query}", params=params).status_code == 204


@pytest.mark.parametrize(
    ("query", "params", "reason"),
    [
        ("area", {"coords": BOW_TIE}, "Self-intersection"),
        ("area", {"coords": SEA}, "must be a POLYGON or MULTIPOLYGON"),
        ("area", {}, "'coords' is needed"),
        ("area", {"coords": "POLYGON((500 500,501 500,501 501,500 500))"}, "no place on earth"),
        ("area", {"coords": TRIANGLE, "statistic": "mode"}, "there are: mean"),
        ("area", {"coords": TRIANGLE, "f": "GeoJSON"}, "there are: CoverageJSON, CSV, GeoTIFF, NetCDF"),
        ("cube", {"bbox": MERCATOR, "f": "GeoTIFF", "crs": "EPSG:3857"}, "leave out crs"),
        ("cube", {}, "'bbox' is needed"),
        ("cube", {"bbox": "120,-7,121"}, "4 numbers"),
        ("cube", {"bbox": "120.2,-7.1,120.1,-7"}, "lower corner"),
        ("cube", {"bbox": "500,500,501,501"}, "no place on earth"),
        ("cube", {"bbox": "120.1,-7.2,120.2,-7.1", "coords": SEA}, "no query parameter 'coords'"),
        ("position", {"coords": SEA, "parameter-name": "ph"}, "there are: ph_h2o"),
        ("position", {"coords": SEA, "crop": "maize"}, "no query parameter 'crop'"),
        ("position", {"coords": SEA, "f": "NetCDF"}, "there are: CoverageJSON, GeoJSON, CSV"),
        ("position", {"coords": SEA, "z": "50"}, "there are: 0/30"),
        ("position", {"coords": SEA, "datetime": "yesterday"}, "RFC 3339"),
    ],
)
def test_a_mistake_is_refused_with_what_there_is(
    refused: Refused, query: str, params: dict[str, str], reason: str
):
    assert reason in refused(f"{PH}/{query}", params=params)


def test_a_collection_of_features_has_no_positions(refused: Refused):
    assert "see /collections/regencies/items" in refused(
        "/collections/regencies/position", 404, params={"coords": SEA}
    )


def test_a_theme_has_no_coverage_and_says_how_it_is_asked(refused: Refused):
    assert "/collections/soil/position" in refused("/collections/soil/coverage", 404)


def test_a_browser_is_given_the_values_themselves(client: httpx.Client):
    accept = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    answer = client.get(f"{PH}/position", params={"coords": "POINT(120.2 -7.2)"}, headers=accept)
    assert answer.headers["content-type"] == "application/vnd.cov+json"


@pytest.mark.parametrize(
    "path",
    [
        f"{PH}/position?coords=POINT(120.2 -7.2)",
        f"{PH}/locations",
        f"{PH}/map",
        f"{PH}/map/tiles/WebMercatorQuad/0/0/0",
    ],
)
def test_what_is_no_page_is_not_answered_to_who_wants_one(client: httpx.Client, path: str):
    for asked, headers, status in (({"f": "html"}, {}, 400), ({}, {"Accept": "text/html"}, 406)):
        answer = client.get(httpx.URL(path).copy_merge_params(asked), headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
