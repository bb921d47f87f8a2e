"""Mapbox Vector Tiles 2.1, written from arrays: geometries as commands, values by number, one layer.

The shapes are those of a level, the values those of rows (:mod:`soilinfo.store.tiled.values`).
"""

import numpy as np
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.tiled.shapes import LINES, POINTS, Offsets, Shapes
from soilinfo.store.tiled.values import Values, varint

EXTENT = 4096
"""Units along a side of a tile."""
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

_VERSION = 2
_NUMBER = 5
"""Most bytes of a number of 32 bits."""

Bytes = NDArray[np.uint8]


def layer(
    name: str,
    shapes: Shapes,
    origin: tuple[int, int],
    shape_of: NDArray[np.intp],
    values: Values,
) -> bytes:
    """A tile of one layer; empty where no feature has anything to draw.

    ``origin`` is the tile's north-west corner in units; each row of ``values`` is a feature, drawn as the
    shape that ``shape_of`` (rows,) names.
    """
    commands, at = _geometry(shapes, *origin)
    features, used = _features(commands, at, shapes.kind, shape_of, values)
    if not len(features):
        return b""
    keys = b"".join(_text(3, key) for key in values.names)
    found = (_text(1, name), features.tobytes(), keys, values.messages(used), b"\x28", varint(EXTENT))
    content = b"".join((*found, b"\x78", varint(_VERSION)))
    return b"\x1a" + varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    content = text.encode()
    return bytes([field << 3 | 2]) + varint(len(content)) + content


def _geometry(shapes: Shapes, x: int, y: int) -> tuple[Bytes, NDArray[np.int64]]:
    """The commands of every shape, one after the other, and where each begins."""
    most = 2 * _NUMBER * len(shapes.xy) + (2 * _NUMBER + 1) * (len(shapes.points) + len(shapes))
    longest = int(np.diff(shapes.points).max(initial=0))
    out, at = np.empty(most, np.uint8), np.zeros(len(shapes) + 1, np.int64)
    ring = np.empty((longest + 1, 2), np.int32)
    _encode(shapes.kind, shapes.parts, shapes.paths, shapes.points, shapes.xy, x, y, ring, out, at)
    return out, at


def _features(
    commands: Bytes,
    at: NDArray[np.int64],
    kind: NDArray[np.uint8],
    shape_of: NDArray[np.intp],
    values: Values,
) -> tuple[Bytes, NDArray[np.int32]]:
    """The messages of all features, and the values that they use in the order of their numbers."""
    tags = 2 * _NUMBER * len(values.names)
    codes, most = values.codes, int((at[shape_of + 1] - at[shape_of]).sum())
    out = np.empty(most + len(codes) * (tags + 4 * _NUMBER), np.uint8)
    used = np.empty(min(len(values), codes.size), np.int32)
    # A hash table at most half full, as large as the tile and not as the collection.
    number = np.full((1 << (2 * len(used)).bit_length(), 2), -1, np.int32)
    scratch = np.empty(tags + 1, np.uint8)
    size, count = _assemble(commands, at, kind, shape_of, codes, number, used, scratch, out)
    return out[:size], used[:count]


@compiled
def _put(out: Bytes, at: int, value: int) -> int:
    """Write a varint; returns where the next byte goes."""
    while value > 127:
        out[at] = value & 127 | 128
        value >>= 7
        at += 1
    out[at] = value
    return at + 1


@compiled
def _step(out: Bytes, at: int, delta: int) -> int:
    """Write a difference, zigzag encoded."""
    return _put(out, at, delta << 1 if delta >= 0 else (-delta << 1) - 1)


@compiled
def _encode(
    kind: Bytes,
    parts: Offsets,
    paths: Offsets,
    points: Offsets,
    xy: NDArray[np.int32],
    x: int,
    y: int,
    ring: NDArray[np.int32],
    out: Bytes,
    at: NDArray[np.int64],
) -> None:
    place = 0
    for shape in range(len(kind)):
        before_x, before_y = x, y
        if kind[shape] == POINTS:
            first, last = points[paths[parts[shape]]], points[paths[parts[shape + 1]]]
            if last > first:
                place = _put(out, place, (last - first) << 3 | 1)
            for point in range(first, last):
                place = _step(out, place, xy[point, 0] - before_x)
                place = _step(out, place, xy[point, 1] - before_y)
                before_x, before_y = xy[point, 0], xy[point, 1]
        else:
            closed = kind[shape] != LINES
            for part in range(parts[shape], parts[shape + 1]):
                for path in range(paths[part], paths[part + 1]):
                    outer = path == paths[part]
                    count = _cleaned(xy, points[path], points[path + 1], closed, outer, ring)
                    if count < 2 + closed:
                        if closed and outer:
                            break  # holes of nothing
                        continue
                    for point in range(count):
                        if point == 0:
                            place = _put(out, place, 1 << 3 | 1)
                        elif point == 1:
                            place = _put(out, place, (count - 1) << 3 | 2)
                        place = _step(out, place, ring[point, 0] - before_x)
                        place = _step(out, place, ring[point, 1] - before_y)
                        before_x, before_y = ring[point, 0], ring[point, 1]
                    if closed:
                        place = _put(out, place, 1 << 3 | 7)
        at[shape + 1] = place


