"""Products as people and programs get them: coverages, maps, GeoTIFFs, tables, pages, the QGIS project."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from xml.etree.ElementTree import fromstring

import httpx
import numpy as np
import pytest
import rasterio

from soilinfo.catalog.load import load
from soilinfo.jobs.ingestion.meaning import is_misread
from soilinfo.jobs.runs.freshness import stale_results
from soilinfo.serve.collections import Source
from soilinfo.serve.published import published_collections
from soilinfo.settings import Settings
from soilinfo.store.home import Store, open_store
from tests import products
from tests.serve.conftest import served
from tests.serve.maps.pictures import picture

WARM, COLD = [0xD7, 0x19, 0x1C], [0x2C, 0x7B, 0xB6]
WHOLE = "bbox=120,-7.5,120.5,-7&width=240&height=240"
TRUST, WARMTH = "/collections/trust", "/collections/warmth"


@pytest.fixture(scope="module", autouse=True)
def declared() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("soilinfo.catalog.products.DOMAINS", (products.declared,))
        yield


@pytest.fixture(scope="module")
def planned(nation: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The small nation with two products published."""
    directory: Path = tmp_path_factory.mktemp("planned")
    copytree(nation.store, directory / "store")
    store = open_store(Settings(store=directory / "store", config=nation.config))
    products.publish_products(store, load(nation.config), ["cocoa", "maize"])
    yield store
    store.close()


@pytest.fixture(scope="module")
def web(planned: Store, nation: Settings) -> Iterator[httpx.Client]:
    with served(Settings(store=planned.directory, config=nation.config)) as client:
        yield client


def get(web: httpx.Client, path: str) -> httpx.Response:
    answer = web.get(path)
    assert answer.status_code == 200, answer.text
    return answer


def drawn(web: httpx.Client, path: str) -> np.ndarray:
    return picture(get(web, path))


def test_a_product_is_a_collection_that_says_what_it_is_made_from_and_on_which_conditions(web):
    described = get(web, f"{WARMTH}?f=json").json()
    assert described["title"] == "Warmth"
    assert described["description"].startswith("How warm it is. Assumed to be warm. Computed from: ")
    assert "1:500,000" in described["description"]
    assert described["soilinfo"]["map_scale"]["denominator"] == 500_000
    indonesian = get(web, f"{WARMTH}?f=json&lang=id").json()["description"]
    assert indonesian.startswith("Seberapa hangat. Dianggap hangat. Dihitung dari: ")
    assert "1:500.000" in indonesian


def test_what_holds_for_one_crop_only_is_told_with_its_version(web):
    described = get(web, f"{TRUST}?f=json").json()
    assert "Assumed to be warm. Computed from" in described["description"]
    assert "Doubtful" not in described["description"]
    notes = described["soilinfo"]["versions"]["trust_maize"]["notes"]
    assert [note["en"] for note in notes] == ["Assumed to be warm.", "Doubtful for maize."]
    assert "Meragukan untuk maize." in get(web, f"{TRUST}?f=html&lang=id").text


def test_the_schema_names_every_variable_with_its_unit_or_its_classes(web):
    fields = get(web, f"{WARMTH}/schema?f=json").json()["properties"]
    assert fields["share"]["x-ogc-unit"] == "%"
    assert [(each["const"], each["title"]) for each in fields["kind"]["oneOf"]] == [(1, "Warm"), (2, "Cold")]


def test_a_coverage_has_all_variables_and_the_crop_as_a_dimension(web):
    answer = get(web, f"{WARMTH}/coverage?f=json&subset=Lon(120:120.01),Lat(-7.01:-7)").json()
    assert set(answer["ranges"]) == {"kind", "share"}
    assert answer["ranges"]["share"]["values"][:1] == [None]
    trust = get(web, f'{TRUST}/coverage?f=json&properties=least&subset=crop("maize","cocoa"),Lat(-7.01:-7)')
    assert set(trust.json()["ranges"]) == {"maize", "cocoa"}


def test_a_map_shows_the_first_variable_unless_another_is_asked_for(web):
    kinds = drawn(web, f"{WARMTH}/map?{WHOLE}")
    assert (kinds[9, 9, :3].tolist(), kinds[9, 200, :3].tolist()) == (WARM, COLD)
    assert kinds[0, 9, 3] == 0
    shares = drawn(web, f"{WARMTH}/map?{WHOLE}&variable=share")
    assert shares[9, 9].tolist() == shares[9, 200].tolist()
    least = drawn(web, f"{TRUST}/map?{WHOLE}&variable=least&crop=maize")
    assert (least != drawn(web, f"{TRUST}/map?{WHOLE}&crop=maize")).any()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("variable=colour", "no variable 'colour'; there are: kind, share"),
        ("scenario=actual", "no query parameter 'scenario'"),
        ("crop=maize", "no query parameter 'crop'"),
    ],
)
def test_a_map_that_a_product_does_not_have_is_refused_by_name(web, query, said):
    answer = web.get(f"{WARMTH}/map?{query}")
    assert answer.status_code == 400
    assert said in answer.json()["detail"]


def test_the_geotiff_of_every_variable_is_linked_and_there(web):
    links = get(web, f"{WARMTH}?f=json").json()["links"]
    tiffs = [link["href"] for link in links if "cloud-optimized" in link.get("type", "")]
    assert [Path(href).name for href in tiffs][1:] == ["share.tif"]
    for href, unit in zip(tiffs, ("1", "%"), strict=True):
        with rasterio.MemoryFile(get(web, href).content) as memory, memory.open() as cog:
            assert cog.units == (unit,)
    listed = get(web, f"{TRUST}?f=json").json()["links"]
    titles = [link["title"] for link in listed if link["rel"] == "enclosure"]
    assert [title.split(" ")[0] for title in titles] == ["Cocoa", "Maize"]


