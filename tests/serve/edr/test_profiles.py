"""Depth as the vertical axis, time, and uncertainty beside the value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import xarray as xr
from covjson_pydantic.coverage import Coverage, CoverageCollection
from rasterio.io import MemoryFile

from soilinfo.store.home import Store

POINT = "POINT(120.03 -7.02)"
SOIL = "/collections/soil/position"


def asked(profiles: httpx.Client, path: str = SOIL, **params: str) -> Any:
    answer = profiles.get(
        path, params={"coords": POINT, **{k.replace("_", "-"): v for k, v in params.items()}}
    )
    assert answer.status_code == 200, answer.text
    document = answer.json()
    kind = CoverageCollection if document["type"] == "CoverageCollection" else Coverage
    kind.model_validate_json(answer.text)
    return document


def coverages(document: Any) -> Iterator[Any]:
    yield from document.get("coverages", [document])


def ranges(document: Any) -> dict[str, list[Any]]:
    """Values of every parameter by name, one coverage after the other."""
    found: dict[str, list[Any]] = {}
    for coverage in coverages(document):
        for name, array in coverage["ranges"].items():
            found.setdefault(name, []).append(array["values"])
    return found


def test_a_property_of_several_depths_is_one_parameter_with_a_vertical_axis(profiles: httpx.Client):
    document = asked(profiles, parameter_name="ph_h2o")
    assert document["domain"]["domainType"] == "VerticalProfile"
    assert document["domain"]["axes"]["z"] == {"values": [15, 45], "bounds": [0, 30, 30, 60]}
    assert document["ranges"]["ph_h2o"]["values"] == [5.5, 6.25]


def test_depth_is_in_cm_and_positive_down(profiles: httpx.Client):
    referencing = asked(profiles, parameter_name="ph_h2o")["domain"]["referencing"]
    (axis,) = next(each for each in referencing if each["coordinates"] == ["z"])["system"]["cs"]["csAxes"]
    assert (axis["direction"], axis["unit"]) == ("down", {"symbol": "cm"})


def test_the_uncertainty_stands_beside_the_value_at_each_depth(profiles: httpx.Client):
    document = asked(profiles)
    (beside,) = (each for each in coverages(document) if "ph_h2o" in each["ranges"])
    assert beside["ranges"]["ph_h2o_sd"]["values"] == [0.4, None], "not published below 30 cm"
    assert document["parameterGroups"] == [
        {
            "type": "ParameterGroup",
            "observedProperty": document["parameters"]["ph_h2o"]["observedProperty"],
            "members": ["ph_h2o", "ph_h2o_sd"],
        }
    ]
    methods = {name: each["measurementType"]["method"] for name, each in document["parameters"].items()}
    assert (methods["ph_h2o"], methods["ph_h2o_sd"]) == ("mean", "sd")


def test_only_the_parameters_asked_for_are_answered(profiles: httpx.Client):
    assert set(ranges(asked(profiles, parameter_name="ph_h2o_sd,soc"))) == {"ph_h2o_sd", "soc"}


def test_what_has_no_depth_stands_by_itself(profiles: httpx.Client):
    (drainage,) = (each for each in coverages(asked(profiles)) if "drainage" in each["ranges"])
    assert drainage["domain"]["domainType"] == "Point"
    assert set(drainage["domain"]["axes"]) == {"x", "y"}


def test_a_property_of_two_times_is_one_parameter_the_latest_first(profiles: httpx.Client):
    document = asked(profiles, parameter_name="soc")
    assert [each["domain"]["axes"]["t"]["values"] for each in document["coverages"]] == [
        ["2020-01-01T00:00:00Z"],
        ["2010-01-01T00:00:00Z"],
    ]
    assert ranges(document) == {"soc": [[2.0], [3.0]]}


@pytest.mark.parametrize(
    ("z", "values"),
    [("15", [5.5]), ("30", [5.5, 6.25]), ("30/60", [6.25]), ("0/100", [5.5, 6.25]), ("10,45", [5.5, 6.25])],
)
def test_z_chooses_the_published_depths_that_it_meets(profiles: httpx.Client, z: str, values: list[float]):
    assert asked(profiles, parameter_name="ph_h2o", z=z)["ranges"]["ph_h2o"]["values"] == values


def test_datetime_chooses_the_times_that_it_meets(profiles: httpx.Client):
    when = "2009-12-31T23:00:00-01:00/2011-01-01T00:00:00Z"
    assert ranges(asked(profiles, parameter_name="soc", datetime=when)) == {"soc": [[3.0]]}


def test_a_table_has_a_row_for_each_depth_and_time_with_all_that_is_known_there(profiles: httpx.Client):
    rows = profiles.get(SOIL, params={"coords": POINT, "f": "CSV"}).text.splitlines()
    assert rows[0].replace('"', "").split(",")[:8] == [
        *("x", "y", "depth_top_cm", "depth_bottom_cm", "time"),
        *("ph_h2o", "ph_h2o_sd", "soc"),
    ]
    assert rows[1].startswith('120.03,-7.02,0,30,"2020",5.5,0.4,2,')
    assert rows[2].startswith('120.03,-7.02,30,60,"2020",6.25,,,')
    assert rows[3].startswith('120.03,-7.02,0,30,"2010",,,3,')


def test_a_cube_has_the_depths_as_its_first_axis(profiles: httpx.Client):
    bbox = {"bbox": "120.03,-7.02,120.032,-7.018", "parameter-name": "ph_h2o"}
    answer = profiles.get("/collections/soil/cube", params=bbox)
    Coverage.model_validate_json(answer.text)
    array = answer.json()["ranges"]["ph_h2o"]
    assert array["axisNames"] == ["z", "y", "x"]
    layers, rows, columns = array["shape"]
    assert array["values"] == [5.5] * rows * columns + [6.25] * rows * columns
    assert layers == 2


def test_a_bbox_of_six_numbers_gives_the_depth_and_z_none_beside_it(profiles: httpx.Client):
    six = {"bbox": "120.03,-7.02,40,120.032,-7.018,50", "parameter-name": "ph_h2o"}
    array = profiles.get("/collections/soil/cube", params=six).json()["ranges"]["ph_h2o"]
    assert set(array["values"]) == {6.25}
    for other in ({"z": "0/10"}, {"bbox": "120.03,-7.02,50,120.032,-7.018,40"}):
        assert profiles.get("/collections/soil/cube", params={**six, **other}).status_code == 400


def test_the_mean_of_an_area_is_told_for_each_depth(profiles: httpx.Client):
    params = {"statistic": "mean", "parameter-name": "ph_h2o"}
    features = profiles.get("/collections/soil/locations/01", params=params).json()["features"]
    depths = [each["properties"]["depth_top_cm"] for each in features]
    assert depths == [0, 30]
    for each, mean in zip(features, (5.5, 6.25), strict=True):
        assert each["properties"]["ph_h2o"] == mean
        assert each["properties"]["ph_h2o_covered_pct"] == pytest.approx(100 * 22 / 24, abs=0.01), (
            "the rest is sea"
        )


def test_the_extent_tells_depths_and_times(profiles: httpx.Client):
    extent = profiles.get("/collections/soil").json()["extent"]
    assert extent["vertical"]["interval"] == [["0", "60"]]
    assert extent["vertical"]["values"] == ["0/5", "0/30", "30/60"]
    assert extent["temporal"]["interval"] == [["2010-01-01T00:00:00Z", "2020-12-31T23:59:59Z"]]


def test_each_parameter_tells_its_own_depths(profiles: httpx.Client):
    parameters = profiles.get("/collections/soil").json()["parameter_names"]
    assert parameters["ph_h2o"]["extent"]["vertical"]["values"] == ["0/30", "30/60"]
    assert parameters["ph_h2o_sd"]["extent"]["vertical"]["values"] == ["0/30"]


def test_a_raster_collection_answers_for_its_own_layer(profiles: httpx.Client, profiled_store: Store):
    document = asked(profiles, "/collections/ph_h2o_30_60/position")
    assert document["ranges"] == {
        "ph_h2o_30_60": {
            "type": "NdArray",
            "dataType": "float",
            "axisNames": ["z"],
            "shape": [1],
            "values": [6.25],
        }
    }


@pytest.mark.parametrize("format_", ["GeoTIFF", "NetCDF"])
def test_files_have_a_band_for_each_depth(profiles: httpx.Client, tmp_path: Path, format_: str):
    params = {"bbox": "120.03,-7.02,120.032,-7.018", "parameter-name": "ph_h2o,ph_h2o_sd", "f": format_}
    answer = profiles.get("/collections/soil/cube", params=params)
    names = {"ph_h2o_0_30_cm_2020": 5.5, "ph_h2o_30_60_cm_2020": 6.25, "ph_h2o_sd": 0.4}
    if format_ == "NetCDF":
        (tmp_path / "cube.nc").write_bytes(answer.content)
        with xr.open_dataset(tmp_path / "cube.nc", engine="scipy") as opened:
            for name, value in names.items():
                np.testing.assert_array_equal(opened[name], np.float32(value))
            assert opened["ph_h2o_30_60_cm_2020"].attrs["long_name"] == "Soil pH in water. 30–60 cm 2020."
        return
    with MemoryFile(answer.content) as memory, memory.open() as source:
        assert source.descriptions == tuple(names)
        for index, value in enumerate(names.values(), start=1):
            np.testing.assert_array_equal(source.read(index), np.float32(value))


def test_a_version_that_was_published_is_asked_as_the_present_one(
    profiles: httpx.Client, profiled_store: Store
):
    version = profiled_store.ledger.current().layers["ph_h2o"]
    described = profiles.get("/collections/ph_h2o", params={"version": version}).json()
    href = described["data_queries"]["position"]["link"]["href"]
    assert href.endswith(f"/collections/ph_h2o/position?version={version}")
    (value,) = profiles.get(href, params={"version": version, "coords": POINT}).json()["ranges"]["ph_h2o"][
        "values"
    ]
    assert value == 5.5
    unknown = profiles.get("/collections/ph_h2o/position", params={"version": "none", "coords": POINT})
    assert unknown.status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "Soil pH in water"), ("id", "pH tanah (H₂O)")])
def test_the_page_of_a_theme_lists_its_properties(profiles: httpx.Client, language: str, title: str):
    page = profiles.get("/collections/soil", params={"f": "html", "lang": language}).text
    row = next(row for row in page.split("<tr>") if "<code>ph_h2o</code>" in row)
    assert title in row
    assert "0–30 cm, 30–60 cm" in row
