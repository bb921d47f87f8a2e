"""Pictures: a colour for each pixel, and how they are encoded."""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from affine import Affine
from isal import isal_zlib
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from soilinfo.compiled import compiled

Numbers = NDArray[np.uint16]
Colours = NDArray[np.uint8]
Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, each 0 to 255."""

CLEAR: Colour = (0, 0, 0, 0)
MOST_IN_PALETTE = 256


@dataclass(frozen=True)
class Image:
    """``numbers`` (height, width) of the ``colours`` (n, 4) RGBA of the pixels; 0 is the background."""

    numbers: Numbers
    colours: Colours

    @classmethod
    def of(cls, rgba: Colours) -> "Image":
        """The picture of RGBA pixels (height, width, 4), of which those that are clear are background."""
        pixels = np.ascontiguousarray(rgba).view(np.uint32)[..., 0]
        table, numbers = numbered(pixels.reshape(-1))
        return cls(numbers.reshape(pixels.shape), table)

    @property
    def rgba(self) -> Colours:
        """Every pixel, shape (height, width, 4)."""
        return self.colours[self.numbers]

    def on(self, background: Colour) -> "Image":
        """The same picture on another background."""
        colours = self.colours.copy()
        colours[0] = background
        return replace(self, colours=colours)

    def with_void(self, void: NDArray[np.bool_], colour: Colour) -> "Image":
        """The same picture with a colour of their own for the background pixels that are ``void``."""
        numbers = np.where(void & (self.numbers == 0), np.uint16(len(self.colours)), self.numbers)
        return Image(numbers, np.vstack([self.colours, np.array([colour], np.uint8)]))


def numbered(pixels: NDArray[np.uint32]) -> tuple[Colours, Numbers]:
    """The different colours (each four bytes as one number), the clear one first, and theirs of each pixel.

    ``pixels`` has one dimension.
    """
    different, numbers = np.unique(np.concatenate([np.zeros(1, np.uint32), pixels]), return_inverse=True)
    return different.view(np.uint8).reshape(-1, 4), numbers[1:].astype(np.uint16)


# ---- encodings --------------------------------------------------------------------------


def png(image: Image) -> bytes:
    """PNG (ISO 15948): a palette of the colours that occur, where they are no more than 256.

    Written here, as GDAL takes ten times as long to make the same pixels larger.
    """
    rows, used = compacted(image.numbers, len(image.colours))
    height, width = image.numbers.shape
    if len(used) > MOST_IN_PALETTE:
        rows = np.zeros((height, 4 * width + 1), np.uint8)
        rows[:, 1:] = image.rgba.reshape(height, -1)
        return _png(rows, width, 6)
    palette = image.colours[used]
    tables = _chunk(b"PLTE", palette[:, :3].tobytes()) + _chunk(b"tRNS", palette[:, 3].tobytes())
    return _png(rows, width, 3, tables)


def _png(rows: Colours, width: int, colour_type: int, tables: bytes = b"") -> bytes:
    """The file around rows (height, bytes of a row), each after the zero that says it is unfiltered."""
    header = struct.pack(">IIBBBBB", width, len(rows), 8, colour_type, 0, 0, 0)
    data = isal_zlib.compress(rows, 1)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header), tables, _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join(
        [struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))]
    )


@compiled
def occurring(numbers: Numbers, count: int) -> NDArray[np.bool_]:
    """Which of ``count`` numbers (count,) there are among those of the pixels."""
    seen = np.zeros(count, np.bool_)
    for row in range(numbers.shape[0]):
        for column in range(numbers.shape[1]):
            seen[numbers[row, column]] = True
    return seen


@compiled
def compacted(numbers: Numbers, count: int) -> tuple[Colours, Numbers]:
    """(index of each pixel into the used numbers, the used numbers in their order) of ``count`` numbers.

    Each row (width + 1) of indices begins with a zero, as PNG has them; they have meaning only where no more
    than 256 numbers are used.
    """
    height, width = numbers.shape
    used = np.nonzero(occurring(numbers, count))[0].astype(np.uint16)
    index = np.zeros(count, np.uint8)
    for at in range(min(len(used), MOST_IN_PALETTE)):
        index[used[at]] = at
    indices = np.zeros((height, width + 1), np.uint8)
    for row in range(height):
        for column in range(width):
            indices[row, column + 1] = index[numbers[row, column]]
    return indices, used


def jpeg(image: Image) -> bytes:
    """JPEG (ISO 10918): no pixel of it is transparent, so the background shows its colour."""
    return _by_gdal(image.rgba[..., :3], driver="JPEG", QUALITY=90)


def webp(image: Image) -> bytes:
    """WebP without loss: the colours of classes must not run into each other."""
    return _by_gdal(image.rgba, driver="WEBP", LOSSLESS=True)


def _by_gdal(pixels: Colours, **profile: object) -> bytes:
    height, width, count = pixels.shape
    # The transform only tells rasterio that nobody forgot one; a picture holds none.
    size = {"dtype": "uint8", "count": count, "width": width, "height": height}
    with MemoryFile() as memory:
        with memory.open(**profile, **size, transform=Affine(1, 0, 0, 0, -1, height)) as target:
            target.write(np.moveaxis(pixels, -1, 0))
        return bytes(memory.read())


class Encoding(NamedTuple):
    """A format of pictures."""

    media_type: str
    encode: Callable[[Image], bytes]
    transparent: bool
    """Whether it can show what lies below."""
    quick: bool = False
    """Whether it takes a fraction of a millisecond for a tile."""


ENCODINGS: Mapping[str, Encoding] = {
    "png": Encoding("image/png", png, True, quick=True),
    "jpeg": Encoding("image/jpeg", jpeg, False),
    "webp": Encoding("image/webp", webp, True),
}
"""Formats of maps and tiles by the name used in ``f``, the default first."""
