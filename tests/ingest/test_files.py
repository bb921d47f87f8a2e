"""Every file that a source consists of is found, so that a change in any is noticed."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.shutil import copy
from shapely import box

from soilinfo.errors import SourceError
from soilinfo.ingest.files import source_files
from tests.ingest.test_raster import write


@pytest.fixture
def tif(tmp_path: Path) -> Path:
    return Path(write(tmp_path / "a.tif", np.arange(256, dtype="uint8").reshape(16, 16)))


def names(source: Path | str) -> list[str]:
    return [file.name for file in source_files(str(source))]


def test_a_raster_comes_with_its_sidecars(tif: Path):
    assert names(tif) == ["a.tif"]
    with rasterio.Env(TIFF_USE_OVR=True, GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(tif, "r+") as dataset:
        dataset.write_mask(np.full((16, 16), 255, dtype="uint8"))
        dataset.build_overviews([2])
    (tif.parent / "a.tif.aux.xml").write_text("<PAMDataset/>")
    (tif.parent / "a.qml").write_text("<qgis/>")
    assert names(tif) == ["a.tif", "a.tif.aux.xml", "a.tif.msk", "a.tif.msk.ovr", "a.tif.ovr"]


def test_a_mosaic_comes_with_its_tiles_also_those_of_a_mosaic_in_it(tif: Path):
    inner, outer = tif.parent / "inner.vrt", tif.parent / "outer.vrt"
    copy(str(tif), str(inner), driver="VRT")
    outer.write_text(inner.read_text().replace(">a.tif<", ">inner.vrt<"))
    assert names(outer) == ["a.tif", "inner.vrt", "outer.vrt"]


def test_a_shapefile_comes_with_its_parts_and_so_does_a_vrt_over_it(tmp_path: Path):
    gpd.GeoDataFrame({"kode": ["1"]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_file(tmp_path / "[r].shp")
    parts = [f"[r].{part}" for part in ("cpg", "dbf", "prj", "shp", "shx")]
    assert names(tmp_path / "[r].shp") == parts
    vrt = tmp_path / "o.vrt"
    vrt.write_text(
        '<OGRVRTDataSource><OGRVRTLayer name="r"><SrcDataSource relativeToVRT="1">[r].shp</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert names(vrt) == [*parts, "o.vrt"]


def test_a_folder_comes_with_all_that_is_in_it(tmp_path: Path):
    (tmp_path / "r.gdb").mkdir()
    for name in ("a", "b"):
        (tmp_path / "r.gdb" / name).write_text(name)
    assert names(tmp_path / "r.gdb") == ["a", "b"]


def test_what_lies_in_an_archive_is_the_archive(tif: Path):
    archive = tif.parent / "a.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(tif, "tiles/a.tif")
    assert names(f"/vsizip/{archive}/tiles/a.tif") == ["a.zip"]
    assert names(f"/vsizip/{{{archive}}}/tiles/a.tif") == ["a.zip"]


def test_a_name_of_gdals_own_leads_to_its_file(tif: Path):
    assert names(f"GTIFF_DIR:1:{tif}") == ["a.tif"]


@pytest.mark.parametrize(
    "name",
    ["/vsicurl/http://127.0.0.1:1/a.tif", "https://127.0.0.1:1/a.tif", "s3://bucket/a.tif", "PG:dbname=x"],
)
def test_a_source_elsewhere_is_refused(name: str):
    with pytest.raises(SourceError, match="not a file on this machine"):
        source_files(name)


def test_a_missing_file_is_told_also_where_a_mosaic_names_it(tif: Path):
    with pytest.raises(SourceError, match=r"b\.tif: no such file"):
        source_files(str(tif.parent / "b.tif"))
    vrt = tif.parent / "v.vrt"
    copy(str(tif), str(vrt), driver="VRT")
    tif.unlink()
    with pytest.raises(SourceError, match=r"a\.tif: no such file"):
        source_files(str(vrt))
    vrt.write_text("<VRTDataset>")
    with pytest.raises(SourceError, match="not a readable VRT"):
        source_files(str(vrt))
