"""Why a file is no country report: a closed set of codes, each with what its text is filled with."""

from typing import Final

from soilinfo.errors import InputError
from soilinfo.report.coded import Detail, Texts

UNREADABLE: Final[Texts] = {
    "no_json": ("error",),
    "truncated": ("size",),
    "too_deep": ("most",),
    "too_many_lists": ("most",),
    "too_many_values": ("most",),
    "too_many_keys": ("most",),
    "key_twice": ("key",),
    "no_number": ("constant",),
    "no_form": ("form",),
    "other_form": ("form", "known_form"),
    "faulty": ("form", "count", "faults"),
    "digest_differs": ("stated", "computed"),
    "not_canonical": (),
}
"""``faults`` are in the words of what checks the form: the place of each in the file, and what is there."""


class UnreadableError(InputError):
    """A file is no country report; ``check`` and ``evidence`` say why, whatever language that is read in."""

    def __init__(self, check: str, message: str, **evidence: Detail) -> None:
        super().__init__(message)
        self.check, self.evidence = check, evidence
