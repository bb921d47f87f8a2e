"""What texts, numbers and lists of others may be, as in reports: none breaks what reads or draws them.

The JSON Schema that follows from a type tells the same bounds.
"""

from collections.abc import Mapping
from typing import Annotated, Final, TypeVar

from pydantic import Field, StringConstraints

from soilinfo.errors import CONTROLS

LARGEST: Final = 1e15
"""Whole numbers up to it are exact, and neither sums nor squares of such overflow."""
MOST_ITEMS: Final = 100_000
MOST_KEYS: Final = 100

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

Text = Annotated[str, StringConstraints(pattern=f"^[^{CONTROLS}]*$")]
"""Without control characters, which databases and workbooks refuse; it may have tabs and several lines."""
Quantity = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Several = Annotated[tuple[T, ...], Field(max_length=MOST_ITEMS, fail_fast=True)]
"""Checked as far as its first fault: a list of a million faults would have each of them kept."""
Keyed = Annotated[Mapping[K, V], Field(max_length=MOST_KEYS)]
