"""The catalogue: a record of everything that is published, searched as OGC API Records says."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from soilinfo.serve.collections import Collection
from soilinfo.serve.config import PROCESSES

HERE = "/collections/records/items"
Refused = Callable[..., str]


def records(client: httpx.Client, **params: Any) -> list[dict[str, Any]]:
    answer = client.get(HERE, params={"limit": 1000, **params})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return list(answer.json()["features"])


def ids(client: httpx.Client, **params: Any) -> list[str]:
    return [record["id"] for record in records(client, **params)]


def one(client: httpx.Client, name: str, **params: Any) -> dict[str, Any]:
    answer = client.get(f"{HERE}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def links(record: dict[str, Any], rel: str) -> list[str]:
    return [link["href"] for link in record["links"] if link["rel"] == rel]


def test_there_is_a_record_of_every_collection_version_process_and_report(
    client: httpx.Client, published: dict[str, Collection]
):
    found = set(ids(client))
    versions = {
        f"{each.layer}:{each.version}" for one in published.values() for each in one.versions.values()
    }
    assert found >= {*published, *versions, *(f"process:{name}" for name in PROCESSES), "report:fact-sheet"}


def test_a_dataset_tells_what_it_is_whose_it_is_and_where_it_comes_from(
    client: httpx.Client, published: dict[str, Collection]
):
    record, version = one(client, "ph_h2o"), published["ph_h2o"].versions["ph_h2o"]
    told = record["properties"]
    assert told["type"] == "dataset"
    assert told["license"] == published["ph_h2o"].licence
    assert {"en", "id"} == {each["code"] for each in told["languages"]}
    assert told["themes"][0]["concepts"] == [{"id": "geoscientificInformation"}]
    assert "publisher" in told["contacts"][0]["roles"]
    assert any(each["mediaType"].startswith("image/tiff") for each in told["formats"])
    (lineage,) = told["lineage"]
    assert (lineage["version"], lineage["source_sha256"]) == (version.version, version.source_sha256)
    assert told["externalIds"] == [{"scheme": "sha256", "value": version.source_sha256}]
    west, south, east, north = published["ph_h2o"].bounds
    assert record["geometry"]["coordinates"][0][0] == pytest.approx([west, south])
    assert record["geometry"]["coordinates"][0][2] == pytest.approx([east, north])


def test_what_was_derived_leads_to_the_records_of_its_inputs(client: httpx.Client):
    record = one(client, "suitability")
    sources = links(record, "http://www.w3.org/ns/prov#wasDerivedFrom")
    assert any("/items/ph_h2o:" in source for source in sources)
    for source in sources:
        assert client.get(source).json()["properties"]["type"] == "version"


def test_a_record_counts_the_findings_of_the_checks(client: httpx.Client):
    counted = one(client, "regencies")["properties"]["quality"]
    listed = client.get("/collections/findings/items?layer=regencies&limit=1000").json()["features"]
    severities = [each["properties"]["severity"] for each in listed]
    assert counted == {name: severities.count(name) for name in ("block", "warn", "note")}
    assert sum(counted.values()) > 0


def test_every_link_of_a_record_is_answered(client: httpx.Client):
    for name in ("ph_h2o", "regencies", "process:land-suitability"):
        for link in one(client, name)["links"]:
            within = link["href"].startswith(str(client.base_url))
            if within and not link["rel"].endswith("execute"):
                assert client.get(link["href"]).status_code == 200, link


def test_a_version_leads_to_its_own_data(client: httpx.Client, published: dict[str, Collection]):
    version = published["regencies"].version
    record = one(client, f"regencies:{version}")
    assert version in record["properties"]["title"]
    assert links(record, "items")[0].endswith(f"/collections/regencies/items?version={version}")
    for data in links(record, "items"):
        assert f"version={version}" in data


def test_the_fact_sheets_are_one_record_with_a_template(client: httpx.Client):
    (template,) = one(client, "report:fact-sheet")["linkTemplates"]
    sheet = client.get(template["uriTemplate"].replace("{code}", "01.01"))
    assert sheet.headers["content-type"] == template["type"] == "application/pdf"


@pytest.mark.parametrize(("language", "word"), [("en", "suitability"), ("id", "kesesuaian")])
def test_texts_are_searched_and_told_in_the_readers_language(client: httpx.Client, language: str, word: str):
    found = records(client, q=word, lang=language)
    assert "suitability" in {record["id"] for record in found}
    for record in found:
        told = record["properties"]
        assert word in " ".join((told["title"], told["description"], *told.get("keywords", []))).lower()
        assert told["language"] == {"code": language}
    by_header = client.get(HERE, params={"q": word, "limit": 1000}, headers={"Accept-Language": language})
    assert [record["id"] for record in by_header.json()["features"]] == [record["id"] for record in found]


def test_terms_with_commas_between_them_are_alternatives_and_blanks_join_words(client: httpx.Client):
    either = set(ids(client, q="drainage,slope"))
    assert either == {*ids(client, q="drainage"), *ids(client, q="slope")}
    assert set(ids(client, q="land   suitability")) == set(ids(client, q="Land suitability"))
    assert ids(client, q="suitability land of nothing") == []


def test_records_are_found_by_id_type_and_the_hash_of_a_source(
    client: httpx.Client, published: dict[str, Collection]
):
    assert ids(client, ids="soc,ph_h2o,nope") == [each for each in ids(client) if each in ("soc", "ph_h2o")]
    kinds = {record["properties"]["type"] for record in records(client, type="process,report")}
    assert kinds == {"process", "report"}
    sha256 = published["soc"].versions["soc"].source_sha256
    for name in (sha256, f"sha256:{sha256}"):
        assert "soc" in ids(client, externalIds=name)
    assert ids(client, externalIds="0") == []
    title = one(client, "soc")["properties"]["title"]
    assert ids(client, title=title) == ["soc"]


def test_a_place_finds_what_is_about_it(client: httpx.Client):
    assert "ph_h2o" in ids(client, bbox="120.1,-7.3,120.2,-7.2")
    assert ids(client, bbox="0,50,1,51") == []
    assert "process:what-if" not in ids(client, bbox="-180,-90,180,90")


def test_a_time_finds_what_is_about_it_and_nonsense_is_refused(client: httpx.Client, refused: Refused):
    dated = [record for record in records(client) if record["time"]]
    assert set(ids(client, datetime="../..")) == {record["id"] for record in dated}
    assert ids(client, datetime="1200-01-01T00:00:00Z") == []
    for nonsense in ("nonsense", "2020", "2021-01-01/2020-01-01", "2020-01-01/x"):
        assert "datetime" in refused(f"{HERE}?datetime={nonsense}")


def test_records_are_sorted_by_what_is_asked_for(client: httpx.Client):
    titles = [record["properties"]["title"].casefold() for record in records(client, sortby="title")]
    assert titles == sorted(titles)
    kinds = [record["properties"]["type"] for record in records(client, sortby="-type,id")]
    assert kinds == sorted(kinds, reverse=True)


def test_pages_follow_each_other_without_gap_or_repetition(client: httpx.Client):
    every, href, seen = ids(client), f"{HERE}?limit=7", []
    while href:
        page = client.get(href).json()
        assert page["numberReturned"] == len(page["features"]) <= 7
        assert page["numberMatched"] == len(every)
        seen += [record["id"] for record in page["features"]]
        href = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert seen == every


def test_records_are_a_table_too(client: httpx.Client):
    answer = client.get(HERE, params={"f": "csv", "limit": 1000})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["id"] for row in rows] == ids(client)
    assert float(next(row for row in rows if row["id"] == "ph_h2o")["west"]) == pytest.approx(120.0)


@pytest.mark.parametrize("path", ["/collections/records", HERE, f"{HERE}/ph_h2o", f"{HERE}?q=soil"])
@pytest.mark.parametrize("language", ["en", "id"])
def test_people_have_a_page_of_each(client: httpx.Client, path: str, language: str):
    answer = client.get(path, params={**httpx.URL(path).params, "f": "html", "lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert f'lang="{language}"' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        *(
            "colour=red",
            "limit=0",
            "limit=x",
            "offset=-1",
            "sortby=colour",
            "bbox=1,2,3",
            "f=xml",
            "version=1",
        ),
        *("type=nope", "updated=nonsense", "created=2020"),
    ],
)
def test_what_cannot_be_asked_is_refused(refused: Refused, query: str):
    refused(f"{HERE}?{query}")


def test_an_unknown_record_is_not_found(refused: Refused):
    assert HERE in refused(f"{HERE}/nope", 404)


def test_what_is_declared_as_queryable_and_sortable_works(client: httpx.Client):
    for part in ("queryables", "sortables"):
        document = client.get(f"/collections/records/{part}").json()
        assert document["additionalProperties"] is False
        for name in document["properties"]:
            known = {"type": "dataset", "created": "2020-01-01T00:00:00Z", "updated": "2020-01-01T00:00:00Z"}
            asked = {"sortby": name} if part == "sortables" else {name: known.get(name, "x")}
            assert client.get(HERE, params=asked).status_code == 200


def test_a_time_of_publication_is_the_same_in_every_zone(client: httpx.Client):
    updated = one(client, "ph_h2o")["properties"]["updated"]
    elsewhere = datetime.fromisoformat(updated).astimezone(timezone(timedelta(hours=8))).isoformat()
    assert "ph_h2o" in ids(client, updated=elsewhere)
    assert ids(client, updated=updated) == ids(client, updated=elsewhere)


def test_a_place_with_heights_is_the_place(client: httpx.Client):
    assert ids(client, bbox="120,-7.5,0,120.5,-7,9") == ids(client, bbox="120,-7.5,120.5,-7") != []


def test_the_catalogue_is_listed_and_described_alike(client: httpx.Client):
    (listed,) = [
        each for each in client.get("/collections").json()["collections"] if each.get("itemType") == "record"
    ]
    described = client.get("/collections/records").json()
    assert listed["title"] == described["title"]
    assert described["type"] == "Catalog"
    for link in described["links"]:
        if urlsplit(link["href"]).netloc == urlsplit(str(client.base_url)).netloc:
            assert client.get(link["href"]).status_code == 200, link


def test_words_are_all_found_in_any_order(client: httpx.Client):
    both = set(ids(client, words="suitability land"))
    assert both == set(ids(client, words="land suitability"))
    assert both == {*ids(client, words="land")} & {*ids(client, words="suitability")}
    assert 0 < len(both) < len(ids(client))
    assert ids(client, words="land zircon") == []


def test_a_record_of_profiles_tells_from_when_they_are(surveyed_client: httpx.Client):
    record = surveyed_client.get("/collections/records/items/profiles").json()
    assert record["time"]["interval"] == ["1984-09-12T00:00:00Z", "2021-02-17T23:59:59Z"]
    assert record["properties"]["themes"][0]["concepts"] == [{"id": "geoscientificInformation"}]
