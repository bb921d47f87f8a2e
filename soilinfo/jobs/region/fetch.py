"""Fetching: every member's report asked for anew; what came of each is kept, and no failure stops another."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Lock

from soilinfo.catalog.load import path_of
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.reporting import Member, Region
from soilinfo.errors import InputError
from soilinfo.jobs.region.failure import NodeError
from soilinfo.jobs.region.node import Answer, Patience, report_of_node
from soilinfo.report.country.canonical import MOST_BYTES, parse
from soilinfo.report.country.unreadable import UnreadableError
from soilinfo.store.home import Store
from soilinfo.store.received import ReceivedReport

LOG = logging.getLogger(__name__)
PATIENCE = Patience()
AT_ONCE = 8
"""Members that are asked at a time."""
OBTAINED = ("fetched", "unchanged", "file")
"""What came of a member that could be asked; every other status is the code of a failure."""
_CHECKING = Lock()
"""One report is checked at a time, as that takes many times the memory of its file."""


def region_of(catalog: Catalog) -> Region:
    """region.yaml; InputError where there is none."""
    if catalog.region is None:
        raise InputError(
            "this node hosts no region: config/ has no region.yaml (see docs/regional-report.md)"
        )
    return catalog.region


def origin_of(member: Member) -> str:
    """Where a member's report comes from: its node's address, or a file as config names it; '' of neither."""
    return str(member.node or member.file or "")


def fetch(
    store: Store,
    catalog: Catalog,
    *,
    patience: Patience = PATIENCE,
    told: Callable[[ReceivedReport], None] = lambda _: None,
) -> Sequence[ReceivedReport]:
    """Ask for the report of every member with a file or node, several at a time; keep what came of each.

    ``told`` hears of each as it comes. Returns them in the order of members.
    """
    asked = [each for each in region_of(catalog).members if origin_of(each)]

    def one(member: Member) -> ReceivedReport:
        """Ask one member, and tell of it at once: others may keep all waiting."""
        received = _received(store, catalog, member, patience)
        told(received)
        return received

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, asked))


def _received(store: Store, catalog: Catalog, member: Member, patience: Patience) -> ReceivedReport:
    kept = kept_of(store, member)
    where = origin_of(member)
    try:
        status, answer = _asked(catalog, member, kept[0] if kept else None, patience)
    except (NodeError, UnreadableError) as error:
        return store.received_reports.add(
            member.iso3, origin=where, status=error.check, reason=error.evidence
        )
    except Exception:  # whatever a stranger's answer makes of this program, the others are reported
        LOG.exception("the report of %s was not received: soilinfo met what it does not expect", member.iso3)
        return store.received_reports.add(member.iso3, origin=where, status="defect")
    content = answer.content
    if kept and (content is None or sha256(content).hexdigest() == kept[0].sha256):
        status, content = ("file" if member.file else "unchanged"), None
    return store.received_reports.add(
        member.iso3, origin=where, status=status, content=content, etag=answer.etag
    )


def _asked(
    catalog: Catalog, member: Member, kept: ReceivedReport | None, patience: Patience
) -> tuple[str, Answer]:
    """What a member sent, checked; NodeError or UnreadableError where it is no report."""
    status, answer = _sent(catalog, member, kept.etag if kept else "", patience)
    if answer.content is not None:
        with _CHECKING:
            parse(answer.content)
    elif kept is None:
        raise NodeError("nothing_kept", address=origin_of(member))
    return status, answer


def _sent(catalog: Catalog, member: Member, etag: str, patience: Patience) -> tuple[str, Answer]:
    if member.file is not None:
        return "file", Answer(_of_file(path_of(catalog, member.file)), "")
    return "fetched", report_of_node(origin_of(member), member.iso3, etag, patience)


def kept_of(store: Store, member: Member) -> tuple[ReceivedReport, bytes] | None:
    """The last report of a member that came whole from where config says that it comes from."""
    kept = store.received_reports.kept(member.iso3)
    return kept if kept and kept[0].origin == origin_of(member) else None


def _of_file(path: str) -> bytes:
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise NodeError("too_large", address=Path(path).name, most_bytes=MOST_BYTES)
        return Path(path).read_bytes()
    except OSError as error:
        raise NodeError("no_file", file=Path(path).name, error=error.strerror or "") from error
