"""Pages of records, versions, styles and conformance classes; what a phone and a search box need."""

import re

import httpx
import pytest

from soilinfo.catalog.text import texts
from soilinfo.store.home import Store

RECORD = "/collections/records/items"
DESCRIBED = [
    (f"{RECORD}/soc", "Karbon organik tanah"),
    (f"{RECORD}/report:fact-sheet", "Lembar fakta wilayah administrasi"),
    (f"{RECORD}/process:what-if", "Andaian: kesesuaian lahan sebelum dan sesudah"),
    ("/collections/soc/versions", "Karbon organik tanah"),
    ("/collections/suitability/versions", "Kesesuaian lahan"),
    ("/collections/suitability/styles", "Kesesuaian lahan"),
    ("/collections/regencies/styles", "Kabupaten"),
    ("/collections/soc/map/tiles", "Karbon organik tanah"),
    ("/collections/soc/map/tiles/WebMercatorQuad", "Karbon organik tanah"),
    ("/collections/regencies/tiles/WebMercatorQuad", "Kabupaten"),
    ("/collections/regencies/queryables", "Kabupaten"),
    ("/collections/suitability/schema", "Kesesuaian lahan"),
    ("/conformance", "Kesesuaian dengan standar"),
    ("/tileMatrixSets", "Kotak-kotak ubin peta"),
    ("/tileMatrixSets/WebMercatorQuad", "WebMercatorQuad"),
]


