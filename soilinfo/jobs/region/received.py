"""What lies here of each member's report: nobody is asked, and what came last is told."""

from dataclasses import replace
from pathlib import PurePath

from soilinfo.catalog.models import Catalog
from soilinfo.catalog.reporting import Member
from soilinfo.jobs.region.fetch import OBTAINED, kept_of, origin_of, region_of
from soilinfo.jobs.reporting.records import OtherFormError, report_of
from soilinfo.report.country.canonical import parse
from soilinfo.report.country.document import CountryReport
from soilinfo.report.country.unreadable import UnreadableError
from soilinfo.report.region.document import Obtained
from soilinfo.report.region.findings import RegionalFinding
from soilinfo.report.region.members import Receipt, of_member, usable
from soilinfo.store.home import Store
from soilinfo.store.received import ReceivedReport

_OBTAINED: dict[str, Obtained] = {"fetched": "fetched", "unchanged": "unchanged", "file": "file"}


def receipts(store: Store, catalog: Catalog) -> dict[str, Receipt]:
    """What came of each member's report, by code; a member that was never asked has none."""
    return {each.iso3: _receipt(store, each) for each in region_of(catalog).members}


def reports(store: Store, catalog: Catalog) -> list[CountryReport]:
    """The reports that a regional one is made of, in the order of members."""
    found = usable(region_of(catalog), receipts(store, catalog))
    return [each.report for each in found.values() if each.report]


def failure_of(received: ReceivedReport) -> RegionalFinding | None:
    """What kept a report from coming; None where it came."""
    if received.status in OBTAINED:
        return None
    return of_member(received.iso3, received.status, received.reason)


def _receipt(store: Store, member: Member) -> Receipt:
    if not origin_of(member):
        return _own(store, member.iso3)
    last = store.received_reports.last(member.iso3)
    if last is None or last.origin != origin_of(member):
        return Receipt()
    failed = failure_of(last)
    failures = (failed,) if failed else ()
    kept = kept_of(store, member)
    return _of_kept(member, last, *kept, failures) if kept else Receipt(failures=failures)


def _of_kept(
    member: Member,
    last: ReceivedReport,
    kept: ReceivedReport,
    content: bytes,
    failures: tuple[RegionalFinding, ...],
) -> Receipt:
    receipt = Receipt(
        obtained="from_cache" if failures else _OBTAINED[last.status],
        origin=origin_of(member) if member.node else PurePath(origin_of(member)).name,
        received=kept.fetched,
        from_cache_since=kept.fetched if failures else None,
        failures=failures,
    )
    try:
        return replace(receipt, report=parse(content))
    except UnreadableError as error:  # another version of this program took it for one
        return receipt.without(of_member(member.iso3, error.check, error.evidence))


def _own(store: Store, iso3: str) -> Receipt:
    """This node's own report: the newest approved one, else the newest submitted one."""
    records = [each for each in store.country_reports.records() if each.id.startswith(f"{iso3}-")]
    records.sort(key=lambda each: each.created, reverse=True)
    counted = [each.id for state in ("approved", "submitted") for each in records if each.state == state]
    if not counted:
        return Receipt()
    try:
        return Receipt(report=report_of(store, counted[0]), obtained="own")
    except OtherFormError as error:
        told = {"report": error.record.id, "software": error.record.software}
        return Receipt().without(of_member(iso3, "kept_otherwise", told))
