"""Tiled TIFF files, byte by byte: the fields of their directories, and tiles that are compressed alone.

TIFF 6.0 and BigTIFF, little-endian. The ghost area is that of GDAL's COG driver: by it a reader knows that
all directories come first, that tiles follow each other row by row, and how large each is.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

NEW_SUBFILE_TYPE, IMAGE_WIDTH, IMAGE_LENGTH = 254, 256, 257
STRIP_OFFSETS, STRIP_BYTE_COUNTS = 273, 279
TILE_OFFSETS, TILE_BYTE_COUNTS = 324, 325
OF_THE_FILE = frozenset({33550, 33922, 34264, 34735, 34736, 34737, 42112})
"""Fields that only the first directory has: pixel scale, tie points, transformation, GeoKeys (three) and
GDAL's metadata."""
REDUCED = 1
"""The NEW_SUBFILE_TYPE of an overview."""

_LONG, _LONG8 = 4, 16
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 16: 8, 17: 8, 18: 8}
"""Bytes of one value, by the type of a field."""

_STRUCTURE = (
    b"LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    b"BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
)
GHOST = b"GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n" % len(_STRUCTURE) + _STRUCTURE
"""What a cloud-optimised file says of its own order before its first directory."""

LEADER = TRAILER = 4
"""Bytes before a tile, which say its size, and behind it: its last four bytes once more."""
_DEFLATE_LEVEL = 1
"""As small as zlib makes it at its own level 1, in a quarter of the time."""


@dataclass(frozen=True)
class Field:
    """One field of a directory; ``value`` are its values as they lie in the file."""

    tag: int
    type: int
    value: bytes

    @property
    def count(self) -> int:
        """Number of values."""
        return len(self.value) // _SIZES[self.type]


def number(tag: int, value: int) -> Field:
    """A field of one unsigned number."""
    return Field(tag, _LONG, struct.pack("<I", value))


def places(tag: int, values: NDArray[np.int64], *, big: bool) -> Field:
    """A field of places or sizes within the file: of eight bytes each in a BigTIFF, else of four."""
    return Field(tag, _LONG8 if big else _LONG, values.astype("<u8" if big else "<u4").tobytes())


def fields_of(file: bytes) -> Iterator[Field]:
    """The fields of the first directory of a classic little-endian TIFF."""
    magic, start = struct.unpack_from("<4sI", file)
    assert magic == _CLASSIC.magic, "GDAL was asked for a classic little-endian TIFF"
    (count,) = struct.unpack_from("<H", file, start)
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from("<HHI", file, entry)
        size = values * _SIZES[kind]
        (at,) = (entry + 8,) if size <= 4 else struct.unpack_from("<I", file, entry + 8)
        yield Field(tag, kind, file[at : at + size])


# ---- what stands before the tiles -----------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """How a file begins, and how it writes the number of fields, a field without its value, and a place."""

    magic: bytes
    count: str
    field: str
    place: str


_CLASSIC = _Form(b"II*\0", "<H", "<HHI", "<I")
_BIG = _Form(b"II+\0\x08\0\0\0", "<Q", "<HHQ", "<Q")


def header(directories: Sequence[Sequence[Field]], *, big: bool, ghost: bytes = GHOST) -> bytes:
    """All that stands before the cells: the ghost area (empty in a plain TIFF) and the directories, in the
    order given.

    Its length depends on the fields and on how many values they have, not on the values.
    """
    form = _BIG if big else _CLASSIC
    first = len(_whole(form.magic + bytes(struct.calcsize(form.place)) + ghost))
    written = _whole(form.magic + struct.pack(form.place, first) + ghost)
    for fields in directories:
        written += _directory(fields, len(written), form, last=fields is directories[-1])
    return written


def _directory(fields: Sequence[Field], start: int, form: _Form, *, last: bool) -> bytes:
    """One directory that lies at ``start``, and behind it the values that have no room within."""
    room = struct.calcsize(form.place)
    entry = struct.calcsize(form.field) + room
    behind = start + struct.calcsize(form.count) + len(fields) * entry + room
    entries, values = struct.pack(form.count, len(fields)), b""
    for field in sorted(fields, key=lambda field: field.tag):
        entries += struct.pack(form.field, field.tag, field.type, field.count)
        if len(field.value) <= room:
            entries += field.value.ljust(room, b"\0")
        else:
            entries += struct.pack(form.place, behind + len(values))
            values += field.value + bytes(len(field.value) % 2)
    whole = len(_whole(bytes(behind - start) + values))
    return _whole(entries + struct.pack(form.place, 0 if last else start + whole) + values)


def _whole(part: bytes) -> bytes:
    """Filled up so that what follows begins at a multiple of eight bytes."""
    return part + bytes(-len(part) % 8)


# ---- tiles ------------------------------------------------------------------------------------


def tile(cells: NDArray[np.integer], side: int, nodata: int) -> bytes:
    """A tile of ``side`` x ``side`` cells as it stands in the file, leader and trailer included: horizontal
    differences (predictor 2), DEFLATE. Empty where no cell has data: such a tile is not written.

    ``cells`` may be fewer at the east and south edges; the rest is no data.
    """
    if not (cells != nodata).any():
        return b""
    if cells.shape != (side, side):
        missing = [(0, side - cells.shape[0]), (0, side - cells.shape[1])]
        cells = np.pad(cells, missing, constant_values=nodata)
    differences = np.empty(cells.shape, cells.dtype.newbyteorder("<"))
    differences[:, 0] = cells[:, 0]
    np.subtract(cells[:, 1:], cells[:, :-1], out=differences[:, 1:])
    data = isal_zlib.compress(differences, _DEFLATE_LEVEL)
    return struct.pack("<I", len(data)) + data + data[-4:]
