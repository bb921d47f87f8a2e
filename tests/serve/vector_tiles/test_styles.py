"""Styles: the colours of maps and legends, and rules that between them draw each area once."""

from collections.abc import Callable
from typing import Any

import httpx

Refused = Callable[..., str]
Row = dict[str, Any]

STYLES = "/collections/{}/styles"
SHARES = STYLES.format("suitability_by_regencies") + "/dominant_class"


def holds(expression: Any, row: Row) -> Any:
    """What an expression of MapLibre says of a row."""
    if not isinstance(expression, list):
        return expression
    name, *arguments = expression
    if name == "get":
        return row.get(arguments[0])
    if name == "has":
        return arguments[0] in row
    values = [holds(each, row) for each in arguments]
    operators: dict[str, Callable[..., Any]] = {
        "all": lambda *each: all(each),
        "!": lambda one: not one,
        "==": lambda a, b: a == b,
        "!=": lambda a, b: a != b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    try:
        return operators[name](*values)
    except TypeError:  # nothing is above or below what is not there
        return False


def drawn(style: Row, row: Row) -> list[str]:
    return [layer["paint"]["fill-color"] for layer in style["layers"] if holds(layer["filter"], row)]


def test_every_style_listed_is_there_and_complete_in_itself(client: httpx.Client):
    for collection in client.get("/collections").json()["collections"]:
        if any(link["rel"].endswith("tilesets-vector") for link in collection["links"]):
            told = client.get(STYLES.format(collection["id"])).json()
            assert told["default"] == told["styles"][0]["id"]
            for each in told["styles"]:
                answer = client.get(each["links"][0]["href"])
                assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
                style = answer.json()
                assert not {"glyphs", "sprite"} & {*style}
                assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])
                assert {layer["source-layer"] for layer in style["layers"]} == {collection["id"]}


def test_styles_listed_for_a_version_are_of_that_version(client: httpx.Client):
    path = STYLES.format("regencies")
    (source,) = client.get(f"{path}/outline?f=mbs").json()["sources"].values()
    version = httpx.URL(source["tiles"][0]).params["version"]
    (listed,) = client.get(path, params={"version": version}).json()["styles"]
    assert httpx.URL(listed["links"][0]["href"]).params["version"] == version


def test_the_tiles_of_a_style_are_there(client: httpx.Client):
    (source,) = client.get(SHARES).json()["sources"].values()
    assert client.get(source["tiles"][0].format(z=8, y=133, x=213)).status_code == 200


def test_each_area_is_drawn_once_in_the_colour_of_its_largest_class(client: httpx.Client):
    style = client.get(f"{SHARES}?crop=maize").json()
    rows = client.get("/collections/suitability_by_regencies/items?limit=1000&skipGeometry=true").json()
    colours = dict(zip(("s1", "s2", "s3", "n"), ("#01665e", "#5ab4ac", "#dfc27d", "#8c510a"), strict=True))
    count = 0
    for row in (feature["properties"] for feature in rows["features"]):
        if (row["crop"], row["scenario"]) != ("maize", "actual"):
            assert drawn(style, row) == []
            continue
        largest = max(colours, key=lambda name: row[f"{name}_pct"])
        assert drawn(style, row) == [colours[largest] if row["nodata_pct"] <= 50 else "#cccccc"]
        count += 1
    assert count == 4


def test_alike_shares_go_to_the_better_class_and_land_without_data_is_grey(client: httpx.Client):
    style = client.get(f"{SHARES}?crop=maize").json()
    row = {"crop": "maize", "scenario": "actual", "s1_pct": 0, "s2_pct": 30, "s3_pct": 30, "n_pct": 30}
    assert drawn(style, row | {"nodata_pct": 10}) == ["#5ab4ac"]
    assert drawn(style, row | {"nodata_pct": 60}) == ["#cccccc"]


def test_labels_are_in_the_language_asked_for(client: httpx.Client):
    english, indonesian = (client.get(f"{SHARES}?lang={language}").json() for language in ("en", "id"))
    assert [layer["id"].partition(":")[0] for layer in english["layers"]][:4] == ["S1", "S2", "S3", "N"]
    assert english["layers"][4]["id"] == "No data on more than half of the area"
    assert indonesian["layers"][4]["id"] != english["layers"][4]["id"]


def test_the_name_of_a_style_tells_which_rows_are_drawn(client: httpx.Client):
    (listed,) = client.get(STYLES.format("suitability_by_regencies")).json()["styles"]
    assert listed["title"] == "Class of most of the area: Irrigated rice, Actual (land as it is)"
    assert client.get(f"{SHARES}?crop=maize").json()["name"].endswith(": Maize, Actual (land as it is)")


def test_a_style_that_does_not_exist_names_those_that_do(refused: Refused):
    assert "dominant_class" in refused(STYLES.format("suitability_by_regencies") + "/none", 404)
    assert "colour" in refused(f"{SHARES}?colour=red")


def test_the_status_of_a_nutrient_is_drawn_in_one_colour_for_each_unit(subsidised_client: httpx.Client):
    listed = subsidised_client.get("/collections").json()["collections"]
    tables = [each["id"] for each in listed if each["id"].startswith("nutrient_status_paddy_by_")]
    assert tables
    for table in tables:
        style = subsidised_client.get(STYLES.format(table)).json()["styles"][0]
        rules = subsidised_client.get(style["links"][0]["href"]).json()
        for row in rows_of(subsidised_client, table):
            assert len(drawn(rules, row)) == (row["nutrient"] == rules["layers"][0]["filter"][1][2])


def rows_of(client: httpx.Client, collection: str) -> list[Row]:
    """The rows of a table as tiles have them: without what is not there."""
    page = client.get(f"/collections/{collection}/items?limit=1000&skipGeometry=true").json()
    rows = (feature["properties"] for feature in page["features"])
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_styles_of_rasters_stay_those_of_maps(client: httpx.Client):
    told = client.get(STYLES.format("suitability")).json()
    assert "actual" in {style["id"] for style in told["styles"]}
