"""People's pages: what they show, in which language, and that nothing of them comes from elsewhere."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from soilinfo.catalog.styles import NO_DATA_COLOUR
from soilinfo.catalog.text import texts
from soilinfo.serve.pages.outline import outline

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = [
    "/",
    "/map",
    "/map?layer=soc",
    "/map?crop=maize&scenario=potential_high",
    "/collections",
    "/collections/soc",
    "/collections/drainage",
    "/collections/suitability",
    "/collections/regencies",
    "/collections/regencies/items",
    "/collections/regencies/items/01.04",
    "/collections/suitability_by_regencies/items",
    "/collections/soc/schema",
    "/processes",
    "/processes/land-suitability",
    "/openapi",
    "/conformance",
]


@pytest.fixture(scope="session")
def browser(client: httpx.Client) -> Iterator[httpx.Client]:
    """What a browser asks for when a person opens an address."""
    with httpx.Client(base_url=client.base_url, headers=BROWSER, timeout=30) as opened:
        yield opened


class Loaded(HTMLParser):
    """Addresses that a browser fetches by itself, and those that a person may follow."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [given[name] for name in ("src", "srcset", "data", "poster") if given.get(name)]
        if tag == "link":
            self.fetched.append(given["href"])
        elif tag == "a":
            self.links.append(given["href"])


@pytest.mark.parametrize("path", PAGES)
def test_every_page_loads_only_from_its_own_host(browser: httpx.Client, path: str):
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert [address for address in Loaded(answer.text).fetched if urlsplit(address).netloc] == []
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_language_a_title_and_one_heading(browser: httpx.Client, path: str):
    text = browser.get(path, params={"lang": "id"}).text
    assert '<html lang="id">' in text
    assert len(re.findall("<h1", text)) == 1
    assert '<main id="main"' in text
    assert re.search(r"<title>\S.* · Negara uji</title>", text)


def test_links_of_the_landing_page_lead_somewhere(browser: httpx.Client):
    here = ("/", str(browser.base_url))
    links = {link for link in Loaded(browser.get("/").text).links if link.startswith(here)}
    assert len(links) > 20
    answers = {link: browser.get(link, headers={"range": "bytes=0-9"}).status_code for link in links}
    assert {link: status for link, status in answers.items() if status not in (200, 206)} == {}


def test_the_landing_page_shows_every_theme_and_that_data_are_synthetic(browser: httpx.Client):
    text = browser.get("/").text
    for title in ("Soil organic carbon", "Slope", "Annual rainfall", "Irrigated rice", "Regencies"):
        assert title in text
    assert "Synthetic data." in text
    assert 'href="/qgis/testland.qgs?lang=en"' in text


def test_the_language_is_chosen_by_parameter_or_by_the_browser(browser: httpx.Client):
    assert "Buka peta" in browser.get("/", headers={"accept-language": "id-ID,id;q=0.9,en;q=0.8"}).text
    assert "Open the map" in browser.get("/", headers={"accept-language": "fr,en;q=0.5"}).text
    assert "Buka peta" in browser.get("/", params={"lang": "id"}, headers={"accept-language": "en"}).text


def test_machines_get_json_at_the_same_address(browser: httpx.Client):
    assert browser.get("/collections", headers={"accept": "*/*"}).json()["collections"]
    assert browser.get("/collections?f=json").json()["collections"]
    assert browser.get("/collections?f=html", headers={"accept": "*/*"}).text.startswith("<!doctype html>")


def test_a_page_says_nothing_is_there_with_the_status_and_what_exists(browser: httpx.Client):
    answer = browser.get("/collections/sioc")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "sioc" in answer.text
    assert browser.get("/no/such/page").status_code == 404


def test_the_map_refuses_a_layer_or_scenario_that_does_not_exist(browser: httpx.Client):
    unknown = browser.get("/map", params={"layer": "soil_color"})
    assert unknown.status_code == 404
    assert "soil_color" in unknown.text
    assert browser.get("/map", params={"scenario": "best"}).status_code == 404


def test_a_coverage_that_is_asked_for_as_a_file_is_one_also_for_a_browser(browser: httpx.Client):
    answer = browser.get("/collections/soc/coverage", params={"bbox": "120.1,-7.2,120.2,-7.1", "f": "json"})
    assert answer.status_code == 200
    assert "html" not in answer.headers["content-type"]


def test_numbers_and_ids_of_a_table_are_written_for_people(browser: httpx.Client):
    text = browser.get("/collections/suitability_by_regencies/items", params={"lang": "id"}).text
    assert "Kakao" in text
    assert "Aktual (keadaan sekarang)" in text
    assert re.search(r"\d\.\d{3},\d", text)


def test_the_columns_planners_look_for_come_first(browser: httpx.Client):
    text = browser.get("/collections/suitability_by_regencies/items").text
    heads = re.findall(r'<th scope="col">([^<]*)', text)
    assert heads[:4] == ["Name", "Crop", "Assessment", "S1 (%)"]
    assert heads[7:9] == ["No data (%)", "Main limiting factor"]
    assert heads[-1] == "Row ID"


def test_the_rows_of_a_table_are_narrowed_by_a_form_and_the_csv_keeps_the_choice(browser: httpx.Client):
    path = "/collections/suitability_by_regencies/items"
    text = browser.get(path, params={"crop": "maize", "scenario": "", "code": "01.02"}).text
    assert "4 of 4 rows" in text
    assert '<option value="maize" selected>' in text
    assert '<input type="hidden" name="code" value="01.02">' in text
    (link,) = (link for link in Loaded(text).links if "f=csv" in link)
    table = browser.get(link).text.splitlines()
    assert len(table) == 5
    assert all(',"maize",' in row for row in table[1:])


