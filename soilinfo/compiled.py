"""Inner loops as machine code: compiled on first call, free of the interpreter lock."""

from collections.abc import Callable
from typing import Any, cast

from numba import njit


def compiled[F: Callable[..., Any]](function: F) -> F:
    """Compile on first call, releasing the GIL; without a cache where none can be written."""
    try:
        return cast(F, njit(nogil=True, cache=True)(function))
    except RuntimeError:  # numba finds no writable place: a read-only installation
        return cast(F, njit(nogil=True)(function))
