"""A soil map as served: features with components, a table of them, a legend in QGIS and on pages."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter
from xml.etree.ElementTree import fromstring

import httpx
import numpy as np
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from soilinfo.catalog.load import load
from soilinfo.catalog.styles import rgb
from soilinfo.jobs.ingest import ingest
from soilinfo.jobs.runs.run import silent
from soilinfo.settings import Settings
from soilinfo.store.home import open_store
from tests.country import write_country
from tests.serve.conftest import served
from tests.soil_map import write_soil_map


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server over a country of which only its regions and its soil map are published."""
    directory: Path = tmp_path_factory.mktemp("mapped")
    settings = Settings(store=directory / "store", config=write_country(directory, cells=48), db=None)
    write_soil_map(settings.config)
    store = open_store(settings)
    names = ["provinces", "regencies", "soil_map", "ph_h2o"]
    ingest(store, load(settings.config), names, actor="tests", progress=silent)
    store.close()
    with served(settings) as client:
        yield client


def features(client: httpx.Client, path: str, **query: object) -> list[dict[str, Any]]:
    answer = client.get(f"/collections/{path}/items", params={"f": "json", "limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


def test_a_polygon_is_answered_with_all_its_components_as_json(mapped: httpx.Client):
    (feature,) = features(mapped, "soil_map", unit_code="KA-1")
    properties = feature["properties"]
    assert [(one["soil_name"], one["share_pct"]) for one in properties["components"]] == [
        ("Typic Hapludults", 60),
        ("Aquic Hapludults", 40),
    ]
    assert properties["soils"] == "Typic Hapludults 60 %, Aquic Hapludults 40 %"
    assert feature["geometry"]["type"] == "MultiPolygon"


def test_one_feature_has_its_components_too(mapped: httpx.Client):
    feature = mapped.get("/collections/soil_map/items/KA-2.2?f=json").json()
    assert [one["share_pct"] for one in feature["properties"]["components"]] == [100]
    water = mapped.get("/collections/soil_map/items/AIR.1?f=json").json()
    assert water["properties"]["components"] == []


def test_a_filter_finds_polygons_by_unit_and_by_soil(mapped: httpx.Client):
    assert len(features(mapped, "soil_map", filter="unit_code = 'KA-2'")) == 2
    assert len(features(mapped, "soil_map", filter="soils LIKE '%Aquic%'")) == 1


def test_a_list_within_a_polygon_is_no_condition(mapped: httpx.Client):
    answer = mapped.get("/collections/soil_map/items", params={"components": "Typic Hapludults"})
    assert answer.status_code == 400
    assert "no query parameter 'components'" in answer.json()["detail"]


def test_a_soil_map_is_of_the_time_of_its_survey(mapped: httpx.Client):
    for name in ("soil_map", "soil_map_components"):
        (interval,) = mapped.get(f"/collections/{name}?f=json").json()["extent"]["temporal"]["interval"]
        assert [instant[:4] for instant in interval] == ["2019", "2019"]
        everything = len(features(mapped, name))
        assert everything == len(features(mapped, name, datetime="2019-07-01/..")) > 0
        assert features(mapped, name, datetime="2020-01-01T00:00:00Z") == []


def test_components_are_rows_by_depth_with_the_properties_by_their_own_names(mapped: httpx.Client):
    rows = [
        one["properties"] for one in features(mapped, "soil_map_components", unit_code="KA-1", component="1")
    ]
    assert [(row["upper_cm"], row["lower_cm"], row["ph_h2o"], row["soc"]) for row in rows] == [
        (0, 30, 4.6, 1.6),
        (30, 60, 4.8, None),
    ]
    assert {row["drainage"] for row in rows} == {"somewhat_poor"}


def test_the_schema_tells_units_and_titles_of_the_properties(mapped: httpx.Client):
    schema = mapped.get("/collections/soil_map_components/schema?f=json&lang=id").json()["properties"]
    assert schema["soc"]["x-ogc-unit"] == "%"
    assert "Walkley and Black" in schema["soc"]["description"]
    assert schema["ph_h2o"]["title"] == "pH tanah (H₂O)"
    assert schema["unit_code"]["title"] == "Satuan peta tanah (SPT)"
    polygons = mapped.get("/collections/soil_map/schema?f=json").json()["properties"]
    assert polygons["components"]["type"] == "array"


def test_polygons_and_components_lead_to_each_other(mapped: httpx.Client):
    for one, other in (("soil_map", "soil_map_components"), ("soil_map_components", "soil_map")):
        document = mapped.get(f"/collections/{one}?f=json").json()
        related = [link for link in document["links"] if link["rel"] == "related"]
        (link,) = [link for link in related if link["type"] == "application/geo+json"]
        assert link["href"].endswith(f"/collections/{other}/items")
        assert mapped.get(link["href"]).status_code == 200


def test_what_the_checks_found_of_it_is_a_link_away(mapped: httpx.Client):
    links = mapped.get("/collections/soil_map?f=json").json()["links"]
    (quality,) = [link["href"] for link in links if link["rel"] == "quality"]
    answer = mapped.get(quality)
    assert answer.status_code == 200, answer.text
    found = [one["properties"] for one in answer.json()["features"]]
    assert [(one["check"], one["severity"]) for one in found] == [("non_soil_units", "note")]
    assert "AIR" in found[0]["message"]


@pytest.mark.parametrize(
    ("language", "title", "scale"),
    [("en", "Soil map 1:50,000", "1:50,000"), ("id", "Peta tanah 1:50.000", "1:50.000")],
)
def test_the_collection_says_its_scale_in_both_languages(
    mapped: httpx.Client, language: str, title: str, scale: str
):
    document = mapped.get(f"/collections/soil_map?f=json&lang={language}").json()
    assert document["title"] == title
    assert scale in document["description"]
    assert document["extent"]["spatial"]["bbox"][0] == pytest.approx([120.0, -7.5, 120.5, -7.0])


def test_qgis_gets_a_category_for_each_unit_that_names_its_soils(mapped: httpx.Client):
    project = fromstring(mapped.get("/qgis/testland.qgs").content)
    layer = next(each for each in project.iter("maplayer") if each.findtext("id") == "soilinfo_soil_map")
    categories = {each.attrib["value"]: each.attrib["label"] for each in layer.iter("category")}
    assert categories == {
        "AIR": "AIR: Water",
        "KA-1": "KA-1: Typic Hapludults 60 %, Aquic Hapludults 40 %",
        "KA-2": "KA-2: Typic Endoaquepts 100 %",
    }
    assert layer.find("renderer-v2").attrib["attr"] == "unit_code"
    assert "soil_map_components" not in {each.findtext("id") for each in project.iter("maplayer")}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "Peta tanah 1:50.000"),
        ("/collections/soil_map", "Typic Hapludults 60 %, Aquic Hapludults 40 %"),
        ("/collections/soil_map", "Air</span>"),
        ("/collections/soil_map/items", "Tanah dan proporsinya"),
        ("/collections/soil_map/items/KA-1.1", "Typic Hapludults 60 %"),
        ("/collections/soil_map_components/items", "pH tanah (H₂O)"),
        ("/map", "Peta"),
    ],
)
def test_pages_show_the_soil_map_in_indonesian(mapped: httpx.Client, path: str, text: str):
    page = mapped.get(path, params={"lang": "id", "f": "html"})
    assert page.status_code == 200
    assert text in page.text


def test_its_page_draws_the_map_in_the_colours_of_its_legend(mapped: httpx.Client):
    page = mapped.get("/collections/soil_map?f=html").text
    (path,) = re.findall(r'src="(/soil_maps/soil_map/\w+\.png)"', page)
    answer = mapped.get(path)
    assert answer.headers["content-type"] == "image/png"
    with catch_warnings(), MemoryFile(answer.content) as memory:
        simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open() as picture:
            cells = np.moveaxis(picture.read(), 0, -1).reshape(-1, 4)
    colours = {tuple(cell) for cell in cells.tolist()}
    legend = {rgb(colour) for colour in re.findall(r'<rect width="10" height="10" fill="(#\w+)"', page)}
    drawn = {cell[:3] for cell in colours if cell[3]}
    assert drawn
    assert drawn <= legend
    assert mapped.get("/soil_maps/soil_map/0.png").status_code == 404


def test_people_read_the_titles_of_classes_in_their_language(mapped: httpx.Client):
    rows = mapped.get("/collections/soil_map_components/items?f=html&lang=id&limit=100").text
    ids = {each["properties"]["drainage"] for each in features(mapped, "soil_map_components")} - {None}
    assert ids
    assert not [each for each in ids if f"<td>{each}</td>" in rows]
