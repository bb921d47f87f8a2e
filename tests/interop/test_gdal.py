"""GDAL and OWSLib read what is served: GeoTIFFs by range, regions as features."""

import json
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
from owslib.ogcapi.features import Features

from soilinfo.store.vector import Query
from tests.interop.conftest import Served


@pytest.mark.parametrize("name", ["ph_h2o", "soc", "drainage", "suitability_maize"])
def test_a_geotiff_read_by_range_equals_the_store(served: Served, name: str):
    cube = served.store.cube.open(name, served.version(name))
    variable = "actual" if name.startswith("suitability") else next(iter(cube.variables))
    with rasterio.open(f"/vsicurl/{served.cog(name)}") as opened:
        assert np.array_equal(opened.read(1), cube.read(variable))
        assert opened.nodata == cube.variables[variable].nodata
        assert opened.scales[0] == cube.variables[variable].scale
        assert opened.transform.to_gdal() == pytest.approx(rasterio.Affine(*cube.grid.transform).to_gdal())


def test_gdalinfo_knows_unit_scale_and_overviews(served: Served, run):
    described = json.loads(run("gdalinfo", "-json", f"/vsicurl/{served.cog('soc')}"))
    (band,) = described["bands"]
    assert (band["unit"], band["scale"]) == ("%", pytest.approx(0.01))
    assert described["metadata"]["IMAGE_STRUCTURE"]["LAYOUT"] == "COG"


def test_ogrinfo_counts_the_regencies(served: Served, run):
    assert "Feature Count: 4" in run("ogrinfo", "-so", f"OAPIF:{served.url}", "regencies")


def test_ogrinfo_filters_the_table_on_the_server(served: Served, run):
    where = "crop = 'maize' AND scenario = 'actual'"
    told = run("ogrinfo", "-so", "-where", where, f"OAPIF:{served.url}", "suitability_by_regencies")
    assert "Feature Count: 4" in told


def test_ogr2ogr_follows_every_page(served: Served, run, tmp_path: Path):
    target = tmp_path / "rows.geojson"
    source = f"OAPIF:{served.url}"
    run("ogr2ogr", str(target), source, "suitability_by_regencies", "-oo", "PAGE_SIZE=7")
    assert len(json.loads(target.read_text())["features"]) == 48


def test_a_newer_gdal_reads_the_regencies_too(served: Served):
    frame = pyogrio.read_dataframe(f"OAPIF:{served.url}", layer="regencies", PAGE_SIZE="3")
    assert sorted(frame["code"]) == ["01.01", "01.02", "01.03", "01.04"]
    assert frame.geometry.is_valid.all()


def test_a_newer_gdal_asks_for_a_national_system_a_window_and_a_condition(served: Served):
    source = f"OAPIF:{served.url}"
    metres = pyogrio.read_dataframe(source, layer="regencies", CRS="EPSG:9490")
    version = served.version("regencies")
    stored = served.store.vector.read("regencies", version, Query(crs="EPSG:9490"))
    assert metres.crs == "EPSG:9490"
    assert metres.total_bounds == pytest.approx(stored.total_bounds, abs=0.01)
    window = pyogrio.read_dataframe(source, layer="regencies", bbox=(120.05, -7.45, 120.1, -7.4))
    assert [*window["code"]] == ["01.03"]
    where = "crop = 'maize' AND scenario = 'actual'"
    assert len(pyogrio.read_dataframe(source, layer="suitability_by_regencies", where=where)) == 4


def test_geopandas_reads_files_straight_from_their_addresses(served: Served):
    items = f"{served.url}/collections/regencies/items"
    for address in (items, f"{items}?f=fgb"):
        assert sorted(gpd.read_file(address)["code"]) == ["01.01", "01.02", "01.03", "01.04"]
    with urlopen(f"{items}?f=parquet&crs=EPSG:9490") as answer:
        assert gpd.read_parquet(BytesIO(answer.read())).crs == "EPSG:9490"


def test_an_older_gdal_reads_the_files_without_a_warning(served: Served, run, tmp_path: Path):
    for format_ in ("gpkg", "fgb"):
        file = tmp_path / f"regencies.{format_}"
        with urlopen(f"{served.url}/collections/regencies/items?f={format_}&crs=EPSG:3857") as answer:
            file.write_bytes(answer.read())
        told = run("ogrinfo", "-so", str(file), "regencies")
        assert "Feature Count: 4" in told
        assert "Warning" not in told
        assert 'ID["EPSG",3857]' in told


def test_owslib_reads_collections_and_features(served: Served):
    client = Features(served.url)
    assert {"regencies", "suitability_by_regencies"} <= set(client.feature_collections())
    answer = client.collection_items("suitability_by_regencies", crop="cocoa", scenario="actual")
    assert answer["numberMatched"] == 4
    assert {feature["properties"]["crop"] for feature in answer["features"]} == {"cocoa"}


def test_owslib_filters_knows_the_queryables_and_gets_one_feature(served: Served):
    client = Features(served.url)
    queryables = client.collection_queryables("regencies")["properties"]
    assert queryables["geometry"]["format"] == "geometry-multipolygon"
    found = client.collection_items("regencies", bbox=[120.05, -7.45, 120.1, -7.4], limit=1)
    assert [feature["id"] for feature in found["features"]] == ["01.03"]
    found = client.collection_items("regencies", filter="code IN ('01.04', '01.02') AND area_ha > 0")
    assert [feature["id"] for feature in found["features"]] == ["01.02", "01.04"]
    assert client.collection_item("regencies", "01.03")["properties"]["name"] == "Kabupaten 01.03"
