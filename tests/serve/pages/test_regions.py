"""The form about one region: a planner chooses it and gets what is made of it, without any script."""

import html
import re

import httpx
import pytest

from soilinfo.catalog.text import texts

FORM = re.compile(r'<form[^>]*method="post" action="(/regions[^"]*)">(.*?)</form>', re.DOTALL)
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def sent(client: httpx.Client, page: str, make: str, region: str) -> httpx.Response:
    """What a browser is answered to the form of a page."""
    text = client.get(page, params={"f": "html", "lang": "id"}).text
    ((action, within),) = FORM.findall(text)
    assert f'name="make" value="{make}"' in within
    given = {"region": region, "make": make}
    return client.post(html.unescape(action), data=given, headers=BROWSER)


def test_every_region_is_offered_below_the_one_above_it(client: httpx.Client):
    ((_, form),) = FORM.findall(client.get("/", params={"f": "html"}).text)
    below = {name: re.findall(r'value="([^"]+)"', rest) for name, rest in _groups(form)}
    rows = client.get("/collections/regencies/items", params={"f": "json", "limit": 100}).json()["features"]
    assert sum(len(codes) - 1 for codes in below.values()) == len(rows) > 2
    for codes in below.values():
        assert all(code.startswith(f"{codes[0]}.") for code in codes[1:])


def _groups(form: str) -> list[tuple[str, str]]:
    return re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', form, re.DOTALL)


@pytest.mark.parametrize(
    ("make", "address"),
    [
        ("fact_sheet", "/factsheets/01.03.pdf?lang=id"),
        ("map", "/map?region=01.03&lang=id"),
        ("project", "/qgis/testland.qgs?region=01.03&lang=id"),
    ],
)
def test_what_is_there_already_is_led_to(client: httpx.Client, make: str, address: str):
    answer = sent(client, "/", make, "01.03")
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert client.get(address).status_code == 200


def test_the_page_of_a_region_has_the_same_buttons_beside_its_fact_sheet(client: httpx.Client):
    page = "/collections/regencies/items/01.03"
    assert sent(client, page, "map", "01.03").headers["location"] == "/map?region=01.03&lang=id"
    assert 'href="/factsheets/01.03.pdf' in client.get(page, params={"f": "html"}).text


@pytest.mark.parametrize("make", ["atlas", "pack"])
def test_what_takes_a_while_is_a_job_whose_page_tells_when_it_is_done(client: httpx.Client, make: str):
    answer = sent(client, "/", make, "01.03")
    assert answer.status_code == 303
    job = client.get(answer.headers["location"], headers=BROWSER)
    assert texts("id")[f"serve.{make}"] in job.text
    asked = httpx.URL(answer.headers["location"]).path
    assert client.get(asked, params={"f": "json"}).json()["processID"] == make
    assert client.delete(asked).status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"region": "01.77", "make": "pack"}, "no region"),
        ({"region": "", "make": "map"}, "region"),
        ({"region": "01.03", "make": "coffee"}, "fact_sheet"),
        ({}, "fact_sheet"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_page(client: httpx.Client, given: dict[str, str], told: str):
    answer = client.post("/regions", params={"lang": "id"}, data=given, headers=BROWSER)
    assert answer.status_code == 400
    assert told in answer.text
    assert texts("id")["error.do.400"] in answer.text
    assert "detail" in client.post("/regions", data=given).json()


def test_a_code_cannot_lead_to_another_host(client: httpx.Client):
    for code in ("//evil.example/", "../../x", "\r\nset-cookie: a=b"):
        answer = client.post("/regions", data={"region": code, "make": "fact_sheet"})
        assert answer.headers["location"].startswith("/factsheets/")
        assert "set-cookie" not in answer.headers
