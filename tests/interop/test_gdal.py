"""GDAL and OWSLib read what is served: GeoTIFFs by range, regions as features, coverages by the OGC API."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
from owslib.ogcapi.features import Features

from tests.interop.conftest import Served, clean_environment, program


@pytest.fixture
def run(tmp_path: Path):
    """Runs one of GDAL's programs; its output."""

    def run_program(name: str, *arguments: str) -> str:
        command = [program(name, "gdal-bin"), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env=clean_environment(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_program


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


def test_a_newer_gdal_reads_the_regencies_too(served: Served):
    frame = pyogrio.read_dataframe(f"OAPIF:{served.url}", layer="regencies")
    assert sorted(frame["code"]) == ["01.01", "01.02", "01.03", "01.04"]
    assert frame.geometry.is_valid.all()


def test_owslib_reads_collections_and_features(served: Served):
    client = Features(served.url)
    assert {"regencies", "suitability_by_regencies"} <= set(client.feature_collections())
    answer = client.collection_items("suitability_by_regencies", crop="cocoa", scenario="actual")
    assert answer["numberMatched"] == 4
    assert {feature["properties"]["crop"] for feature in answer["features"]} == {"cocoa"}


def test_gdal_reads_a_coverage_over_the_ogc_api(served: Served, run):
    address = f"OGCAPI:{served.url}/collections/soc"
    told = json.loads(run("gdalinfo", "-json", address, "-oo", "API=COVERAGE"))
    assert told["size"] == [240, 240]
