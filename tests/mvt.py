"""A reader of Mapbox Vector Tiles, written from the specification alone, for tests to look at ours with."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Ring = list[tuple[int, int]]


@dataclass(frozen=True)
class Feature:
    """One feature: its attributes, its kind (1 points, 2 lines, 3 areas), its paths in units of the tile."""

    properties: dict[str, Any]
    kind: int
    paths: list[Ring]

    @property
    def areas(self) -> list[float]:
        """Area of each ring by the surveyor's formula: positive for exteriors, negative for holes."""
        return [area(ring) for ring in self.paths]


def area(ring: Ring) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


def read(tile: bytes) -> dict[str, list[Feature]]:
    """The features of every layer of a tile, by the layer's name."""
    return dict(_layer(content) for field, content in _fields(tile) if field == 3)


def _layer(content: bytes) -> tuple[str, list[Feature]]:
    fields = list(_fields(content))
    (name,) = (value.decode() for field, value in fields if field == 1)
    assert [value for field, value in fields if field == 15] == [2], "the version of the specification"
    assert [value for field, value in fields if field == 5] == [4096], "the extent"
    keys = [value.decode() for field, value in fields if field == 3]
    values = [_value(value) for field, value in fields if field == 4]
    assert len({*keys}) == len(keys)
    return name, [_feature(value, keys, values) for field, value in fields if field == 2]


def _feature(content: bytes, keys: list[str], values: list[Any]) -> Feature:
    fields = dict(_fields(content))
    tags = list(_numbers(fields.get(2, b"")))
    properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    return Feature(properties, fields[3], list(_paths(list(_numbers(fields[4])))))


def _paths(commands: list[int]) -> Iterator[Ring]:
    at, x, y, path = 0, 0, 0, []
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            assert count == 1
            continue
        if command == 1 and path:
            yield path
            path = []
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            path.append((x, y))
            at += 2
    if path:
        yield path


def _value(content: bytes) -> Any:
    ((field, value),) = _fields(content)
    readers = {
        1: lambda: value.decode(),
        2: lambda: struct.unpack("<f", value)[0],
        3: lambda: struct.unpack("<d", value)[0],
        4: lambda: value,
        5: lambda: value,
        6: lambda: _signed(value),
        7: lambda: bool(value),
    }
    return readers[field]()


def _signed(number: int) -> int:
    return number >> 1 ^ -(number & 1)


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        head, at = _varint(content, at)
        if head & 7 == 0:
            value, at = _varint(content, at)
        else:
            fixed = {1: 8, 5: 4}.get(head & 7)
            length, at = (fixed, at) if fixed else _varint(content, at)
            value, at = content[at : at + length], at + length
        yield head >> 3, value


def _numbers(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        value, at = _varint(content, at)
        yield value


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (content[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if content[at - 1] < 128:
            return value, at
