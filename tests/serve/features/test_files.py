"""Files: what is asked is in them, with the types, names and reference system that it has."""

from collections.abc import Callable
from csv import DictReader
from io import StringIO
from pathlib import Path

import geopandas as gpd
import httpx
import pandas as pd
import pyogrio
import pytest
import shapely

from soilinfo.serve.answers import RefusedError
from soilinfo.serve.features.files import FILE_FORMATS
from soilinfo.serve.features.items import check_size

Refused = Callable[..., str]
Frame = Callable[..., gpd.GeoDataFrame]

ITEMS = "/collections/regencies/items"
TABLE = "/collections/suitability_by_regencies/items"
FINDINGS = "/collections/findings/items"
REGENCIES = ["01.01", "01.02", "01.03", "01.04"]
GEODATA = ["fgb", "gpkg", "parquet"]
UTM = "http://www.opengis.net/def/crs/EPSG/0/9490"


@pytest.fixture
def frame(client: httpx.Client, tmp_path: Path) -> Callable[..., gpd.GeoDataFrame]:
    """Asks for a file and opens it as an analyst would."""

    def ask(path: str, format_: str, **query: object) -> gpd.GeoDataFrame:
        answer = client.get(path, params={**query, "f": format_})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == FILE_FORMATS[format_].media_type
        file = tmp_path / f"answer.{format_}"
        file.write_bytes(answer.content)
        return gpd.read_parquet(file) if format_ == "parquet" else gpd.read_file(file)

    return ask


@pytest.mark.parametrize("format_", GEODATA)
def test_a_file_holds_the_whole_collection(frame: Frame, format_: str):
    assert len(frame(TABLE, format_)) == 48


@pytest.mark.parametrize("format_", GEODATA)
def test_a_file_honours_every_parameter(client: httpx.Client, frame: Frame, format_: str):
    query = {
        "filter": "code <> '01.02'",
        "sortby": "-code",
        "properties": "code,name",
        "limit": 2,
        "crs": UTM,
    }
    read = frame(ITEMS, format_, **query)
    assert [*read.columns] == ["code", "name", "geometry"]
    assert [*read["code"]] == ["01.04", "01.03"]
    assert read.crs == "EPSG:9490"
    known = gpd.read_file(client.get(ITEMS).content).set_index("code").to_crs("EPSG:9490")
    assert read.set_index("code").geometry.geom_equals_exact(known.geometry[["01.04", "01.03"]], 0.2).all()


@pytest.mark.parametrize("format_", GEODATA)
def test_x_stands_before_y_in_files_whatever_the_authority_says(frame: Frame, format_: str):
    read = frame(ITEMS, format_, crs="EPSG:4326")
    assert read.crs == "EPSG:4326"
    assert read.total_bounds[0] == pytest.approx(120, abs=0.1)


@pytest.mark.parametrize("format_", GEODATA)
def test_what_is_missing_stays_missing_and_a_feature_may_be_without_a_place(frame: Frame, format_: str):
    read = frame(FINDINGS, format_)
    assert read.geometry.isna().any()
    assert pd.api.types.is_numeric_dtype(read["count"])
    assert read["evidence"].str.startswith("{").all()


@pytest.mark.parametrize("format_", ["fgb", "gpkg"])
def test_a_table_without_geometry_is_a_table(client: httpx.Client, tmp_path: Path, format_: str):
    file = tmp_path / f"answer.{format_}"
    file.write_bytes(client.get(f"{ITEMS}?f={format_}&skipGeometry=true").content)
    read = pyogrio.read_dataframe(file)
    assert sorted(read["code"]) == REGENCIES
    assert "geometry" not in read or read["geometry"].isna().all()


@pytest.mark.parametrize("format_", GEODATA)
def test_a_question_that_nothing_fulfils_is_an_empty_file(frame: Frame, format_: str):
    assert frame(ITEMS, format_, filter="area_ha < 0").empty


@pytest.mark.parametrize("format_", [*GEODATA, "csv", "xlsx"])
def test_the_same_features_are_the_same_bytes(client: httpx.Client, format_: str):
    first, second = (client.get(f"{ITEMS}?f={format_}").content for _ in range(2))
    assert first == second


def test_a_geopackage_is_dated_as_what_it_holds(client: httpx.Client, published, tmp_path: Path):
    file = tmp_path / "answer.gpkg"
    file.write_bytes(client.get(f"{ITEMS}?f=gpkg").content)
    (made,) = (version.created for version in published["regencies"].versions.values())
    date = pyogrio.read_dataframe(file, sql="SELECT last_change FROM gpkg_contents")["last_change"].iloc[0]
    assert pd.Timestamp(date).tz_localize(None) == pd.Timestamp(made).tz_convert("UTC").tz_localize(
        None
    ).floor("s")


