"""Many polygons in, one table out: the hectares of every other answer, and nothing lost."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from exactextract import Operation
from exactextract.raster import NumPyRasterSource
from python_calamine import CalamineWorkbook
from shapely import Point, Polygon, box

from soilinfo.catalog.text import BUILT_IN, texts
from soilinfo.errors import InputError, TooManyCellsError, UnknownNameError
from soilinfo.ingest.checks.polygons import MESSAGES
from soilinfo.ingest.polygons import Offered, read_polygons
from soilinfo.jobs.effort import Effort
from soilinfo.jobs.planning.area import land_suitability, zonal_statistics
from soilinfo.jobs.planning.overlay import cells_of_polygons, overlay
from soilinfo.jobs.planning.overlay_documents import FORMS, document
from soilinfo.jobs.planning.overlay_themes import Asked
from tests.country import NORTH, WEST
from tests.extracted import edges, extracted
from tests.geodesic import hectares
from tests.offered import DONUT, DUPLICATE, blocks, rezipped, turn_hole, zipped

COUNT = 2000
EFFORT = Effort(10**9)


def worked_out(nation, offered: Offered, **asked: Any) -> dict[str, Any]:
    return overlay(nation.store, nation.catalog, nation.snapshot, offered, Asked.of(**asked), EFFORT)


def rows_of(answer: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([feature["properties"] for feature in answer["table"]["features"]])


def offered_shapes(*shapes: shapely.Geometry | None, **fields: list[Any]) -> Offered:
    frame = gpd.GeoDataFrame(fields, geometry=list(shapes), crs="EPSG:4326")
    return Offered(frame.set_index(pd.RangeIndex(1, len(frame) + 1)), "GeoJSON")


def with_holes(shape: Polygon) -> float:
    """Hectares on the ellipsoid, by another way than that of the table."""
    holes = sum(hectares(Polygon(ring), "EPSG:4326") for ring in shape.interiors)
    return hectares(shape, "EPSG:4326") - holes


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Offered:
    """2,000 farm blocks from a zipped shapefile with a ring of the wrong direction and a duplicate."""
    archive = zipped(blocks(COUNT), tmp_path_factory.mktemp("blocks"))
    turn_hole(archive.with_suffix(".shp"))
    rezipped(archive)
    return read_polygons(archive)


@pytest.fixture(scope="module")
def answer(nation, offered: Offered) -> dict[str, Any]:
    return worked_out(nation, offered)


def test_every_polygon_has_a_row_with_its_own_fields(answer):
    rows = rows_of(answer)
    assert list(rows["polygon"]) == list(range(1, COUNT + 1))
    assert rows["blok"].is_unique
    assert list(rows["own_area_ha"][:3]) == [0, 1, 2]
    assert answer["omitted"] == 0
    assert "area_ha (now own_area_ha)" in " ".join(each["message"] for each in answer["findings"])


def test_a_wrong_ring_is_a_hole_all_the_same_and_a_duplicate_is_kept_and_told(answer, offered):
    rows = rows_of(answer).set_index("polygon")
    whole = blocks(COUNT).geometry
    assert rows.loc[DONUT, "mended"] == "ring_direction"
    assert rows.loc[DONUT, "area_ha"] == pytest.approx(with_holes(whole[DONUT - 1]), rel=1e-4)
    assert rows.loc[DUPLICATE, "duplicate_of"] == 2
    same = [name for name in rows if name not in ("blok", "own_area_ha", "duplicate_of")]
    pd.testing.assert_series_equal(rows.loc[DUPLICATE, same], rows.loc[2, same], check_names=False)


def test_areas_are_those_on_the_ellipsoid_and_classes_add_up(answer, offered):
    rows = rows_of(answer)
    areas = [with_holes(shape) for shape in blocks(COUNT).geometry[:50]]
    assert rows["area_ha"][:50].to_numpy() == pytest.approx(areas, rel=1e-4)
    parts = rows[[f"maize_{name}_ha" for name in ("s1", "s2", "s3", "n", "nodata")]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(rows["area_ha"].to_numpy(), abs=1e-3)


def test_values_equal_those_of_exactextract(nation, answer, offered):
    grid, version = nation.catalog.grid, nation.snapshot.layers
    ph, maize = nation.store.cube.open("ph_h2o", version["ph_h2o"]), version["suitability_maize"]
    values = ph.decode("ph_h2o", ph.read("ph_h2o"))
    classes = nation.store.cube.open("suitability_maize", maize).read("actual")
    shapes = blocks(COUNT).geometry.to_numpy()

    def operations(raster, weights, at):
        names = ("weighted_mean", "min", "max") if at == 0 else ("weighted_sum",)
        return [Operation(name, f"{name}{at}", raster, weights) for name in names]

    suited = (classes == 1).astype("float64")
    rasters = [
        NumPyRasterSource(array, **edges(grid), nodata=np.nan, name=str(at))
        for at, array in enumerate((values, suited))
    ]
    expected, rows = extracted(grid, shapes, rasters, operations), rows_of(answer)
    known = rows["ph_h2o_mean"].notna().to_numpy()
    assert 1500 < known.sum() < COUNT
    assert list(known) == list(expected["weighted_mean0"].notna())
    for name, there in {"mean": "weighted_mean0", "min": "min0", "max": "max0"}.items():
        found = rows.loc[known, f"ph_h2o_{name}"].astype(float).to_numpy()
        assert found == pytest.approx(expected.loc[known, there].to_numpy(), abs=6e-5)
    assert rows["maize_s1_ha"].astype(float).to_numpy() == pytest.approx(expected["weighted_sum1"], abs=1e-3)


def test_a_row_is_what_the_processes_answer_of_the_same_polygon(nation, answer):
    feature = answer["table"]["features"][DONUT - 1]
    area, row = {"geometry": feature["geometry"]}, feature["properties"]
    alone = land_suitability(nation.store, nation.catalog, nation.snapshot, area=area, crop="maize")
    assert {each["class"]: each["ha"] for each in alone["classes"]} == pytest.approx(
        {name: row[f"maize_{name.lower()}_ha"] for name in ("S1", "S2", "S3", "N")}, abs=1e-3
    )
    assert row["maize_limiting"] == alone["limiting"][0]["quality"]
    assert row["maize_class"] == max(alone["classes"], key=lambda each: each["ha"])["class"]
    slope = zonal_statistics(nation.store, nation.catalog, nation.snapshot, area=area, layer="slope")
    assert row["slope_mean"] == pytest.approx(slope["mean"], abs=1e-3)
    assert row["slope_covered_pct"] == pytest.approx(slope["covered_pct"], abs=1e-3)


def test_the_unit_with_most_of_a_polygon_is_named_with_its_share(nation):
    # A third in 01.01, two thirds in 01.02, which begins in the middle of the country.
    middle = WEST + 0.25
    shape = box(middle - 0.02, NORTH - 0.1, middle + 0.04, NORTH - 0.05)
    (row,) = rows_of(worked_out(nation, offered_shapes(shape), about=["regions"])).to_dict("records")
    assert (row["provinces_code"], row["regencies_code"]) == ("01", "01.02")
    assert row["regencies_name"] == "Kabupaten 01.02"
    assert row["regencies_pct"] == pytest.approx(100 * 2 / 3, abs=0.01)
    assert row["regencies_covered_pct"] == 100


def test_what_cannot_be_measured_is_a_row_with_the_reason_and_what_lies_outside_has_no_data(nation):
    bow_tie = Polygon([(120.1, -7.2), (120.2, -7.1), (120.2, -7.2), (120.1, -7.1)])
    inside, outside = box(120.2, -7.2, 120.25, -7.15), box(10, 50, 10.1, 50.1)
    half = box(WEST + 0.45, NORTH - 0.1, WEST + 0.55, NORTH - 0.05)
    offered = offered_shapes(inside, None, bow_tie, outside, half, name=["a", "b", "c", "d", "e"])
    answer = worked_out(nation, offered, crops=["maize"], properties=["slope"])
    rows = rows_of(answer).set_index("name")
    assert list(rows["left_out"].fillna("")) == ["", "no_geometry", "self_crossing", "", ""]
    assert rows.loc[["b", "c"], "area_ha"].isna().all()
    assert answer["omitted"] == 2
    assert rows.loc["d", "area_ha"] == pytest.approx(with_holes(outside), rel=1e-6)
    told = rows.loc["d", ["maize_nodata_pct", "slope_covered_pct", "regencies_covered_pct"]]
    assert list(told) == [100, 0, 0]
    assert rows.loc["d", ["maize_class", "slope_mean", "regencies_code"]].isna().all()
    assert rows.loc["e", "slope_covered_pct"] == pytest.approx(50, abs=0.1)
    assert rows.loc["e", "regencies_covered_pct"] == pytest.approx(50, abs=0.1)
    assert [each["check"] for each in answer["findings"] if each["check"] == "outside_grid"] == [
        "outside_grid"
    ]


def test_what_is_found_is_told_in_every_language(nation):
    fields = {"polygon": [1] * 5}
    shapes = [None, Point(120.2, -7.2), box(10, 50, 10.1, 50.1), *[box(120.2, -7.2, 120.3, -7.1)] * 2]
    answer = worked_out(nation, offered_shapes(*shapes, **fields), about=["regions", "zoning"])
    told = {each["check"]: each["messages"] for each in answer["findings"]}
    assert {*told} == {
        *("no_geometry", "not_a_polygon", "outside_grid", "duplicates", "fields_renamed", "not_evaluated")
    }
    assert {tuple(sorted(messages)) for messages in told.values()} == {tuple(sorted(BUILT_IN))}
    assert all(messages["en"] != messages["id"] for messages in told.values())
    assert told["duplicates"]["id"].endswith("poligon 5 = 4.")
    assert told["not_evaluated"] == {
        "en": "Nothing is published yet about: Zoning.",
        "id": "Belum ada yang diterbitkan tentang: Zonasi.",
    }


def test_every_check_of_polygons_has_words_in_every_language(nation):
    checks = (*MESSAGES, "encoding_assumed", "heights_dropped", "rings_closed")
    for language in BUILT_IN:
        assert {f"finding.{each}" for each in checks} <= {*texts(language, nation.catalog.directory)}


def test_polygons_may_overlap_and_each_is_on_its_own(nation):
    large, small = box(120.2, -7.2, 120.3, -7.1), box(120.22, -7.18, 120.25, -7.15)
    together = rows_of(worked_out(nation, offered_shapes(large, small), about=["properties"]))
    alone = rows_of(worked_out(nation, offered_shapes(small), about=["properties"]))
    pd.testing.assert_frame_equal(
        together.iloc[[1]].drop(columns="polygon").reset_index(drop=True), alone.drop(columns="polygon")
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"about": ["soils"]}, "no subject 'soils'; there are: nutrients, properties"),
        ({"crops": ["durian"]}, "no evaluated crop 'durian'; there are: cocoa, maize"),
        ({"properties": ["ph"]}, "no published property 'ph'"),
        ({"scenario": "best"}, "no scenario 'best'"),
    ],
)
def test_a_name_that_there_is_not_is_told_with_those_that_there_are(nation, asked, said):
    with pytest.raises(UnknownNameError, match=said):
        worked_out(nation, offered_shapes(box(120.2, -7.2, 120.3, -7.1)), **asked)


def test_what_is_not_published_is_told(nation):
    shape = box(120.2, -7.2, 120.3, -7.1)
    with pytest.raises(InputError, match="nothing is published about soil_map"):
        worked_out(nation, offered_shapes(shape), about=["soil_map"])


def test_more_polygons_than_an_answer_may_be_about_are_refused(nation, offered):
    assert cells_of_polygons(nation.catalog, offered) > 4_000_000
    with pytest.raises(TooManyCellsError):
        overlay(nation.store, nation.catalog, nation.snapshot, offered, Asked())


# ---- files ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def few(nation) -> dict[str, Any]:
    shapes = [box(120.2, -7.2, 120.3, -7.1), None]
    offered = offered_shapes(
        *shapes, kode=["01", "=1+1"], ID=[7, None], tahun=pd.array([2020, None], "Int64")
    )
    return worked_out(nation, offered, crops=["maize"], properties=["slope"])


def written(nation, answer: dict[str, Any], form: str, language: str = "en") -> bytes:
    return document(nation.catalog, nation.snapshot, answer, form, language)


@pytest.mark.parametrize("language", sorted(BUILT_IN))
def test_a_workbook_speaks_the_language_and_says_where_all_is_from(nation, few, language):
    book = CalamineWorkbook.from_filelike(BytesIO(written(nation, few, "xlsx", language)))
    about, polygons, findings = (book.get_sheet_by_index(at).to_python() for at in range(3))
    expected = {"en": ("Polygon", "Maize: no data (%)"), "id": ("Poligon", "Jagung: tanpa data (%)")}[
        language
    ]
    assert set(expected) <= set(polygons[0])
    assert dict(zip(polygons[0], polygons[2], strict=True))["kode"] == "01"
    assert {"en": "no geometry", "id": "tanpa geometri"}[language] in polygons[3]
    text = " ".join(str(cell) for row in about for cell in row)
    assert f"suitability_maize {nation.snapshot.layers['suitability_maize']}" in text
    said = {"en": "have no geometry (1): polygons 2", "id": "tidak mempunyai geometri (1): poligon 2"}
    assert said[language] in " ".join(str(row[-1]) for row in findings)


def test_a_csv_has_names_and_codes_and_no_formula(nation, few):
    table = pd.read_csv(BytesIO(written(nation, few, "csv")), dtype={"kode": str})
    assert list(table["kode"]) == ["01", "'=1+1"]
    assert list(table["left_out"].fillna("")) == ["", "no_geometry"]
    assert "own_ID" in table


def test_geojson_is_the_table_with_shapes(nation, few):
    collection = json.loads(written(nation, few, "geojson"))
    assert [feature["geometry"] is None for feature in collection["features"]] == [False, True]
    assert collection["features"][0]["properties"]["maize_class"] in ("S1", "S2", "S3", "N")


def test_a_geopackage_has_types_styles_and_versions(nation, few, tmp_path: Path):
    path = tmp_path / "overlay.gpkg"
    path.write_bytes(written(nation, few, "gpkg", "id"))
    frame = pyogrio.read_dataframe(path, layer="overlay")
    assert frame.crs.to_epsg() == 4326
    assert frame["tahun"].iloc[0] == 2020
    info = pyogrio.read_info(path, layer="overlay")
    types = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert (types["polygon"], types["tahun"], types["area_ha"]) == ("int64", "int64", "float64")
    # Nothing was mended: a column without any value is of texts all the same.
    assert (types["mended"], types["left_out"]) == ("object", "object")
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("styleName")
    style = styles.loc["Jagung: kelas bagian terluas"]
    assert style["f_table_name"] == "overlay"
    assert "#" not in style["styleQML"].split("categorizedSymbol")[1][:30]
    others = styles[~styles["useAsDefault"].astype(bool)]
    assert all("Fields" not in each and "aliases" not in each for each in others["styleQML"])
    assert "Fields" in styles.loc[styles["useAsDefault"].astype(bool), "styleQML"].iloc[0]
    assert set(pyogrio.read_dataframe(path, layer="versions")["layer"]) == {
        each["layer"] for each in few["read"]
    }


def test_the_same_polygons_are_the_same_bytes(nation, few):
    for form in FORMS:
        assert written(nation, few, form) == written(nation, few, form), form
