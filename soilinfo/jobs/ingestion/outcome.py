"""What became of one source of an ingestion."""

from dataclasses import dataclass, field

from soilinfo.findings import Finding
from soilinfo.jobs.ingestion.profiles import Profile
from soilinfo.store.ledger import Version


@dataclass(frozen=True)
class Outcome:
    """What became of one source: ``version`` is None when it was blocked.

    ``known`` says that the store had this very version, or its blocking, already. ``further``
    versions (a soil map's table of components) are published together with ``version`` or not at all.
    """

    name: str
    version: Version | None
    findings: tuple[Finding, ...] = ()
    known: bool = False
    further: tuple[Version, ...] = ()
    refused: Version | None = None
    """What a source that its own checks blocked would have become."""
    profile: Profile | None = field(default=None, compare=False, repr=False)
    """What its cells hold, where they were seen while they were written."""
