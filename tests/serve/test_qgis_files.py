"""The files of QGIS over HTTP: projects of a part of the country, archives, layers of a collection."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import httpx
import pytest
import shapely

from soilinfo.serve.collections import Collection

PROJECT = "/qgis/testland.qgs"


def opened(client: httpx.Client, path: str, **params: str) -> Element:
    return fromstring(client.get(path, params=params).raise_for_status().content)


def sources(document: Element) -> dict[str, str]:
    return {
        str(each.findtext("id")).removeprefix("soilinfo_"): str(each.findtext("datasource"))
        for each in document.iter("maplayer")
    }


def groups(document: Element) -> list[str]:
    (tree,) = document.findall("layer-tree-group")
    return [group.attrib["name"] for group in tree]


def test_an_archive_holds_the_project_and_is_the_same_whenever_it_is_asked_for(client: httpx.Client):
    packed = client.get("/qgis/testland.qgz?lang=id")
    assert packed.headers["content-disposition"] == 'attachment; filename="testland-id.qgz"'
    with ZipFile(BytesIO(packed.content)) as archive:
        (name,) = archive.namelist()
        assert (name, archive.read(name)) == ("testland-id.qgs", client.get(f"{PROJECT}?lang=id").content)
    assert client.get("/qgis/testland.qgz?lang=id").content == packed.content


def test_the_project_of_a_region_reads_only_what_is_about_its_land(client: httpx.Client):
    whole, part = (sources(opened(client, PROJECT, **asked)) for asked in ({}, {"region": "01"}))
    assert set(part) <= set(whole)
    assert part["soc"] == whole["soc"]
    assert part["provinces"].endswith("|subset=code = '01'")
    assert part["regencies"].endswith("|subset=parent_code = '01'")
    chosen = "subset=crop = 'rice_irrigated' AND scenario = 'actual' AND parent_code = '01'"
    assert part["suitability_by_regencies"].endswith(chosen)


def test_levels_above_a_region_are_no_part_of_its_project(client: httpx.Client):
    project = opened(client, PROJECT, region="01.02")
    assert "provinces" not in sources(project)
    assert sources(project)["regencies"].endswith("|subset=code = '01.02'")
    assert str(project.findtext("title")).endswith(" – Kabupaten 01.02")


def test_the_project_of_a_region_opens_on_its_land(client: httpx.Client):
    unit = client.get("/collections/regencies/items/01.02").json()
    west, south, east, north = shapely.geometry.shape(unit["geometry"]).bounds
    sides = opened(client, PROJECT, region="01.02").find("ProjectViewSettings/DefaultViewExtent").attrib
    shown = [float(sides[side]) for side in ("xmin", "ymin", "xmax", "ymax")]
    assert shown == pytest.approx(
        [
            west - 0.1 * (east - west),
            south - 0.1 * (north - south),
            east + 0.1 * (east - west),
            north + 0.1 * (north - south),
        ]
    )


def test_the_nation_as_a_region_is_the_whole_project(client: httpx.Client):
    assert sources(opened(client, PROJECT, region="nation")) == sources(opened(client, PROJECT))


def test_the_project_of_a_theme_has_its_layers_below_the_outlines(client: httpx.Client):
    project = opened(client, PROJECT, theme="terrain", lang="id")
    assert groups(project) == ["Wilayah administrasi", "Topografi (relief)"]
    assert str(project.findtext("title")).endswith(" – Topografi (relief)")
    shown = [
        leaf.attrib["id"]
        for leaf in project.iter("layer-tree-layer")
        if leaf.attrib["checked"] == "Qt::Checked"
    ]
    assert "soilinfo_slope" in shown


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"region": "77"}, 404, "no region '77'; there are: 01"),
        ({"theme": "gold"}, 404, "no theme 'gold'; there are: "),
        ({"lang": "xx"}, 400, "no language 'xx'; there are: en, id"),
        ({"regoin": "01"}, 400, "no query parameter 'regoin'; there are: lang, region, theme"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    refused: Callable[..., str], asked: dict[str, str], status: int, told: str
):
    for path in (PROJECT, "/qgis/testland.qgz"):
        assert told in refused(path, status, params=asked)


def test_a_browser_is_given_a_page_of_the_refusal(client: httpx.Client):
    answer = client.get(PROJECT, params={"region": "77"}, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "77" in answer.text
    whole = client.get(PROJECT, headers={"accept": "text/html"})
    assert whole.headers["content-type"] == "application/x-qgis-project"


def test_every_collection_leads_to_its_layers(client: httpx.Client, published: dict[str, Collection]):
    for name in published:
        links = client.get(f"/collections/{name}?f=json&lang=id").json()["links"]
        (link,) = (each for each in links if each["type"] == "application/x-qgis-layer-definition")
        address = urlsplit(link["href"])
        assert (address.path, address.query) == (f"/qgis/{name}.qlr", "lang=id")
        held = sources(opened(client, f"{address.path}?{address.query}"))
        assert held, name


def test_suitability_has_a_layer_a_crop_and_tiles_of_every_level_of_management(client: httpx.Client):
    held = sources(opened(client, "/qgis/suitability.qlr"))
    assert {name for name in held if "." not in name} == {
        *("suitability_cocoa", "suitability_maize", "suitability_rice_irrigated")
    }
    assert held["suitability_maize"].startswith("/vsicurl?empty_dir=yes")
    assert "scenario%3Dpotential_high" in held["suitability_maize.potential_high"]


def test_means_by_region_are_drawn_in_the_colours_of_their_raster(client: httpx.Client):
    document = opened(client, "/qgis/properties_by_regencies.qlr")
    (soc,) = (
        each
        for each in document.iter("maplayer")
        if each.findtext("id") == "soilinfo_properties_by_regencies.soc"
    )
    assert str(soc.findtext("datasource")).endswith("|subset=layer = 'soc'")
    assert soc.find("renderer-v2").attrib["attr"].startswith('coalesce("mean"')
    assert soc.find(".//range").attrib["label"].endswith("%")


def test_layers_of_nothing_published_are_refused(refused: Callable[..., str]):
    assert "no collection 'records'" in refused("/qgis/records.qlr", 404)
    assert "no query parameter 'region'" in refused("/qgis/soil.qlr", 400, params={"region": "01"})


def test_each_layer_says_which_version_it_is_and_where_to_read_about_it(
    client: httpx.Client, published: dict[str, Collection]
):
    (soc,) = (
        each for each in opened(client, PROJECT).iter("maplayer") if each.findtext("id") == "soilinfo_soc"
    )
    notes = soc.find("customproperties//Option[@name='userNotes']").attrib["value"]
    assert published["soc"].version in notes
    assert urlsplit(soc.find("resourceMetadata/links/link").attrib["url"]).path == "/collections/soc"


def test_profiles_and_their_horizons_are_layers_that_belong_together(surveyed_client: httpx.Client):
    project = opened(surveyed_client, PROJECT, theme="profiles")
    assert {"profiles", "sites", "horizons", "harmonized_profiles"} <= set(sources(project))
    relations = {each.attrib["id"]: each for each in project.iter("relation")}
    horizons = relations["horizons_profiles"]
    assert horizons.attrib["referencedLayer"] == "soilinfo_profiles"
    (field,) = horizons.iter("fieldRef")
    assert field.attrib == {"referencingField": "profile_id", "referencedField": "id"}
    kinds = {str(each.findtext("id")): each.attrib["geometry"] for each in project.iter("maplayer")}
    assert kinds["soilinfo_profiles"] == "Point"
    assert kinds["soilinfo_horizons"] == "No geometry"
    asked = {name: source.partition("PAGE_SIZE=")[2] for name, source in sources(project).items()}
    assert asked["harmonized_profiles"] == "1000", "tens of thousands of rows are not read by twenties"


def test_relations_name_only_layers_that_there_are(client: httpx.Client):
    assert not list(opened(client, PROJECT).iter("relation"))


def test_the_layers_of_profiles_bring_their_horizons_with_them(surveyed_client: httpx.Client):
    held = sources(opened(surveyed_client, "/qgis/profiles.qlr"))
    assert list(held) == ["profiles", "horizons", "harmonized_profiles"]
