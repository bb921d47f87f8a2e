"""Values of features as tiles hold them: each different value written once, and known by its number."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from soilinfo.compiled import compiled
from soilinfo.store.vector import FieldType

MISSING = -1
"""Code of a value that is not there: the feature has no such attribute in a tile."""


@dataclass(frozen=True)
class Values:
    """What the rows of a collection hold in some of its columns."""

    names: tuple[str, ...]
    codes: NDArray[np.int32]
    """(rows, columns): the number of each value, or MISSING."""
    ends: NDArray[np.int64]
    """(values + 1,): where the message of each value begins."""
    data: NDArray[np.uint8]
    """The messages, each with its field and length, as they stand in a layer."""

    def __len__(self) -> int:
        return len(self.ends) - 1

    def take(self, rows: NDArray[np.intp], names: tuple[str, ...] | None = None) -> "Values":
        """The values of some rows in their order, in some columns, which exist, or in all."""
        names = self.names if names is None else names
        columns = [self.names.index(name) for name in names]
        return replace(self, names=names, codes=self.codes[rows[:, None], columns])

    def messages(self, chosen: NDArray[np.int32]) -> bytes:
        """The messages of some values, one after the other."""
        size = int((self.ends[chosen + 1] - self.ends[chosen]).sum())
        found = np.empty(size, np.uint8)
        _collect(self.ends, self.data, chosen, found)
        return found.tobytes()

    @property
    def cost(self) -> NDArray[np.float64]:
        """(rows,) about how many bytes the values of a row take in a tile, those of others shared."""
        known = self.codes[self.codes != MISSING]
        uses = np.bincount(known, minlength=len(self))
        each = np.append(np.diff(self.ends) / np.maximum(uses, 1) + TAG, 0.0)  # the last for MISSING
        return np.asarray(each[self.codes].sum(axis=1), np.float64)


TAG = 4
"""Bytes by which a feature names a column and a value in a tile of thousands of values."""


def values_of(columns: pd.DataFrame, types: Mapping[str, FieldType]) -> Values:
    """The values of a frame's columns, which are of these types."""
    numbers: dict[bytes, int] = {}
    codes = np.empty((len(columns), len(types)), np.int32)
    for place, (name, kind) in enumerate(types.items()):
        own, distinct = pd.factorize(columns[name])
        known = [numbers.setdefault(_message(kind, value), len(numbers)) for value in distinct.tolist()]
        codes[:, place] = np.array([*known, MISSING], np.int32)[own]
    ends = np.concatenate([[0], np.cumsum([len(message) for message in numbers])]).astype(np.int64)
    return Values(tuple(types), codes, ends, np.frombuffer(b"".join(numbers), np.uint8))


def _message(kind: FieldType, value: Any) -> bytes:
    content = _WRITERS[kind](value)
    return b"\x22" + varint(len(content)) + content


def _text(value: str) -> bytes:
    content = value.encode()
    return b"\x0a" + varint(len(content)) + content


def _whole(value: int) -> bytes:
    return b"\x20" + varint(value) if value >= 0 else b"\x30" + varint((-value << 1) - 1)


_WRITERS: Mapping[FieldType, Callable[[Any], bytes]] = {
    "string": _text,
    "integer": _whole,
    "number": lambda value: b"\x19" + struct.pack("<d", value),
    "boolean": lambda value: b"\x38\x01" if value else b"\x38\x00",
}


@compiled
def _collect(
    ends: NDArray[np.int64], data: NDArray[np.uint8], chosen: NDArray[np.int32], found: NDArray[np.uint8]
) -> None:
    count = 0
    for each in chosen:
        for at in range(ends[each], ends[each + 1]):
            found[count] = data[at]
            count += 1


def varint(value: int) -> bytes:
    """A number of at least 0 as protocol buffers write it: seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)
