"""Schemas and queryables: closed, typed, in the language asked for."""

from collections.abc import Callable

import httpx

Refused = Callable[..., str]


def properties(client: httpx.Client, path: str, language: str = "en") -> dict[str, dict[str, object]]:
    answer = client.get(f"/collections/{path}", params={"lang": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
    assert answer.headers["content-language"] == language
    document = answer.json()
    assert document["additionalProperties"] is False
    found: dict[str, dict[str, object]] = document["properties"]
    return found


def test_the_schema_has_what_a_feature_has(client: httpx.Client):
    for name in ("regencies", "suitability_by_regencies", "findings"):
        known = properties(client, f"{name}/schema")
        feature = client.get(f"/collections/{name}/items?limit=1").json()["features"][0]
        assert [*known] == [*feature["properties"], "geometry"]


def test_the_geometry_is_told_by_its_kind_and_has_no_type(client: httpx.Client):
    kinds = {"regencies": "geometry-multipolygon", "findings": "geometry-point"}
    for name, kind in kinds.items():
        for document in ("schema", "queryables"):
            geometry = properties(client, f"{name}/{document}")["geometry"]
            assert geometry == {"format": kind, "x-ogc-role": "primary-geometry"}


def test_the_id_and_the_time_are_told(client: httpx.Client):
    assert properties(client, "regencies/schema")["code"]["x-ogc-role"] == "id"
    created = properties(client, "findings/queryables")["created"]
    assert (created["type"], created["format"]) == ("string", "date-time")


def test_numbers_have_units_in_ucum_and_texts_have_none(client: httpx.Client):
    known = properties(client, "suitability_by_regencies/schema")
    assert (known["s1_ha"]["x-ogc-unit"], known["s1_pct"]["x-ogc-unit"]) == ("har", "%")
    assert "x-ogc-unit" not in known["code"]


def test_titles_are_in_the_language_asked_for(client: httpx.Client):
    english, indonesian = (properties(client, "regencies/queryables", each) for each in ("en", "id"))
    assert english["name"]["title"] == "Name"
    assert indonesian["name"]["title"] == "Nama"


def test_a_condition_on_what_is_no_queryable_is_refused(refused: Refused):
    assert "no query parameter 'geometry'" in refused("/collections/regencies/items?geometry=x")
    assert "no field 'colour'" in refused("/collections/regencies/items?filter=colour IS NULL")


def test_a_column_called_like_a_parameter_is_no_condition(client: httpx.Client, refused: Refused):
    assert "version" in properties(client, "findings/schema")
    assert "version" not in properties(client, "findings/queryables")
    assert "no field 'version'" in refused("/collections/findings/items?filter=version IS NULL")


def test_a_collection_links_to_its_rows_in_every_format(client: httpx.Client):
    for language, title in (("en", "All rows as GeoPackage"), ("id", "Semua baris sebagai GeoPackage")):
        links = client.get("/collections/regencies", params={"lang": language}).json()["links"]
        items = {link["type"]: link for link in links if link["rel"] == "items"}
        assert len(items) == 7, "GeoJSON, HTML and five kinds of files"
        assert items["application/geopackage+sqlite3"]["title"] == title
        assert client.get(items["text/csv"]["href"]).headers["ogc-numberreturned"] == "4"
