"""A raster source that cannot be used is refused in words that say what it is."""

import numpy as np
import pytest
import rasterio
from affine import Affine

from soilinfo.catalog.load import load
from soilinfo.errors import SourceError
from soilinfo.grid import Window
from soilinfo.ingest.source import Reader, inspect
from tests.country import ROOT

NORTH_UP = Affine(0.01, 0, 100, 0, -0.01, 5)
SWAPPED = Affine(0, 0.01, 100, -0.01, 0, 5)
TURNED = Affine(0.01, 0.002, 100, 0.002, -0.01, 5)


def raster(path, transform=NORTH_UP, **more):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", **more}
    with rasterio.open(path, "w", width=300, height=300, transform=transform, **profile) as target:
        target.write(np.random.default_rng(1).random((profile["count"], 300, 300)).astype(profile["dtype"]))
    return path


def empty(path):
    path.write_bytes(b"")


def photograph(path):
    raster(path, Affine.identity(), driver="JPEG", count=3, dtype="uint8", crs=None)


# The writer warns too; that soilinfo does not is said in ingest/source.py, which a test run overrides.
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("make", "check", "message"),
    [
        (empty, "unreadable_source", "an empty file of 0 bytes"),
        (lambda path: path.mkdir(), "unreadable_source", "a directory; name one file in it"),
        (photograph, "no_crs", "no coordinate reference system: a photograph or a drawing, no map"),
        (lambda path: raster(path, SWAPPED), "rotated", "its axes are swapped; warp it to a north-up grid"),
        (lambda path: raster(path, TURNED), "rotated", "rotated or sheared; warp it to a north-up grid"),
    ],
)
def test_a_source_that_cannot_be_used_says_what_it_is(tmp_path, make, check, message):
    make(tmp_path / "source")
    with pytest.raises(SourceError, match=message) as raised:
        inspect(str(tmp_path / "source"))
    assert raised.value.check == check


def test_a_file_that_breaks_off_is_told_in_gdals_own_words(tmp_path):
    path = raster(tmp_path / "source.tif")
    path.write_bytes(path.read_bytes()[:9000])
    catalog = load(ROOT / "config")
    layer = catalog.layers["soc"]
    reader = Reader(inspect(str(path)), layer, catalog.property(layer.property), None)
    with pytest.raises(SourceError, match=r"truncated or corrupt: .*IReadBlock failed") as raised:
        reader.raw(Window(200, 0, 100, 300))
    assert "previous exception" not in str(raised.value)


@pytest.mark.parametrize(
    ("scale", "offset"), [(0, 6), (float("inf"), 0), (float("nan"), 0), (1, float("inf"))]
)
def test_a_scale_that_makes_no_values_is_refused(tmp_path, scale, offset):
    path = raster(tmp_path / "a.tif")
    with rasterio.open(path, "r+") as target:
        target.scales, target.offsets = (scale,), (offset,)
    with pytest.raises(SourceError, match="make no values of its numbers") as refused:
        inspect(str(path))
    assert refused.value.check == "impossible_scale"
