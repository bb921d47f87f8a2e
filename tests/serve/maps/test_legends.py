"""Legends: the colours of the map, what they mean, in the language asked; styles; WMTS that leads to them."""

from collections.abc import Callable
from xml.etree import ElementTree

import httpx
import pytest

from soilinfo.catalog.styles import rgb, style_of_layer
from soilinfo.serve.collections import Collection
from soilinfo.serve.maps.live import CHANGES
from tests.serve.maps.pictures import picture

Refused = Callable[..., str]

SUITABILITY = "/collections/suitability"
WMTS = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}


def test_a_legend_of_classes_names_each_in_the_language_asked(client: httpx.Client):
    english = client.get(f"{SUITABILITY}/legend?crop=maize").json()
    indonesian = client.get(f"{SUITABILITY}/legend?crop=maize&lang=id").json()
    assert english["kind"] == "classes"
    assert [each["id"] for each in english["entries"]] == ["S1", "S2", "S3", "N"]
    assert [each["value"] for each in english["entries"]] == [1, 2, 3, 4]
    assert english["entries"][0]["label"].startswith("S1: highly")
    assert indonesian["entries"][0]["label"].startswith("S1: sangat")
    assert "Jagung" in indonesian["title"]
    assert english["source"]


def test_a_legend_of_numbers_has_their_unit_and_the_colours_of_the_ramp(
    client: httpx.Client, published: dict[str, Collection]
):
    legend = client.get("/collections/soc/legend").json()
    style = style_of_layer(published["soc"].catalog, "soc")
    assert (legend["kind"], legend["unit"]) == ("ramp", "%")
    assert [each["colour"] for each in legend["entries"]] == [entry.colour for entry in style.entries]
    assert [each["value"] for each in legend["entries"]] == [entry.value for entry in style.entries]


@pytest.mark.parametrize("collection", ["soc", "drainage", "suitability"])
def test_the_picture_of_a_legend_has_its_colours(client: httpx.Client, collection: str):
    address = f"/collections/{collection}/legend"
    drawn = {tuple(colour[:3].tolist()) for colour in picture(client.get(f"{address}?f=png")).reshape(-1, 4)}
    entries = client.get(address).json()["entries"]
    near = [
        min(sum(map(abs, map(int.__sub__, rgb(each["colour"]), seen))) for seen in drawn) for each in entries
    ]
    assert max(near) <= 12, "a ramp is drawn in steps"


def test_a_legend_is_a_vector_picture_too(client: httpx.Client):
    answer = client.get("/collections/soc/legend", headers={"Accept": "image/svg+xml"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(answer.content).tag.endswith("svg")


def test_the_legend_of_a_comparison_is_of_what_changes(client: httpx.Client):
    legend = client.get(f"{SUITABILITY}/legend?crop=maize&what_if=liming&compare=actual").json()
    assert [each["colour"] for each in legend["entries"]] == [*CHANGES.values()]


def test_a_style_in_the_address_stands_for_the_parameter(client: httpx.Client, refused: Refused):
    for what in ("map?width=30", "map/tiles/WebMercatorQuad/9/266/426?", "legend?f=png"):
        named = client.get(f"{SUITABILITY}/styles/potential_high/{what}&crop=maize").content
        separator = "" if what.endswith("?") else "&"
        assert (
            named == client.get(f"{SUITABILITY}/{what}{separator}scenario=potential_high&crop=maize").content
        )
    assert "no style 'gold'" in refused(f"{SUITABILITY}/styles/gold/map", 404)
    assert "no query parameter 'scenario'" in refused(f"{SUITABILITY}/styles/actual/map?scenario=actual")


def test_the_landing_page_leads_to_the_capabilities_of_wmts(client: httpx.Client):
    (link,) = [each for each in client.get("/?lang=id").json()["links"] if "WMTSCapabilities" in each["href"]]
    root = ElementTree.fromstring(client.get(link["href"]).content)
    layers = {each.findtext("o:Identifier", "", WMTS): each for each in root.iterfind(".//w:Layer", WMTS)}
    assert layers["ph_h2o"].findtext("o:Title", "", WMTS) == "pH tanah (H₂O)"
    legends = layers["suitability_maize"].findall("w:Style/w:LegendURL", WMTS)
    assert len(legends) == 4
    address = legends[-1].attrib["{http://www.w3.org/1999/xlink}href"]
    as_qgis_asks = "&SLD_VERSION=1.1.0&TRANSPARENT=true"
    sent = client.get(address + as_qgis_asks)
    assert (
        sent.content
        == client.get(f"{SUITABILITY}/legend?f=png&crop=maize&scenario=potential_high&lang=id").content
    )


def test_the_capabilities_say_the_same_to_a_client_that_adds_the_parameters_of_kvp(
    client: httpx.Client, refused: Refused
):
    path = "/wmts/1.0.0/WMTSCapabilities.xml"
    as_owslib_asks = {"service": "WMTS", "request": "GetCapabilities", "version": "1.0.0"}
    assert client.get(path, params=as_owslib_asks).content == client.get(path).content
    assert "there are: GetCapabilities" in refused(path, params={"request": "GetTile"})


def test_a_collection_leads_to_its_styles_and_its_legend(client: httpx.Client):
    links = client.get("/collections/ph_h2o").json()["links"]
    found = {each["rel"].rpartition("/")[2]: each["href"] for each in links}
    assert [each["id"] for each in client.get(found["styles"]).json()["styles"]] == ["ph_h2o"]
    assert client.get(found["legend"]).json()["kind"] == "ramp"
