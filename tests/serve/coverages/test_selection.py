"""What the query parameters of a coverage ask for: where, how fine, of what, in which reference system."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.io import MemoryFile
from starlette.datastructures import QueryParams

from soilinfo.grid import Grid, Window
from soilinfo.serve.collections import Collection
from soilinfo.serve.coverages.frames import frame_for
from soilinfo.serve.coverages.selection import selection_of
from soilinfo.store.home import Store

Refused = Callable[..., str]

PH = "/collections/ph_h2o/coverage"
SUITABILITY = "/collections/suitability/coverage"
UTM = "EPSG:32751"


def picture(
    client: httpx.Client, path: str = PH, **asked: str
) -> tuple[NDArray[Any], dict[str, Any], httpx.Headers]:
    query = {name.replace("_", "-"): value for name, value in asked.items()}
    answer = client.get(path, params={"f": "tiff", **query})
    assert answer.status_code == 200, answer.text
    with MemoryFile(answer.content) as memory, memory.open() as source:
        return source.read(), dict(source.profile), answer.headers


@pytest.fixture(scope="module")
def ph(nation_store: Store, published: dict[str, Collection]) -> NDArray[np.float64]:
    layer = nation_store.cube.open("ph_h2o", published["ph_h2o"].version)
    return layer.decode("ph_h2o", layer.read("ph_h2o"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=1,2,3", "4 numbers"),
        ("bbox=1,2,3,4,5", "4 numbers"),
        ("bbox=120,-7,121,-8", "upside down"),
        ("bbox=120,-7,121,inf", "4 numbers"),
        ("bbox=120.4,-7.5,120.1,-7", "two parts"),
        ("bbox=300000,9200000,200000,9300000&bbox-crs=EPSG:32751", "left of the east"),
        ("bbox=120,-7,121,-6&bbox-crs=EPSG:1", "EPSG:1"),
        ("crs=EPSG:4979", "EPSG:4979"),
        ("crs=here", "here"),
        ("subset=Lon(b:a)", "numbers"),
        ("subset=Lon(1:2:3)", "low:high"),
        ("subset=Lon(120.3:120.1)", "two parts"),
        ("subset=Lat(-7:-8)", "lower bound first"),
        ("subset=Height(1:2)", "no axis 'Height'"),
        ("subset=E(1:2)", "no axis 'E'"),
        ("subset=Lon", "must be like"),
        ("subset=Lon(120:121),Lon(120:121)", "each axis once"),
        ("subset=Lon(120:121)&subset=Lon(120:121)", "each axis once"),
        ("subset=Lon(120:121)&bbox=120,-7,121,-6", "not both"),
        ("subset=Lon(120.2)&crs=EPSG:32751", "one coordinate"),
        ("subset=Lon(120.2)&scale-size=Lon(3)", "cannot be scaled"),
        ('subset=crop("maize")', "no axis 'crop'"),
        ("subset=time(2020)", "no axis 'time'"),
        ("subset=depth(top)", "numbers"),
        ("subset=depth(30:0)", "upper end first"),
        ("scale-size=Lon(0)", "from 1"),
        ("scale-size=Lon(10),Time(3)", "no axis 'Time'"),
        ("scale-axes=Lon(0)", "above 0"),
        ("scale-axes=E(2)", "no axis 'E'"),
        ("scale-factor=-1", "above 0"),
        ("scale-factor=1e-320", "at least 1e-09"),
        ("scale-factor=x", "1 numbers"),
        ("scale-factor=2&scale-size=Lon(3)", "not scale-size and scale-factor"),
        ("scaleSize=Lon(3)&scale-size=Lon(3)", "give one of"),
        ("crop=maize", "no query parameter 'crop'"),
        ("properties=colour", "no property 'colour'"),
        ("exclude-properties=colour", "no property 'colour'"),
        ("exclude-properties=ph_h2o", "leaves nothing"),
        ("properties=ph_h2o&exclude-properties=ph_h2o", "not both"),
        ("datetime=2020-01-01", "not known of what time"),
        ("f=zarr", "json, tiff, netcdf, html"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(refused: Refused, query: str, said: str):
    assert said in refused(f"{PH}?{query}")


@pytest.mark.parametrize(
    "query",
    [
        "bbox=0,0,1,1",
        "bbox=121,-7,120,-6",
        "subset=Lon(0:1)",
        "subset=Lat(10)",
        "bbox=0,0,1,1&crs=EPSG:3857",
        "bbox=500000,100000,600000,200000&bbox-crs=EPSG:32751",
    ],
)
def test_an_area_outside_is_not_there_and_the_extent_is_told(refused: Refused, query: str):
    assert "outside the coverage, which covers" in refused(f"{PH}?{query}", 404)


def test_another_depth_than_that_of_the_layer_is_not_there(client: httpx.Client, refused: Refused):
    assert "of 0 to 30 cm" in refused(f"{PH}?subset=depth(30:60)", 404)
    for depth in ("depth(15)", "depth(0:5)", "depth(*:*)", "depth(20:100)"):
        assert client.get(PH, params={"subset": depth, "bbox": "120.2,-7.2,120.21,-7.19"}).status_code == 200


def test_a_bbox_across_the_antimeridian_is_the_side_on_which_the_coverage_lies(client: httpx.Client, ph: Any):
    values, _, _ = picture(client, bbox="120.4,-7.1,-170,0")
    np.testing.assert_array_equal(values[0], ph[:48, -48:].astype("float32"))


def test_of_six_numbers_the_heights_are_left_out(client: httpx.Client):
    flat, high = (picture(client, bbox=box)[0] for box in ("120.4,-7.1,121,0", "120.4,-7.1,-5,121,0,900"))
    assert flat.tolist() == high.tolist()


def test_a_star_is_the_end_of_the_coverage(client: httpx.Client, ph: Any):
    values, _, _ = picture(client, subset="Lon(120.4:*),Lat(*:-7.4)")
    np.testing.assert_array_equal(values[0], ph[-48:, -48:].astype("float32"))


def test_several_subsets_are_as_one(client: httpx.Client):
    asked = [("f", "tiff"), ("subset", "Lon(120.4:*)"), ("subset", "Lat(*:-7.4)")]
    apart = client.get(PH, params=asked).content
    assert apart == client.get(PH, params={"f": "tiff", "subset": "Lon(120.4:*),Lat(*:-7.4)"}).content


def test_one_coordinate_takes_its_axis_out_of_the_values(client: httpx.Client, ph: Any):
    answer = client.get(PH, params={"subset": "Lat(-7.2501)"}).json()
    values = answer["ranges"]["ph_h2o"]
    assert (values["axisNames"], values["shape"]) == (["x"], [240])
    assert answer["domain"]["axes"]["y"]["num"] == 1
    assert values["values"] == [None if np.isnan(value) else round(value, 2) for value in ph[120]]


@pytest.mark.parametrize("format_", ["json", "tiff", "netcdf"])
def test_one_coordinate_on_a_border_is_one_cell_east_and_south_of_it(
    client: httpx.Client, ph: Any, format_: str
):
    query = {"subset": "Lon(120.25),Lat(-7.25)", "f": format_}
    answer = client.get(PH, params=query)
    assert answer.status_code == 200, answer.text
    if format_ == "json":
        values = answer.json()["ranges"]["ph_h2o"]
        assert (values["shape"], values["values"]) == ([], [round(ph[120, 120], 2)])


def test_one_coordinate_in_metres_is_one_line_of_an_answer_in_metres(client: httpx.Client):
    query = {"subset": "N(9200000)", "subset-crs": UTM, "crs": UTM, "bbox-crs": UTM}
    values = client.get(PH, params=query).json()["ranges"]["ph_h2o"]
    assert (values["axisNames"], len(values["values"])) == (["x"], values["shape"][0])


def test_an_area_may_be_given_in_metres(client: httpx.Client, ph: Any):
    to_utm = Transformer.from_crs("OGC:CRS84", UTM, always_xy=True)
    west, south, east, north = to_utm.transform_bounds(120.2, -7.3, 120.3, -7.2)
    box, _, _ = picture(client, bbox=f"{west},{south},{east},{north}", bbox_crs=UTM)
    subset, _, headers = picture(client, subset=f"E({west}:{east}),N({south}:{north})", subset_crs=f"[{UTM}]")
    assert box.tolist() == subset.tolist()
    assert 48 <= box.shape[1] <= 52
    assert "content-crs" not in headers


def test_an_answer_in_another_system_shows_the_cells_where_they_lie(client: httpx.Client, ph: Any):
    values, profile, headers = picture(client, crs=UTM, bbox="120.2,-7.3,120.3,-7.2")
    assert profile["crs"].to_epsg() == 32751
    assert headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/32751>"
    _, height, width = values.shape
    rows, cols = np.mgrid[:height, :width]
    x, y = profile["transform"] @ (cols + 0.5, rows + 0.5)
    longitude, latitude = Transformer.from_crs(UTM, "OGC:CRS84", always_xy=True).transform(x, y)
    row, col = np.floor((-7 - latitude) * 480).astype(int), np.floor((longitude - 120) * 480).astype(int)
    np.testing.assert_array_equal(values[0], ph[row, col].astype("float32"))


def test_the_bounds_of_an_answer_are_told_in_the_order_of_its_axes(client: httpx.Client):
    box = "120.2,-7.3,120.3,-7.2"
    assert picture(client, bbox=box)[2]["content-bbox"] == box
    headers = picture(client, bbox=box, crs="EPSG:4326")[2]
    assert headers["content-bbox"] == "-7.3,120.2,-7.2,120.3"
    assert headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4326>"


def test_each_axis_may_have_its_own_factor(client: httpx.Client):
    for name in ("scale-axes", "scaleAxes"):
        values, _, _ = picture(client, **{name: "Lon(2),Lat(4)"})
        assert values.shape == (1, 60, 120)


def test_fields_may_be_left_out(client: httpx.Client):
    every = client.get(f"{SUITABILITY}/../schema").json()["properties"]
    query = {"bbox": "120.2,-7.2,120.21,-7.19", "exclude-properties": "actual,lacking"}
    found = client.get(SUITABILITY, params=query).json()["ranges"]
    assert [*found] == [name for name in every if name not in ("actual", "lacking")]


def test_an_interpolation_that_is_not_there_is_refused_only_when_it_is_insisted_on(
    client: httpx.Client, refused: Refused
):
    wish = "interpolation=cubic"
    assert client.get(f"{PH}?scale-factor=40", headers={"Prefer": wish}).status_code == 200
    strict = {"Prefer": f"handling=strict, {wish}"}
    assert "nearest-neighbor" in refused(f"{PH}?scale-factor=40", headers=strict)


@pytest.mark.parametrize(
    ("query", "crs", "window"),
    [
        ("subset=E(160000:170000),N(9250000:9260000)", UTM, (160, 40, 40, 40)),
        (f"bbox=160000,9250000,170000,9260000&bbox-crs={UTM}", UTM, (160, 40, 40, 40)),
        ("subset=N(9250100)", UTM, (199, 0, 1, 400)),
        ("bbox=120.0,-7,120.2,-6.8", UTM, (210, 73, 90, 90)),
        ("subset=Lon(120:120.2)&crs=EPSG:4326", "EPSG:4326", None),
    ],
)
def test_metres_without_a_system_are_those_of_a_projected_grid(query: str, crs: str, window: Any):
    grid = Grid(UTM, 250.0, 150_000.0, 9_300_000.0, 400, 300)
    collection = cast(Collection, SimpleNamespace(id="soc", kind="raster", layer=None, grid=grid))
    framed = frame_for(grid, selection_of(QueryParams(query), collection))
    assert framed.frame.crs == crs
    assert framed.window == (window and Window(*window))
