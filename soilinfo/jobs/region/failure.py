"""Why nothing came of a member that was asked for its report."""

from soilinfo.errors import SoilinfoError, abridged
from soilinfo.report.coded import Detail

LONGEST = 200
MOST_NAMES = 20


class NodeError(SoilinfoError):
    """A node gave no report; ``check`` and ``evidence`` say why, whatever language that is read in.

    Most of the evidence is a stranger's text, and here is where it enters: it is kept short, without what is
    no text, and of several names the first 20.
    """

    exit_code = 4

    def __init__(self, check: str, **evidence: Detail) -> None:
        super().__init__(f"{check}: {evidence}")
        self.check = check
        self.evidence = {name: _told(detail) for name, detail in evidence.items()}


def _told(detail: Detail) -> Detail:
    if isinstance(detail, tuple):
        return tuple(abridged(str(each), LONGEST) for each in detail[:MOST_NAMES])
    return abridged(detail, LONGEST) if isinstance(detail, str) else detail
