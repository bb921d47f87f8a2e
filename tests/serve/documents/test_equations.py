"""/equations: every equation that may stand beside a value can be looked up, by people and by programs."""

from collections.abc import Callable

import httpx
import pytest

Refused = Callable[..., str]


def test_every_equation_is_listed_with_range_error_and_whether_it_is_used(client: httpx.Client):
    document = client.get("/equations").json()
    found = {one["id"]: one for one in document["equations"]}
    assert len(found) >= 38
    kabala = found["ph_kcl_kabala_2016"]
    assert (kabala["formula"], kabala["error"], kabala["used"]) == ("-1.95 + 11.58 log10 x", None, True)
    assert not found["ph_cacl2_ahern"]["used"]
    assert [one["id"] for one in client.get("/equations?property=sar").json()["equations"]] == ["esp_of_sar"]


def test_an_equation_is_found_by_its_id_in_the_readers_language(client: httpx.Client):
    document = client.get("/equations/soc_walkley_black?lang=id").json()
    assert document["title"] == "Karbon organik dari Walkley dan Black, faktor 1,33"
    assert document["coefficient_range"] == [[0, 0], [1, 1.41]]
    assert {link["rel"]: link["href"] for link in document["links"]}["up"].endswith("/equations")


@pytest.mark.parametrize(
    "path", ["/equations", "/equations/ph_kcl_kabala_2016", "/equations/texture_triangle_usda"]
)
def test_people_have_a_page_of_it(client: httpx.Client, path: str):
    page = client.get(path, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "not stated" in page.text


def test_what_there_is_not_is_said_with_what_there_is(refused: Refused):
    assert "no equation 'kabala'; there are: " in refused("/equations/kabala", status=404)
    assert "no property 'ph'" in refused("/equations?property=ph")
    assert "no query parameter 'soil'" in refused("/equations?soil=peat")
