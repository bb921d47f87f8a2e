"""The countries of a region: whose report is there, since when, and whose is late or cannot be used."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from soilinfo.catalog.reporting import Member, Region
from soilinfo.report.coded import Detail
from soilinfo.report.country.document import CountryReport
from soilinfo.report.region.document import (
    MemberReport,
    Obtained,
    RegionalIndicator,
    RegionMember,
    Standing,
)
from soilinfo.report.region.findings import RegionalFinding


@dataclass(frozen=True)
class Receipt:
    """What came of asking for a member's report."""

    report: CountryReport | None = None
    obtained: Obtained | None = None
    origin: str = ""
    received: datetime | None = None
    """When this very file came here."""
    from_cache_since: datetime | None = None
    failures: tuple[RegionalFinding, ...] = ()

    def without(self, why: RegionalFinding) -> "Receipt":
        """The same without its report, which cannot be used."""
        return replace(self, report=None, failures=(*self.failures, why))


def of_member(iso3: str, check: str, evidence: Mapping[str, Detail]) -> RegionalFinding:
    """A finding about the report of a member."""
    return RegionalFinding(check=check, severity="warn", about=iso3, evidence=dict(evidence))


def usable(region: Region, receipts: Mapping[str, Receipt]) -> dict[str, Receipt]:
    """What came of each member, in their order, without the reports that a regional one cannot be made of.

    Kept out are drafts, and reports of another country than the member, whosoever's they are: what one member
    sends has no bearing on another's own.
    """
    return {each.iso3: _checked(each.iso3, receipts.get(each.iso3, Receipt())) for each in region.members}


def _checked(iso3: str, receipt: Receipt) -> Receipt:
    why = _kept_out(iso3, receipt)
    return receipt.without(of_member(iso3, *why)) if why else receipt


def _kept_out(iso3: str, receipt: Receipt) -> tuple[str, Mapping[str, Detail]] | None:
    """Why a report does not count; None where it does, and where there is none."""
    if receipt.report is None:
        return None
    code = receipt.report.content.header.iso3
    named = f"{receipt.report.id} ({receipt.origin})" if receipt.origin else receipt.report.id
    if code != iso3:
        return "other_country", {"report": named, "iso3": code, "member": iso3}
    return ("draft", {"report": named}) if receipt.report.state == "draft" else None


def members(
    region: Region, receipts: Mapping[str, Receipt], indicators: Sequence[RegionalIndicator], today: date
) -> list[RegionMember]:
    """Each member as it stands; ``receipts`` as :func:`usable` leaves them."""
    every = ((each, receipts[each.iso3]) for each in region.members)
    return [_member(each, of, _late_days(region, each, of, today), indicators) for each, of in every]


def _member(
    member: Member, receipt: Receipt, late_days: int | None, indicators: Iterable[RegionalIndicator]
) -> RegionMember:
    return RegionMember(
        iso3=member.iso3,
        title=member.title,
        subregion=member.subregion,
        due=member.due,
        standing=_standing(receipt),
        late=bool(late_days),
        late_days=late_days,
        from_cache_since=receipt.from_cache_since,
        failures=receipt.failures,
        report=_report(receipt),
        indicators=sum(member.iso3 in each.by_country for each in indicators),
        comparable_pairs=sum(_pairs(each, member.iso3) for each in indicators),
    )


def _standing(receipt: Receipt) -> Standing:
    if receipt.report is None:
        return "failed" if receipt.failures else "missing"
    return "approved" if receipt.report.state == "approved" else "submitted"


def _late_days(region: Region, member: Member, receipt: Receipt, today: date) -> int | None:
    """Days from the due day to that of submission; until today where nothing came since it was asked for."""
    if member.due is None or region.asked is None:
        return None
    submitted = _day_of(receipt.report, "submitted") if receipt.report else None
    answered = submitted if submitted and submitted >= region.asked else today
    return max(0, (answered - member.due).days)


def _pairs(indicator: RegionalIndicator, iso3: str) -> int:
    return sum(each.kind != "not" and iso3 in (each.a, each.b) for each in indicator.verdicts)


def _report(receipt: Receipt) -> MemberReport | None:
    report = receipt.report
    if report is None or receipt.obtained is None:
        return None
    header = report.content.header
    return MemberReport(
        id=report.id,
        content_sha256=report.content_sha256,
        state="approved" if report.state == "approved" else "submitted",
        period=header.period,
        body=header.body,
        submitted_on=_day_of(report, "submitted"),
        approved_on=_day_of(report, "approved"),
        synthetic=header.synthetic,
        boundary=header.boundary,
        obtained=receipt.obtained,
        origin=receipt.origin,
        received=receipt.received,
    )


def _day_of(report: CountryReport, state: str) -> date | None:
    return next((each.on.date() for each in report.sign_off if each.state == state), None)