def test_the_table_of_a_product_is_a_collection_with_titled_columns(web):
    described = get(web, "/collections/warmth_by_regencies?f=json").json()
    assert described["title"] == "Warmth by regency"
    rows = get(web, "/collections/warmth_by_regencies/items?f=json&kind=warm").json()["features"]
    assert [row["properties"]["code"] for row in rows] == ["01.01", "01.02", "01.03", "01.04"]
    fields = get(web, "/collections/warmth_by_regencies/schema?f=json").json()["properties"]
    assert fields["kind_ha"]["x-ogc-unit"] == "har"


def test_pages_show_products_by_theme_with_maps_tables_and_scale(web):
    landing = get(web, "/?f=html").text
    assert "Zoning and rehabilitation" in landing
    assert "Warmth: Kind of warmth" in landing
    assert "/collections/warmth_by_regencies/items" in landing
    about = get(web, f"{WARMTH}?f=html&lang=id").text
    assert "Skala peta" in about
    assert "Bagian hari hangat" in about
    table = get(web, "/collections/warmth_by_regencies/items?f=html&lang=id").text
    assert "Hangat" in table, "classes of a product have their titles in tables"


def test_the_map_page_offers_every_variable_and_every_crop(web):
    page = get(web, "/map?layer=warmth.share&lang=en").text
    assert "variable=share" in page
    assert 'value="trust_maize"' in page
    assert (
        "scenario=actual" not in page.split('id="map-data"')[0].split('id="still"')[1].split("</figure>")[0]
    )


def test_the_map_page_of_a_crop_lets_people_choose_the_variable(web):
    first, asked = "/map?layer=trust_maize", "/map?layer=trust_maize&variable=least"
    offered = get(web, first).text.partition('<select id="variable"')[2].partition("</select>")[0]
    assert '<option value="most" selected>At most</option>' in offered
    assert '<option value="least">At least</option>' in offered
    page = get(web, f"{asked}&lang=id").text
    assert '<option value="least" selected>Paling sedikit</option>' in page
    assert '<option value="trust_maize" selected>' in page
    assert "variable=least" in page.partition('id="still"')[2].partition("</figure>")[0]
    assert "Kepercayaan: Jagung, Paling sedikit" in page.partition('<figure class="legend">')[2]
    assert "/least.tif" in page.partition('id="files"')[2]
    assert "variable=least" in page.partition('class="languages"')[2].partition("</")[0]


def test_a_variable_that_only_another_layer_has_does_not_stop_a_person_who_changes_the_layer(web):
    assert '<option value="most" selected>' in get(web, "/map?layer=trust_maize&variable=share").text
    assert 'id="part" hidden' in get(web, "/map?layer=soc&variable=least").text
    answer = web.get("/map?layer=trust_maize&variable=surely", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert "no variable 'surely'; there are: least, most" in answer.text


@pytest.mark.parametrize("layer", ["warmth.share", "trust_maize&variable=least"])
def test_the_address_of_tiles_shows_what_the_map_shows(web, layer):
    shown = layer.partition("=")[2] or "share"
    page = get(web, f"/map?layer={layer}").text
    assert f"variable={shown}" in page.partition('id="xyz"')[2].partition(">")[0]


def test_the_qgis_project_has_each_product_in_the_group_of_its_theme(web):
    project = fromstring(get(web, "/qgis/testland.qgs?lang=en").content)
    groups = {
        group.attrib["name"]: [leaf.attrib["name"] for leaf in group]
        for group in project.find("layer-tree-group")
    }
    assert groups["Zoning and rehabilitation"] == [
        "Warmth by regency: kind_pct (%), Warm",
        "Warmth: Kind of warmth",
        "Warmth: Share of warm days (%)",
    ]
    source = next(each.text for each in project.iter("datasource") if "warmth_by_regencies" in each.text)
    assert source.endswith("|layername=warmth_by_regencies|option:PAGE_SIZE=20|subset=kind = 'warm'")
    assert groups["Confidence"] == ["Trust: Maize (%)", "Trust: Cocoa (%)"], "food crops first"
    abstracts = [each.text for each in project.iter("abstract")]
    assert any("How warm it is." in text and "1:500,000" in text for text in abstracts if text)


def test_a_product_is_stale_when_its_inputs_are_replaced(planned: Store):
    snapshot = planned.ledger.current()
    newer = replace(snapshot, layers={**snapshot.layers, "ph_h2o": "another"})
    stale = {finding.layer for finding in stale_results(planned, newer)}
    assert {"warmth", "trust_maize", "warmth_by_regencies"} <= stale


def test_a_product_whose_codes_mean_something_else_today_is_not_served(planned: Store, nation: Settings):
    catalog = load(nation.config)
    version = planned.ledger.version("warmth", planned.ledger.current().layers["warmth"])
    assert not is_misread(catalog, version)
    codes = {"warm": 2, "cold": 1}
    moved = {**version.parameters, "form": {"kind": {"unit": "1", "scale": 1.0, "codes": codes}}}
    assert is_misread(catalog, replace(version, parameters=moved))


def test_a_product_that_config_no_longer_declares_is_left_out(planned: Store, nation: Settings, monkeypatch):
    monkeypatch.setattr("soilinfo.catalog.products.DOMAINS", ())
    found = published_collections(Source(planned, load(nation.config), planned.ledger.current()))
    assert "warmth" not in found
    assert "ph_h2o" in found
