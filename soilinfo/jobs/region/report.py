"""The regional report and the board, of what lies here; and countries side by side that are no members."""

from collections.abc import Mapping, Sequence
from datetime import date

from soilinfo import __version__
from soilinfo.catalog.method_groups import method_groups
from soilinfo.catalog.models import Catalog
from soilinfo.catalog.reporting import Boundaries, Member, Region
from soilinfo.errors import InputError
from soilinfo.jobs.region.fetch import region_of
from soilinfo.jobs.region.received import receipts
from soilinfo.report.country.document import CountryReport
from soilinfo.report.region.comparability import Rules
from soilinfo.report.region.document import Board, RegionalReport
from soilinfo.report.region.members import Receipt
from soilinfo.report.region.merge import merge
from soilinfo.report.region.words import Speech
from soilinfo.store import clock
from soilinfo.store.home import Store

SOFTWARE = f"soilinfo {__version__}"
_ALL = "all"


def regional_report(store: Store, catalog: Catalog, today: date | None = None) -> RegionalReport:
    """The region of region.yaml as of a day (today, UTC), of the reports that lie here.

    InputError where config has no region.yaml.
    """
    return merged(catalog, receipts(store, catalog), today)


def merged(catalog: Catalog, found: Mapping[str, Receipt], today: date | None = None) -> RegionalReport:
    """The regional report of what came of each member, by code."""
    rules = _rules(catalog, region_of(catalog))
    return merge(rules, found, today=today or clock.now().date(), software=SOFTWARE)


def board(store: Store, catalog: Catalog, today: date | None = None) -> Board:
    """How every member's report stands; InputError where config has no region.yaml."""
    report = regional_report(store, catalog, today)
    return Board(header=report.header, members=report.members, findings=report.findings)


def side_by_side(catalog: Catalog, reports: Sequence[CountryReport]) -> RegionalReport:
    """Countries compared by the rules of region.yaml, or by ours where there is none; nothing is kept.

    InputError for two reports of one country.
    """
    codes = [each.content.header.iso3 for each in reports]
    if doubled := sorted({code for code in codes if codes.count(code) > 1}):
        raise InputError(f"{', '.join(doubled)}: more than one report; one of each country is compared")
    rules = _rules(catalog, _region(catalog, reports))
    found = {
        member.iso3: Receipt(report=report, obtained="file", origin=report.id)
        for member, report in zip(rules.region.members, reports, strict=True)
    }
    return merge(rules, found, today=clock.now().date(), software=SOFTWARE)


def _rules(catalog: Catalog, region: Region) -> Rules:
    return Rules(region, catalog.equations, Speech(catalog.directory), methods=method_groups(catalog))


def _region(catalog: Catalog, reports: Sequence[CountryReport]) -> Region:
    """A region of these countries."""
    speech = Speech(catalog.directory)
    members = tuple(
        Member(iso3=header.iso3, title=header.country, subregion=_ALL)
        for header in (each.content.header for each in reports)
    )
    told = {"members": members, "subregions": {_ALL: speech.label("regional.all")}}
    if catalog.region:
        return catalog.region.model_copy(update=told)
    first = reports[0].content.header
    bounds = Boundaries(source=first.boundary.source, disclaimer=first.boundary.disclaimer)
    return Region(title=speech.label("regional.countries"), body=first.body, boundaries=bounds, **told)