@compiled
def _cleaned(
    xy: NDArray[np.int32], first: int, last: int, closed: bool, outer: bool, ring: NDArray[np.int32]
) -> int:
    """A path without repeated points, spikes and closing point, exteriors clockwise on the screen and
    holes against it; returns its number of points, 0 for a ring without area."""
    count = 0
    for point in range(first, last - 1 if closed else last):
        count = _appended(ring, count, xy[point, 0], xy[point, 1], closed)
    if not closed:
        return count
    # What was first may repeat the last, or lie on the way back from it.
    start = 0
    while count - start >= 3:
        if ring[count - 1, 0] == ring[start, 0] and ring[count - 1, 1] == ring[start, 1]:
            count -= 1
        elif ring[count - 2, 0] == ring[start, 0] and ring[count - 2, 1] == ring[start, 1]:
            count -= 2
        elif ring[count - 1, 0] == ring[start + 1, 0] and ring[count - 1, 1] == ring[start + 1, 1]:
            start += 1
            count -= 1
        else:
            break
    count -= start
    area = np.int64(0)
    for point in range(count):
        after = (point + 1) % count
        area += np.int64(ring[start + point, 0]) * ring[start + after, 1]
        area -= np.int64(ring[start + after, 0]) * ring[start + point, 1]
    if count < 3 or area == 0:
        return 0
    ring[:count] = ring[start : start + count].copy()
    if (area > 0) != outer:
        ring[:count] = ring[:count][::-1].copy()
    return count


@compiled
def _appended(ring: NDArray[np.int32], count: int, x: int, y: int, closed: bool) -> int:
    """A point added to a path, unless it repeats the last one; going straight back takes the last away."""
    if count and ring[count - 1, 0] == x and ring[count - 1, 1] == y:
        return count
    if closed and count > 1 and ring[count - 2, 0] == x and ring[count - 2, 1] == y:
        return count - 1
    ring[count, 0], ring[count, 1] = x, y
    return count + 1


@compiled
def _assemble(
    commands: Bytes,
    at: NDArray[np.int64],
    kind: Bytes,
    shape_of: NDArray[np.intp],
    codes: NDArray[np.int32],
    number: NDArray[np.int32],
    used: NDArray[np.int32],
    tags: Bytes,
    out: Bytes,
) -> tuple[int, int]:
    place, count, size = 0, 0, np.empty(_NUMBER, np.uint8)
    for feature in range(len(shape_of)):
        shape, length = shape_of[feature], 0
        first, last = at[shape], at[shape + 1]
        if first == last:
            continue  # nothing of it is left
        for column in range(codes.shape[1]):
            code = codes[feature, column]
            if code >= 0:
                slot = _slot(number, code)
                if number[slot, 0] < 0:
                    number[slot, 0], number[slot, 1] = code, count
                    used[count] = code
                    count += 1
                length = _put(tags, length, column)
                length = _put(tags, length, number[slot, 1])
        whole = 2 + length + _put(size, 0, length) + 2 + _put(size, 0, last - first) + last - first
        out[place] = 2 << 3 | 2
        place = _put(out, place + 1, whole)
        out[place] = 2 << 3 | 2
        place = _put(out, place + 1, length)
        out[place : place + length] = tags[:length]
        place += length
        out[place], out[place + 1] = 3 << 3, kind[shape]
        out[place + 2] = 4 << 3 | 2
        place = _put(out, place + 3, last - first)
        out[place : place + last - first] = commands[first:last]
        place += last - first
    return place, count


@compiled
def _slot(number: NDArray[np.int32], code: int) -> int:
    """Where a code stands in a hash table of codes and their numbers, or would."""
    last = len(number) - 1
    slot = (code * 2654435761 >> 8) & last
    while number[slot, 0] >= 0 and number[slot, 0] != code:
        slot = (slot + 1) & last
    return slot