def page(client: httpx.Client, path: str, language: str = "en", **params: str) -> str:
    answer = client.get(path, params={**params, "f": "html", "lang": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def seen(text: str) -> str:
    """What a person reads of a page, without its markup and what is marked as code."""
    told = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"<code[^>]*>.*?</code>|<[^>]+>", "\n", told, flags=re.DOTALL)


@pytest.mark.parametrize(("path", "title"), DESCRIBED)
def test_a_page_is_headed_by_what_it_is_about_and_never_by_its_address(
    client: httpx.Client, path: str, title: str
):
    text = page(client, path, "id")
    (heading,) = re.findall(r"<h1>([^<]*)", text)
    assert heading.startswith(title)
    assert path not in heading


@pytest.mark.parametrize("path", [path for path, _ in DESCRIBED])
def test_a_page_is_put_in_words_not_in_the_keys_of_its_document(client: httpx.Client, path: str):
    lines = {line.strip() for line in seen(page(client, path, "id")).splitlines()}
    keys = {"id", "type", "rel", "href", "links", "geometry", "coordinates", "properties", "since", "until"}
    assert lines & (keys | {"conformsTo", "removed", "language", "code"}) == set()


def test_every_page_about_a_collection_leads_to_its_layers_in_qgis(client: httpx.Client):
    for path in ("/collections/soc", "/collections/regencies/items", f"{RECORD}/regencies"):
        (href,) = re.findall(r'href="(/qgis/\w+\.qlr[^"]*)"', page(client, path))
        assert client.get(href).headers["content-type"].startswith("application/x-qgis-layer-definition")


def test_a_record_leads_to_its_data_first_and_to_what_it_was_made_from(client: httpx.Client):
    text = page(client, f"{RECORD}/suitability_by_regencies")
    data, table = (
        text.index(f'href="/collections/suitability_by_regencies{path}?lang=en"') for path in ("", "/items")
    )
    assert data < table < text.index("<h2>Facts</h2>") < text.index("<h2>Lineage</h2>")
    (made_from,) = re.findall(
        r'<a href="([^"]*)">Irrigated rice|<a href="(/collections/records/items/suitability_rice[^"]*)"', text
    )
    assert client.get(next(filter(None, made_from))).status_code == 200


def test_the_search_of_the_catalogue_takes_words_in_any_order_and_says_when_there_are_none(
    client: httpx.Client,
):
    both = page(client, RECORD, words="suitability land")
    assert '<input id="words" name="words" type="search" value="suitability land">' in both
    assert both.count('<li class="card">') == 10
    assert "No record has all of these words" not in both
    nothing = page(client, RECORD, "id", words="kesesuaian zirkon")
    assert texts("id")["records.none"] in nothing


def test_the_rows_of_a_table_are_offered_as_every_kind_of_file_with_the_choice_made(client: httpx.Client):
    text = page(client, "/collections/suitability_by_regencies/items", crop="maize", scenario="actual")
    for format_ in ("xlsx", "csv", "gpkg", "fgb", "parquet"):
        (href,) = re.findall(rf'href="([^"]*f={format_}[^"]*)"', text)
        answer = client.get(href.replace("&amp;", "&"))
        assert answer.headers["ogc-numberreturned"] == "4", format_


def test_the_catalogue_is_offered_whole_as_a_table(client: httpx.Client):
    (href,) = re.findall(r'href="([^"]*f=csv[^"]*)"', page(client, RECORD))
    rows = client.get(href.replace("&amp;", "&")).text.splitlines()
    assert len(rows) - 1 == client.get(RECORD).json()["numberMatched"]


def test_a_label_stands_with_its_field(client: httpx.Client):
    for path in ("/processes/land-suitability", "/collections/suitability_by_regencies/items"):
        form = page(client, path).partition("<form")[2].partition("</form>")[0]
        fields = re.findall(r'<div class="field">(.*?)</div>', form, re.DOTALL)
        assert [field.count("<label") for field in fields] == [1] * len(fields)
        assert sum(field.count("<select") for field in fields) == form.count("<select") > 0


@pytest.mark.parametrize(
    "path", ["/", "/collections", "/collections/soc", "/collections/records", "/processes"]
)
def test_no_link_of_an_indonesian_document_is_titled_in_english(client: httpx.Client, path: str):
    def titles(language: str) -> set[str]:
        text = client.get(path, params={"lang": language}).text
        return {*re.findall(r'"href":"[^"]*","title":"([^"]+)"|"title":"([^"]+)","href":', text)}

    assert titles("en") & titles("id") == set()


def test_the_page_of_the_api_folds_what_only_single_collections_have(client: httpx.Client):
    everywhere, folded = page(client, "/openapi").split("<details>")
    assert "/collections/{collectionId}/items/{" in everywhere
    assert "/collections/records/items" in everywhere
    assert "/collections/regencies/" not in everywhere
    assert "/collections/regencies/items" in folded
    assert "/collections/{collectionId}" not in folded


def test_a_job_whose_result_was_removed_is_not_called_stopped(client: httpx.Client):
    asked = {
        "inputs": {"region": "01.03", "crop": "maize"},
        "outputs": {"result": {"transmissionMode": "reference"}},
    }
    answer = client.post("/processes/land-suitability/execution", json=asked)
    (job,) = re.findall(r"/jobs/([^/>\"]+)", answer.headers["link"])
    assert client.delete(f"/jobs/{job}").status_code == 200
    for path in (f"/jobs/{job}", "/jobs"):
        assert texts("id")["job.status.forgotten"] in page(client, path, "id")
    assert "<progress" not in page(client, f"/jobs/{job}")


def test_the_first_page_has_a_tile_for_each_theme_and_a_door_for_each_visitor(client: httpx.Client):
    text = page(client, "/", "id")
    shown = re.findall(r'<li class="tile">\s*<h3><a href="([^"]*)">([^<]*)', text)
    assert [title for _, title in shown][:2] == [texts("id")[f"theme.{name}"] for name in ("soil", "terrain")]
    assert all(client.get(href, params={"f": "html"}).status_code == 200 for href, _ in shown)
    assert text.count('<li class="door">') == 3
    assert texts("id")["landing.maps"].format(count=4) in text


def test_every_collection_is_listed_once_below_its_theme(client: httpx.Client):
    told = client.get("/collections", params={"f": "json", "lang": "en"}).json()["collections"]
    text = page(client, "/collections").partition("<main")[2]
    for each in told:
        assert isinstance(each["keywords"], list), each["id"]
        assert text.count(f'href="/collections/{each["id"]}?lang=en"') == 1
    soil = text.partition("<h2>Soil</h2>")[2].partition("</details>")[0]
    assert ">Soil organic carbon" in soil
    assert "/collections/slope?" not in soil


def test_only_who_may_choose_an_area_in_several_ways_is_told_to_choose_one(client: httpx.Client):
    one_of = texts("en")["process.one_of_area"]
    assert one_of in page(client, "/processes/land-suitability")
    assert one_of not in page(client, "/processes/pack")


def test_what_is_searched_for_on_the_first_page_is_found_in_the_catalogue(client: httpx.Client):
    (action,) = re.findall(r'action="([^"]*)" role="search"', page(client, "/"))
    assert "Soil organic carbon" in page(client, action, words="carbon")


def test_the_first_page_tells_what_the_last_publication_changed(client: httpx.Client, nation_store: Store):
    last, before = nation_store.ledger.snapshots(2)
    told = page(client, "/").partition('id="state"')[2]
    for name, title in (
        ("soc", "Soil organic carbon"),
        ("suitability_maize", "Land suitability (actual): Maize"),
    ):
        assert (f">{title}</a>" in told) == (last.layers[name] != before.layers.get(name))