def test_one_feature_is_a_file_too(frame: Frame, refused: Refused):
    assert [*frame(f"{ITEMS}/01.03", "gpkg")["code"]] == ["01.03"]
    assert "no item '99'" in refused(f"{ITEMS}/99?f=gpkg", 404)


def test_a_part_of_a_collection_leads_to_the_next_one(client: httpx.Client):
    answer = client.get(f"{TABLE}?f=csv&limit=20&offset=20")
    assert (answer.headers["ogc-numbermatched"], answer.headers["ogc-numberreturned"]) == ("48", "20")
    following = client.get(answer.links["next"]["url"])
    assert following.headers["ogc-numberreturned"] == "8"
    assert "next" not in following.links
    before = client.get(answer.links["prev"]["url"])
    rows = [row for part in (before, answer, following) for row in part.text.splitlines()[1:]]
    assert rows == client.get(f"{TABLE}?f=csv").text.splitlines()[1:]


def test_a_condition_in_the_address_of_a_part_does_not_end_it(client: httpx.Client):
    answer = client.get(f"{TABLE}?f=csv&limit=20&filter=s1_ha>=0")
    assert client.get(answer.links["next"]["url"]).headers["ogc-numbermatched"] == "48"


def test_a_file_goes_on_where_a_page_of_geojson_ended(client: httpx.Client):
    page = client.get(f"{TABLE}?limit=40&sortby=-s1_ha").json()
    (following,) = [link["href"] for link in page["links"] if link["rel"] == "next"]
    answer = client.get(following.replace("f=json", "f=csv"))
    assert answer.headers["ogc-numberreturned"] == "8"


def test_more_than_a_file_may_hold_is_refused_with_the_way_round():
    with pytest.raises(RefusedError, match=r"48 features.*limited to 40.*limit=40.*'next'") as refusal:
        check_size(48, 40)
    assert refusal.value.status == 413


def test_a_csv_opens_in_a_spreadsheet(client: httpx.Client):
    answer = client.get(f"{TABLE}?f=csv&crop=maize&scenario=actual&properties=code,crop,s1_ha")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = answer.text.splitlines()
    assert header == '"code","crop","s1_ha"'
    assert [row.split(",")[:2] for row in rows] == [[f'"{code}"', '"maize"'] for code in REGENCIES]


def test_numbers_in_a_csv_are_those_of_the_api_in_full(client: httpx.Client):
    names = ("s1_ha", "s1_pct", "nodata_ha", "total_ha")
    asked = f"{TABLE}?limit=48&properties={','.join(names)}"
    rows = DictReader(StringIO(client.get(f"{asked}&f=csv").text))
    features = client.get(f"{asked}&f=json").json()["features"]
    told = [{name: float(row[name]) for name in names} for row in rows]
    assert told == [{name: each["properties"][name] for name in names} for each in features]
    assert any(round(row["s1_ha"], 4) != row["s1_ha"] for row in told), "or rounding would not show"


def test_a_csv_has_shapes_where_they_are_asked_for(client: httpx.Client):
    text = client.get(f"{ITEMS}?f=csv&properties=code&skipGeometry=false&crs={UTM}").text
    rows = {row["code"]: shapely.from_wkt(row["geometry"]) for row in DictReader(StringIO(text))}
    assert [*rows] == REGENCIES
    assert all(100_000 < shape.centroid.x < 900_000 for shape in rows.values()), "metres"


def test_formats_are_asked_for_by_media_type_too(client: httpx.Client):
    accept = "application/geopackage+sqlite3, */*;q=0.1"
    assert client.get(ITEMS, headers={"Accept": accept}).content.startswith(b"SQLite format 3")


def test_an_accept_that_takes_none_of_the_formats_is_406(refused: Refused):
    said = refused(ITEMS, 406, headers={"Accept": "image/png"})
    assert "application/geo+json" in said
    assert "application/flatgeobuf" in said


def test_every_format_is_linked(client: httpx.Client):
    links = {link["type"]: link["href"] for link in client.get(f"{ITEMS}?limit=1&code=01.02").json()["links"]}
    for each in FILE_FORMATS.values():
        assert "limit" not in links[each.media_type]
        assert "code=01.02" in links[each.media_type]