def test_only_published_crops_are_offered(browser: httpx.Client):
    text = browser.get("/collections/suitability_by_regencies/items").text
    assert re.findall(r'<option value="(\w+)"', text)[:3] == ["cocoa", "maize", "rice_irrigated"]
    assert "durian" not in text


def test_a_process_has_a_form_with_titles_in_the_language_of_the_page(browser: httpx.Client):
    text = browser.get("/processes/land-suitability", params={"lang": "id"}).text
    assert '<option value="maize">Jagung</option>' in text
    assert '<option value="rice_irrigated" selected>Padi sawah irigasi</option>' in text
    assert "tepat satu dari bbox, region, geometry" in text
    layers = browser.get("/processes/zonal-statistics").text
    assert '<option value="soc">Soil organic carbon</option>' in layers


@pytest.mark.parametrize(
    ("language", "ranking", "reasons"), [("en", "Rank", "Reason"), ("id", "Peringkat", "Alasan")]
)
def test_the_form_of_a_process_draws_ranking_zones_and_reasons_as_tables(
    browser: httpx.Client, language: str, ranking: str, reasons: str
):
    text = browser.get("/processes/best-crops", params={"lang": language}).text
    data = json.loads(re.search(r'id="process-data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["lists"]["ranking"]["columns"]["rank"] == ranking
    assert data["lists"]["reasons"]["columns"]["reason"] == reasons
    assert "zones" in data["tables"]
    assert all(
        heading and heading != name
        for each in data["lists"].values()
        for name, heading in each["columns"].items()
    )


def test_previews_lie_over_the_land_so_that_no_data_is_not_sea(browser: httpx.Client):
    text = browser.get("/collections/soc").text
    (path,) = set(re.findall(r'src="(/land/nation/[^"]+)"', text))
    answer = browser.get(path, headers={"accept": "image/*"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert f'fill="{NO_DATA_COLOUR}"' in answer.text
    assert NO_DATA_COLOUR in text.split("<figure")[1]
    assert browser.get("/land/nation/unknown.svg").status_code == 404


def test_the_front_page_and_the_map_begin_with_irrigated_rice(browser: httpx.Client):
    assert "Land suitability (actual): Irrigated rice" in browser.get("/").text
    assert '<option value="suitability_rice_irrigated" selected>' in browser.get("/map").text


def test_the_assessment_is_asked_for_only_where_it_changes_the_map(browser: httpx.Client):
    assert '<div id="assessment" hidden>' in browser.get("/map", params={"layer": "soc"}).text
    assert '<div id="assessment">' in browser.get("/map", params={"crop": "maize"}).text


def test_the_frame_of_an_error_speaks_the_language_of_the_page(browser: httpx.Client):
    missing = browser.get("/collections/sioc", params={"lang": "id"}).text
    assert "Halaman tidak ditemukan (404)" in missing
    assert "Silakan periksa alamatnya" in missing
    wrong = browser.get("/collections/regencies/items", params={"lang": "id", "limit": "many"})
    assert wrong.status_code == 400
    assert "Permintaan tidak dapat diproses (400)" in wrong.text


def test_coordinates_dates_and_sentences_follow_the_language(browser: httpx.Client):
    text = browser.get("/collections/soc", params={"lang": "id"}).text
    assert re.search(r"120; -7,5; 120,5; -7\b", text)
    assert re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d, pukul \d\d\.\d\d UTC", text)


def test_the_qgis_project_is_offered_in_both_languages_and_only_for_this_country(browser: httpx.Client):
    answer = browser.get("/qgis/testland.qgs", params={"lang": "id"})
    assert answer.headers["content-type"] == "application/x-qgis-project"
    assert "Negara uji" in answer.text
    assert browser.get("/qgis/elsewhere.qgs").status_code == 404


def test_files_of_pages_refer_to_no_other_host():
    folder = Path("soilinfo/serve")
    files = [*folder.glob("static/*.css"), *folder.glob("static/*.js"), *folder.glob("templates/*.html")]
    foreign = {
        path.name: re.findall(r"https?://(?!www\.w3\.org)[a-z0-9.-]+", path.read_text("utf-8"))
        for path in files
    }
    assert {name: found for name, found in foreign.items() if found} == {}


def test_every_text_of_the_templates_exists_in_both_languages():
    folder = Path("soilinfo/serve")
    sources = "".join(path.read_text("utf-8") for path in [*folder.glob("templates/*"), *folder.glob("*.py")])
    keys = set(re.findall(r"""say\(\s*["']([a-z_.]+[a-z])["']""", sources))
    assert len(keys) > 60
    for language in ("en", "id"):
        assert sorted(keys - set(texts(language))) == []


def test_an_outline_keeps_north_up_and_the_shape_in_its_box():
    square = {"type": "Polygon", "coordinates": [[[10, 1], [12, 1], [12, 2], [10, 1]]]}
    drawn = outline(square)
    assert drawn.path == "M10.00000,-1.00000L12.00000,-1.00000L12.00000,-2.00000L10.00000,-1.00000Z"
    left, top, width, height = map(float, drawn.box.split())
    assert left < 10 < 12 < left + width
    assert top < -2 < -1 < top + height


def test_a_point_or_nothing_has_no_outline():
    assert outline(None) is None
    assert outline({"type": "Point", "coordinates": [1, 2]}) is None
