"""Files of polygons that anyone may offer: read as they are, or refused with the reason."""

import json
import tracemalloc
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from soilinfo.errors import InputError, LimitError, SourceError, UnknownNameError
from soilinfo.ingest.polygons import UPLOAD, Limits, polygons_in, read_polygons
from tests.offered import blocks, zipped

SQUARE = box(120.1, -7.2, 120.2, -7.1)


def geojson(*shapes: shapely.Geometry | None, **properties: object) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for shape in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_zipped_shapefile_is_read_in_degrees_with_its_letters(tmp_path: Path):
    frame = blocks(5)
    offered = read_polygons(zipped(frame, tmp_path))
    assert list(offered.frame.index) == [1, 2, 3, 4, 5]
    assert set(offered.frame["pemilik"]) == {"Kebun Nyaï"}
    areas = shapely.area(
        shapely.symmetric_difference(offered.frame.geometry.to_numpy(), frame.geometry.to_numpy())
    )
    assert areas.max() < 1e-9
    assert [finding.check for finding in offered.findings] == ["encoding_assumed"]


def test_a_file_without_its_system_is_refused_unless_it_is_stated(tmp_path: Path):
    path = zipped(blocks(3), tmp_path, without=".prj")
    with pytest.raises(InputError, match="does not tell its coordinate reference system"):
        read_polygons(path)
    stated = read_polygons(path, crs="EPSG:32751").frame.geometry
    assert shapely.hausdorff_distance(stated.to_numpy(), blocks(3).geometry.to_numpy()).max() < 1e-6
    with pytest.raises(InputError, match="no coordinate reference system"):
        read_polygons(path, crs="EPSG:nowhere")


def test_a_system_that_the_file_contradicts_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="UTM zone 51S"):
        read_polygons(zipped(blocks(3), tmp_path), crs="EPSG:4326")


def test_one_of_several_layers_must_be_named(tmp_path: Path):
    path = tmp_path / "farms.gpkg"
    for name in ("north", "south"):
        pyogrio.write_dataframe(blocks(3), path, layer=name, append=path.exists())
    with pytest.raises(InputError, match="north, south"):
        read_polygons(path)
    with pytest.raises(UnknownNameError, match="no layer 'nort'; there are: north, south"):
        read_polygons(path, layer="nort")
    assert len(polygons_in(path.read_bytes(), layer="south").frame) == 3


def test_one_broken_ring_does_not_lose_the_file():
    west, south, east, north = SQUARE.bounds
    open_ = [[west, south], [east, south], [east, north], [west, north]]
    content = json.loads(geojson(SQUARE, SQUARE, SQUARE))
    for at, ring in enumerate((open_, [[west, south]])):
        content["features"][at]["geometry"]["coordinates"] = [ring]
    offered = polygons_in(json.dumps(content).encode())
    closed, nothing, square = offered.frame.geometry
    assert shapely.equals(closed, square)
    assert nothing is None
    assert [finding.check for finding in offered.findings] == ["rings_closed"]


def test_heights_are_dropped_and_said():
    offered = polygons_in(geojson(shapely.force_3d(SQUARE, 5.0)))
    assert not offered.frame.geometry.has_z.any()
    assert [finding.check for finding in offered.findings] == ["heights_dropped"]


@pytest.mark.parametrize("shape", [Point(120, -7), LineString([(120, -7), (121, -7)])])
def test_points_and_lines_are_refused_by_name(shape: shapely.Geometry):
    with pytest.raises(InputError, match=f"it holds: {shape.geom_type}"):
        polygons_in(geojson(shape))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it must be a zipped shapefile, a GeoPackage or GeoJSON"),
        (b"%PDF-1.7", "it must be a zipped shapefile, a GeoPackage or GeoJSON"),
        (b"SQLite format 3\0" + bytes(84), "it must be"),
        (b"PK\x03\x04 and then nothing of the kind", "the zip file cannot be unpacked"),
        (
            b'{"type": "FeatureCollection", "features": [',
            "cannot be read as a zipped shapefile, a GeoPackage or GeoJSON",
        ),
        (b'{"type": "FeatureCollection", "features": []}', "no features|no layer|cannot be read|no geometry"),
        (b'{"answer": 42}', "the file cannot be read"),
    ],
)
def test_what_is_no_file_of_polygons_is_refused(content: bytes, said: str):
    with pytest.raises(InputError, match=said):
        polygons_in(content)


def test_a_file_that_is_not_there_is_a_missing_source(tmp_path: Path):
    with pytest.raises(SourceError, match="no such file"):
        read_polygons(tmp_path / "absent.zip")


def packed(path: Path, **members: bytes) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_archive_says_what_it_lacks(tmp_path: Path):
    with pytest.raises(InputError, match=r"it holds: notes\.txt"):
        read_polygons(packed(tmp_path / "a.zip", **{"notes.txt": b"hello"}))
    with pytest.raises(InputError, match=r"lacks its \.shx, \.dbf"):
        read_polygons(packed(tmp_path / "b.zip", **{"a.shp": b"x"}))
    several = {"a.geojson": geojson(SQUARE), "b.shp": b"x"}
    with pytest.raises(InputError, match="name one of them: a, b"):
        read_polygons(packed(tmp_path / "c.zip", **several))
    assert len(read_polygons(tmp_path / "c.zip", layer="a").frame) == 1


def test_no_name_in_an_archive_leads_anywhere(tmp_path: Path):
    outside = tmp_path / "evil.geojson"
    path = packed(tmp_path / "a.zip", **{f"../../../../../..{outside}": geojson(SQUARE)})
    assert len(read_polygons(path).frame) == 1
    assert not outside.exists()


def test_a_bomb_is_not_unpacked(tmp_path: Path):
    path = packed(tmp_path / "a.zip", **{"a.geojson": bytes(50_000_000)})
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    with pytest.raises(LimitError, match=r"50\.0 MB of polygons; at most 20 MB"):
        read_polygons(path, limits=Limits(bytes=20_000_000, features=10, vertices=100))
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_too_many_features_and_vertices_are_refused():
    few = Limits(bytes=10_000_000, features=2, vertices=20)
    with pytest.raises(LimitError, match="3 features; at most 2"):
        polygons_in(geojson(SQUARE, SQUARE, SQUARE), limits=few)
    with pytest.raises(LimitError, match="vertices; at most 20"):
        polygons_in(geojson(Point(120, -7).buffer(0.1)), limits=few)


def test_two_million_vertices_are_too_many():
    angles = np.linspace(0, 2 * np.pi, 1_100_000)
    circle = Polygon(np.column_stack([120 + 0.1 * np.cos(angles), -7 + 0.1 * np.sin(angles)]))
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[circle, circle], crs=4326)
    with pytest.raises(LimitError, match=r"2,200,00\d vertices"):
        polygons_in(_geopackage(frame), limits=UPLOAD)


def _geopackage(frame: gpd.GeoDataFrame) -> bytes:
    content = BytesIO()
    pyogrio.write_dataframe(frame, content, driver="GPKG", layer="a")
    return content.getvalue()
