"""The tree of errors that soilinfo raises, and nothing else.

::

    SoilinfoError                 exit 1, HTTP 500
    ├── ConfigError               exit 2, HTTP 500   config/ has faults; carries all of them
    ├── InputError                exit 3, HTTP 400   what a person or client asked cannot be answered
    │   ├── UnknownNameError      exit 3, HTTP 404   no such crop, layer, region, property, process
    │   ├── UnitError             exit 3, HTTP 400   a unit is unknown or does not fit the quantity
    │   ├── IncomparableError     exit 3, HTTP 400   values by methods that no equation joins
    │   ├── GeometryError         exit 3, HTTP 400   a geometry cannot be used, with the reason
    │   └── LimitError            exit 3, HTTP 400   the answer would be larger than the service allows
    │       └── TooManyCellsError exit 3, HTTP 413   an area of more cells than an answer may be about
    ├── SourceError               exit 4, HTTP 500   a source file is missing, unreadable or not georeferenced
    ├── BlockedError              exit 5, HTTP 500   a check stopped a publication
    ├── StoreError                exit 6, HTTP 503   the store or its database does not answer
    │   └── BusyError             exit 7, HTTP 503   another process holds the lock; nothing was done
    └── OverdueError              exit 8, HTTP 500   a pipeline ran too long, or has not run for too long

They are caught in two places only: the command line (one line, exit code) and the server
(JSON exception, status).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

EXIT_CODES = {
    0: "done",
    1: "something unexpected, or the run was killed",
    2: "faults in config/, in a pipeline's file or in how a command is written",
    3: "bad input, or a name that does not exist",
    4: "a source cannot be read",
    5: "a check blocked something; what passed was published",
    6: "store or database not available",
    7: "running already",
    8: "a time limit was passed, or a pipeline has not run well for too long",
}
"""What the command line ends with, as its help and the guide say it."""


CONTROLS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff"
"""Characters that no text has, as a regular expression lists them; tabs and new lines are text."""
_UNTOLD = re.compile(rf"[{CONTROLS}\ud800-\udfff]")
LONGEST_NAME = 80
"""Characters that are told of a name that was asked for: what is longer is no name of ours."""


class SoilinfoError(Exception):
    """Base of every error raised on purpose; its message is fit for a person to read."""

    exit_code = 1
    status = 500


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a configuration file: where (file, dotted key) and what."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


class ConfigError(SoilinfoError):
    """The configuration has faults; ``faults`` lists every one of them."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{len(self.faults)} fault(s) in the configuration:\n{lines}")


class InputError(SoilinfoError):
    """What was asked cannot be answered; the message says what was asked and what exists."""

    exit_code = 3
    status = 400


class UnknownNameError(InputError):
    """A name that the catalog or the store does not have."""

    status = 404

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        name, names = abridged(str(name), LONGEST_NAME), sorted(map(str, known))
        if all(map(str.isdigit, names)):
            names.sort(key=int)
        close = get_close_matches(name, _like(name, names), n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        more = f" and {len(names) - 30} more" if len(names) > 30 else ""
        there_are = ", ".join(names[:30]) + more if names else "none"
        super().__init__(f"no {kind} '{name}'; there are: {there_are}.{hint}")
        self.kind, self.name, self.known = kind, name, names


def abridged(text: str, most: int) -> str:
    """A text as it is told: of one that is longer than ``most`` characters the beginning and the end.

    Of control characters and lone surrogates, which cannot be written, it tells that something is there.
    """
    half = most // 2
    return _UNTOLD.sub("\ufffd", text if len(text) <= most else f"{text[:half]} ... {text[-half:]}")


def _like(name: str, names: list[str]) -> list[str]:
    """Those that may have been meant: of codes such as 01.02.03 those within the same unit, of numbers none.

    A number close to another is no hint, least of all for a rollback.
    """
    if any(map(str.isalpha, name)):
        return names
    within = name.rpartition(".")[0]
    return [each for each in names if within and each.rpartition(".")[0] == within]


class UnitError(InputError):
    """A unit that is unknown, or that cannot be converted to the one needed."""


class IncomparableError(InputError):
    """Values by methods that no equation joins; the message says why, and what to do instead."""


class GeometryError(InputError):
    """A geometry that cannot be used; the message gives the reason."""


class LimitError(InputError):
    """A request larger than the service allows; the message names the limit and the way round."""


class TooManyCellsError(LimitError):
    """An area of more cells than an answer may be about."""

    status = 413

    def __init__(self, cells: int, most: int) -> None:
        super().__init__(
            f"the area spans {cells:,} cells; the answer is limited to {most:,}. "
            "Ask for a smaller area, or use the tables by administrative unit or the layer's COG download"
        )


class SourceError(SoilinfoError):
    """A source file is missing, unreadable, truncated or not georeferenced.

    ``check`` is the id of the finding that an ingestion makes of it.
    """

    exit_code = 4

    def __init__(self, message: str, check: str = "unreadable_source") -> None:
        super().__init__(message)
        self.check = check


class BlockedError(SoilinfoError):
    """A check of severity 'block' failed, so nothing was published for the layer."""

    exit_code = 5


class StoreError(SoilinfoError):
    """The store or its database does not answer or holds something unexpected."""

    exit_code = 6
    status = 503


class BusyError(StoreError):
    """Another process holds the lock that this one needs; nothing was done."""

    exit_code = 7


class OverdueError(SoilinfoError):
    """A pipeline took longer than its time limit, or has not run for twice its period."""

    exit_code = 8
