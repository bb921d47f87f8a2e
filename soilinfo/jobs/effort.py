"""What an answer may cost, and who hears how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

from soilinfo.catalog.models import Catalog
from soilinfo.errors import TooManyCellsError
from soilinfo.grid import Window

Advance = Callable[[float], None]
"""Called between the parts of a long answer with the share done, 0 to 1; what it raises ends the answer."""


def unheard(_share: float) -> None:
    """An Advance that tells nobody."""


@dataclass(frozen=True)
class Effort:
    """The most cells that an answer may be about, and who hears how far it is."""

    most_cells: int
    advance: Advance = unheard

    @classmethod
    def at_once(cls, catalog: Catalog) -> "Effort":
        """That of an answer that somebody waits for."""
        return cls(catalog.services.limits.process_cells)

    def check(self, cells: int) -> None:
        """TooManyCellsError when an answer would be about more cells than this allows."""
        if cells > self.most_cells:
            raise TooManyCellsError(cells, self.most_cells)


def stretch(advance: Advance, begin: float, end: float) -> Advance:
    """An Advance for the part of an answer from share ``begin`` to share ``end`` of the whole."""
    return lambda share: advance(begin + share * (end - begin))


def along(advance: Advance, whole: Window) -> Callable[[Window], None]:
    """What to call with each window of ``whole`` that is read, from its top to its bottom."""
    return lambda window: advance((window.row - whole.row) / whole.height)
