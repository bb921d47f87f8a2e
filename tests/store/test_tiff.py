"""TIFF byte by byte: what GDAL wrote is taken over, what is written here GDAL reads, small and large."""

import zlib
from itertools import pairwise

import numpy as np
import pytest
from rasterio import Affine
from rasterio.io import MemoryFile

from soilinfo.store import tiff

SIDE = 16
NODATA = -1
DESCRIBED = {
    "driver": "GTiff",
    "height": SIDE,
    "width": SIDE,
    "count": 1,
    "dtype": "int16",
    "nodata": NODATA,
    "crs": "EPSG:32750",
    "transform": Affine(30, 0, 500_000, 0, -30, 9_000_000),
    "tiled": True,
    "blockxsize": SIDE,
    "blockysize": SIDE,
    "compress": "DEFLATE",
    "predictor": 2,
    "sparse_ok": True,
}


def fields_of_gdal(**tags):
    """The fields of a file without cells."""
    with MemoryFile() as memory:
        with memory.open(**DESCRIBED) as dataset:
            dataset.update_tags(**tags)
        return list(tiff.fields_of(memory.read()))


def with_tile(fields, tile, big):
    """A file of one tile."""
    places = {tiff.TILE_OFFSETS, tiff.TILE_BYTE_COUNTS}
    others = [field for field in fields if field.tag not in places]

    def header(offset):
        offsets = tiff.places(tiff.TILE_OFFSETS, np.array([offset]), big=big)
        size = len(tile) - tiff.LEADER - tiff.TRAILER
        return tiff.header(
            [[*others, offsets, tiff.places(tiff.TILE_BYTE_COUNTS, np.array([size]), big=big)]], big=big
        )

    return header(len(header(0)) + tiff.LEADER) + tile


def test_fields_are_written_as_they_were_read():
    fields = fields_of_gdal(LICENCE="CC0", TITLE="Tanah: pH ≥ 5")
    read_again = list(tiff.fields_of(tiff.header([fields], big=False)))
    assert read_again == fields
    assert {33550, 33922, 34735, 42112, 42113} <= {field.tag for field in fields}


@pytest.mark.parametrize("big", [False, True])
def test_gdal_reads_what_was_written(big):
    cells = np.arange(SIDE * SIDE, dtype="int16").reshape(SIDE, SIDE)
    file = with_tile(fields_of_gdal(LICENCE="CC0"), tiff.tile(cells, SIDE, NODATA), big)
    assert file[:4] == (b"II+\0" if big else b"II*\0")
    with MemoryFile(file) as memory, memory.open() as dataset:
        assert np.array_equal(dataset.read(1), cells)
        assert (dataset.crs, dataset.transform) == (DESCRIBED["crs"], DESCRIBED["transform"])
        assert dataset.tags()["LICENCE"] == "CC0"
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"


@pytest.mark.parametrize("big", [False, True])
def test_a_header_is_as_long_before_the_tiles_are_known_as_after(big):
    def header(place):
        directory = [tiff.number(256, 1), tiff.places(tiff.TILE_OFFSETS, np.full(9, place), big=big)]
        return tiff.header([directory, directory], big=big)

    assert len(header(0)) == len(header(2**31))
    assert len(header(0)) % 8 == 0


def test_directories_follow_each_other():
    levels = [
        [tiff.number(256, width), tiff.places(324, np.arange(9), big=False)] for width in (400, 200, 100)
    ]
    file = tiff.header(levels, big=False)
    widths = [np.frombuffer(tiff.number(256, width).value, "<u4")[0] for width in (400, 200, 100)]
    places = [file.index(np.uint32(width).tobytes()) for width in widths]
    assert all(before < after for before, after in pairwise(places))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32"])
@pytest.mark.parametrize("shape", [(SIDE, SIDE), (5, SIDE), (SIDE, 1), (3, 7)])
def test_a_tile_holds_its_cells_and_no_data_beyond_the_edge(dtype, shape):
    bounds = np.iinfo(dtype)
    cells = np.random.default_rng(1).integers(bounds.min, bounds.max, shape, dtype, endpoint=True)
    tile = tiff.tile(cells, SIDE, 0)
    data = tile[tiff.LEADER : -tiff.TRAILER]
    assert tile[: tiff.LEADER] == np.uint32(len(data)).tobytes()
    assert tile[-tiff.TRAILER :] == data[-4:]
    differences = np.frombuffer(zlib.decompress(data), np.dtype(dtype).newbyteorder("<")).reshape(SIDE, SIDE)
    whole = differences.cumsum(axis=1, dtype=dtype)
    assert np.array_equal(whole[: shape[0], : shape[1]], cells)
    assert not whole[shape[0] :].any()
    assert not whole[:, shape[1] :].any()


def test_a_tile_without_data_is_not_written():
    assert tiff.tile(np.full((3, SIDE), NODATA, "int16"), SIDE, NODATA) == b""
