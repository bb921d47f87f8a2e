"""Soil ratings and nutrient status are served: maps in the official colours, a cell, tables, QGIS."""

from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

STATUS = "/collections/nutrient_status_paddy"
PADDY_OF_01_01_01, DRY_LAND = (120.1, -7.125), (120.1, -7.24)


def get(web: httpx.Client, path: str) -> httpx.Response:
    answer = web.get(path)
    assert answer.status_code == 200, answer.text
    return answer


def at(web: httpx.Client, place: tuple[float, float]) -> dict[str, object]:
    """The value of each variable of nutrient status at a place."""
    longitude, latitude = place
    box = f"{longitude},{latitude},{longitude},{latitude}"
    ranges = get(web, f"{STATUS}/coverage?bbox={box}&f=json").json()["ranges"]
    return {name: one["values"][0] for name, one in ranges.items()}


def test_the_status_of_a_cell_is_asked_for_by_its_place(subsidised_client: httpx.Client):
    found = at(subsidised_client, PADDY_OF_01_01_01)
    assert found["k2o_status"] == 1
    assert found["p2o5_status"] in (1, 2)
    shares = [found[f"p2o5_p_{name}"] for name in ("low", "medium", "high")]
    assert sum(shares) == pytest.approx(100)
    assert at(subsidised_client, DRY_LAND)["p2o5_status"] is None


def test_a_legend_has_the_official_colours_in_both_languages(subsidised_client: httpx.Client):
    described = get(subsidised_client, f"{STATUS}?f=json").json()
    assert described["title"] == "Nutrient status of paddy land"
    assert (
        "P: Potential phosphorus (P₂O₅, HCl 25 %), limits 20 / 40 mg/100 g; surveyed: 2020."
        in (described["description"])
    )
    fields = get(subsidised_client, f"{STATUS}/schema?f=json&lang=id").json()["properties"]
    assert [each["title"] for each in fields["p2o5_status"]["oneOf"]] == ["Rendah", "Sedang", "Tinggi"]
    for name in ("p2o5_status", "k2o_status", "p2o5_confidence"):
        shown = get(subsidised_client, f"{STATUS}/map?variable={name}&width=50&height=50&f=png")
        assert shown.content.startswith(b"\x89PNG"), name


def test_rows_of_a_table_are_chosen_by_nutrient_and_by_property(subsidised_client: httpx.Client):
    page = get(subsidised_client, f"{STATUS}_by_districts/items?f=html&lang=id&nutrient=k2o").text
    assert '<option value="k2o" selected>K</option>' in page
    assert "Tahun survei" in page
    rows = get(subsidised_client, f"{STATUS}_by_districts/items?f=json&nutrient=k2o&status=low").json()
    assert {row["properties"]["code"] for row in rows["features"]} == {"01.01.01", "01.02.02", "01.03.01"}
    page = get(subsidised_client, "/collections/soil_ratings_by_regencies/items?f=html").text
    assert '<option value="ph_h2o">Soil pH in water</option>' in page
    assert "sand" not in page.partition('id="narrow-property"')[2].partition("</select>")[0]


def test_pages_have_a_group_of_fertility(subsidised_client: httpx.Client):
    landing = get(subsidised_client, "/?f=html").text
    assert "Soil fertility and fertilizer" in landing
    assert "Nutrient status of paddy land: P status" in landing
    about = get(subsidised_client, "/collections/soil_ratings?f=html&lang=id").text
    assert "Kriteria sifat kimia tanah, PPT 1983" in about
    chosen = get(subsidised_client, "/map?layer=nutrient_status_paddy.k2o_status").text
    assert "variable=k2o_status" in chosen


def test_qgis_draws_cells_and_regions_by_status(subsidised_client: httpx.Client):
    project = fromstring(get(subsidised_client, "/qgis/testland.qgs?lang=en").content)
    groups = {group.attrib["name"]: group for group in project.iter("layer-tree-group") if group.attrib}
    names = [leaf.attrib["name"] for leaf in groups["Soil fertility and fertilizer"]]
    assert names[1:3] == [
        "Nutrient status of paddy land by regency: Status, P",
        "Nutrient status of paddy land by regency: Status, K",
    ]
    assert "Nutrient status of paddy land: P status" in names
    assert "Ratings of soil properties: Soil pH in water" in names
    layer = layer_of(project, "soilinfo_nutrient_status_paddy_by_regencies.k2o_status")
    assert str(layer.findtext("datasource")).endswith("|subset=nutrient = 'k2o'")
    drawn = [(each.attrib["label"], each.attrib["filter"]) for each in layer.iter("rule")]
    *classes, other = drawn
    assert classes == [
        ("Low", "\"status\" = 'low'"),
        ("Medium", "\"status\" = 'medium'"),
        ("High", "\"status\" = 'high'"),
    ]
    assert other[0] == "No class: no data, or no such land"
    assert (
        other[1]
        == "(\"status\" IS NOT 'low') AND (\"status\" IS NOT 'medium') AND (\"status\" IS NOT 'high')"
    )


def layer_of(project: Element, id_: str) -> Element:
    return next(each for each in project.iter("maplayer") if each.findtext("id") == id_)
